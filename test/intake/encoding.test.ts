import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { surveyFile, textOf } from '../../src-main/intake/file.ts';
import { bench } from './workspace-for-tests.ts';

/** Windows-1252 below 0x100 is Latin-1, but for 0x80 to 0x9f. */
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16 = (text: string, big: boolean) => {
  const bytes = Buffer.from(text, 'utf16le');
  return big ? bytes.swap16() : bytes;
};
/** "化合物,構造,値" and half-width kana in Shift_JIS. */
const shiftJis = Buffer.from('89bb8d8795a82c8d5c91a22c92 6c0a'.replaceAll(' ', ''), 'hex');

describe('the encoding of a file', () => {
  const { file } = bench();
  const survey = async (content: string | Uint8Array) => (await surveyFile(file('f', content), unattended)).encoding;

  it.each([
    ['plain ASCII', Buffer.from('a,b\n1,2\n'), 'utf-8', 'ascii-only'],
    ['UTF-8', Buffer.from('Prüfung,化合物\n'), 'utf-8', 'valid-utf8'],
    ['UTF-8 with a mark', Buffer.from('\ufeffa,b\n'), 'utf-8', 'byte-order-mark'],
    [
      'UTF-16 little endian with a mark',
      Buffer.concat([Buffer.from([0xff, 0xfe]), utf16('a,b\n', false)]),
      'utf-16le',
      'byte-order-mark',
    ],
    ['UTF-16 big endian without one', utf16('id,value\nX1,5\n', true), 'utf-16be', 'utf16-zeros'],
    ['Western letters', latin1('Méthode;Unité\nHL-1;µM\nHL-2;Größe\n'), 'windows-1252', 'western-bytes'],
    ['Shift_JIS', shiftJis, 'shift_jis', 'japanese-bytes'],
  ])('is told for %s', async (_name, bytes, encoding, reason) => {
    const found = await survey(bytes);
    expect([found.encoding, found.reason.key]).toEqual([encoding, reason]);
  });

  it('is told from the whole file: one letter in the last row decides', async () => {
    const rows = 'id,value\n'.repeat(60_000);
    expect((await survey(Buffer.concat([Buffer.from(rows), latin1('Müller,1\n')]))).encoding).toBe('windows-1252');
  });

  it('decodes what it found, gzip or not', async () => {
    const path = file('j', gzipSync(shiftJis));
    const { encoding, compressed } = await surveyFile(path, unattended);
    let text = '';
    for await (const piece of textOf(path, encoding.encoding)) text += piece;
    expect([compressed, text]).toEqual([true, '化合物,構造,値\n']);
  });

  it('refuses a truncated gzip, an empty file and one that is not there', async () => {
    const cut = gzipSync(Buffer.from('a,b\n'.repeat(1000))).subarray(0, 40);
    for (const [path, reason] of [
      [file('cut.gz', cut), 'truncated'],
      [file('empty', ''), 'empty'],
      ['/nowhere/at/all', 'missing'],
    ] as const) {
      await expect(surveyFile(path, unattended)).rejects.toMatchObject({ code: 'FILE_UNREADABLE', data: { reason } });
    }
  });
});

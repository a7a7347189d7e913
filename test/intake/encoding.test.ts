import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Encoding } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { decoderOf, encodingCollector } from '../../src-main/intake/encoding.ts';
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
    // 化合物,構造,値 髙① ㎎Ⅱ: with the extensions of Windows, IBM's and NEC's
    ['CP932', Buffer.from('89bb8d8795a82c8d5c91a22c926c20eee0874020877287550a', 'hex'), 'shift_jis', 'japanese-bytes'],
    ['half-width kana', Buffer.from('b6d9cededd2cb1afbeb20a', 'hex'), 'shift_jis', 'japanese-bytes'],
    ['EUC-JP', Buffer.from('b2bdb9e7caaa2cb9bdc2a42cc3cd0aa5ada5caa1bca5bc0a', 'hex'), 'euc-jp', 'japanese-bytes'],
    [
      'an old Macintosh',
      Buffer.from('M\x8ethode;Unit\x8e\rGr\x9a\xa7e;k\x8annte\rl\x8egende;pr\x9ffen\r', 'latin1'),
      'macintosh',
      'western-bytes',
    ],
    [
      'UTF-8 with two broken bytes',
      Buffer.concat([Buffer.from('化合物,構造,値\nプリューフング,é\n'), Buffer.from([0xe5, 0x8c, 0x2c, 0xff, 0x0a])]),
      'utf-8',
      'mostly-utf8',
    ],
  ])('is told for %s', async (_name, bytes, encoding, reason) => {
    const found = await survey(bytes);
    expect([found.encoding, found.reason.key]).toEqual([encoding, reason]);
  });

  it('is told from the whole file: one letter in the last row decides', async () => {
    const rows = 'id,value\n'.repeat(60_000);
    expect((await survey(Buffer.concat([Buffer.from(rows), latin1('Müller,1\n')]))).encoding).toBe('windows-1252');
  });

  it('is told for the same text in each of them, however it is cut into chunks', () => {
    const japanese = '化合物,構造,測定値,単位\nカルボン酸エステル,強い阻害活性を示した,十二,コメントなし\n';
    const western = 'Méthode;Unité;Größe;Prüfung\nañadir;já;œuvre;naïve\n';
    const encoded: readonly (readonly [string, Uint8Array, string])[] = [
      ['utf-8', Buffer.from(japanese), japanese],
      ['utf-8', Buffer.from(western), western],
      ['utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(japanese, false)]), japanese],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...encoded), fc.integer({ min: 1, max: 9 }), ([encoding, bytes, text], size) => {
        const evidence = encodingCollector();
        const decode = decoderOf(encoding as Encoding);
        let decoded = '';
        for (let at = 0; at < bytes.length; at += size) {
          evidence.add(bytes.subarray(at, at + size));
          decoded += decode(bytes.subarray(at, at + size), false);
        }
        decoded += decode(new Uint8Array(0), true);
        if (encoding === 'utf-8' || size > 2) expect(evidence.result().encoding).toBe(encoding);
        expect(decoded.replace('\ufeff', '')).toBe(text);
      }),
    );
  });

  it('of Japanese Windows reads its extensions, and leaves the backslash of a SMILES alone', async () => {
    const path = file('cp932', Buffer.from('fbfceee087405c46', 'hex'));
    let text = '';
    for await (const piece of textOf(path, 'shift_jis')) text += piece;
    expect(text).toBe('髙髙①\\F');
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

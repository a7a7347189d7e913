import { execFile } from 'node:child_process';
import { ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BundleVerdict } from '../../src-main/contract/bundle.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { encodeCanonical } from '../../src-main/federation/canonical.ts';
import { writeBundleFile } from '../../src-main/release/bundle-file.ts';
import { verifyBundle } from '../../src-main/release/verify.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-odd-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const verify = (content: Uint8Array): Promise<BundleVerdict> =>
  verifyBundle(
    { bytes: content.length, read: (from, to) => content.subarray(from, to) },
    { partnerKey: undefined },
    unattended,
  );

function zipOf(entries: Readonly<Record<string, Uint8Array>>): Buffer {
  const parts: Uint8Array[] = [];
  const file = writeBundleFile((part) => parts.push(part.slice()));
  for (const [name, content] of Object.entries(entries)) file.add(name, content.length, () => [content]);
  file.end();
  return Buffer.concat(parts);
}

describe('a file that is no audit bundle', () => {
  it.each([
    ['an empty file', Buffer.alloc(0), 'no-bundle'],
    ['a report alone', Buffer.from('%PDF-1.3\n'), 'no-bundle'],
    ['an empty ZIP', zipOf({}), 'no-bundle'],
    ['a ZIP of something else', zipOf({ 'a.txt': Buffer.from('hello') }), 'entry-order'],
    ['half a header', zipOf({ 'a.txt': Buffer.from('hello') }).subarray(0, 20), 'file-form'],
    ['a ZIP cut in an entry', zipOf({ 'a.txt': Buffer.alloc(4000) }).subarray(0, 900), 'file-form'],
    ['a ZIP cut in its directory', zipOf({ 'a.txt': Buffer.alloc(40) }).subarray(0, -9), 'file-form'],
    ['a ZIP with bytes behind its end', Buffer.concat([zipOf({ a: Buffer.of(1) }), Buffer.alloc(99)]), 'file-form'],
    [
      'a bundle of an earlier form',
      zipOf({ 'manifest.json': ofForm(1), 'signatures.json': ofForm(1) }),
      'other-format',
    ],
    [
      'a manifest that says nothing',
      zipOf({ 'manifest.json': ofForm(2), 'signatures.json': ofForm(2) }),
      'document-form',
    ],
  ])('is told as such: %s', async (_, content, rule) => {
    const { sound, wrong } = await verify(content);
    expect(sound).toBe(false);
    expect(wrong).toMatchObject({ rule });
    expect(wrong?.where).not.toBe('');
  });

  it('may claim gigabytes: they are neither believed nor read into memory', async () => {
    const claims = zipOf({ 'a.txt': Buffer.from('hello') });
    claims.writeUInt32LE(2 ** 31, 18);
    claims.writeUInt32LE(2 ** 31, 22);
    expect((await verify(claims)).wrong).toMatchObject({
      where: 'a.txt',
      rule: 'file-form',
      expected: '2147483648 bytes',
    });
  });

  it('gives no document of gigabytes to a check, even where the file has them', async () => {
    const bytes = 2 ** 31;
    const header = Buffer.from(zipOf({ 'manifest.json': Buffer.alloc(0) })).subarray(0, 43);
    const zeros = new Uint8Array(1 << 20);
    let crc = 0;
    for (let at = 0; at < bytes; at += zeros.length) crc = crc32(zeros, crc);
    header.writeUInt32LE(crc, 14);
    header.writeUInt32LE(bytes, 18);
    header.writeUInt32LE(bytes, 22);
    const path = join(folder, 'huge.zip');
    const file = openSync(path, 'w');
    writeSync(file, header);
    ftruncateSync(file, bytes + header.length);
    const { code, answer, peak } = await command(['verify', path, '--json']);
    expect(code).toBe(2);
    expect((answer as BundleVerdict).wrong).toMatchObject({ rule: 'file-form' });
    expect(peak).toBeLessThan(2 ** 30);
  }, 120_000);

  it('is refused by the command with a typed error where it is no file at all', async () => {
    mkdirSync(join(folder, 'a folder'));
    for (const path of ['nowhere.zip', 'a folder']) {
      expect(await command(['verify', join(folder, path), '--json'])).toMatchObject({
        code: 1,
        answer: { error: { code: 'FILE_UNREADABLE' } },
      });
    }
    writeFileSync(join(folder, 'a.zip'), zipOf({}));
    writeFileSync(join(folder, 'key'), 'no key');
    for (const key of ['nowhere.key', 'key']) {
      const args = ['verify', join(folder, 'a.zip'), '--escrow-key', join(folder, key), '--json'];
      expect(await command(args)).toMatchObject({ code: 1, answer: { error: { code: 'FILE_UNREADABLE' } } });
    }
  }, 60_000);
});

function ofForm(form: number): Uint8Array {
  return encodeCanonical({ format: `chorale audit bundle ${form}` });
}

const program = new URL('../../src-main/engine/cli.ts', import.meta.url).pathname;
const measured = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS + '\\n'))`;

/** In an empty environment; `peak` is its memory at most, in bytes. */
const command = (args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly answer: unknown; readonly peak: number }>((resolve) => {
    const before = ['--import', `data:text/javascript,${encodeURIComponent(measured)}`];
    const child = execFile(
      process.execPath,
      [...before, program, ...args],
      { cwd: folder, env: {} },
      (_, stdout, stderr) =>
        resolve({
          code: child.exitCode ?? -1,
          answer: JSON.parse(stdout || stderr.split('\n').find((line) => line.startsWith('{')) || 'null'),
          peak: Number(/peak (\d+)/.exec(stderr)?.[1]) * 1024,
        }),
    );
  });

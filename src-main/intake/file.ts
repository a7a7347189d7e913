/** A file as bytes and as text: streamed, gzip undone, fingerprinted, its encoding found out from all of it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ChoraleError } from '../contract/errors.ts';
import type { Encoding } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { type EncodingEvidence, encodingCollector } from './encoding.ts';

export type FileSurvey = {
  readonly bytes: number;
  readonly sha256: string;
  readonly compressed: boolean;
  /** First 4 kB of the content, gzip undone: enough to know the format. */
  readonly head: Uint8Array;
  readonly encoding: EncodingEvidence;
};

const readBytes = 1 << 18;

/**
 * Reads the whole file once.
 * @throws FILE_UNREADABLE with a reason: missing, empty, not-a-file, truncated, unreadable
 */
export async function surveyFile(path: string, control: Control): Promise<FileSurvey> {
  const { size } = await existingFile(path);
  const compressed = await isGzip(path);
  const hash = createHash('sha256');
  const evidence = encodingCollector();
  const heads: Uint8Array[] = [];
  let headBytes = 0;

  const raw = createReadStream(path, { highWaterMark: readBytes });
  const fingerprinted = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  for await (const chunk of contentOf(path, raw, compressed ? [fingerprinted, gunzip()] : [fingerprinted])) {
    stopIfAsked(control);
    if (headBytes < 4096) {
      heads.push(chunk);
      headBytes += chunk.length;
    }
    evidence.add(chunk);
    control.report({ step: 'import.fingerprint', done: raw.bytesRead, total: size });
  }
  return {
    bytes: size,
    sha256: hash.digest('hex'),
    compressed,
    head: Buffer.concat(heads).subarray(0, 4096),
    encoding: evidence.result(),
  };
}

/** Decoded text in pieces, with the share of the file read so far in `meter`; the byte-order mark is left out. Bytes that the encoding does not know become U+FFFD. */
export async function* textOf(
  path: string,
  encoding: Encoding,
  meter: { share: number } = { share: 0 },
): AsyncGenerator<string> {
  const { size } = await existingFile(path);
  const raw = createReadStream(path, { highWaterMark: readBytes });
  const decoder = new TextDecoder(encoding);
  for await (const chunk of contentOf(path, raw, (await isGzip(path)) ? [gunzip()] : [])) {
    meter.share = raw.bytesRead / size;
    const text = decoder.decode(chunk, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

async function existingFile(path: string): Promise<{ readonly size: number }> {
  const found = await stat(path).catch((error) => {
    throw unreadable(path, 'missing', error);
  });
  if (!found.isFile()) throw unreadable(path, 'not-a-file');
  if (found.size === 0) throw unreadable(path, 'empty');
  return found;
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path).catch((error) => {
    throw unreadable(path, 'missing', error);
  });
  try {
    const { buffer } = await file.read({ buffer: new Uint8Array(2), position: 0 });
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

const gunzip = (): Transform => createGunzip({ chunkSize: readBytes });

async function* contentOf(path: string, raw: Readable, through: readonly Transform[]): AsyncGenerator<Uint8Array> {
  const content = through.length === 0 ? raw : pipeline([raw, ...through], () => {});
  try {
    yield* content as Readable;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'Z_BUF_ERROR') throw unreadable(path, 'truncated', error);
    if (code.startsWith('Z_') || code.startsWith('E')) throw unreadable(path, 'unreadable', error);
    throw error;
  } finally {
    raw.destroy();
  }
}

export const unreadable = (path: string, reason: string, cause?: unknown): ChoraleError =>
  new ChoraleError('FILE_UNREADABLE', { file: fileName(path), reason }, { cause });

export const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

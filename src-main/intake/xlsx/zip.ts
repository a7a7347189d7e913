/** The entries of a ZIP file, inflated as streams: only what is asked for is read, and never more than its directory says. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, Transform } from 'node:stream';
import { createInflateRaw } from 'node:zlib';
import { unreadable } from '../file.ts';

export type Zip = {
  readonly names: readonly string[];
  /** @throws FILE_UNREADABLE when the entry is encrypted, compressed in another way, or inflates to more than it claims */
  readonly open: (name: string) => AsyncIterable<Uint8Array>;
  /** Compressed bytes read so far, over all entries. */
  readonly read: () => number;
  /** Compressed bytes of an entry. */
  readonly size: (name: string) => number;
};

type Entry = {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly compressed: number;
  readonly size: number;
  readonly offset: number;
};

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;

/** @throws FILE_UNREADABLE with the reason `damaged-archive` */
export async function openZip(path: string): Promise<Zip> {
  const file = await open(path);
  try {
    const entries = new Map((await readDirectory(file, path)).map((entry) => [entry.name, entry]));
    let read = 0;
    return {
      names: [...entries.keys()],
      read: () => read,
      size: (name) => entries.get(name)?.compressed ?? 0,
      async *open(name) {
        const entry = entries.get(name);
        if (entry === undefined) throw unreadable(path, 'damaged-archive');
        for await (const chunk of inflated(path, entry, (bytes) => {
          read += bytes;
        })) {
          yield chunk;
        }
      },
    };
  } finally {
    await file.close();
  }
}

async function* inflated(path: string, entry: Entry, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  if ((entry.flags & 1) !== 0) throw unreadable(path, 'encrypted');
  if (entry.method !== 0 && entry.method !== 8) throw unreadable(path, 'damaged-archive');
  const start = await dataStart(path, entry);
  if (entry.compressed === 0) return;
  const raw = createReadStream(path, { start, end: start + entry.compressed - 1, highWaterMark: 1 << 16 });
  raw.on('data', (chunk) => onRead(chunk.length));
  let produced = 0;
  const bounded = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      produced += chunk.length;
      done(produced > entry.size ? unreadable(path, 'damaged-archive') : null, chunk);
    },
  });
  const ignoreResult = () => {};
  const stream =
    entry.method === 0
      ? pipeline(raw, bounded, ignoreResult)
      : pipeline(raw, createInflateRaw({ chunkSize: 1 << 16 }), bounded, ignoreResult);
  try {
    yield* stream;
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_'))
      throw unreadable(path, 'damaged-archive', error);
    throw error;
  }
  if (produced !== entry.size) throw unreadable(path, 'damaged-archive');
}

async function dataStart(path: string, entry: Entry): Promise<number> {
  const file = await open(path);
  try {
    const header = await bytesAt(file, entry.offset, 30);
    if (header.length < 30 || header.readUInt32LE(0) !== localSignature) throw unreadable(path, 'damaged-archive');
    return entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  } finally {
    await file.close();
  }
}

/** The directory stands at the end of the file, before a comment of up to 64 kB. */
async function readDirectory(file: FileHandle, path: string): Promise<Entry[]> {
  const { size } = await file.stat();
  const tail = await bytesAt(file, Math.max(0, size - 65_557), 65_557);
  const end = tail.lastIndexOf(Uint8Array.of(0x50, 0x4b, 5, 6));
  if (end < 0 || tail.length < end + 22 || tail.readUInt32LE(end) !== endSignature) {
    throw unreadable(path, 'damaged-archive');
  }
  let bytes = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  if (offset === 0xffffffff || bytes === 0xffffffff) {
    const end64 = tail.lastIndexOf(Uint8Array.of(0x50, 0x4b, 6, 6));
    if (end64 < 0 || tail.readUInt32LE(end64) !== end64Signature) throw unreadable(path, 'damaged-archive');
    bytes = Number(tail.readBigUInt64LE(end64 + 40));
    offset = Number(tail.readBigUInt64LE(end64 + 48));
  }
  if (offset + bytes > size || bytes > 1 << 26) throw unreadable(path, 'damaged-archive');
  const directory = await bytesAt(file, offset, bytes);
  const entries: Entry[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === entrySignature; ) {
    const nameBytes = directory.readUInt16LE(at + 28);
    const extraBytes = directory.readUInt16LE(at + 30);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    entries.push({
      name: directory.toString('utf8', at + 46, at + 46 + nameBytes).replaceAll('\\', '/'),
      flags: directory.readUInt16LE(at + 8),
      method: directory.readUInt16LE(at + 10),
      ...withZip64(extra, {
        size: directory.readUInt32LE(at + 24),
        compressed: directory.readUInt32LE(at + 20),
        offset: directory.readUInt32LE(at + 42),
      }),
    });
    at += 46 + nameBytes + extraBytes + directory.readUInt16LE(at + 32);
  }
  return entries;
}

type Extent = Pick<Entry, 'size' | 'compressed' | 'offset'>;

/** Where a number does not fit into 32 bits, it stands in the extra field 1, in this order. */
function withZip64(extra: Buffer, { size, compressed, offset }: Extent): Extent {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let next = at + 4;
    const wide = (value: number): number => {
      if (value !== 0xffffffff || next + 8 > extra.length) return value;
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    };
    return { size: wide(size), compressed: wide(compressed), offset: wide(offset) };
  }
  return { size, compressed, offset };
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(length), position });
  return buffer.subarray(0, bytesRead);
}

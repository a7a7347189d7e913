/** The entries of a ZIP file, inflated as streams: only what is asked for is read, checked by its sum, and never more than its directory says. */
import { pipeline, Readable, Transform } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { type Bytes, unreadable } from './bytes.ts';

export type Zip = {
  readonly names: readonly string[];
  /**
   * @throws FILE_UNREADABLE when the entry is encrypted, compressed in another way, inflates to more than it claims or than
   *   honest tables do, or is not what its sum says
   */
  readonly open: (name: string) => AsyncIterable<Uint8Array>;
  /** Compressed bytes read so far, over all entries. */
  readonly read: () => number;
  /** Compressed bytes of an entry. */
  readonly size: (name: string) => number;
  /** Tells an entry's content from another one's: its lengths and its sum. */
  readonly mark: (name: string) => string;
  /** Bytes of an entry, as the directory says. */
  readonly inflatedSize: (name: string) => number;
};

type Entry = {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly sum: number;
  readonly compressed: number;
  readonly size: number;
  readonly offset: number;
};

const endSignature = 0x06054b50;
const end64Signature = 0x06064b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;

/** Deflate packs at most 1,032 to 1; tables, even sparse ones, stay far below this. Small content may do as it likes. */
export const inflation = { ratio: 250, free: 1 << 26, most: 2 ** 36 } as const;

export const inflatesTooFar = (inflated: number, packed: number): boolean =>
  inflated > inflation.most || (inflated > inflation.free && inflated > packed * inflation.ratio);

/** @throws FILE_UNREADABLE with the reason `damaged-archive` */
export async function openZip(path: string, bytes: Bytes): Promise<Zip> {
  const directory = await readDirectory(bytes, path);
  const entries = new Map(directory.map((entry) => [entry.name, entry]));
  if (entries.size < directory.length) throw unreadable(path, 'damaged-archive'); // two of one name: which is meant?
  let read = 0;
  return {
    names: [...entries.keys()],
    read: () => read,
    size: (name) => entries.get(name)?.compressed ?? 0,
    mark(name) {
      const entry = entries.get(name);
      return entry === undefined ? '' : `${entry.compressed} ${entry.size} ${entry.sum}`;
    },
    inflatedSize: (name) => entries.get(name)?.size ?? 0,
    async *open(name) {
      const entry = entries.get(name);
      if (entry === undefined) throw unreadable(path, 'no-such-member');
      for await (const chunk of inflated(path, bytes, entry, (more) => {
        read += more;
      })) {
        yield chunk;
      }
    },
  };
}

async function* inflated(
  path: string,
  bytes: Bytes,
  entry: Entry,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  if ((entry.flags & 1) !== 0 || entry.method === 99) throw unreadable(path, 'encrypted');
  if (entry.method !== 0 && entry.method !== 8) throw unreadable(path, 'unsupported-compression');
  if (inflatesTooFar(entry.size, entry.compressed)) throw unreadable(path, 'inflates-too-far');
  const start = await dataStart(path, bytes, entry);
  if (start + entry.compressed > bytes.size) throw unreadable(path, 'damaged-archive');
  let produced = 0;
  let sum = 0;
  const packed = bytes.stream(start, start + entry.compressed);
  for await (const chunk of entry.method === 0 ? counted(packed, onRead) : inflate(packed, onRead)) {
    produced += chunk.length;
    if (produced > entry.size) throw unreadable(path, 'damaged-archive');
    sum = crc32(chunk, sum);
    yield chunk;
  }
  if (produced !== entry.size || sum !== entry.sum) throw unreadable(path, 'damaged-archive');

  async function* inflate(source: AsyncIterable<Uint8Array>, note: typeof onRead): AsyncGenerator<Uint8Array> {
    const counting = new Transform({
      transform(chunk: Uint8Array, _encoding, done) {
        note(chunk.length);
        done(null, chunk);
      },
    });
    const stream = pipeline(
      Readable.from(source),
      counting,
      createInflateRaw({ chunkSize: 1 << 16 }),
      () => {}, // the loop below meets the error itself
    );
    try {
      yield* stream;
    } catch (error) {
      if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
      throw unreadable(path, 'damaged-archive', error);
    }
  }
}

async function* counted(source: AsyncIterable<Uint8Array>, note: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    note(chunk.length);
    yield chunk;
  }
}

async function dataStart(path: string, bytes: Bytes, entry: Entry): Promise<number> {
  const header = await bytes.at(entry.offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== localSignature) throw unreadable(path, 'damaged-archive');
  return entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

/** The directory stands at the end of the file, before a comment of up to 64 kB. */
async function readDirectory(source: Bytes, path: string): Promise<Entry[]> {
  const { size } = source;
  const tail = await source.at(Math.max(0, size - 65_557), 65_557);
  const end = tail.lastIndexOf(Uint8Array.of(0x50, 0x4b, 5, 6));
  if (end < 0 || tail.length < end + 22 || tail.readUInt32LE(end) !== endSignature) {
    throw unreadable(path, 'damaged-archive');
  }
  let bytes = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  if (offset === 0xffffffff || bytes === 0xffffffff) {
    const end64 = tail.lastIndexOf(Uint8Array.of(0x50, 0x4b, 6, 6));
    if (end64 < 0 || tail.length < end64 + 56 || tail.readUInt32LE(end64) !== end64Signature) {
      throw unreadable(path, 'damaged-archive');
    }
    bytes = Number(tail.readBigUInt64LE(end64 + 40));
    offset = Number(tail.readBigUInt64LE(end64 + 48));
  }
  if (offset + bytes > size || bytes > 1 << 26) throw unreadable(path, 'damaged-archive');
  const directory = await source.at(offset, bytes);
  const entries: Entry[] = [];
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === entrySignature; ) {
    const nameBytes = directory.readUInt16LE(at + 28);
    const extraBytes = directory.readUInt16LE(at + 30);
    const extra = directory.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const flags = directory.readUInt16LE(at + 8);
    entries.push({
      name: entryName(directory.subarray(at + 46, at + 46 + nameBytes), (flags & 0x800) !== 0),
      flags,
      method: directory.readUInt16LE(at + 10),
      sum: directory.readUInt32LE(at + 16),
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

/** UTF-8 by its flag or by its bytes; else as Windows writes names in Japan, where that reads, or in the West. */
function entryName(bytes: Uint8Array, markedUtf8: boolean): string {
  const decoded = (encoding: string) => {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      return undefined;
    }
  };
  const name = markedUtf8 ? new TextDecoder().decode(bytes) : (decoded('utf-8') ?? decoded('shift_jis'));
  return (name ?? Buffer.from(bytes).toString('latin1')).replaceAll('\\', '/');
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

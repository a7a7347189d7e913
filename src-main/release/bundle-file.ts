/**
 * The one file of an audit bundle: a ZIP of stored entries that any program opens, of which there is exactly one spelling.
 * Reading writes every header anew and compares, so that no byte of the file is without a meaning.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { wrong } from './bundle-wrong.ts';

export type BundleEntry = {
  /** Such as `packages/S-0001.json`. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
};

export type BundleWriter = {
  /** @param parts gives the content again at each call: its sum stands before it */
  readonly add: (name: string, bytes: number, parts: () => Iterable<Uint8Array>) => BundleEntry;
  readonly end: () => void;
};

/** Bytes that need not lie in memory; beyond the end there are none. */
export type BundleBytes = {
  readonly bytes: number;
  readonly read: (from: number, to: number) => Uint8Array;
};

type Placed = BundleEntry & { readonly crc: number; readonly offset: number };

/** What ZIP without its 64-bit extension can say. */
const most = { bytes: 2 ** 32 - 1, entries: 2 ** 16 - 1 };
const nameShape = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;
const readAtOnce = 1 << 20;
/** Bytes of an entry that is read as a whole: more than any text can have, so none of this length was written either. */
const mostOfDocument = 2 ** 29 - 24;

/** @param write takes the bytes in their order */
export function writeBundleFile(write: (bytes: Uint8Array) => void): BundleWriter {
  const placed: Placed[] = [];
  let offset = 0;
  const put = (bytes: Uint8Array) => {
    write(bytes);
    offset += bytes.length;
    if (offset > most.bytes) throw tooLarge();
  };
  return {
    add(name, bytes, parts) {
      let crc = 0;
      const hash = createHash('sha256');
      for (const part of parts()) {
        crc = crc32(part, crc);
        hash.update(part);
      }
      const entry = { name, bytes, sha256: hash.digest('hex'), crc, offset };
      placed.push(entry);
      put(localHeader(entry));
      for (const part of parts()) put(part);
      if (placed.length > most.entries) throw tooLarge();
      return { name, bytes, sha256: entry.sha256 };
    },
    end: () => put(directory(placed, offset)),
  };
}

export type ReadBundle = {
  readonly entries: readonly BundleEntry[];
  /** A whole entry. @throws BUNDLE_WRONG when there is none of this name, or it is longer than any document */
  readonly content: (name: string) => Uint8Array;
  readonly parts: (name: string) => Iterable<Uint8Array>;
};

/** @throws BUNDLE_WRONG with the first place where the file is not as it would be written; CANCELLED */
export function readBundleFile(file: BundleBytes, control: Control): ReadBundle {
  const placed: Placed[] = [];
  let at = 0;
  const start = file.read(0, 4);
  if (!isLocalHeader(start)) throw wrong('byte 0', 'no-bundle', 'an audit bundle, a ZIP', around(start, start, 0)[0]);
  while (isLocalHeader(file.read(at, at + 4))) {
    const entry = readEntry(file, at, control);
    if (placed.some(({ name }) => name === entry.name)) throw wrong(entry.name, 'entry-twice', 'one', 'two');
    placed.push(entry);
    at += localHeader(entry).length + entry.bytes;
  }
  const expected = directory(placed, at);
  const found = file.read(at, Math.min(file.bytes, at + expected.length + 8));
  const differs = firstDifference(expected, found);
  if (differs !== undefined) throw wrong(`byte ${at + differs}`, 'file-form', ...around(expected, found, differs));
  const find = (name: string): Placed => {
    const entry = placed.find((one) => one.name === name);
    if (entry === undefined) throw wrong(name, 'entry-missing', 'an entry', 'none');
    return entry;
  };
  return {
    entries: placed.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 })),
    content(name) {
      const entry = find(name);
      if (entry.bytes > mostOfDocument) throw wrong(name, 'too-large', `${mostOfDocument} bytes`, String(entry.bytes));
      const start = entry.offset + localHeader(entry).length;
      return file.read(start, start + entry.bytes);
    },
    parts: (name) => partsOf(file, find(name)),
  };
}

function readEntry(file: BundleBytes, offset: number, control: Control): Placed {
  stopIfAsked(control);
  const fixed = Buffer.from(file.read(offset, offset + 30));
  if (fixed.length < 30) throw wrong(`byte ${offset}`, 'file-form', 'an entry', 'the end of the file');
  const [bytes, nameLength] = [fixed.readUInt32LE(22), fixed.readUInt16LE(26)];
  const name = Buffer.from(file.read(offset + 30, offset + 30 + nameLength)).toString('latin1');
  if (!nameShape.test(name)) throw wrong(`byte ${offset + 30}`, 'file-form', 'the name of an entry', name);
  const entry = { name, bytes, offset, crc: 0, sha256: '' };
  const start = offset + 30 + nameLength;
  if (start + bytes > file.bytes) throw wrong(name, 'file-form', `${bytes} bytes`, `${file.bytes - start}`);
  let crc = 0;
  const hash = createHash('sha256');
  for (const part of partsOf(file, entry)) {
    stopIfAsked(control);
    crc = crc32(part, crc);
    hash.update(part);
    control.report({ step: 'bundle.read', done: Math.min(file.bytes, start + bytes), total: file.bytes });
  }
  const read = { ...entry, crc, sha256: hash.digest('hex') };
  const header = localHeader(read);
  const found = file.read(offset, offset + header.length);
  const differs = firstDifference(header, found);
  if (differs !== undefined) {
    const isSum = differs >= 14 && differs < 18;
    throw wrong(name, isSum ? 'content-differs' : 'file-form', ...around(header, found, differs));
  }
  return read;
}

function* partsOf(file: BundleBytes, entry: Placed): Generator<Uint8Array> {
  const start = entry.offset + 30 + entry.name.length;
  for (let from = 0; from < entry.bytes; from += readAtOnce) {
    yield file.read(start + from, start + Math.min(entry.bytes, from + readAtOnce));
  }
}

const localSignature = 0x04034b50;
const entrySignature = 0x02014b50;
const endSignature = 0x06054b50;
const version = 20;
/** Names are UTF-8. */
const flags = 0x0800;
/** 1 January 1980: when it was made stands in the manifest, and the same content gives the same bytes. */
const [time, day] = [0, 0x21];

const isLocalHeader = (bytes: Uint8Array): boolean =>
  bytes.length === 4 && Buffer.from(bytes).readUInt32LE(0) === localSignature;

function localHeader({ name, bytes, crc }: Placed): Uint8Array {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(localSignature, 0);
  common({ name, bytes, crc }).copy(header, 4);
  return Buffer.concat([header, Buffer.from(name)]);
}

/** Version, flags, method, time, day, sum, both sizes, lengths of name and extra field. */
function common({ name, bytes, crc }: Pick<Placed, 'name' | 'bytes' | 'crc'>): Buffer {
  const fields = Buffer.alloc(26);
  [version, flags, 0, time, day].forEach((value, i) => {
    fields.writeUInt16LE(value, i * 2);
  });
  fields.writeUInt32LE(crc, 10);
  fields.writeUInt32LE(bytes, 14);
  fields.writeUInt32LE(bytes, 18);
  fields.writeUInt16LE(Buffer.byteLength(name), 22);
  return fields;
}

function directory(placed: readonly Placed[], at: number): Uint8Array {
  const rows = placed.map((entry) => {
    const row = Buffer.alloc(46);
    row.writeUInt32LE(entrySignature, 0);
    row.writeUInt16LE(version, 4);
    common(entry).copy(row, 6);
    row.writeUInt32LE(entry.offset, 42);
    return Buffer.concat([row, Buffer.from(entry.name)]);
  });
  const all = Buffer.concat(rows);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(endSignature, 0);
  end.writeUInt16LE(placed.length, 8);
  end.writeUInt16LE(placed.length, 10);
  end.writeUInt32LE(all.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([all, end]);
}

function firstDifference(expected: Uint8Array, found: Uint8Array): number | undefined {
  const length = Math.max(expected.length, found.length);
  for (let i = 0; i < length; i++) if (expected[i] !== found[i]) return i;
  return undefined;
}

/** Eight bytes from there on, in hex, as they should be and as they are. */
const around = (expected: Uint8Array, found: Uint8Array, at: number): [string, string] =>
  [expected, found].map((bytes) => Buffer.from(bytes.subarray(at, at + 8)).toString('hex') || 'nothing') as [
    string,
    string,
  ];

const tooLarge = (): ChoraleError =>
  new ChoraleError('INPUT_INVALID', {
    issues: [{ path: 'bundle', message: 'larger than 4 GiB: choose a shorter time' }],
  });

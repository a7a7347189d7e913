/** Structures by key, held as bytes outside the heap: a million of them fit where as many strings would not. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';

export type StoredStructure = {
  readonly structure: string;
  readonly structureKind: 'smiles' | 'molblock';
  readonly companyId: string | undefined;
  readonly weight: number | undefined;
};

export type StructureTable = {
  /** @returns what was there: nothing, the same structure and id, or others, which stay unless `replace` says so */
  readonly add: (key: string, structure: StoredStructure, replace: boolean) => 'new' | 'same' | 'other';
  /** Marks the key as asked for. */
  readonly find: (key: string) => { readonly stored: StoredStructure; readonly conflicting: boolean } | undefined;
  /** The structure without marking the key. */
  readonly peek: (key: string) => StoredStructure | undefined;
  readonly size: () => number;
  readonly conflicting: () => number;
  /** Keys that were asked for at least once. */
  readonly asked: () => number;
  readonly keys: () => IterableIterator<{ readonly key: string; readonly asked: boolean }>;
  readonly bytes: () => number;
};

const chunkBytes = 1 << 22;
/** Longer texts, which mol blocks are, are deflated. */
const deflateFrom = 400;

const flag = { molblock: 1, deflated: 2, conflicting: 4, asked: 8 } as const;

/**
 * Open addressing over the places of the records. A record: flags (1 byte), bytes of key, id and structure (4 each),
 * weight (8), then the three texts.
 */
export function structureTable(): StructureTable {
  const header = 21;
  const chunks: Buffer[] = [];
  let used = chunkBytes;
  let capacity = 1 << 12;
  let slots = new Float64Array(capacity);
  let size = 0;
  let conflicting = 0;
  let asked = 0;
  let total = 0;

  const chunkOf = (place: number): Buffer => chunks[Math.floor(place / chunkBytes)]!;
  const within = (place: number): number => place % chunkBytes;

  function keyAt(place: number): Buffer {
    const chunk = chunkOf(place);
    const at = within(place);
    return chunk.subarray(at + header, at + header + chunk.readUInt32LE(at + 1));
  }

  function slotOf(key: Buffer): number {
    let at = hashOf(key) & (capacity - 1);
    while (slots[at] !== 0 && !keyAt(slots[at]! - 1).equals(key)) at = (at + 1) & (capacity - 1);
    return at;
  }

  function grow(): void {
    const old = slots;
    capacity *= 2;
    slots = new Float64Array(capacity);
    for (const place of old) if (place !== 0) slots[slotOf(keyAt(place - 1))] = place;
  }

  function write(key: Buffer, { structure, structureKind, companyId, weight }: StoredStructure, flags: number): number {
    const plain = Buffer.from(structure, 'utf8');
    const deflated = plain.length >= deflateFrom;
    const body = deflated ? deflateRawSync(plain, { level: 1 }) : plain;
    const id = Buffer.from(companyId ?? '', 'utf8');
    const length = header + key.length + id.length + body.length;
    if (used + length > chunkBytes) {
      chunks.push(Buffer.allocUnsafe(Math.max(chunkBytes, length)));
      used = 0;
    }
    const chunk = chunks.at(-1)!;
    const place = (chunks.length - 1) * chunkBytes + used;
    const kind = structureKind === 'molblock' ? flag.molblock : 0;
    chunk.writeUInt8(flags | kind | (deflated ? flag.deflated : 0), used);
    chunk.writeUInt32LE(key.length, used + 1);
    chunk.writeUInt32LE(id.length, used + 5);
    chunk.writeUInt32LE(body.length, used + 9);
    chunk.writeDoubleLE(weight ?? Number.NaN, used + 13);
    key.copy(chunk, used + header);
    id.copy(chunk, used + header + key.length);
    body.copy(chunk, used + header + key.length + id.length);
    used += length;
    total += length;
    return place;
  }

  function read(place: number): StoredStructure {
    const chunk = chunkOf(place);
    const at = within(place);
    const flags = chunk.readUInt8(at);
    const idFrom = at + header + chunk.readUInt32LE(at + 1);
    const from = idFrom + chunk.readUInt32LE(at + 5);
    const body = chunk.subarray(from, from + chunk.readUInt32LE(at + 9));
    const weight = chunk.readDoubleLE(at + 13);
    return {
      structure: ((flags & flag.deflated) === 0 ? body : inflateRawSync(body)).toString('utf8'),
      structureKind: (flags & flag.molblock) === 0 ? 'smiles' : 'molblock',
      companyId: from === idFrom ? undefined : chunk.toString('utf8', idFrom, from),
      weight: Number.isNaN(weight) ? undefined : weight,
    };
  }

  const setFlag = (place: number, which: number): boolean => {
    const chunk = chunkOf(place);
    const at = within(place);
    const before = chunk.readUInt8(at);
    chunk.writeUInt8(before | which, at);
    return (before & which) === 0;
  };

  return {
    add(text, structure, replace) {
      const key = Buffer.from(text, 'utf8');
      const slot = slotOf(key);
      const place = slots[slot]! - 1;
      if (place < 0) {
        slots[slot] = write(key, structure, 0) + 1;
        size += 1;
        if (size * 2 > capacity) grow();
        return 'new';
      }
      const known = read(place);
      if (known.structure === structure.structure && known.companyId === structure.companyId) return 'same';
      if (setFlag(place, flag.conflicting)) conflicting += 1;
      if (replace) slots[slot] = write(key, structure, flag.conflicting) + 1;
      return 'other';
    },
    find(text) {
      const place = slots[slotOf(Buffer.from(text, 'utf8'))]! - 1;
      if (place < 0) return undefined;
      if (setFlag(place, flag.asked)) asked += 1;
      return { stored: read(place), conflicting: (chunkOf(place).readUInt8(within(place)) & flag.conflicting) !== 0 };
    },
    peek(text) {
      const place = slots[slotOf(Buffer.from(text, 'utf8'))]! - 1;
      return place < 0 ? undefined : read(place);
    },
    size: () => size,
    conflicting: () => conflicting,
    asked: () => asked,
    *keys() {
      for (const slot of slots) {
        if (slot === 0) continue;
        const place = slot - 1;
        const known = (chunkOf(place).readUInt8(within(place)) & flag.asked) !== 0;
        yield { key: keyAt(place).toString('utf8'), asked: known };
      }
    },
    bytes: () => total,
  };
}

/** FNV-1a, mixed at the end (MurmurHash3). */
function hashOf(key: Buffer): number {
  let hash = 0x811c9dc5;
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

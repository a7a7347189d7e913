/** Remembers which texts were seen, in a few bytes each whatever their length: by a hash, never by the text itself. */

export type SeenTexts = {
  /** @returns the line that said the same before, or undefined when it is new */
  readonly add: (parts: readonly string[], line: number) => number | undefined;
  readonly size: () => number;
};

/**
 * Line by text, 12 bytes each: 64 bits of hash and the line. Among a million texts, two different ones share their 64 bits
 * with a chance of 1 in 37 million; what is taken for a repetition is named with both lines, so that even then it could be
 * seen.
 */
export function seenTexts(): SeenTexts {
  const table = hashTable(2);
  return {
    size: table.size,
    add(parts, line) {
      const at = table.find(parts);
      const known = table.value(at);
      if (known !== 0) return known;
      table.set(at, line);
      return undefined;
    },
  };
}

export type NumberedTexts = {
  /** @returns from 0, in the order in which texts first came; the same text has the same number */
  readonly number: (parts: readonly string[]) => number;
  readonly size: () => number;
};

/** Number by text, 16 bytes each: 96 bits of hash, so that two texts of one file never share a number by chance. */
export function numberedTexts(): NumberedTexts {
  const table = hashTable(3);
  return {
    size: table.size,
    number(parts) {
      const at = table.find(parts);
      const known = table.value(at);
      if (known !== 0) return known - 1;
      const number = table.size();
      table.set(at, number + 1);
      return number;
    },
  };
}

/** Open addressing in one array: of each slot so many words of hash, then a value that is 0 in an empty slot. */
function hashTable(words: 2 | 3) {
  const width = words + 1;
  const hash = new Uint32Array(3);
  const hashInto = words === 2 ? hash64Into : hash96Into;
  let capacity = 1 << 6;
  let slots = new Uint32Array(width * capacity);
  let size = 0;

  /** Of the slot with the hash in hand, or of the empty one where it belongs. */
  function place(): number {
    const a = hash[0]!;
    const b = hash[1]!;
    const c = hash[2]!;
    for (let slot = (b ^ (a >>> 7)) & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
      const at = slot * width;
      if (slots[at + words] === 0) return at;
      if (slots[at] === a && slots[at + 1] === b && (words === 2 || slots[at + 2] === c)) return at;
    }
  }

  function grow(): void {
    const old = slots;
    capacity *= 2;
    slots = new Uint32Array(width * capacity);
    for (let at = 0; at < old.length; at += width) {
      if (old[at + words] === 0) continue;
      for (let word = 0; word < words; word += 1) hash[word] = old[at + word]!;
      slots.set(old.subarray(at, at + width), place());
    }
  }

  return {
    size: () => size,
    find(parts: readonly string[]): number {
      if (size * 3 > capacity * 2) grow();
      hashInto(hash, parts);
      return place();
    },
    value: (at: number): number => slots[at + words]!,
    /** Of the text that was looked for last. */
    set(at: number, value: number): void {
      for (let word = 0; word < words; word += 1) slots[at + word] = hash[word]!;
      slots[at + words] = value;
      size += 1;
    },
  };
}

/** Two multiplicative 32-bit hashes over the same characters, mixed at the end (after cyrb53 and MurmurHash3). */
function hash64Into(hash: Uint32Array, parts: readonly string[]): void {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 1) {
      const code = part.charCodeAt(i);
      a = Math.imul(a ^ code, 2654435761);
      b = Math.imul(b ^ code, 1597334677);
    }
    // The border between two parts is a character of its own.
    a = Math.imul(a ^ 0x10001, 2654435761);
    b = Math.imul(b ^ 0x10001, 1597334677);
  }
  hash[0] = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  hash[1] = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(hash[0]! ^ (hash[0]! >>> 13), 3266489909);
}

/** With a third one that also turns its high bits into its low ones. */
function hash96Into(hash: Uint32Array, parts: readonly string[]): void {
  hash64Into(hash, parts);
  let c = 0x9747b28c;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 1) c = Math.imul(c ^ part.charCodeAt(i), 3432918353) ^ (c >>> 17);
    c = Math.imul(c ^ 0x10001, 461845907);
  }
  c = Math.imul(c ^ (c >>> 16), 2246822507);
  hash[2] = c ^ (c >>> 13);
}

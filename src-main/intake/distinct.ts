/** Remembers which texts were seen, in a few bytes each whatever their length: by a hash, never by the text itself. */
import { giveBack, keptNumbers } from './kept-numbers.ts';

export type SeenTexts = {
  /** @returns the line that said the same before, or undefined when it is new */
  readonly add: (parts: readonly string[], line: number) => number | undefined;
  readonly size: () => number;
  /** Gives the memory back; nothing is remembered any longer. */
  readonly letGo: () => void;
};

/**
 * Line by text, 12 bytes each and 4 for each slot: 64 bits of hash and the line. Among a million texts, two different ones
 * share their 64 bits with a chance of 1 in 37 million; what is taken for a repetition is named with both lines, so that
 * even then it could be seen.
 */
export function seenTexts(): SeenTexts {
  const texts = numberedTexts(64);
  const lines = keptNumbers((length) => new Uint32Array(length));
  return {
    size: texts.size,
    add(parts, line) {
      const number = texts.number(parts);
      if (!texts.wasNew()) return lines.get(number);
      lines.set(number, line);
      return undefined;
    },
    letGo() {
      texts.letGo();
      lines.letGo();
    },
  };
}

export type NumberedTexts = {
  /** @returns from 0, in the order in which texts first came; the same text has the same number */
  readonly number: (parts: readonly string[]) => number;
  /** Whether the text that was numbered last came for the first time. */
  readonly wasNew: () => boolean;
  readonly size: () => number;
  /** Gives the memory back; what was numbered stays counted. */
  readonly letGo: () => void;
};

const firstSlotBits = 6;

/**
 * Open addressing over the numbers alone; the hashes lie in the order of the numbers. What a slot's number leaves free of
 * its 32 bits repeats some of the hash, so that hashes are looked up nearly only where they are the same.
 * @param bits of hash for each text; with 96 two texts of one file never share a number by chance
 */
export function numberedTexts(bits: 64 | 96 = 96): NumberedTexts {
  const hash = new Uint32Array(3);
  const hashInto = bits === 64 ? hash64Into : hash96Into;
  const words = bits / 32;
  const hashes = keptNumbers((length) => new Uint32Array(length));
  let mask = (1 << firstSlotBits) - 1;
  let slots = new Uint32Array(mask + 1);
  let size = 0;
  let wasNew = false;

  const isHashOf = (number: number): boolean =>
    hashes.get(number * words) === hash[0] &&
    hashes.get(number * words + 1) === hash[1] &&
    (words === 2 || hashes.get(number * words + 2) === hash[2]);

  function grow(): void {
    giveBack(slots);
    mask = mask * 2 + 1;
    slots = new Uint32Array(mask + 1);
    for (let number = 0; number < size; number += 1) {
      const a = hashes.get(number * words);
      let slot = slotOf(a, hashes.get(number * words + 1), mask);
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = (a & ~mask) | (number + 1);
    }
  }

  return {
    number(parts) {
      if ((size + 1) * 3 > mask * 2) grow();
      hashInto(hash, parts);
      const a = hash[0]!;
      const tag = a & ~mask;
      let slot = slotOf(a, hash[1]!, mask);
      for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const found = slots[slot]!;
        if (((found ^ tag) & ~mask) !== 0 || !isHashOf((found & mask) - 1)) continue;
        wasNew = false;
        return (found & mask) - 1;
      }
      slots[slot] = tag | (size + 1);
      for (let word = 0; word < words; word += 1) hashes.set(size * words + word, hash[word]!);
      wasNew = true;
      size += 1;
      return size - 1;
    },
    wasNew: () => wasNew,
    size: () => size,
    letGo() {
      hashes.letGo();
      giveBack(slots);
    },
  };
}

const slotOf = (a: number, b: number, mask: number): number => (b ^ (a >>> 7)) & mask;

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

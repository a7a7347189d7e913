/** Remembers which texts were seen and in which line, in 12 bytes each whatever their length: 64 bits of hash and the line. */

export type SeenTexts = {
  /** @returns the line that said the same before, or undefined when it is new */
  readonly add: (parts: readonly string[], line: number) => number | undefined;
  readonly size: () => number;
};

/**
 * Among a million texts, two different ones share their 64 bits with a chance of 1 in 37 million; what is taken for a
 * repetition is named with both lines, so that even then it could be seen.
 */
export function seenTexts(): SeenTexts {
  let capacity = 1 << 12;
  let high = new Uint32Array(capacity);
  let low = new Uint32Array(capacity);
  let lines = new Uint32Array(capacity);
  let size = 0;

  function place(h: number, l: number): number {
    let at = (l ^ (h >>> 7)) & (capacity - 1);
    while (lines[at] !== 0 && (high[at] !== h || low[at] !== l)) at = (at + 1) & (capacity - 1);
    return at;
  }

  function grow(): void {
    const old = { high, low, lines };
    capacity *= 2;
    high = new Uint32Array(capacity);
    low = new Uint32Array(capacity);
    lines = new Uint32Array(capacity);
    for (let at = 0; at < old.lines.length; at += 1) {
      if (old.lines[at] === 0) continue;
      const to = place(old.high[at]!, old.low[at]!);
      high[to] = old.high[at]!;
      low[to] = old.low[at]!;
      lines[to] = old.lines[at]!;
    }
  }

  return {
    size: () => size,
    add(parts, line) {
      const [h, l] = hash64(parts);
      const at = place(h, l);
      if (lines[at] !== 0) return lines[at];
      high[at] = h;
      low[at] = l;
      lines[at] = line;
      size += 1;
      if (size * 2 > capacity) grow();
      return undefined;
    },
  };
}

/** Two multiplicative 32-bit hashes over the same characters, mixed at the end (after cyrb53 and MurmurHash3). */
function hash64(parts: readonly string[]): readonly [number, number] {
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
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return [a >>> 0, b >>> 0];
}

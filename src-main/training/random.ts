/** Reproducible random numbers in integer arithmetic: the same on every machine for the same seed. Not for secrets. */

/** The next number, an unsigned integer of 32 bits. */
export type Random = () => number;

/** xoshiro128** (Blackman and Vigna 2018), its state filled by SplitMix32 from a seed and the names of its purpose. */
export function randomFrom(seed: number, ...purposes: readonly number[]): Random {
  let mixed = seed | 0;
  const mix = () => {
    mixed = (mixed + 0x9e3779b9) | 0;
    let z = mixed;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  for (const purpose of purposes) mixed = (mix() ^ Math.imul(purpose + 1, 0x27d4eb2d)) | 0;
  let [a, b, c, d] = [mix(), mix(), mix(), mix() | 1];

  return () => {
    const spread = Math.imul(b, 5);
    const result = Math.imul((spread << 7) | (spread >>> 25), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    return result;
  };
}

/**
 * Decisions, each 1 with `limit` chances in 65,536 and otherwise 0: two from each number of a generator that begins
 * where `random` stands. Its four words are local to the loop, which makes it several times faster than calls are.
 */
export function decide(decisions: Uint8Array, limit: number, random: Random): void {
  let [a, b, c, d] = [random() | 0, random() | 0, random() | 0, random() | 1];
  for (let at = 0; at < decisions.length; at += 2) {
    const spread = Math.imul(b, 5);
    const number = Math.imul((spread << 7) | (spread >>> 25), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = (d << 11) | (d >>> 21);
    decisions[at] = number >>> 16 < limit ? 1 : 0;
    // Past the end of an odd length, where a typed array takes no value.
    decisions[at + 1] = (number & 0xffff) < limit ? 1 : 0;
  }
}

/** A whole number from 0 to `size` - 1. The bias is below size / 2^32. */
export const below = (random: Random, size: number): number => Math.floor((random() * size) / 2 ** 32);

/** Fisher and Yates, in place. */
export function shuffle(values: Uint32Array, random: Random): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = below(random, last + 1);
    const kept = values[last]!;
    values[last] = values[other]!;
    values[other] = kept;
  }
}

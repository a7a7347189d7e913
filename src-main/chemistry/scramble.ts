/** Scrambling: fingerprint bits are renumbered by a secret permutation, so that a bit says nothing without the key. */
import { createHmac } from 'node:crypto';

/**
 * MELLODDY-TUNER's permutation: bit i moves to the rank of HMAC-SHA256(key, decimal text of i), read as a big-endian
 * integer modulo 2^63, among all bits.
 */
export function scramblePermutation(key: string, size: number): Uint16Array {
  const high = new Uint32Array(size);
  const low = new Uint32Array(size);
  for (let bit = 0; bit < size; bit++) {
    const digest = createHmac('sha256', key).update(String(bit)).digest();
    high[bit] = digest.readUInt32BE(24) & 0x7fffffff;
    low[bit] = digest.readUInt32BE(28);
  }
  const order = Uint16Array.from({ length: size }, (_, bit) => bit);
  order.sort((a, b) => high[a]! - high[b]! || low[a]! - low[b]! || a - b);
  const permutation = new Uint16Array(size);
  order.forEach((bit, rank) => {
    permutation[bit] = rank;
  });
  return permutation;
}

/** @returns the renumbered bits, ascending */
export const scramble = (bits: Uint16Array, permutation: Uint16Array): Uint16Array =>
  bits.map((bit) => permutation[bit]!).sort();

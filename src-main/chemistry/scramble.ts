/** Scrambling: fingerprint bits are renumbered by a secret permutation, so that a bit says nothing without the key. */
import { createHmac } from 'node:crypto';

/**
 * MELLODDY-TUNER's permutation: bit i moves to the rank of HMAC-SHA256(key, decimal text of i), read as a big-endian
 * integer modulo 2^63, among all bits.
 */
export function scramblePermutation(key: string, size: number): Uint16Array {
  const hashes = Array.from({ length: size }, (_, bit) => ({
    bit,
    hash: createHmac('sha256', key).update(String(bit)).digest().readBigUInt64BE(24) & 0x7fffffffffffffffn,
  }));
  hashes.sort((a, b) => (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : a.bit - b.bit));
  const permutation = new Uint16Array(size);
  hashes.forEach(({ bit }, rank) => {
    permutation[bit] = rank;
  });
  return permutation;
}

/** @returns the renumbered bits, ascending */
export const scramble = (bits: Uint16Array, permutation: Uint16Array): Uint16Array =>
  bits.map((bit) => permutation[bit]!).sort();

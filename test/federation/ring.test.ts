import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkBytes } from '../../src-main/federation/chunks.ts';
import {
  addAllPacked,
  addendOf,
  addPacked,
  groupBytes,
  pack,
  packedBytes,
  type RingBits,
  ringWidths,
  unpack,
} from '../../src-main/federation/ring.ts';

const width = fc.constantFrom(...ringWidths);
const int32s = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 200 });

/** The member of a ring that is nearest to zero. */
const inRing = (value: bigint, ringBits: RingBits) => Number(BigInt.asIntN(ringBits, value));

describe('numbers in a ring', () => {
  it('come back from their packed form', () => {
    fc.assert(
      fc.property(width, int32s, (ringBits, values) => {
        const numbers = Int32Array.from(values, (value) => inRing(BigInt(value), ringBits));
        const packed = pack(numbers, ringBits);
        expect(packed).toHaveLength(packedBytes(values.length, ringBits));
        expect(unpack(packed, ringBits, values.length)).toEqual(numbers);
      }),
    );
  });

  it('are added and subtracted one by one, none spilling into its neighbour', () => {
    fc.assert(
      fc.property(width, int32s, int32s, fc.constantFrom(1 as const, -1 as const), (ringBits, ones, others, sign) => {
        const length = Math.min(ones.length, others.length);
        const packedOf = (values: readonly number[]) =>
          pack(
            Int32Array.from(values.slice(0, length), (value) => inRing(BigInt(value), ringBits)),
            ringBits,
          );
        const target = packedOf(ones);
        const other = packedOf(others);
        addPacked(target, other, ringBits, sign);
        expect([...unpack(target, ringBits, length)]).toEqual(
          Array.from({ length }, (_, i) => inRing(BigInt(ones[i]!) + BigInt(sign * others[i]!), ringBits)),
        );
      }),
    );
  });

  it('are added and subtracted many vectors at once as they are one after the other', () => {
    fc.assert(
      fc.property(
        width,
        fc.array(fc.constantFrom(1 as const, -1 as const), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 30_000 }),
        (ringBits, signs, length) => {
          const bytes = packedBytes(length, ringBits);
          const vectors = signs.map((sign) => ({ sign, vector: new Uint8Array(randomBytes(bytes)) }));
          const [expected, target] = [new Uint8Array(bytes).fill(0xff), new Uint8Array(bytes)];
          const first = expected.slice();
          for (const { sign, vector } of vectors) addPacked(expected, vector, ringBits, sign);
          const addends = vectors.map(({ sign, vector }) => addendOf(vector, sign));
          addAllPacked(target, addends, ringBits, first);
          expect(Buffer.compare(target, expected)).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are read at any address', () => {
    for (const ringBits of ringWidths) {
      const numbers = Int32Array.of(1, -2, 100, -100, 7, 0);
      const packed = pack(numbers, ringBits);
      const shifted = new Uint8Array(packed.length + 1);
      shifted.set(packed, 1);
      expect(unpack(shifted.subarray(1), ringBits)).toEqual(numbers);
      const sum = packed.slice();
      addPacked(sum, shifted.subarray(1), ringBits, -1);
      expect(sum.every((byte) => byte === 0)).toBe(true);
    }
  });

  it('share bytes with no other chunk, and no chunk cuts a block of AES', () => {
    for (const ringBits of ringWidths) expect(chunkBytes % groupBytes(ringBits)).toBe(0);
    expect(chunkBytes % 16).toBe(0);
  });

  it('of 12 bits lie two in three bytes, the first in the lower bits', () => {
    expect([...pack(Int32Array.of(0xabc - 0x1000, 0x123, -1), 12)]).toEqual([0xbc, 0x3a, 0x12, 0xff, 0x0f, 0]);
  });
});

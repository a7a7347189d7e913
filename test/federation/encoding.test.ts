import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commitmentTo, decodeAverage, encodeUpdate, fitsRing } from '../../src-main/federation/encoding.ts';
import { integerWeights, mostTotalWeight } from '../../src-main/federation/plan.ts';
import type { Roster } from '../../src-main/federation/roster.ts';
import { randomFrom } from './consortium.ts';

const seedOf = (n: number) => randomFrom(`seed ${n}`)(32);
const tensor = (length: number, clip: number) => [{ offset: 0, length, clip }];
const rosterOf = (weights: readonly number[]) =>
  ({ partners: weights.map((weight, i) => ({ id: `P${i}`, weight })) }) as unknown as Roster;

describe('the encoding of a change', () => {
  it('never lets a sum leave a quarter of the ring on either side, whoever is in it and whatever they send', () => {
    const clips = fc.double({ min: 1e-9, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 50 }),
        clips,
        fc.array(fc.oneof(fc.float({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(1, -1)), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.integer(),
        (weights, clip, changes, seed) => {
          const integers = Object.values(integerWeights(rosterOf(weights)));
          expect(integers.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(mostTotalWeight);
          const change = Float32Array.from(changes, (value) => (Math.abs(value) === 1 ? value * clip : value));
          const sum = new Float64Array(change.length);
          integers.forEach((weight, i) => {
            const { encoded } = encodeUpdate(change, tensor(change.length, clip), {
              fractionBits: 20,
              weight,
              seed: seedOf(seed + i),
            });
            for (let k = 0; k < sum.length; k++) sum[k]! += encoded[k]!;
          });
          for (const value of sum) expect(Math.abs(value)).toBeLessThanOrEqual(2 ** 30);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps to its bound also where double precision rounds up: at the clip, with 25 bits of fraction', () => {
    const clip = 0.1;
    const change = new Float32Array(100_000).fill(clip);
    const { encoded } = encodeUpdate(change, tensor(change.length, clip), {
      fractionBits: 25,
      weight: 1,
      seed: seedOf(1),
    });
    expect(encoded.every((value) => value <= 2 ** 25)).toBe(true);
  });

  it('rounds without bias', () => {
    const change = new Float32Array(200_000).fill(0.3 / 2 ** 20);
    const { encoded } = encodeUpdate(change, tensor(change.length, 1), {
      fractionBits: 20,
      weight: 1,
      seed: seedOf(2),
    });
    const mean = encoded.reduce((sum, value) => sum + value, 0) / encoded.length;
    expect(mean).toBeGreaterThan(0.295); // five standard deviations
    expect(mean).toBeLessThan(0.305);
  });

  it('comes back as the weighted mean, to within a step of the encoding', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), (values) => {
        const weights = [100, 300, 600];
        const sum = new Int32Array(values.length);
        weights.forEach((weight, i) => {
          const change = Float32Array.from(values, (value) => value * (i + 1) * 0.3);
          const update = encodeUpdate(change, tensor(values.length, 1), { fractionBits: 20, weight, seed: seedOf(i) });
          update.encoded.forEach((value, k) => {
            sum[k] = (sum[k]! + value) | 0;
          });
        });
        const average = decodeAverage(sum, tensor(values.length, 1), { fractionBits: 20, totalWeight: 1000 });
        values.forEach((value, k) => {
          const mean = (100 * 0.3 + 300 * 0.6 + 600 * 0.9) / 1000;
          expect(Math.abs(average[k]! - value * mean)).toBeLessThan(2 ** -20 + 1e-7);
        });
      }),
    );
  });

  it('counts what it clips, for each tensor with its own limit', () => {
    const change = Float32Array.of(0.5, -2, 1, 3, -0.25, 0);
    const tensors = [
      { offset: 0, length: 3, clip: 1 },
      { offset: 3, length: 3, clip: 0.25 },
    ];
    const { clipped, encoded } = encodeUpdate(change, tensors, { fractionBits: 10, weight: 2, seed: seedOf(3) });
    expect(clipped).toEqual([1, 1]);
    expect([...encoded]).toEqual([1024, -2048, 2048, 2048, -2048, 0]);
  });

  it('gives the same integers and commitment again from the same seed, and a commitment that hides them', () => {
    const change = randomChange(1000);
    const encode = (seed: Uint8Array) =>
      encodeUpdate(change, tensor(1000, 0.01), { fractionBits: 20, weight: 7, seed }).encoded;
    expect(encode(seedOf(4))).toEqual(encode(seedOf(4)));
    expect(encode(seedOf(4))).not.toEqual(encode(seedOf(5)));
    const encoded = encode(seedOf(4));
    expect(commitmentTo(encoded, seedOf(4))).toBe(commitmentTo(encoded, seedOf(4)));
    expect(commitmentTo(encoded, seedOf(5))).not.toBe(commitmentTo(encoded, seedOf(4)));
  });

  it('refuses a change that is not a number', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const encode = () =>
        encodeUpdate(Float32Array.of(0, value), tensor(2, 1), { fractionBits: 20, weight: 1, seed: seedOf(1) });
      expect(encode).toThrow(/TRAINING_FAILED.*not-a-number/);
    }
  });

  it('tells which weights fit the ring', () => {
    expect(fitsRing(32, 20, 1024)).toBe(true);
    expect(fitsRing(32, 20, 1025)).toBe(false);
    expect(fitsRing(32, 25, 32)).toBe(true); // equal weights of up to 32 partners
    expect(fitsRing(32, 24, 64)).toBe(true);
  });
});

const randomChange = (length: number) => {
  const bytes = randomFrom('change')(length * 4);
  return new Float32Array(new Int32Array(bytes.buffer, 0, length)).map((value) => value / 2 ** 38);
};

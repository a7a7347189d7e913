import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  commitmentTo,
  decodeAverage,
  type EncodedUpdate,
  type EncodingTerms,
  encodeUpdate,
} from '../../src-main/federation/encoding.ts';
import { decodingTerms, encodingTerms, integerWeights, mostTotalWeight } from '../../src-main/federation/plan.ts';
import {
  limitPerRms,
  nextLimit,
  ringFor,
  topOf,
  valuesFitRing,
  weightsFitRing,
} from '../../src-main/federation/quantisation.ts';
import { addPacked, packedBytes, ringWidths, unpack } from '../../src-main/federation/ring.ts';
import type { Roster } from '../../src-main/federation/roster.ts';
import { makeConsortium, randomFrom } from './consortium.ts';

const seedOf = (n: number) => randomFrom(`seed ${n}`)(32);
const rosterOf = (weights: readonly number[]) =>
  ({ partners: weights.map((weight, i) => ({ id: `P${i}`, weight })) }) as unknown as Roster;

const fixedPoint = (length: number, limit: number, fractionBits: number, times: number): EncodingTerms => ({
  ringBits: 32,
  tensors: [{ offset: 0, length, limit }],
  top: 2 ** fractionBits,
  weight: 1,
  times,
  feedback: false,
});

const quantised = (
  length: number,
  limit: number,
  valueBits: number,
  ringBits: EncodingTerms['ringBits'],
  weight = 1,
): EncodingTerms => ({
  ringBits,
  tensors: [{ offset: 0, length, limit }],
  top: topOf(valueBits),
  weight,
  times: 1,
  feedback: true,
});

const anyFloats = (clip: number) =>
  fc
    .array(
      fc.oneof(
        fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e30), max: Math.fround(1e30) }),
        fc.constantFrom(1, -1),
      ),
      {
        minLength: 1,
        maxLength: 20,
      },
    )
    .map((values) => Float32Array.from(values, (value) => (Math.abs(value) === 1 ? value * clip : value)));

describe('the encoding of a change', () => {
  it('in fixed point never lets a sum leave a quarter of the ring on either side, whoever is in it and whatever they send', () => {
    const clips = fc.double({ min: 1e-9, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 50 }),
        clips.chain((clip) => fc.tuple(fc.constant(clip), anyFloats(clip))),
        fc.integer(),
        (weights, [clip, change], seed) => {
          const integers = Object.values(integerWeights(rosterOf(weights)));
          expect(integers.reduce((sum, weight) => sum + weight, 0)).toBeLessThanOrEqual(mostTotalWeight);
          const sum = new Float64Array(change.length);
          integers.forEach((weight, i) => {
            const { encoded } = encodeUpdate(
              change,
              null,
              fixedPoint(change.length, clip, 20, weight),
              seedOf(seed + i),
            );
            unpack(encoded, 32).forEach((value, k) => {
              sum[k]! += value;
            });
          });
          for (const value of sum) expect(Math.abs(value)).toBeLessThanOrEqual(2 ** 30);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('in few bits never lets the sum of any subset leave the ring, in every plan that the bound allows', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ringWidths),
        fc.integer({ min: 2, max: 16 }),
        fc.integer({ min: 3, max: 60 }),
        fc.double({ min: 1e-9, max: 1e6, noNaN: true }).chain((clip) => fc.tuple(fc.constant(clip), anyFloats(clip))),
        fc.bigInt({ min: 0n, max: 2n ** 60n }),
        (ringBits, valueBits, partners, [limit, change], subset) => {
          fc.pre(valuesFitRing(ringBits, valueBits, partners));
          const plain = new Float64Array(change.length);
          const ring = new Uint8Array(packedBytes(change.length, ringBits));
          for (let i = 0; i < partners; i++) {
            if ((subset >> BigInt(i)) % 2n === 0n) continue;
            const terms = quantised(change.length, limit, valueBits, ringBits);
            const { encoded } = encodeUpdate(change, change, terms, seedOf(i));
            addPacked(ring, encoded, ringBits);
            unpack(encoded, ringBits, change.length).forEach((value, k) => {
              plain[k]! += value;
            });
          }
          expect([...unpack(ring, ringBits, change.length)]).toEqual([...plain]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('keeps to its bound also where double precision rounds up: at the clip, with 25 bits of fraction', () => {
    const clip = 0.1;
    const change = new Float32Array(100_000).fill(clip);
    const { encoded } = encodeUpdate(change, null, fixedPoint(change.length, clip, 25, 1), seedOf(1));
    expect(unpack(encoded, 32).every((value) => value <= 2 ** 25)).toBe(true);
  });

  it('rounds without bias', () => {
    const mean = (numbers: Int32Array) => numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const fine = new Float32Array(200_000).fill(0.3 / 2 ** 20);
    const coarse = new Float32Array(200_000).fill(-0.7 / 7);
    const first = encodeUpdate(fine, null, fixedPoint(fine.length, 1, 20, 1), seedOf(2));
    const second = encodeUpdate(coarse, null, quantised(coarse.length, 1, 4, 8), seedOf(3));
    expect(Math.abs(mean(unpack(first.encoded, 32)) - 0.3)).toBeLessThan(0.005); // five standard deviations
    expect(Math.abs(mean(unpack(second.encoded, 8)) + 0.7)).toBeLessThan(0.005);
  });

  it('comes back as the weighted mean, to within a step of the encoding', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }), (values) => {
        const weights = [100, 300, 600];
        const sum = new Uint8Array(values.length * 4);
        weights.forEach((weight, i) => {
          const change = Float32Array.from(values, (value) => value * (i + 1) * 0.3);
          addPacked(sum, encodeUpdate(change, null, fixedPoint(values.length, 1, 20, weight), seedOf(i)).encoded, 32);
        });
        const tensors = [{ offset: 0, length: values.length, unit: 1 / 2 ** 20 / 1000 }];
        const average = decodeAverage(sum, { ringBits: 32, tensors });
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
      { offset: 0, length: 3, limit: 1 },
      { offset: 3, length: 3, limit: 0.25 },
    ];
    const terms = { ...fixedPoint(6, 1, 10, 2), tensors };
    const { clipped, encoded, residual } = encodeUpdate(change, null, terms, seedOf(3));
    expect(clipped).toEqual([1, 1]);
    expect(residual).toBeNull();
    expect([...unpack(encoded, 32)]).toEqual([1024, -2048, 2048, 2048, -2048, 0]);
  });

  it('gives the same integers and commitment again from the same seed, and a commitment that hides them', () => {
    const change = randomChange(1000);
    const encode = (seed: Uint8Array) => encodeUpdate(change, null, fixedPoint(1000, 0.01, 20, 7), seed).encoded;
    expect(encode(seedOf(4))).toEqual(encode(seedOf(4)));
    expect(encode(seedOf(4))).not.toEqual(encode(seedOf(5)));
    const encoded = encode(seedOf(4));
    expect(commitmentTo(encoded, seedOf(4))).toBe(commitmentTo(encoded, seedOf(4)));
    expect(commitmentTo(encoded, seedOf(5))).not.toBe(commitmentTo(encoded, seedOf(4)));
  });

  it('refuses a change that is not a number', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const terms of [fixedPoint(2, 1, 20, 1), quantised(2, 1, 4, 8)]) {
        const encode = () => encodeUpdate(Float32Array.of(0, value), null, terms, seedOf(1));
        expect(encode).toThrow(/TRAINING_FAILED.*not-a-number/);
      }
    }
  });
});

describe('error feedback', () => {
  it('leaves over exactly what was not sent, clipped numbers included', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 50 }),
        fc.constantFrom([4, 8] as const, [8, 12] as const, [8, 16] as const),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (values, [valueBits, ringBits], weight) => {
          const change = Float32Array.from(values);
          const before = change.map((value) => -value / 3);
          const update = encodeUpdate(
            change,
            before,
            quantised(values.length, 1, valueBits, ringBits, weight),
            seedOf(6),
          );
          const sent = unpack(update.encoded, ringBits, values.length);
          values.forEach((_, i) => {
            const meant = weight * change[i]! + before[i]!;
            expect(update.residual![i]!).toBeCloseTo(meant - sent[i]! / topOf(valueBits), 4);
          });
        },
      ),
    );
  });

  it('sends in the long run what plain sums would have sent, where one round alone is far off', () => {
    const length = 2000;
    const terms = quantised(length, 1, 4, 8);
    const change = randomChange(length).map((value) => value * 30);
    const sent = new Float64Array(length);
    let last: EncodedUpdate | null = null;
    for (let round = 1; round <= 40; round++) {
      last = encodeUpdate(change, last?.residual ?? null, terms, seedOf(round));
      unpack(last.encoded, 8).forEach((value, i) => {
        sent[i]! += value / 7;
      });
    }
    sent.forEach((value, i) => {
      expect(Math.abs(value - 40 * change[i]!)).toBeLessThan(1 / 7 + 1e-4);
    });
  });
});

describe('an average of weighted values', () => {
  const length = 33;
  const { plan, ids } = makeConsortium(5, {
    rounds: 10,
    tensors: [{ name: 'trunk.0.weight', shape: [length], offset: 0 }],
    encoding: { ringBits: 12, valueBits: 8, scale: { first: 1, factor: 6, atLeast: 1e-9 } },
  });

  it.each([
    { who: 'all partners', survivors: ids },
    { who: 'the survivors alone', survivors: ids.slice(0, 4) },
  ])('divides by the weights of $who', ({ survivors }) => {
    const round = 4;
    const clips = plan.tensors.map(() => 0.02);
    const sum = new Uint8Array(packedBytes(length, 12));
    const mean = new Float64Array(length);
    const totalWeight = survivors.reduce((all, id) => all + plan.weights[id]!, 0);
    for (const [i, id] of survivors.entries()) {
      const change = randomChange(length).map((value) => value * (i + 1));
      addPacked(sum, encodeUpdate(change, null, encodingTerms(plan, id, round, clips), seedOf(i)).encoded, 12);
      change.forEach((value, k) => {
        mean[k]! += (plan.weights[id]! / totalWeight) * value;
      });
    }
    const terms = decodingTerms(plan, round, { clips, totalWeight });
    const step = terms.tensors[0]!.unit;
    decodeAverage(sum, terms).forEach((value, k) => {
      expect(Math.abs(value - mean[k]!)).toBeLessThan(survivors.length * step);
    });
  });
});

describe('the width of a ring', () => {
  it('follows from the bits of a value and the number of partners', () => {
    expect(valuesFitRing(8, 4, 10)).toBe(true);
    expect(valuesFitRing(8, 4, 18)).toBe(true);
    expect(valuesFitRing(8, 4, 19)).toBe(false);
    expect(valuesFitRing(12, 8, 10)).toBe(true);
    expect(valuesFitRing(12, 8, 17)).toBe(false);
    expect([ringFor(4, 10), ringFor(4, 50), ringFor(8, 10), ringFor(8, 50)]).toEqual([8, 12, 12, 16]);
  });

  it('tells which weights fit in fixed point', () => {
    expect(weightsFitRing(32, 20, 1024)).toBe(true);
    expect(weightsFitRing(32, 20, 1025)).toBe(false);
    expect(weightsFitRing(32, 25, 32)).toBe(true); // equal weights of up to 32 partners
    expect(weightsFitRing(32, 24, 64)).toBe(true);
  });
});

describe('the common scale', () => {
  it('aims at the heaviest partner, and stays where rounding noise cannot feed it', () => {
    expect(limitPerRms(3, 8, [1, 1, 1, 1])).toBeCloseTo(1.5);
    expect(limitPerRms(3, 8, [1000, 1, 1, 1])).toBeCloseTo(3);
    const few = limitPerRms(3, 4, [1000, ...Array.from({ length: 17 }, () => 1)]);
    expect((few / topOf(4)) ** 2 * (18 / 3)).toBeCloseTo(0.25);
  });

  it('moves by no more than four times a round', () => {
    expect(nextLimit(1, 100, 1e-6)).toBe(4);
    expect(nextLimit(1, 0, 1e-6)).toBe(0.25);
    expect(nextLimit(1, 2, 1e-6)).toBe(2);
    expect(nextLimit(1e-6, 0, 1e-6)).toBe(1e-6);
  });
});

function randomChange(length: number): Float32Array {
  const bytes = new Uint8Array(randomFrom('change')(length * 4));
  return Float32Array.from(unpack(bytes, 32), (value) => value / 2 ** 38);
}

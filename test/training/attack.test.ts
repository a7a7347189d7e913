import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attackResult, falseRateSeen } from '../../src-main/training/attack.ts';
import { randomFrom } from '../../src-main/training/random.ts';

/** Roughly normal: the sum of twelve uniform numbers. */
function normal(count: number, seed: number, mean = 0): Float64Array {
  const random = randomFrom(seed);
  return Float64Array.from({ length: count }, () => {
    let sum = mean - 6;
    for (let i = 0; i < 12; i++) sum += random() / 2 ** 32;
    return sum;
  });
}

const scores = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 60 });

describe('an attack on membership', () => {
  it('guesses where members and others score alike, and its interval nearly always holds one half', () => {
    const results = Array.from({ length: 20 }, (_, seed) =>
      attackResult(normal(400, seed), normal(200, seed + 100), seed),
    );
    const holding = results.filter(({ auc }) => auc.low <= 0.5 && auc.high >= 0.5);
    expect(holding.length).toBeGreaterThanOrEqual(17);
    for (const { auc, tprAt1Percent } of results) {
      expect(auc.value).toBeGreaterThan(0.4);
      expect(auc.value).toBeLessThan(0.6);
      expect(tprAt1Percent.value).toBeLessThan(0.06);
    }
  });

  it('finds every member where no other scores as high', () => {
    const sure = { value: 1, low: 1, high: 1 };
    expect(attackResult(normal(300, 1, 100), normal(200, 2), 1)).toEqual({
      auc: sure,
      tprAt1Percent: sure,
      tprAt01Percent: sure,
    });
  });

  it('takes a tie for half a win, and lets through nobody who ties with a false member', () => {
    const { auc, tprAt1Percent, tprAt01Percent } = attackResult([3, 2, 2, 1], [2, 0], 1);
    expect(auc.value).toBe((2 + 1.5 + 1.5 + 1) / 8);
    expect(tprAt1Percent.value).toBe(1 / 4);
    expect(tprAt01Percent.value).toBe(1 / 4);
  });

  it('allows as many false members as the rate says', () => {
    const heldOut = Float64Array.from({ length: 1000 }, (_, i) => i);
    const { tprAt1Percent, tprAt01Percent } = attackResult([989.5, 988.5, 998.5, 997.5, -1], heldOut, 1);
    expect(tprAt1Percent.value).toBe(3 / 5);
    expect(tprAt01Percent.value).toBe(1 / 5);
  });

  it('has an interval around each estimate, and the same one for the same seed', () => {
    fc.assert(
      fc.property(scores, scores, fc.integer(), (members, heldOut, seed) => {
        const result = attackResult(members, heldOut, seed);
        expect(attackResult(members, heldOut, seed)).toEqual(result);
        for (const { value, low, high } of Object.values(result)) {
          expect(low).toBeLessThanOrEqual(value);
          expect(high).toBeGreaterThanOrEqual(value);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
        }
        expect(result.tprAt01Percent.value).toBeLessThanOrEqual(result.tprAt1Percent.value);
      }),
      { numRuns: 30 },
    );
  });

  it('sees the order of the scores alone, and turned around loses what it won', () => {
    fc.assert(
      fc.property(scores, scores, (members, heldOut) => {
        const { auc, tprAt1Percent } = attackResult(members, heldOut, 1);
        const bent = (list: number[]) => list.map((score) => score ** 3 + 7);
        expect(attackResult(bent(members), bent(heldOut), 1).auc.value).toBe(auc.value);
        expect(attackResult(bent(members), bent(heldOut), 1).tprAt1Percent.value).toBe(tprAt1Percent.value);
        expect(attackResult([...members].reverse(), heldOut, 1).auc.value).toBe(auc.value);
        expect(attackResult(heldOut, members, 1).auc.value).toBeCloseTo(1 - auc.value, 12);
      }),
      { numRuns: 30 },
    );
  });

  it('says which rate of false members so many others can show', () => {
    expect(falseRateSeen(0.001, 100)).toBe(1 / 101);
    expect(falseRateSeen(0.01, 500)).toBe(0.01);
    expect(() => attackResult([], [1], 1)).toThrow(RangeError);
    expect(() => attackResult([Number.NaN], [1], 1)).toThrow(RangeError);
  });
});

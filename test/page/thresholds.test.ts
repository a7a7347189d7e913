import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  added,
  classOf,
  edgesOf,
  gridOf,
  mainOf,
  moved,
  pieces,
  removed,
  thresholdText,
} from '../../src-renderer/pages/tasks/threshold.ts';

const value = fc.integer({ min: -500, max: 1200 }).map((hundredths) => hundredths / 100);
const thresholds = fc.uniqueArray(value, { minLength: 1, maxLength: 5 }).map((list) => list.toSorted((a, b) => a - b));

const grid = gridOf(0.2);

describe('thresholds in hand', () => {
  it('stay ascending and apart, wherever one is moved', () => {
    fc.assert(
      fc.property(thresholds, fc.nat(), value, (before, place, target) => {
        const after = moved(before, place % before.length, target, grid);
        expect(after.thresholds).toHaveLength(before.length);
        expect(new Set(after.thresholds).size).toBe(before.length);
        expect(after.thresholds).toEqual(after.thresholds.toSorted((a, b) => a - b));
        expect(after.thresholds[after.index]).toBeGreaterThanOrEqual(target);
        expect(after.thresholds[after.index]).toBeLessThanOrEqual(target + 0.05);
      }),
    );
  });

  it('are kept to two decimals, so that field, flag and count speak of one value', () => {
    expect(moved([7], 0, 7.123456, grid)).toEqual({ thresholds: [7.12], index: 0 });
  });

  it('of values that lie closer together are kept as fine as they need', () => {
    const fine = gridOf(2e-6);
    expect(fine).toEqual({ step: 5e-7, largeStep: 5e-6, decimals: 7 });
    expect(moved([2.1e-5], 0, 2.149e-5, fine)).toEqual({ thresholds: [2.15e-5], index: 0 });
    const format = { decimal: (value: number, digits: number) => value.toFixed(digits) };
    expect([7, 0.05, 0, 2.1e-5, -3e-4, 9.999e-3].map((value) => thresholdText(format, value))).toEqual([
      ...['7.00', '0.05', '0.00', '2.10e-5', '-3.00e-4', '1.00e-2'],
    ]);
  });

  it('take a further one above the highest, or between it and the end of the values', () => {
    expect(added([7], 4, 10, grid)).toEqual([7, 8]);
    expect(added([9.5], 4, 10, grid)).toEqual([9.5, 9.75]);
    expect(added([], 4, 10, grid)).toEqual([7]);
  });

  it('lose only the one that is removed', () => {
    expect(removed([6, 7, 8], 1)).toEqual([6, 8]);
  });
});

describe('the class of a value', () => {
  it('counts thresholds from below where high values are active, and from above where low ones are', () => {
    expect([6, 7, 7.5, 8.2].map((at) => classOf(at, [7, 8], 'high'))).toEqual([0, 1, 1, 2]);
    expect([6, 7, 7.5, 8.2].map((at) => classOf(at, [7, 8], 'low'))).toEqual([2, 2, 1, 0]);
  });

  it('counts large values of either sign where the assay has no direction', () => {
    expect([-4, -3, -2.9, 0, 2.9, 3, 6].map((at) => classOf(at, [3, 5], 'both'))).toEqual([1, 1, 0, 0, 0, 1, 2]);
    expect(edgesOf([3, 5], 'both')).toEqual([-5, -3, 3, 5]);
    expect(edgesOf([3, 5], 'low')).toEqual([3, 5]);
    expect(pieces(-4, 4, [3], 'both').map(({ from, to, level }) => [from, to, level])).toEqual([
      [-4, -3, 1],
      [-3, 3, 0],
      [3, 4, 1],
    ]);
  });

  it('cuts a bin only where a threshold crosses it, and its pieces fill it', () => {
    fc.assert(
      fc.property(thresholds, value, fc.constantFrom('low' as const, 'high' as const), (list, from, direction) => {
        const cut = pieces(from, from + 0.25, list, direction);
        expect(cut[0]!.from).toBe(from);
        expect(cut.at(-1)!.to).toBe(from + 0.25);
        cut.slice(1).forEach((piece, index) => {
          expect(piece.from).toBe(cut[index]!.to);
          expect(Math.abs(piece.level - cut[index]!.level)).toBe(1);
        });
      }),
    );
  });
});

describe('the thresholds that a person decides on', () => {
  const of = (method: 'expert' | 'fixed' | 'aux_low', auxiliary: boolean) => ({ method, auxiliary });

  it('are those that are evaluated, without the auxiliary ones around them', () => {
    expect(mainOf([of('aux_low', true), of('expert', false)])).toEqual([of('expert', false)]);
  });

  it('are all of an assay that is auxiliary as a whole', () => {
    expect(mainOf([of('fixed', true)])).toEqual([of('fixed', true)]);
  });
});

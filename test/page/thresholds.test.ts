import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { added, classOf, moved, pieces, removed } from '../../src-renderer/pages/tasks/threshold.ts';

const value = fc.integer({ min: -500, max: 1200 }).map((hundredths) => hundredths / 100);
const thresholds = fc.uniqueArray(value, { minLength: 1, maxLength: 5 }).map((list) => list.toSorted((a, b) => a - b));

describe('thresholds in hand', () => {
  it('stay ascending and apart, wherever one is moved', () => {
    fc.assert(
      fc.property(thresholds, fc.nat(), value, (before, place, target) => {
        const after = moved(before, place % before.length, target);
        expect(after.thresholds).toHaveLength(before.length);
        expect(new Set(after.thresholds).size).toBe(before.length);
        expect(after.thresholds).toEqual(after.thresholds.toSorted((a, b) => a - b));
        expect(after.thresholds[after.index]).toBeGreaterThanOrEqual(target);
        expect(after.thresholds[after.index]).toBeLessThanOrEqual(target + 0.05);
      }),
    );
  });

  it('are kept to two decimals, so that field, flag and count speak of one value', () => {
    expect(moved([7], 0, 7.123456)).toEqual({ thresholds: [7.12], index: 0 });
  });

  it('take a further one above the highest, or between it and the end of the values', () => {
    expect(added([7], 4, 10)).toEqual([7, 8]);
    expect(added([9.5], 4, 10)).toEqual([9.5, 9.75]);
    expect(added([], 4, 10)).toEqual([7]);
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

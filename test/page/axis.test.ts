import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalsOf, linearScale, niceTop, ticks } from '../../src-renderer/parts/axis.ts';

const finite = fc.double({ min: -1e4, max: 1e4, noNaN: true });

describe('an axis', () => {
  it('finds the value again that it has placed', () => {
    fc.assert(
      fc.property(
        finite,
        fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, span, share) => {
          const scale = linearScale(from, from + span, [40, 640]);
          const value = from + span * share;
          expect(scale.valueAt(scale.at(value))).toBeCloseTo(value, 6);
        },
      ),
    );
  });

  it('keeps a value inside its ends, however far the pointer is dragged', () => {
    const scale = linearScale(4, 10, [0, 600]);
    expect(scale.valueAt(-50)).toBe(4);
    expect(scale.valueAt(9999)).toBe(10);
  });

  it('has ticks inside its ends, evenly apart, about as many as asked for', () => {
    fc.assert(
      fc.property(
        finite,
        fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        fc.integer({ min: 2, max: 12 }),
        (from, span, count) => {
          const found = ticks(from, from + span, count);
          expect(found.length).toBeLessThanOrEqual(count + 1);
          for (const tick of found) {
            expect(tick).toBeGreaterThanOrEqual(from - span * 1e-6);
            expect(tick).toBeLessThanOrEqual(from + span * (1 + 1e-6));
          }
        },
      ),
    );
  });

  it('writes ticks with as many decimals as they need', () => {
    expect(decimalsOf(ticks(0.6, 0.72, 4))).toBe(2);
    expect(decimalsOf(ticks(4, 10, 6))).toBe(0);
    expect(decimalsOf([0, 2.5, 5])).toBe(1);
  });

  it('ends a count at a round number that holds all of it', () => {
    expect(niceTop(98, 4)).toBe(100);
    expect(niceTop(0, 4)).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (most) => {
        expect(niceTop(most, 4)).toBeGreaterThanOrEqual(most);
      }),
    );
  });
});

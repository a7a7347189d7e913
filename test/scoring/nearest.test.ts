import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestAmong } from '../../src-main/scoring/nearest.ts';

const fingerprint = fc
  .uniqueArray(fc.integer({ min: 0, max: 39 }), { minLength: 1, maxLength: 15 })
  .map((bits) => Uint16Array.from(bits).sort());

describe('similarity to the nearest training compound', () => {
  it('is the largest Tanimoto similarity, as counted pair by pair', () => {
    fc.assert(
      fc.property(fc.array(fingerprint, { maxLength: 20 }), fingerprint, (compounds, asked) => {
        const tanimoto = (other: Uint16Array) => {
          const both = asked.filter((bit) => other.includes(bit)).length;
          return both / (asked.length + other.length - both);
        };
        const expected = Math.max(0, ...compounds.map(tanimoto));
        expect(nearestAmong(compounds, 40)(asked)).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('is 1 for a compound that is among them, whatever was asked before, and 0 without any', () => {
    const compounds = [Uint16Array.of(1, 2, 3), Uint16Array.of(3, 4, 5, 6)];
    const nearest = nearestAmong(compounds, 40);
    expect(nearest(Uint16Array.of(9))).toBe(0);
    expect(nearest(compounds[1]!)).toBe(1);
    expect(nearest(compounds[0]!)).toBe(1);
    expect(nearestAmong([], 40)(Uint16Array.of(1))).toBe(0);
  });
});

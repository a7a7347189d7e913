import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearScale } from '../../src-renderer/parts/axis.ts';
import { curveNames } from '../../src-renderer/parts/curve-names.ts';

const x = linearScale(0, 20, [44, 700]);
const y = linearScale(0, 1, [300, 12]);
const line = (values: readonly number[], name = 'federated') => ({
  name,
  points: values.map((value, step) => ({ step, value })),
});
const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 21 });

describe('the name of a line', () => {
  it('stands above all of its own line that is beside it, or below it where another line ends higher', () => {
    fc.assert(
      fc.property(values, fc.boolean(), (own, isBelow) => {
        const other = line([2], 'alone');
        const { at, side } = curveNames(isBelow ? [line(own), other] : [line(own)], x, y)[0]!;
        const [from, to] = side === 'before' ? [at.x - 15 * 6.5, at.x] : [at.x, at.x + 15 * 6.5];
        own.forEach((value, step) => {
          if (x.at(step) < from || x.at(step) > to) return;
          if (isBelow) expect(at.y - 12).toBeGreaterThan(y.at(value));
          else expect(at.y).toBeLessThan(y.at(value));
        });
      }),
    );
  });

  it('keeps clear of a line that rises through its place', () => {
    const steep = line(Array.from({ length: 12 }, (_, step) => step / 12));
    const { at } = curveNames([steep, line([1, 1], 'alone')], x, y)[0]!;
    expect(at.y - 12).toBeGreaterThan(y.at(11 / 12));
    expect(at.y - 12).toBeGreaterThan(y.at(9 / 12));
  });

  it('stands behind an end at the left, where it has no room before it', () => {
    expect(curveNames([line([0.5])], x, y)[0]).toMatchObject({ side: 'after' });
    expect(curveNames([line([0.1, 0.2]), { ...line([0, 0, 0, 0]), namedAt: 2 }], x, y)[1]).toMatchObject({ value: 0 });
    expect(curveNames([line([])], x, y)).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MeasuredCompound } from '../../src-main/catalog/tasks.ts';
import { assayValues, bringTogether, type MeasuredValue, quantile } from '../../src-main/tasks/assay-values.ts';
import { defaultTaskRules } from '../../src-main/tasks/rules.ts';

const values = (...texts: readonly string[]): MeasuredValue[] =>
  texts.map((text) => ({
    relation: text.startsWith('<') ? '<' : text.startsWith('>') ? '>' : '=',
    value: Number(text.replace(/^[<>]/, '')),
  }));
const together = (type: Parameters<typeof bringTogether>[0], ...texts: readonly string[]) => {
  const found = bringTogether(type, null, values(...texts));
  return found && `${found.relation}${found.value}`;
};
const measured = (value: number, change: Partial<MeasuredCompound> = {}): MeasuredCompound => ({
  relation: '=',
  value,
  scale: 'p',
  state: 'ok',
  smiles: 'CCO',
  fold: 2,
  ...change,
});

describe('replicates', () => {
  it('of a potency count by their strongest', () => {
    expect(together('OTHER', '6.1', '6.9', '6.4')).toBe('=6.9');
    expect(together('NON-CATALOG-PANEL', '6.1', '>7')).toBe('>7');
  });

  it('of a potency that say only how weak it is count where there is nothing else', () => {
    expect(together('OTHER', '<7', '5.2')).toBe('=5.2');
    expect(together('OTHER', '<7', '>6')).toBe('>6');
    expect(together('OTHER', '<5', '<5.5')).toBe('<5.5');
  });

  it('of an ADME assay count by their median, under the relation that most of them have', () => {
    expect(together('ADME', '1', '2', '4')).toBe('=2');
    expect(together('ADME', '1', '2', '3', '6')).toBe('=2.5');
    expect(together('ADME', '>1', '>3', '2')).toBe('>2');
    expect(together('ADME', '1', '>3')).toBe('=2');
    expect(together('ADME', '<1', '>3', '2')).toBe('=2');
    expect(together('ADME', '<1', '>3')).toBeUndefined();
  });

  it('of a screen count by their largest effect, or by the direction of the assay', () => {
    expect(together('AUX_HTS', '2', '-5', '3')).toBe('=-5');
    expect(bringTogether('CATALOG-PANEL', 'low', values('4', '>6', '5'))).toEqual({ relation: '=', value: 4 });
  });
});

describe('the values of an assay', () => {
  const rules = defaultTaskRules;
  const potency = { type: 'OTHER', direction: null } as const;

  it('are one for each standard structure, by SMILES, to two decimals', () => {
    const found = assayValues(
      potency,
      [measured(6.129, { smiles: 'CCN', fold: 1 }), measured(6.125), measured(5, { smiles: 'CCN', fold: 1 })],
      rules,
    );
    expect(found.values).toEqual([
      { smiles: 'CCN', fold: 1, relation: '=', value: 6.13 },
      { smiles: 'CCO', fold: 2, relation: '=', value: 6.12 }, // halves go to the even digit
    ]);
    expect(found.direction).toBe('high');
  });

  it('leave out what is not credible or has no standard structure, and count it by cause', () => {
    const found = assayValues(
      potency,
      [
        measured(2.9),
        measured(3),
        measured(10),
        measured(10.01),
        measured(Number.NaN),
        measured(6, { state: 'failed', smiles: null, fold: null }),
        measured(6, { state: 'waiting', smiles: null, fold: null }),
      ],
      rules,
    );
    expect(found.values).toHaveLength(1);
    expect(found.leftOut).toEqual({ outOfRange: 3, structureFailed: 1, structureWaiting: 1, undecided: 0 });
  });

  it('of an ADME assay may be any number', () => {
    const found = assayValues({ type: 'ADME', direction: 'low' }, [measured(-2.5, { scale: 'log10' })], rules);
    expect(found.values.map(({ value }) => value)).toEqual([-2.5]);
    expect(found).toMatchObject({ direction: 'low', scale: 'log10' });
  });

  it('do not depend on the order of the measurements', () => {
    const one = fc.record({
      value: fc.double({ min: 3, max: 10, noNaN: true }),
      relation: fc.constantFrom('=' as const, '<' as const, '>' as const),
      smiles: fc.constantFrom('C', 'CC', 'CCC'),
    });
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 12 }),
        fc.constantFrom('OTHER' as const, 'ADME' as const),
        (given, type) => {
          const all = given.map(({ value, ...rest }) => measured(value, { ...rest, fold: 0 }));
          const forth = assayValues({ type, direction: null }, all, rules).values;
          const back = assayValues({ type, direction: null }, all.toReversed(), rules).values;
          // Of equal values either relation may be first.
          expect(back.map(({ smiles, value }) => [smiles, value])).toEqual(
            forth.map(({ smiles, value }) => [smiles, value]),
          );
        },
      ),
    );
  });
});

it('a quantile lies between the values around it, linearly', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([4, 1, 3, 2], 0.75)).toBe(3.25);
  expect(quantile([7], 0.25)).toBe(7);
});

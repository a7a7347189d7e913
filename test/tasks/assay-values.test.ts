import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assayValues,
  bringTogether,
  deviationOf,
  type MeasuredValue,
  quantile,
  type ReplicateRule,
} from '../../src-main/tasks/assay-values.ts';
import { defaultTaskRules } from '../../src-main/tasks/rules.ts';
import { assayOf, columnsOf, type Measured } from './columns.ts';

const tuner = { ...defaultTaskRules, compatibility: 'tuner' as const };
const values = (...texts: readonly string[]): MeasuredValue[] =>
  texts.map((text) => ({
    censor: text.startsWith('<') ? -1 : text.startsWith('>') ? 1 : 0,
    value: Number(text.replace(/^[<>]/, '')),
  }));
const together = (rule: ReplicateRule, texts: readonly string[], rules = defaultTaskRules) => {
  const found = bringTogether(rule, values(...texts), rules);
  return found && `${['<', '=', '>'][found.censor + 1]}${found.value}`;
};
const ruleOf = (...[assay, measured, rules]: Parameters<typeof assayValues>) =>
  assayValues(assay, measured, rules).replicates.rule;

describe('replicates', () => {
  it('of a potency count by their strongest', () => {
    expect(together('highest', ['6.1', '6.9', '6.4'])).toBe('=6.9');
    expect(together('highest', ['6.1', '>7'])).toBe('>7');
  });

  it('that say only how weak they are count where there is nothing else', () => {
    expect(together('highest', ['<7', '5.2'])).toBe('=5.2');
    expect(together('highest', ['<7', '>6'])).toBe('>6');
    expect(together('highest', ['<5', '<5.5'])).toBe('<5.5');
    expect(together('lowest', ['4', '>3', '5'])).toBe('=4');
  });

  it('count by their lowest without a look at relations in the way of MELLODDY-TUNER', () => {
    expect(together('lowest', ['4', '>3', '5'], tuner)).toBe('>3');
  });

  it('of an ADME assay count by their median, under the relation that most of them have', () => {
    expect(together('median', ['1', '2', '4'])).toBe('=2');
    expect(together('median', ['1', '2', '3', '6'])).toBe('=2.5');
    expect(together('median', ['>1', '>3', '2'])).toBe('>2');
    expect(together('median', ['1', '>3'])).toBe('=2');
    expect(together('median', ['<1', '>3', '2'])).toBe('=2');
    expect(together('median', ['<1', '>3'])).toBeUndefined();
    expect(together('median', ['<1', '<2', '>3', '>4', '2'])).toBeUndefined();
  });

  it('of a screen count by their largest effect', () => {
    expect(together('largest-magnitude', ['2', '-5', '3'])).toBe('=-5');
  });

  it('that lie alike count by what is certain, then by what says most, then by the positive one', () => {
    for (const turned of [false, true]) {
      const of = (rule: ReplicateRule, ...texts: string[]) => together(rule, turned ? texts.toReversed() : texts);
      expect(of('highest', '5', '>5')).toBe('=5');
      expect(of('highest', '<5', '<5')).toBe('<5');
      expect(of('lowest', '<5', '5', '>5')).toBe('=5');
      expect(of('largest-magnitude', '-5', '5')).toBe('=5');
      expect(of('largest-magnitude', '<5', '>5')).toBe('>5');
      expect(of('largest-magnitude', '<-5', '>-5')).toBe('<-5');
      expect(of('largest-magnitude', '<5', '-5')).toBe('=-5');
    }
  });

  it('that lie alike count by the one that came first in the way of MELLODDY-TUNER', () => {
    expect(together('highest', ['>5', '5'], tuner)).toBe('>5');
    expect(together('largest-magnitude', ['-5', '5'], tuner)).toBe('=-5');
  });

  it('of classes count by the majority, active where it is even', () => {
    expect(together('majority', ['-1', '-1', '1'])).toBe('=-1');
    expect(together('majority', ['-1', '1'])).toBe('=1');
  });

  it('are brought together by the rule of the type and the direction', () => {
    const one = columnsOf([{ vector: 0, value: 5 }]);
    const rule = (type: Parameters<typeof assayOf>[0], rules = defaultTaskRules) => ruleOf(assayOf(type), one, rules);
    expect(rule({ type: 'OTHER' })).toBe('highest');
    expect(rule({ type: 'OTHER', direction: 'low' })).toBe('lowest');
    expect(rule({ type: 'OTHER', direction: 'low' }, tuner)).toBe('highest');
    expect(rule({ type: 'ADME', direction: 'low' })).toBe('median');
    expect(rule({ type: 'CATALOG-PANEL' })).toBe('largest-magnitude');
    expect(rule({ type: 'CATALOG-PANEL', direction: 'low' })).toBe('lowest');
    expect(rule({ type: 'AUX_HTS', direction: 'high' })).toBe('highest');
    expect(rule({ type: 'AUX_PL' })).toBe('majority');
    expect(rule({ type: 'OTHER', binary: true })).toBe('majority');
  });
});

describe('the values of an assay', () => {
  const potency = assayOf();

  it('are one for each vector, in their order, to two decimals', () => {
    const found = assayValues(
      potency,
      columnsOf([
        { vector: 7, fold: 1, value: 6.129 },
        { vector: 3, fold: 2, value: 6.125 },
        { vector: 7, fold: 1, value: 5 },
      ]),
      defaultTaskRules,
    );
    expect([...found.vectors]).toEqual([3, 7]);
    expect([...found.folds]).toEqual([2, 1]);
    expect([...found.values]).toEqual([6.12, 6.13]); // halves go to the even digit
    expect(found).toMatchObject({ direction: 'high', replicates: { rule: 'highest', compounds: 1, conflicts: 1 } });
  });

  it('leave out what is not credible, has no standard structure or another scale, and count it by cause', () => {
    const found = assayValues(
      potency,
      columnsOf([
        ...[2.9, 3, 10, 10.01, Number.NaN].map((value, vector) => ({ vector, value })),
        { vector: 'failed', value: 6 },
        { vector: 'waiting', value: 6 },
        { vector: 9, value: 6, scale: 'linear' },
      ]),
      defaultTaskRules,
    );
    expect([...found.values]).toEqual([3, 10]);
    expect(found.leftOut).toEqual({
      ...{ outOfRange: 3, structureFailed: 1, structureWaiting: 1, undecided: 0, otherScale: 1 },
    });
  });

  it('are held to the range of their type: any number for ADME, 10 either way for a screen, 1 or -1 for classes', () => {
    const all = (assay: Parameters<typeof assayOf>[0], scale: Measured['scale'], rules = defaultTaskRules) => [
      ...assayValues(
        assayOf(assay),
        columnsOf([-1e6, -11, -10, -1, 0, 1, 11].map((value, vector) => ({ vector, value, scale: scale ?? 'p' }))),
        rules,
      ).values,
    ];
    expect(all({ type: 'ADME' }, 'log10')).toHaveLength(7);
    expect(all({ type: 'AUX_HTS' }, 'linear')).toEqual([-10, -1, 0, 1]);
    expect(all({ type: 'OTHER' }, 'binary')).toEqual([-1, 1]);
    expect(all({ type: 'AUX_PL' }, 'linear')).toEqual([-1, 1]);
    expect(all({ type: 'CATALOG-PANEL' }, 'p')).toEqual([]);
    expect(all({ type: 'CATALOG-PANEL' }, 'p', tuner)).toHaveLength(7);
  });

  it('tell conflicts from replicates that agree: only what is certain to lie apart counts', () => {
    const conflicts = (...texts: readonly string[]) =>
      assayValues(
        assayOf({ type: 'ADME' }),
        columnsOf(
          values(...texts).map(({ value, censor }) => ({
            ...{ vector: 0, value, relation: (['<', '=', '>'] as const)[censor + 1]! },
          })),
        ),
        defaultTaskRules,
      ).replicates.conflicts;
    expect(conflicts('5', '6')).toBe(0);
    expect(conflicts('5', '6.1')).toBe(1);
    expect(conflicts('>5', '8')).toBe(0);
    expect(conflicts('<5', '8')).toBe(1);
    expect(conflicts('<5', '>8')).toBe(1);
    expect(conflicts('<8', '>5')).toBe(0);
    expect(conflicts('5')).toBe(0);
  });

  it('do not depend on the order of the measurements', () => {
    const one = fc.record({
      value: fc.integer({ min: -10, max: 20 }).map((halves) => halves / 2), // many of them lie alike
      relation: fc.constantFrom('=' as const, '<' as const, '>' as const),
      vector: fc.nat({ max: 2 }),
      scale: fc.constantFrom('p' as const, 'linear' as const),
    });
    const shuffled = fc
      .array(one, { maxLength: 12 })
      .chain((given) => fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })));
    const assay = fc.record({
      type: fc.constantFrom('OTHER' as const, 'ADME' as const, 'CATALOG-PANEL' as const, 'AUX_HTS' as const),
      direction: fc.constantFrom('low' as const, 'high' as const, null),
    });
    fc.assert(
      fc.property(shuffled, assay, ([given, other], said) => {
        const one = assayValues(assayOf(said), columnsOf(given), defaultTaskRules);
        const another = assayValues(assayOf(said), columnsOf(other), defaultTaskRules);
        expect(another).toEqual(one);
      }),
      { numRuns: 500 },
    );
  });

  it('hold to a control that was measured very often', () => {
    const often = Array.from({ length: 130_000 }, (_, at) => ({ vector: 0, value: at % 2, scale: 'linear' as const }));
    const found = assayValues(assayOf({ type: 'AUX_HTS' }), columnsOf(often), {
      ...{ ...defaultTaskRules, conflictSpread: 0.5 },
    });
    expect([...found.values]).toEqual([1]);
    expect(found.replicates).toMatchObject({ compounds: 1, conflicts: 1 });
  });

  it('are rounded on the p-scale alone: a unit of their own may be tiny', () => {
    const values = [1.234e-6, 2.345e-6, 40.123456];
    const stored = (type: 'OTHER' | 'NON-CATALOG-PANEL', scale: 'p' | 'log10' | 'linear', rules = defaultTaskRules) => [
      ...assayValues(assayOf({ type }), columnsOf(values.map((value, vector) => ({ vector, value, scale }))), {
        ...rules,
        credible: { ...rules.credible, [type]: [0, 100] },
      }).values,
    ];
    expect(stored('OTHER', 'linear')).toEqual(values);
    expect(stored('NON-CATALOG-PANEL', 'log10')).toEqual(values);
    expect(stored('OTHER', 'p')).toEqual([0, 0, 40.12]);
    expect(stored('OTHER', 'linear', tuner)).toEqual([0, 0, 40.12]); // MELLODDY-TUNER knows no scales
  });
});

it('a quantile lies between the values around it, linearly', () => {
  expect(quantile(Float64Array.of(1, 2, 3, 4), 0.5)).toBe(2.5);
  expect(quantile(Float64Array.of(1, 2, 3, 4), 0.75)).toBe(3.25);
  expect(quantile(Float64Array.of(7), 0.25)).toBe(7);
});

it('a sample deviation needs two values', () => {
  expect(deviationOf(Float64Array.of(2, 4))).toBeCloseTo(Math.SQRT2, 12);
  expect(deviationOf(Float64Array.of(2))).toBeNull();
});

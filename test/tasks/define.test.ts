import { describe, expect, it } from 'vitest';
import type { AssayRecord, MeasuredCompound } from '../../src-main/catalog/tasks.ts';
import { classOf } from '../../src-main/tasks/classes.ts';
import { type DefinedAssay, defineAssay, statusOfAssay } from '../../src-main/tasks/define.ts';
import { defaultTaskRules } from '../../src-main/tasks/rules.ts';

const assay = (change: Partial<AssayRecord> = {}): AssayRecord => ({
  assayId: 1,
  code: 'A1',
  type: 'OTHER',
  direction: null,
  expertThresholds: [],
  chosenThresholds: undefined,
  ...change,
});

/** `count` compounds of one value, spread over folds in turn. */
let made = 0;
const compounds = (value: number, count: number, change: Partial<MeasuredCompound> = {}): MeasuredCompound[] =>
  Array.from({ length: count }, (_, at) => ({
    relation: '=' as const,
    value,
    scale: 'p',
    state: 'ok' as const,
    smiles: `C${made++}`,
    fold: at % 5,
    ...change,
  }));

const thresholdsOf = ({ tasks }: DefinedAssay) => tasks.map(({ threshold, method }) => `${threshold} ${method}`);
const define = (record: AssayRecord, measured: readonly MeasuredCompound[]) =>
  defineAssay(record, measured, defaultTaskRules);

describe('the class of a value', () => {
  it.each([
    // relation, value, direction high, direction low
    ['=', 7, 1, 1],
    ['=', 7.1, 1, -1],
    ['=', 6.9, -1, 1],
    ['>', 7.1, 1, -1],
    ['>', 7, 1, -1],
    ['>', 6.9, 0, 0],
    ['<', 6.9, -1, 1],
    ['<', 7, -1, 1],
    ['<', 7.1, 0, 0],
  ] as const)('%s %d at 7 is %d where high is active and %d where low is', (relation, value, high, low) => {
    expect(classOf({ relation, value }, 7, 'high')).toBe(high);
    expect(classOf({ relation, value }, 7, 'low')).toBe(low);
  });
});

it('a value on a threshold lies on it, whatever binary fractions make of the numbers', () => {
  expect(classOf({ relation: '=', value: 3.9 }, 4.4 - 0.5, 'high')).toBe(1);
  expect(classOf({ relation: '<', value: 3.9 }, 4.4 - 0.5, 'high')).toBe(-1);
});

describe('the thresholds of a potency assay', () => {
  it('are the first fixed one with a fifth of actives and 25 of each class, between two auxiliary ones', () => {
    const defined = define(assay(), [...compounds(8.5, 15), ...compounds(7.5, 25), ...compounds(5.5, 60)]);
    expect(thresholdsOf(defined)).toEqual(['6.5 aux_low', '7 fixed_adaptive', '7.5 aux_high']);
    expect(defined.reason).toEqual({
      key: 'tasks.reason.fixedAdaptive',
      data: { threshold: 7, tried: [8, 7, 6, 5, 4.7, 4.4], shares: [0.15, 0.4], activeShare: 0.2 },
    });
  });

  it('are the median where none of the fixed ones divides the assay', () => {
    const defined = define(assay(), [...compounds(9, 30), ...compounds(9.4, 10)]);
    expect(thresholdsOf(defined)).toEqual(['8.5 aux_low', '9 median', '9.5 aux_high']);
    expect(defined.reason.key).toBe('tasks.reason.median');
  });

  it('shift a limit by a factor of two for the median', () => {
    const defined = define(assay(), [...compounds(5, 3, { relation: '<' }), ...compounds(4.9, 2)]);
    expect(defined.tasks[1]!.threshold).toBeCloseTo(5 - Math.log10(2), 10);
  });

  it('are those of a person before those of the file before those of the rule', () => {
    const measured = compounds(7, 60);
    expect(thresholdsOf(define(assay({ expertThresholds: [6.5] }), measured))[1]).toBe('6.5 expert');
    const chosen = assay({ expertThresholds: [6.5], chosenThresholds: [7.2, 6.8] });
    expect(thresholdsOf(define(chosen, measured))).toEqual(['6.3 aux_low', '6.8 expert', '7.2 expert', '7.7 aux_high']);
    expect(define(chosen, measured).reason.key).toBe('tasks.reason.expert');
  });

  it('of a person stand alone when there are more than three', () => {
    const defined = define(assay({ chosenThresholds: [5, 6, 7, 8] }), compounds(7, 60));
    expect(defined.tasks.map(({ method }) => method)).toEqual(['expert', 'expert', 'expert', 'expert']);
  });

  it('are none where nothing was measured', () => {
    expect(define(assay(), [])).toMatchObject({ tasks: [], reason: { key: 'tasks.reason.tooFewValues' } });
  });
});

describe('the thresholds of an ADME assay', () => {
  const adme = (direction: 'low' | 'high' | null) => assay({ type: 'ADME', direction });
  const spread = [0, 1, 2, 3, 4].flatMap((value) => compounds(value, 1, { scale: 'log10' }));

  it('are the median and the quartile on the active side, of the values that are no limits', () => {
    const measured = [...spread, ...compounds(9, 20, { scale: 'log10', relation: '>' })];
    expect(thresholdsOf(define(adme('high'), measured))).toEqual(['2 median', '3 quartile']);
    expect(thresholdsOf(define(adme('low'), measured))).toEqual(['1 quartile', '2 median']);
    expect(thresholdsOf(define(adme(null), measured))).toEqual(['2 median', '3 quartile']);
  });

  it('are none below two values', () => {
    expect(define(adme('high'), spread.slice(0, 1)).tasks).toEqual([]);
  });
});

it('an auxiliary type makes no tasks yet, and says so', () => {
  expect(define(assay({ type: 'AUX_HTS' }), compounds(5, 100))).toMatchObject({
    tasks: [],
    reason: { key: 'tasks.reason.typeComesLater', data: { type: 'AUX_HTS' } },
  });
});

describe('quorums and weights', () => {
  it('train with 25 of each class over all folds, are evaluated with 10 of each in every fold', () => {
    const ready = define(assay(), [...compounds(8.5, 50), ...compounds(5, 50)]);
    expect(ready.tasks[1]).toMatchObject({ trainingQuorum: true, evaluationQuorum: true, aggregationWeight: 1 });
    expect(statusOfAssay(ready.tasks)).toBe('ready');

    const nearly = define(assay(), [...compounds(8.5, 49), ...compounds(5, 50)]);
    expect(nearly.tasks[1]).toMatchObject({ trainingQuorum: true, evaluationQuorum: false, aggregationWeight: 0 });
    expect(statusOfAssay(nearly.tasks)).toBe('not-evaluated');

    const few = define(assay(), [...compounds(8.5, 24), ...compounds(5, 50)]);
    expect(few.tasks.map(({ trainingQuorum }) => trainingQuorum)).toEqual([false, false, false]);
    expect(statusOfAssay(few.tasks)).toBe('too-few');
  });

  it('let an assay with an empty fold train, without evaluation', () => {
    const measured = [...compounds(8.5, 60), ...compounds(5, 60)].filter(({ fold }) => fold !== 3);
    const defined = define(assay(), measured);
    expect(statusOfAssay(defined.tasks)).toBe('not-evaluated');
    expect(defined.tasks[1]!.counts[3]).toEqual({ fold: 3, actives: 0, inactives: 0, ambiguous: 0 });
  });

  it('share the weight of an assay among its tasks that train', () => {
    const defined = define(assay(), [...compounds(8.1, 30), ...compounds(5, 50), ...compounds(9, 30)]);
    expect(defined.tasks.map(({ trainingWeight }) => trainingWeight)).toEqual([1 / 3, 1 / 3, 1 / 3]);
    expect(defined.tasks.map(({ auxiliary }) => auxiliary)).toEqual([true, false, true]);
    const part = define(assay(), [...compounds(8.1, 30), ...compounds(5, 50), ...compounds(9, 10)]);
    expect(part.tasks.map(({ trainingWeight }) => trainingWeight)).toEqual([1 / 2, 1 / 2, 0]);
  });

  it('may be set lower by a consortium', () => {
    const rules = {
      ...defaultTaskRules,
      trainingQuorum: { actives: 5, inactives: 5 },
      evaluationQuorum: { actives: 1, inactives: 1 },
    };
    const defined = defineAssay(assay({ chosenThresholds: [7] }), [...compounds(8, 5), ...compounds(6, 5)], rules);
    expect(statusOfAssay(defined.tasks)).toBe('ready');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AssayRecord } from '../../src-main/catalog/task-sources.ts';
import type { CatalogueReference } from '../../src-main/contract/tasks.ts';
import { type Cut, classOf, countClasses, totalOf } from '../../src-main/tasks/classes.ts';
import { type DefinedAssay, prepareAssay, statusOfAssay } from '../../src-main/tasks/define.ts';
import { censoredWeight } from '../../src-main/tasks/regression.ts';
import { defaultTaskRules } from '../../src-main/tasks/rules.ts';
import { fixedBy } from '../../src-main/tasks/thresholds.ts';
import { assayOf, censorOf, columnsOf, defineFrom, frameOf, type Measured } from './columns.ts';

/** `count` compounds of one value, spread over folds in turn. */
let made = 0;
const compounds = (value: number, count: number, change: Partial<Measured> = {}): Measured[] =>
  Array.from({ length: count }, (_, at) => ({ value, vector: made++, fold: at % 5, ...change }));

const assay = assayOf;
const thresholdsOf = ({ tasks }: DefinedAssay) => tasks.map(({ threshold, method }) => `${threshold} ${method}`);
const define = (record: AssayRecord, measured: readonly Measured[]) => defineFrom(record, measured);
const cut = (threshold: number, direction: Cut['direction'], kind: Cut['kind'] = 'limits'): Cut => ({
  ...{ threshold, direction, kind, tolerance: 1e-9 },
});

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
    expect(classOf({ censor: censorOf(relation), value }, cut(7, 'high'))).toBe(high);
    expect(classOf({ censor: censorOf(relation), value }, cut(7, 'low'))).toBe(low);
  });
});

it('a value on a threshold lies on it, whatever binary fractions make of the numbers', () => {
  expect(classOf({ censor: 0, value: 3.9 }, cut(4.4 - 0.5, 'high'))).toBe(1);
  expect(classOf({ censor: -1, value: 3.9 }, cut(4.4 - 0.5, 'high'))).toBe(-1);
});

it('class counts are those of every value by itself', () => {
  const one = fc.record({
    value: fc.oneof(
      fc.integer({ min: -60, max: 60 }).map((tenths) => tenths / 10),
      fc.double({ min: -7, max: 7, noNaN: true }),
    ),
    relation: fc.constantFrom('=' as const, '<' as const, '>' as const),
    fold: fc.nat({ max: 4 }),
  });
  fc.assert(
    fc.property(
      fc.array(one, { maxLength: 60 }),
      fc.integer({ min: -50, max: 50 }).map((tenths) => tenths / 10),
      fc.constantFrom('low' as const, 'high' as const),
      fc.constantFrom('limits' as const, 'screening' as const, 'two-sided' as const),
      fc.constantFrom(0, 1e-9),
      (given, threshold, direction, kind, tolerance) => {
        const asked: Cut = {
          threshold: kind === 'two-sided' ? Math.abs(threshold) : threshold,
          direction,
          kind,
          tolerance,
        };
        const measured = given.map((value, vector) => ({ ...value, vector, scale: 'log10' as const }));
        const { sorted, values } = prepareAssay(assay({ type: 'ADME' }), columnsOf(measured), frameOf());
        const classes = Array.from(values.values, (value, at) =>
          classOf({ value, censor: values.censors[at]! }, asked),
        );
        const count = (wanted: number) => classes.filter((found) => found === wanted).length;
        expect(totalOf(countClasses(sorted, asked))).toEqual({
          actives: count(1),
          inactives: count(-1),
          ambiguous: count(0),
        });
      },
    ),
  );
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

describe('the thresholds of an assay in a unit of its own', () => {
  const permeability = Array.from({ length: 400 }, (_, at) => ({
    ...{ vector: at, fold: at % 5, value: 1e-6 * (1 + at / 10), scale: 'linear' as const },
  }));

  it('are the median, and nothing half a unit beside it', () => {
    const { tasks, values } = defineFrom(assayOf(), permeability);
    expect(new Set(values.values).size).toBe(400);
    expect(tasks.map(({ threshold, method }) => [threshold, method])).toEqual([[2.095e-5, 'median']]);
    expect(totalOf(tasks[0]!.counts)).toEqual({ actives: 200, inactives: 200, ambiguous: 0 });
  });

  it('are those of a person alone, and divide values however small they are', () => {
    const small = permeability.map((measured) => ({ ...measured, value: measured.value * 1e-6 }));
    const { tasks } = defineFrom(assayOf({ chosenThresholds: [1.1e-11] }), small);
    expect(tasks.map(({ threshold, method }) => [threshold, method])).toEqual([[1.1e-11, 'expert']]);
    expect(totalOf(tasks[0]!.counts)).toEqual({ actives: 300, inactives: 100, ambiguous: 0 });
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

describe('a screening assay', () => {
  const values = [...compounds(4, 20), ...compounds(-4, 20), ...compounds(1, 60, { relation: '<' })];

  it('has one threshold for its direction, and hears no relation', () => {
    const tasks = (direction: 'low' | 'high' | null) => {
      const { tasks } = define(assay({ type: 'AUX_HTS', direction }), values);
      return tasks.map((task) => [task.threshold, task.method, task.auxiliary, task.twoSided, totalOf(task.counts)]);
    };
    const counts = (actives: number, inactives: number) => ({ actives, inactives, ambiguous: 0 });
    expect(tasks('high')).toEqual([[3, 'fixed', true, false, counts(20, 80)]]);
    expect(tasks('low')).toEqual([[-3, 'fixed', true, false, counts(20, 80)]]);
    expect(tasks(null)).toEqual([[3, 'fixed', true, true, counts(40, 60)]]);
  });

  it('trains with 10 actives and 10,000 inactives, at a tenth of the weight, and is never evaluated', () => {
    const many = [...compounds(4, 10), ...compounds(0, 9999)];
    expect(define(assay({ type: 'AUX_HTS' }), many).tasks[0]).toMatchObject({
      trainingQuorum: false,
      trainingShort: { actives: 0, inactives: 1 },
    });
    expect(define(assay({ type: 'AUX_HTS' }), [...many, ...compounds(0, 1)]).tasks[0]).toMatchObject({
      ...{ trainingQuorum: true, trainingWeight: 0.1, aggregationWeight: 0 },
    });
  });

  it('is set aside where the rules use no auxiliary data', () => {
    const off = defineFrom(assay({ type: 'AUX_HTS' }), values, frameOf({ ...defaultTaskRules, auxiliaryData: false }));
    expect(off).toMatchObject({
      ...{ tasks: [], reason: { key: 'tasks.reason.auxiliaryOff' } },
      regression: { status: 'off', off: 'auxiliary-off' },
    });
  });
});

it('values that are classes make one task, whatever the direction', () => {
  const measured = [...compounds(1, 30, { scale: 'binary' }), ...compounds(-1, 40, { scale: 'binary' })];
  for (const direction of ['low', 'high', null] as const) {
    const { tasks, reason, regression } = define(assay({ direction }), measured);
    expect(tasks).toMatchObject([{ threshold: 0, method: 'expert', auxiliary: false, trainingQuorum: true }]);
    expect(totalOf(tasks[0]!.counts)).toEqual({ actives: 30, inactives: 40, ambiguous: 0 });
    expect(reason.key).toBe('tasks.reason.binary');
    expect(fixedBy(reason, defaultTaskRules)).toBe('classes');
    expect(regression).toMatchObject({ status: 'off', off: 'binary' });
  }
});

describe('a catalogue panel', () => {
  const catalogue: CatalogueReference = {
    ...{ name: 'T_cat.csv', hash: '', thresholds: [4.53, 5, 6] },
    tasks: [
      { catalogueAssayId: '12', catalogueTaskId: '120', threshold: 4.53, method: 'aux_low' },
      { catalogueAssayId: '12', catalogueTaskId: '121', threshold: 5, method: 'expert' },
    ],
  };
  const panel = (change: Partial<AssayRecord> = {}) =>
    assay({ type: 'CATALOG-PANEL', catalogueAssayId: '12', ...change });
  const judged = (measured: readonly Measured[], record = panel()) =>
    defineFrom(record, measured, frameOf(defaultTaskRules, catalogue)).tasks.map((task) => [
      `${task.threshold} ${task.method}`,
      ...[task.judgedAs, task.catalogue?.check, task.catalogue?.catalogueTaskId, task.trainingQuorum],
    ]);

  it('learns the tasks of the reference from 400 labels, whatever their classes', () => {
    expect(judged(compounds(4, 400))).toEqual([
      ['4.53 aux_low', 'CATALOG-PANEL', 'matched', '120', true],
      ['5 expert', 'CATALOG-PANEL', 'matched', '121', true],
      ['6 expert', 'NON-CATALOG-PANEL', 'missing_ref_task', null, false],
    ]);
  });

  it('is judged as another panel below 400, and where the reference does not know it', () => {
    const measured = [...compounds(4, 100), ...compounds(7, 100)];
    expect(judged(measured)).toEqual([
      ['4.53 aux_low', 'NON-CATALOG-PANEL', 'failed_quorum', null, true],
      ['5 expert', 'NON-CATALOG-PANEL', 'failed_quorum', null, true],
      ['6 expert', 'NON-CATALOG-PANEL', 'missing_ref_task', null, true],
    ]);
    expect(judged(measured, panel({ catalogueAssayId: '99' })).map(([, type, check]) => [type, check])).toEqual(
      Array.from({ length: 3 }, () => ['NON-CATALOG-PANEL', 'missing_ref_task']),
    );
  });

  it('gets thresholds of its own where the consortium has no catalogue', () => {
    const own = define(panel(), [...compounds(8.5, 50), ...compounds(5, 50)]);
    expect(own.tasks.map(({ method, catalogue: match }) => [method, match])).toEqual([
      ['aux_low', null],
      ['fixed_adaptive', null],
      ['aux_high', null],
    ]);
  });
});

describe('a regression task', () => {
  const spread = (count: number, change: Partial<Measured> = {}) =>
    Array.from(
      { length: count },
      (_, at) => compounds(4 + (Math.floor(at / 5) % 5), 1, { fold: at % 5, ...change })[0]!,
    );

  it('trains with 50 values, 25 of them uncensored, and is evaluated with 25 uncensored ones in every fold', () => {
    expect(define(assay(), spread(49)).regression).toMatchObject({
      status: 'too-few',
      trainingShort: { total: 1, uncensored: 0 },
    });
    expect(define(assay(), [...spread(24), ...spread(30, { relation: '<' })]).regression).toMatchObject({
      ...{ status: 'too-few', trainingShort: { total: 0, uncensored: 1 } },
    });
    expect(define(assay(), spread(124)).regression).toMatchObject({
      ...{ status: 'not-evaluated', trainingWeight: 1, aggregationWeight: 0 },
      evaluationShort: [{ fold: 4, total: 1, uncensored: 1 }],
    });
    expect(define(assay(), spread(125)).regression).toMatchObject({
      ...{ status: 'ready', aggregationWeight: 1, evaluationShort: [], flatFolds: [] },
    });
  });

  it('is not evaluated where a fold deviates by less than 0.5, except for ADME', () => {
    const flat = [...spread(125), ...compounds(6, 0)].map((one) =>
      one.fold === 2 ? { ...one, value: 6 + ((one.vector as number) % 2) / 10 } : one,
    );
    expect(define(assay(), flat).regression).toMatchObject({
      status: 'not-evaluated',
      flatFolds: [2],
      evaluationShort: [],
    });
    expect(define(assay({ type: 'ADME' }), flat).regression.status).toBe('ready');
  });

  it('is made where it is wanted, and where the values differ', () => {
    expect(define(assay({ useInRegression: false }), spread(125)).regression.off).toBe('not-used');
    expect(define(assay({ type: 'AUX_HTS' }), spread(125)).regression.off).toBe('not-used');
    expect(define(assay({ type: 'AUX_HTS', useInRegression: true }), spread(125)).regression).toMatchObject({
      ...{ status: 'ready', trainingWeight: 0.1, aggregationWeight: 0 },
    });
    expect(define(assay(), compounds(6, 125)).regression).toMatchObject({ status: 'off', off: 'no-variance' });
  });

  it('weighs its censored values so that they are a twentieth of it', () => {
    expect([0, 0.05].map((share) => censoredWeight(share, 0.05))).toEqual([1, 1]);
    const share = 0.4;
    const weight = censoredWeight(share, 0.05);
    expect((share * weight) / (share * weight + 1 - share)).toBeCloseTo(0.05, 12);
    expect(censoredWeight(1, 0.05)).toBe(0);
  });
});

describe('a near miss', () => {
  const miss = (measured: readonly Measured[], change: Partial<AssayRecord> = {}) =>
    define(assay({ chosenThresholds: [7], useInRegression: false, ...change }), measured).facts.nearMiss;

  it('tells what is missing to train', () => {
    expect(miss([...compounds(8, 23), ...compounds(5, 60)])).toEqual({
      ...{ goal: 'training', kind: 'classification', threshold: 7, fold: null, folds: 0 },
      ...{ actives: 2, inactives: 0, values: 0 },
    });
  });

  it('tells the fold that is missing to be evaluated', () => {
    const measured = [...compounds(8, 60), ...compounds(5, 60)].filter(
      ({ fold }, at) => fold !== 2 || at < 60 || at % 2 === 0,
    );
    expect(miss(measured)).toMatchObject({ goal: 'evaluation', fold: 2, folds: 1, actives: 0, inactives: 4 });
  });

  it('is none where everything is met, or too much is missing', () => {
    expect(miss([...compounds(8, 60), ...compounds(5, 60)])).toBeNull();
    expect(miss([...compounds(8, 1), ...compounds(5, 1)])).toBeNull();
  });

  it('speaks of values where classes miss nothing', () => {
    const measured = [...compounds(8, 60), ...compounds(5, 60)];
    expect(miss(measured, { useInRegression: null })).toEqual({
      ...{ goal: 'evaluation', kind: 'regression', threshold: null, fold: 0, folds: 5 },
      ...{ actives: 0, inactives: 0, values: 5 },
    });
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
    const defined = defineFrom(
      assay({ chosenThresholds: [7] }),
      [...compounds(8, 5), ...compounds(6, 5)],
      frameOf(rules),
    );
    expect(statusOfAssay(defined.tasks)).toBe('ready');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import type { CatalogueReference, TaskRules } from '../../src-main/contract/tasks.ts';
import { assayValues } from '../../src-main/tasks/assay-values.ts';
import { buildTasks } from '../../src-main/tasks/build.ts';
import { classOf } from '../../src-main/tasks/classes.ts';
import { type DefinedAssay, defineAssay, type Frame, prepareAssay } from '../../src-main/tasks/define.ts';
import { defaultTaskRules, writeTaskRules } from '../../src-main/tasks/rules.ts';
import { cutOf } from '../../src-main/tasks/thresholds.ts';
import { viewAssay, viewTaskSet } from '../../src-main/tasks/view.ts';
import { emptyWorkspace } from '../catalog/empty-workspace.ts';
import { assayOf, columnsOf, defineFrom, frameOf } from './columns.ts';
import { addBatch, madeStructures } from './measured-workspace.ts';
import {
  type ReferenceAssay,
  type ReferenceParameters,
  type ReferenceRecord,
  type ReferenceRegression,
  type ReferenceTask,
  tunerReference,
} from './tuner-reference.ts';

/** Small quorums, so that small data come out on both sides of each. */
const rules: TaskRules = {
  ...defaultTaskRules,
  compatibility: 'tuner',
  trainingQuorum: { actives: 3, inactives: 2 },
  auxiliaryTrainingQuorum: { actives: 1, inactives: 4 },
  evaluationQuorum: { actives: 1, inactives: 1 },
  fixedThresholdQuorum: { actives: 2, inactives: 2 },
  catalogueQuorum: 6,
  regression: {
    ...defaultTaskRules.regression,
    trainingTotal: 5,
    trainingUncensored: 3,
    foldTotal: 9,
    foldUncensored: 2,
  },
};
const catalogue: CatalogueReference = {
  name: 'T_cat.csv',
  hash: '',
  thresholds: [4.53, 5, 6],
  tasks: [
    { catalogueAssayId: '7', catalogueTaskId: '70', threshold: 4.53, method: 'aux_low' },
    { catalogueAssayId: '7', catalogueTaskId: '71', threshold: 6, method: 'expert' },
  ],
};
const parameters: ReferenceParameters = {
  quorum: [3, 2],
  auxQuorum: [1, 4],
  foldQuorum: [1, 1],
  adaptiveQuorum: [2, 2],
  catalogTotal: 6,
  regression: { total: 5, uncensored: 3, perFold: 2 },
  catalog: {
    thresholds: catalogue.thresholds,
    tasks: catalogue.tasks.map(({ catalogueAssayId, catalogueTaskId, threshold, method }) => ({
      ...{ assay: catalogueAssayId, task: catalogueTaskId, threshold, method },
    })),
  },
};

const assay = fc
  .record({
    type: fc.constantFrom('ADME', 'CATALOG-PANEL', 'NON-CATALOG-PANEL', 'OTHER', 'AUX_HTS', 'AUX_PL' as const),
    useInRegression: fc.boolean(),
    isBinary: fc.nat({ max: 5 }).map((one) => one === 0),
    expert: fc.oneof(
      { weight: 3, arbitrary: fc.constant([] as number[]) },
      { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(4.4, 5, 5.5, 6.3, 7), { minLength: 1, maxLength: 5 }) },
    ) as fc.Arbitrary<number[]>,
    direction: fc.constantFrom('low', 'high', null),
    catalogAssayId: fc.constantFrom('7', '8'),
  })
  .map((made) => ({ ...made, isBinary: made.isBinary || made.type === 'AUX_PL' })) as fc.Arbitrary<
  Omit<ReferenceAssay, 'id'>
>;

/** Values on a grid, so that they fall on thresholds and on each other; some beyond every range. */
const value = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 30, max: 100 }).map((tenths) => tenths / 10) },
  { weight: 3, arbitrary: fc.integer({ min: 3000, max: 10_000 }).map((thousandths) => thousandths / 1000) },
  { weight: 2, arbitrary: fc.integer({ min: -11, max: 11 }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);
const data = fc.record({
  assays: fc.array(assay, { minLength: 1, maxLength: 4 }),
  folds: fc.integer({ min: 1, max: 5 }),
  records: fc.array(
    fc.record({
      assay: fc.nat({ max: 3 }),
      vector: fc.nat({ max: 24 }),
      qualifier: fc.constantFrom('=', '=', '=', '<', '>' as const),
      value,
      sign: fc.constantFrom(1, -1),
    }),
    { minLength: 20, maxLength: 160 },
  ),
});

describe('with the compatibility of MELLODDY-TUNER', () => {
  it('tasks, labels, weights and regression are those of an independent reference, quirks included', () => {
    const reached = {
      tasks: 0,
      training: 0,
      evaluated: 0,
      matched: 0,
      removed: 0,
      regression: 0,
      evaluatedRegression: 0,
    };
    fc.assert(
      fc.property(data, ({ assays: made, folds, records: drawn }) => {
        const assays = made.map((one, at): ReferenceAssay => ({ ...one, id: `A${at}` }));
        const records = drawn.map(({ assay: place, vector, qualifier, value: drawnValue, sign }): ReferenceRecord => {
          const own = assays[place % assays.length]!;
          return {
            ...{ assay: own.id, vector, fold: vector % folds, qualifier },
            value: own.isBinary && drawnValue < 9 ? sign : drawnValue,
          };
        });
        const expected = tunerReference(assays, records, parameters);
        const found = applied(assays, records);
        const tasks = found.flatMap(tasksOf);
        expect(sorted(tasks)).toEqual(sorted(expected.tasks));
        const regression = found.flatMap(regressionOf);
        expect(regression).toEqual(expected.regression);
        reached.tasks += tasks.length;
        reached.training += tasks.filter(({ trains }) => trains).length;
        reached.evaluated += tasks.filter(({ aggregationWeight }) => aggregationWeight > 0).length;
        reached.matched += tasks.filter(({ catalogTask }) => catalogTask !== null).length;
        reached.removed += found.filter(({ reason }) => reason.key === 'tasks.reason.noVariance').length;
        reached.regression += regression.filter(({ trains }) => trains).length;
        reached.evaluatedRegression += regression.filter(({ aggregationWeight }) => aggregationWeight > 0).length;
      }),
      { numRuns: 600, seed: 11 },
    );
    // Each branch was reached, not only the way around it.
    for (const [branch, times] of Object.entries(reached)) expect(times, branch).toBeGreaterThan(20);
  });

  it('one empty fold removes an assay; without it the assay stays, and says which folds are flat', () => {
    const measured = Array.from({ length: 120 }, (_, vector) => ({
      ...{ vector, fold: vector % 4, value: 5 + (vector % 7) / 2 },
    }));
    const tuner = defineFrom(assayOf(), measured, frameOf({ ...defaultTaskRules, compatibility: 'tuner' }));
    expect(tuner).toMatchObject({ tasks: [], reason: { key: 'tasks.reason.noVariance', data: { folds: [4] } } });
    expect(tuner.regression).toMatchObject({ status: 'off', off: 'no-variance' });
    const own = defineFrom(assayOf(), measured);
    expect(own.tasks.some(({ trainingQuorum }) => trainingQuorum)).toBe(true);
    expect(own.regression.status).toBe('not-evaluated');
    expect(own.flatFolds).toEqual([]);
  });

  it('an assay in a fold that no compound falls into shows what its set trains', () => {
    const made = emptyWorkspace();
    const rules = { ...defaultTaskRules, compatibility: 'tuner' as const };
    writeTaskRules(made.workspace.catalog, rules);
    const structures = madeStructures(500).filter(({ fold }) => fold !== 4);
    const measured = structures.map((_, structure) => ({
      ...{ assay: 'A', structure },
      value: 4 + ((structure * 37) % 400) / 100,
    }));
    addBatch(made.workspace, structures, [{ code: 'A', type: 'OTHER' }], measured);
    const { trainingTasks } = buildTasks(made.workspace, rules, unattended);
    const { assays } = viewTaskSet(made.workspace.catalog, undefined);
    const shown = viewAssay(made.workspace.catalog, assays[0]!.assayId, undefined);
    expect(trainingTasks).toBe(3);
    expect(shown).toMatchObject({
      variance: { met: true, flatFolds: [] },
      reason: { key: 'tasks.reason.fixedAdaptive' },
    });
    expect(shown.tasks.map(({ position }) => position)).toEqual([0, 1, 2]);
    made.remove();
  });

  it('the quartile of an ADME assay without a direction is 0', () => {
    const measured = [1, 2, 3, 4, 5, 6].map((value, vector) => ({
      vector,
      fold: vector % 2,
      value,
      scale: 'log10' as const,
    }));
    const thresholds = (compatibility: TaskRules['compatibility']) =>
      defineFrom(assayOf({ type: 'ADME' }), measured, {
        ...frameOf({ ...defaultTaskRules, compatibility }),
        foldsSeen: () => new Set([0, 1]),
      }).tasks.map(({ threshold, method }) => `${threshold} ${method}`);
    expect(thresholds('tuner')).toEqual(['0 quartile', '3.5 median']);
    expect(thresholds('chorale')).toEqual(['3.5 median', '4.75 quartile']);
  });
});

function applied(assays: readonly ReferenceAssay[], records: readonly ReferenceRecord[]): DefinedAssay[] {
  const given = assays.map((one) => ({
    assay: assayOf({
      ...{ code: one.id, type: one.type, direction: one.direction, expertThresholds: one.expert },
      ...{ useInRegression: one.useInRegression, binary: one.isBinary, catalogueAssayId: one.catalogAssayId },
    }),
    columns: columnsOf(
      records
        .filter((record) => record.assay === one.id)
        .map(({ vector, fold, qualifier, value: measured }) => ({
          vector,
          fold,
          relation: qualifier,
          value: measured,
        })),
    ),
  }));
  const seen = (panels: boolean) =>
    new Set(
      given
        .filter(({ assay: { type } }) => (type === 'CATALOG-PANEL') === panels)
        .flatMap(({ assay: one, columns }) => [...assayValues(one, columns, rules).folds]),
    );
  const [panels, others] = [seen(true), seen(false)];
  const frame: Frame = { rules, catalogue, foldsSeen: (type) => (type === 'CATALOG-PANEL' ? panels : others) };
  return given
    .map(({ assay: one, columns }) => defineAssay(prepareAssay(one, columns, frame), frame))
    .filter(({ values }) => values.values.length > 0);
}

const tasksOf = ({ assay: one, values, tasks }: DefinedAssay): ReferenceTask[] =>
  tasks.map((task) => ({
    ...{ assay: one.code, threshold: task.threshold, method: task.method, auxiliary: task.auxiliary },
    ...{ type: task.judgedAs, trains: task.trainingQuorum, weight: task.trainingWeight },
    aggregationWeight: task.aggregationWeight,
    catalogTask: task.catalogue?.catalogueTaskId ?? null,
    info: task.catalogue === null || task.catalogue.check === 'matched' ? null : task.catalogue.check,
    labels: new Set(
      Array.from(values.values, (measured, at) => {
        const label = classOf(
          { value: measured, censor: values.censors[at]! },
          cutOf(one, values, task.threshold, rules),
        );
        return label === 0 ? '' : `${values.vectors[at]} ${label}`;
      }).filter((label) => label !== ''),
    ),
  }));

const regressionOf = ({ assay: one, values, regression }: DefinedAssay): ReferenceRegression[] =>
  regression.status === 'off'
    ? []
    : [
        {
          assay: one.code,
          trains: regression.trainingWeight > 0,
          aggregationWeight: regression.aggregationWeight,
          censoredWeight: regression.censoredWeight,
          values: new Set(
            Array.from(
              values.values,
              (measured, at) => `${values.vectors[at]} ${['<', '=', '>'][values.censors[at]! + 1]} ${measured}`,
            ),
          ),
        },
      ];

const sorted = (tasks: readonly ReferenceTask[]): ReferenceTask[] =>
  tasks.toSorted((a, b) => (a.assay === b.assay ? a.threshold - b.threshold : a.assay < b.assay ? -1 : 1));

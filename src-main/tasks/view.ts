/** Tasks as the page shows them: the assays of a task set, and one assay as its measurements are now. */
import type { Catalog } from '../catalog/open.ts';
import { type AssayRecord, readAssay } from '../catalog/task-sources.ts';
import {
  countTaskCompounds,
  newestTaskSet,
  readAssaysOf,
  readRegressionTasks,
  readTaskAssays,
  readTaskSet,
  readTasks,
  type TaskRow,
  type TaskSetRow,
} from '../catalog/tasks.ts';
import { parameterHash, readChemistryParameters } from '../chemistry/parameters.ts';
import { ChoraleError } from '../contract/errors.ts';
import type {
  AssayDetail,
  AssayRow,
  CatalogueReference,
  HistogramBin,
  TaskDetail,
  TaskRules,
  TaskSet,
} from '../contract/tasks.ts';
import type { ValueColumns } from './assay-values.ts';
import { sourceHash } from './build.ts';
import { readCatalogue } from './catalogue.ts';
import { totalOf } from './classes.ts';
import {
  type DefinedAssay,
  type DefinedTask,
  defineAssay,
  everyFold,
  type Frame,
  statusOfAssay,
  statusOfTask,
  trainingQuorumOf,
} from './define.ts';
import { roleOfFold } from './folds.ts';
import { preparedAssay } from './prepared.ts';
import { readTaskRules } from './rules.ts';
import { fixedBy, type Threshold } from './thresholds.ts';

export type TaskSetView = {
  taskSet: TaskSet | null;
  rules: TaskRules;
  catalogue: (Omit<CatalogueReference, 'tasks'> & { tasks: number }) | null;
  assays: AssayRow[];
};

/** @throws NOT_FOUND */
export function viewTaskSet(catalog: Catalog, taskSetId: number | undefined): TaskSetView {
  const rules = readTaskRules(catalog);
  const reference = readCatalogue(catalog);
  const catalogue = reference === undefined ? null : { ...reference, tasks: reference.tasks.length };
  const set = taskSetId === undefined ? newestTaskSet(catalog) : readTaskSet(catalog, taskSetId);
  if (set === undefined) {
    if (taskSetId !== undefined) throw new ChoraleError('NOT_FOUND', { kind: 'task set', id: String(taskSetId) });
    return { taskSet: null, rules, catalogue, assays: [] };
  }
  const tasks = readTasks(catalog, set.id);
  const assays = viewAssays(catalog, set, tasks);
  return { taskSet: describeTaskSet(catalog, set, tasks, assays.length, rules), rules, catalogue, assays };
}

function describeTaskSet(
  catalog: Catalog,
  set: TaskSetRow,
  tasks: readonly TaskRow[],
  assays: number,
  rules: TaskRules,
): TaskSet {
  const hash = parameterHash(readChemistryParameters(catalog));
  const regression = readRegressionTasks(catalog, set.id).filter(({ position }) => position >= 0);
  return {
    id: set.id,
    createdAt: set.createdAt,
    hash: set.hash,
    rules: set.rules,
    assays,
    trainingTasks: tasks.filter(({ trainingQuorum }) => trainingQuorum).length,
    evaluatedTasks: tasks.filter(({ aggregationWeight }) => aggregationWeight > 0).length,
    regressionTasks: regression.length,
    evaluatedRegressionTasks: regression.filter(({ detail }) => detail.aggregationWeight > 0).length,
    ...countTaskCompounds(catalog, set.id),
    stale: set.builtFrom !== sourceHash(catalog, hash, rules),
  };
}

/** Largest first, then by code. */
function viewAssays(catalog: Catalog, set: TaskSetRow, tasks: readonly TaskRow[]): AssayRow[] {
  const records = readAssaysOf(catalog, set.id);
  const tasksOf = Map.groupBy(tasks, ({ assayId }) => assayId);
  return readTaskAssays(catalog, set.id)
    .map(({ reason, said: _, facts, ...row }) => ({
      fixed: fixedBy(reason, set.rules),
      ...{ ...row, ...identityOf(records.get(row.assayId)!), ...decisionOf(tasksOf.get(row.assayId) ?? []) },
      ...facts,
    }))
    .sort((a, b) => b.compounds - a.compounds || (a.code < b.code ? -1 : 1));
}

/** @param asked thresholds to look at without keeping them @throws NOT_FOUND */
export function viewAssay(catalog: Catalog, assayId: number, asked: readonly number[] | undefined): AssayDetail {
  const record = readAssay(catalog, assayId);
  if (record === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'assay', id: String(assayId) });
  const rules = readTaskRules(catalog);
  const reference = readCatalogue(catalog);
  const frame: Frame = { rules, catalogue: reference, foldsSeen: foldsSeen(catalog) };
  const prepared = preparedAssay(catalog, record, frame);
  const shown = defineAssay(prepared, frame, asked);
  const suggested = defineAssay(prepared, frame, []);
  const { values, varies, flatFolds } = prepared;
  return {
    assay: {
      ...identityOf(record),
      scale: values.scale,
      direction: values.direction,
      compounds: values.values.length,
      censored: values.censors.reduce((count, censor) => count + Math.abs(censor), 0),
      ...decisionOf(shown.tasks),
      fixed: fixedBy(suggested.reason, rules),
      ...shown.facts,
    },
    histogram: histogramOf(values),
    tasks: viewTasks(catalog, shown),
    suggestion: { thresholds: suggested.tasks.map(plainThreshold), reason: suggested.reason },
    reason: shown.reason,
    chosen: [...(record.chosenThresholds ?? [])],
    limits: {
      training: trainingQuorumOf(record.type, rules),
      evaluation: rules.evaluationQuorum,
      catalogue: record.type === 'CATALOG-PANEL' && reference !== undefined ? rules.catalogueQuorum : null,
    },
    regression: shown.regression,
    variance: { met: varies, flatFolds: [...flatFolds] },
    replicates: { ...values.replicates, spread: rules.conflictSpread },
    annotation: {
      direction: record.direction,
      useInRegression: record.useInRegression,
      catalogueAssayId: record.catalogueAssayId,
      parentAssay: record.parentAssay,
    },
    leftOut: values.leftOut,
  };
}

/** As the newest set has found them: to look for them again would read every measurement. */
function foldsSeen(catalog: Catalog): Frame['foldsSeen'] {
  const seen = newestTaskSet(catalog)?.foldsSeen;
  if (seen == null) return () => everyFold;
  return (type) => new Set(type === 'CATALOG-PANEL' ? seen.panels : seen.others);
}

/** A task that stands in the newest set under the same threshold shows its column there. */
function viewTasks(catalog: Catalog, { assay, tasks }: DefinedAssay): TaskDetail[] {
  const set = newestTaskSet(catalog);
  const built = (set === undefined ? [] : readTasks(catalog, set.id)).filter(
    ({ assayId }) => assayId === assay.assayId,
  );
  const positionOf = ({ threshold, method }: DefinedTask) =>
    built.find((task) => task.threshold === threshold && task.method === method && task.position >= 0)?.position ??
    null;
  return tasks.map((task) => ({
    ...plainThreshold(task),
    position: positionOf(task),
    direction: task.direction,
    twoSided: task.twoSided,
    status: statusOfTask(task),
    catalogue: task.catalogue,
    total: totalOf(task.counts),
    folds: task.counts.map((count) => ({ ...count, role: roleOfFold(count.fold) })),
    trainingShort: task.trainingShort,
    evaluationShort: [...task.evaluationShort],
    trainingWeight: task.trainingWeight,
    aggregationWeight: task.aggregationWeight,
  }));
}

const identityOf = ({ assayId, code, type }: AssayRecord): Pick<AssayRow, 'assayId' | 'code' | 'type'> => ({
  assayId,
  code,
  type,
});

type Decided = Pick<TaskRow, keyof Threshold | 'counts' | 'trainingQuorum' | 'evaluationQuorum'>;

function decisionOf(tasks: readonly Decided[]): Pick<AssayRow, 'thresholds' | 'actives' | 'inactives' | 'status'> {
  const first = tasks.find(({ auxiliary }) => !auxiliary);
  const { actives, inactives } = totalOf(first?.counts ?? []);
  return { thresholds: tasks.map(plainThreshold), actives, inactives, status: statusOfAssay(tasks) };
}

const plainThreshold = ({ threshold, method, auxiliary }: Threshold): AssayRow['thresholds'][number] => ({
  threshold,
  method,
  auxiliary,
});

const wantedBins = 30;

/** Bins of a round width (1, 2 or 5 times a power of ten), about thirty of them. */
export function histogramOf({ values, censors }: Pick<ValueColumns, 'values' | 'censors'>): AssayDetail['histogram'] {
  const least = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const most = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (values.length === 0) return { from: 0, width: 1, bins: [] };
  const width = roundWidth((most - least) / wantedBins || 0.1);
  const place = (value: number) => Math.floor(value / width + 1e-9); // a value on an edge belongs to the bin above
  const first = place(least);
  const bins: HistogramBin[] = Array.from({ length: place(most) - first + 1 }, () => ({
    equal: 0,
    less: 0,
    greater: 0,
  }));
  values.forEach((value, at) => {
    bins[place(value) - first]![censors[at] === 0 ? 'equal' : censors[at]! < 0 ? 'less' : 'greater']++;
  });
  return { from: first * width, width, bins };
}

function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  return power * ([1, 2, 5].find((step) => step * power >= width) ?? 10);
}

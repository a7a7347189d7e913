/** Tasks as the page shows them: the assays of a task set, and one assay as its measurements are now. */
import type { Catalog } from '../catalog/open.ts';
import {
  type AssayRecord,
  countTaskCompounds,
  newestTaskSet,
  readAssay,
  readAssays,
  readMeasuredCompounds,
  readTaskAssays,
  readTaskSet,
  readTasks,
  type TaskRow,
  type TaskSetRow,
} from '../catalog/tasks.ts';
import { parameterHash, readChemistryParameters } from '../chemistry/parameters.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { AssayDetail, AssayRow, HistogramBin, TaskDetail, TaskRules, TaskSet } from '../contract/tasks.ts';
import type { CompoundValue } from './assay-values.ts';
import { sourceHash } from './build.ts';
import { missing, totalOf } from './classes.ts';
import { type DefinedAssay, type DefinedTask, defineAssay, statusOfAssay, statusOfTask } from './define.ts';
import { roleOfFold } from './folds.ts';
import { readTaskRules } from './rules.ts';
import type { Threshold } from './thresholds.ts';

/** @throws NOT_FOUND */
export function viewTaskSet(
  catalog: Catalog,
  taskSetId: number | undefined,
): { taskSet: TaskSet | null; rules: TaskRules; assays: AssayRow[] } {
  const rules = readTaskRules(catalog);
  const set = taskSetId === undefined ? newestTaskSet(catalog) : readTaskSet(catalog, taskSetId);
  if (set === undefined) {
    if (taskSetId !== undefined) throw new ChoraleError('NOT_FOUND', { kind: 'task set', id: String(taskSetId) });
    return { taskSet: null, rules, assays: [] };
  }
  const tasks = readTasks(catalog, set.id);
  const assays = viewAssays(catalog, set, tasks);
  return { taskSet: describeTaskSet(catalog, set, tasks, assays.length, rules), rules, assays };
}

function describeTaskSet(
  catalog: Catalog,
  set: TaskSetRow,
  tasks: readonly TaskRow[],
  assays: number,
  rules: TaskRules,
): TaskSet {
  const hash = parameterHash(readChemistryParameters(catalog));
  return {
    id: set.id,
    createdAt: set.createdAt,
    hash: set.hash,
    rules: set.rules,
    assays,
    trainingTasks: tasks.filter(({ trainingQuorum }) => trainingQuorum).length,
    evaluatedTasks: tasks.filter(({ aggregationWeight }) => aggregationWeight > 0).length,
    ...countTaskCompounds(catalog, set.id),
    stale: set.builtFrom !== sourceHash(catalog, hash, rules),
  };
}

/** Largest first, then by code. */
function viewAssays(catalog: Catalog, set: TaskSetRow, tasks: readonly TaskRow[]): AssayRow[] {
  const records = new Map(readAssays(catalog).map((record) => [record.assayId, record]));
  return readTaskAssays(catalog, set.id)
    .map(({ reason: _, ...row }) => {
      const record = records.get(row.assayId) ?? readAssay(catalog, row.assayId)!;
      const own = tasks.filter(({ assayId }) => assayId === row.assayId);
      return { ...row, ...identityOf(record), ...decisionOf(own) };
    })
    .sort((a, b) => b.compounds - a.compounds || (a.code < b.code ? -1 : 1));
}

/** @param asked thresholds to look at without keeping them @throws NOT_FOUND */
export function viewAssay(catalog: Catalog, assayId: number, asked: readonly number[] | undefined): AssayDetail {
  const record = readAssay(catalog, assayId);
  if (record === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'assay', id: String(assayId) });
  const rules = readTaskRules(catalog);
  const measured = readMeasuredCompounds(catalog, assayId, parameterHash(readChemistryParameters(catalog)));
  const shown = defineAssay(record, measured, rules, asked);
  const suggested = defineAssay(record, measured, rules, []);
  return {
    assay: {
      ...identityOf(record),
      scale: shown.scale,
      direction: shown.direction,
      compounds: shown.values.length,
      censored: shown.values.filter(({ relation }) => relation !== '=').length,
      ...decisionOf(shown.tasks),
    },
    histogram: histogramOf(shown.values),
    tasks: viewTasks(catalog, shown, rules),
    suggestion: { thresholds: suggested.tasks.map(plainThreshold), reason: suggested.reason },
    reason: shown.reason,
    chosen: [...(record.chosenThresholds ?? [])],
    limits: { training: rules.trainingQuorum, evaluation: rules.evaluationQuorum },
    leftOut: shown.leftOut,
  };
}

/** A task that stands in the newest set under the same threshold shows its column there. */
function viewTasks(catalog: Catalog, { assay, tasks }: DefinedAssay, rules: TaskRules): TaskDetail[] {
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
    status: statusOfTask(task),
    total: totalOf(task.counts),
    folds: task.counts.map((count) => ({ ...count, role: roleOfFold(count.fold) })),
    trainingShort: missing(totalOf(task.counts), rules.trainingQuorum),
    evaluationShort: task.counts
      .map((count) => ({ fold: count.fold, ...missing(count, rules.evaluationQuorum) }))
      .filter(({ actives, inactives }) => actives > 0 || inactives > 0),
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
export function histogramOf(values: readonly Pick<CompoundValue, 'relation' | 'value'>[]): AssayDetail['histogram'] {
  const least = values.reduce((least, { value }) => Math.min(least, value), Number.POSITIVE_INFINITY);
  const most = values.reduce((most, { value }) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  if (values.length === 0) return { from: 0, width: 1, bins: [] };
  const width = roundWidth((most - least) / wantedBins || 0.1);
  const place = (value: number) => Math.floor(value / width + 1e-9); // a value on an edge belongs to the bin above
  const first = place(least);
  const bins: HistogramBin[] = Array.from({ length: place(most) - first + 1 }, () => ({
    equal: 0,
    less: 0,
    greater: 0,
  }));
  for (const { relation, value } of values) {
    bins[place(value) - first]![relation === '=' ? 'equal' : relation === '<' ? 'less' : 'greater']++;
  }
  return { from: first * width, width, bins };
}

function roundWidth(width: number): number {
  const power = 10 ** Math.floor(Math.log10(width));
  return power * ([1, 2, 5].find((step) => step * power >= width) ?? 10);
}

/** Every metric of a model: per task, and over the tasks that count, all of them and by assay type. */
import {
  type ModelRow,
  type RegressionColumn,
  type RegressionMetricRow,
  readRegressionColumns,
  readRegressionMetrics,
  readTaskColumns,
  readTaskMetrics,
  type TaskColumn,
  type TaskMetricRow,
} from '../catalog/models.ts';
import type { Catalog } from '../catalog/open.ts';
import { type Aggregate, classMetric, type FoldReport, type ModelReport, valueMetric } from '../contract/training.ts';
import { csvLine } from '../intake/csv-text.ts';
import { bootstrapIntervals, counts, mean, median, weightedMean } from './metrics-means.ts';
import { describeModel, findModel, minimumPerClass } from './overview.ts';

type Role = 'validation' | 'test';

/** SparseChem's `min_samples_regr`. */
export const minimumUncensored = 10;

/** @throws NOT_FOUND */
export function readReport(catalog: Catalog, modelId: string): ModelReport {
  const model = findModel(catalog, modelId);
  return {
    model: describeModel(model),
    minimumPerClass: minimumPerClass(catalog, model),
    minimumUncensored,
    validation: foldReport(catalog, model, 'validation'),
    test: foldReport(catalog, model, 'test'),
  };
}

export type MeasuredTask = { readonly column: TaskColumn; readonly metric: TaskMetricRow };
export type MeasuredValue = { readonly column: RegressionColumn; readonly metric: RegressionMetricRow };

/** Tasks that the plain means are over: not auxiliary, and enough of both classes on the fold. */
export const readCountingTasks = (catalog: Catalog, model: ModelRow, role: Role): readonly MeasuredTask[] => {
  const least = minimumPerClass(catalog, model);
  return measuredTasks(catalog, model, role).filter((task) => taskCounts(task, least));
};

export const readCountingValues = (catalog: Catalog, model: ModelRow, role: Role): readonly MeasuredValue[] =>
  measuredValues(catalog, model, role).filter(valueCounts);

const taskCounts = ({ column, metric }: MeasuredTask, least: number) => !column.auxiliary && counts(metric, least);

const valueCounts = ({ column, metric }: MeasuredValue) => !column.auxiliary && metric.uncensored >= minimumUncensored;

function measuredTasks(catalog: Catalog, model: ModelRow, role: Role): readonly MeasuredTask[] {
  const metrics = new Map(readTaskMetrics(catalog, model.id, role).map((metric) => [metric.taskId, metric]));
  return readTaskColumns(catalog, model.taskSetId).flatMap((column) => {
    const metric = metrics.get(column.taskId);
    return metric === undefined ? [] : [{ column, metric }];
  });
}

function measuredValues(catalog: Catalog, model: ModelRow, role: Role): readonly MeasuredValue[] {
  const metrics = new Map(
    readRegressionMetrics(catalog, model.id, role).map((metric) => [metric.regressionTaskId, metric]),
  );
  return readRegressionColumns(catalog, model.taskSetId).flatMap((column) => {
    const metric = metrics.get(column.regressionTaskId);
    return metric === undefined ? [] : [{ column, metric }];
  });
}

function foldReport(catalog: Catalog, model: ModelRow, role: Role): FoldReport {
  const least = minimumPerClass(catalog, model);
  const tasks = measuredTasks(catalog, model, role).map((task) => ({ ...task, counts: taskCounts(task, least) }));
  const values = measuredValues(catalog, model, role).map((task) => ({ ...task, counts: valueCounts(task) }));
  return {
    groups: aggregated(tasks, classMetric.options),
    tasks: tasks.map(({ column, metric, counts }) => ({
      ...assayOf(column),
      counts,
      taskId: column.taskId,
      threshold: column.threshold,
      direction: column.direction,
      actives: metric.actives,
      inactives: metric.inactives,
      metrics: picked(metric, classMetric.options),
      f1MaxAt: metric.f1MaxAt,
      kappaMaxAt: metric.kappaMaxAt,
    })),
    regressionGroups: aggregated(values, valueMetric.options),
    regressionTasks: values.map(({ column, metric, counts }) => ({
      ...assayOf(column),
      counts,
      regressionTaskId: column.regressionTaskId,
      labels: metric.labels,
      uncensored: metric.uncensored,
      metrics: picked(metric, valueMetric.options),
    })),
  };
}

const assayOf = ({ assay, assayType, auxiliary, aggregationWeight }: TaskColumn | RegressionColumn) => ({
  assay,
  assayType,
  auxiliary,
  aggregationWeight,
});

const picked = <Name extends string>(metric: Readonly<Record<Name, number | null>>, names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, metric[name]])) as Record<Name, number | null>;

type Measured<Name extends string> = {
  readonly column: TaskColumn | RegressionColumn;
  readonly metric: Readonly<Record<Name, number | null>>;
  readonly counts: boolean;
};

function aggregated<Name extends string>(tasks: readonly Measured<Name>[], names: readonly Name[]) {
  const judged = tasks.filter(({ column }) => !column.auxiliary);
  const types = [...new Set(judged.map(({ column }) => column.assayType))].sort();
  return (['all', ...types] as const).flatMap((group) => {
    const own = group === 'all' ? judged : judged.filter(({ column }) => column.assayType === group);
    const counting = own.filter(({ counts }) => counts);
    if (counting.length === 0) return [];
    const intervals = bootstrapIntervals(counting.map(({ metric }) => names.map((name) => metric[name])));
    const metrics = names.map((name, at) => [name, { ...aggregateOf(own, counting, name), interval: intervals[at]! }]);
    return [{ group, tasks: counting.length, metrics: Object.fromEntries(metrics) as Record<Name, Aggregate> }];
  });
}

function aggregateOf<Name extends string>(
  own: readonly Measured<Name>[],
  counting: readonly Measured<Name>[],
  name: Name,
): Omit<Aggregate, 'interval'> {
  const values = counting.map(({ metric }) => metric[name]).filter((value) => value !== null);
  return {
    tasks: values.length,
    mean: mean(values),
    median: median(values),
    weighted: weightedMean(
      own.map(({ metric }) => metric[name]),
      own.map(({ column }) => column.aggregationWeight),
    ),
  };
}

const roles = ['validation', 'test'] as const;

/** A row per task and fold, those of regression after the others; the header first. */
export function* reportTasksAsCsv(report: ModelReport): Iterable<string> {
  yield csvLine([
    ...['fold', 'kind', 'assay', 'assay_type', 'threshold', 'direction', 'auxiliary', 'aggregation_weight', 'counts'],
    ...['actives', 'inactives', 'values', 'uncensored'],
    ...classMetric.options.map(columnName),
    ...['f1_max_at', 'kappa_max_at'],
    ...valueMetric.options.map(columnName),
    ...provenanceColumns,
  ]);
  for (const role of roles) {
    for (const task of report[role].tasks) {
      yield csvLine([
        ...[role, 'classification', task.assay, task.assayType, task.threshold, task.direction],
        ...[Number(task.auxiliary), task.aggregationWeight, Number(task.counts)],
        ...[task.actives, task.inactives, '', ''],
        ...classMetric.options.map((name) => task.metrics[name] ?? ''),
        ...[task.f1MaxAt ?? '', task.kappaMaxAt ?? ''],
        ...valueMetric.options.map(() => ''),
        ...provenance(report),
      ]);
    }
    for (const task of report[role].regressionTasks) {
      yield csvLine([
        ...[role, 'regression', task.assay, task.assayType, '', ''],
        ...[Number(task.auxiliary), task.aggregationWeight, Number(task.counts)],
        ...['', '', task.labels, task.uncensored],
        ...classMetric.options.map(() => ''),
        ...['', ''],
        ...valueMetric.options.map((name) => task.metrics[name] ?? ''),
        ...provenance(report),
      ]);
    }
  }
}

/** A row per fold, group and metric; the header first. */
export function* reportGroupsAsCsv(report: ModelReport): Iterable<string> {
  yield csvLine([
    ...['fold', 'kind', 'group', 'metric', 'tasks', 'mean', 'low', 'high', 'median', 'weighted_mean'],
    ...provenanceColumns,
  ]);
  for (const role of roles) {
    const { groups, regressionGroups } = report[role];
    for (const [kind, found] of [['classification', groups] as const, ['regression', regressionGroups] as const]) {
      for (const { group, metrics } of found) {
        for (const [name, { tasks, mean, interval, median, weighted }] of Object.entries(metrics)) {
          yield csvLine([
            ...[role, kind, group, columnName(name), tasks, mean ?? ''],
            ...[interval?.low ?? '', interval?.high ?? '', median ?? '', weighted ?? ''],
            ...provenance(report),
          ]);
        }
      }
    }
  }
}

const provenanceColumns = ['model', 'model_kind', 'model_step', 'model_hash'];

const provenance = ({ model: { id, kind, step, hash } }: ModelReport) => [id, kind, step, hash];

const columnName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

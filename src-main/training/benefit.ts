/** What the consortium has added for this partner: the global model against the one trained alone, on the test fold. */
import type { Catalog } from '../catalog/open.ts';
import { ChoraleError } from '../contract/errors.ts';
import {
  type Benefit,
  type BenefitMetric,
  type BenefitTask,
  type Gain,
  sizeBorders,
  type ValueMetric,
  valueMetric,
} from '../contract/training.ts';
import { csvLine } from '../intake/csv-text.ts';
import { clusterBootstrap, mean, median } from './metrics-means.ts';
import { describeModel, findModel } from './overview.ts';
import { readCountingTasks, readCountingValues } from './report.ts';

/** A task as both models were measured on it. */
export type ComparedTask = Omit<BenefitTask, 'riptop'> & { readonly assayId: number };

/**
 * Over tasks that count for both models and are not auxiliary.
 * @throws NOT_FOUND, INPUT_INVALID when the models learnt different task sets
 */
export function readBenefit(
  catalog: Catalog,
  aloneModelId: string,
  globalModelId: string,
  metric: BenefitMetric,
): Benefit {
  const alone = findModel(catalog, aloneModelId);
  const global = findModel(catalog, globalModelId);
  if (alone.taskSetId !== global.taskSetId) {
    throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'globalModelId', message: 'of another task set' }] });
  }
  const read = (modelId: string) =>
    isValueMetric(metric)
      ? readCountingValues(catalog, findModel(catalog, modelId), 'test').map(({ column, metric: measured }) => ({
          ...column,
          taskId: column.regressionTaskId,
          threshold: null,
          direction: null,
          value: measured[metric],
        }))
      : readCountingTasks(catalog, findModel(catalog, modelId), 'test').map(({ column, metric: measured }) => ({
          ...column,
          value: measured[metric],
        }));
  const reached = new Map(read(globalModelId).map(({ taskId, value }) => [taskId, value]));
  const compared = read(aloneModelId).flatMap(
    ({ taskId, assayId, assay, assayType, threshold, direction, labels, value }): ComparedTask[] => {
      const other = reached.get(taskId) ?? null;
      return value === null || other === null
        ? []
        : [{ taskId, assayId, assay, assayType, threshold, direction, labels, alone: value, global: other }];
    },
  );
  return {
    alone: describeModel(alone),
    global: describeModel(global),
    metric,
    gains: gainsOf(compared, metric),
    tasks: compared
      .map(({ assayId: _, ...task }) => ({ ...task, riptop: riptop(task.alone, task.global, metric) }))
      .sort((one, other) => better(other, metric) - better(one, metric) || one.taskId - other.taskId),
  };
}

/** All, by assay type, and by number of labels; only groups with a task. */
export function gainsOf(tasks: readonly ComparedTask[], metric: BenefitMetric): Gain[] {
  const types = [...new Set(tasks.map(({ assayType }) => assayType))].sort();
  return [
    { group: 'all' as const, size: null, own: tasks },
    ...types.map((group) => ({ group, size: null, own: tasks.filter(({ assayType }) => assayType === group) })),
    ...[0, ...sizeBorders].map((least, at) => {
      const below = sizeBorders[at] ?? null;
      const own = tasks.filter(({ labels }) => labels >= least && (below === null || labels < below));
      return { group: 'size' as const, size: { least, below }, own };
    }),
  ].flatMap(({ group, size, own }) => (own.length === 0 ? [] : [{ group, size, ...gainOf(own, metric) }]));
}

function gainOf(tasks: readonly ComparedTask[], metric: BenefitMetric): Omit<Gain, 'group' | 'size'> {
  const riptops = tasks.map(({ alone, global }) => riptop(alone, global, metric));
  const assays = new Map<number, number[]>();
  tasks.forEach(({ assayId, alone, global }, at) => {
    const sums = assays.get(assayId) ?? [0, 0, 0, 0, 0];
    const [shareAlone, shareGlobal] = [onRange(alone, metric), onRange(global, metric)];
    [1, global - alone, shareAlone, shareGlobal, riptops[at]!].forEach((value, place) => {
      sums[place]! += value;
    });
    assays.set(assayId, sums);
  });
  const clusters = [...assays.values()];
  const total = (place: number) => clusters.reduce((sum, cluster) => sum + cluster[place]!, 0);
  const [interval, relativeInterval, riptopInterval] = clusterBootstrap(clusters, [
    (sums) => sums[1]! / sums[0]!,
    (sums) => (sums[2]! > 0 ? sums[3]! / sums[2]! - 1 : Number.NaN),
    (sums) => sums[4]! / sums[0]!,
  ]);
  return {
    tasks: tasks.length,
    assays: assays.size,
    gained: tasks.filter((task) => better(task, metric) > 0).length,
    lost: tasks.filter((task) => better(task, metric) < 0).length,
    alone: mean(tasks.map(({ alone }) => alone))!,
    global: mean(tasks.map(({ global }) => global))!,
    difference: total(1) / tasks.length,
    interval: interval!,
    relative: total(2) > 0 ? total(3) / total(2) - 1 : null,
    relativeInterval: relativeInterval!,
    riptop: mean(riptops)!,
    riptopInterval: riptopInterval!,
    riptopMedian: median(riptops)!,
  };
}

/**
 * Relative improvement of proximity to perfection: (global - alone) / (perfect - alone), task by task, as MELLODDY's
 * relative_deltas.py (`improve_to_perfect`). Where the model alone is perfect already it is the plain difference.
 */
export function riptop(alone: number, global: number, metric: BenefitMetric): number {
  const perfect = metric === 'rmse' ? 0 : 1;
  const [from, to] = [onRange(alone, metric), onRange(global, metric)];
  return from === perfect ? to - from : (to - from) / (perfect - from);
}

/** R2 has no lower end: as at MELLODDY it is held to -1 and up, and read as the share of the way from -1 to 1. */
const onRange = (value: number, metric: BenefitMetric): number =>
  metric === 'r2' ? (Math.min(1, Math.max(-1, value)) + 1) / 2 : value;

/** Above zero where the global model is better. */
const better = ({ alone, global }: Pick<ComparedTask, 'alone' | 'global'>, metric: BenefitMetric): number =>
  metric === 'rmse' ? alone - global : global - alone;

const isValueMetric = (metric: BenefitMetric): metric is BenefitMetric & ValueMetric =>
  valueMetric.options.some((name) => name === metric);

/** The header first. */
export function* benefitTasksAsCsv({ alone, global, metric, tasks }: Benefit): Iterable<string> {
  yield csvLine([
    ...['assay', 'assay_type', 'threshold', 'direction', 'labels', 'metric', 'alone', 'global', 'difference'],
    ...['riptop', 'alone_model_hash', 'global_model_hash'],
  ]);
  for (const task of tasks) {
    yield csvLine([
      ...[task.assay, task.assayType, task.threshold ?? '', task.direction ?? '', task.labels, metric],
      ...[task.alone, task.global, task.global - task.alone, task.riptop, alone.hash, global.hash],
    ]);
  }
}

/** The header first. */
export function* gainsAsCsv({ alone, global, metric, gains }: Benefit): Iterable<string> {
  yield csvLine([
    ...['group', 'metric', 'tasks', 'assays', 'gained', 'lost', 'alone', 'global', 'difference'],
    ...['difference_low', 'difference_high', 'relative', 'relative_low', 'relative_high'],
    ...['riptop', 'riptop_low', 'riptop_high', 'riptop_median', 'alone_model_hash', 'global_model_hash'],
  ]);
  for (const { group, size, interval, relativeInterval, riptopInterval, ...gain } of gains) {
    yield csvLine([
      size === null ? group : sizeName(size),
      ...[metric, gain.tasks, gain.assays, gain.gained, gain.lost, gain.alone, gain.global, gain.difference],
      ...[interval?.low ?? '', interval?.high ?? '', gain.relative ?? ''],
      ...[relativeInterval?.low ?? '', relativeInterval?.high ?? '', gain.riptop],
      ...[riptopInterval?.low ?? '', riptopInterval?.high ?? '', gain.riptopMedian, alone.hash, global.hash],
    ]);
  }
}

const sizeName = ({ least, below }: NonNullable<Gain['size']>): string =>
  below === null ? `labels ${least} and more` : `labels ${least} to ${below - 1}`;

/** Metrics of many tasks in one figure: means over the tasks that count, with intervals by bootstrap. */
import type { TaskMetric } from './metrics.ts';
import { below, randomFrom } from './random.ts';

export type Interval = { readonly low: number; readonly high: number };

export type Means = {
  /** Tasks with at least `minimumPerClass` of each class, the ones that the plain mean is over. */
  readonly tasks: number;
  readonly aucPr: number | null;
  readonly aucRoc: number | null;
  /** 95 % of the plain mean AUC-PR, by bootstrap over tasks; null below five tasks. */
  readonly aucPrInterval: Interval | null;
  /** Over all tasks with both classes, by their aggregation weights. */
  readonly weightedAucPr: number | null;
  readonly weightedAucRoc: number | null;
};

export const counts = ({ actives, inactives }: Pick<TaskMetric, 'actives' | 'inactives'>, minimumPerClass: number) =>
  Math.min(actives, inactives) >= Math.max(1, minimumPerClass);

export function meansOf(
  metrics: readonly Pick<TaskMetric, 'actives' | 'inactives' | 'aucPr' | 'aucRoc'>[],
  aggregationWeights: readonly number[],
  minimumPerClass: number,
): Means {
  const counting = metrics.filter((metric) => counts(metric, minimumPerClass));
  const precisions = counting.map(({ aucPr }) => aucPr!);
  return {
    tasks: counting.length,
    aucPr: mean(precisions),
    aucRoc: mean(counting.map(({ aucRoc }) => aucRoc!)),
    aucPrInterval: bootstrapInterval(precisions),
    weightedAucPr: weightedMean(
      metrics.map(({ aucPr }) => aucPr),
      aggregationWeights,
    ),
    weightedAucRoc: weightedMean(
      metrics.map(({ aucRoc }) => aucRoc),
      aggregationWeights,
    ),
  };
}

/** Of the values that are known, as SparseChem aggregates; null where their weights are all zero. */
export function weightedMean(values: readonly (number | null)[], weights: readonly number[]): number | null {
  let sum = 0;
  let total = 0;
  values.forEach((value, task) => {
    if (value === null) return;
    sum += value * weights[task]!;
    total += weights[task]!;
  });
  return total > 0 ? sum / total : null;
}

export const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** 95 % interval of a mean, by the percentiles of 1000 resamples with a fixed seed; null below five values. */
export const bootstrapInterval = (values: readonly number[]): Interval | null =>
  clusterBootstrap(
    values.map((value) => [value]),
    [([sum]) => sum! / values.length],
  )[0]!;

/**
 * Intervals of the means of several metrics of the same tasks, from the same resamples: as `bootstrapInterval`, over
 * the tasks of each resample that have the metric. Null where fewer than five have it.
 * @param tasks the metrics of each task, in one order
 */
export function bootstrapIntervals(tasks: readonly (readonly (number | null)[])[]): readonly (Interval | null)[] {
  const metrics = tasks[0]?.length ?? 0;
  const sums = tasks.map((values) => [
    ...values.map((value) => value ?? 0),
    ...values.map((value) => (value === null ? 0 : 1)),
  ]);
  const places = Array.from({ length: metrics }, (_, metric) => metric);
  const intervals = clusterBootstrap(
    sums,
    places.map((metric) => (total) => total[metric]! / total[metrics + metric]!),
  );
  return places.map((metric) =>
    tasks.filter((values) => values[metric] !== null).length < fewest ? null : intervals[metric]!,
  );
}

const resamples = 1000;
const fewest = 5;

/** Made of the sums over a resample; NaN where it has none, which leaves the resample out. */
export type Figure = (sums: Float64Array) => number;

/**
 * 95 % intervals of figures that are made of sums, by the percentiles of 1000 resamples of whole clusters with a fixed
 * seed: what is measured together, such as the thresholds of one assay, is drawn together.
 *
 * @param clusters the sums of each cluster, all of one length
 * @returns by figure; null below five clusters, or where fewer than half of the resamples have it
 */
export function clusterBootstrap(
  clusters: readonly (readonly number[])[],
  figures: readonly Figure[],
): readonly (Interval | null)[] {
  const count = clusters.length;
  if (count < fewest) return figures.map(() => null);
  const random = randomFrom(20_000_101);
  const width = clusters[0]!.length;
  const all = Float64Array.from(clusters.flat());
  const sums = new Float64Array(width);
  const found = figures.map(() => new Float64Array(resamples));
  for (let resample = 0; resample < resamples; resample++) {
    sums.fill(0);
    for (let draw = 0; draw < count; draw++) {
      const start = width * below(random, count);
      for (let at = 0; at < width; at++) sums[at]! += all[start + at]!;
    }
    figures.forEach((figure, at) => {
      found[at]![resample] = figure(sums);
    });
  }
  return found.map((values) => {
    const sorted = values.filter((value) => !Number.isNaN(value)).sort();
    if (sorted.length < resamples / 2) return null;
    return {
      low: sorted[Math.floor(0.025 * sorted.length)]!,
      high: sorted[Math.ceil(0.975 * sorted.length) - 1]!,
    };
  });
}

/** How good predictions are: per task, and as means over the tasks that count. */
import { below, randomFrom } from './random.ts';

export type Scored = {
  /** Any number that is higher for what is held more likely active. */
  readonly scores: ArrayLike<number>;
  /** 1 active, else inactive; beside each score. */
  readonly classes: ArrayLike<number>;
};

export type TaskMetric = {
  readonly actives: number;
  readonly inactives: number;
  /** Null when one class is missing, as are the others. */
  readonly aucRoc: number | null;
  readonly aucPr: number | null;
  /** Expected calibration error of probabilities; null below 50 labels. */
  readonly calibrationError: number | null;
};

export type Interval = { readonly low: number; readonly high: number };

/** Below this many labels, ten bins say nothing about calibration. */
export const calibrationFrom = 50;

export function taskMetric(scored: Scored): TaskMetric {
  const labels = scored.classes.length;
  const actives = Array.from(scored.classes).filter((value) => value === 1).length;
  const whole = actives > 0 && actives < labels;
  const ties = whole ? tiesFromTop(scored) : [];
  return {
    actives,
    inactives: labels - actives,
    aucRoc: whole ? areaUnderRoc(ties, actives, labels - actives) : null,
    aucPr: whole ? averagePrecision(ties, actives) : null,
    calibrationError: labels >= calibrationFrom ? calibrationError(scored) : null,
  };
}

type Tie = { readonly actives: number; readonly inactives: number };

/** Labels from the highest score down, those with equal scores together, since no threshold can part them. */
function tiesFromTop({ scores, classes }: Scored): Tie[] {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((i, j) => scores[j]! - scores[i]!);
  const ties: { actives: number; inactives: number }[] = [];
  order.forEach((label, place) => {
    if (place === 0 || scores[label] !== scores[order[place - 1]!]) ties.push({ actives: 0, inactives: 0 });
    if (classes[label] === 1) ties.at(-1)!.actives++;
    else ties.at(-1)!.inactives++;
  });
  return ties;
}

/** The chance that an active stands above an inactive, ties counting half. */
function areaUnderRoc(ties: readonly Tie[], actives: number, inactives: number): number {
  let above = 0;
  let wins = 0;
  for (const tie of ties) {
    wins += tie.inactives * (above + tie.actives / 2);
    above += tie.actives;
  }
  return wins / (actives * inactives);
}

/**
 * Average precision: the sum of precision times the gain in recall, threshold by threshold, without interpolation; as
 * scikit-learn's `average_precision_score`. The trapezium under the curve would be too kind (Davis and Goadrich 2006).
 */
function averagePrecision(ties: readonly Tie[], actives: number): number {
  let found = 0;
  let taken = 0;
  let sum = 0;
  for (const tie of ties) {
    found += tie.actives;
    taken += tie.actives + tie.inactives;
    sum += (found / taken) * (tie.actives / actives);
  }
  return sum;
}

/** Mean distance of probability and share of actives over ten bins of equal width, by labels per bin (Naeini 2015). */
function calibrationError({ scores, classes }: Scored): number {
  const bins = Array.from({ length: 10 }, () => ({ probability: 0, actives: 0 }));
  for (let label = 0; label < scores.length; label++) {
    const bin = bins[Math.min(9, Math.floor(scores[label]! * 10))]!;
    bin.probability += scores[label]!;
    bin.actives += classes[label] === 1 ? 1 : 0;
  }
  return bins.reduce((sum, { probability, actives }) => sum + Math.abs(probability - actives), 0) / scores.length;
}

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

export function meansOf(
  metrics: readonly TaskMetric[],
  aggregationWeights: readonly number[],
  minimumPerClass: number,
): Means {
  const counting = metrics.filter(
    ({ actives, inactives }) => Math.min(actives, inactives) >= Math.max(1, minimumPerClass),
  );
  const precisions = counting.map(({ aucPr }) => aucPr!);
  const weighted = (value: (metric: TaskMetric) => number | null) => {
    let sum = 0;
    let weights = 0;
    metrics.forEach((metric, task) => {
      const known = value(metric);
      if (known === null) return;
      sum += known * aggregationWeights[task]!;
      weights += aggregationWeights[task]!;
    });
    return weights > 0 ? sum / weights : null;
  };
  return {
    tasks: counting.length,
    aucPr: mean(precisions),
    aucRoc: mean(counting.map(({ aucRoc }) => aucRoc!)),
    aucPrInterval: bootstrapInterval(precisions),
    weightedAucPr: weighted(({ aucPr }) => aucPr),
    weightedAucRoc: weighted(({ aucRoc }) => aucRoc),
  };
}

const resamples = 1000;

/** 95 % interval of a mean, by the percentiles of 1000 resamples with a fixed seed; null below five values. */
export function bootstrapInterval(values: readonly number[]): Interval | null {
  if (values.length < 5) return null;
  const random = randomFrom(20_000_101);
  const sums = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[below(random, values.length)]!;
    return sum / values.length;
  }).sort();
  return { low: sums[Math.floor(0.025 * resamples)]!, high: sums[Math.ceil(0.975 * resamples) - 1]! };
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** How good predictions of a class are, for one task: what SparseChem's users read, from probabilities and classes. */

export type Scored = {
  /** Probabilities of being active. The areas, F1 and kappa only need their order. */
  readonly scores: ArrayLike<number>;
  /** 1 active, else inactive; beside each score. */
  readonly classes: ArrayLike<number>;
};

export type TaskMetric = {
  readonly actives: number;
  readonly inactives: number;
  /** Null when one class is missing, as are the others unless they say otherwise. */
  readonly aucRoc: number | null;
  readonly aucPr: number | null;
  /** Area under the curve of precision as it were with one active in ten: comparable between tasks. */
  readonly aucPrCalibrated: number | null;
  readonly f1Max: number | null;
  /** The lowest score that has to be called active for it. */
  readonly f1MaxAt: number | null;
  /** Cohen's kappa, active from a probability of one half. */
  readonly kappa: number | null;
  readonly kappaMax: number | null;
  /** Null also where nothing is better than calling everything inactive. */
  readonly kappaMaxAt: number | null;
  /** Mean squared distance of probability and class. */
  readonly brier: number | null;
  /** Binary cross-entropy per label, in nats. */
  readonly logLoss: number | null;
  /** Expected calibration error; null only below 50 labels, as is the adaptive one. */
  readonly calibrationError: number | null;
  readonly adaptiveCalibrationError: number | null;
};

/** Below this many labels, ten bins say nothing about calibration. */
const calibrationFrom = 50;

/** Share of actives that calibrated precision stands for, SparseChem's `pi_zero`. */
const referenceShare = 0.1;

export function taskMetric(scored: Scored): TaskMetric {
  const labels = scored.classes.length;
  let actives = 0;
  for (let label = 0; label < labels; label++) if (scored.classes[label] === 1) actives++;
  const inactives = labels - actives;
  const ties = tiesFromTop(scored);
  const calibrates = labels >= calibrationFrom;
  return {
    actives,
    inactives,
    ...(actives > 0 && inactives > 0 ? twoClasses(scored, ties, actives, inactives) : oneClass),
    calibrationError: calibrates ? calibrationError(scored) : null,
    adaptiveCalibrationError: calibrates ? adaptiveCalibrationError(ties, labels) : null,
  };
}

type TwoClasses = Omit<TaskMetric, 'actives' | 'inactives' | 'calibrationError' | 'adaptiveCalibrationError'>;

const oneClass: TwoClasses = {
  aucRoc: null,
  aucPr: null,
  aucPrCalibrated: null,
  f1Max: null,
  f1MaxAt: null,
  kappa: null,
  kappaMax: null,
  kappaMaxAt: null,
  brier: null,
  logLoss: null,
};

function twoClasses(scored: Scored, ties: readonly Tie[], actives: number, inactives: number): TwoClasses {
  const f1 = best(ties, (found, taken) => (2 * found) / (taken + actives), 'lowest');
  const agreement = best(ties, (found, taken) => kappaOf(found, taken, actives, inactives), 'highest');
  return {
    aucRoc: areaUnderRoc(ties, actives, inactives),
    aucPr: averagePrecision(ties, actives),
    aucPrCalibrated: calibratedArea(ties, actives, inactives),
    f1Max: f1.value,
    f1MaxAt: f1.at,
    kappa: kappaFromHalf(ties, actives, inactives),
    kappaMax: Math.max(0, agreement.value),
    kappaMaxAt: agreement.value > 0 ? agreement.at : null,
    brier: brier(scored),
    logLoss: logLoss(scored),
  };
}

type Tie = { readonly score: number; readonly actives: number; readonly inactives: number };

/** Labels from the highest score down, those with equal scores together, since no threshold can part them. */
function tiesFromTop({ scores, classes }: Scored): Tie[] {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((i, j) => scores[j]! - scores[i]!);
  const ties: { score: number; actives: number; inactives: number }[] = [];
  order.forEach((label, place) => {
    const score = scores[label]!;
    if (place === 0 || score !== scores[order[place - 1]!]) ties.push({ score, actives: 0, inactives: 0 });
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

/**
 * SparseChem's calibrated AUC-PR, after Siblini et al. 2020 (Master your metrics with calibration, IDA): precision is
 * taken to the reference share by 1 / ((1 / precision - 1) c + 1) with c = share (1 - reference) / (reference (1 - share)),
 * the share being that of the fold and at most 0.99, and its area over recall is that of trapezia from (0, 1) on.
 */
function calibratedArea(ties: readonly Tie[], actives: number, inactives: number): number {
  const share = Math.min(actives / (actives + inactives), 0.99);
  const factor = (share * (1 - referenceShare)) / (referenceShare * (1 - share));
  let found = 0;
  let wrong = 0;
  let before = 1;
  let area = 0;
  for (const tie of ties) {
    found += tie.actives;
    wrong += tie.inactives;
    const precision = found / (found + factor * wrong);
    area += ((before + precision) / 2) * (tie.actives / actives);
    before = precision;
  }
  return area;
}

/** The threshold among the scores that is best by a measure of actives found and labels taken. */
function best(
  ties: readonly Tie[],
  measure: (found: number, taken: number) => number,
  ofEqual: 'lowest' | 'highest',
): { readonly value: number; readonly at: number } {
  let found = 0;
  let taken = 0;
  let reached = { value: Number.NEGATIVE_INFINITY, at: 0 };
  for (const tie of ties) {
    found += tie.actives;
    taken += tie.actives + tie.inactives;
    const value = measure(found, taken);
    if (value > reached.value || (ofEqual === 'lowest' && value === reached.value)) reached = { value, at: tie.score };
  }
  return reached;
}

function kappaFromHalf(ties: readonly Tie[], actives: number, inactives: number): number {
  let found = 0;
  let taken = 0;
  for (const tie of ties) {
    if (tie.score < 0.5) break;
    found += tie.actives;
    taken += tie.actives + tie.inactives;
  }
  return kappaOf(found, taken, actives, inactives);
}

/** Agreement beyond chance of calling `taken` labels active, `found` of them rightly (Cohen 1960). */
function kappaOf(found: number, taken: number, actives: number, inactives: number): number {
  const labels = actives + inactives;
  const agreed = (found + inactives - (taken - found)) / labels;
  const expected = (actives * taken + inactives * (labels - taken)) / labels ** 2;
  return (agreed - expected) / (1 - expected);
}

function brier({ scores, classes }: Scored): number {
  let sum = 0;
  for (let label = 0; label < scores.length; label++) sum += (scores[label]! - (classes[label] === 1 ? 1 : 0)) ** 2;
  return sum / scores.length;
}

/** Probabilities are held this far from 0 and 1, so that a certain mistake costs much and not everything. */
const leastProbability = 1e-15;

function logLoss({ scores, classes }: Scored): number {
  let sum = 0;
  for (let label = 0; label < scores.length; label++) {
    const right = classes[label] === 1 ? scores[label]! : 1 - scores[label]!;
    sum -= Math.log(Math.min(1, Math.max(leastProbability, right)));
  }
  return sum / scores.length;
}

const bins = 10;

/** Mean distance of probability and share of actives over ten bins of equal width, by labels per bin (Naeini 2015). */
function calibrationError({ scores, classes }: Scored): number {
  const sums = new Float64Array(bins);
  for (let label = 0; label < scores.length; label++) {
    const score = scores[label]!;
    const bin = Math.max(0, Math.min(bins - 1, Math.floor(score * bins)));
    sums[bin]! += score - (classes[label] === 1 ? 1 : 0);
  }
  return sums.reduce((sum, distance) => sum + Math.abs(distance), 0) / scores.length;
}

/**
 * As the expected calibration error, with bins of equal size: the first ones hold one label more where ten does not
 * divide their number (Nixon et al. 2019). A tie that a border cuts gives each side its share of the tie's actives.
 */
function adaptiveCalibrationError(ties: readonly Tie[], labels: number): number {
  const sums = new Float64Array(bins);
  const ends = Array.from(
    { length: bins },
    (_, bin) => (bin + 1) * Math.floor(labels / bins) + Math.min(bin + 1, labels % bins),
  );
  let bin = 0;
  let place = 0;
  for (const { score, actives, inactives } of ties.toReversed()) {
    const size = actives + inactives;
    for (let left = size; left > 0; ) {
      while (ends[bin]! <= place) bin++;
      const part = Math.min(left, ends[bin]! - place);
      sums[bin]! += part * (score - actives / size);
      place += part;
      left -= part;
    }
  }
  return sums.reduce((sum, distance) => sum + Math.abs(distance), 0) / labels;
}

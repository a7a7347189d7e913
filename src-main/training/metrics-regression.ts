/** How good predicted values are, for one regression task: errors that know of censored values, and what is explained. */

export type Valued = {
  readonly predictions: ArrayLike<number>;
  /** In the same unit as the predictions, beside each. */
  readonly values: ArrayLike<number>;
  /** -1 the true value is lower, 0 it is this one, 1 it is higher. */
  readonly censors: ArrayLike<number>;
};

export type RegressionMetric = {
  /** Values, censored ones among them. */
  readonly labels: number;
  readonly uncensored: number;
  /** A censored value counts by how far the prediction is on its wrong side. Null below two values. */
  readonly rmse: number | null;
  /** Over uncensored values, as are the next two; null below two values, or without an uncensored one. */
  readonly rmseUncensored: number | null;
  /** 1 minus the share of variance that is left; null where the values do not vary. */
  readonly r2: number | null;
  /** Null where the values or the predictions do not vary. */
  readonly pearson: number | null;
  /** How far from its prediction an uncensored value lies at most in nine cases of ten; null below nine of them. */
  readonly error90: number | null;
};

/** As SparseChem's `all_metrics_regr`. */
export function regressionMetric({ predictions, values, censors }: Valued): RegressionMetric {
  const labels = values.length;
  const known: number[] = [];
  let squares = 0;
  for (let label = 0; label < labels; label++) {
    const censor = censors[label]!;
    const short = values[label]! - predictions[label]!;
    squares += (censor === 0 ? short : Math.max(0, censor * short)) ** 2;
    if (censor === 0) known.push(label);
  }
  const nothing = { rmse: null, rmseUncensored: null, r2: null, pearson: null, error90: null };
  if (labels < 2) return { labels, uncensored: known.length, ...nothing };
  const truth = known.map((label) => values[label]!);
  const guess = known.map((label) => predictions[label]!);
  return { labels, uncensored: known.length, rmse: Math.sqrt(squares / labels), ...explained(truth, guess) };
}

function explained(truth: readonly number[], guess: readonly number[]) {
  if (truth.length === 0) return { rmseUncensored: null, r2: null, pearson: null, error90: null };
  const error = mean(truth.map((value, at) => (value - guess[at]!) ** 2));
  const varies = !isFlat(truth);
  const truthMean = mean(truth);
  return {
    rmseUncensored: Math.sqrt(error),
    r2: varies ? 1 - error / mean(truth.map((value) => (value - truthMean) ** 2)) : null,
    pearson: varies && !isFlat(guess) ? cosine(deviations(truth), deviations(guess)) : null,
    error90: errorOfNineInTen(truth.map((value, at) => Math.abs(value - guess[at]!))),
  };
}

/**
 * Half the width of a split conformal interval (Lei et al. 2018, doi:10.1080/01621459.2017.1307116): the error at place
 * ceil(0.9 (n + 1)), within which a further value of the same kind lies in nine cases of ten. Below nine errors that
 * place would lie beyond the largest.
 */
function errorOfNineInTen(errors: readonly number[]): number | null {
  if (errors.length < 9) return null;
  const place = Math.ceil((9 * (errors.length + 1)) / 10);
  return [...errors].sort((one, other) => one - other)[place - 1]!;
}

/** From the mean, in units of their range, so that no square underflows. */
function deviations(values: readonly number[]): number[] {
  const [first] = values;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value - first!)), 0);
  const scaled = values.map((value) => (value - first!) / largest);
  const middle = mean(scaled);
  return scaled.map((value) => value - middle);
}

function cosine(one: readonly number[], other: readonly number[]): number {
  const product = mean(one.map((value, at) => value * other[at]!));
  return product / Math.sqrt(mean(one.map((value) => value ** 2)) * mean(other.map((value) => value ** 2)));
}

/** By the values themselves: a variance may come out above zero by rounding alone. */
const isFlat = (values: readonly number[]): boolean => values.every((value) => value === values[0]);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Thresholds: a person's, or the ones that the rule of the assay's type finds (chemistry.md 1.9). */
import type { AssayRecord } from '../catalog/tasks.ts';
import type { TaskRules, ThresholdMethod, ThresholdReason } from '../contract/tasks.ts';
import { type AssayValues, isPotency, quantile } from './assay-values.ts';
import { countClasses, isMet, missing, totalOf } from './classes.ts';

export type Threshold = {
  readonly threshold: number;
  readonly method: ThresholdMethod;
  /** Trains the trunk, is not evaluated. */
  readonly auxiliary: boolean;
};

export type Thresholds = {
  /** Ascending. */
  readonly thresholds: readonly Threshold[];
  readonly reason: ThresholdReason;
};

type Assay = Pick<AssayRecord, 'type'>;

/** @param expert thresholds of a person; an empty list leaves the choice to the rule */
export const findThresholds = (
  assay: Assay,
  values: AssayValues,
  expert: readonly number[],
  rules: TaskRules,
): Thresholds => (expert.length > 0 ? expertThresholds(assay, expert, rules) : ruleThresholds(assay, values, rules));

/** Many thresholds stand for themselves; up to three on a potency assay get an auxiliary one below and above. */
function expertThresholds(assay: Assay, expert: readonly number[], rules: TaskRules): Thresholds {
  const set = [...new Set(expert)].map((threshold) => plain(threshold, 'expert'));
  const reason: ThresholdReason = { key: 'tasks.reason.expert', data: {} };
  const between = assay.type !== 'ADME' && set.length <= 3;
  return { thresholds: ascending(between ? sandwiched(set, rules) : set), reason };
}

function ruleThresholds(assay: Assay, values: AssayValues, rules: TaskRules): Thresholds {
  switch (assay.type) {
    case 'AUX_HTS':
    case 'AUX_PL':
      return { thresholds: [], reason: { key: 'tasks.reason.typeComesLater', data: { type: assay.type } } };
    case 'ADME':
      return medianAndQuartile(values);
    // A catalogue panel without the consortium's reference is judged as any other panel.
    case 'CATALOG-PANEL':
    case 'NON-CATALOG-PANEL':
    case 'OTHER':
      return fixedAdaptive(assay, values, rules);
  }
}

function fixedAdaptive(assay: Assay, { values, scale, direction }: AssayValues, rules: TaskRules): Thresholds {
  const tried = isPotency(assay, scale) ? rules.fixedThresholds : [];
  const shares: number[] = [];
  for (const threshold of tried) {
    const counts = totalOf(countClasses(values, threshold, direction));
    const labelled = counts.actives + counts.inactives;
    const share = labelled === 0 ? 0 : counts.actives / labelled;
    shares.push(share);
    if (share >= rules.fixedThresholdActiveShare && isMet(missing(counts, rules.fixedThresholdQuorum))) {
      return {
        thresholds: sandwiched([plain(threshold, 'fixed_adaptive')], rules),
        reason: {
          key: 'tasks.reason.fixedAdaptive',
          data: { threshold, tried, shares, activeShare: rules.fixedThresholdActiveShare },
        },
      };
    }
  }
  if (values.length === 0) return tooFewValues;
  const shift = scale === 'linear' ? 0 : Math.log10(2);
  const shifted = values.map(
    ({ relation, value }) => value + shift * (relation === '<' ? -1 : relation === '>' ? 1 : 0),
  );
  return {
    thresholds: sandwiched([plain(quantile(shifted, 0.5), 'median')], rules),
    reason: { key: 'tasks.reason.median', data: { tried, shares, activeShare: rules.fixedThresholdActiveShare } },
  };
}

function medianAndQuartile({ values, direction }: AssayValues): Thresholds {
  const certain = values.filter(({ relation }) => relation === '=').map(({ value }) => value);
  if (certain.length < 2) return tooFewValues;
  const median = quantile(certain, 0.5);
  const quartile = quantile(certain, direction === 'high' ? 0.75 : 0.25);
  const thresholds = [plain(median, 'median'), ...(quartile === median ? [] : [plain(quartile, 'quartile')])];
  return {
    thresholds: ascending(thresholds),
    reason: { key: 'tasks.reason.medianQuartile', data: { median, quartile } },
  };
}

const tooFewValues: Thresholds = { thresholds: [], reason: { key: 'tasks.reason.tooFewValues', data: {} } };

const plain = (threshold: number, method: ThresholdMethod): Threshold => ({
  threshold: withoutRoundingError(threshold),
  method,
  auxiliary: false,
});

const withoutRoundingError = (threshold: number): number => Number(threshold.toPrecision(12));

function sandwiched(thresholds: readonly Threshold[], { sandwich }: TaskRules): readonly Threshold[] {
  const given = thresholds.map(({ threshold }) => threshold);
  return [
    { threshold: withoutRoundingError(Math.min(...given) - sandwich), method: 'aux_low', auxiliary: true },
    ...ascending(thresholds),
    { threshold: withoutRoundingError(Math.max(...given) + sandwich), method: 'aux_high', auxiliary: true },
  ];
}

const ascending = (thresholds: readonly Threshold[]): readonly Threshold[] =>
  thresholds.toSorted((a, b) => a.threshold - b.threshold);

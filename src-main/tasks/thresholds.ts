/** Thresholds: a person's, the consortium's, or the ones that the rule of the assay's type finds (chemistry.md 1.9). */
import type { AssayRecord } from '../catalog/task-sources.ts';
import type { CatalogueReference, FixedBy, TaskRules, ThresholdMethod, ThresholdReason } from '../contract/tasks.ts';
import { type AssayValues, isAuxiliaryType, isPotency, quantile } from './assay-values.ts';
import { type Cut, countClasses, isMet, missing, roundingError, totalOf } from './classes.ts';
import type { SortedValues } from './sorted-values.ts';

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

export type ThresholdAssay = Pick<AssayRecord, 'type' | 'direction' | 'catalogueAssayId'>;

/**
 * @param expert thresholds of a person; an empty list leaves the choice to the rule
 * @param catalogue the consortium's; undefined where it has none
 */
export function findThresholds(
  assay: ThresholdAssay,
  values: AssayValues,
  sorted: SortedValues,
  expert: readonly number[],
  rules: TaskRules,
  catalogue: CatalogueReference | undefined,
): Thresholds {
  if (isAuxiliaryType(assay.type) && !rules.auxiliaryData) return none('tasks.reason.auxiliaryOff');
  if (values.binary) return only({ threshold: 0, method: 'expert', auxiliary: isAuxiliaryType(assay.type) }, 'binary');
  if (assay.type === 'AUX_HTS') return screening(assay, expert, rules);
  if (expert.length > 0) return expertThresholds(assay, values, expert, rules);
  switch (assay.type) {
    case 'ADME':
      return medianAndQuartile(assay, values, rules);
    case 'CATALOG-PANEL':
      if (catalogue !== undefined && assay.catalogueAssayId !== null) return referenceThresholds(catalogue);
      break; // judged as any other panel
    case 'AUX_PL':
      return tooFewValues;
    case 'NON-CATALOG-PANEL':
    case 'OTHER':
  }
  return fixedAdaptive(assay, values, sorted, rules);
}

/** @param reason of the thresholds that the rule finds without a person */
export function fixedBy({ key }: ThresholdReason, { compatibility }: Pick<TaskRules, 'compatibility'>): FixedBy | null {
  switch (key) {
    case 'tasks.reason.binary':
      return 'classes';
    case 'tasks.reason.auxiliaryOff':
      return 'auxiliary-off';
    case 'tasks.reason.screening':
      return compatibility === 'tuner' ? 'screening' : null;
    default:
      return null;
  }
}

/** How a threshold of the assay divides its values. */
export const cutOf = (assay: ThresholdAssay, values: AssayValues, threshold: number, rules: TaskRules): Cut => ({
  threshold,
  direction: values.direction,
  kind: assay.type !== 'AUX_HTS' || values.binary ? 'limits' : assay.direction === null ? 'two-sided' : 'screening',
  // Values in a unit of their own may be tiny.
  tolerance: rules.compatibility === 'tuner' ? 0 : roundingError * Math.min(1, Math.abs(threshold)),
});

/** Many thresholds stand for themselves; up to three on a potency assay get an auxiliary one below and above. */
function expertThresholds(
  { type }: ThresholdAssay,
  { scale }: AssayValues,
  expert: readonly number[],
  rules: TaskRules,
): Thresholds {
  const set = [...new Set(expert)].map((threshold) => plain(threshold, 'expert', rules));
  const reason: ThresholdReason = { key: 'tasks.reason.expert', data: {} };
  const between = isPotency(type, scale, rules) && set.length <= 3;
  return { thresholds: ascending(between ? sandwiched(set, rules) : set), reason };
}

/** One for all screening assays; MELLODY-TUNER hears nobody else. */
function screening({ direction }: ThresholdAssay, expert: readonly number[], rules: TaskRules): Thresholds {
  if (expert.length > 0 && rules.compatibility === 'chorale') {
    const set = [...new Set(expert)].map((threshold): Threshold => ({ threshold, method: 'expert', auxiliary: true }));
    return { thresholds: ascending(set), reason: { key: 'tasks.reason.expert', data: {} } };
  }
  const threshold = direction === 'low' ? -rules.screeningThreshold : rules.screeningThreshold;
  return {
    thresholds: [{ threshold, method: 'fixed', auxiliary: true }],
    reason: { key: 'tasks.reason.screening', data: { threshold } },
  };
}

function referenceThresholds({ name, thresholds }: CatalogueReference): Thresholds {
  const set = thresholds.map((threshold): Threshold => {
    const auxiliary = threshold === auxiliaryCatalogueThreshold;
    return { threshold, method: auxiliary ? 'aux_low' : 'expert', auxiliary };
  });
  return { thresholds: ascending(set), reason: { key: 'tasks.reason.catalogue', data: { name } } };
}

/** Chemistry.md 1.9: the catalogue's lowest threshold trains only. */
export const auxiliaryCatalogueThreshold = 4.53;

function fixedAdaptive(
  { type }: ThresholdAssay,
  { values, censors, scale, direction }: AssayValues,
  sorted: SortedValues,
  rules: TaskRules,
): Thresholds {
  const tuner = rules.compatibility === 'tuner';
  const potency = isPotency(type, scale, rules);
  const tried = potency ? rules.fixedThresholds : [];
  const shares: number[] = [];
  for (const threshold of tried) {
    // MELLODY-TUNER tries as if high values were active, whatever the assay's direction.
    const cut: Cut = {
      ...{ threshold, direction: tuner ? 'high' : direction },
      ...{ kind: 'limits', tolerance: tuner ? 0 : roundingError },
    };
    const counts = totalOf(countClasses(sorted, cut));
    const labelled = counts.actives + counts.inactives;
    const share = labelled === 0 ? 0 : counts.actives / labelled;
    shares.push(share);
    if (share >= rules.fixedThresholdActiveShare && isMet(missing(counts, rules.fixedThresholdQuorum))) {
      return {
        thresholds: sandwiched([plain(threshold, 'fixed_adaptive', rules)], rules),
        reason: {
          key: 'tasks.reason.fixedAdaptive',
          data: { threshold, tried, shares, activeShare: rules.fixedThresholdActiveShare },
        },
      };
    }
  }
  if (values.length === 0) return tooFewValues;
  const shift = scale === 'linear' && !tuner ? 0 : Math.log10(2);
  const shifted = values.map((value, at) => value + shift * censors[at]!).sort();
  const median = [plain(quantile(shifted, 0.5), 'median', rules)];
  return {
    thresholds: potency ? sandwiched(median, rules) : median,
    reason: { key: 'tasks.reason.median', data: { tried, shares, activeShare: rules.fixedThresholdActiveShare } },
  };
}

function medianAndQuartile(assay: ThresholdAssay, values: AssayValues, rules: TaskRules): Thresholds {
  const certain = values.values.filter((_, at) => values.censors[at] === 0).sort();
  if (certain.length < 2) return tooFewValues;
  const median = quantile(certain, 0.5);
  // MELLODY-TUNER takes 0 for the quartile of an assay without a direction.
  const quartile =
    assay.direction === null && rules.compatibility === 'tuner'
      ? 0
      : quantile(certain, values.direction === 'high' ? 0.75 : 0.25);
  const thresholds = [
    plain(median, 'median', rules),
    ...(quartile === median ? [] : [plain(quartile, 'quartile', rules)]),
  ];
  return {
    thresholds: ascending(thresholds),
    reason: { key: 'tasks.reason.medianQuartile', data: { median, quartile } },
  };
}

const none = (key: ThresholdReason['key']): Thresholds => ({ thresholds: [], reason: { key, data: {} } });

const tooFewValues: Thresholds = none('tasks.reason.tooFewValues');

const only = (threshold: Threshold, reason: 'binary'): Thresholds => ({
  thresholds: [threshold],
  reason: { key: `tasks.reason.${reason}`, data: {} },
});

const plain = (threshold: number, method: ThresholdMethod, rules: TaskRules): Threshold => ({
  threshold: withoutRoundingError(threshold, rules),
  method,
  auxiliary: false,
});

const withoutRoundingError = (threshold: number, { compatibility }: TaskRules): number =>
  compatibility === 'tuner' ? threshold : Number(threshold.toPrecision(12));

function sandwiched(thresholds: readonly Threshold[], rules: TaskRules): readonly Threshold[] {
  const given = thresholds.map(({ threshold }) => threshold);
  const low = withoutRoundingError(Math.min(...given) - rules.sandwich, rules);
  const high = withoutRoundingError(Math.max(...given) + rules.sandwich, rules);
  return [
    { threshold: low, method: 'aux_low', auxiliary: true },
    ...ascending(thresholds),
    { threshold: high, method: 'aux_high', auxiliary: true },
  ];
}

const ascending = (thresholds: readonly Threshold[]): readonly Threshold[] =>
  thresholds.toSorted((a, b) => a.threshold - b.threshold);

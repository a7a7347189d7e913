/**
 * What MELLODDY-TUNER makes of activities, written straight down from its description (chemistry.md 1.8 to 1.10), quirks
 * included, with lists and loops: slow, and without a line in common with the application.
 */

export type ReferenceAssay = {
  readonly id: string;
  readonly type: 'ADME' | 'CATALOG-PANEL' | 'NON-CATALOG-PANEL' | 'OTHER' | 'AUX_HTS' | 'AUX_PL';
  readonly useInRegression: boolean;
  readonly isBinary: boolean;
  readonly expert: readonly number[];
  readonly direction: 'low' | 'high' | null;
  readonly catalogAssayId: string | null;
};

export type ReferenceRecord = {
  readonly assay: string;
  readonly vector: number;
  readonly fold: number;
  readonly qualifier: '=' | '<' | '>';
  readonly value: number;
};

export type ReferenceParameters = {
  readonly quorum: readonly [actives: number, inactives: number];
  readonly auxQuorum: readonly [actives: number, inactives: number];
  readonly foldQuorum: readonly [actives: number, inactives: number];
  readonly catalogTotal: number;
  readonly adaptiveQuorum: readonly [actives: number, inactives: number];
  readonly regression: { readonly total: number; readonly uncensored: number; readonly perFold: number };
  readonly catalog: {
    readonly thresholds: readonly number[];
    readonly tasks: readonly {
      readonly assay: string;
      readonly task: string;
      readonly threshold: number;
      readonly method: string;
    }[];
  };
};

export type ReferenceTask = {
  readonly assay: string;
  readonly threshold: number;
  readonly method: string;
  readonly auxiliary: boolean;
  readonly type: string;
  readonly catalogTask: string | null;
  readonly info: string | null;
  readonly trains: boolean;
  readonly weight: number;
  readonly aggregationWeight: number;
  /** `vector label`, in no order. */
  readonly labels: ReadonlySet<string>;
};

export type ReferenceRegression = {
  readonly assay: string;
  readonly trains: boolean;
  readonly aggregationWeight: number;
  readonly censoredWeight: number;
  /** `vector qualifier value`. */
  readonly values: ReadonlySet<string>;
};

type Value = { vector: number; fold: number; qualifier: '=' | '<' | '>'; value: number };

export function tunerReference(
  assays: readonly ReferenceAssay[],
  records: readonly ReferenceRecord[],
  parameters: ReferenceParameters,
): { tasks: ReferenceTask[]; regression: ReferenceRegression[] } {
  const tables = new Map<ReferenceAssay, Value[]>();
  for (const assay of assays)
    tables.set(
      assay,
      aggregated(
        assay,
        records.filter((record) => record.assay === assay.id),
      ),
    );

  // The variance rule: a missing or single-value fold counts as 0; folds that nobody has are not seen.
  const flat = new Set<ReferenceAssay>();
  for (const panels of [true, false]) {
    const group = assays.filter(
      (assay) => (assay.type === 'CATALOG-PANEL') === panels && tables.get(assay)!.length > 0,
    );
    const seen = new Set(group.flatMap((assay) => tables.get(assay)!.map(({ fold }) => fold)));
    for (const assay of group) {
      for (const fold of seen) {
        const values = tables
          .get(assay)!
          .filter((value) => value.fold === fold)
          .map(({ value }) => value);
        if (standardDeviation(values) <= 1e-12) flat.add(assay);
      }
    }
  }

  const tasks: ReferenceTask[] = [];
  const regression: ReferenceRegression[] = [];
  for (const assay of assays) {
    const removed = flat.has(assay) && assay.type !== 'CATALOG-PANEL';
    const values = removed
      ? []
      : tables.get(assay)!.map((value) => ({ ...value, value: toStored(assay, value.value) }));
    if (values.length === 0) continue;
    tasks.push(...classify(assay, values, parameters));
    if (assay.useInRegression && !assay.isBinary && !flat.has(assay)) {
      const found = regress(assay, values, parameters);
      if (found !== undefined) regression.push(found);
    }
  }
  return { tasks, regression };
}

function aggregated(assay: ReferenceAssay, records: readonly ReferenceRecord[]): Value[] {
  const kept = records.filter(({ value }) => {
    if (Number.isNaN(value)) return false;
    if (assay.isBinary) return value === 1 || value === -1;
    if (assay.type === 'NON-CATALOG-PANEL' || assay.type === 'OTHER') return value >= 3 && value <= 10;
    if (assay.type === 'AUX_HTS') return value >= -10 && value <= 10;
    if (assay.type === 'ADME') return value >= -1e12 && value <= 1e12;
    return true; // the range of CATALOG-PANEL is configured and never applied
  });
  const result: Value[] = [];
  for (const vector of new Set(kept.map((record) => record.vector))) {
    const replicates = kept.filter((record) => record.vector === vector);
    const together = replicate(assay, replicates);
    if (together !== null) result.push({ vector, fold: replicates[0]!.fold, ...together });
  }
  return result;
}

function replicate(
  assay: ReferenceAssay,
  replicates: readonly ReferenceRecord[],
): Pick<Value, 'qualifier' | 'value'> | null {
  const plain = replicates.map(({ qualifier, value }) => ({ qualifier, value }));
  if (assay.isBinary) {
    const active = plain.filter(({ value }) => value === 1).length;
    return { qualifier: '=', value: active >= plain.length - active ? 1 : -1 };
  }
  if (plain.length === 1) return plain[0]!;
  if (assay.type === 'NON-CATALOG-PANEL' || assay.type === 'OTHER') return maximum(plain);
  if (assay.type === 'ADME') {
    const qualifier = mostCommon(plain.map((one) => one.qualifier));
    return qualifier === null
      ? null
      : {
          qualifier,
          value: percentile(
            plain.map((one) => one.value),
            50,
          ),
        };
  }
  if (assay.direction === 'low') return firstBest(plain, (a, b) => a.value < b.value);
  if (assay.direction === 'high') return maximum(plain);
  return firstBest(plain, (a, b) => Math.abs(a.value) > Math.abs(b.value));
}

type Plain = Pick<Value, 'qualifier' | 'value'>;

function maximum(values: Plain[]): Plain {
  const telling = values.some(({ qualifier }) => qualifier === '>' || qualifier === '=')
    ? values.filter(({ qualifier }) => qualifier !== '<')
    : values;
  return firstBest(telling, (a, b) => a.value > b.value);
}

function firstBest(values: Plain[], better: (a: Plain, b: Plain) => boolean): Plain {
  let best = values[0]!;
  for (const value of values) if (better(value, best)) best = value;
  return best;
}

function mostCommon(qualifiers: ('=' | '<' | '>')[]): '=' | '<' | '>' | null {
  const counts = (['<', '>', '='] as const)
    .map((qualifier) => ({ qualifier, count: qualifiers.filter((one) => one === qualifier).length }))
    .sort((a, b) => b.count - a.count);
  const top = counts.filter(({ count }) => count === counts[0]!.count).map(({ qualifier }) => qualifier);
  if (top.length === 1) return top[0]!;
  return top.includes('=') ? '=' : null;
}

function toStored(assay: ReferenceAssay, value: number): number {
  if (assay.type !== 'OTHER' && assay.type !== 'NON-CATALOG-PANEL') return value;
  const scaled = value * 100;
  const nearest = Math.round(scaled);
  const half = Math.abs(scaled - Math.trunc(scaled)) === 0.5;
  return (half ? 2 * Math.round(scaled / 2) : nearest) / 100;
}

function thresholdsOf(assay: ReferenceAssay, values: Value[], parameters: ReferenceParameters): [number, string][] {
  if (assay.type === 'CATALOG-PANEL') {
    return parameters.catalog.thresholds.map((threshold) => [threshold, threshold === 4.53 ? 'aux_low' : 'expert']);
  }
  if (assay.type === 'AUX_HTS') return [[assay.direction === 'low' ? -3 : 3, 'fixed']];
  if (assay.type === 'ADME') {
    if (assay.expert.length > 0) return assay.expert.map((threshold) => [threshold, 'expert']);
    const certain = values.filter(({ qualifier }) => qualifier === '=').map(({ value }) => value);
    if (certain.length < 2) return [];
    const median = percentile(certain, 50);
    let quartile = 0; // stays 0 without a direction
    if (assay.direction === 'high') quartile = percentile(certain, 75);
    if (assay.direction === 'low') quartile = percentile(certain, 25);
    return quartile === median
      ? [[median, 'median']]
      : [
          [median, 'median'],
          [quartile, 'quartile'],
        ];
  }
  if (assay.expert.length > 3) return assay.expert.map((threshold) => [threshold, 'expert']);
  if (assay.expert.length > 0) {
    return [
      ...assay.expert.map((threshold): [number, string] => [threshold, 'expert']),
      [Math.min(...assay.expert) - 0.5, 'aux_low'],
      [Math.max(...assay.expert) + 0.5, 'aux_high'],
    ];
  }
  let found: [number, string] | undefined;
  for (const threshold of [8, 7, 6, 5, 4.7, 4.4]) {
    const labels = values.map((value) => labelOf(value, threshold, 'high'));
    const actives = labels.filter((label) => label === 1).length;
    const inactives = labels.filter((label) => label === -1).length;
    const [leastActives, leastInactives] = parameters.adaptiveQuorum;
    if (actives + inactives === 0 || actives / (actives + inactives) < 0.2) continue;
    if (actives < leastActives || inactives < leastInactives) continue;
    found = [threshold, 'fixed_adaptive'];
    break;
  }
  if (found === undefined) {
    const shifted = values.map(({ qualifier, value }) =>
      qualifier === '<' ? value - Math.log10(2) : qualifier === '>' ? value + Math.log10(2) : value,
    );
    found = [percentile(shifted, 50), 'median'];
  }
  return [found, [found[0] - 0.5, 'aux_low'], [found[0] + 0.5, 'aux_high']];
}

function labelOf({ value, qualifier }: Plain, threshold: number, direction: 'low' | 'high'): 1 | -1 | null {
  if (direction === 'high') {
    if (value >= threshold && qualifier !== '<') return 1;
    if (value < threshold && qualifier !== '>') return -1;
    if (value === threshold && qualifier === '<') return -1;
    return null;
  }
  if (value <= threshold && qualifier !== '>') return 1;
  if (value > threshold && qualifier !== '<') return -1;
  if (value === threshold && qualifier === '>') return -1;
  return null;
}

function screeningLabel(value: number, threshold: number, direction: 'low' | 'high' | null): 1 | -1 {
  if (direction === 'high') return value >= threshold ? 1 : -1;
  if (direction === 'low') return value <= threshold ? 1 : -1;
  return Math.abs(value) >= threshold ? 1 : -1;
}

function classify(assay: ReferenceAssay, values: Value[], parameters: ReferenceParameters): ReferenceTask[] {
  const thresholds: [number, string][] = assay.isBinary ? [[0, 'expert']] : thresholdsOf(assay, values, parameters);
  const made = thresholds.map(([threshold, method]) => {
    const labelled = values.flatMap((value) => {
      const label = assay.isBinary
        ? value.value
        : assay.type === 'AUX_HTS'
          ? screeningLabel(value.value, threshold, assay.direction)
          : labelOf(value, threshold, assay.direction === 'low' ? 'low' : 'high');
      return label === null ? [] : [{ ...value, label }];
    });
    const actives = labelled.filter(({ label }) => label === 1);
    const inactives = labelled.filter(({ label }) => label === -1);
    const folds = [...new Set(labelled.map(({ fold }) => fold))];
    const minimum = (list: Value[]) => Math.min(...folds.map((fold) => list.filter((one) => one.fold === fold).length));
    const evaluates =
      folds.length > 0 &&
      minimum(actives) >= parameters.foldQuorum[0] &&
      minimum(inactives) >= parameters.foldQuorum[1];
    let type: string = assay.type;
    let catalogTask: string | null = null;
    let info: string | null = null;
    let trains: boolean | undefined;
    if (assay.type === 'CATALOG-PANEL') {
      const reference = parameters.catalog.tasks.find(
        (one) => one.assay === assay.catalogAssayId && one.threshold === threshold && one.method === method,
      );
      if (reference === undefined) info = 'missing_ref_task';
      else if (actives.length + inactives.length < parameters.catalogTotal) info = 'failed_quorum';
      else {
        catalogTask = reference.task;
        trains = true;
      }
      if (info !== null) type = 'NON-CATALOG-PANEL';
    }
    const auxiliaryType = assay.type === 'AUX_HTS' || assay.type === 'AUX_PL';
    const [leastActives, leastInactives] = auxiliaryType ? parameters.auxQuorum : parameters.quorum;
    trains ??= actives.length >= leastActives && inactives.length >= leastInactives;
    const auxiliary = auxiliaryType || method === 'aux_low' || method === 'aux_high';
    return {
      ...{ assay: assay.id, threshold, method, auxiliary, type, catalogTask, info, trains },
      aggregationWeight: trains && evaluates && !auxiliary ? 1 : 0,
      labels: new Set(labelled.map(({ vector, label }) => `${vector} ${label}`)),
    };
  });
  const training = made.filter(({ trains }) => trains).length;
  const initial = assay.type === 'AUX_HTS' || assay.type === 'AUX_PL' ? 0.1 : 1;
  return made.map((task) => ({ ...task, weight: task.trains ? initial / training : 0 }));
}

function regress(
  assay: ReferenceAssay,
  values: Value[],
  { regression }: ReferenceParameters,
): ReferenceRegression | undefined {
  const certain = values.filter(({ qualifier }) => qualifier === '=');
  const folds = [...new Set(values.map(({ fold }) => fold))];
  const trains = values.length >= regression.total && certain.length >= regression.uncensored;
  const perFold = Math.min(...folds.map((fold) => certain.filter((one) => one.fold === fold).length));
  const enough = perFold >= regression.perFold && certain.length >= regression.uncensored;
  const deviations = [...new Set(certain.map(({ fold }) => fold))].map((fold) =>
    standardDeviation(certain.filter((one) => one.fold === fold).map(({ value }) => value)),
  );
  const varies = assay.type === 'ADME' || (deviations.length > 0 && Math.min(...deviations) >= 0.5);
  const censored = (values.length - certain.length) / values.length;
  return {
    assay: assay.id,
    trains,
    aggregationWeight: trains && enough && varies ? 1 : 0,
    censoredWeight: censored <= 0.05 ? 1 : (0.05 * (1 - censored)) / (censored * 0.95),
    values: new Set(values.map(({ vector, qualifier, value }) => `${vector} ${qualifier} ${value}`)),
  };
}

/** Of a sample; 0 for fewer than two values. */
function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) * (value - mean);
  return Math.sqrt(squares / (values.length - 1));
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = ((sorted.length - 1) * percent) / 100;
  const low = Math.floor(place);
  if (low === place) return sorted[low]!;
  return sorted[low]! + (place - low) * (sorted[low + 1]! - sorted[low]!);
}

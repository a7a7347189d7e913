/** One value per compound and assay: what is not credible is left out, replicates are brought together. */
import {
  type AssayRecord,
  type Direction,
  type MeasurementColumns,
  scales,
  vectorWaiting,
} from '../catalog/task-sources.ts';
import type { AssayDetail, AssayType, TaskRules } from '../contract/tasks.ts';
import { foldCount } from './folds.ts';

/** A compound is a vector: the same standard structure, or in TUNER's way the same bits and fold, whatever its names. */
export type ValueColumns = {
  /** Ascending, each once. */
  readonly vectors: Uint32Array;
  readonly folds: Uint8Array;
  readonly values: Float64Array;
  /** -1 for `<`, 0 for `=`, 1 for `>`. */
  readonly censors: Int8Array;
};

export type ReplicateRule = AssayDetail['replicates']['rule'];

export type AssayValues = ValueColumns & {
  readonly scale: string;
  /** Values are classes, 1 or -1. */
  readonly binary: boolean;
  /** Of the assay, or high where the assay has none; a class is what it is, whatever the direction. */
  readonly direction: Direction;
  /** Measurements that no value rests on, by cause. */
  readonly leftOut: AssayDetail['leftOut'];
  readonly replicates: { readonly rule: ReplicateRule; readonly compounds: number; readonly conflicts: number };
  /** Sample standard deviations before values are rounded; null where there are fewer than two values. */
  readonly deviation: { readonly all: number | null; readonly folds: readonly (number | null)[] };
};

export type ValueAssay = Pick<AssayRecord, 'type' | 'direction' | 'binary'>;

/** Types whose fixed rules are made for -log10(mol/L). MELLODDY-TUNER knows no scales and takes them all for it. */
export const isPotency = (type: AssayType, scale: string, rules: TaskRules): boolean =>
  (scale === 'p' || rules.compatibility === 'tuner') && ['OTHER', 'NON-CATALOG-PANEL', 'CATALOG-PANEL'].includes(type);

export const isAuxiliaryType = (type: AssayType): boolean => type === 'AUX_HTS' || type === 'AUX_PL';

/** Chemistry.md 1.8, steps 2 to 4 and 6. */
export function assayValues(assay: ValueAssay, measured: MeasurementColumns, rules: TaskRules): AssayValues {
  const scale = scaleOf(measured.scales);
  const binary = assay.binary || assay.type === 'AUX_PL' || scales[scale] === 'binary';
  const leftOut = { outOfRange: 0, structureFailed: 0, structureWaiting: 0, undecided: 0, otherScale: 0 };
  const credible = credibility(assay.type, scales[scale]!, binary, rules);
  const kept = new Float64Array(measured.values.length); // vector and place in one number, to be sorted at once
  let count = 0;
  measured.values.forEach((value, at) => {
    const vector = measured.vectors[at]!;
    if (vector === vectorWaiting) leftOut.structureWaiting++;
    else if (vector < 0) leftOut.structureFailed++;
    else if (measured.scales[at] !== scale) leftOut.otherScale++;
    else if (!credible(value)) leftOut.outOfRange++;
    else kept[count++] = vector * placeRoom + at;
  });
  const order = kept.subarray(0, count).sort();

  const columns = {
    vectors: new Uint32Array(count),
    folds: new Uint8Array(count),
    values: new Float64Array(count),
    censors: new Int8Array(count),
  };
  const rule = replicateRule(assay, binary, rules);
  let [length, compounds, conflicts] = [0, 0, 0];
  for (let from = 0, to = 0; from < count; from = to) {
    const vector = Math.floor(order[from]! / placeRoom);
    for (to = from + 1; to < count && Math.floor(order[to]! / placeRoom) === vector; ) to++;
    const first = order[from]! % placeRoom;
    let together: MeasuredValue | undefined = { value: measured.values[first]!, censor: measured.censors[first]! };
    if (to - from > 1) {
      const replicates = Array.from(order.subarray(from, to), (key) => ({
        value: measured.values[key % placeRoom]!,
        censor: measured.censors[key % placeRoom]!,
      }));
      compounds++;
      if (spreadOf(replicates) > rules.conflictSpread) conflicts++;
      together = bringTogether(rule, replicates, rules);
    }
    if (together === undefined) {
      leftOut.undecided += to - from;
      continue;
    }
    columns.vectors[length] = vector;
    columns.folds[length] = measured.folds[first]!;
    columns.values[length] = together.value;
    columns.censors[length] = binary ? 0 : together.censor;
    length++;
  }
  const values = columns.values.subarray(0, length);
  const folds = columns.folds.subarray(0, length);
  const deviation = {
    all: deviationOf(values),
    folds: Array.from({ length: foldCount }, (_, fold) => deviationOf(values.filter((_, at) => folds[at] === fold))),
  };
  if (assay.type !== 'CATALOG-PANEL' && isPotency(assay.type, scales[scale]!, rules)) {
    values.forEach((value, at) => {
      values[at] = toTwoDecimals(value);
    });
  }
  return {
    vectors: columns.vectors.subarray(0, length),
    folds,
    values,
    censors: columns.censors.subarray(0, length),
    scale: scales[scale]!,
    binary,
    direction: binary ? 'high' : (assay.direction ?? 'high'),
    leftOut,
    replicates: { rule, compounds, conflicts },
    deviation,
  };
}

export type MeasuredValue = { readonly value: number; readonly censor: number };

/**
 * Of replicates that are equally high, low or large, one with "=" counts, then the limit that says most, then the
 * positive one, in whatever order they were measured. MELLODDY-TUNER takes the one that came first.
 *
 * @returns undefined when the replicates contradict each other
 */
export function bringTogether(
  rule: ReplicateRule,
  values: readonly MeasuredValue[],
  { compatibility }: Pick<TaskRules, 'compatibility'>,
): MeasuredValue | undefined {
  const tuner = compatibility === 'tuner';
  const first = (found: readonly MeasuredValue[], order: Order) => leading(found, order, tuner);
  switch (rule) {
    case 'median':
      return middle(values);
    case 'highest':
      return (
        first(
          values.filter(({ censor }) => censor >= 0),
          byHighest,
        ) ?? first(values, byHighest)
      );
    case 'lowest':
      // MELLODDY-TUNER leaves weak limits out of a maximum only.
      return (
        (tuner
          ? undefined
          : first(
              values.filter(({ censor }) => censor <= 0),
              byLowest,
            )) ?? first(values, byLowest)
      );
    case 'largest-magnitude':
      return first(values, byMagnitude);
    case 'majority': {
      const balance = values.reduce((sum, { value }) => sum + value, 0);
      return { value: balance >= 0 ? 1 : -1, censor: 0 };
    }
  }
}

/** Linear interpolation between the values around it. @param sorted ascending, at least one */
export function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

/** Sample standard deviation; null below two values. */
export function deviationOf(values: Float64Array): number | null {
  if (values.length < 2) return null;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** Measurements that one assay may have; with it a vector's number and a place fit the 53 bits of a number. */
const placeRoom = 2 ** 26;

/** Which most of its values have; of equally many the first of `scales`. */
function scaleOf(found: Uint8Array): number {
  const counts = scales.map(() => 0);
  for (const scale of found) counts[scale]!++;
  return counts.indexOf(Math.max(...counts));
}

function credibility(type: AssayType, scale: string, binary: boolean, rules: TaskRules): (value: number) => boolean {
  if (binary) return (value) => value === 1 || value === -1;
  const everywhere =
    ([least, most]: readonly [number, number]) =>
    (value: number) =>
      value >= least && value <= most;
  if (type === 'AUX_HTS') return everywhere(rules.credible.AUX_HTS);
  if (!isPotency(type, scale, rules)) return everywhere(rules.credible.ADME);
  // MELLODDY-TUNER never applies the range that its parameters give for catalogue panels.
  if (type === 'CATALOG-PANEL' && rules.compatibility === 'tuner') return (value) => !Number.isNaN(value);
  return everywhere(rules.credible[type]);
}

function replicateRule({ type, direction }: ValueAssay, binary: boolean, rules: TaskRules): ReplicateRule {
  if (binary) return 'majority';
  switch (type) {
    case 'ADME':
      return 'median';
    case 'OTHER':
    case 'NON-CATALOG-PANEL':
      return direction === 'low' && rules.compatibility === 'chorale' ? 'lowest' : 'highest';
    case 'CATALOG-PANEL':
    case 'AUX_HTS':
    case 'AUX_PL':
      return direction === null ? 'largest-magnitude' : direction === 'low' ? 'lowest' : 'highest';
  }
}

/** What leads, and which relation says most where two lead alike: 1 for `>`, -1 for `<`. */
type Order = { readonly rank: (value: number) => number; readonly outward: (value: number) => number };

const byHighest: Order = { rank: (value) => value, outward: () => 1 };
const byLowest: Order = { rank: (value) => -value, outward: () => -1 };
const byMagnitude: Order = { rank: Math.abs, outward: (value) => (value < 0 ? -1 : 1) };

function leading(values: readonly MeasuredValue[], { rank, outward }: Order, came: boolean): MeasuredValue | undefined {
  const says = ({ value, censor }: MeasuredValue) => (censor === 0 ? 2 : censor === outward(value) ? 1 : 0);
  const leads = (one: MeasuredValue, other: MeasuredValue): boolean => {
    const ahead = rank(one.value) - rank(other.value);
    if (ahead !== 0 || came) return ahead > 0;
    return says(one) - says(other) > 0 || (says(one) === says(other) && one.value > other.value);
  };
  return values.reduce<MeasuredValue | undefined>(
    (found, value) => (found === undefined || leads(value, found) ? value : found),
    undefined,
  );
}

/** The median under the relation that most replicates have; "=" wins a tie. */
function middle(values: readonly MeasuredValue[]): MeasuredValue | undefined {
  const count = (wanted: number) => values.filter(({ censor }) => censor === wanted).length;
  const most = Math.max(count(0), count(-1), count(1));
  if (count(0) !== most && count(-1) === count(1)) return undefined;
  return {
    value: quantile(Float64Array.from(values, ({ value }) => value).sort(), 0.5),
    censor: count(0) === most ? 0 : count(-1) === most ? -1 : 1,
  };
}

/** What is known for certain to lie apart: limits count only where no value is given. */
function spreadOf(values: readonly MeasuredValue[]): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { value, censor } of values) {
    if (censor >= 0) most = Math.max(most, value);
    if (censor <= 0) least = Math.min(least, value);
  }
  return most - least;
}

/** Halves to even, as NumPy does. */
function toTwoDecimals(value: number): number {
  const hundredths = value * 100;
  const down = Math.floor(hundredths);
  const up = hundredths - down;
  return (up > 0.5 || (up === 0.5 && down % 2 !== 0) ? down + 1 : down) / 100;
}

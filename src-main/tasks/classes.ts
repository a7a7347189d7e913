/** Classes: what a value says at a threshold, and how many of each class every fold holds. */
import type { Direction } from '../catalog/task-sources.ts';
import type { FoldCount } from '../catalog/tasks.ts';
import type { TaskRules } from '../contract/tasks.ts';
import type { MeasuredValue } from './assay-values.ts';
import { censors, countBelow, type SortedValues } from './sorted-values.ts';

/** How a threshold divides values. */
export type Cut = {
  readonly threshold: number;
  /** high: large values are active, the threshold itself included; low: its mirror image */
  readonly direction: Direction;
  /** Screening: a relation says nothing. `two-sided`: large values of either sign are active. */
  readonly kind: 'limits' | 'screening' | 'two-sided';
  /** Values this near lie on the threshold: 4.4 - 0.5 is a little more than 3.9 in binary. */
  readonly tolerance: number;
};

export const roundingError = 1e-9;

/** Chemistry.md 1.9: 1 active, -1 inactive, 0 when a censored value lies on the side where it says nothing. */
export function classOf({ value, censor }: MeasuredValue, { threshold, direction, kind, tolerance }: Cut): 1 | 0 | -1 {
  if (kind === 'two-sided') return Math.abs(value) >= threshold ? 1 : -1;
  const sign = direction === 'high' ? 1 : -1;
  const over = value < threshold - tolerance ? -sign : value >= boundAbove(threshold, tolerance) ? sign : 0;
  if (kind === 'screening') return over >= 0 ? 1 : -1;
  if (over >= 0 && censor !== -sign) return 1;
  if (over < 0 && censor !== sign) return -1;
  return over === 0 ? -1 : 0;
}

type ClassCounts = Omit<FoldCount, 'fold'>;

/** One entry per fold, empty folds too; the same as `classOf` of every value. */
export const countClasses = (sorted: SortedValues, cut: Cut): FoldCount[] =>
  sorted.map((groups, fold) => {
    const counts = { fold, actives: 0, inactives: 0, ambiguous: 0 };
    groups.forEach((values, place) => {
      const { active, inactive, ambiguous } = countGroup(values, censors[place]!, cut);
      counts.actives += active;
      counts.inactives += inactive;
      counts.ambiguous += ambiguous;
    });
    return counts;
  });

export const totalOf = (counts: readonly FoldCount[]): ClassCounts => ({
  actives: sum(counts, 'actives'),
  inactives: sum(counts, 'inactives'),
  ambiguous: sum(counts, 'ambiguous'),
});

export type Quorum = TaskRules['trainingQuorum'];

/** How many of each class are missing; zeros when the quorum is met. */
export const missing = ({ actives, inactives }: Omit<ClassCounts, 'ambiguous'>, quorum: Quorum): Quorum => ({
  actives: Math.max(0, quorum.actives - actives),
  inactives: Math.max(0, quorum.inactives - inactives),
});

export const isMet = ({ actives, inactives }: Quorum): boolean => actives === 0 && inactives === 0;

function countGroup(values: Float64Array, censor: number, { threshold, direction, kind, tolerance }: Cut) {
  const all = values.length;
  if (kind === 'two-sided') {
    const inactive = Math.max(0, countBelow(values, threshold) - countBelow(values, nextAbove(-threshold)));
    return { active: all - inactive, inactive, ambiguous: 0 };
  }
  const below = countBelow(values, threshold - tolerance);
  const above = all - countBelow(values, boundAbove(threshold, tolerance));
  const on = all - below - above;
  const [outside, beyond] = direction === 'high' ? [below, above] : [above, below];
  const relation = kind === 'screening' ? 0 : direction === 'high' ? censor : -censor;
  if (relation < 0) return { active: 0, inactive: outside + on, ambiguous: beyond };
  return relation === 0
    ? { active: on + beyond, inactive: outside, ambiguous: 0 }
    : { active: on + beyond, inactive: 0, ambiguous: outside };
}

/** The least number that is over the threshold. */
const boundAbove = (threshold: number, tolerance: number): number =>
  tolerance === 0 ? nextAbove(threshold) : threshold + tolerance;

/** The next double. */
function nextAbove(value: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value === 0 ? 0 : value);
  const bits = view.getBigInt64(0);
  view.setBigInt64(0, bits >= 0n ? bits + 1n : bits - 1n);
  return view.getFloat64(0);
}

const sum = (counts: readonly FoldCount[], name: keyof ClassCounts): number =>
  counts.reduce((total, count) => total + count[name], 0);

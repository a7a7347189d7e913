/** Classes: what a value says at a threshold, and how many of each class every fold holds. */
import type { Direction, FoldCount } from '../catalog/tasks.ts';
import type { TaskRules } from '../contract/tasks.ts';
import type { MeasuredValue } from './assay-values.ts';
import { foldCount } from './folds.ts';

/**
 * Chemistry.md 1.9: 1 active, -1 inactive, 0 when a censored value lies on the side where it says nothing.
 *
 * @param direction high: large values are active, the threshold itself included; low: its mirror image
 */
export function classOf({ relation, value }: MeasuredValue, threshold: number, direction: Direction): 1 | 0 | -1 {
  const [weaker, stronger] = direction === 'high' ? (['<', '>'] as const) : (['>', '<'] as const);
  const distance = direction === 'high' ? value - threshold : threshold - value;
  const over = Math.abs(distance) < roundingError ? 0 : distance;
  if (over >= 0 && relation !== weaker) return 1;
  if (over < 0 && relation !== stronger) return -1;
  return over === 0 ? -1 : 0;
}

/** 4.4 - 0.5 is a little more than 3.9 in binary, but a value of 3.9 lies on that threshold. */
const roundingError = 1e-9;

type ClassCounts = Omit<FoldCount, 'fold'>;

/** One entry per fold, empty folds too. */
export function countClasses(
  values: readonly (MeasuredValue & { readonly fold: number })[],
  threshold: number,
  direction: Direction,
): FoldCount[] {
  const counts = Array.from({ length: foldCount }, (_, fold) => ({ fold, actives: 0, inactives: 0, ambiguous: 0 }));
  for (const value of values) {
    const found = classOf(value, threshold, direction);
    counts[value.fold]![found === 1 ? 'actives' : found === -1 ? 'inactives' : 'ambiguous']++;
  }
  return counts;
}

export const totalOf = (counts: readonly FoldCount[]): ClassCounts => ({
  actives: sum(counts, 'actives'),
  inactives: sum(counts, 'inactives'),
  ambiguous: sum(counts, 'ambiguous'),
});

type Quorum = TaskRules['trainingQuorum'];

/** How many of each class are missing; zeros when the quorum is met. */
export const missing = ({ actives, inactives }: Omit<ClassCounts, 'ambiguous'>, quorum: Quorum): Quorum => ({
  actives: Math.max(0, quorum.actives - actives),
  inactives: Math.max(0, quorum.inactives - inactives),
});

export const isMet = ({ actives, inactives }: Quorum): boolean => actives === 0 && inactives === 0;

const sum = (counts: readonly FoldCount[], name: keyof ClassCounts): number =>
  counts.reduce((total, count) => total + count[name], 0);

/** An assay's values, sorted by fold and relation, so that a threshold's class counts are a few binary searches. */
import type { ValueColumns } from './assay-values.ts';
import { foldCount } from './folds.ts';

export const censors = [-1, 0, 1] as const;

/** Ascending values by fold, then by relation in the order `<`, `=`, `>`. */
export type SortedValues = readonly (readonly Float64Array[])[];

export function sortValues({ folds, values, censors: relations }: ValueColumns): SortedValues {
  const sizes = new Uint32Array(foldCount * censors.length);
  folds.forEach((fold, at) => {
    sizes[fold * censors.length + relations[at]! + 1]!++;
  });
  const groups = Array.from(sizes, (size) => new Float64Array(size));
  sizes.fill(0);
  values.forEach((value, at) => {
    const group = folds[at]! * censors.length + relations[at]! + 1;
    groups[group]![sizes[group]!++] = value;
  });
  for (const group of groups) group.sort();
  return Array.from({ length: foldCount }, (_, fold) =>
    groups.slice(fold * censors.length, (fold + 1) * censors.length),
  );
}

/** Number of values below `bound`, those equal to it not counted. */
export function countBelow(sorted: Float64Array, bound: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (sorted[middle]! < bound) from = middle + 1;
    else to = middle;
  }
  return from;
}

export const uncensoredOf = (fold: readonly Float64Array[]): Float64Array => fold[1]!;

export const sizeOf = (fold: readonly Float64Array[]): number => fold.reduce((sum, group) => sum + group.length, 0);

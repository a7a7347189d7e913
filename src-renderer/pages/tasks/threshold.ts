/** What a person may do with thresholds, as plain functions: move, add, remove, and which class a value falls in. */

/** The step of a drag or an arrow key, in units of the assay's scale. */
export const step = 0.05;
export const largeStep = 0.5;

export const mostThresholds = 5;

/** Thresholds are kept to two decimals, so that the field, the flag and the count speak of the same value. */
export const rounded = (value: number): number => Math.round(value * 100) / 100;

const ascending = (values: readonly number[]): readonly number[] => [...values].sort((one, other) => one - other);

/** @returns ascending, with one of them moved, and where it stands now; two never fall on one value */
export function moved(
  thresholds: readonly number[],
  index: number,
  value: number,
): { readonly thresholds: readonly number[]; readonly index: number } {
  const others = thresholds.filter((_, at) => at !== index);
  let free = rounded(value);
  while (others.includes(free)) free = rounded(free + 0.01);
  const next = ascending([...others, free]);
  return { thresholds: next, index: next.indexOf(free) };
}

/** A further threshold one unit above the highest, or in the middle of the values when that would lie beyond them. */
export function added(thresholds: readonly number[], from: number, to: number): readonly number[] {
  const highest = thresholds.at(-1);
  const above = highest === undefined ? (from + to) / 2 : highest + 1;
  const wanted = above < to ? above : highest === undefined ? above : (highest + to) / 2;
  return moved([...thresholds, wanted], thresholds.length, wanted).thresholds;
}

export const removed = (thresholds: readonly number[], index: number): readonly number[] =>
  thresholds.filter((_, at) => at !== index);

/** 0 is inactive under every threshold; n is active under n of them. */
export const classOf = (value: number, thresholds: readonly number[], direction: 'low' | 'high'): number =>
  thresholds.filter((threshold) => (direction === 'high' ? value >= threshold : value <= threshold)).length;

export type Piece = { readonly from: number; readonly to: number; readonly level: number };

/** Cuts a bin where thresholds cross it, so that its parts take the colour of their class. */
export function pieces(
  from: number,
  to: number,
  thresholds: readonly number[],
  direction: 'low' | 'high',
): readonly Piece[] {
  const edges = [from, ...thresholds.filter((threshold) => threshold > from && threshold < to), to];
  return edges.slice(1).map((end, index) => {
    const start = edges[index]!;
    return { from: start, to: end, level: classOf((start + end) / 2, thresholds, direction) };
  });
}

/** Series colour of a class, from inactive upwards; a fifth class shares the last. */
export const levelColour = (level: number): string =>
  [
    'var(--series-inactive)',
    'var(--series-global)',
    'var(--series-third)',
    'var(--series-orange)',
    'var(--series-teal)',
  ][Math.min(level, 4)]!;

/** The same for text, where grey must be readable. */
export const levelInk = (level: number): string =>
  level === 0 ? 'var(--text-2)' : level === 1 ? 'var(--accent-text)' : levelColour(level);

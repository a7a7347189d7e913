/** What a person may do with thresholds, as plain functions: move, add, remove, and which class a value falls in. */
import type { AssayDetail, TaskDetail } from '../../../src-main/contract/tasks.ts';
import type { Format } from '../../app/format.ts';

/** Which values are active: large ones, small ones, or large ones of either sign. */
export type Side = 'high' | 'low' | 'both';

export const sideOf = ({ assay, tasks }: Pick<AssayDetail, 'assay' | 'tasks'>): Side =>
  tasks.some(({ twoSided }) => twoSided) ? 'both' : assay.direction;

/** Those that a person decides on: without the auxiliary ones around them, unless the whole assay is auxiliary. */
export function mainOf<Task extends Pick<TaskDetail, 'auxiliary' | 'method'>>(tasks: readonly Task[]): readonly Task[] {
  const own = tasks.filter(({ auxiliary }) => !auxiliary);
  return own.length > 0 ? own : tasks.filter(({ method }) => method !== 'aux_low' && method !== 'aux_high');
}

/** Where the classes meet, ascending. */
export const edgesOf = (thresholds: readonly number[], side: Side): readonly number[] =>
  side === 'both' ? ascending([...new Set(thresholds.flatMap((threshold) => [-threshold, threshold]))]) : thresholds;

/** What thresholds of an assay snap to. */
export type Grid = {
  /** Of a drag or an arrow key, in units of the assay's scale. */
  readonly step: number;
  /** With Shift. */
  readonly largeStep: number;
  readonly decimals: number;
};

/** Two decimals, unless the values lie too close together for them. @param width of a bin of the histogram */
export function gridOf(width: number): Grid {
  if (width >= 0.02) return { step: 0.05, largeStep: 0.5, decimals: 2 };
  const decimals = 1 - Math.floor(Math.log10(width) + 1e-9);
  const step = Number(`5e-${decimals}`);
  return { step, largeStep: Number(`5e-${decimals - 1}`), decimals };
}

/** Two decimals, or a power of ten for a number that they would make nothing of. */
export function thresholdText({ decimal }: Pick<Format, 'decimal'>, value: number, digits = 2): string {
  if (value === 0 || Math.abs(value) >= 0.01) return decimal(value, 2);
  const [factor, power] = value.toExponential(digits).split('e');
  return `${decimal(Number(factor), digits)}e${decimal(Number(power), 0)}`;
}

export const mostThresholds = 5;

/** Thresholds are kept to the decimals of the grid, so that the field, the flag and the count speak of the same value. */
const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));

const ascending = (values: readonly number[]): readonly number[] => [...values].sort((one, other) => one - other);

/** @returns ascending, with one of them moved, and where it stands now; two never fall on one value */
export function moved(
  thresholds: readonly number[],
  index: number,
  value: number,
  { decimals }: Pick<Grid, 'decimals'>,
): { readonly thresholds: readonly number[]; readonly index: number } {
  const others = thresholds.filter((_, at) => at !== index);
  let free = rounded(value, decimals);
  while (others.includes(free)) free = rounded(free + 10 ** -decimals, decimals);
  const next = ascending([...others, free]);
  return { thresholds: next, index: next.indexOf(free) };
}

/** A further threshold two large steps above the highest, or in the middle of the values when that would lie beyond them. */
export function added(thresholds: readonly number[], from: number, to: number, grid: Grid): readonly number[] {
  const highest = thresholds.at(-1);
  const above = highest === undefined ? (from + to) / 2 : highest + 2 * grid.largeStep;
  const wanted = above < to ? above : highest === undefined ? above : (highest + to) / 2;
  return moved([...thresholds, wanted], thresholds.length, wanted, grid).thresholds;
}

export const removed = (thresholds: readonly number[], index: number): readonly number[] =>
  thresholds.filter((_, at) => at !== index);

/** 0 is inactive under every threshold; n is active under n of them. */
export const classOf = (value: number, thresholds: readonly number[], side: Side): number =>
  thresholds.filter((threshold) =>
    side === 'low' ? value <= threshold : (side === 'both' ? Math.abs(value) : value) >= threshold,
  ).length;

/** Of the task at this place among ascending ones. */
export const levelOf = (index: number, tasks: number, side: Side): number =>
  side === 'low' ? tasks - index : index + 1;

export type Piece = { readonly from: number; readonly to: number; readonly level: number };

/** Cuts a bin where thresholds cross it, so that its parts take the colour of their class. */
export function pieces(from: number, to: number, thresholds: readonly number[], side: Side): readonly Piece[] {
  const edges = [from, ...edgesOf(thresholds, side).filter((edge) => edge > from && edge < to), to];
  return edges.slice(1).map((end, index) => {
    const start = edges[index]!;
    return { from: start, to: end, level: classOf((start + end) / 2, thresholds, side) };
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

/** Where the names of lines stand at their ends: beside no line, the higher one's above, the others' below. */
import type { Scale } from './axis.ts';

type Point = { readonly step: number; readonly value: number };

type Named = {
  readonly name: string;
  readonly points: readonly Point[];
  /** Step whose value is named instead of the last one. */
  readonly namedAt?: number;
};

export type CurveName<Series> = {
  readonly series: Series;
  readonly value: number;
  /** Of the end that it belongs to: a name at the left has no room before it. */
  readonly side: 'before' | 'after';
  /** Of the text's base line, at the end that faces the named point. */
  readonly at: { readonly x: number; readonly y: number };
};

/** Pixels between a name and what it must not touch; of a letter; and of a line of text above its base line. */
const gap = { end: 8, above: 10, below: 18 };
const letter = 6.5;

/** @param letters of the value that stands before each name */
export function curveNames<Series extends Named>(
  series: readonly Series[],
  x: Scale,
  y: Scale,
  letters = 6,
): CurveName<Series>[] {
  const ends = series.flatMap((one) => {
    const end = one.points.find(({ step }) => step === one.namedAt) ?? one.points.at(-1);
    return end === undefined ? [] : [{ series: one, ...end }];
  });
  const top = Math.max(...ends.map(({ value }) => value));
  return ends.map(({ series: one, step, value }) => {
    const side = x.at(step) < (x.range[0] + x.range[1]) / 3 ? 'after' : 'before';
    const start = x.at(step) + (side === 'after' ? gap.end : -gap.end);
    const end = start + (side === 'after' ? 1 : -1) * letter * (letters + one.name.length);
    const heights = heightsBetween(one.points, Math.min(start, end), Math.max(start, end, x.at(step)), x, y);
    const place = value === top ? Math.min(...heights) - gap.above : Math.max(...heights) + gap.below;
    return { series: one, value, side, at: { x: start, y: place } };
  });
}

/** Pixels of a line at its points between two places, and where it enters and leaves. */
function heightsBetween(points: readonly Point[], from: number, to: number, x: Scale, y: Scale): number[] {
  const placed = points.map(({ step, value }) => ({ x: x.at(step), y: y.at(value) }));
  const within = placed.filter((point) => point.x >= from && point.x <= to).map((point) => point.y);
  const crossing = [from, to].flatMap((border) =>
    placed.slice(1).flatMap((after, index) => {
      const before = placed[index]!;
      if (before.x >= border || after.x <= border) return [];
      return [before.y + ((border - before.x) / (after.x - before.x)) * (after.y - before.y)];
    }),
  );
  return [...within, ...crossing];
}

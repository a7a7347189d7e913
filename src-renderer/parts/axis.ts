/** The arithmetic of an axis: where a value stands, and which round values get a tick. */

export type Scale = {
  readonly from: number;
  readonly to: number;
  /** Pixels of `from` and `to`. */
  readonly range: readonly [number, number];
  readonly at: (value: number) => number;
  /** The value at a pixel, kept inside `from` and `to`. */
  readonly valueAt: (pixel: number) => number;
};

export function linearScale(from: number, to: number, range: readonly [number, number]): Scale {
  const span = to - from || 1;
  const [start, end] = range;
  return {
    from,
    to,
    range,
    at: (value) => start + ((value - from) / span) * (end - start),
    valueAt: (pixel) => {
      const value = from + ((pixel - start) / (end - start || 1)) * span;
      return Math.min(Math.max(value, Math.min(from, to)), Math.max(from, to));
    },
  };
}

/** Round steps of 1, 2, 2.5 or 5 times a power of ten, at most about `count` of them between `from` and `to`. */
export function ticks(from: number, to: number, count: number): readonly number[] {
  const span = to - from;
  if (!(span > 0) || count < 1) return [from];
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.999)!;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => clean((first + index) * step));
}

/** The smallest tick step's multiple at or above the value: the upper end of a count axis. */
export function niceTop(value: number, count: number): number {
  const steps = ticks(0, Math.max(value, 1), count);
  const step = steps.length > 1 ? steps[1]! - steps[0]! : Math.max(value, 1);
  return clean(Math.ceil(Math.max(value, 1) / step - 1e-9) * step);
}

/** How many decimals the ticks need so that no two read alike. */
export function decimalsOf(steps: readonly number[]): number {
  const step = steps.length > 1 ? steps[1]! - steps[0]! : 1;
  return Math.max(0, Math.min(6, -Math.floor(Math.log10(Math.abs(step)) + 1e-9) + (isTwoAndAHalf(step) ? 1 : 0)));
}

const isTwoAndAHalf = (step: number): boolean =>
  Math.abs(Number((step / 10 ** Math.floor(Math.log10(step))).toFixed(3)) - 2.5) < 1e-9;

/** Takes away the tail that binary fractions leave: 0.30000000000000004 becomes 0.3. */
const clean = (value: number): number => Number(value.toPrecision(12));

/** Chance that is the same for the same seed. */
import { createHash } from 'node:crypto';

export type Chance = {
  /** Uniform in [from, to). */
  readonly between: (from: number, to: number) => number;
  readonly happens: (probability: number) => boolean;
  /** An integer in [0, count). */
  readonly below: (count: number) => number;
  readonly one: <Item>(items: readonly Item[]) => Item;
  /** Exponentially distributed. */
  readonly about: (mean: number) => number;
};

export function chanceFrom(seed: string): Chance {
  let state = createHash('sha256').update(seed).digest().readUInt32LE();
  /** mulberry32: small, fast, and good enough to choose what fails. */
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    between: (from, to) => from + next() * (to - from),
    happens: (probability) => next() < probability,
    below,
    one: (items) => items[below(items.length)]!,
    about: (mean) => -mean * Math.log(1 - next()),
  };
}

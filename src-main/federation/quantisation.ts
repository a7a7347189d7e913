/** How few bits a number may have in a sum, and the scale on which all partners round: both follow from the plan and public sums. */
import { type RingBits, ringWidths } from './ring.ts';

/** The largest integer of `valueBits` bits with a sign. */
export const topOf = (valueBits: number): number => 2 ** (valueBits - 1) - 1;

/** Whether the values of so many partners fit the ring, whatever they are and whoever drops out. */
export const valuesFitRing = (ringBits: RingBits, valueBits: number, partners: number): boolean =>
  partners * topOf(valueBits) <= topOf(ringBits);

/** Whether weights that sum to `totalWeight` fit with `fractionBits` bits of fraction: a quarter of the ring on either side. */
export const weightsFitRing = (ringBits: RingBits, fractionBits: number, totalWeight: number): boolean =>
  totalWeight * 2 ** fractionBits <= 2 ** (ringBits - 2);

/** The narrowest ring in which the values of so many partners fit. */
export const ringFor = (valueBits: number, partners: number): RingBits =>
  ringWidths.find((ringBits) => valuesFitRing(ringBits, valueBits, partners)) ?? 32;

/** As many bits, up to 16, as the values of so many partners may have in a ring; at least 2, which may not fit. */
export function valueBitsFor(ringBits: RingBits, partners: number): number {
  let bits = 16;
  while (bits > 2 && !valuesFitRing(ringBits, bits, partners)) bits--;
  return bits;
}

/** Widest value over the largest RMS, as measured: 3 at 4 bits, 6 at 8 (training.md section 6). */
export const usualFactor = (valueBits: number): number => 0.75 * valueBits;

/**
 * Limit of a value over the RMS of the last weighted mean gradient.
 *
 * What is wanted is `factor` times the largest weighted RMS of a partner (training.md section 6: 3 at 4 bits, 6 at 8),
 * which nobody may know. Gradients of partners that see other compounds are nearly orthogonal, so that
 * RMS(mean)^2 = sum of (share x RMS)^2, and the heaviest partner has max(share) / sqrt(sum of share^2) of it; where
 * they agree more, this is only too wide. The mean also carries the rounding noise of all partners, at most step^2 / 3
 * each with error feedback: the second bound keeps that below a quarter of the mean's square, so that a scale cannot
 * feed on its own noise.
 * @param weights of all partners, integers: in any order they give the same bits
 */
export function limitPerRms(factor: number, valueBits: number, weights: readonly number[]): number {
  const squares = weights.reduce((sum, weight) => sum + weight * weight, 0);
  const wanted = factor * (Math.max(...weights) / Math.sqrt(squares));
  const quiet = topOf(valueBits) * Math.sqrt(0.75 / weights.length);
  return Math.min(wanted, quiet);
}

/** One sum, odd or poisoned, moves the limit by no more than this. */
const mostPerRound = 4;

/** The next round's limit: from this round's, towards `wanted`. */
export const nextLimit = (present: number, wanted: number, atLeast: number): number =>
  Math.max(atLeast, Math.min(present * mostPerRound, Math.max(present / mostPerRound, wanted)));

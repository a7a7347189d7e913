/** What the review shows of one tensor before the mask: norm, distribution, and how far the encoding is from it. */
import type { Histogram } from '../contract/release.ts';

/** Odd, so that zero has a bin of its own. */
export const histogramBins = 41;

export type Encoding = { readonly weight: number; readonly totalWeight: number; readonly fractionBits: number };

export type TensorMeasure = {
  /** L2 norm over the finite numbers. */
  readonly norm: number;
  readonly histogram: Histogram;
  /** Numbers that lie beyond the clip. */
  readonly clipped: number;
  /** NaN and infinite numbers of the clear change. */
  readonly notFinite: number;
  readonly largestEncoded: number;
  /** Largest distance between encoded / weight and clip(change) x 2^bits / clip, in steps. */
  readonly largestDeviation: number;
};

/** Key of the sentence that says what a tensor of the trunk is. */
export function meaningOf(name: string): string {
  if (name.endsWith('.bias')) return 'tensor.per-unit';
  return /(^|\.)0\.weight$/.test(name) ? 'tensor.bit-to-unit' : 'tensor.unit-to-unit';
}

/**
 * One pass over the numbers of a tensor.
 * @param change before encoding, row by row
 * @param encoded what the masks were added to
 */
export function measureTensor(
  change: Float32Array,
  encoded: Int32Array,
  clip: number,
  { weight, fractionBits }: Encoding,
): TensorMeasure {
  const bins = new Int32Array(histogramBins);
  const binsPerUnit = histogramBins / (2 * clip);
  const middle = histogramBins / 2;
  const stepsPerUnit = 2 ** fractionBits / clip;
  let sumOfSquares = 0;
  let clipped = 0;
  let notFinite = 0;
  let largestEncoded = 0;
  let largestDeviation = 0;
  for (let position = 0; position < change.length; position++) {
    const value = change[position]!;
    const code = encoded[position]!;
    largestEncoded = Math.max(largestEncoded, Math.abs(code));
    const size = Math.abs(value);
    if (!(size < Infinity)) {
      notFinite++;
      continue;
    }
    sumOfSquares += value * value;
    let kept = value;
    if (size > clip) {
      clipped++;
      kept = value < 0 ? -clip : clip;
    }
    bins[Math.min(histogramBins - 1, (kept * binsPerUnit + middle) | 0)]!++;
    largestDeviation = Math.max(largestDeviation, Math.abs(code / weight - kept * stepsPerUnit));
  }
  return {
    norm: Math.sqrt(sumOfSquares),
    histogram: { from: -clip, to: clip, bins: [...bins] },
    clipped,
    notFinite,
    largestEncoded,
    largestDeviation,
  };
}

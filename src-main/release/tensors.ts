/** What the review shows of one tensor before the mask: norm, distribution, and how far the encoding is from it. */
import type { Histogram } from '../contract/release.ts';
import type { EncodingTerms } from '../federation/encoding.ts';
import { packedBytes, unpack } from '../federation/ring.ts';

/** Odd, so that zero has a bin of its own. */
export const histogramBins = 41;

export type TensorMeasure = {
  /** L2 norm over the finite numbers. */
  readonly norm: number;
  readonly histogram: Histogram;
  /** The largest change of a number that is sent. */
  readonly clip: number;
  /** Numbers that lie, with what the last round left over, beyond the clip. */
  readonly clipped: number;
  /** NaN and infinite numbers of the clear change. */
  readonly notFinite: number;
  readonly largestEncoded: number;
  /** Largest distance between what was encoded and what it stands for, in steps. */
  readonly largestDeviation: number;
};

/** Key of the sentence that says what a tensor of the trunk is. */
export function meaningOf(name: string): string {
  if (name === 'rows') return 'tensor.row-touched';
  if (name.endsWith('.bias')) return 'tensor.per-unit';
  return /(^|\.)0\.weight$/.test(name) ? 'tensor.bit-to-unit' : 'tensor.unit-to-unit';
}

export type Unmasked = {
  /** Before encoding, row by row. */
  readonly change: Float32Array;
  /** Left over by the round before; null for nothing. */
  readonly residual: Float32Array | null;
  /** Packed: what the masks were added to. */
  readonly encoded: Uint8Array;
};

/** One pass over the numbers of each tensor. */
export const measureTensors = (unmasked: Unmasked, terms: EncodingTerms): readonly TensorMeasure[] =>
  terms.tensors.map((tensor) => measureTensor(unmasked, tensor, terms));

function measureTensor(
  { change, residual, encoded }: Unmasked,
  { offset, length, limit }: EncodingTerms['tensors'][number],
  { ringBits, top, weight, times }: EncodingTerms,
): TensorMeasure {
  const bins = new Int32Array(histogramBins);
  const clip = limit / weight;
  const binsPerUnit = histogramBins / (2 * clip);
  const middle = histogramBins / 2;
  const scale = top / limit;
  let sumOfSquares = 0;
  let clipped = 0;
  let notFinite = 0;
  let largestEncoded = 0;
  let largestDeviation = 0;
  const end = offset + length;
  for (let start = offset - (offset % blockNumbers); start < end; start += blockNumbers) {
    const to = Math.min(end, start + blockNumbers);
    const codes = unpack(encoded.subarray(packedBytes(start, ringBits), packedBytes(to, ringBits)), ringBits);
    for (let position = Math.max(start, offset); position < to; position++) {
      const value = change[position]!;
      const code = codes[position - start]!;
      largestEncoded = Math.max(largestEncoded, Math.abs(code));
      if (!Number.isFinite(value)) {
        notFinite++;
        continue;
      }
      sumOfSquares += value * value;
      bins[Math.max(0, Math.min(histogramBins - 1, Math.floor(value * binsPerUnit + middle)))]!++;
      const meant = weight * value + (residual === null ? 0 : residual[position]!);
      if (Math.abs(meant) > limit) clipped++;
      const kept = Math.max(-limit, Math.min(limit, meant));
      largestDeviation = Math.max(largestDeviation, Math.abs(code / times - kept * scale));
    }
  }
  return {
    norm: Math.sqrt(sumOfSquares),
    histogram: { from: -clip, to: clip, bins: [...bins] },
    clip,
    clipped,
    notFinite,
    largestEncoded,
    largestDeviation,
  };
}

const blockNumbers = 1 << 16;

/** What the review shows of one tensor before the mask: norm, distribution, and how far the encoding is from it. */
import type { Histogram } from '../contract/release.ts';
import type { EncodingTerms } from '../federation/encoding.ts';
import { unpack } from '../federation/ring.ts';

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

/** A part of what is encoded, before its mask. */
export type UnmaskedPart = {
  /** Its first number in the vector. */
  readonly from: number;
  /** Before encoding, row by row. */
  readonly change: Float32Array;
  /** Left over by the round before; null for nothing. */
  readonly before: Float32Array | null;
  /** Packed: what the masks were added to. */
  readonly encoded: Uint8Array;
};

export type Measuring = {
  /** The parts, from front to back. */
  readonly add: (part: UnmaskedPart) => void;
  readonly end: () => readonly TensorMeasure[];
};

/** One pass over the numbers of each tensor. */
export function measureTensors({ ringBits, tensors, top, weight, times }: EncodingTerms): Measuring {
  const measures = tensors.map(({ limit }) => {
    const clip = limit / weight;
    return {
      bins: new Int32Array(histogramBins),
      clip,
      sumOfSquares: 0,
      clipped: 0,
      notFinite: 0,
      largestEncoded: 0,
      largestDeviation: 0,
    };
  });
  const middle = histogramBins / 2;

  return {
    add({ from, change, before, encoded }) {
      const codes = unpack(encoded, ringBits, change.length);
      for (const [index, { offset, length, limit }] of tensors.entries()) {
        const measure = measures[index]!;
        const binsPerUnit = histogramBins / (2 * measure.clip);
        const scale = top / limit;
        const end = Math.min(from + change.length, offset + length) - from;
        for (let i = Math.max(0, offset - from); i < end; i++) {
          const value = change[i]!;
          const code = codes[i]!;
          measure.largestEncoded = Math.max(measure.largestEncoded, Math.abs(code));
          if (!Number.isFinite(value)) {
            measure.notFinite++;
            continue;
          }
          measure.sumOfSquares += value * value;
          measure.bins[Math.max(0, Math.min(histogramBins - 1, Math.floor(value * binsPerUnit + middle)))]!++;
          const meant = weight * value + (before === null ? 0 : before[i]!);
          if (Math.abs(meant) > limit) measure.clipped++;
          const kept = Math.max(-limit, Math.min(limit, meant));
          measure.largestDeviation = Math.max(measure.largestDeviation, Math.abs(code / times - kept * scale));
        }
      }
    },
    end: () =>
      measures.map(({ bins, sumOfSquares, ...measure }) => ({
        ...measure,
        norm: Math.sqrt(sumOfSquares),
        histogram: { from: -measure.clip, to: measure.clip, bins: [...bins] },
      })),
  };
}

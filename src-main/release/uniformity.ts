/** Tells masked bytes from unmasked ones: a mask makes every byte value equally likely in every place of a number. */
import { groupBytes, type RingBits } from '../federation/ring.ts';

/**
 * Pearson's chi-square of the byte values against the uniform distribution, one histogram for each place of a byte
 * within its number (of 12 bits: within two numbers), summed.
 */
export function byteCounter(ringBits: RingBits): ByteCounter {
  const histograms = Array.from({ length: groupBytes(ringBits) }, () => new Uint32Array(256));
  return {
    add(bytes) {
      for (const [place, counts] of histograms.entries()) {
        for (let at = place; at < bytes.length; at += histograms.length) counts[bytes[at]!]!++;
      }
    },
    chiSquare() {
      let sum = 0;
      for (const counts of histograms) {
        const expected = counts.reduce((all, count) => all + count, 0) / 256;
        if (expected === 0) continue;
        for (const count of counts) sum += (count - expected) ** 2 / expected;
      }
      return sum;
    },
  };
}

export type ByteCounter = {
  /** The next bytes, of whole numbers. */
  readonly add: (bytes: Uint8Array) => void;
  readonly chiSquare: () => number;
};

/** Standard normal quantile of one in a thousand million: how rarely honest masks may be stopped. */
const rarely = 5.998;

/**
 * What uniform bytes exceed about once in 10^9 packages; Wilson and Hilferty's approximation (PNAS 17, 1931) for 255
 * degrees of freedom per place of a byte.
 */
export function chiSquareLimit(ringBits: RingBits): number {
  const freedom = 255 * groupBytes(ringBits);
  const spread = 2 / (9 * freedom);
  return Math.ceil(freedom * (1 - spread + rarely * Math.sqrt(spread)) ** 3);
}

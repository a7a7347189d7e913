/** From a change of the trunk to integers that can be masked and summed without overflow, and from their sum back to an average. */
import { createCipheriv, hkdfSync } from 'node:crypto';
import { ChoraleError } from '../contract/errors.ts';
import { sha256, toHex } from './canonical.ts';
import { bytesOf, numbersOf } from './chunks.ts';

/** Where a tensor lies in the vector of all tensors, and the largest change of one of its numbers that is sent. */
export type ClippedTensor = { readonly offset: number; readonly length: number; readonly clip: number };

export type EncodedUpdate = {
  /** weight * stochastic_round(clip(change, -c, c) * 2^F / c) */
  readonly encoded: Int32Array;
  /** Numbers that were clipped, for each tensor. */
  readonly clipped: readonly number[];
};

/** No sum of a subset of the partners exceeds this: a quarter of the ring on either side. */
export const largestSum = (ringBits: 32): number => 2 ** (ringBits - 2);

/** Whether weights that sum to `totalWeight` fit the ring with `fractionBits` bits of fraction, whoever drops out. */
export const fitsRing = (ringBits: 32, fractionBits: number, totalWeight: number): boolean =>
  totalWeight * 2 ** fractionBits <= largestSum(ringBits);

/**
 * Stochastic rounding is unbiased: a change that is a small fraction of the step survives in the mean over rounds.
 * @param change of the whole trunk, float32: end minus start
 * @param seed 32 bytes; the same seed gives the same integers, which is how an auditor rebuilds them
 * @throws TRAINING_FAILED when a number is not finite: nothing of it may be sent
 */
export function encodeUpdate(
  change: Float32Array,
  tensors: readonly ClippedTensor[],
  { fractionBits, weight, seed }: { readonly fractionBits: number; readonly weight: number; readonly seed: Uint8Array },
): EncodedUpdate {
  const encoded = new Int32Array(change.length);
  const random = uniformStream(seed);
  const clipped = tensors.map(({ offset, length, clip }) => {
    const top = 1 << fractionBits;
    const scale = top / clip;
    let beyond = 0;
    for (let from = offset; from < offset + length; from += blockNumbers) {
      const to = Math.min(from + blockNumbers, offset + length);
      const uniform = random(to - from);
      for (let i = from; i < to; i++) {
        const value = change[i]!;
        if (value === 0) continue;
        if (!(Math.abs(value) <= clip)) {
          if (!Number.isFinite(value)) throw new ChoraleError('TRAINING_FAILED', { reason: 'not-a-number' });
          beyond++;
        }
        const rounded = Math.floor(value * scale + uniform[i - from]! * unit);
        encoded[i] = weight * Math.min(top, Math.max(-top, rounded));
      }
    }
    return beyond;
  });
  return { encoded, clipped };
}

/**
 * The mean change, weighted by what the partners in the sum weigh together.
 * @returns float32; every partner computes it from the same integers by the same operations, so to the same bits
 */
export function decodeAverage(
  sum: Int32Array,
  tensors: readonly ClippedTensor[],
  { fractionBits, totalWeight }: { readonly fractionBits: number; readonly totalWeight: number },
): Float32Array {
  const average = new Float32Array(sum.length);
  for (const { offset, length, clip } of tensors) {
    const scale = clip / (1 << fractionBits) / totalWeight;
    for (let i = offset; i < offset + length; i++) average[i] = sum[i]! * scale;
  }
  return average;
}

/**
 * Binds a partner to its integers before it sends their masked form, without telling them: SHA-256 over a nonce that
 * only the seed gives, and the integers.
 */
export const commitmentTo = (encoded: Int32Array, seed: Uint8Array): string =>
  toHex(sha256('chorale commitment 1\n', derive(seed, 'chorale commitment nonce 1'), bytesOf(encoded)));

const blockNumbers = 1 << 16;
const unit = 2 ** -32;
const zeros = new Uint8Array(blockNumbers * 4);

/** Uniform 32-bit numbers from AES-256-CTR, at most `blockNumbers` at a time. */
function uniformStream(seed: Uint8Array): (count: number) => Uint32Array {
  const cipher = createCipheriv('aes-256-ctr', derive(seed, 'chorale rounding 1'), new Uint8Array(16));
  return (count) => {
    const numbers = numbersOf(cipher.update(zeros.subarray(0, count * 4)));
    return new Uint32Array(numbers.buffer, numbers.byteOffset, numbers.length);
  };
}

const derive = (secret: Uint8Array, context: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), context, 32));

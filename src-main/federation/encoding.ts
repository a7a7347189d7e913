/** From a change of the trunk to integers that can be masked and summed without overflow, and from their sum back to an average. */
import { createCipheriv, hkdfSync } from 'node:crypto';
import { ChoraleError } from '../contract/errors.ts';
import { sha256, toHex } from './canonical.ts';
import { packedBytes, packInto, type RingBits, unpack } from './ring.ts';

/**
 * How a partner's change of one round becomes integers (`encodingTerms` of the plan):
 * x = weight * change + residual, limited to -limit..limit; times * stochastic_round(x * top / limit).
 */
export type EncodingTerms = {
  readonly ringBits: RingBits;
  /** Of the vector, in order and without gaps; `limit` is the largest |x| of a tensor that is sent. */
  readonly tensors: readonly { readonly offset: number; readonly length: number; readonly limit: number }[];
  /** The largest integer that rounding gives. */
  readonly top: number;
  /** Factor on each number before it is rounded. */
  readonly weight: number;
  /** Integer factor on each number after it was rounded. */
  readonly times: number;
  /** Error feedback: what rounding and limits leave over is added to the next change (Karimireddy et al. 2019). */
  readonly feedback: boolean;
};

export type EncodedUpdate = {
  /** The integers, packed mod 2^ringBits. */
  readonly encoded: Uint8Array;
  /** x minus what was encoded, float32, one for each number; null without error feedback. */
  readonly residual: Float32Array | null;
  /** Numbers beyond the limit, for each tensor. */
  readonly clipped: readonly number[];
};

/**
 * Stochastic rounding is unbiased: a change that is a small fraction of the step survives in the mean over rounds.
 * @param change of the whole trunk, float32: end minus start
 * @param residual that the last round in whose sum this partner is has left; null for none. Ignored without feedback
 * @param seed 32 bytes; the same seed gives the same integers
 * @throws TRAINING_FAILED when a number is not finite: nothing of it may be sent
 */
export function encodeUpdate(
  change: Float32Array,
  residual: Float32Array | null,
  { ringBits, tensors, top, weight, times, feedback }: EncodingTerms,
  seed: Uint8Array,
): EncodedUpdate {
  const encoded = new Uint8Array(packedBytes(change.length, ringBits));
  const before = feedback ? residual : null;
  const after = feedback ? new Float32Array(change.length) : null;
  const clipped = tensors.map(() => 0);
  const random = uniformStream(seed);
  const block = new Int32Array(blockNumbers);
  for (let start = 0; start < change.length; start += blockNumbers) {
    const end = Math.min(start + blockNumbers, change.length);
    const uniform = random(end - start);
    for (const [t, { offset, length, limit }] of tensors.entries()) {
      const scale = top / limit;
      const to = Math.min(end, offset + length);
      for (let i = Math.max(start, offset); i < to; i++) {
        const x = weight * change[i]! + (before === null ? 0 : before[i]!);
        if (!(Math.abs(x) <= limit)) {
          if (!Number.isFinite(x)) throw new ChoraleError('TRAINING_FAILED', { reason: 'not-a-number' });
          clipped[t]!++;
        }
        const rounded = Math.floor(x * scale + uniform[i - start]! * unit);
        const kept = Math.min(top, Math.max(-top, rounded));
        block[i - start] = times * kept;
        if (after !== null) after[i] = x - kept / scale;
      }
    }
    packInto(
      encoded.subarray(packedBytes(start, ringBits), packedBytes(end, ringBits)),
      block.subarray(0, end - start),
      ringBits,
    );
  }
  return { encoded, residual: after, clipped };
}

/** How a sum becomes the weighted mean change of its partners (`decodingTerms` of the plan). */
export type DecodingTerms = {
  readonly ringBits: RingBits;
  /** `unit` is the mean change of a number whose sum is 1. */
  readonly tensors: readonly { readonly offset: number; readonly length: number; readonly unit: number }[];
};

/**
 * The mean change, weighted by what the partners in the sum weigh together.
 * @param sum packed
 * @returns float32; every partner computes it from the same integers by the same operations, so to the same bits
 */
export function decodeAverage(sum: Uint8Array, { ringBits, tensors }: DecodingTerms): Float32Array {
  const { offset: last, length: lastLength } = tensors.at(-1)!;
  const average = new Float32Array(last + lastLength);
  for (let start = 0; start < average.length; start += blockNumbers) {
    const end = Math.min(start + blockNumbers, average.length);
    const numbers = unpack(sum.subarray(packedBytes(start, ringBits), packedBytes(end, ringBits)), ringBits);
    for (const { offset, length, unit: perStep } of tensors) {
      const to = Math.min(end, offset + length);
      for (let i = Math.max(start, offset); i < to; i++) average[i] = numbers[i - start]! * perStep;
    }
  }
  return average;
}

/**
 * Binds a partner to its integers before it sends their masked form, without telling them: SHA-256 over a nonce that
 * only the seed gives, and the packed integers.
 */
export const commitmentTo = (encoded: Uint8Array, seed: Uint8Array): string =>
  toHex(sha256('chorale commitment 1\n', derive(seed, 'chorale commitment nonce 1'), encoded));

const blockNumbers = 1 << 16;
const unit = 2 ** -32;
const zeros = new Uint8Array(blockNumbers * 4);

/** Uniform 32-bit numbers from AES-256-CTR, at most `blockNumbers` at a time. */
function uniformStream(seed: Uint8Array): (count: number) => Uint32Array {
  const cipher = createCipheriv('aes-256-ctr', derive(seed, 'chorale rounding 1'), new Uint8Array(16));
  return (count) => {
    const stream = cipher.update(zeros.subarray(0, count * 4));
    const bytes = stream.byteOffset % 4 === 0 ? stream : new Uint8Array(stream);
    return new Uint32Array(bytes.buffer, bytes.byteOffset, count);
  };
}

const derive = (secret: Uint8Array, context: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), context, 32));

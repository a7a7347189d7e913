/** From a change of the trunk to integers that can be masked and summed without overflow, and from their sum back to an average. */
import { createHash, type Hash, hkdfSync } from 'node:crypto';
import { ChoraleError } from '../contract/errors.ts';
import { blockNumbers, kernels, memory } from './kernels/kernels.ts';
import { openKeystream } from './keystream.ts';
import { packedBytes, packInts, type RingBits, unpackInts } from './ring.ts';

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
  terms: EncodingTerms,
  seed: Uint8Array,
): EncodedUpdate {
  const { ringBits, feedback } = terms;
  const encoded = new Uint8Array(packedBytes(change.length, ringBits));
  const after = feedback ? (residual?.slice() ?? new Float32Array(change.length)) : null;
  const encoder = openEncoder(terms, seed);
  for (let start = 0; start < change.length; start += blockNumbers) {
    const end = Math.min(start + blockNumbers, change.length);
    const packed = encoder.next(change.subarray(start, end), after === null ? null : after.subarray(start, end));
    encoded.set(packed, packedBytes(start, ringBits));
  }
  return { encoded, residual: after, clipped: encoder.clipped() };
}

export type Encoder = {
  /**
   * @param change the next numbers of the vector: `blockNumbers` of them until the last
   * @param residual of these numbers, which the new one replaces; null without feedback
   * @returns packed, valid until the next call
   */
  readonly next: (change: Float32Array, residual: Float32Array | null) => Uint8Array;
  /** So far, for each tensor. */
  readonly clipped: () => readonly number[];
};

/** Encodes a vector that need not lie in memory, from front to back. */
export function openEncoder(
  { ringBits, tensors, top, weight, times, feedback }: EncodingTerms,
  seed: Uint8Array,
): Encoder {
  const clipped = tensors.map(() => 0);
  const uniformBytes = feedback ? 2 : 4;
  const random = openKeystream(derive(seed, 'chorale rounding 1'));
  const uniform = new Uint8Array(blockNumbers * uniformBytes);
  const round = feedback ? kernels.roundValues : kernels.roundFixed;
  const [unit, middle] = feedback ? [2 ** -16, 2 ** -17] : [2 ** -32, 0];
  let start = 0;

  return {
    next(change, residual) {
      const end = start + change.length;
      random(uniform.subarray(0, change.length * uniformBytes));
      for (const [t, { offset, length, limit }] of tensors.entries()) {
        const from = Math.max(start, offset) - start;
        const to = Math.min(end, offset + length) - start;
        if (from >= to) continue;
        // Zeros up to a whole group of four: they are neither clipped nor rounded away from zero.
        const [count, whole] = [to - from, Math.ceil((to - from) / 4) * 4];
        changes.float32.set(change.subarray(from, to));
        changes.float32.fill(0, count, whole);
        uniforms.bytes.set(uniform.subarray(from * uniformBytes, to * uniformBytes));
        uniforms.bytes.fill(0, count * uniformBytes, whole * uniformBytes);
        if (residual !== null) {
          residuals.float32.set(residual.subarray(from, to));
          residuals.float32.fill(0, count, whole);
        }
        const within = round(
          ...[changes.at, residuals.at, uniforms.at, ints.at + from * 4, changes.at + count * 4, times],
          ...[weight, top / limit, top, -top, limit, limit / top, unit, middle, toInteger],
        );
        if (Number.isNaN(within)) throw new ChoraleError('TRAINING_FAILED', { reason: 'not-a-number' });
        clipped[t]! += whole - within;
        residual?.set(residuals.float32.subarray(0, count), from);
      }
      ints.int32[change.length] = 0;
      packInts(change.length, ringBits);
      start = end;
      return packedInts.bytes.subarray(0, packedBytes(change.length, ringBits));
    },
    clipped: () => [...clipped],
  };
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
export function decodeAverage(sum: Uint8Array, terms: DecodingTerms): Float32Array {
  const { offset, length } = terms.tensors.at(-1)!;
  const average = new Float32Array(offset + length);
  decodeBlocks(sum, terms, (_, from, part) => average.set(part, from));
  return average;
}

/**
 * As `decodeAverage`, a part at a time, from front to back.
 * @param use is told the tensor's index, where the part begins in the vector, and the part, which is in `memory.floats`
 *   until it returns
 */
export function decodeBlocks(
  sum: Uint8Array,
  { ringBits, tensors }: DecodingTerms,
  use: (tensor: number, from: number, part: Float32Array) => void,
): void {
  const { offset: last, length: lastLength } = tensors.at(-1)!;
  const numbers = last + lastLength;
  for (let start = 0; start < numbers; start += blockNumbers) {
    const end = Math.min(start + blockNumbers, numbers);
    packedInts.bytes.set(sum.subarray(packedBytes(start, ringBits), packedBytes(end, ringBits)));
    unpackInts(end - start, ringBits);
    for (const [t, { offset, length, unit }] of tensors.entries()) {
      const from = Math.max(start, offset);
      const count = Math.min(end, offset + length) - from;
      if (count <= 0) continue;
      kernels.scale(changes.at, ints.at + (from - start) * 4, changes.at + count * 4, unit);
      changes.float32[count] = 0;
      use(t, from, changes.float32.subarray(0, count));
    }
  }
}

/**
 * Binds a partner to its integers before it sends their masked form, without telling them: SHA-256 over a nonce that
 * only the seed gives, and the packed integers.
 */
export const commitmentTo = (encoded: Uint8Array, seed: Uint8Array): string =>
  commitmentHash(seed).update(encoded).digest('hex');

/** To be updated with the packed integers, from front to back. */
export const commitmentHash = (seed: Uint8Array): Hash =>
  createHash('sha256').update('chorale commitment 1\n').update(derive(seed, 'chorale commitment nonce 1'));

const { ints, packed: packedInts, floats: changes, moreFloats: residuals, others: uniforms } = memory;
/** Added to an integer of up to 32 bits in double precision, it leaves that integer in the lower half of the bits. */
const toInteger = 1.5 * 2 ** 52;

const derive = (secret: Uint8Array, context: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), context, 32));

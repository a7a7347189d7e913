/** What every partner does with the sum: the same Adam step on the global trunk, to the same bits. */
import { createHash } from 'node:crypto';
import { ChoraleError } from '../contract/errors.ts';
import { bytesOf } from './chunks.ts';
import { decodeBlocks } from './encoding.ts';
import { kernels, memory } from './kernels/kernels.ts';
import { clipsAfter, decodingTerms, localRate, type Plan, serverRate, uploadBytes, vectorLength } from './plan.ts';

/** The global trunk after `rounds` rounds, with Adam's moments. All vectors have one number for each of the trunk. */
export type GlobalState = {
  readonly rounds: number;
  readonly values: Float32Array;
  readonly firstMoment: Float32Array;
  readonly secondMoment: Float32Array;
};

export type AppliedSum = {
  readonly state: GlobalState;
  /** SHA-256 (hex) of the trunk's float32 bytes. */
  readonly trunkHash: string;
  /** For the next round, one for each tensor. */
  readonly clips: readonly number[];
};

export const beginGlobal = (trunk: Float32Array): GlobalState => ({
  rounds: 0,
  values: trunk,
  firstMoment: new Float32Array(trunk.length),
  secondMoment: new Float32Array(trunk.length),
});

export const trunkHash = (values: Float32Array): string => createHash('sha256').update(bytesOf(values)).digest('hex');

/**
 * The recipe's step on the sum: the mean change of the partners, as a pseudo-gradient
 * (start - end) / (local steps * local rate), goes through Adam (beta 0.9 and 0.999, epsilon 1e-8, L2 added to the
 * gradient) at the server's rate of this round.
 *
 * Only +, -, *, / and sqrt on doubles, rounded to float32 where stored: IEEE 754 leaves no choice, so all partners get
 * the same bits on every processor.
 * @param sum of the encoded updates, packed
 * @param clips that this round was encoded with, one for each tensor
 * @throws ROUND_REFUSED when sizes do not fit
 */
export function applySum(
  plan: Plan,
  { rounds, values, firstMoment, secondMoment }: GlobalState,
  sum: Uint8Array,
  facts: { readonly clips: readonly number[]; readonly totalWeight: number },
): AppliedSum {
  const round = rounds + 1;
  const length = vectorLength(plan);
  if (sum.length !== uploadBytes(plan) || values.length !== length)
    throw new ChoraleError('ROUND_REFUSED', { round, reason: 'wrong-size' });

  const { localSteps, l2 } = plan.recipe;
  const perChange = -1 / (localSteps * localRate(plan, round));
  const step = serverRate(plan, round) / (1 - power(beta1, round));
  const correction = 1 / (1 - power(beta2, round));
  const next = {
    rounds: round,
    values: new Float32Array(length),
    firstMoment: new Float32Array(length),
    secondMoment: new Float32Array(length),
  };
  const squares = plan.tensors.map(() => 0);
  const hash = createHash('sha256');
  decodeBlocks(sum, decodingTerms(plan, round, facts), (tensor, from, average) => {
    const to = from + average.length;
    value.float32.set(values.subarray(from, to));
    first.float32.set(firstMoment.subarray(from, to));
    second.float32.set(secondMoment.subarray(from, to));
    squares[tensor]! += kernels.squares(mean.at, mean.at + average.byteLength);
    kernels.adam(
      ...[value.at, first.at, second.at, mean.at, value.at + average.byteLength],
      ...[perChange, l2, beta1, 1 - beta1, beta2, 1 - beta2, step, correction, epsilon],
    );
    next.values.set(value.float32.subarray(0, average.length), from);
    next.firstMoment.set(first.float32.subarray(0, average.length), from);
    next.secondMoment.set(second.float32.subarray(0, average.length), from);
    hash.update(value.bytes.subarray(0, average.byteLength));
  });
  return { state: next, trunkHash: hash.digest('hex'), clips: clipsAfter(plan, round, squares, facts.clips) };
}

/** Where a block of the step lies; the mean change is where decoding leaves it. */
const { floats: mean, sums: value, others: first, moreFloats: second } = memory;

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** Math.pow is left to the engine in its last bits; products are not. */
function power(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i++) product *= base;
  return product;
}

const magic = 'chorale global state 1\n\n';

/** Magic line, rounds (Uint32 little endian), then trunk, first and second moment as float32. */
export function encodeGlobal({ rounds, values, firstMoment, secondMoment }: GlobalState): Uint8Array {
  const bytes = new Uint8Array(headBytes + 3 * values.byteLength);
  bytes.set(Buffer.from(magic));
  new DataView(bytes.buffer).setUint32(magic.length, rounds, true);
  [values, firstMoment, secondMoment].forEach((vector, i) => {
    bytes.set(bytesOf(vector), headBytes + i * values.byteLength);
  });
  return bytes;
}

/** @throws TypeError when the bytes are not what `encodeGlobal` wrote */
export function decodeGlobal(bytes: Uint8Array): GlobalState {
  const length = (bytes.length - headBytes) / 12;
  if (Buffer.from(bytes.subarray(0, magic.length)).toString() !== magic || !Number.isInteger(length)) {
    throw new TypeError('not a global state');
  }
  const copy = bytes.slice();
  const vector = (i: number) => new Float32Array(copy.buffer, headBytes + i * length * 4, length);
  return {
    rounds: new DataView(copy.buffer).getUint32(magic.length, true),
    values: vector(0),
    firstMoment: vector(1),
    secondMoment: vector(2),
  };
}

const headBytes = 28; // magic and rounds, a multiple of 4

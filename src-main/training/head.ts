/** The private heads while they are trained: weights, Adam's moments, and how many steps Adam has taken. */
import { ChoraleError } from '../contract/errors.ts';
import type { HeadSettings } from '../contract/training.ts';
import { initialHeads } from './network.ts';
import { type HeadShape, headTensors, sizeOfTensor, type TensorSize } from './network-shape.ts';
import { withMoments } from './step-parts.ts';
import type { State } from './stepper.ts';

export type HeadState = {
  /** Of the trunk's last layer. */
  readonly width: number;
  readonly heads: readonly HeadShape[];
  /** That the heads follow from. */
  readonly settings: HeadSettings;
  /** Steps that Adam has taken; its bias correction depends on it. */
  readonly taken: number;
  /** By the names of `headTensors`, and their `.first` and `.second` moments. */
  readonly tensors: State;
};

type Shape = Pick<HeadState, 'width' | 'heads'>;

const parameters = ({ width, heads }: Shape): TensorSize[] => heads.flatMap((head) => headTensors(head, width));

const tensorsOf = (shape: Shape): TensorSize[] => parameters(shape).flatMap(withMoments);

export function newHead(
  width: number,
  heads: readonly HeadShape[],
  seed: number,
  settings: HeadSettings = {},
): HeadState {
  const zeros = tensorsOf({ width, heads }).map(
    (tensor) => [tensor.name, new Float32Array(sizeOfTensor(tensor))] as const,
  );
  return {
    width,
    heads,
    settings,
    taken: 0,
    tensors: { ...Object.fromEntries(zeros), ...initialHeads(width, heads, seed) },
  };
}

export const isLike = (head: HeadState, { width, heads }: Shape): boolean =>
  head.width === width && JSON.stringify(head.heads) === JSON.stringify(heads);

/** A copy of the heads' tensors out of a larger state. */
export const headOf = (state: State, { width, heads, settings }: HeadState, taken: number): HeadState => ({
  width,
  heads,
  settings,
  taken,
  tensors: Object.fromEntries(tensorsOf({ width, heads }).map(({ name }) => [name, state[name]!.slice()])),
});

/** The length of a description as Uint32, the description as JSON padded to four bytes, the tensors as float32. */
export function encodeHead({ width, heads, settings, taken, tensors }: HeadState): Uint8Array {
  const described = new TextEncoder().encode(JSON.stringify({ width, heads, settings, taken }));
  const values = tensorsOf({ width, heads }).map(({ name }) => tensors[name]!);
  const start = 4 + 4 * Math.ceil(described.length / 4);
  const bytes = new Uint8Array(start + 4 * values.reduce((length, tensor) => length + tensor.length, 0));
  new Uint32Array(bytes.buffer, 0, 1)[0] = described.length;
  bytes.set(described, 4);
  let at = start;
  for (const tensor of values) {
    new Float32Array(bytes.buffer, at, tensor.length).set(tensor);
    at += 4 * tensor.length;
  }
  return bytes;
}

/** @throws TRAINING_FAILED when the bytes are no head */
export function decodeHead(bytes: Uint8Array): HeadState {
  const aligned = bytes.slice();
  try {
    const length = new Uint32Array(aligned.buffer, 0, 1)[0]!;
    const described = JSON.parse(new TextDecoder().decode(aligned.subarray(4, 4 + length)));
    const { width, heads, settings, taken } = described as Omit<HeadState, 'tensors'>;
    let at = 4 + 4 * Math.ceil(length / 4);
    const tensors = tensorsOf({ width, heads }).map((tensor) => {
      const values = new Float32Array(aligned.buffer, at, sizeOfTensor(tensor));
      at += 4 * values.length;
      return [tensor.name, values] as const;
    });
    if (at !== aligned.length) throw new RangeError('length');
    return { width, heads, settings, taken, tensors: Object.fromEntries(tensors) };
  } catch (error) {
    throw new ChoraleError('TRAINING_FAILED', { reason: 'head-unreadable' }, { cause: error });
  }
}

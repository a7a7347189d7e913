/** The private head while it is trained: weights, Adam's moments, and how many steps Adam has taken. */
import { ChoraleError } from '../contract/errors.ts';
import { initialHead } from './network.ts';
import type { State } from './stepper.ts';

export type HeadState = {
  readonly width: number;
  readonly tasks: number;
  /** Steps that Adam has taken; its bias correction depends on it. */
  readonly taken: number;
  /** `head.weight`, `head.bias` and their `.first` and `.second` moments. */
  readonly tensors: State;
};

const parts = ['head.weight', 'head.bias'].flatMap((name) => [name, `${name}.first`, `${name}.second`]);

export function newHead(width: number, tasks: number, seed: number): HeadState {
  const { weight, bias } = initialHead(width, tasks, seed);
  const zeros = (like: Float32Array) => ({
    first: new Float32Array(like.length),
    second: new Float32Array(like.length),
  });
  const [weightMoments, biasMoments] = [zeros(weight), zeros(bias)];
  return {
    width,
    tasks,
    taken: 0,
    tensors: {
      'head.weight': weight,
      'head.weight.first': weightMoments.first,
      'head.weight.second': weightMoments.second,
      'head.bias': bias,
      'head.bias.first': biasMoments.first,
      'head.bias.second': biasMoments.second,
    },
  };
}

/** A copy of the head's tensors out of a larger state. */
export const headOf = (state: State, { width, tasks }: HeadState, taken: number): HeadState => ({
  width,
  tasks,
  taken,
  tensors: Object.fromEntries(parts.map((name) => [name, state[name]!.slice()])),
});

/** Three whole numbers (width, tasks, steps taken) as Uint32, then the tensors as float32, all little endian. */
export function encodeHead({ width, tasks, taken, tensors }: HeadState): Uint8Array {
  const values = parts.map((name) => tensors[name]!);
  const bytes = new Uint8Array(12 + 4 * values.reduce((length, tensor) => length + tensor.length, 0));
  new Uint32Array(bytes.buffer, 0, 3).set([width, tasks, taken]);
  let at = 12;
  for (const tensor of values) {
    new Float32Array(bytes.buffer, at, tensor.length).set(tensor);
    at += 4 * tensor.length;
  }
  return bytes;
}

/** @throws TRAINING_FAILED when the bytes are no head */
export function decodeHead(bytes: Uint8Array): HeadState {
  const aligned = bytes.slice().buffer;
  const [width = 0, tasks = 0, taken = 0] = aligned.byteLength < 12 ? [] : new Uint32Array(aligned, 0, 3);
  const sizeOf = (name: string) => (name.startsWith('head.weight') ? width * tasks : tasks);
  const expected = 12 + 4 * parts.reduce((length, name) => length + sizeOf(name), 0);
  if (width === 0 || aligned.byteLength !== expected) {
    throw new ChoraleError('TRAINING_FAILED', { reason: 'head-unreadable' });
  }
  let at = 12;
  const tensors = parts.map((name) => {
    const tensor = new Float32Array(aligned, at, sizeOf(name));
    at += 4 * tensor.length;
    return [name, tensor] as const;
  });
  return { width, tasks, taken, tensors: Object.fromEntries(tensors) };
}

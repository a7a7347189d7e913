/** The network: a trunk that the federation shares and a head of tasks that stays here, as named tensors in one array. */
import { type Random, randomFrom } from './random.ts';

/** Folded fingerprint bits, the rows of the trunk's first layer. */
export const fingerprintBits = 32_000;

export type TensorShape = { readonly name: string; readonly shape: readonly number[]; readonly offset: number };

/** All tensors of a trunk, one after the other. */
export type TrunkTensors = { readonly shapes: readonly TensorShape[]; readonly values: Float32Array };

/** Linear layer to tasks. `weight` is [tasks, width of the last trunk layer], row by row. */
export type Head = { readonly weight: Float32Array; readonly bias: Float32Array };

export const sizeOf = ({ shape }: TensorShape): number => shape.reduce((product, size) => product * size, 1);

/** @returns the part of the trunk's values that holds one tensor, not a copy */
export const tensorOf = (trunk: TrunkTensors, shape: TensorShape): Float32Array =>
  trunk.values.subarray(shape.offset, shape.offset + sizeOf(shape));

/**
 * Layer k has a weight [inputs, hidden[k]] and a bias [hidden[k]]; the inputs of layer 0 are the fingerprint's bits.
 * @returns weights and biases in the order in which they stand in `TrunkTensors.values`
 */
export function trunkShapes(hidden: readonly number[], inputs = fingerprintBits): TensorShape[] {
  const shapes: TensorShape[] = [];
  let offset = 0;
  const add = (name: string, shape: readonly number[]) => {
    shapes.push({ name, shape, offset });
    offset += sizeOf(shapes.at(-1)!);
  };
  hidden.forEach((width, layer) => {
    add(`trunk.${layer}.weight`, [layer === 0 ? inputs : hidden[layer - 1]!, width]);
    add(`trunk.${layer}.bias`, [width]);
  });
  return shapes;
}

/** Widths of the trunk's layers. */
export const hiddenOf = (shapes: readonly TensorShape[]): readonly number[] =>
  shapes.filter(({ shape }) => shape.length === 1).map(({ shape }) => shape[0]!);

/**
 * Xavier-uniform weights (Glorot and Bengio 2010) with the gain of ReLU, sqrt(2); biases 0.1, as SparseChem sets them.
 * Bit for bit the same on every machine: integer random numbers, IEEE operations only, rounded to float32 once.
 */
export function initialTrunk(hidden: readonly number[], seed: number, inputs = fingerprintBits): TrunkTensors {
  const shapes = trunkShapes(hidden, inputs);
  const values = new Float32Array(shapes.at(-1)!.offset + sizeOf(shapes.at(-1)!));
  shapes.forEach((shape, index) => {
    const tensor = values.subarray(shape.offset, shape.offset + sizeOf(shape));
    if (shape.shape.length === 1) tensor.fill(0.1);
    else fillXavier(tensor, shape.shape[0]! + shape.shape[1]!, Math.SQRT2, randomFrom(seed, index));
  });
  return { shapes, values };
}

/** Xavier-uniform weights with gain 1, biases 0.1. */
export function initialHead(width: number, tasks: number, seed: number): Head {
  const weight = new Float32Array(tasks * width);
  fillXavier(weight, tasks + width, 1, randomFrom(seed, 1_000_003));
  return { weight, bias: new Float32Array(tasks).fill(0.1) };
}

function fillXavier(values: Float32Array, inputsAndOutputs: number, gain: number, random: Random): void {
  const bound = gain * Math.sqrt(6 / inputsAndOutputs);
  const scale = (2 * bound) / 2 ** 32;
  for (let i = 0; i < values.length; i++) values[i] = (random() + 0.5) * scale - bound;
}

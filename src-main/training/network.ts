/** The network: a trunk that the federation shares and a head of tasks that stays here, as named tensors in one array. */
import { type HeadShape, headTensors, sizeOfTensor } from './network-shape.ts';
import { type Random, randomFrom } from './random.ts';

/** Folded fingerprint bits, the rows of the trunk's first layer. */
export const fingerprintBits = 32_000;

export type TensorShape = { readonly name: string; readonly shape: readonly number[]; readonly offset: number };

/** All tensors of a trunk, one after the other. */
export type TrunkTensors = { readonly shapes: readonly TensorShape[]; readonly values: Float32Array };

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

/** Xavier-uniform weights with gain 1, biases 0.1. @returns by the names of `headTensors` */
export function initialHeads(width: number, heads: readonly HeadShape[], seed: number): Record<string, Float32Array> {
  const tensors = heads.flatMap(({ kind, ...head }) =>
    headTensors({ kind, ...head }, width).map((tensor, index, { length }) => {
      const values = new Float32Array(sizeOfTensor(tensor));
      const [inputs, outputs] = tensor.shape;
      // The last layer first: where it is the only one its numbers stay the same.
      const purpose = headPurposes[kind] + (index < length - 2 ? 1 + index : 0);
      if (outputs === undefined) values.fill(0.1);
      else fillXavier(values, inputs! + outputs, 1, randomFrom(seed, purpose));
      return [tensor.name, values] as const;
    }),
  );
  return Object.fromEntries(tensors);
}

/** Purposes of random numbers, apart from those of the trunk's tensors. */
const headPurposes = { classification: 1_000_003, regression: 2_000_003, catalogue: 3_000_017 } as const;

function fillXavier(values: Float32Array, inputsAndOutputs: number, gain: number, random: Random): void {
  const bound = gain * Math.sqrt(6 / inputsAndOutputs);
  const scale = (2 * bound) / 2 ** 32;
  for (let i = 0; i < values.length; i++) values[i] = (random() + 0.5) * scale - bound;
}

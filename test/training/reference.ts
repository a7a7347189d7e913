/** The train step once more, in plain float64 over all 32,000 bits: what the ONNX graphs are held against. */
import type { Minibatch } from '../../src-main/training/minibatch.ts';
import { fingerprintBits } from '../../src-main/training/network.ts';

export type Layer = {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
};

export type Network = {
  /** Weights [inputs, outputs]; the first layer has 32,000 inputs. */
  readonly trunk: readonly Layer[];
  /** Weight [tasks, width]. */
  readonly head: { readonly weight: Float64Array; readonly bias: Float64Array };
  readonly tasks: number;
};

/** Gradients in the order of `parametersOf`. */
export type Gradients = readonly Float64Array[];

export const parametersOf = ({ trunk, head }: Network): readonly Float64Array[] => [
  ...trunk.flatMap(({ weight, bias }) => [weight, bias]),
  head.weight,
  head.bias,
];

export type Kept = { readonly bits: number; readonly units: number };

/** @returns the loss of a minibatch, and its gradient by every parameter */
export function lossAndGradients(
  network: Network,
  batch: Minibatch,
  kept: Kept,
): { readonly loss: number; readonly gradients: Gradients } {
  const { trunk, head, tasks } = network;
  const size = batch.compounds.length;
  const inputs = new Map<number, Map<number, number>>();
  batch.bits.forEach((bit, at) => {
    const compound = batch.bitCompounds[at]!;
    if (!inputs.has(compound)) inputs.set(compound, new Map());
    inputs.get(compound)!.set(bit, 1 / kept.bits);
  });
  const gradients = parametersOf(network).map((values) => new Float64Array(values.length));
  const [headWeight, headBias] = gradients.slice(-2) as [Float64Array, Float64Array];
  let loss = 0;

  for (let compound = 0; compound < size; compound++) {
    const activations: Float64Array[] = [];
    const gates: Float64Array[] = [];
    trunk.forEach(({ weight, bias, outputs }, layer) => {
      const linear = Float64Array.from(bias);
      const below: Iterable<readonly [number, number]> =
        layer === 0 ? (inputs.get(compound) ?? new Map()) : activations[layer - 1]!.entries();
      for (const [input, value] of below) {
        for (let unit = 0; unit < outputs; unit++) linear[unit]! += value * weight[input * outputs + unit]!;
      }
      const mask = batch.masks[layer]!;
      gates.push(
        linear.map((value, unit) => (value > 0 && mask[compound * outputs + unit] === 1 ? 1 / kept.units : 0)),
      );
      activations.push(linear.map((value, unit) => value * gates[layer]![unit]!));
    });

    const top = activations.at(-1)!;
    const flowing: Float64Array[] = trunk.map(({ outputs }) => new Float64Array(outputs));
    batch.labelCells.forEach((cell, at) => {
      if (Math.floor(cell / tasks) !== compound) return;
      const task = cell % tasks;
      const row = head.weight.subarray(task * top.length, (task + 1) * top.length);
      const logit = row.reduce((sum, weight, unit) => sum + weight * top[unit]!, head.bias[task]!);
      const target = batch.labelTargets[at]!;
      const weight = batch.labelWeights[at]! / size;
      loss += weight * (Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - target * logit);
      const slope = weight * (1 / (1 + Math.exp(-logit)) - target);
      headBias[task]! += slope;
      top.forEach((value, unit) => {
        headWeight[task * top.length + unit]! += slope * value;
        flowing.at(-1)![unit]! += slope * row[unit]!;
      });
    });

    for (let layer = trunk.length - 1; layer >= 0; layer--) {
      const { weight, outputs } = trunk[layer]!;
      const inner = flowing[layer]!.map((value, unit) => value * gates[layer]![unit]!);
      inner.forEach((value, unit) => {
        gradients[2 * layer + 1]![unit]! += value;
      });
      const below: Iterable<readonly [number, number]> =
        layer === 0 ? (inputs.get(compound) ?? new Map()) : activations[layer - 1]!.entries();
      for (const [input, value] of below) {
        for (let unit = 0; unit < outputs; unit++) {
          gradients[2 * layer]![input * outputs + unit]! += value * inner[unit]!;
          if (layer > 0) flowing[layer - 1]![input]! += weight[input * outputs + unit]! * inner[unit]!;
        }
      }
    }
  }
  return { loss, gradients };
}

/** Adam as published (Kingma and Ba 2015, algorithm 1), with moments of its own for each parameter. */
export function createAdam() {
  const moments = new Map<Float64Array, { first: Float64Array; second: Float64Array }>();
  return (values: Float64Array, gradient: Float64Array, rate: number, step: number): void => {
    if (!moments.has(values)) {
      moments.set(values, { first: new Float64Array(values.length), second: new Float64Array(values.length) });
    }
    const { first, second } = moments.get(values)!;
    for (let i = 0; i < values.length; i++) {
      first[i] = 0.9 * first[i]! + 0.1 * gradient[i]!;
      second[i] = 0.999 * second[i]! + 0.001 * gradient[i]! ** 2;
      const mean = first[i]! / (1 - 0.9 ** step);
      const square = second[i]! / (1 - 0.999 ** step);
      values[i]! -= (rate * mean) / (Math.sqrt(square) + 1e-8);
    }
  };
}

export function descend(values: Float64Array, gradient: Float64Array, rate: number): void {
  for (let i = 0; i < values.length; i++) values[i]! -= rate * gradient[i]!;
}

/** From the tensors of a trunk and a head, in their own orders. */
export function networkOf(
  hidden: readonly number[],
  trunk: readonly ArrayLike<number>[],
  head: { readonly weight: ArrayLike<number>; readonly bias: ArrayLike<number> },
): Network {
  return {
    trunk: hidden.map((outputs, layer) => ({
      weight: Float64Array.from(trunk[2 * layer]!),
      bias: Float64Array.from(trunk[2 * layer + 1]!),
      inputs: layer === 0 ? fingerprintBits : hidden[layer - 1]!,
      outputs,
    })),
    head: { weight: Float64Array.from(head.weight), bias: Float64Array.from(head.bias) },
    tasks: head.bias.length,
  };
}

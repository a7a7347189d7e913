/** The train step once more, in plain float64 over all 32,000 bits: what the ONNX graphs are held against. */
import type { Minibatch } from '../../src-main/training/minibatch.ts';
import { fingerprintBits } from '../../src-main/training/network.ts';
import type { HeadKind, NetworkShape } from '../../src-main/training/network-shape.ts';

export type Layer = {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
};

/** Weights of own layers [inputs, outputs]; of the last one [tasks, width]. */
export type ReferenceHead = {
  readonly kind: HeadKind;
  readonly own: readonly Layer[];
  readonly weight: Float64Array;
  readonly bias: Float64Array;
};

export type Network = {
  /** Weights [inputs, outputs]; the first layer has 32,000 inputs. */
  readonly trunk: readonly Layer[];
  readonly heads: readonly ReferenceHead[];
};

/** Gradients in the order of `parametersOf`. */
export type Gradients = readonly Float64Array[];

const ofLayers = (layers: readonly Layer[]) => layers.flatMap(({ weight, bias }) => [weight, bias]);

export const parametersOf = ({ trunk, heads }: Network): readonly Float64Array[] => [
  ...ofLayers(trunk),
  ...heads.flatMap(({ own, weight, bias }) => [...ofLayers(own), weight, bias]),
];

export type Kept = { readonly bits: number; readonly units: number };

/** @returns the loss of a minibatch, and its gradient by every parameter */
export function lossAndGradients(
  network: Network,
  batch: Minibatch,
  kept: Kept,
): { readonly loss: number; readonly gradients: Gradients } {
  const gradients = parametersOf(network).map((values) => new Float64Array(values.length));
  const gradientOf = new Map(parametersOf(network).map((values, index) => [values, gradients[index]!]));
  const inputs = batch.compounds.reduce((lists, _, compound) => lists.set(compound, []), new Map<number, number[]>());
  batch.bits.forEach((bit, at) => {
    inputs.get(batch.bitCompounds[at]!)!.push(bit);
  });
  let loss = 0;

  for (const [compound, bits] of inputs) {
    const mask = (name: string, unit: number, width: number) =>
      batch.masks[name]![compound * width + unit] === 1 ? 1 / kept.units : 0;
    const first = network.trunk[0]!;
    let linear: Float64Array = Float64Array.from(first.bias);
    for (const bit of bits) {
      linear.forEach((_, unit) => {
        linear[unit]! += first.weight[bit * first.outputs + unit]! / kept.bits;
      });
    }
    const trunk = network.trunk.slice(1).map((layer, index) => {
      const units = bent('relu', linear, (unit) => mask(`mask.trunk.${index}`, unit, layer.inputs));
      linear = forward(layer, units.values);
      return { layer, units };
    });

    let into: Float64Array = new Float64Array(linear.length);
    for (const { kind, own, weight, bias } of network.heads) {
      const name = kind === 'classification' ? 'head' : kind;
      const bend = kind === 'regression' ? 'tanh' : 'relu';
      let units = bent(bend, linear, (unit) => mask(`mask.${name}.0`, unit, linear.length));
      const below = own.map((layer, index) => {
        const before = units;
        units = bent(bend, forward(layer, before.values), (unit) =>
          mask(`mask.${name}.${index + 1}`, unit, layer.outputs),
        );
        return { layer, before, slopes: units.slopes };
      });
      let flowing: Float64Array = new Float64Array(units.values.length);
      const { cells, targets, weights, lowest, highest } = batch.labels[kind]!;
      cells.forEach((cell, at) => {
        if (Math.floor(cell / bias.length) !== compound) return;
        const task = cell % bias.length;
        const row = weight.subarray(task * flowing.length, (task + 1) * flowing.length);
        const output = row.reduce((sum, value, unit) => sum + value * units.values[unit]!, bias[task]!);
        const [target, share] = [targets[at]!, weights[at]!];
        const short = Math.min(Math.max(target - output, lowest?.[at] ?? -Infinity), highest?.[at] ?? Infinity);
        const slope = kind === 'regression' ? -2 * share * short : share * (1 / (1 + Math.exp(-output)) - target);
        loss +=
          share *
          (kind === 'regression'
            ? short ** 2
            : Math.max(output, 0) + Math.log1p(Math.exp(-Math.abs(output))) - target * output);
        gradientOf.get(bias)![task]! += slope;
        units.values.forEach((value, unit) => {
          gradientOf.get(weight)![task * flowing.length + unit]! += slope * value;
          flowing[unit]! += slope * row[unit]!;
        });
      });
      flowing = flowing.map((value, unit) => value * units.slopes[unit]!);
      for (const { layer, before } of below.toReversed()) flowing = backward(layer, before, flowing);
      into = into.map((value, unit) => value + flowing[unit]!);
    }

    for (const { layer, units } of trunk.toReversed()) into = backward(layer, units, into);
    into.forEach((value, unit) => {
      gradientOf.get(first.bias)![unit]! += value;
      for (const bit of bits) gradientOf.get(first.weight)![bit * first.outputs + unit]! += value / kept.bits;
    });
  }
  return { loss, gradients };

  function forward({ weight, bias, outputs }: Layer, values: Float64Array): Float64Array {
    return bias.map((start, unit) =>
      values.reduce((sum, value, at) => sum + value * weight[at * outputs + unit]!, start),
    );
  }

  function backward({ weight, bias, outputs }: Layer, { values, slopes }: Units, flowing: Float64Array): Float64Array {
    flowing.forEach((value, unit) => {
      gradientOf.get(bias)![unit]! += value;
      values.forEach((input, at) => {
        gradientOf.get(weight)![at * outputs + unit]! += input * value;
      });
    });
    return values.map(
      (_, at) => slopes[at]! * flowing.reduce((sum, value, unit) => sum + value * weight[at * outputs + unit]!, 0),
    );
  }
}

type Units = { readonly values: Float64Array; readonly slopes: Float64Array };

function bent(bend: 'relu' | 'tanh', linear: Float64Array, kept: (unit: number) => number): Units {
  const value = (z: number) => (bend === 'relu' ? Math.max(0, z) : Math.tanh(z));
  const slope = (z: number) => (bend === 'relu' ? (z > 0 ? 1 : 0) : 1 - Math.tanh(z) ** 2);
  return {
    values: linear.map((z, unit) => value(z) * kept(unit)),
    slopes: linear.map((z, unit) => slope(z) * kept(unit)),
  };
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

/** @param tensor of trunk and heads by its name; the first weight over all 32,000 bits */
export function networkOf(
  { hidden, heads }: Pick<NetworkShape, 'hidden' | 'heads'>,
  tensor: (name: string) => ArrayLike<number>,
): Network {
  const layers = (name: string, inputs: number, widths: readonly number[]) =>
    widths.map((outputs, layer) => ({
      weight: Float64Array.from(tensor(`${name}.${layer}.weight`)),
      bias: Float64Array.from(tensor(`${name}.${layer}.bias`)),
      inputs: layer === 0 ? inputs : widths[layer - 1]!,
      outputs,
    }));
  return {
    trunk: layers('trunk', fingerprintBits, hidden),
    heads: heads.map(({ kind, hidden: own }) => {
      const name = kind === 'classification' ? 'head' : kind;
      return {
        kind,
        own: layers(name, hidden.at(-1)!, own),
        weight: Float64Array.from(tensor(`${name}.weight`)),
        bias: Float64Array.from(tensor(`${name}.bias`)),
      };
    }),
  };
}

/** The train step in plain TypeScript over sparse bits and float32 arrays: the baseline for the ONNX graph. */
import type { Compaction } from '../../src-main/training/compaction.ts';
import type { Minibatch } from '../../src-main/training/minibatch.ts';
import type { State } from '../../src-main/training/stepper.ts';
import type { TrunkOptimiser } from '../../src-main/training/train-graph.ts';

export type PlainShape = { readonly width: number; readonly tasks: number; readonly batch: number };

/** One trunk layer. Changes `state`, which is named as the graph's. @returns the loss */
export function plainStep(
  state: State,
  { width, tasks, batch }: PlainShape,
  drawn: Minibatch,
  { rowOfBit }: Compaction,
  optimiser: TrunkOptimiser,
  step: number,
): number {
  const weight = state['trunk.0.weight']!;
  const [headWeight, headBias] = [state['head.weight']!, state['head.bias']!];
  const hidden = new Float32Array(batch * width);
  for (let compound = 0; compound < batch; compound++) hidden.set(state['trunk.0.bias']!, compound * width);
  drawn.bits.forEach((bit, at) => {
    const [from, to] = [rowOfBit[bit]! * width, drawn.bitCompounds[at]! * width];
    for (let unit = 0; unit < width; unit++) hidden[to + unit]! += weight[from + unit]!;
  });
  const mask = drawn.masks['mask.head.0']!;
  for (let at = 0; at < hidden.length; at++) if (hidden[at]! < 0 || mask[at] === 0) hidden[at] = 0;

  let loss = 0;
  const flowing = new Float32Array(batch * width);
  const headGradient = new Float32Array(headWeight.length);
  const biasGradient = new Float32Array(tasks);
  const { cells, targets, weights } = drawn.labels.classification!;
  cells.forEach((cell, at) => {
    const compound = Math.floor(cell / tasks) * width;
    const task = (cell % tasks) * width;
    let logit = headBias[cell % tasks]!;
    for (let unit = 0; unit < width; unit++) logit += hidden[compound + unit]! * headWeight[task + unit]!;
    const target = targets[at]!;
    const scale = weights[at]!;
    loss += scale * (Math.max(logit, 0) - target * logit + Math.log1p(Math.exp(-Math.abs(logit))));
    const slope = scale * (1 / (1 + Math.exp(-logit)) - target);
    biasGradient[cell % tasks]! += slope;
    for (let unit = 0; unit < width; unit++) {
      headGradient[task + unit]! += slope * hidden[compound + unit]!;
      flowing[compound + unit]! += slope * headWeight[task + unit]!;
    }
  });
  for (let at = 0; at < flowing.length; at++) if (hidden[at] === 0) flowing[at] = 0;

  const trunkBias = new Float32Array(width);
  for (let at = 0; at < flowing.length; at++) trunkBias[at % width]! += flowing[at]!;
  const rate = 1e-3;
  if (optimiser === 'sgd') {
    spread(weight, drawn, rowOfBit, flowing, width, -rate);
    for (let unit = 0; unit < width; unit++) state['trunk.0.bias']![unit]! -= rate * trunkBias[unit]!;
  } else {
    const gradient = new Float32Array(weight.length);
    spread(gradient, drawn, rowOfBit, flowing, width, 1);
    adam(state, 'trunk.0.weight', gradient, rate, step);
    adam(state, 'trunk.0.bias', trunkBias, rate, step);
  }
  adam(state, 'head.weight', headGradient, rate, step);
  adam(state, 'head.bias', biasGradient, rate, step);
  return loss;
}

function spread(
  into: Float32Array,
  drawn: Minibatch,
  rowOfBit: Int32Array,
  from: Float32Array,
  width: number,
  scale: number,
) {
  drawn.bits.forEach((bit, at) => {
    const [to, source] = [rowOfBit[bit]! * width, drawn.bitCompounds[at]! * width];
    for (let unit = 0; unit < width; unit++) into[to + unit]! += scale * from[source + unit]!;
  });
}

function adam(state: State, name: string, gradient: Float32Array, rate: number, step: number): void {
  const [values, first, second] = [state[name]!, state[`${name}.first`]!, state[`${name}.second`]!];
  const size = Math.sqrt((1 - 0.999 ** step) / 0.001);
  const scale = ((rate * 0.1) / (1 - 0.9 ** step)) * size;
  const denominator = 1e-8 * size;
  for (let at = 0; at < values.length; at++) {
    first[at] = 0.9 * first[at]! + gradient[at]!;
    second[at] = 0.999 * second[at]! + gradient[at]! * gradient[at]!;
    values[at]! -= (scale * first[at]!) / (Math.sqrt(second[at]!) + denominator);
  }
}

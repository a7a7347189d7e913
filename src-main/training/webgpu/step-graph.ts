/**
 * The train step for WebGPU: one step per run, without Loop, Scan or ScatterND. The first two fall to the CPU provider
 * of onnxruntime 1.30 and end the process; its ScatterND compares every pair of indices in every thread, or adds with
 * atomic operations whose order, and so whose sums, differ from run to run.
 *
 * Rows of the first weight are added up in two ways instead, both exact and the same each time: the rows that a batch
 * uses most as a dense product with ones and zeros, all others as lists that are gathered, padded to one length and
 * added by a product with a mask. The gradient goes the same two ways back; each row then fetches its sum by its place.
 */
import { firstWeight, type HeadKind, headName, maskedLayers } from '../network-shape.ts';
import { graphBuilder, type Value } from '../onnx/graph.ts';
import type { GraphProto } from '../onnx/proto.ts';
import { aboveFirstLayer, labelInputs, updates } from '../step-parts.ts';
import { stateTensors, type TrainShape, type TrunkOptimiser } from '../train-graph.ts';

/** Rows of the first weight that go as a dense product. */
export const denseRows = ({ rows }: TrainShape): number => Math.min(512, rows);

/** Compounds of a batch go through the first layer in parts: what is gathered for one bounds the memory. */
const partSize = 256;

/** @returns where each part of a batch begins, and its end */
export function partsOf(batch: number): readonly { readonly from: number; readonly to: number }[] {
  return Array.from({ length: Math.ceil(batch / partSize) }, (_, part) => ({
    from: part * partSize,
    to: Math.min(batch, (part + 1) * partSize),
  }));
}

/** Length of `losses`: the most steps between two settlings. */
export const lossesKept = 32;

export const labelPlaces = (kind: HeadKind): string => `${headName(kind)}.places`;

/**
 * Inputs beside the state, which are those of the Loop's (train-graph.ts) for a single step but for these:
 * - for each part p: `dense_rows_p` [D] rows of the first weight, `dense_p` [compounds, D] 1 where a compound has it;
 *   `rare_rows_p`, `rare_mask_p` [compounds, 1, most]: its other rows, and 1 for each that is not padding;
 *   `shared_compounds_p`, `shared_mask_p` [lists, 1, most]: compounds of each row that several have;
 *   `places_p` [rows]: where a row finds its gradient among dense rows, compounds, nothing, and shared lists
 * - the masks of `maskedLayers` [batch, width]: 1 / share kept, or 0 where a unit is dropped
 * - `<head>.places` [batch x tasks]: the label of each cell, or how many there are where it has none
 * - `losses` [32], and `loss_at` [32]: 1 where the loss of this step goes
 * Lists of indices are int32. Outputs: `next.<name>` of the state and of `losses`.
 */
export function webgpuStepGraph(shape: TrainShape, optimiser: TrunkOptimiser): GraphProto {
  const { rows, hidden, batch } = shape;
  const graph = graphBuilder(`train_step_${optimiser}`);
  const tensors = stateTensors(shape, optimiser);
  const state = Object.fromEntries(
    tensors.map(({ name, shape: sizes }) => [name, graph.input(name, 'float', sizes)] as const),
  );
  const width = hidden[0]!;
  const first = firstWeight;
  const scalar = (name: string) => graph.input(name, 'float', []);
  scalar('input_scale');
  const masked = (mask: Value, lists: Value, count: Value) =>
    graph.node('Reshape', [graph.node('MatMul', [mask, lists]), count]);
  const anyOf = graph.int([-1, width]);
  const nothing = graph.float(new Float32Array(width), [1, width]);

  const parts = partsOf(batch).map(({ from, to }, part) => {
    const [dense, compounds] = [denseRows(shape), to - from];
    return {
      from,
      to,
      denseRows: graph.input(`dense_rows_${part}`, 'int32', [dense]),
      dense: graph.input(`dense_${part}`, 'float', [compounds, dense]),
      rareRows: graph.input(`rare_rows_${part}`, 'int32', [compounds, `rare_${part}`]),
      rareMask: graph.input(`rare_mask_${part}`, 'float', [compounds, 1, `rare_${part}`]),
      sharedCompounds: graph.input(`shared_compounds_${part}`, 'int32', [`lists_${part}`, `shared_${part}`]),
      sharedMask: graph.input(`shared_mask_${part}`, 'float', [`lists_${part}`, 1, `shared_${part}`]),
      places: graph.input(`places_${part}`, 'int32', [rows]),
    };
  });
  const sums = parts.map(({ denseRows, dense, rareRows, rareMask }) => {
    const often = graph.node('MatMul', [dense, graph.node('Gather', [state[first]!, denseRows], { axis: 0 })]);
    const seldom = masked(rareMask, graph.node('Gather', [state[first]!, rareRows], { axis: 0 }), anyOf);
    return graph.node('Add', [often, seldom]);
  });

  const labels = Object.fromEntries(shape.heads.map(({ kind }) => [kind, labelInputs(graph, kind, 'int32')]));
  for (const { name, width: units } of maskedLayers(shape)) graph.input(name, 'float', [batch, units]);
  const { loss, gradients, intoBits } = aboveFirstLayer(graph, shape, {
    state,
    sums: joined(sums),
    kept: (mask) => mask,
    labels: (kind) => labels[kind]!,
    spread(values, { kind, tasks }) {
      const places = graph.input(labelPlaces(kind), 'int32', [batch * tasks]);
      const withNone = graph.node('Concat', [values, graph.float(new Float32Array(1), [1])], { axis: 0 });
      return graph.node('Reshape', [graph.node('Gather', [withNone, places], { axis: 0 }), graph.int([batch, tasks])]);
    },
  });

  const ofParts = parts.map(({ from, to, dense, sharedCompounds, sharedMask, places }) => {
    const own =
      parts.length === 1
        ? intoBits
        : graph.node('Slice', [intoBits, graph.int([from]), graph.int([to]), graph.int([0])]);
    const often = graph.node('Gemm', [dense, own], { transA: 1 });
    const shared = masked(sharedMask, graph.node('Gather', [own, sharedCompounds], { axis: 0 }), anyOf);
    return graph.node('Gather', [graph.node('Concat', [often, own, nothing, shared], { axis: 0 }), places], {
      axis: 0,
    });
  });
  const firstGradient = ofParts.reduce((sum, part) => graph.node('Add', [sum, part]));

  const { next, take } = updates(graph, state, {
    trunk: scalar('trunk_rate'),
    head: scalar('head_rate'),
    denominator: scalar('denominator'),
    firstLift: scalar('first_lift'),
    secondLift: scalar('second_lift'),
    ...(shape.decays === true && { weightDecay: scalar('weight_decay') }),
  });
  for (const [name, gradient] of Object.entries({ ...gradients, [first]: firstGradient })) {
    take(name, gradient, optimiser);
  }

  const settles = { first: scalar('first_settle'), second: scalar('second_settle') };
  for (const { name, shape: sizes } of tensors) {
    const moment = name.endsWith('.first') ? settles.first : name.endsWith('.second') ? settles.second : undefined;
    const value = moment === undefined ? next[name]! : graph.node('Mul', [next[name]!, moment]);
    graph.output(graph.named(`next.${name}`, value), 'float', sizes);
  }
  const here = graph.node('Mul', [graph.input('loss_at', 'float', [lossesKept]), loss]);
  const losses = graph.node('Add', [graph.input('losses', 'float', [lossesKept]), here]);
  graph.output(graph.named('next.losses', losses), 'float', [lossesKept]);
  return graph.finish();

  function joined(values: readonly Value[]): Value {
    return values.length === 1 ? values[0]! : graph.node('Concat', values, { axis: 0 });
  }
}

/**
 * The train step as an ordinary ONNX graph: a Loop over minibatches whose body goes forward, backward and updates the
 * state, so that the state stays inside for many steps. Two variants: Adam for trunk and head (training alone), and
 * plain SGD on the trunk rows of set bits with Adam on the head (the local part of a federated round).
 *
 * Sums over set bits are ScatterND with `add`, which is exact on one thread only: onnxruntime 1.30 adds duplicate
 * indices without a lock. Sessions of this graph therefore run with one intra-op thread (session.ts).
 */
import {
  firstWeight,
  type HeadKind,
  headName,
  labelLists,
  maskedLayers,
  type NetworkShape,
  parameterTensors,
  type TensorSize,
} from './network-shape.ts';
import { type GraphBuilder, graphBuilder, type Value } from './onnx/graph.ts';
import type { GraphProto } from './onnx/proto.ts';
import {
  aboveFirstLayer,
  hasMoments,
  type LabelValues,
  labelInputs,
  spreadByScatter,
  updates,
  withMoments,
} from './step-parts.ts';

export type TrunkOptimiser = 'adam' | 'sgd';

/** Sizes that a graph is made for. The number of steps, of set bits and of labels may differ in each run. */
export type TrainShape = NetworkShape & {
  readonly batch: number;
  /** Compounds that go through the network at a time, where a provider can take fewer than all. */
  readonly partSize?: number;
  /** Heads with so few labels that it pays to work out their tasks at the labels only, where a provider can. */
  readonly sampled?: readonly HeadKind[];
  /** Whether Adam's weights decay, which costs a graph a pass over them. */
  readonly decays?: boolean;
};

/** Everything that the Loop carries: each parameter, followed by its Adam moments where it has them. */
export const stateTensors = (shape: NetworkShape, optimiser: TrunkOptimiser): TensorSize[] =>
  parameterTensors(shape).flatMap((tensor) => (hasMoments(tensor.name, optimiser) ? withMoments(tensor) : [tensor]));

/**
 * Inputs, for K steps of `batch` compounds, all lists one step after the other:
 * - `steps` K; `bit_offsets`, `distinct_offsets`, `<head>.offsets` [K + 1]: where each step begins in its lists
 * - `bits`: compact row of each set bit; `bit_compounds`: its compound within the batch
 * - `distinct`: the different bits of a step; `bit_places`: where each set bit stands among them (Adam only)
 * - the masks of `maskedLayers` [K, batch, width]: false where a unit is dropped; `unit_scale`, `input_scale`: 1 / share
 *   kept
 * - for each head the lists of `labelNames`; see step-parts.ts
 * - `trunk_rate`, `head_rate`, `denominator`, `first_lift`, `second_lift` [K], `first_settle`, `second_settle`: see
 *   optimiser.ts; where weights decay `weight_decay`
 * and the state. Outputs: the state after the last step as `next.<name>`, and `losses` [K].
 */
export function trainGraph(shape: TrainShape, optimiser: TrunkOptimiser): GraphProto {
  const graph = graphBuilder(`train_${optimiser}`);
  const state = stateTensors(shape, optimiser);
  const steps = graph.input('steps', 'int64', []);
  for (const name of ['bits', 'bit_compounds']) graph.input(name, 'int64', ['set bits']);
  graph.input('bit_offsets', 'int64', ['steps + 1']);
  if (optimiser === 'adam') {
    graph.input('distinct', 'int64', ['distinct bits']);
    graph.input('bit_places', 'int64', ['set bits']);
    graph.input('distinct_offsets', 'int64', ['steps + 1']);
  }
  for (const { name, width } of maskedLayers(shape)) graph.input(name, 'bool', ['steps', shape.batch, width]);
  for (const { kind } of shape.heads) {
    labelInputs(graph, kind);
    graph.input(labelOffsets(kind), 'int64', ['steps + 1']);
  }
  for (const name of ['trunk_rate', 'head_rate', 'denominator', 'first_lift', 'second_lift']) {
    graph.input(name, 'float', ['steps']);
  }
  for (const name of ['unit_scale', 'input_scale', 'first_settle', 'second_settle']) graph.input(name, 'float', []);
  if (shape.decays === true) graph.input('weight_decay', 'float', []);
  for (const tensor of state) graph.input(tensor.name, 'float', tensor.shape);

  const always = graph.node('Cast', [graph.int(1)], { to: 9 });
  const results = graph.nodes('Loop', [steps, always, ...state.map(({ name }) => name)], state.length + 1, {
    body: stepBody(graph.body('step'), shape, optimiser),
  });
  const settled = (name: string, value: Value) =>
    name.endsWith('.first')
      ? graph.node('Mul', [value, 'first_settle'])
      : name.endsWith('.second')
        ? graph.node('Mul', [value, 'second_settle'])
        : value;
  state.forEach(({ name, shape }, index) => {
    graph.output(graph.named(`next.${name}`, settled(name, results[index]!)), 'float', shape);
  });
  graph.output(graph.named('losses', results.at(-1)!), 'float', ['steps']);
  return graph.finish();
}

/** Where the labels of each step begin in a head's lists. */
export const labelOffsets = (kind: HeadKind): string => `${headName(kind)}.offsets`;

function stepBody(step: GraphBuilder, shape: TrainShape, optimiser: TrunkOptimiser): GraphProto {
  const { hidden, batch } = shape;
  const number = step.input('step', 'int64', []);
  const goOn = step.input('go_on', 'bool', []);
  const at = step.node('Reshape', [number, step.int([1])]);
  const following = step.node('Add', [at, step.int([1])]);
  const part = (list: Value, offsets: Value) =>
    step.node('Slice', [list, step.node('Gather', [offsets, at]), step.node('Gather', [offsets, following])]);
  const ofStep = (list: Value) => step.node('Gather', [list, number], { axis: 0 });
  const column = (indices: Value) => step.node('Unsqueeze', [indices, step.int([1])]);
  const zeros = (size: Value) => step.node('ConstantOfShape', [size]);
  const add = (base: Value, indices: Value, values: Value) =>
    step.node('ScatterND', [base, column(indices), values], { reduction: 'add' });
  const state: Record<string, Value> = {};
  for (const { name, shape: sizes } of stateTensors(shape, optimiser)) {
    state[name] = step.input(`${name}.now`, 'float', sizes);
  }
  const bits = part('bits', 'bit_offsets');
  const compounds = part('bit_compounds', 'bit_offsets');
  const labels: Partial<Record<HeadKind, LabelValues>> = {};
  for (const { kind } of shape.heads) labels[kind] = labelLists(kind, (name) => part(name, labelOffsets(kind)));
  const first = firstWeight;
  const { loss, gradients, intoBits } = aboveFirstLayer(step, shape, {
    state,
    sums: add(zeros(step.int([batch, hidden[0]!])), compounds, step.node('Gather', [state[first]!, bits], { axis: 0 })),
    kept: (mask) => step.node('Mul', [step.node('Cast', [ofStep(mask)], { to: 1 }), 'unit_scale']),
    labels: (kind) => labels[kind]!,
    spread: spreadByScatter(step, (kind) => labels[kind]!.cells),
  });

  const rates = {
    trunk: ofStep('trunk_rate'),
    head: ofStep('head_rate'),
    denominator: ofStep('denominator'),
    firstLift: ofStep('first_lift'),
    secondLift: ofStep('second_lift'),
    ...(shape.decays === true && { weightDecay: 'weight_decay' }),
  };
  const { next, take, adamWith, lifted, liftedSquare } = updates(step, state, rates);
  for (const [name, gradient] of Object.entries(gradients)) take(name, gradient, optimiser);
  if (optimiser === 'sgd') {
    const down = step.node('Mul', [step.node('Neg', [intoBits]), rates.trunk]);
    next[first] = add(state[first]!, bits, step.node('Gather', [down, compounds], { axis: 0 }));
  } else {
    const perBit = step.node('Gather', [intoBits, compounds], { axis: 0 });
    if (shape.decays === true) {
      take(first, add(zeros(step.node('Shape', [state[first]!])), bits, perBit), optimiser);
    } else {
      const distinct = part('distinct', 'distinct_offsets');
      const size = step.node('Concat', [step.node('Shape', [distinct]), step.int([hidden[0]!])], { axis: 0 });
      const gradient = add(zeros(size), part('bit_places', 'bit_offsets'), perBit);
      adamWith(
        first,
        add(state[`${first}.first`]!, distinct, lifted(gradient)),
        add(state[`${first}.second`]!, distinct, liftedSquare(gradient)),
      );
    }
  }

  step.output(step.node('Identity', [goOn]), 'bool', []);
  for (const { name, shape: sizes } of stateTensors(shape, optimiser)) step.output(next[name]!, 'float', sizes);
  step.output(loss, 'float', []);
  return step.finish();
}

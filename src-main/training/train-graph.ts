/**
 * The train step as an ordinary ONNX graph: a Loop over minibatches whose body goes forward, backward and updates the
 * state, so that the state stays inside for many steps. Two variants: Adam for trunk and head (training alone), and
 * plain SGD on the trunk rows of set bits with Adam on the head (the local part of a federated round).
 *
 * Sums over set bits are ScatterND with `add`, which is exact on one thread only: onnxruntime 1.30 adds duplicate
 * indices without a lock. Sessions of this graph therefore run with one intra-op thread (session.ts).
 */
import { type GraphBuilder, graphBuilder, type Value } from './onnx/graph.ts';
import type { GraphProto } from './onnx/proto.ts';
import { aboveFirstLayer, hasMoments, updates } from './step-parts.ts';

export type TrunkOptimiser = 'adam' | 'sgd';

/** Sizes that a graph is made for. The number of steps, of set bits and of labels may differ in each run. */
export type TrainShape = {
  /** Compact rows of the first layer that training compounds use. */
  readonly rows: number;
  readonly hidden: readonly number[];
  readonly tasks: number;
  readonly batch: number;
};

/** A tensor that goes from step to step. */
export type StateTensor = { readonly name: string; readonly shape: readonly number[] };

/** Tensors that are trained, trunk first: `trunk.k.weight`, `trunk.k.bias`, then `head.weight`, `head.bias`. */
export function parameterTensors({ rows, hidden, tasks }: Omit<TrainShape, 'batch'>): StateTensor[] {
  return [
    ...hidden.flatMap((width, layer) => [
      { name: `trunk.${layer}.weight`, shape: [layer === 0 ? rows : hidden[layer - 1]!, width] },
      { name: `trunk.${layer}.bias`, shape: [width] },
    ]),
    { name: 'head.weight', shape: [tasks, hidden.at(-1)!] },
    { name: 'head.bias', shape: [tasks] },
  ];
}

/** Everything that the Loop carries: each parameter, followed by its Adam moments where it has them. */
export const stateTensors = (shape: TrainShape, optimiser: TrunkOptimiser): StateTensor[] =>
  parameterTensors(shape).flatMap((tensor) =>
    hasMoments(tensor.name, optimiser)
      ? [tensor, { ...tensor, name: `${tensor.name}.first` }, { ...tensor, name: `${tensor.name}.second` }]
      : [tensor],
  );

/**
 * Inputs, for K steps of `batch` compounds, all lists one step after the other:
 * - `steps` K; `bit_offsets`, `label_offsets`, `distinct_offsets` [K + 1]: where each step begins in its lists
 * - `bits`: compact row of each set bit; `bit_compounds`: its compound within the batch
 * - `distinct`: the different bits of a step; `bit_places`: where each set bit stands among them (Adam only)
 * - `mask_k` [K, batch, hidden[k]]: false where a unit is dropped; `unit_scale`, `input_scale`: 1 / share kept
 * - `label_cells`: compound x tasks + task of each label; `label_targets` 1 or 0; `label_weights`: over the batch size
 * - `trunk_rate`, `head_rate`, `denominator`, `first_lift`, `second_lift` [K], `first_settle`, `second_settle`: see
 *   optimiser.ts
 * and the state. Outputs: the state after the last step as `next.<name>`, and `losses` [K].
 */
export function trainGraph(shape: TrainShape, optimiser: TrunkOptimiser): GraphProto {
  const graph = graphBuilder(`train_${optimiser}`);
  const state = stateTensors(shape, optimiser);
  const steps = graph.input('steps', 'int64', []);
  for (const name of ['bits', 'bit_compounds']) graph.input(name, 'int64', ['set bits']);
  for (const name of ['bit_offsets', 'label_offsets']) graph.input(name, 'int64', ['steps + 1']);
  if (optimiser === 'adam') {
    graph.input('distinct', 'int64', ['distinct bits']);
    graph.input('bit_places', 'int64', ['set bits']);
    graph.input('distinct_offsets', 'int64', ['steps + 1']);
  }
  shape.hidden.forEach((width, layer) => {
    graph.input(`mask_${layer}`, 'bool', ['steps', shape.batch, width]);
  });
  graph.input('label_cells', 'int64', ['labels']);
  for (const name of ['label_targets', 'label_weights']) graph.input(name, 'float', ['labels']);
  for (const name of ['trunk_rate', 'head_rate', 'denominator', 'first_lift', 'second_lift']) {
    graph.input(name, 'float', ['steps']);
  }
  for (const name of ['unit_scale', 'input_scale', 'first_settle', 'second_settle']) graph.input(name, 'float', []);
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

function stepBody(step: GraphBuilder, shape: TrainShape, optimiser: TrunkOptimiser): GraphProto {
  const { hidden, tasks, batch } = shape;
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
  const cells = part('label_cells', 'label_offsets');
  const first = 'trunk.0.weight';
  const { loss, gradients, intoBits } = aboveFirstLayer(step, shape, {
    state,
    sums: add(zeros(step.int([batch, hidden[0]!])), compounds, step.node('Gather', [state[first]!, bits], { axis: 0 })),
    gate(linear, layer) {
      const open = step.node('And', [step.node('Greater', [linear, step.float(0)]), ofStep(`mask_${layer}`)]);
      return step.node('Mul', [step.node('Cast', [open], { to: 1 }), 'unit_scale']);
    },
    labels: {
      cells,
      targets: part('label_targets', 'label_offsets'),
      weights: part('label_weights', 'label_offsets'),
    },
    spread(values) {
      const scattered = step.node('ScatterND', [zeros(step.int([batch * tasks])), column(cells), values]);
      return step.node('Reshape', [scattered, step.int([batch, tasks])]);
    },
  });

  const rates = {
    trunk: ofStep('trunk_rate'),
    head: ofStep('head_rate'),
    denominator: ofStep('denominator'),
    firstLift: ofStep('first_lift'),
    secondLift: ofStep('second_lift'),
  };
  const { next, take, adamWith, lifted, liftedSquare } = updates(step, state, rates);
  for (const [name, gradient] of Object.entries(gradients)) take(name, gradient, optimiser);
  if (optimiser === 'sgd') {
    const down = step.node('Mul', [step.node('Neg', [intoBits]), rates.trunk]);
    next[first] = add(state[first]!, bits, step.node('Gather', [down, compounds], { axis: 0 }));
  } else {
    const distinct = part('distinct', 'distinct_offsets');
    const shape = step.node('Concat', [step.node('Shape', [distinct]), step.int([hidden[0]!])], { axis: 0 });
    const perBit = step.node('Gather', [intoBits, compounds], { axis: 0 });
    const gradient = add(zeros(shape), part('bit_places', 'bit_offsets'), perBit);
    adamWith(
      first,
      add(state[`${first}.first`]!, distinct, lifted(gradient)),
      add(state[`${first}.second`]!, distinct, liftedSquare(gradient)),
    );
  }

  step.output(step.node('Identity', [goOn]), 'bool', []);
  for (const { name, shape: sizes } of stateTensors(shape, optimiser)) step.output(next[name]!, 'float', sizes);
  step.output(loss, 'float', []);
  return step.finish();
}

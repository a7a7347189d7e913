/** What the train graphs of all execution providers share: the step above the sums of the first layer, and its update. */
import {
  type HeadKind,
  type HeadShape,
  headName,
  isOfTrunk,
  type LabelLists,
  labelLists,
  maskOfHead,
  maskOfTrunk,
  type TensorSize,
} from './network-shape.ts';
import type { GraphBuilder, Value } from './onnx/graph.ts';
import type { TrainShape, TrunkOptimiser } from './train-graph.ts';

export type LabelValues = LabelLists<Value>;

export type StepInputs = {
  readonly state: Readonly<Record<string, Value>>;
  /** [batch, hidden[0]]: rows of the first weight, added up over the set bits of each compound, not yet scaled. */
  readonly sums: Value;
  /** @returns [batch, width] by a name of `maskedLayers`: 1 / share kept, or 0 where the unit is dropped */
  readonly kept: (mask: string) => Value;
  readonly labels: (kind: HeadKind) => LabelValues;
  /** Puts a value for each label into its cell. @returns of the size of `outputs` [batch, tasks], 0 without a label */
  readonly spread: (values: Value, head: HeadShape, outputs: Value) => Value;
  /** Of heads whose last layer is worked out outside, with its gradient. */
  readonly fromOutside?: (kind: HeadKind) => OfLastLayer | undefined;
};

/** The loss of a head, and its derivative by the units that go into its last layer. */
type OfLastLayer = { readonly loss: Value; readonly intoLast: Value };

export type StepResults = {
  readonly loss: Value;
  /** By parameter, all but the first weight. */
  readonly gradients: Readonly<Record<string, Value>>;
  /** [batch, hidden[0]]: what each set bit of a compound adds to the gradient of its row of the first weight. */
  readonly intoBits: Value;
};

type Forward = {
  /** Between the trunk's layers. */
  readonly between: readonly Units[];
  /** Of each head: what the trunk gives it, then what each of its own layers gives on. */
  readonly ofHeads: readonly { readonly head: HeadShape; readonly units: readonly Units[] }[];
};

/** z = x W + b, then the units of relu(z) that are not dropped, scaled up; see `aboveFirstLayer`. */
export function forward(
  step: GraphBuilder,
  { hidden, heads }: Pick<TrainShape, 'hidden' | 'heads'>,
  { state, sums, kept }: Pick<StepInputs, 'state' | 'sums' | 'kept'>,
): Forward {
  const linear = (name: string, { values }: Units) =>
    step.node('Gemm', [values, state[`${name}.weight`]!, state[`${name}.bias`]!]);
  let top = step.node('Add', [step.node('Mul', [sums, 'input_scale']), state['trunk.0.bias']!]);
  const between = hidden.slice(1).map((_, layer) => {
    const units = relu(step, top, kept(maskOfTrunk(layer)));
    top = linear(`trunk.${layer + 1}`, units);
    return units;
  });
  // A head bends what the trunk gives in its own way: relu to classify, tanh for values.
  const ofHeads = heads.map((head) => {
    const bend = head.kind === 'regression' ? tanh : relu;
    const units = [bend(step, top, kept(maskOfHead(head.kind, 0)))];
    head.hidden.forEach((_, layer) => {
      const values = linear(`${headName(head.kind)}.${layer}`, units[layer]!);
      units.push(bend(step, values, kept(maskOfHead(head.kind, layer + 1))));
    });
    return { head, units };
  });
  return { between, ofHeads };
}

/** Forward, loss and backward; the graph has a scalar `input_scale`, 1 / share of bits kept. */
export function aboveFirstLayer(
  step: GraphBuilder,
  shape: Pick<TrainShape, 'hidden' | 'heads'>,
  inputs: StepInputs,
): StepResults {
  const { state, labels, spread, fromOutside } = inputs;
  const gradients: Record<string, Value> = {};
  const ofWeight = (name: string, left: Value, right: Value) => {
    gradients[name] = step.node('Gemm', [left, right], { transA: 1 });
  };
  const ofBias = (name: string, flowing: Value) => {
    gradients[name] = step.node('ReduceSum', [flowing, step.int([0])], { keepdims: 0 });
  };
  /** The gradient of a layer between others. @returns what flows on to the units before it */
  const backThrough = (name: string, before: Units, flowing: Value) => {
    ofWeight(`${name}.weight`, before.values, flowing);
    ofBias(`${name}.bias`, flowing);
    const intoUnits = step.node('Gemm', [flowing, state[`${name}.weight`]!], { transB: 1 });
    return step.node('Mul', [intoUnits, before.slopes]);
  };

  const { between, ofHeads } = forward(step, shape, inputs);
  const backward = ofHeads.map(({ head, units }) => {
    const name = headName(head.kind);
    const { loss, intoLast } = fromOutside?.(head.kind) ?? throughLast(head, units.at(-1)!);
    const flowing = step.node('Mul', [intoLast, units.at(-1)!.slopes]);
    const below = units.slice(0, -1);
    return {
      loss,
      intoTop: below.reduceRight((into, before, layer) => backThrough(`${name}.${layer}`, before, into), flowing),
    };
  });
  const added = (values: readonly Value[]) => values.reduce((sum, one) => step.node('Add', [sum, one]));
  const intoFirst = between.reduceRight(
    (into, before, layer) => backThrough(`trunk.${layer + 1}`, before, into),
    added(backward.map(({ intoTop }) => intoTop)),
  );
  ofBias('trunk.0.bias', intoFirst);
  return {
    loss: added(backward.map(({ loss }) => loss)),
    gradients,
    intoBits: step.node('Mul', [intoFirst, 'input_scale']),
  };

  function throughLast(head: HeadShape, { values }: Units): OfLastLayer {
    const name = headName(head.kind);
    const weight = state[`${name}.weight`]!;
    const outputs = step.node('Gemm', [values, weight, state[`${name}.bias`]!], { transB: 1 });
    const ofLabels = labels(head.kind);
    const predicted = step.node('Gather', [step.node('Reshape', [outputs, step.int([-1])]), ofLabels.cells]);
    const { loss, slopes } = (head.kind === 'regression' ? squares : surprise)(step, ofLabels, predicted);
    const intoOutputs = spread(slopes, head, outputs);
    ofWeight(`${name}.weight`, intoOutputs, values);
    ofBias(`${name}.bias`, intoOutputs);
    return { loss, intoLast: step.node('MatMul', [intoOutputs, weight]) };
  }
}

/** The lists of a head's labels as inputs of the graph. */
export function labelInputs(graph: GraphBuilder, kind: HeadKind, indices: 'int64' | 'int32' = 'int64'): LabelValues {
  const length = [`labels of ${kind}`];
  return labelLists(kind, (name) => graph.input(name, name.endsWith('.cells') ? indices : 'float', length));
}

/** `spread` by an operator that not every provider has; no two labels of a head share a cell. */
export const spreadByScatter =
  (step: GraphBuilder, cells: (kind: HeadKind) => Value): StepInputs['spread'] =>
  (values, { kind }, outputs) => {
    const size = step.node('Shape', [outputs]);
    const zeros = step.node('ConstantOfShape', [step.node('Shape', [step.node('Reshape', [outputs, step.int([-1])])])]);
    const places = step.node('Unsqueeze', [cells(kind), step.int([1])]);
    return step.node('Reshape', [step.node('ScatterND', [zeros, places, values]), size]);
  };

/** What units give on, and its derivative by what came in. */
type Units = { readonly values: Value; readonly slopes: Value };

function relu(step: GraphBuilder, linear: Value, kept: Value): Units {
  const open = step.node('Cast', [step.node('Greater', [linear, step.float(0)])], { to: 1 });
  const slopes = step.node('Mul', [open, kept]);
  return { values: step.node('Mul', [linear, slopes]), slopes };
}

function tanh(step: GraphBuilder, linear: Value, kept: Value): Units {
  const bent = step.node('Tanh', [linear]);
  const slope = step.node('Sub', [step.float(1), step.node('Mul', [bent, bent])]);
  return { values: step.node('Mul', [bent, kept]), slopes: step.node('Mul', [slope, kept]) };
}

/** Binary cross-entropy: weight x (softplus(logit) - target x logit), and its derivative by the logits. */
function surprise(step: GraphBuilder, { targets, weights }: LabelValues, logits: Value) {
  const each = step.node('Sub', [step.node('Softplus', [logits]), step.node('Mul', [targets, logits])]);
  return {
    loss: step.node('ReduceSum', [step.node('Mul', [weights, each])], { keepdims: 0 }),
    slopes: step.node('Mul', [weights, step.node('Sub', [step.node('Sigmoid', [logits]), targets])]),
  };
}

/** Weight x (target - prediction)^2, where a censored value counts on its side only, and its derivative. */
function squares(step: GraphBuilder, { targets, weights, lowest, highest }: LabelValues, predictions: Value) {
  const short = step.node('Sub', [targets, predictions]);
  const counted = step.node('Min', [step.node('Max', [short, lowest!]), highest!]);
  const weighted = step.node('Mul', [weights, counted]);
  return {
    loss: step.node('ReduceSum', [step.node('Mul', [weighted, counted])], { keepdims: 0 }),
    slopes: step.node('Mul', [weighted, step.float(-2)]),
  };
}

/** Numbers of the step for the optimiser, as scalars of the graph; see optimiser.ts. */
export type StepRates = {
  readonly trunk: Value;
  readonly head: Value;
  readonly denominator: Value;
  readonly firstLift: Value;
  readonly secondLift: Value;
  /** Where weights decay: what of a parameter is added to its gradient. */
  readonly weightDecay?: Value;
};

export const hasMoments = (name: string, optimiser: TrunkOptimiser): boolean =>
  optimiser === 'adam' || !isOfTrunk(name);

/** A tensor and Adam's moments of it. */
export const withMoments = (tensor: TensorSize): TensorSize[] =>
  ['', '.first', '.second'].map((ending) => ({ ...tensor, name: `${tensor.name}${ending}` }));

/** Adam and plain descent on values of the graph; `next` collects the state after the step by its names. */
export function updates(step: GraphBuilder, state: Readonly<Record<string, Value>>, rates: StepRates) {
  const next: Record<string, Value> = {};
  const lifted = (gradient: Value) => step.node('Mul', [gradient, rates.firstLift]);
  const liftedSquare = (gradient: Value) =>
    step.node('Mul', [step.node('Mul', [gradient, gradient]), rates.secondLift]);
  const adamWith = (name: string, first: Value, second: Value) => {
    const size = step.node('Add', [step.node('Sqrt', [second]), rates.denominator]);
    const direction = step.node('Mul', [step.node('Div', [first, size]), isOfTrunk(name) ? rates.trunk : rates.head]);
    next[name] = step.node('Sub', [state[name]!, direction]);
    next[`${name}.first`] = first;
    next[`${name}.second`] = second;
  };
  const { weightDecay } = rates;
  const adam = (name: string, ofLoss: Value) => {
    const gradient =
      weightDecay === undefined ? ofLoss : step.node('Add', [ofLoss, step.node('Mul', [state[name]!, weightDecay])]);
    adamWith(
      name,
      step.node('Add', [state[`${name}.first`]!, lifted(gradient)]),
      step.node('Add', [state[`${name}.second`]!, liftedSquare(gradient)]),
    );
  };
  const descend = (name: string, gradient: Value) => {
    next[name] = step.node('Sub', [state[name]!, step.node('Mul', [gradient, rates.trunk])]);
  };
  return {
    next,
    lifted,
    liftedSquare,
    /** Takes moments that have the gradient in them already. */
    adamWith,
    /** By the optimiser of each parameter. */
    take: (name: string, gradient: Value, optimiser: TrunkOptimiser) =>
      hasMoments(name, optimiser) ? adam(name, gradient) : descend(name, gradient),
  };
}

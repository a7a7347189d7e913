/** What the train graphs of all execution providers share: the step above the sums of the first layer, and its update. */
import type { GraphBuilder, Value } from './onnx/graph.ts';
import type { TrainShape, TrunkOptimiser } from './train-graph.ts';

export type StepInputs = {
  readonly state: Readonly<Record<string, Value>>;
  /** [batch, hidden[0]]: rows of the first weight, added up over the set bits of each compound, not yet scaled. */
  readonly sums: Value;
  /** @returns [batch, hidden[layer]]: 1 / share kept where `linear` is positive and its unit is not dropped, else 0 */
  readonly gate: (linear: Value, layer: number) => Value;
  /** Lists with an entry for each label; `cells` are compound x tasks + task. */
  readonly labels: { readonly cells: Value; readonly targets: Value; readonly weights: Value };
  /** Puts a value for each label into its cell. @returns [batch, tasks], 0 where there is no label */
  readonly spread: (values: Value) => Value;
};

export type StepResults = {
  readonly loss: Value;
  /** By parameter, all but the first weight. */
  readonly gradients: Readonly<Record<string, Value>>;
  /** [batch, hidden[0]]: what each set bit of a compound adds to the gradient of its row of the first weight. */
  readonly intoBits: Value;
};

/** Forward, loss and backward; the graph has a scalar `input_scale`, 1 / share of bits kept. */
export function aboveFirstLayer(
  step: GraphBuilder,
  { hidden }: TrainShape,
  { state, sums, gate, labels, spread }: StepInputs,
): StepResults {
  const weight = (layer: number) => state[`trunk.${layer}.weight`]!;
  const gradients: Record<string, Value> = {};

  // Forward: z = relu(x W + b), then the units that are not dropped, scaled up.
  const gates: Value[] = [];
  const activations: Value[] = [];
  hidden.forEach((_, layer) => {
    const product =
      layer === 0
        ? step.node('Mul', [sums, 'input_scale'])
        : step.node('MatMul', [activations[layer - 1]!, weight(layer)]);
    const linear = step.node('Add', [product, state[`trunk.${layer}.bias`]!]);
    gates.push(gate(linear, layer));
    activations.push(step.node('Mul', [linear, gates[layer]!]));
  });
  const logits = step.node('Gemm', [activations.at(-1)!, state['head.weight']!, state['head.bias']!], { transB: 1 });

  // Loss over the labels that exist: weight x (softplus(logit) - target x logit), and its derivative.
  const { cells, targets, weights } = labels;
  const labelled = step.node('Gather', [step.node('Reshape', [logits, step.int([-1])]), cells]);
  const surprise = step.node('Sub', [step.node('Softplus', [labelled]), step.node('Mul', [targets, labelled])]);
  const loss = step.node('ReduceSum', [step.node('Mul', [weights, surprise])], { keepdims: 0 });
  const logitGradient = spread(
    step.node('Mul', [weights, step.node('Sub', [step.node('Sigmoid', [labelled]), targets])]),
  );

  // Backward.
  const overBatch = (values: Value) => step.node('ReduceSum', [values, step.int([0])], { keepdims: 0 });
  gradients['head.weight'] = step.node('Gemm', [logitGradient, activations.at(-1)!], { transA: 1 });
  gradients['head.bias'] = overBatch(logitGradient);
  let flowing = step.node('MatMul', [logitGradient, state['head.weight']!]);
  for (let layer = hidden.length - 1; layer >= 0; layer--) {
    flowing = step.node('Mul', [flowing, gates[layer]!]);
    gradients[`trunk.${layer}.bias`] = overBatch(flowing);
    if (layer > 0) {
      gradients[`trunk.${layer}.weight`] = step.node('Gemm', [activations[layer - 1]!, flowing], { transA: 1 });
      flowing = step.node('MatMul', [flowing, step.node('Transpose', [weight(layer)], { perm: [1, 0] })]);
    }
  }
  return { loss, gradients, intoBits: step.node('Mul', [flowing, 'input_scale']) };
}

/** Numbers of the step for the optimiser, as scalars of the graph; see optimiser.ts. */
export type StepRates = {
  readonly trunk: Value;
  readonly head: Value;
  readonly denominator: Value;
  readonly firstLift: Value;
  readonly secondLift: Value;
};

export const isHead = (name: string): boolean => name.startsWith('head.');
export const hasMoments = (name: string, optimiser: TrunkOptimiser): boolean => optimiser === 'adam' || isHead(name);

/** Adam and plain descent on values of the graph; `next` collects the state after the step by its names. */
export function updates(step: GraphBuilder, state: Readonly<Record<string, Value>>, rates: StepRates) {
  const next: Record<string, Value> = {};
  const lifted = (gradient: Value) => step.node('Mul', [gradient, rates.firstLift]);
  const liftedSquare = (gradient: Value) =>
    step.node('Mul', [step.node('Mul', [gradient, gradient]), rates.secondLift]);
  const adamWith = (name: string, first: Value, second: Value) => {
    const size = step.node('Add', [step.node('Sqrt', [second]), rates.denominator]);
    const direction = step.node('Mul', [step.node('Div', [first, size]), isHead(name) ? rates.head : rates.trunk]);
    next[name] = step.node('Sub', [state[name]!, direction]);
    next[`${name}.first`] = first;
    next[`${name}.second`] = second;
  };
  const adam = (name: string, gradient: Value) =>
    adamWith(
      name,
      step.node('Add', [state[`${name}.first`]!, lifted(gradient)]),
      step.node('Add', [state[`${name}.second`]!, liftedSquare(gradient)]),
    );
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

/** The network forward, without dropout: once with the weights as inputs, to look at a fold, and once as a model file. */
import { type GraphBuilder, graphBuilder, type Value } from './onnx/graph.ts';
import type { GraphProto } from './onnx/proto.ts';
import { parameterTensors, type TrainShape } from './train-graph.ts';

type ForwardShape = Omit<TrainShape, 'batch'>;

/**
 * Weights come in as inputs under the names of `parameterTensors`, `rows` rows of the first layer among them. `bits`
 * [set bits] are rows of it, `bit_compounds` the compound that each belongs to, `compounds` how many there are.
 * Output: `logits` [compounds, tasks]. One thread only, as in train-graph.ts.
 */
export function foldGraph(shape: ForwardShape): GraphProto {
  const graph = graphBuilder('fold');
  for (const name of ['bits', 'bit_compounds']) graph.input(name, 'int64', ['set bits']);
  graph.input('compounds', 'int64', [1]);
  for (const tensor of parameterTensors(shape)) graph.input(tensor.name, 'float', tensor.shape);
  const size = graph.node('Concat', ['compounds', graph.int([shape.hidden[0]!])], { axis: 0 });
  const sums = graph.node(
    'ScatterND',
    [
      graph.node('ConstantOfShape', [size]),
      graph.node('Unsqueeze', ['bit_compounds', graph.int([1])]),
      graph.node('Gather', ['trunk.0.weight', 'bits'], { axis: 0 }),
    ],
    { reduction: 'add' },
  );
  const logits = afterFirstLayer(graph, sums, shape.hidden.length, (name) => name);
  graph.output(graph.named('logits', logits), 'float', ['compounds', shape.tasks]);
  return graph.finish();
}

/**
 * The model that leaves training: weights inside, `bits` [compounds, width] in, each row the positions of a compound's
 * set fingerprint bits, padded at the end with -1; `probabilities` [compounds, tasks] out. The first weight has one row
 * of zeros at its end, which is what -1 means to ONNX's Gather.
 */
export function scoringGraph(
  { rows, hidden, tasks }: ForwardShape,
  parameters: Readonly<Record<string, Float32Array>>,
): GraphProto {
  const graph = graphBuilder('scoring');
  const shape = { rows: rows + 1, hidden, tasks };
  graph.input('bits', 'int64', ['compounds', 'width'], 'Positions of set fingerprint bits, padded with -1');
  const initializers = Object.fromEntries(
    parameterTensors(shape).map(({ name, shape }) => [name, graph.float(parameters[name]!, shape, name)]),
  );
  const gathered = graph.node('Gather', [initializers['trunk.0.weight']!, 'bits'], { axis: 0 });
  const sums = graph.node('ReduceSum', [gathered, graph.int([1])], { keepdims: 0 });
  const logits = afterFirstLayer(graph, sums, hidden.length, (name) => initializers[name]!);
  const probabilities = graph.named('probabilities', graph.node('Sigmoid', [logits]));
  graph.output(probabilities, 'float', ['compounds', tasks], 'Probability of being active under each task');
  return graph.finish();
}

function afterFirstLayer(graph: GraphBuilder, sums: Value, layers: number, tensor: (name: string) => Value): Value {
  let values = sums;
  for (let layer = 0; layer < layers; layer++) {
    if (layer > 0) values = graph.node('MatMul', [values, tensor(`trunk.${layer}.weight`)]);
    values = graph.node('Relu', [graph.node('Add', [values, tensor(`trunk.${layer}.bias`)])]);
  }
  return graph.node('Gemm', [values, tensor('head.weight'), tensor('head.bias')], { transB: 1 });
}

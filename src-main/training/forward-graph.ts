/** The network forward, without dropout: once with the weights as inputs, to look at a fold, and once as a model file. */
import { type HeadShape, headName, type NetworkShape, parameterTensors } from './network-shape.ts';
import { type GraphBuilder, graphBuilder, type Value } from './onnx/graph.ts';
import type { GraphProto } from './onnx/proto.ts';

/** What is looked at: the logits of the tasks, and the values of the regression tasks where there are any. */
type Outputs = { readonly logits?: Value; readonly values?: Value };

/**
 * Weights come in as inputs under the names of `parameterTensors`, `rows` rows of the first layer among them. `bits`
 * [set bits] are rows of it, `bit_compounds` the compound that each belongs to, `compounds` how many there are.
 * Outputs: `logits` [compounds, tasks] where there is a head that classifies, and `values` [compounds, regression tasks]
 * as the head learnt them where there is one for values. One thread only, as in train-graph.ts.
 * @param catalogue column in the catalogue head of each task, -1 where it has none
 */
export function foldGraph(shape: NetworkShape, catalogue: readonly number[]): GraphProto {
  const graph = graphBuilder('fold');
  for (const name of ['bits', 'bit_compounds']) graph.input(name, 'int64', ['set bits']);
  graph.input('compounds', 'int64', [1]);
  for (const tensor of parameterTensors(shape)) graph.input(tensor.name, 'float', tensor.shape);
  const sums = sumsOverBits(graph, shape);
  const { logits, values } = afterFirstLayer(graph, sums, shape, catalogue, (name) => name);
  if (logits !== undefined)
    graph.output(graph.named('logits', logits), 'float', ['compounds', tasksOf(shape, 'classification')]);
  if (values !== undefined)
    graph.output(graph.named('values', values), 'float', ['compounds', tasksOf(shape, 'regression')]);
  return graph.finish();
}

/** The same up to the trunk's last layer, before a head bends it. Output: `top` [compounds, width]. */
export function trunkGraph(shape: Pick<NetworkShape, 'rows' | 'hidden'>): GraphProto {
  const graph = graphBuilder('trunk');
  for (const name of ['bits', 'bit_compounds']) graph.input(name, 'int64', ['set bits']);
  graph.input('compounds', 'int64', [1]);
  for (const tensor of parameterTensors({ ...shape, heads: [] })) graph.input(tensor.name, 'float', tensor.shape);
  const top = throughTrunk(graph, sumsOverBits(graph, shape), shape, (name) => name);
  graph.output(graph.named('top', top), 'float', ['compounds', shape.hidden.at(-1)!]);
  return graph.finish();
}

function sumsOverBits(graph: GraphBuilder, { hidden }: Pick<NetworkShape, 'hidden'>): Value {
  const size = graph.node('Concat', ['compounds', graph.int([hidden[0]!])], { axis: 0 });
  return graph.node(
    'ScatterND',
    [
      graph.node('ConstantOfShape', [size]),
      graph.node('Unsqueeze', ['bit_compounds', graph.int([1])]),
      graph.node('Gather', ['trunk.0.weight', 'bits'], { axis: 0 }),
    ],
    { reduction: 'add' },
  );
}

const linearOf =
  (graph: GraphBuilder, tensor: (name: string) => Value) =>
  (name: string, values: Value): Value =>
    graph.node('Gemm', [values, tensor(`${name}.weight`), tensor(`${name}.bias`)]);

/** What the trunk's last layer gives, before it is bent. */
function throughTrunk(
  graph: GraphBuilder,
  sums: Value,
  { hidden }: Pick<NetworkShape, 'hidden'>,
  tensor: (name: string) => Value,
): Value {
  const linear = linearOf(graph, tensor);
  let top = graph.node('Add', [sums, tensor('trunk.0.bias')]);
  for (let layer = 1; layer < hidden.length; layer++) top = linear(`trunk.${layer}`, graph.node('Relu', [top]));
  return top;
}

export type ScoringParts = {
  readonly shape: NetworkShape;
  readonly parameters: Readonly<Record<string, Float32Array>>;
  /** Column in the catalogue head of each task, -1 where it has none. */
  readonly catalogue: readonly number[];
  /** Values are means + deviations x what the head gives. */
  readonly scale: { readonly means: ArrayLike<number>; readonly deviations: ArrayLike<number> };
};

/**
 * The model that leaves training: weights inside, `bits` [compounds, width] in, each row the positions of a compound's
 * set fingerprint bits, padded at the end with -1. Out come `probabilities` [compounds, tasks], and `values` [compounds,
 * regression tasks] in the assays' scales where there is a head for them. The first weight has one row of zeros at its
 * end, which is what -1 means to ONNX's Gather.
 */
export function scoringGraph({ shape, parameters, catalogue, scale }: ScoringParts): GraphProto {
  const graph = graphBuilder('scoring');
  const padded = { ...shape, rows: shape.rows + 1 };
  graph.input('bits', 'int64', ['compounds', 'width'], 'Positions of set fingerprint bits, padded with -1');
  const initializers = Object.fromEntries(
    parameterTensors(padded).map(({ name, shape: sizes }) => [name, graph.float(parameters[name]!, sizes, name)]),
  );
  const gathered = graph.node('Gather', [initializers['trunk.0.weight']!, 'bits'], { axis: 0 });
  const sums = graph.node('ReduceSum', [gathered, graph.int([1])], { keepdims: 0 });
  const { logits, values } = afterFirstLayer(graph, sums, shape, catalogue, (name) => initializers[name]!);
  if (logits !== undefined) {
    const probabilities = graph.named('probabilities', graph.node('Sigmoid', [logits]));
    const meaning = 'Probability of being active under each task';
    graph.output(probabilities, 'float', ['compounds', tasksOf(shape, 'classification')], meaning);
  }
  if (values !== undefined) {
    const [means, deviations] = [scale.means, scale.deviations].map((list) => graph.float(Float32Array.from(list)));
    const inScale = graph.node('Add', [graph.node('Mul', [values, deviations!]), means!]);
    const meaning = 'Value in the scale of the assay';
    graph.output(graph.named('values', inScale), 'float', ['compounds', tasksOf(shape, 'regression')], meaning);
  }
  return graph.finish();
}

const tasksOf = ({ heads }: NetworkShape, kind: HeadShape['kind']): number =>
  heads.find((head) => head.kind === kind)!.tasks;

function afterFirstLayer(
  graph: GraphBuilder,
  sums: Value,
  { hidden, heads }: NetworkShape,
  catalogue: readonly number[],
  tensor: (name: string) => Value,
): Outputs {
  const linear = linearOf(graph, tensor);
  const top = throughTrunk(graph, sums, { hidden }, tensor);
  const outputs = Object.fromEntries(
    heads.map(({ kind, hidden: own }) => {
      const bend = kind === 'regression' ? 'Tanh' : 'Relu';
      let units = graph.node(bend, [top]);
      own.forEach((_, layer) => {
        units = graph.node(bend, [linear(`${headName(kind)}.${layer}`, units)]);
      });
      const last = [tensor(`${headName(kind)}.weight`), tensor(`${headName(kind)}.bias`)];
      return [kind, graph.node('Gemm', [units, ...last], { transB: 1 })] as const;
    }),
  ) as Partial<Record<HeadShape['kind'], Value>>;
  const logits = withCatalogue(outputs.classification, outputs.catalogue);
  return {
    ...(logits !== undefined && { logits }),
    ...(outputs.regression !== undefined && { values: outputs.regression }),
  };

  /** Columns of the catalogue head stand in the place of the private ones. */
  function withCatalogue(own: Value | undefined, shared: Value | undefined): Value | undefined {
    if (own === undefined || shared === undefined) return own;
    const columns = catalogue.map((column, task) => (column === -1 ? task : catalogue.length + column));
    return graph.node('Gather', [graph.node('Concat', [own, shared], { axis: 1 }), graph.int(columns)], { axis: 1 });
  }
}

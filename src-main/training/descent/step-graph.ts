/**
 * The train step of a federated round on the CPU, one step per run: forward, loss and backward, Adam on the head and
 * plain SGD on all of the trunk but the rare rows of its first weight. Those are moved outside (stepper.ts), where they
 * are: an output of onnxruntime is always copied, and a step that copies the largest tensor to change a tenth of its
 * rows spends its time on that.
 *
 * Rows of the first weight lie in the order of how often their bits occur (compaction.ts). The `frequent` first meet so
 * many compounds that a dense product sums them fastest; the others are gathered, and added by ScatterND, which is exact
 * on one thread only: onnxruntime 1.30 adds duplicate indices without a lock.
 */
import { firstWeight, maskedLayers } from '../network-shape.ts';
import { graphBuilder, type Value } from '../onnx/graph.ts';
import type { GraphProto } from '../onnx/proto.ts';
import { aboveFirstLayer, labelInputs, spreadByScatter, updates } from '../step-parts.ts';
import { stateTensors, type TrainShape } from '../train-graph.ts';

/** State that goes through the graph: all but the first weight. */
export const smallTensors = (shape: TrainShape) =>
  stateTensors(shape, 'sgd').filter(({ name }) => name !== firstWeight);

/**
 * Inputs beside the small state:
 * - `frequent_rows` [frequent, hidden[0]], `rare_rows` [rows - frequent, hidden[0]]: the first weight in two parts
 * - `frequent_bits` [batch, frequent]: 1 where the bit is set; `rare_bits`: row among the rare ones of each other set
 *   bit; `rare_compounds`: its compound within the batch
 * - masks, labels and rates as in train-graph.ts, of one step
 * Outputs: `next.<name>` of the small state, `next.frequent_rows`, `into_bits` [batch, hidden[0]]: what each set bit of a
 * compound adds to the gradient of its row; `loss`.
 */
export function descentGraph(shape: TrainShape, frequent: number): GraphProto {
  const { rows, hidden, batch } = shape;
  const graph = graphBuilder('train_descent');
  const width = hidden[0]!;
  const scalar = (name: string) => graph.input(name, 'float', []);
  const state = Object.fromEntries(
    smallTensors(shape).map(({ name, shape: sizes }) => [name, graph.input(name, 'float', sizes)] as const),
  );
  const frequentRows = graph.input('frequent_rows', 'float', [frequent, width]);
  const frequentBits = graph.input('frequent_bits', 'float', [batch, frequent]);
  const unitScale = scalar('unit_scale');
  scalar('input_scale');
  const rates = {
    trunk: scalar('trunk_rate'),
    head: scalar('head_rate'),
    denominator: scalar('denominator'),
    firstLift: scalar('first_lift'),
    secondLift: scalar('second_lift'),
  };
  const column = (indices: Value) => graph.node('Unsqueeze', [indices, graph.int([1])]);

  for (const { name, width: units } of maskedLayers(shape)) graph.input(name, 'bool', [batch, units]);
  const labels = Object.fromEntries(shape.heads.map(({ kind }) => [kind, labelInputs(graph, kind)]));
  const { loss, gradients, intoBits } = aboveFirstLayer(graph, shape, {
    state,
    sums: sumsOverBits(),
    kept: (mask) => graph.node('Mul', [graph.node('Cast', [mask], { to: 1 }), unitScale]),
    labels: (kind) => labels[kind]!,
    spread: spreadByScatter(graph, (kind) => labels[kind]!.cells),
  });

  const { next, take } = updates(graph, state, rates);
  for (const [name, gradient] of Object.entries(gradients)) take(name, gradient, 'sgd');
  for (const { name, shape: sizes } of smallTensors(shape)) {
    graph.output(graph.named(`next.${name}`, next[name]!), 'float', sizes);
  }
  const down = graph.node('Mul', [graph.node('Neg', [intoBits]), rates.trunk]);
  const moved = graph.node('Gemm', [frequentBits, down, frequentRows], { transA: 1 });
  graph.output(graph.named('next.frequent_rows', moved), 'float', [frequent, width]);
  graph.output(graph.named('into_bits', intoBits), 'float', [batch, width]);
  graph.output(graph.named('loss', loss), 'float', []);
  return graph.finish();

  function sumsOverBits(): Value {
    const dense = graph.node('MatMul', [frequentBits, frequentRows]);
    if (rows === frequent) return dense;
    const rareRows = graph.input('rare_rows', 'float', [rows - frequent, width]);
    const rareBits = graph.input('rare_bits', 'int64', ['rare set bits']);
    const gathered = graph.node('Gather', [rareRows, rareBits], { axis: 0 });
    const compounds = graph.input('rare_compounds', 'int64', ['rare set bits']);
    return graph.node('ScatterND', [dense, column(compounds), gathered], { reduction: 'add' });
  }
}

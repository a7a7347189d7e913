/**
 * The dense part of a train step on the CPU as an ordinary ONNX graph: from the sums over each compound's set bits to
 * the loss and back. The state stays outside, since an output of onnxruntime is always copied: its largest tensor would
 * be copied in every step. What the graph leaves to do is in kernels.ts.
 */
import { firstWeight, maskedLayers, type NetworkShape, parameterTensors } from '../network-shape.ts';
import { graphBuilder } from '../onnx/graph.ts';
import type { GraphProto } from '../onnx/proto.ts';
import { aboveFirstLayer, labelInputs, spreadByScatter } from '../step-parts.ts';

/** Parameters other than the first weight. */
export const smallParameters = (shape: NetworkShape) =>
  parameterTensors(shape).filter(({ name }) => name !== firstWeight);

/**
 * Inputs: `sums` [compounds, hidden[0]] over set bits; the small parameters; the masks of `maskedLayers` [compounds,
 * width]: false where a unit is dropped; the label lists of each head; `unit_scale`, `input_scale`: 1 / share kept.
 * Outputs: `gradient.<name>` of each small parameter, `into_bits` [compounds, hidden[0]]: what each set bit of a compound
 * adds to the gradient of its row, and `loss`.
 */
export function denseGraph(shape: NetworkShape): GraphProto {
  const graph = graphBuilder('train_dense');
  const width = shape.hidden[0]!;
  const small = smallParameters(shape);
  const sums = graph.input('sums', 'float', ['compounds', width]);
  const state = Object.fromEntries(
    small.map(({ name, shape: sizes }) => [name, graph.input(name, 'float', sizes)] as const),
  );
  for (const { name, width: units } of maskedLayers(shape)) graph.input(name, 'bool', ['compounds', units]);
  const labels = Object.fromEntries(shape.heads.map(({ kind }) => [kind, labelInputs(graph, kind)]));
  const unitScale = graph.input('unit_scale', 'float', []);
  graph.input('input_scale', 'float', []);

  const { loss, gradients, intoBits } = aboveFirstLayer(graph, shape, {
    state,
    sums,
    kept: (mask) => graph.node('Mul', [graph.node('Cast', [mask], { to: 1 }), unitScale]),
    labels: (kind) => labels[kind]!,
    spread: spreadByScatter(graph, (kind) => labels[kind]!.cells),
  });
  for (const { name, shape: sizes } of small) {
    graph.output(graph.named(`gradient.${name}`, gradients[name]!), 'float', sizes);
  }
  graph.output(graph.named('into_bits', intoBits), 'float', ['compounds', width]);
  graph.output(graph.named('loss', loss), 'float', []);
  return graph.finish();
}

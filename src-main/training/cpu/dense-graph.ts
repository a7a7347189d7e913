/**
 * The dense part of a train step on the CPU as an ordinary ONNX graph: from the sums over each compound's set bits to
 * the loss and back. The state stays outside, since an output of onnxruntime is always copied: its largest tensor would
 * be copied in every step. What the graph leaves to do is in kernels.ts.
 */
import {
  firstWeight,
  type HeadKind,
  type HeadShape,
  headName,
  maskedLayers,
  type NetworkShape,
  parameterTensors,
} from '../network-shape.ts';
import { graphBuilder } from '../onnx/graph.ts';
import type { GraphProto } from '../onnx/proto.ts';
import { aboveFirstLayer, forward, labelInputs, spreadByScatter } from '../step-parts.ts';

/** Parameters other than the first weight. */
export const smallParameters = (shape: NetworkShape) =>
  parameterTensors(shape).filter(({ name }) => name !== firstWeight);

/**
 * Inputs: `sums` [compounds, hidden[0]] over set bits; the small parameters; the masks of `maskedLayers` [compounds,
 * width]: false where a unit is dropped; the label lists of each head; `unit_scale`, `input_scale`: 1 / share kept.
 * For sampled heads no labels come in but `<head>.into`, the derivative by the units that go into their last layers.
 * Outputs: `gradient.<name>` of each small parameter but those last layers', `into_bits` [compounds, hidden[0]]: what each set bit of a compound
 * adds to the gradient of its row, and `loss`.
 */
export function denseGraph(shape: NetworkShape, sampled: readonly HeadShape[] = []): GraphProto {
  const graph = graphBuilder('train_dense');
  const width = shape.hidden[0]!;
  const outside = new Set(sampled.map(({ kind }) => kind));
  const small = smallParameters(shape).filter(({ name }) => !isSampled(name, sampled));
  const sums = graph.input('sums', 'float', ['compounds', width]);
  const state = Object.fromEntries(
    small.map(({ name, shape: sizes }) => [name, graph.input(name, 'float', sizes)] as const),
  );
  for (const { name, width: units } of maskedLayers(shape)) graph.input(name, 'bool', ['compounds', units]);
  const inside = shape.heads.filter(({ kind }) => !outside.has(kind));
  const labels = Object.fromEntries(inside.map(({ kind }) => [kind, labelInputs(graph, kind)]));
  const unitScale = graph.input('unit_scale', 'float', []);
  graph.input('input_scale', 'float', []);

  const { loss, gradients, intoBits } = aboveFirstLayer(graph, shape, {
    state,
    sums,
    kept: (mask) => graph.node('Mul', [graph.node('Cast', [mask], { to: 1 }), unitScale]),
    labels: (kind) => labels[kind]!,
    spread: spreadByScatter(graph, (kind) => labels[kind]!.cells),
    fromOutside(kind) {
      if (!outside.has(kind)) return undefined;
      const intoLast = graph.input(intoUnits(kind), 'float', ['compounds', lastWidth(shape, kind)]);
      return { loss: graph.float(0), intoLast };
    },
  });
  for (const { name, shape: sizes } of small) {
    graph.output(graph.named(`gradient.${name}`, gradients[name]!), 'float', sizes);
  }
  graph.output(graph.named('into_bits', intoBits), 'float', ['compounds', width]);
  graph.output(graph.named('loss', loss), 'float', []);
  return graph.finish();
}

/** As the dense graph up to `<head>.units` [compounds, width], what goes into the last layer of each sampled head. */
export function unitsGraph(shape: NetworkShape, sampled: readonly HeadShape[]): GraphProto {
  const graph = graphBuilder('train_units');
  const small = smallParameters({ ...shape, heads: sampled }).filter(({ name }) => !isSampled(name, sampled));
  const sums = graph.input('sums', 'float', ['compounds', shape.hidden[0]!]);
  for (const { name, shape: sizes } of small) graph.input(name, 'float', sizes);
  for (const { name, width } of maskedLayers({ hidden: shape.hidden, heads: sampled })) {
    graph.input(name, 'bool', ['compounds', width]);
  }
  for (const name of ['unit_scale', 'input_scale']) graph.input(name, 'float', []);
  const { ofHeads } = forward(
    graph,
    { hidden: shape.hidden, heads: sampled },
    {
      state: Object.fromEntries(small.map(({ name }) => [name, name])),
      sums,
      kept: (mask) => graph.node('Mul', [graph.node('Cast', [mask], { to: 1 }), 'unit_scale']),
    },
  );
  for (const { head, units } of ofHeads) {
    const last = graph.named(unitsName(head.kind), units.at(-1)!.values);
    graph.output(last, 'float', ['compounds', lastWidth(shape, head.kind)]);
  }
  return graph.finish();
}

export const unitsName = (kind: HeadKind): string => `${headName(kind)}.units`;
export const intoUnits = (kind: HeadKind): string => `${headName(kind)}.into`;

export const lastWidth = ({ hidden, heads }: NetworkShape, kind: HeadKind): number =>
  heads.find((head) => head.kind === kind)!.hidden.at(-1) ?? hidden.at(-1)!;

/** Whether a parameter is of the last layer of one of these heads. */
export const isSampled = (name: string, sampled: readonly HeadShape[]): boolean =>
  sampled.some(({ kind }) => name === `${headName(kind)}.weight` || name === `${headName(kind)}.bias`);

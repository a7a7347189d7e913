/** Takes steps of the heads alone, on what a trunk gave for each compound once and for all. */
import { headTensors, maskedLayers, type NetworkShape, sizeOfTensor } from './network-shape.ts';
import { graphBuilder, modelBytes } from './onnx/graph.ts';
import type { GraphProto } from './onnx/proto.ts';
import { adamScalars, settling } from './optimiser.ts';
import { type Feeds, floats, openSession, scalar } from './session.ts';
import { labelFeeds, maskFeeds } from './step-feeds.ts';
import { aboveFirstLayer, labelInputs, spreadByScatter, updates, withMoments } from './step-parts.ts';
import type { State, Stepper } from './stepper.ts';
import type { TrainShape } from './train-graph.ts';

/** What the trunk gives, by row of the table. */
export type Tops = {
  /** [rows that learn, width], before a head bends it */
  readonly values: Float32Array;
  /** Place in it of each row of the table. */
  readonly placeOfRow: Int32Array;
};

type HeadsShape = Pick<TrainShape, 'heads' | 'batch'> & { readonly width: number };

/** @param start of the heads; moments that it does not name begin as zeros */
export async function openHeadStepper(
  { heads, batch, width }: HeadsShape,
  { values, placeOfRow }: Tops,
  start: State,
): Promise<Stepper> {
  const shape = { rows: 0, hidden: [width], heads, batch };
  const session = await openSession(modelBytes(headGraph(shape)), 1);
  const tensors = stateOf(shape);
  const filled = (name: string, size: number) => start[name]?.slice() ?? new Float32Array(size);
  let now = tensors.map((tensor) => filled(tensor.name, sizeOfTensor(tensor)));
  let next = now.map(({ length }) => new Float32Array(length));
  const feeds = (prefix: string, state: readonly Float32Array[]): Feeds =>
    Object.fromEntries(tensors.map(({ name, shape }, at) => [`${prefix}${name}`, floats(state[at]!, shape)]));
  const top = new Float32Array(batch * width);

  return {
    shape,
    state: async () => Object.fromEntries(tensors.map(({ name }, at) => [name, now[at]!])),
    replace(replaced) {
      tensors.forEach(({ name }, at) => {
        if (replaced[name] !== undefined) now[at]!.set(replaced[name]);
      });
    },
    async run(batches, rates, taken) {
      const losses = new Float32Array(batches.length);
      for (const [step, drawn] of batches.entries()) {
        const number = taken + step + 1;
        drawn.compounds.forEach((row, compound) => {
          const place = placeOfRow[row]!;
          top.set(values.subarray(place * width, (place + 1) * width), compound * width);
        });
        const { scale, denominator, firstLift, secondLift } = adamScalars(rates.head, number);
        const settle = settling(number);
        const { loss } = await session.run(
          {
            top: floats(top, [batch, width]),
            ...maskFeeds(drawn, shape, 0, batch),
            ...Object.assign({}, ...heads.map(({ kind }) => labelFeeds(kind, drawn.labels[kind]!))),
            ...feeds('', now),
            unit_scale: scalar(1 / rates.keptUnits),
            head_rate: scalar(scale),
            denominator: scalar(denominator),
            first_lift: scalar(firstLift),
            second_lift: scalar(secondLift),
            first_settle: scalar(settle.first),
            second_settle: scalar(settle.second),
          },
          feeds('next.', next),
        );
        [now, next] = [next, now];
        losses[step] = (loss!.data as Float32Array)[0]!;
      }
      return losses;
    },
    close: session.release,
  };
}

const headsOnly = ({ heads, hidden }: NetworkShape) => heads.flatMap((head) => headTensors(head, hidden.at(-1)!));

const stateOf = (shape: NetworkShape) => headsOnly(shape).flatMap(withMoments);

/**
 * One step: `top` [batch, width], the masks of `maskedLayers`, the label lists and the state in, `loss` and the state as
 * `next.<name>` out. The scalars are those of train-graph.ts.
 */
function headGraph(shape: TrainShape): GraphProto {
  const graph = graphBuilder('train_head');
  const width = shape.hidden[0]!;
  const top = graph.input('top', 'float', ['compounds', width]);
  for (const { name, width: units } of maskedLayers(shape)) graph.input(name, 'bool', ['compounds', units]);
  const labels = Object.fromEntries(shape.heads.map(({ kind }) => [kind, labelInputs(graph, kind)]));
  for (const name of ['unit_scale', 'head_rate', 'denominator', 'first_lift', 'second_lift']) {
    graph.input(name, 'float', []);
  }
  const [firstSettle, secondSettle] = ['first_settle', 'second_settle'].map((name) => graph.input(name, 'float', []));
  const state: Record<string, string> = Object.fromEntries(
    stateOf(shape).map(({ name, shape: sizes }) => [name, graph.input(name, 'float', sizes)]),
  );
  // The layer that the heads stand on, as a first layer that adds nothing to its sums.
  graph.float(1, [], 'input_scale');
  const { loss, gradients } = aboveFirstLayer(graph, shape, {
    state: { ...state, 'trunk.0.bias': graph.float(new Float32Array(width)) },
    sums: top,
    kept: (mask) => graph.node('Mul', [graph.node('Cast', [mask], { to: 1 }), 'unit_scale']),
    labels: (kind) => labels[kind]!,
    spread: spreadByScatter(graph, (kind) => labels[kind]!.cells),
  });
  const { next, take } = updates(graph, state, {
    trunk: 'head_rate',
    head: 'head_rate',
    denominator: 'denominator',
    firstLift: 'first_lift',
    secondLift: 'second_lift',
  });
  for (const { name } of headsOnly(shape)) take(name, gradients[name]!, 'adam');
  for (const { name, shape: sizes } of stateOf(shape)) {
    const settle = name.endsWith('.first') ? firstSettle : name.endsWith('.second') ? secondSettle : undefined;
    const value = settle === undefined ? next[name]! : graph.node('Mul', [next[name]!, settle]);
    graph.output(graph.named(`next.${name}`, value), 'float', sizes);
  }
  graph.output(graph.named('loss', loss), 'float', []);
  return graph.finish();
}

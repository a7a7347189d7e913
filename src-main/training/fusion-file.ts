/** The .onnx file of a fused model: two scoring models of the same tasks side by side, the mean of their logits and values. */
import { sha256 } from '../catalog/vault.ts';
import { ChoraleError } from '../contract/errors.ts';
import { readModelAbout } from './model-file.ts';
import { graphBuilder, modelBytes, type Value } from './onnx/graph.ts';
import { type AttributeProto, decodeModel, type GraphProto, type NodeProto } from './onnx/proto.ts';

export type FusedPart = { readonly id: string; readonly bytes: Uint8Array };

/** Of the global model, 0 to 1; the own one has the rest. */
export type FusedShares = {
  readonly logits: number;
  /** 0 or 1 where only one of the two predicts values, null where neither does. */
  readonly values: number | null;
};

/**
 * Takes and gives what each of them does: `bits` in, `probabilities` and, where there are any, `values` out.
 * @throws MODEL_UNREADABLE when one of the files is no scoring model, or their tasks are not the same
 */
export function fusedModelFile(own: FusedPart, global: FusedPart, shares: FusedShares): Uint8Array {
  const about = readModelAbout(global.bytes, global.id);
  const ofOwn = readModelAbout(own.bytes, own.id);
  const tasks = (of: typeof about) => JSON.stringify(of.tasks.map(({ taskId }) => taskId));
  if (tasks(about) !== tasks(ofOwn) || about.parameterHash !== ofOwn.parameterHash) {
    throw new ChoraleError('MODEL_UNREADABLE', { model: own.id, reason: 'other-tasks' });
  }
  const values = about.values ?? ofOwn.values;
  const [mine, theirs] = [outputsOf(own, 'own'), outputsOf(global, 'global')];
  const graph = graphBuilder('fused');
  graph.input('bits', 'int64', ['compounds', 'width'], 'Positions of set fingerprint bits, padded with -1');
  const part = (value: Value, share: number) => graph.node('Mul', [value, graph.float(share)]);
  const meanOf = (one: Value, other: Value, share: number) =>
    graph.node('Add', [part(one, 1 - share), part(other, share)]);
  const logits = meanOf(mine.logits, theirs.logits, shares.logits);
  const probabilities = graph.named('probabilities', graph.node('Sigmoid', [logits]));
  graph.output(
    probabilities,
    'float',
    ['compounds', about.tasks.length],
    'Probability of being active under each task',
  );
  const value =
    mine.values !== undefined && theirs.values !== undefined && shares.values !== null
      ? meanOf(mine.values, theirs.values, shares.values)
      : (mine.values ?? theirs.values);
  if (value !== undefined) {
    const named = graph.named('values', value);
    graph.output(named, 'float', ['compounds', values?.length ?? 0], 'Value in the scale of the assay');
  }
  const end = graph.finish();
  const fused: GraphProto = {
    ...end,
    node: [...mine.node, ...theirs.node, ...end.node],
    initializer: [...mine.initializer, ...theirs.initializer, ...end.initializer],
  };
  return modelBytes(fused, {
    description:
      'Chorale scoring model: an own and a global model fused by the weighted means of their logits and values',
    metadata: {
      'chorale.kind': 'fused',
      'chorale.series': about.series ?? '',
      'chorale.step': String(about.step),
      'chorale.parameterHash': about.parameterHash,
      'chorale.trunkHash': about.trunkHash,
      'chorale.tasks': JSON.stringify(about.tasks),
      'chorale.ownHash': sha256(own.bytes),
      'chorale.globalHash': sha256(global.bytes),
      'chorale.weight': String(shares.logits),
      ...(values !== undefined && {
        'chorale.values': JSON.stringify(values),
        'chorale.valueWeight': String(shares.values),
      }),
    },
  });
}

/** A model's graph up to its logits and predicted values, all renamed so that two of them fit into one graph. */
function outputsOf({ id, bytes }: FusedPart, prefix: string) {
  const { graph } = decodeModel(bytes);
  const producer = (value: Value) => graph.node.find(({ output }) => output.includes(value));
  let probabilities = producer('probabilities');
  while (probabilities?.op_type === 'Identity') probabilities = producer(probabilities.input[0]!);
  if (probabilities?.op_type !== 'Sigmoid') throw new ChoraleError('MODEL_UNREADABLE', { model: id, reason: 'graph' });
  const logits = probabilities.input[0]!;
  const values = producer('values') === undefined ? undefined : 'values';
  const needed = reaching(graph, values === undefined ? [logits] : [logits, values]);
  const inputs = new Set(graph.input.map(({ name }) => name));
  const renamed = (value: Value) => (inputs.has(value) || value === '' ? value : `${prefix}.${value}`);
  return {
    logits: renamed(logits),
    values: values && renamed(values),
    node: needed.map(({ op_type, input, output, attribute }) => ({
      op_type,
      input: input.map(renamed),
      output: output.map(renamed),
      attribute: attribute.map(onlySaid),
    })),
    initializer: graph.initializer
      .filter(({ name }) => needed.some(({ input }) => input.includes(name)))
      .map((tensor) => ({ ...tensor, name: renamed(tensor.name) })),
  };
}

/** Nodes that values depend on, in their order. */
function reaching({ node }: GraphProto, values: readonly Value[]): readonly NodeProto[] {
  const wanted = new Set(values);
  return node
    .toReversed()
    .filter(({ input, output }) => {
      const needed = output.some((name) => wanted.has(name));
      if (needed) for (const name of input) wanted.add(name);
      return needed;
    })
    .toReversed();
}

/** As decoded an attribute has every field; ONNX wants the one of its type. */
function onlySaid(attribute: AttributeProto): AttributeProto {
  const { name, type } = attribute;
  const field = ({ 1: 'f', 2: 'i', 3: 's', 7: 'ints' } as const)[type];
  if (field === undefined) throw new ChoraleError('MODEL_UNREADABLE', { model: name, reason: 'graph' });
  return { name, type, [field]: (attribute as unknown as Record<string, unknown>)[field] } as AttributeProto;
}

/** The .onnx file of a fused model: two scoring models of the same tasks side by side, and the mean of their logits. */
import { sha256 } from '../catalog/vault.ts';
import { ChoraleError } from '../contract/errors.ts';
import { readModelAbout } from './model-file.ts';
import { graphBuilder, modelBytes, type Value } from './onnx/graph.ts';
import { type AttributeProto, decodeModel, type GraphProto, type NodeProto } from './onnx/proto.ts';

export type FusedPart = { readonly id: string; readonly bytes: Uint8Array };

/**
 * Takes and gives what each of them does: `bits` in, `probabilities` out.
 * @param weight of the global model's logits, 0 to 1
 * @throws MODEL_UNREADABLE when one of the files is no scoring model, or their tasks are not the same
 */
export function fusedModelFile(own: FusedPart, global: FusedPart, weight: number): Uint8Array {
  const about = readModelAbout(global.bytes, global.id);
  const ofOwn = readModelAbout(own.bytes, own.id);
  const tasks = (of: typeof about) => JSON.stringify(of.tasks.map(({ taskId }) => taskId));
  if (tasks(about) !== tasks(ofOwn) || about.parameterHash !== ofOwn.parameterHash) {
    throw new ChoraleError('MODEL_UNREADABLE', { model: own.id, reason: 'other-tasks' });
  }
  const [mine, theirs] = [logitsOf(own, 'own'), logitsOf(global, 'global')];
  const graph = graphBuilder('fused');
  graph.input('bits', 'int64', ['compounds', 'width'], 'Positions of set fingerprint bits, padded with -1');
  const part = (logits: Value, share: number) => graph.node('Mul', [logits, graph.float(share)]);
  const logits = graph.node('Add', [part(mine.logits, 1 - weight), part(theirs.logits, weight)]);
  const probabilities = graph.named('probabilities', graph.node('Sigmoid', [logits]));
  graph.output(
    probabilities,
    'float',
    ['compounds', about.tasks.length],
    'Probability of being active under each task',
  );
  const end = graph.finish();
  const fused: GraphProto = {
    ...end,
    node: [...mine.node, ...theirs.node, ...end.node],
    initializer: [...mine.initializer, ...theirs.initializer, ...end.initializer],
  };
  return modelBytes(fused, {
    description: 'Chorale scoring model: an own and a global model fused by the weighted mean of their logits',
    metadata: {
      'chorale.kind': 'fused',
      'chorale.series': about.series ?? '',
      'chorale.step': String(about.step),
      'chorale.parameterHash': about.parameterHash,
      'chorale.trunkHash': about.trunkHash,
      'chorale.tasks': JSON.stringify(about.tasks),
      'chorale.ownHash': sha256(own.bytes),
      'chorale.globalHash': sha256(global.bytes),
      'chorale.weight': String(weight),
    },
  });
}

/** A model's graph up to its logits, its values renamed so that two of them fit into one graph. */
function logitsOf({ id, bytes }: FusedPart, prefix: string) {
  const { graph } = decodeModel(bytes);
  const producer = (value: Value) => graph.node.find(({ output }) => output.includes(value));
  let probabilities = producer('probabilities');
  while (probabilities?.op_type === 'Identity') probabilities = producer(probabilities.input[0]!);
  if (probabilities?.op_type !== 'Sigmoid') throw new ChoraleError('MODEL_UNREADABLE', { model: id, reason: 'graph' });
  const needed = reaching(graph, probabilities.input[0]!);
  const inputs = new Set(graph.input.map(({ name }) => name));
  const renamed = (value: Value) => (inputs.has(value) || value === '' ? value : `${prefix}.${value}`);
  return {
    logits: renamed(probabilities.input[0]!),
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

/** Nodes that a value depends on, in their order. */
function reaching({ node }: GraphProto, value: Value): readonly NodeProto[] {
  const wanted = new Set([value]);
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

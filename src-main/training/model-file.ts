/** The scoring model: an ordinary .onnx file with trunk and head inside, and what it is in its metadata. */
import { createHash } from 'node:crypto';
import { ChoraleError } from '../contract/errors.ts';
import { scoringGraph } from './forward-graph.ts';
import { type Head, hiddenOf, sizeOf, type TrunkTensors, tensorOf } from './network.ts';
import { modelBytes } from './onnx/graph.ts';
import { decodeModel } from './onnx/proto.ts';

/** A column of the model's output. */
export type ModelTask = {
  readonly taskId: number;
  readonly assay: string;
  /** In the assay's scale; active is above it, or below it where the direction is low. */
  readonly threshold: number;
  readonly direction: 'low' | 'high';
};

export type ModelAbout = {
  readonly kind: 'alone' | 'global' | 'fused';
  readonly series: string | null;
  /** Step or round that the validation fold chose. */
  readonly step: number;
  /** Of the chemistry whose fingerprint bits it takes. */
  readonly parameterHash: string;
  readonly tasks: readonly ModelTask[];
};

/** SHA-256 of the trunk's float32 values, little endian, in the order of its shapes. */
export const trunkHash = ({ values }: TrunkTensors): string =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

/**
 * Input `bits`: int64 [compounds, width], each row the positions of a compound's set fingerprint bits (scrambled, as
 * this consortium's chemistry gives them), padded with -1. Output `probabilities`: float [compounds, tasks].
 */
export function modelFile(trunk: TrunkTensors, head: Head, about: ModelAbout): Uint8Array {
  const [first, ...others] = trunk.shapes;
  const rows = first!.shape[0]!;
  const width = first!.shape[1]!;
  const weight = new Float32Array(sizeOf(first!) + width); // the last row stays zero: what the padding gathers
  weight.set(tensorOf(trunk, first!));
  const parameters = {
    [first!.name]: weight,
    ...Object.fromEntries(others.map((shape) => [shape.name, tensorOf(trunk, shape)])),
    'head.weight': head.weight,
    'head.bias': head.bias,
  };
  const graph = scoringGraph({ rows, hidden: hiddenOf(trunk.shapes), tasks: head.bias.length }, parameters);
  const { tasks, ...rest } = about;
  return modelBytes(graph, {
    description: 'Chorale scoring model: probability of being active under each task of one partner',
    metadata: {
      ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [`chorale.${key}`, String(value ?? '')])),
      'chorale.trunkHash': trunkHash(trunk),
      'chorale.tasks': JSON.stringify(tasks),
    },
  });
}

/** What a scoring model says of itself. @throws MODEL_UNREADABLE */
export function readModelAbout(bytes: Uint8Array, model: string): ModelAbout & { readonly trunkHash: string } {
  try {
    const said = new Map(decodeModel(bytes).metadata_props.map(({ key, value }) => [key, value]));
    const get = (key: string) => {
      const value = said.get(`chorale.${key}`);
      if (value === undefined) throw new Error(`no ${key}`);
      return value;
    };
    return {
      kind: get('kind') as ModelAbout['kind'],
      series: get('series') || null,
      step: Number(get('step')),
      parameterHash: get('parameterHash'),
      trunkHash: get('trunkHash'),
      tasks: JSON.parse(get('tasks')) as ModelTask[],
    };
  } catch (error) {
    throw new ChoraleError('MODEL_UNREADABLE', { model, reason: 'metadata' }, { cause: error });
  }
}

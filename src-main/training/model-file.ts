/** The scoring model: an ordinary .onnx file with trunk and head inside, and what it is in its metadata. */
import { createHash } from 'node:crypto';
import { ChoraleError } from '../contract/errors.ts';
import { type ScoringParts, scoringGraph } from './forward-graph.ts';
import { hiddenOf, sizeOf, type TrunkTensors, tensorOf, trunkShapes } from './network.ts';
import { firstWeight, type HeadShape } from './network-shape.ts';
import { modelBytes } from './onnx/graph.ts';
import { decodeModel } from './onnx/proto.ts';

/** A column of the output `probabilities`. */
export type ModelTask = {
  readonly taskId: number;
  readonly assay: string;
  /** In the assay's scale; active is above it, or below it where the direction is low. */
  readonly threshold: number;
  readonly direction: 'low' | 'high';
};

/** A column of the output `values`, in the assay's scale. */
export type ModelValue = { readonly regressionTaskId: number; readonly assay: string };

export type ModelAbout = {
  readonly kind: 'alone' | 'global' | 'fused' | 'final' | 'retrained';
  readonly series: string | null;
  /** Step or round that the validation fold chose. */
  readonly step: number;
  /** Models of earlier versions do not say it; theirs are the training folds. */
  readonly learntFrom?: 'training folds' | 'training and validation folds';
  /** Of the chemistry whose fingerprint bits it takes. */
  readonly parameterHash: string;
  readonly tasks: readonly ModelTask[];
  readonly values?: readonly ModelValue[];
};

/** SHA-256 of the trunk's float32 values, little endian, in the order of its shapes. */
export const trunkHash = ({ values }: TrunkTensors): string =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

/** The heads of a model, and what their outputs mean. */
export type TrainedHeads = Pick<ScoringParts, 'catalogue' | 'scale'> & {
  readonly heads: readonly HeadShape[];
  readonly tensors: Readonly<Record<string, Float32Array>>;
};

/**
 * Input `bits`: int64 [compounds, width], each row the positions of a compound's set fingerprint bits (scrambled, as
 * this consortium's chemistry gives them), padded with -1. Outputs `probabilities`: float [compounds, tasks], and where
 * values were learnt `values`: float [compounds, regression tasks].
 */
export function modelFile(trunk: TrunkTensors, heads: TrainedHeads, about: ModelAbout): Uint8Array {
  const [first, ...others] = trunk.shapes;
  const rows = first!.shape[0]!;
  const width = first!.shape[1]!;
  const weight = new Float32Array(sizeOf(first!) + width); // the last row stays zero: what the padding gathers
  weight.set(tensorOf(trunk, first!));
  const graph = scoringGraph({
    shape: { rows, hidden: hiddenOf(trunk.shapes), heads: heads.heads },
    parameters: {
      ...heads.tensors,
      [first!.name]: weight,
      ...Object.fromEntries(others.map((shape) => [shape.name, tensorOf(trunk, shape)])),
    },
    catalogue: heads.catalogue,
    scale: heads.scale,
  });
  const { tasks, values, ...rest } = about;
  return modelBytes(graph, {
    description: 'Chorale scoring model: probability of being active under each task of one partner',
    metadata: {
      ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [`chorale.${key}`, String(value ?? '')])),
      'chorale.trunkHash': trunkHash(trunk),
      'chorale.tasks': JSON.stringify(tasks),
      ...(values !== undefined && { 'chorale.values': JSON.stringify(values) }),
    },
  });
}

/**
 * The trunk inside a scoring model that training made.
 * @throws MODEL_UNREADABLE when it is not there, or not the one that the model names
 */
export function readTrunk(bytes: Uint8Array, model: string): TrunkTensors {
  const about = readModelAbout(bytes, model);
  const tensors = new Map(decodeModel(bytes).graph.initializer.map((tensor) => [tensor.name, tensor]));
  const widths: number[] = [];
  for (let layer = 0; tensors.has(`trunk.${layer}.bias`); layer++) {
    widths.push(tensors.get(`trunk.${layer}.bias`)!.dims[0]!);
  }
  const padded = tensors.get(firstWeight)?.dims[0];
  if (padded === undefined) throw new ChoraleError('MODEL_UNREADABLE', { model, reason: 'trunk' });
  const shapes = trunkShapes(widths, padded - 1);
  const values = new Float32Array(shapes.at(-1)!.offset + sizeOf(shapes.at(-1)!));
  for (const shape of shapes) {
    const raw = tensors.get(shape.name)?.raw_data.slice(0, 4 * sizeOf(shape));
    if (raw?.length !== 4 * sizeOf(shape)) throw new ChoraleError('MODEL_UNREADABLE', { model, reason: 'trunk' });
    values.set(new Float32Array(raw.buffer), shape.offset);
  }
  const trunk = { shapes, values };
  if (trunkHash(trunk) !== about.trunkHash) throw new ChoraleError('MODEL_UNREADABLE', { model, reason: 'trunk' });
  return trunk;
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
      ...(said.has('chorale.learntFrom') && {
        learntFrom: get('learntFrom') as NonNullable<ModelAbout['learntFrom']>,
      }),
      parameterHash: get('parameterHash'),
      trunkHash: get('trunkHash'),
      tasks: JSON.parse(get('tasks')) as ModelTask[],
      ...(said.has('chorale.values') && { values: JSON.parse(get('values')) as ModelValue[] }),
    };
  } catch (error) {
    throw new ChoraleError('MODEL_UNREADABLE', { model, reason: 'metadata' }, { cause: error });
  }
}

/** The job `fuse`: an own and a global model in one, weighted by the validation fold and measured on the test fold. */
import { randomUUID } from 'node:crypto';
import { addFusion } from '../catalog/fusions.ts';
import { addModel, type ModelRow, readTaskColumns } from '../catalog/models.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import { sha256 } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { FuseRequest } from '../contract/training.ts';
import { readTrainingTable, type TrainingTable } from '../tasks/training-table.ts';
import { judge } from './evaluation.ts';
import { chooseWeight, type LogitOf, logitOfProbability } from './fusion.ts';
import { fusedModelFile } from './fusion-file.ts';
import { findModel, minimumPerClass } from './overview.ts';
import { rowsOfRole } from './roles.ts';
import { metricRows } from './save-model.ts';
import type { SpawnTraining } from './spawn.ts';
import { readModelFile } from './stored-model.ts';
import { type Predictor, startPredictor } from './trainer.ts';

export type FuseResult = {
  readonly fusionId: string;
  readonly weight: number;
  /** Null where the validation fold chose one of the two alone. */
  readonly modelId: string | null;
};

/**
 * A fused model is kept only where its weight lies between the two models.
 * @throws NOT_FOUND, INPUT_INVALID when the models are not an own and a global one of the same tasks, MODEL_UNREADABLE,
 *   TRAINING_FAILED, CANCELLED
 */
export async function fuseModels(
  workspace: Workspace,
  { ownModelId, globalModelId }: FuseRequest,
  control: Control,
  spawn: SpawnTraining,
): Promise<FuseResult> {
  const { catalog, vault } = workspace;
  const own = findModel(catalog, ownModelId);
  const global = findModel(catalog, globalModelId);
  refuse(own.kind !== 'alone', 'ownModelId', 'not trained alone');
  refuse(global.kind !== 'global', 'globalModelId', 'not a global model');
  refuse(own.taskSetId !== global.taskSetId, 'globalModelId', 'of another task set');

  const table = readTrainingTable(catalog, own.taskSetId);
  const least = minimumPerClass(catalog, own);
  const parts = {
    own: { id: own.id, bytes: readModelFile(workspace, own) },
    global: { id: global.id, bytes: readModelFile(workspace, global) },
  };
  const known = { ownModelId, globalModelId, ownHash: own.hash, globalHash: global.hash };
  const predictor = await startPredictor(spawn);
  try {
    const logits = async (bytes: Uint8Array, roles: readonly Role[]) =>
      readLogits(predictor, await predictor.openModel(bytes), table, roles, control);
    const { weight, looks } = chooseWeight(
      table,
      await logits(parts.own.bytes, ['validation']),
      await logits(parts.global.bytes, ['validation']),
      least,
    );
    if (weight === 0 || weight === 1) {
      return { fusionId: addFusion(catalog, { ...known, weight, looks, modelId: null }), weight, modelId: null };
    }
    const bytes = fusedModelFile(parts.own, parts.global, weight);
    const logitOf = await logits(bytes, ['validation', 'test']);
    const metrics = (['validation', 'test'] as const).map((role) => judge(table, role, least, logitOf));
    stopIfAsked(control);
    const file = `models/${randomUUID()}.onnx`;
    vault.write(file, bytes);
    const columns = readTaskColumns(catalog, own.taskSetId);
    return inOneTransaction(catalog, () => {
      const modelId = addModel(catalog, newModel(global, file, bytes), metricRows(metrics, columns));
      return { fusionId: addFusion(catalog, { ...known, weight, looks, modelId }), weight, modelId };
    });
  } finally {
    await predictor.close();
  }
}

const newModel = ({ runId, step, trunkHash }: ModelRow, file: string, bytes: Uint8Array) =>
  ({ runId, kind: 'fused', step, trunkHash, hash: sha256(bytes), file, bytes: bytes.length }) as const;

type Role = 'validation' | 'test';

/** Compounds per run: their gathered rows stay in the tens of megabytes. */
const chunk = 256;

export async function readLogits(
  predictor: Predictor,
  model: number,
  table: TrainingTable,
  roles: readonly Role[],
  control: Control,
): Promise<LogitOf> {
  const rows = Uint32Array.from(roles.flatMap((role) => [...rowsOfRole(table, role)]));
  const tasks = table.tasks.length;
  const placeOfRow = new Int32Array(table.rows).fill(-1);
  const logits = new Float32Array(rows.length * tasks);
  for (let start = 0; start < rows.length; start += chunk) {
    stopIfAsked(control);
    const part = rows.subarray(start, start + chunk);
    part.forEach((row, at) => {
      placeOfRow[row] = start + at;
    });
    const probabilities = await predictor.predict(model, paddedBits(table, part), part.length);
    logits.set(probabilities.map(logitOfProbability), start * tasks);
    control.report({ step: 'fuse.compounds', done: start + part.length, total: rows.length });
  }
  return (row, task) => logits[placeOfRow[row]! * tasks + task]!;
}

/** [rows, most bits of any of them], padded with -1. */
function paddedBits({ bitOffsets, bitIndices }: TrainingTable, rows: Uint32Array): Int32Array {
  const width = rows.reduce((most, row) => Math.max(most, bitOffsets[row + 1]! - bitOffsets[row]!), 1);
  const padded = new Int32Array(rows.length * width).fill(-1);
  rows.forEach((row, at) => {
    padded.set(bitIndices.subarray(bitOffsets[row], bitOffsets[row + 1]), at * width);
  });
  return padded;
}

function refuse(wrong: boolean, path: string, message: string): void {
  if (wrong) throw new ChoraleError('INPUT_INVALID', { issues: [{ path, message }] });
}

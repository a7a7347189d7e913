/** The job `fuse`: an own and a global model in one, weighted by the validation fold and measured on the test fold. */
import { randomUUID } from 'node:crypto';
import { addFusion } from '../catalog/fusions.ts';
import { addModel, type ModelRow, readRegressionColumns, readTaskColumns } from '../catalog/models.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import { sha256 } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { FuseRequest } from '../contract/training.ts';
import { readTrainingTable, type TrainingTable } from '../tasks/training-table.ts';
import { judge, judgeValues, type TaskMetrics, type ValueOf } from './evaluation.ts';
import { chooseValueWeight, chooseWeight, type LogitOf, logitOfProbability } from './fusion.ts';
import { fusedModelFile } from './fusion-file.ts';
import { valueScale } from './labels.ts';
import { findModel, minimumPerClass } from './overview.ts';
import { rowsOfRole } from './roles.ts';
import { metricRows, regressionRows } from './save-model.ts';
import type { SpawnTraining } from './spawn.ts';
import { readModelFile } from './stored-model.ts';
import { type Predictor, startPredictor } from './trainer.ts';

export type FuseResult = {
  readonly fusionId: string;
  readonly weight: number;
  /** Of the values, where both models predict them. */
  readonly valueWeight: number | null;
  /** Null where the validation fold chose one of the two alone. */
  readonly modelId: string | null;
};

/**
 * A fused model is kept only where it is not one of the two: where a weight lies between them, or where the classes are
 * best taken from one and the values from the other.
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

  const withValues = own.values > 0 || global.values > 0;
  const table = readTrainingTable(catalog, own.taskSetId, { regression: withValues });
  const least = minimumPerClass(catalog, own);
  const parts = {
    own: { id: own.id, bytes: readModelFile(workspace, own) },
    global: { id: global.id, bytes: readModelFile(workspace, global) },
  };
  const known = { ownModelId, globalModelId, ownHash: own.hash, globalHash: global.hash };
  const predictor = await startPredictor(spawn);
  try {
    const predictions = async (bytes: Uint8Array, roles: readonly Role[]) =>
      readPredictions(predictor, await predictor.openModel(bytes), table, roles, control);
    const [ofOwn, ofGlobal] = [
      await predictions(parts.own.bytes, ['validation']),
      await predictions(parts.global.bytes, ['validation']),
    ];
    const { weight, looks } = chooseWeight(table, ofOwn.logitOf, ofGlobal.logitOf, least);
    const values =
      own.values > 0 && global.values > 0
        ? chooseValueWeight(table, ofOwn.valueAt, ofGlobal.valueAt)
        : { weight: withValues ? Number(own.values === 0) : null, looks: [] };
    const chosen = { ...known, weight, looks, valueWeight: values.weight, valueLooks: values.looks };
    const outcome = { weight, valueWeight: values.weight };
    if ((weight === 0 || weight === 1) && (values.looks.length === 0 || values.weight === weight)) {
      return { fusionId: addFusion(catalog, { ...chosen, modelId: null }), ...outcome, modelId: null };
    }
    const bytes = fusedModelFile(parts.own, parts.global, { logits: weight, values: values.weight });
    const { logitOf, valueAt } = await predictions(bytes, ['validation', 'test']);
    const { deviations } = valueScale(table, {});
    const metrics = (['validation', 'test'] as const).map(
      (role): TaskMetrics => ({
        ...judge(table, role, least, logitOf),
        ...(withValues && judgeValues(table, role, deviations, valueAt)),
      }),
    );
    stopIfAsked(control);
    const file = `models/${randomUUID()}.onnx`;
    vault.write(file, bytes);
    const columns = readTaskColumns(catalog, own.taskSetId);
    const valueColumns = withValues ? readRegressionColumns(catalog, own.taskSetId) : [];
    return inOneTransaction(catalog, () => {
      const modelId = addModel(
        catalog,
        newModel(global, file, bytes),
        metricRows(metrics, columns),
        regressionRows(metrics, valueColumns),
      );
      return { fusionId: addFusion(catalog, { ...chosen, modelId }), ...outcome, modelId };
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

/** Of the compounds of these folds. */
export async function readPredictions(
  predictor: Predictor,
  model: number,
  table: TrainingTable,
  roles: readonly Role[],
  control: Control,
): Promise<{ readonly logitOf: LogitOf; readonly valueAt: ValueOf }> {
  const rows = Uint32Array.from(roles.flatMap((role) => [...rowsOfRole(table, role)]));
  const tasks = table.tasks.length;
  const placeOfRow = new Int32Array(table.rows).fill(-1);
  const valueTasks = table.regression?.tasks.length ?? 0;
  const logits = new Float32Array(rows.length * tasks);
  const values = new Float32Array(rows.length * valueTasks);
  for (let start = 0; start < rows.length; start += chunk) {
    stopIfAsked(control);
    const part = rows.subarray(start, start + chunk);
    part.forEach((row, at) => {
      placeOfRow[row] = start + at;
    });
    const predicted = await predictor.predict(model, paddedBits(table, part), part.length);
    logits.set(predicted.probabilities.map(logitOfProbability), start * tasks);
    if (valueTasks > 0) values.set(predicted.values, start * valueTasks);
    control.report({ step: 'fuse.compounds', done: start + part.length, total: rows.length });
  }
  return {
    logitOf: (row, task) => logits[placeOfRow[row]! * tasks + task]!,
    valueAt: (row, task) => values[placeOfRow[row]! * valueTasks + task]!,
  };
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

/** Keeps a trained model: its .onnx file in the vault, its row and its metrics in the catalog. */
import { randomUUID } from 'node:crypto';
import {
  addModel,
  type ModelKind,
  type RegressionColumn,
  type RegressionMetricRow,
  readRegressionColumns,
  readTaskColumns,
  type TaskColumn,
  type TaskMetricRow,
} from '../catalog/models.ts';
import { readRun } from '../catalog/runs.ts';
import { readTaskSet } from '../catalog/tasks.ts';
import { sha256 } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { trunkHash } from './model-file.ts';
import type { TaskMetrics, Trainer, TrunkTensors } from './trainer.ts';

export type TrainedModel = {
  readonly runId: string;
  readonly kind: Exclude<ModelKind, 'fused'>;
  /** Step or round that the validation fold chose. */
  readonly step: number;
  readonly trunk: TrunkTensors;
  /** Of this trunk with the head that is in the trainer now; null where it has learnt from the validation fold too. */
  readonly validation: TaskMetrics | null;
  readonly test: TaskMetrics;
};

/** @returns the model's id @throws NOT_FOUND when there is no such run */
export async function saveModel(workspace: Workspace, trainer: Trainer, model: TrainedModel): Promise<string> {
  const { catalog, vault } = workspace;
  const { runId, kind, step, trunk } = model;
  const run = readRun(catalog, runId);
  const taskSet = run && readTaskSet(catalog, run.taskSetId);
  if (run === undefined || taskSet === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'run', id: runId });
  const columns = readTaskColumns(catalog, taskSet.id);
  const values = model.test.regression === undefined ? [] : readRegressionColumns(catalog, taskSet.id);
  const bytes = await trainer.exportModel(trunk, {
    kind,
    series: run.series,
    step,
    learntFrom: model.validation === null ? 'training and validation folds' : 'training folds',
    parameterHash: taskSet.parameterHash,
    tasks: columns.map(({ taskId, assay, threshold, direction }) => ({ taskId, assay, threshold, direction })),
    ...(values.length > 0 && {
      values: values.map(({ regressionTaskId, assay }) => ({ regressionTaskId, assay })),
    }),
  });
  const folds = model.validation === null ? [model.test] : [model.validation, model.test];
  const file = `models/${randomUUID()}.onnx`;
  vault.write(file, bytes);
  return addModel(
    catalog,
    { runId, kind, step, hash: sha256(bytes), trunkHash: trunkHash(trunk), file, bytes: bytes.length },
    metricRows(folds, columns),
    regressionRows(folds, values),
  );
}

/** @param columns of the model's tasks, in the order in which they were measured */
export const metricRows = (folds: readonly TaskMetrics[], columns: readonly TaskColumn[]): TaskMetricRow[] =>
  folds.flatMap(({ role, tasks }) =>
    tasks.map((metric, column) => ({
      ...metric,
      taskId: columns[column]!.taskId,
      role: role === 'test' ? 'test' : 'validation',
    })),
  );

/** @param columns of the model's values, in the order in which they were measured */
export const regressionRows = (
  folds: readonly TaskMetrics[],
  columns: readonly RegressionColumn[],
): RegressionMetricRow[] =>
  folds.flatMap(({ role, regression = [] }) =>
    regression.map((metric, column) => ({
      ...metric,
      regressionTaskId: columns[column]!.regressionTaskId,
      role: role === 'test' ? 'test' : 'validation',
    })),
  );

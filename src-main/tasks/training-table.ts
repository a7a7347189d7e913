/** The training table of a task set: compounds by rows, tasks by columns, labels where they exist. */
import type { Catalog } from '../catalog/open.ts';
import { readTaskCompounds, readTaskLabels, readTaskSet, readTasks } from '../catalog/tasks.ts';
import { ChoraleError } from '../contract/errors.ts';

export type TaskInfo = {
  readonly taskId: number;
  readonly assayId: number;
  /** In the assay's scale. */
  readonly threshold: number;
  readonly auxiliary: boolean;
  readonly evaluationQuorum: boolean;
  readonly trainingWeight: number;
  /** 1 where the task counts in means over tasks, else 0. */
  readonly aggregationWeight: number;
};

export type TrainingTable = {
  readonly rows: number;
  /** rows + 1 offsets into `bitIndices`. */
  readonly bitOffsets: Uint32Array;
  /** Set fingerprint bits, scrambled, ascending within a row. */
  readonly bitIndices: Uint16Array;
  /** One per row; see folds.ts for what each is for. */
  readonly folds: Uint8Array;
  /** Tasks that meet the training quorum, by column. */
  readonly tasks: readonly TaskInfo[];
  /** Sparse labels, sorted by row, then task. */
  readonly labelRows: Uint32Array;
  readonly labelTasks: Uint32Array;
  /** 1 active, -1 inactive. */
  readonly labelValues: Int8Array;
};

/** @throws NOT_FOUND */
export function readTrainingTable(catalog: Catalog, taskSetId: number): TrainingTable {
  if (readTaskSet(catalog, taskSetId) === undefined) {
    throw new ChoraleError('NOT_FOUND', { kind: 'task set', id: String(taskSetId) });
  }
  const tasks = readTasks(catalog, taskSetId)
    .filter(({ position }) => position >= 0)
    .sort((a, b) => a.position - b.position);
  const compounds = readTaskCompounds(catalog, taskSetId);
  const bitOffsets = new Uint32Array(compounds.length + 1);
  compounds.forEach(({ bits }, row) => {
    bitOffsets[row + 1] = bitOffsets[row]! + bits.length;
  });
  const bitIndices = new Uint16Array(bitOffsets.at(-1)!);
  compounds.forEach(({ bits }, row) => {
    bitIndices.set(bits, bitOffsets[row]);
  });
  return {
    rows: compounds.length,
    bitOffsets,
    bitIndices,
    folds: Uint8Array.from(compounds, ({ fold }) => fold),
    tasks: tasks.map(
      ({ taskId, assayId, threshold, auxiliary, evaluationQuorum, trainingWeight, aggregationWeight }) => ({
        taskId,
        assayId,
        threshold,
        auxiliary,
        evaluationQuorum,
        trainingWeight,
        aggregationWeight,
      }),
    ),
    ...readTaskLabels(catalog, taskSetId),
  };
}

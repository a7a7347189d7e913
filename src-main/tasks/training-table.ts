/** The training table of a task set: compounds by rows, tasks by columns, labels where they exist. */
import type { Catalog } from '../catalog/open.ts';
import {
  iterateTaskCompounds,
  readRegressionTasks,
  readTaskLabels,
  readTaskSet,
  readTasks,
  readTaskValues,
} from '../catalog/tasks.ts';
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
  /** Of the consortium's catalogue, where the task is one of it. */
  readonly catalogueTaskId?: string;
};

export type RegressionTaskInfo = {
  readonly regressionTaskId: number;
  readonly assayId: number;
  readonly auxiliary: boolean;
  readonly trainingWeight: number;
  /** 1 where the task counts in means over tasks, else 0. */
  readonly aggregationWeight: number;
  /** Of its censored values, beside the training weight. */
  readonly censoredWeight: number;
};

/** Values to learn, sorted by row, then task. */
export type RegressionLabels = {
  /** Regression tasks that meet the training quorum, by column. */
  readonly tasks: readonly RegressionTaskInfo[];
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
  /** In the assay's scale. */
  readonly values: Float64Array;
  /** -1 the true value is lower, 0 it is this one, 1 it is higher. */
  readonly censors: Int8Array;
};

export type TrainingTable = {
  readonly rows: number;
  /** rows + 1 offsets into `bitIndices`. */
  readonly bitOffsets: Uint32Array;
  /** Set fingerprint bits, scrambled, ascending within a row. */
  readonly bitIndices: Uint16Array;
  /** Folded bits, where an experiment takes fewer than the product's 32,000. */
  readonly fingerprintBits?: number;
  /** One per row; see folds.ts for what each is for. */
  readonly folds: Uint8Array;
  /** One per row: 1 for a compound of the training folds that nothing is learnt from; see held-out.ts of training. */
  readonly heldOut?: Uint8Array;
  /** Tasks that meet the training quorum, by column. */
  readonly tasks: readonly TaskInfo[];
  /** Sparse labels, sorted by row, then task. */
  readonly labelRows: Uint32Array;
  readonly labelTasks: Uint32Array;
  /** 1 active, -1 inactive. */
  readonly labelValues: Int8Array;
  /** Only where it was asked for. */
  readonly regression?: RegressionLabels;
};

/**
 * Rows with a class; with `regression` also those, after them, that have values only.
 * @throws NOT_FOUND
 */
export function readTrainingTable(
  catalog: Catalog,
  taskSetId: number,
  { regression = false }: { readonly regression?: boolean } = {},
): TrainingTable {
  if (readTaskSet(catalog, taskSetId) === undefined) {
    throw new ChoraleError('NOT_FOUND', { kind: 'task set', id: String(taskSetId) });
  }
  const tasks = readTasks(catalog, taskSetId)
    .filter(({ position }) => position >= 0)
    .sort((a, b) => a.position - b.position);
  const fingerprints = readFingerprints(catalog, taskSetId, !regression);
  const rows = fingerprints.folds.length;
  const labels = tasks.map(({ taskId }) => readTaskLabels(catalog, taskId));
  const { order, columns } = byRow(
    rows,
    labels.map((own) => own.rows),
  );
  return {
    rows,
    ...fingerprints,
    tasks: tasks.map(({ taskId, assayId, threshold, auxiliary, evaluationQuorum, catalogue, ...weights }) => ({
      ...{ taskId, assayId, threshold, auxiliary, evaluationQuorum },
      trainingWeight: weights.trainingWeight,
      aggregationWeight: weights.aggregationWeight,
      ...(catalogue === null || catalogue.catalogueTaskId === null
        ? {}
        : { catalogueTaskId: catalogue.catalogueTaskId }),
    })),
    labelRows: columns.rows,
    labelTasks: columns.tasks,
    labelValues: Int8Array.from(order, (at, place) => labels[columns.tasks[place]!]!.classes[at]!),
    ...(regression ? { regression: readRegression(catalog, taskSetId, rows) } : {}),
  };
}

function readRegression(catalog: Catalog, taskSetId: number, rows: number): RegressionLabels {
  const tasks = readRegressionTasks(catalog, taskSetId)
    .filter(({ position }) => position >= 0)
    .sort((a, b) => a.position - b.position);
  const values = tasks.map(({ regressionTaskId }) => readTaskValues(catalog, regressionTaskId));
  const { order, columns } = byRow(
    rows,
    values.map((own) => own.rows),
  );
  return {
    tasks: tasks.map(({ regressionTaskId, assayId, detail }) => ({
      regressionTaskId,
      assayId,
      auxiliary: detail.auxiliary,
      trainingWeight: detail.trainingWeight,
      aggregationWeight: detail.aggregationWeight,
      censoredWeight: detail.censoredWeight,
    })),
    rows: columns.rows,
    columns: columns.tasks,
    values: Float64Array.from(order, (at, place) => values[columns.tasks[place]!]!.values[at]!),
    censors: Int8Array.from(order, (at, place) => values[columns.tasks[place]!]!.censors[at]!),
  };
}

/** Compressed rows of the set's fingerprints. */
export function readFingerprints(
  catalog: Catalog,
  taskSetId: number,
  classifiedOnly: boolean,
): Pick<TrainingTable, 'bitOffsets' | 'bitIndices' | 'folds'> {
  const folds: number[] = [];
  const offsets: number[] = [0];
  let bitIndices = new Uint16Array(1 << 16);
  let length = 0;
  for (const { fold, bits } of iterateTaskCompounds(catalog, taskSetId, { classifiedOnly })) {
    if (length + bits.length > bitIndices.length) {
      const larger = new Uint16Array(2 * (length + bits.length));
      larger.set(bitIndices);
      bitIndices = larger;
    }
    bitIndices.set(bits, length);
    length += bits.length;
    folds.push(fold);
    offsets.push(length);
  }
  return {
    bitOffsets: Uint32Array.from(offsets),
    bitIndices: bitIndices.slice(0, length),
    folds: Uint8Array.from(folds),
  };
}

/**
 * From lists of ascending rows, one per task, to one list sorted by row, then task.
 * @returns its rows and tasks, and the place of each entry in its task's list
 */
export function byRow(rows: number, lists: readonly Uint32Array[]) {
  const starts = new Uint32Array(rows + 1);
  for (const list of lists) for (const row of list) starts[row + 1]!++;
  for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!;
  const length = starts[rows] ?? 0;
  const columns = { rows: new Uint32Array(length), tasks: new Uint32Array(length) };
  const order = new Uint32Array(length);
  lists.forEach((list, task) => {
    list.forEach((row, at) => {
      const place = starts[row]!++;
      columns.rows[place] = row;
      columns.tasks[place] = task;
      order[place] = at;
    });
  });
  return { order, columns };
}

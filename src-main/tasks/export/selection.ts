/** What of a task set goes into matrices: its tasks with or without auxiliary assays, and the compounds that they label. */
import type { Catalog } from '../../catalog/open.ts';
import {
  type AssayRecord,
  newestTaskSet,
  type RegressionTaskRow,
  readAssaysOf,
  readRegressionTasks,
  readTaskAssays,
  readTaskLabels,
  readTaskSet,
  readTasks,
  readTaskValues,
  type TaskAssayRow,
  type TaskLabels,
  type TaskRow,
  type TaskSetRow,
  type TaskValues,
} from '../../catalog/tasks.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { isAuxiliaryType } from '../assay-values.ts';

export type SelectedTask = TaskRow & {
  readonly assay: SelectedAssay;
  readonly column: number;
  readonly labels: TaskLabels;
};
export type SelectedRegression = RegressionTaskRow & {
  readonly assay: SelectedAssay;
  readonly column: number;
  readonly values: TaskValues;
};
export type SelectedAssay = AssayRecord & Pick<TaskAssayRow, 'scale' | 'reason'>;

export type Selection = {
  readonly set: TaskSetRow;
  readonly auxiliary: boolean;
  /** All tasks of the selected assays; -1 for the column, and no labels, where one does not train. */
  readonly tasks: readonly SelectedTask[];
  readonly regression: readonly SelectedRegression[];
  /** Row of a matrix by row of the set; -1 where nothing of the selection labels it. */
  readonly rowOf: Int32Array;
  readonly rows: number;
};

/**
 * @param auxiliary with assays of the types AUX_*, and then without regression, as MELLODDY-TUNER has it
 * @throws NOT_FOUND, NOTHING_TO_LEARN when no task trains
 */
export function selectTasks(catalog: Catalog, taskSetId: number | undefined, auxiliary: boolean): Selection {
  const set = taskSetId === undefined ? newestTaskSet(catalog) : readTaskSet(catalog, taskSetId);
  if (set === undefined && taskSetId === undefined) {
    throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no task set' });
  }
  if (set === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'task set', id: String(taskSetId) });
  const records = readAssaysOf(catalog, set.id);
  const assays = new Map(
    readTaskAssays(catalog, set.id).map(({ assayId, scale, reason }) => [
      assayId,
      { ...records.get(assayId)!, scale, reason },
    ]),
  );
  const selected = (assayId: number) => auxiliary || !isAuxiliaryType(assays.get(assayId)!.type);

  let [column, regressionColumn] = [0, 0];
  const tasks = readTasks(catalog, set.id)
    .filter(({ assayId }) => selected(assayId))
    .map((task) => ({
      ...task,
      assay: assays.get(task.assayId)!,
      column: task.position < 0 ? -1 : column++,
      labels: readTaskLabels(catalog, task.taskId),
    }));
  const regression = (auxiliary ? [] : readRegressionTasks(catalog, set.id))
    .filter(({ assayId }) => selected(assayId))
    .map((task) => ({
      ...task,
      assay: assays.get(task.assayId)!,
      column: task.position < 0 ? -1 : regressionColumn++,
      values: readTaskValues(catalog, task.regressionTaskId),
    }));
  if (column + regressionColumn === 0) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no tasks' });

  const lists = [...tasks.map(({ labels }) => labels.rows), ...regression.map(({ values }) => values.rows)];
  const last = lists.reduce((most, list) => Math.max(most, list.at(-1) ?? -1), -1);
  const rowOf = new Int32Array(last + 1).fill(-1);
  for (const list of lists) for (const row of list) rowOf[row] = 0;
  let rows = 0;
  rowOf.forEach((found, row) => {
    if (found === 0) rowOf[row] = rows++;
  });
  return { set, auxiliary, tasks, regression, rowOf, rows };
}

/** Regression knows no catalogue. */
export const regressionType = (type: string): string => (type === 'CATALOG-PANEL' ? 'NON-CATALOG-PANEL' : type);

/** A training table of which parts are left out: compounds that are kept for comparison, and what a reviewer had left out. */
import type { TrainingTable } from './training-table.ts';

/** Below so many an attack tells nothing, and nothing is held out. */
export const fewestHeldOut = 20;

/**
 * How many training compounds of a partner are held out in a series. Two in a hundred cost a partner about what two in
 * a hundred compounds less would: nothing that a validation fold could see from some thousand compounds on. A hundred
 * are needed for an interval of a tenth of AUC, and no more than a tenth is taken; 500 tell what 0.2 % are.
 */
export function heldOutCount(trainingCompounds: number): number {
  const count = Math.min(500, Math.max(100, Math.round(heldOutShare * trainingCompounds)));
  const most = Math.floor(trainingCompounds / 10);
  return most < fewestHeldOut ? 0 : Math.min(count, most);
}

export const heldOutShare = 0.02;

/** @param rows of the table @returns the table in which these are in no fold's role but held out */
export function withHeldOut(table: TrainingTable, rows: Iterable<number>): TrainingTable {
  const heldOut = new Uint8Array(table.rows);
  for (const row of rows) heldOut[row] = 1;
  return { ...table, heldOut };
}

/**
 * Rows and columns stay, so that heads keep their sizes; what is left out only has no labels.
 * @param leaves whether the label of this row under a task of this assay is left out
 */
export function withoutLabels(table: TrainingTable, leaves: (row: number, assayId: number) => boolean): TrainingTable {
  const { tasks, labelRows, labelTasks, labelValues, regression } = table;
  const kept = indices(labelRows, (row, at) => !leaves(row, tasks[labelTasks[at]!]!.assayId));
  const less: TrainingTable = {
    ...table,
    labelRows: kept.map((at) => labelRows[at]!),
    labelTasks: kept.map((at) => labelTasks[at]!),
    labelValues: Int8Array.from(kept, (at) => labelValues[at]!),
  };
  if (regression === undefined) return less;
  const { rows, columns, values, censors } = regression;
  const keptValues = indices(rows, (row, at) => !leaves(row, regression.tasks[columns[at]!]!.assayId));
  return {
    ...less,
    regression: {
      tasks: regression.tasks,
      rows: keptValues.map((at) => rows[at]!),
      columns: keptValues.map((at) => columns[at]!),
      values: Float64Array.from(keptValues, (at) => values[at]!),
      censors: Int8Array.from(keptValues, (at) => censors[at]!),
    },
  };
}

/** Tasks that have a class left to learn, and how many the least of them has. */
export function taughtTasks({ tasks, labelTasks }: TrainingTable): {
  readonly tasks: number;
  readonly smallest: number;
} {
  const labels = new Uint32Array(tasks.length);
  for (const task of labelTasks) labels[task]!++;
  const taught = labels.filter((count) => count > 0);
  return { tasks: taught.length, smallest: taught.reduce((least, count) => Math.min(least, count), taught[0] ?? 0) };
}

function indices(rows: Uint32Array, keeps: (row: number, at: number) => boolean): Uint32Array {
  return Uint32Array.from(rows.keys()).filter((at) => keeps(rows[at]!, at));
}

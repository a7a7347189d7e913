/** The heads that a training table asks for, and its labels as each of them learns from them. */
import type { HeadSettings } from '../contract/training.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import type { HeadKind, HeadShape } from './network-shape.ts';
import { rowsOfRole } from './roles.ts';

/** The heads that are asked for and that the table has something to teach. */
export function headsOf(table: TrainingTable, settings: HeadSettings): HeadShape[] {
  const head = (kind: HeadKind, tasks: number, hidden: readonly number[] = []): HeadShape[] =>
    tasks === 0 ? [] : [{ kind, hidden, tasks }];
  return [
    ...head('classification', table.tasks.length, settings.classHidden),
    ...head('regression', settings.values === true ? (table.regression?.tasks.length ?? 0) : 0, settings.valueHidden),
    ...head('catalogue', settings.catalogue === true ? catalogueOf(table).tasks : 0, settings.classHidden),
  ];
}

/** Below this share of cells with a label, single cells are less work than the product of all. */
const sparse = 0.1;

/** Heads whose labels are sparse among the cells of training compounds and tasks. */
export function sparseHeads(labels: readonly HeadLabels[], trainingRows: Uint32Array): HeadKind[] {
  return labels
    .filter(({ tasks, offsets }) => {
      const count = trainingRows.reduce((sum, row) => sum + offsets[row + 1]! - offsets[row]!, 0);
      return count < sparse * tasks * trainingRows.length;
    })
    .map(({ kind }) => kind);
}

/** @returns how many catalogue tasks the table has, and the column among them of each of its tasks; -1 for the others */
export function catalogueOf({ tasks }: Pick<TrainingTable, 'tasks'>): { tasks: number; columns: readonly number[] } {
  const known = new Map<string, number>();
  const columns = tasks.map(({ catalogueTaskId }) => {
    if (catalogueTaskId === undefined) return -1;
    if (!known.has(catalogueTaskId)) known.set(catalogueTaskId, known.size);
    return known.get(catalogueTaskId)!;
  });
  return { tasks: known.size, columns };
}

/** What a task's values are told from: value = mean + deviation x what the head learns. */
export type ValueScale = { readonly means: Float64Array; readonly deviations: Float64Array };

const noValues = { tasks: [], rows: new Uint32Array(), columns: new Uint32Array(), values: new Float64Array() };

/** Over the values of training compounds; a task without any, or whose values are all the same, keeps their size. */
export function valueScale(table: TrainingTable, { rawValues = false }: HeadSettings): ValueScale {
  const { tasks, rows, columns, values } = table.regression ?? noValues;
  const [means, deviations] = [new Float64Array(tasks.length), new Float64Array(tasks.length).fill(1)];
  if (rawValues) return { means, deviations };
  const training = new Set(rowsOfRole(table, 'train'));
  const counts = new Float64Array(tasks.length);
  rows.forEach((row, at) => {
    if (!training.has(row)) return;
    counts[columns[at]!]!++;
    means[columns[at]!]! += values[at]!;
  });
  counts.forEach((count, column) => {
    if (count > 0) means[column]! /= count;
  });
  const squares = new Float64Array(tasks.length);
  const firsts = new Float64Array(tasks.length).fill(Number.NaN);
  const varies = new Uint8Array(tasks.length); // by the values: squares come out above zero by rounding alone
  rows.forEach((row, at) => {
    if (!training.has(row)) return;
    const [column, value] = [columns[at]!, values[at]!];
    if (Number.isNaN(firsts[column]!)) firsts[column] = value;
    if (value !== firsts[column]) varies[column] = 1;
    squares[column]! += (value - means[column]!) ** 2;
  });
  varies.forEach((does, column) => {
    if (does === 1) deviations[column] = Math.sqrt(squares[column]! / counts[column]!);
  });
  return { means, deviations };
}

/** Labels of one head, sorted by row; see `LabelLists` for what the lists mean. Weights are not yet over a batch. */
export type HeadLabels = {
  readonly kind: HeadKind;
  readonly tasks: number;
  /** rows + 1 */
  readonly offsets: Uint32Array;
  readonly columns: Uint32Array;
  readonly targets: Float32Array;
  readonly weights: Float32Array;
  readonly lowest?: Float32Array;
  readonly highest?: Float32Array;
};

/** SparseChem's loss: classes weigh 2 (1 - share), values 2 x share; the catalogue head is added as it is. */
export function labelsOfHeads(
  table: TrainingTable,
  heads: readonly HeadShape[],
  settings: HeadSettings,
): readonly HeadLabels[] {
  const { regressionWeight = 0.5 } = settings;
  const ofKind: Readonly<Record<HeadKind, () => HeadLabels>> = {
    classification: () => ({
      kind: 'classification',
      tasks: table.tasks.length,
      ...classLabels(table, 2 * (1 - regressionWeight)),
    }),
    regression: () => valueLabels(table, settings, 2 * regressionWeight),
    catalogue: () => catalogueLabels(table),
  };
  return heads.map(({ kind }) => ofKind[kind]());
}

function classLabels(table: TrainingTable, share: number) {
  return {
    offsets: offsetsOf(table.rows, table.labelRows),
    columns: table.labelTasks,
    targets: Float32Array.from(table.labelValues, (value) => (value === 1 ? 1 : 0)),
    weights: Float32Array.from(table.labelTasks, (task) => share * table.tasks[task]!.trainingWeight),
  };
}

/** Two tasks of one catalogue task become one label of a compound: with both weights, and their targets' mean. */
function catalogueLabels(table: TrainingTable): HeadLabels {
  const { tasks, columns: columnOf } = catalogueOf(table);
  const { targets, weights } = classLabels(table, 1);
  const merged: { readonly row: number; readonly column: number; target: number; weight: number }[] = [];
  const placeOf = new Int32Array(tasks).fill(-1);
  table.labelRows.forEach((row, at) => {
    const column = columnOf[table.labelTasks[at]!]!;
    if (column === -1) return;
    const [target, weight] = [targets[at]!, weights[at]!];
    const known = merged[placeOf[column]!];
    if (known === undefined || known.row !== row) {
      placeOf[column] = merged.length;
      merged.push({ row, column, target, weight });
      return;
    }
    const both = known.weight + weight;
    if (both > 0) known.target = (known.target * known.weight + target * weight) / both;
    known.weight = both;
  });
  return {
    kind: 'catalogue',
    tasks,
    offsets: offsetsOf(
      table.rows,
      merged.map(({ row }) => row),
    ),
    columns: Uint32Array.from(merged, ({ column }) => column),
    targets: Float32Array.from(merged, ({ target }) => target),
    weights: Float32Array.from(merged, ({ weight }) => weight),
  };
}

/** A number that no difference reaches: not every provider's arithmetic has infinities. */
const unbounded = 3e38;

function valueLabels(table: TrainingTable, settings: HeadSettings, share: number): HeadLabels {
  const { tasks, rows, columns, values, censors } = table.regression!;
  const { means, deviations } = valueScale(table, settings);
  const censored = (at: number) => (settings.censorsIgnored === true ? 0 : censors[at]!);
  const scaled = (at: number) => (values[at]! - means[columns[at]!]!) / deviations[columns[at]!]!;
  const weight = (at: number) => {
    const { trainingWeight, censoredWeight } = tasks[columns[at]!]!;
    return share * trainingWeight * (censored(at) === 0 ? 1 : censoredWeight);
  };
  const each = (of: (at: number) => number) => Float32Array.from(rows, (_, at) => of(at));
  return {
    kind: 'regression',
    tasks: tasks.length,
    offsets: offsetsOf(table.rows, rows),
    columns,
    targets: each(scaled),
    weights: each(weight),
    // A value that is truly lower takes nothing from a prediction below it, which falls short by more than zero.
    lowest: each((at) => (censored(at) === 1 ? 0 : -unbounded)),
    highest: each((at) => (censored(at) === -1 ? 0 : unbounded)),
  };
}

/** Where the labels of each row begin, in a list sorted by row. @returns [rows + 1] */
function offsetsOf(rows: number, labelRows: ArrayLike<number>): Uint32Array {
  const offsets = new Uint32Array(rows + 1);
  for (let at = 0; at < labelRows.length; at++) offsets[labelRows[at]! + 1]!++;
  for (let row = 0; row < rows; row++) offsets[row + 1]! += offsets[row]!;
  return offsets;
}

/** Looks at one fold: predictions of the network as it stands, and what they are worth. */
import type { FoldRole } from '../contract/chemistry.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { HeadSettings } from '../contract/training.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import type { Compaction } from './compaction.ts';
import { foldGraph } from './forward-graph.ts';
import { catalogueOf, valueScale } from './labels.ts';
import { type TaskMetric, taskMetric } from './metrics.ts';
import { type Means, meansOf } from './metrics-means.ts';
import { type RegressionMetric, regressionMetric } from './metrics-regression.ts';
import { type HeadShape, parameterTensors } from './network-shape.ts';
import { modelBytes } from './onnx/graph.ts';
import { rowsOfRole } from './roles.ts';
import { floats, integers, openSession } from './session.ts';

export type TaskMetrics = {
  readonly role: FoldRole;
  /** By the table's column. */
  readonly tasks: readonly TaskMetric[];
  /** Over tasks that are not auxiliary. */
  readonly means: Means;
  /** BCE per label; null without labels. */
  readonly loss: number | null;
  /** By the table's regression column, in the assay's scale; where values were learnt. */
  readonly regression?: readonly RegressionMetric[];
  /** Squared error per value in the task's deviations, a censored one on its wrong side only; null without values. */
  readonly regressionLoss?: number | null;
};

export type Evaluator = {
  /**
   * @param parameters by the names of `parameterTensors`, with all compact rows of the first weight
   * @throws CANCELLED between two chunks of compounds
   */
  readonly evaluate: (
    parameters: Readonly<Record<string, Float32Array>>,
    role: FoldRole,
    minimumPerClass: number,
    control: Control,
  ) => Promise<TaskMetrics>;
  readonly close: () => Promise<void>;
};

/** Compounds per run: their logits and gathered rows stay in the tens of megabytes. */
export const chunk = 512;

export async function openEvaluator(
  table: TrainingTable,
  compaction: Compaction,
  hidden: readonly number[],
  heads: readonly HeadShape[],
  settings: HeadSettings,
): Promise<Evaluator> {
  const shape = { rows: compaction.bits.length, hidden, heads };
  const session = await openSession(modelBytes(foldGraph(shape, catalogueOf(table).columns)), 1);
  const scale = valueScale(table, settings);

  return {
    async evaluate(parameters, role, minimumPerClass, control) {
      const weights = Object.fromEntries(
        parameterTensors(shape).map(({ name, shape }) => [name, floats(parameters[name]!, shape)]),
      );
      const rows = rowsOfRole(table, role);
      const placeOfRow = new Int32Array(table.rows).fill(-1);
      const columns = { logits: table.tasks.length, values: scale.means.length };
      const logits = new Float32Array(rows.length * columns.logits);
      const values = new Float32Array(rows.length * columns.values);
      for (let start = 0; start < rows.length; start += chunk) {
        stopIfAsked(control);
        const part = rows.subarray(start, start + chunk);
        part.forEach((row, place) => {
          placeOfRow[row] = start + place;
        });
        const answer = await session.run({ ...weights, ...bitFeeds(table, compaction, part) });
        if (answer.logits !== undefined) logits.set(answer.logits.data as Float32Array, start * columns.logits);
        if (answer.values !== undefined) values.set(answer.values.data as Float32Array, start * columns.values);
      }
      const classes = judge(
        table,
        role,
        minimumPerClass,
        (row, task) => logits[placeOfRow[row]! * columns.logits + task]!,
      );
      if (heads.every(({ kind }) => kind !== 'regression')) return classes;
      const valueAt = (row: number, task: number) =>
        scale.means[task]! + scale.deviations[task]! * values[placeOfRow[row]! * columns.values + task]!;
      return { ...classes, ...judgeValues(table, role, scale.deviations, valueAt) };
    },
    close: session.release,
  };
}

/** Predicted values, by the table's row and regression column, in the assay's scale. */
export type ValueOf = (row: number, task: number) => number;

/**
 * @param deviations of the values of each regression column, which errors are measured by
 * @param valueAt of every row of the fold that has a value
 */
export function judgeValues(
  table: TrainingTable,
  role: FoldRole,
  deviations: ArrayLike<number>,
  valueAt: ValueOf,
): Required<Pick<TaskMetrics, 'regression' | 'regressionLoss'>> {
  const { tasks, rows, columns, values, censors } = table.regression!;
  const perTask = tasks.map(() => ({ predictions: [] as number[], values: [] as number[], censors: [] as number[] }));
  const inFold = new Set(rowsOfRole(table, role));
  let squares = 0;
  let labels = 0;
  rows.forEach((row, at) => {
    if (!inFold.has(row)) return;
    const [task, censor] = [columns[at]!, censors[at]!];
    const prediction = valueAt(row, task);
    const short = (values[at]! - prediction) / deviations[task]!;
    perTask[task]!.predictions.push(prediction);
    perTask[task]!.values.push(values[at]!);
    perTask[task]!.censors.push(censor);
    squares += (censor === 0 ? short : Math.max(0, censor * short)) ** 2;
    labels++;
  });
  return { regression: perTask.map(regressionMetric), regressionLoss: labels === 0 ? null : squares / labels };
}

export function bitFeeds({ bitOffsets, bitIndices }: TrainingTable, { rowOfBit }: Compaction, rows: Uint32Array) {
  const bits: number[] = [];
  const compounds: number[] = [];
  rows.forEach((row, compound) => {
    for (let at = bitOffsets[row]!; at < bitOffsets[row + 1]!; at++) {
      bits.push(rowOfBit[bitIndices[at]!]!);
      compounds.push(compound);
    }
  });
  return { bits: integers(bits), bit_compounds: integers(compounds), compounds: integers([rows.length]) };
}

/** @param logitOf of every labelled row of the fold, by the table's row and column */
export function judge(
  table: TrainingTable,
  role: FoldRole,
  minimumPerClass: number,
  logitOf: (row: number, task: number) => number,
): TaskMetrics {
  const inFold = new Uint8Array(table.rows);
  for (const row of rowsOfRole(table, role)) inFold[row] = 1;
  const perTask = table.tasks.map(() => ({ scores: [] as number[], classes: [] as number[] }));
  let loss = 0;
  let labels = 0;
  table.labelRows.forEach((row, at) => {
    if (inFold[row] === 0) return;
    const task = table.labelTasks[at]!;
    const active = table.labelValues[at] === 1;
    const logit = logitOf(row, task);
    perTask[task]!.scores.push(1 / (1 + Math.exp(-logit)));
    perTask[task]!.classes.push(active ? 1 : 0);
    loss += Math.max(logit, 0) - (active ? logit : 0) + Math.log1p(Math.exp(-Math.abs(logit)));
    labels++;
  });
  const tasks = perTask.map(taskMetric);
  const judged = table.tasks.map(({ auxiliary }, task) => ({ auxiliary, task })).filter(({ auxiliary }) => !auxiliary);
  const means = meansOf(
    judged.map(({ task }) => tasks[task]!),
    judged.map(({ task }) => table.tasks[task]!.aggregationWeight),
    minimumPerClass,
  );
  return { role, tasks, means, loss: labels === 0 ? null : loss / labels };
}

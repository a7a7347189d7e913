/** Looks at one fold: predictions of the network as it stands, and what they are worth. */
import type { FoldRole } from '../contract/chemistry.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import type { Compaction } from './compaction.ts';
import { foldGraph } from './forward-graph.ts';
import { type TaskMetric, taskMetric } from './metrics.ts';
import { type Means, meansOf } from './metrics-means.ts';
import { modelBytes } from './onnx/graph.ts';
import { rowsOfRole } from './roles.ts';
import { floats, integers, openSession } from './session.ts';
import { parameterTensors } from './train-graph.ts';

export type TaskMetrics = {
  readonly role: FoldRole;
  /** By the table's column. */
  readonly tasks: readonly TaskMetric[];
  /** Over tasks that are not auxiliary. */
  readonly means: Means;
  /** BCE per label; null without labels. */
  readonly loss: number | null;
};

export type Evaluator = {
  /** @param parameters by the names of `parameterTensors`, with all compact rows of the first weight */
  readonly evaluate: (
    parameters: Readonly<Record<string, Float32Array>>,
    role: FoldRole,
    minimumPerClass: number,
  ) => Promise<TaskMetrics>;
  readonly close: () => Promise<void>;
};

/** Compounds per run: their logits and gathered rows stay in the tens of megabytes. */
const chunk = 512;

export async function openEvaluator(
  table: TrainingTable,
  compaction: Compaction,
  hidden: readonly number[],
): Promise<Evaluator> {
  const shape = { rows: compaction.bits.length, hidden, tasks: table.tasks.length };
  const session = await openSession(modelBytes(foldGraph(shape)), 1);

  return {
    async evaluate(parameters, role, minimumPerClass) {
      const weights = Object.fromEntries(
        parameterTensors(shape).map(({ name, shape }) => [name, floats(parameters[name]!, shape)]),
      );
      const rows = rowsOfRole(table, role);
      const placeOfRow = new Int32Array(table.rows).fill(-1);
      const logits = new Float32Array(rows.length * shape.tasks);
      for (let start = 0; start < rows.length; start += chunk) {
        const part = rows.subarray(start, start + chunk);
        part.forEach((row, place) => {
          placeOfRow[row] = start + place;
        });
        const answer = await session.run({ ...weights, ...bitFeeds(table, compaction, part) });
        logits.set(answer.logits!.data as Float32Array, start * shape.tasks);
      }
      return judge(table, role, minimumPerClass, (row, task) => logits[placeOfRow[row]! * shape.tasks + task]!);
    },
    close: session.release,
  };
}

function bitFeeds({ bitOffsets, bitIndices }: TrainingTable, { rowOfBit }: Compaction, rows: Uint32Array) {
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

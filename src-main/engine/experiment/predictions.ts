/** What a model says of the compounds that judge it: one logit for each label of the validation and the test fold. */
import type { FoldRole } from '../../contract/chemistry.ts';
import { unattended } from '../../contract/progress.ts';
import type { TrainingTable } from '../../tasks/training-table.ts';
import { judge, type TaskMetrics } from '../../training/evaluation.ts';
import { readPredictions } from '../../training/fuse-job.ts';
import { chooseWeight, fusedLogit, type LogitOf } from '../../training/fusion.ts';
import { rowsOfRole } from '../../training/roles.ts';
import { startPredictor, type Trainer, type TrunkTensors } from '../../training/trainer.ts';
import { spawnHere } from './trainer-here.ts';

/** Beside the labels of the table; NaN in the training folds. */
export type Predictions = Float32Array;

const judged = ['validation', 'test'] as const;

/** Actives and inactives that a task needs on a fold to count there. */
export const minimumPerClass = 5;

/** Of this trunk with the head that is in the trainer, through the scoring model that leaves training. */
export async function predictJudged(
  trainer: Trainer,
  table: TrainingTable,
  trunk: TrunkTensors,
  step: number,
): Promise<Predictions> {
  const about = { kind: 'global', series: null, step, parameterHash: '', tasks: [] } as const;
  const predictor = await startPredictor(spawnHere);
  try {
    const model = await predictor.openModel(await trainer.exportModel(trunk, about));
    return atLabels(table, (await readPredictions(predictor, model, table, judged, unattended)).logitOf);
  } finally {
    await predictor.close();
  }
}

export const judgePredictions = (table: TrainingTable, predictions: Predictions, role: FoldRole): TaskMetrics =>
  judge(table, role, minimumPerClass, logitsOf(table, predictions));

/** Own and global model in one, at the weight that the validation fold chooses. */
export function fusePredictions(
  table: TrainingTable,
  own: Predictions,
  global: Predictions,
): { readonly weight: number; readonly predictions: Predictions } {
  const logits = [logitsOf(table, own), logitsOf(table, global)] as const;
  const { weight } = chooseWeight(table, ...logits, minimumPerClass);
  return { weight, predictions: atLabels(table, fusedLogit(...logits, weight)) };
}

function atLabels(table: TrainingTable, logitOf: LogitOf): Predictions {
  const { labelRows, labelTasks } = table;
  const inFolds = new Uint8Array(table.rows);
  for (const role of judged) for (const row of rowsOfRole(table, role)) inFolds[row] = 1;
  return Float32Array.from(labelRows, (row, at) => (inFolds[row] === 1 ? logitOf(row, labelTasks[at]!) : Number.NaN));
}

function logitsOf({ labelRows, labelTasks, tasks }: TrainingTable, predictions: Predictions): LogitOf {
  const places = new Map<number, number>();
  labelRows.forEach((row, at) => {
    places.set(row * tasks.length + labelTasks[at]!, at);
  });
  return (row, task) => predictions[places.get(row * tasks.length + task)!]!;
}

/** How much of the global model goes into a fused one: the weights of its logits and values, chosen on the validation fold. */
import type { FusionLook, ValueLook } from '../catalog/fusions.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import { judge, judgeValues, type ValueOf } from './evaluation.ts';
import { valueScale } from './labels.ts';

/** The ends are the own and the global model alone, so the choice also says that fusing does not help. */
const fusionWeights = Array.from({ length: 11 }, (_, tenths) => tenths / 10);

/** Logits of labelled compounds, by the table's row and column. */
export type LogitOf = (row: number, task: number) => number;

export const fusedLogit =
  (own: LogitOf, global: LogitOf, weight: number): LogitOf =>
  (row, task) =>
    weight * global(row, task) + (1 - weight) * own(row, task);

export type WeightChoice = { readonly weight: number; readonly looks: readonly FusionLook[] };

/** @param minimumPerClass of each class from which a task counts on the validation fold */
export function chooseWeight(
  table: TrainingTable,
  own: LogitOf,
  global: LogitOf,
  minimumPerClass: number,
): WeightChoice {
  const looks = fusionWeights.map((weight) => {
    const { means, loss } = judge(table, 'validation', minimumPerClass, fusedLogit(own, global, weight));
    return { weight, aucPr: means.aucPr, loss };
  });
  return { weight: bestWeight(looks), looks };
}

export type ValueWeightChoice = { readonly weight: number; readonly looks: readonly ValueLook[] };

/** Of the values, which may be better known to another of the two models than the classes: the least squared error. */
export function chooseValueWeight(table: TrainingTable, own: ValueOf, global: ValueOf): ValueWeightChoice {
  const { deviations } = valueScale(table, {});
  const looks = fusionWeights.map((weight) => ({
    weight,
    loss: judgeValues(table, 'validation', deviations, fusedLogit(own, global, weight)).regressionLoss,
  }));
  return { weight: bestWeight(looks.map((look) => ({ ...look, aucPr: null }))), looks };
}

/**
 * The highest mean AUC-PR, or the least loss where no task counts. Of equals the one nearest to the global model, since
 * a model by itself is simpler than two, and the global one goes on to be trained.
 */
export const bestWeight = (looks: readonly FusionLook[]): number =>
  looks.reduce((best, look) => (worth(look) >= worth(best) ? look : best)).weight;

const worth = ({ aucPr, loss }: FusionLook): number => aucPr ?? -(loss ?? 0);

/** Probabilities are float32: the largest below 1 stands for what was rounded to 1. */
const mostProbability = 1 - 2 ** -24;
const leastProbability = 2 ** -126;

export function logitOfProbability(probability: number): number {
  const held = Math.min(mostProbability, Math.max(leastProbability, probability));
  return Math.log(held / (1 - held));
}

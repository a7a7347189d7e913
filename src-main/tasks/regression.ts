/** The regression task of an assay: its quorums, what is missing to them, and its weights (chemistry.md 1.10). */
import type { AssayRecord } from '../catalog/task-sources.ts';
import type { RegressionDetail, TaskRules } from '../contract/tasks.ts';
import { type AssayValues, deviationOf, isAuxiliaryType } from './assay-values.ts';
import { roleOfFold } from './folds.ts';
import { type SortedValues, sizeOf, uncensoredOf } from './sorted-values.ts';

export type RegressionAssay = Pick<AssayRecord, 'type' | 'useInRegression'>;

/** @param varies false where the assay's values do not differ enough to learn from */
export function defineRegression(
  assay: RegressionAssay,
  values: AssayValues,
  sorted: SortedValues,
  varies: boolean,
  rules: TaskRules,
): RegressionDetail {
  const tuner = rules.compatibility === 'tuner';
  const limits = {
    trainingTotal: rules.regression.trainingTotal,
    trainingUncensored: rules.regression.trainingUncensored,
    foldTotal: tuner ? 0 : rules.regression.foldTotal, // MELLODY-TUNER has a number for it, and never tests it
    foldUncensored: rules.regression.foldUncensored,
    foldDeviation: assay.type === 'ADME' ? null : rules.regression.foldDeviation,
  };
  const folds = sorted.map((fold, number) => ({
    fold: number,
    role: roleOfFold(number),
    total: sizeOf(fold),
    uncensored: uncensoredOf(fold).length,
    deviation: deviationOf(uncensoredOf(fold)),
  }));
  // MELLODY-TUNER looks only at folds that have data.
  const judged = folds.filter(({ total }) => total > 0 || !tuner);
  const evaluationShort = judged
    .map(({ fold, total, uncensored }) => ({
      fold,
      total: Math.max(0, limits.foldTotal - total),
      uncensored: Math.max(0, limits.foldUncensored - uncensored),
    }))
    .filter(({ total, uncensored }) => total > 0 || uncensored > 0);
  const flatFolds = judged
    .filter(({ uncensored }) => uncensored > 0 || !tuner)
    .filter(({ deviation }) => limits.foldDeviation !== null && (deviation ?? 0) < limits.foldDeviation)
    .map(({ fold }) => fold);

  const total = values.values.length;
  const uncensored = folds.reduce((sum, fold) => sum + fold.uncensored, 0);
  const trainingShort = {
    total: Math.max(0, limits.trainingTotal - total),
    uncensored: Math.max(0, limits.trainingUncensored - uncensored),
  };
  const off = whyOff(assay, values, varies, rules);
  const trains = off === null && trainingShort.total === 0 && trainingShort.uncensored === 0;
  const evaluated = trains && evaluationShort.length === 0 && flatFolds.length === 0;
  const auxiliary = isAuxiliaryType(assay.type);
  const censoredShare = total === 0 ? 0 : (total - uncensored) / total;
  return {
    status: off !== null ? 'off' : evaluated ? 'ready' : trains ? 'not-evaluated' : 'too-few',
    off,
    auxiliary,
    total,
    uncensored,
    folds,
    trainingShort,
    evaluationShort,
    flatFolds,
    limits,
    trainingWeight: trains ? (auxiliary ? rules.auxiliaryWeight : 1) : 0,
    aggregationWeight: evaluated && (!auxiliary || tuner) ? 1 : 0,
    censoredShare,
    censoredWeight: censoredWeight(censoredShare, rules.regression.knockInBarrier),
  };
}

/**
 * Weight of a task's censored values: 1 up to the barrier, beyond it so that they weigh the barrier's share together.
 *
 * @param share of the task's values that are censored, 0 to 1
 */
export const censoredWeight = (share: number, barrier: number): number =>
  share <= barrier ? 1 : (barrier * (1 - share)) / (share * (1 - barrier));

function whyOff(
  { type, useInRegression }: RegressionAssay,
  { binary }: AssayValues,
  varies: boolean,
  rules: TaskRules,
): RegressionDetail['off'] {
  if (isAuxiliaryType(type) && !rules.auxiliaryData) return 'auxiliary-off';
  if (binary) return 'binary';
  if (!(useInRegression ?? (rules.regression.byDefault && !isAuxiliaryType(type)))) return 'not-used';
  return varies ? null : 'no-variance';
}

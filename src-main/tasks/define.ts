/** From an assay's values to its learning tasks: classes, quorums and weights (chemistry.md 1.9 and 1.10). */
import type { AssayRecord, Direction, FoldCount, MeasuredCompound } from '../catalog/tasks.ts';
import type { TaskRules, TaskStatus } from '../contract/tasks.ts';
import { type AssayValues, assayValues } from './assay-values.ts';
import { countClasses, isMet, missing, totalOf } from './classes.ts';
import { findThresholds, type Threshold, type Thresholds } from './thresholds.ts';

export type DefinedTask = Threshold & {
  readonly direction: Direction;
  readonly counts: readonly FoldCount[];
  readonly trainingQuorum: boolean;
  readonly evaluationQuorum: boolean;
  /** The assay's weight, shared by its tasks that train; 0 for one that does not. */
  readonly trainingWeight: number;
  /** 1 where the task counts in means over tasks, else 0. */
  readonly aggregationWeight: number;
};

export type DefinedAssay = AssayValues &
  Pick<Thresholds, 'reason'> & {
    readonly assay: AssayRecord;
    /** By threshold, ascending; also those that do not train. */
    readonly tasks: readonly DefinedTask[];
  };

/** @param expert instead of the thresholds that a person or the files have set; empty for the rule's own */
export function defineAssay(
  assay: AssayRecord,
  measured: readonly MeasuredCompound[],
  rules: TaskRules,
  expert: readonly number[] = assay.chosenThresholds ?? assay.expertThresholds,
): DefinedAssay {
  const values = assayValues(assay, measured, rules);
  const { thresholds, reason } = findThresholds(assay, values, expert, rules);
  return { ...values, assay, reason, tasks: defineTasks(values, thresholds, rules) };
}

/** Every fold counts for the evaluation quorum, also an empty one; it costs the evaluation, never the assay. */
function defineTasks(
  { values, direction }: AssayValues,
  thresholds: readonly Threshold[],
  rules: TaskRules,
): readonly DefinedTask[] {
  const counted = thresholds.map((threshold) => {
    const counts = countClasses(values, threshold.threshold, direction);
    const trainingQuorum = isMet(missing(totalOf(counts), rules.trainingQuorum));
    return {
      ...threshold,
      direction,
      counts,
      trainingQuorum,
      evaluationQuorum: trainingQuorum && counts.every((fold) => isMet(missing(fold, rules.evaluationQuorum))),
    };
  });
  const training = counted.filter(({ trainingQuorum }) => trainingQuorum).length;
  return counted.map((task) => ({
    ...task,
    trainingWeight: task.trainingQuorum ? 1 / training : 0,
    aggregationWeight: task.evaluationQuorum && !task.auxiliary ? 1 : 0,
  }));
}

type Judged = Pick<DefinedTask, 'trainingQuorum' | 'evaluationQuorum'>;

export const statusOfTask = ({ trainingQuorum, evaluationQuorum }: Judged): TaskStatus =>
  evaluationQuorum ? 'ready' : trainingQuorum ? 'not-evaluated' : 'too-few';

/** Of an assay: that of its best task, where auxiliary tasks count as training only. */
export function statusOfAssay(tasks: readonly (Judged & Pick<Threshold, 'auxiliary'>)[]): TaskStatus {
  if (tasks.some(({ evaluationQuorum, auxiliary }) => evaluationQuorum && !auxiliary)) return 'ready';
  return tasks.some(({ trainingQuorum }) => trainingQuorum) ? 'not-evaluated' : 'too-few';
}

/** From an assay's values to its learning tasks: classes, quorums and weights (chemistry.md 1.9 and 1.10). */
import type { AssayRecord, Direction, MeasurementColumns } from '../catalog/task-sources.ts';
import type { FoldCount, TaskAssayFacts } from '../catalog/tasks.ts';
import type {
  AssayType,
  CatalogueMatch,
  CatalogueReference,
  RegressionDetail,
  TaskRules,
  TaskStatus,
} from '../contract/tasks.ts';
import { type AssayValues, assayValues, isAuxiliaryType } from './assay-values.ts';
import { countClasses, isMet, missing, type Quorum, totalOf } from './classes.ts';
import { foldCount } from './folds.ts';
import { nearMissOf } from './near-miss.ts';
import { defineRegression } from './regression.ts';
import { type SortedValues, sortValues } from './sorted-values.ts';
import { cutOf, findThresholds, type Threshold, type Thresholds } from './thresholds.ts';

export type DefinedTask = Threshold & {
  readonly direction: Direction;
  readonly twoSided: boolean;
  readonly counts: readonly FoldCount[];
  /** Type whose quorums it is held to. */
  readonly judgedAs: AssayType;
  readonly catalogue: CatalogueMatch | null;
  readonly trainingShort: Quorum;
  /** Folds below the evaluation quorum, with what is missing in each. */
  readonly evaluationShort: readonly (Quorum & { readonly fold: number })[];
  readonly trainingQuorum: boolean;
  readonly evaluationQuorum: boolean;
  /** The assay's weight, shared by its tasks that train; 0 for one that does not. */
  readonly trainingWeight: number;
  /** 1 where the task counts in means over tasks, else 0. */
  readonly aggregationWeight: number;
};

/** An assay's values as they count, sorted for counting. */
export type PreparedAssay = {
  readonly assay: AssayRecord;
  readonly values: AssayValues;
  readonly sorted: SortedValues;
  /** False where the values do not differ: overall, or in MELLODY-TUNER's way in some fold. */
  readonly varies: boolean;
  /** Folds with two values or more that are all the same; with MELLODY-TUNER's rule also those with fewer. */
  readonly flatFolds: readonly number[];
  readonly regression: RegressionDetail;
};

export type DefinedAssay = PreparedAssay &
  Pick<Thresholds, 'reason'> & {
    /** By threshold, ascending; also those that do not train. */
    readonly tasks: readonly DefinedTask[];
    readonly facts: TaskAssayFacts;
  };

/** What all partners agree on, and all assays share. */
export type Frame = {
  readonly rules: TaskRules;
  readonly catalogue: CatalogueReference | undefined;
  /** Folds that hold values of any assay, catalogue panels and the others apart: only MELLODY-TUNER's variance rule asks. */
  readonly foldsSeen: (type: AssayType) => ReadonlySet<number>;
};

export const everyFold: ReadonlySet<number> = new Set(Array.from({ length: foldCount }, (_, fold) => fold));

export function prepareAssay(assay: AssayRecord, measured: MeasurementColumns, frame: Frame): PreparedAssay {
  const values = assayValues(assay, measured, frame.rules);
  const sorted = sortValues(values);
  const spread = variance(assay, values, frame);
  const regression = defineRegression(assay, values, sorted, spread.varies, frame.rules);
  return { assay, values, sorted, ...spread, regression };
}

/** @param expert instead of the thresholds that a person or the files have set; empty for the rule's own */
export function defineAssay(
  prepared: PreparedAssay,
  frame: Frame,
  expert: readonly number[] = expertThresholdsOf(prepared.assay, frame),
): DefinedAssay {
  const { assay, values, sorted, varies, flatFolds, regression } = prepared;
  const { rules, catalogue } = frame;
  const removed = rules.compatibility === 'tuner' && !varies && assay.type !== 'CATALOG-PANEL';
  const { thresholds, reason } = removed
    ? { thresholds: [], reason: { key: 'tasks.reason.noVariance' as const, data: { folds: [...flatFolds] } } }
    : findThresholds(assay, values, sorted, expert, rules, catalogue);
  const tasks = defineTasks(prepared, thresholds, frame);
  const facts = {
    regression: regression.status,
    nearMiss: nearMissOf(tasks, regression, frame),
    conflicts: values.replicates.conflicts,
    structureFailed: values.leftOut.structureFailed,
  };
  return { ...prepared, reason, tasks, facts };
}

/** A person's; else the file's, which are not asked for where one threshold holds for all assays of the type. */
export function expertThresholdsOf(assay: AssayRecord, { catalogue }: Pick<Frame, 'catalogue'>): readonly number[] {
  if (assay.chosenThresholds !== undefined) return assay.chosenThresholds;
  const shared = assay.type === 'CATALOG-PANEL' && catalogue !== undefined && assay.catalogueAssayId !== null;
  return shared || assay.type === 'AUX_HTS' ? [] : assay.expertThresholds;
}

function variance({ type }: AssayRecord, { deviation }: AssayValues, { rules, foldsSeen }: Frame) {
  const flat = (found: number | null) => found !== null && found <= rules.leastDeviation;
  if (rules.compatibility === 'tuner') {
    // A fold with one value or none counts as one without variance, as long as any assay has values in it.
    const flatFolds = deviation.folds.flatMap((found, fold) =>
      foldsSeen(type).has(fold) && (found ?? 0) <= rules.leastDeviation ? [fold] : [],
    );
    return { varies: flatFolds.length === 0, flatFolds };
  }
  const flatFolds = deviation.folds.flatMap((found, fold) => (flat(found) ? [fold] : []));
  return { varies: !flat(deviation.all), flatFolds };
}

function defineTasks(
  { assay, values, sorted }: PreparedAssay,
  thresholds: readonly Threshold[],
  { rules, catalogue }: Frame,
): readonly DefinedTask[] {
  const judged = thresholds.map((threshold) => {
    const cut = cutOf(assay, values, threshold.threshold, rules);
    const counts = countClasses(sorted, cut);
    const match = catalogueMatch(assay, threshold, counts, rules, catalogue);
    const judgedAs: AssayType = match === null || match.check === 'matched' ? assay.type : 'NON-CATALOG-PANEL';
    const trainingShort =
      match?.check === 'matched'
        ? { actives: 0, inactives: 0 }
        : missing(totalOf(counts), trainingQuorumOf(judgedAs, rules));
    const evaluationShort = counts
      .filter(({ actives, inactives }) => rules.compatibility === 'chorale' || actives + inactives > 0)
      .map((count) => ({ fold: count.fold, ...missing(count, rules.evaluationQuorum) }))
      .filter((short) => !isMet(short));
    const trainingQuorum = isMet(trainingShort);
    return {
      ...threshold,
      ...{ direction: values.direction, twoSided: cut.kind === 'two-sided', counts, judgedAs, catalogue: match },
      ...{ trainingShort, evaluationShort, trainingQuorum },
      evaluationQuorum: trainingQuorum && evaluationShort.length === 0,
    };
  });
  const training = judged.filter(({ trainingQuorum }) => trainingQuorum).length;
  const weight = isAuxiliaryType(assay.type) ? rules.auxiliaryWeight : 1;
  return judged.map((task) => ({
    ...task,
    trainingWeight: task.trainingQuorum ? weight / training : 0,
    aggregationWeight: task.evaluationQuorum && !task.auxiliary ? 1 : 0,
  }));
}

export const trainingQuorumOf = (type: AssayType, rules: TaskRules): Quorum =>
  isAuxiliaryType(type) ? rules.auxiliaryTrainingQuorum : rules.trainingQuorum;

/** A task of the reference learns from a number of labels, whatever their classes; others are judged as other panels. */
function catalogueMatch(
  { type, catalogueAssayId }: AssayRecord,
  { threshold, method }: Threshold,
  counts: readonly FoldCount[],
  { catalogueQuorum }: TaskRules,
  catalogue: CatalogueReference | undefined,
): CatalogueMatch | null {
  if (type !== 'CATALOG-PANEL' || catalogue === undefined) return null;
  const task = catalogue.tasks.find(
    (task) => task.catalogueAssayId === catalogueAssayId && task.threshold === threshold && task.method === method,
  );
  if (task === undefined) return { check: 'missing_ref_task', catalogueTaskId: null, short: 0 };
  const { actives, inactives } = totalOf(counts);
  const short = Math.max(0, catalogueQuorum - actives - inactives);
  return short === 0
    ? { check: 'matched', catalogueTaskId: task.catalogueTaskId, short }
    : { check: 'failed_quorum', catalogueTaskId: null, short };
}

type Judged = Pick<DefinedTask, 'trainingQuorum' | 'evaluationQuorum'>;

export const statusOfTask = ({ trainingQuorum, evaluationQuorum }: Judged): TaskStatus =>
  evaluationQuorum ? 'ready' : trainingQuorum ? 'not-evaluated' : 'too-few';

/** Of an assay: that of its best task, where auxiliary tasks count as training only. */
export function statusOfAssay(tasks: readonly (Judged & Pick<Threshold, 'auxiliary'>)[]): TaskStatus {
  if (tasks.some(({ evaluationQuorum, auxiliary }) => evaluationQuorum && !auxiliary)) return 'ready';
  return tasks.some(({ trainingQuorum }) => trainingQuorum) ? 'not-evaluated' : 'too-few';
}

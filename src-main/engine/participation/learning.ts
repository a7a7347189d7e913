/** What a partner learns in a series: local rounds from the global trunk, and after each sum a look at the own validation fold. */
import { removeSupersededModels } from '../../catalog/models.ts';
import { writeRoundValidation } from '../../catalog/rounds.ts';
import { setRunProvider } from '../../catalog/run-providers.ts';
import {
  addRunPoint,
  bestRunPoint,
  federatedRun,
  finishRun,
  readRunPoints,
  removeRunPoints,
} from '../../catalog/runs.ts';
import { newestTaskSet } from '../../catalog/tasks.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import { ChoraleError, isChoraleError } from '../../contract/errors.ts';
import type { Control } from '../../contract/progress.ts';
import type { UsedProvider } from '../../contract/providers.ts';
import type { RunPoint } from '../../contract/training.ts';
import type { Judgement } from '../../federation/partner.ts';
import { type Plan, privateWeight } from '../../federation/plan.ts';
import { fallBeyondLimit } from '../../federation/voiding.ts';
import { roleOfFold } from '../../tasks/folds.ts';
import { readTrainingTable, type TrainingTable } from '../../tasks/training-table.ts';
import { saveModel } from '../../training/save-model.ts';
import type { SpawnTraining } from '../../training/spawn.ts';
import { startTrainer, type TaskMetrics, type TrunkTensors, trunkShapes } from '../../training/trainer.ts';

export type Learning = {
  readonly runId: string;
  /** For the package: what the change was learned from. */
  readonly trainedOn: { readonly tasks: number; readonly smallestTask: number; readonly compounds: number };
  readonly heads: { readonly tasks: number; readonly numbers: number };
  /** Training compounds that set the bit of each row of the first layer. */
  readonly compoundsByRow: () => Uint32Array;
  /**
   * One local round from this trunk, with the head as the last finished round left it.
   * @returns the change of the trunk, trained minus given, with this partner's private weight where the plan has such
   */
  readonly train: (
    request: { readonly values: Float32Array; readonly localRate: number; readonly seed: number },
    control: Control,
  ) => Promise<Float32Array>;
  /**
   * After the sum of a round: keeps the head, and where it is time, or the plan knows voiding, looks at the validation
   * fold. The model is kept once the result stands.
   * @returns how far the fold fell beyond the plan's limit
   */
  readonly look: (round: number, values: Float32Array, control: Control) => Promise<Judgement>;
  /** Forgets what came after so many rounds; of the last round only. */
  readonly backTo: (rounds: number) => Promise<void>;
  /** @param values the trunk after the last round */
  readonly finish: (values: Float32Array, control: Control) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** At most so many looks in a series. */
const looks = 25;

const minimumPerClass = 5;

/** A look whose result is not known to stand yet. */
type Look = { readonly point: RunPoint; readonly trunk: TrunkTensors; readonly validation: TaskMetrics };

/**
 * @param rounds that the stored state of the series says are done
 * @throws NOTHING_TO_LEARN without a task set, PLAN_INVALID when it was built on another chemistry than the plan's,
 *   TRAINING_FAILED
 */
export async function openLearning(
  workspace: Workspace,
  plan: Plan,
  rounds: number,
  jobId: string | null,
  spawn: SpawnTraining,
  provider: UsedProvider = { name: 'cpu', trouble: null },
): Promise<Learning> {
  const { catalog, vault } = workspace;
  const taskSet = newestTaskSet(catalog);
  if (taskSet === undefined) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-task-set' });
  if (taskSet.parameterHash !== plan.chemistryHash)
    throw new ChoraleError('PLAN_INVALID', { reason: 'other-chemistry' });
  const table = readTrainingTable(catalog, taskSet.id, { regression: plan.recipe.heads?.values === true });
  if (table.tasks.length === 0) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-tasks' });

  const trainingCompounds = table.folds.reduce((count, fold) => count + (roleOfFold(fold) === 'train' ? 1 : 0), 0);
  const { recipe, series, hidden, voiding } = plan;
  const shapes = trunkShapes(hidden);
  const headFile = (round: number, of = series) => `series/${of}/head-${round}`;
  const runId = federatedRun(catalog, {
    taskSetId: taskSet.id,
    jobId,
    series,
    settings: { hidden, steps: recipe.rounds, ...recipe },
  });
  const every = Math.max(1, Math.ceil(recipe.rounds / looks));
  let best = bestRunPoint(catalog, runId);
  let unsettled: Look | undefined;
  let settling = Promise.resolve();

  const trainer = await startTrainer(spawn, provider);
  try {
    await trainer.load(table);
    // One round more where the process was killed while it applied that round's sum.
    if (!(await restoreHead(rounds + 1)) && !(await restoreHead(rounds))) await beginHead();
  } catch (error) {
    await trainer.close();
    throw error;
  }
  const began = performance.now();
  let loss: number | null = null;

  /** @returns false where no head was kept for this round */
  async function restoreHead(round: number, of = series): Promise<boolean> {
    try {
      await trainer.restoreHead(vault.read(headFile(round, of)));
      return true;
    } catch (error) {
      if (isChoraleError(error) && error.code === 'NOT_FOUND') return false;
      throw error;
    }
  }

  /** Of the series that this one continues, where this partner was in it. */
  async function beginHead(): Promise<void> {
    if (plan.continueFrom !== undefined) await restoreHead(plan.continueFrom.rounds, plan.continueFrom.series);
  }

  const isDue = (round: number): boolean => round % every === 0 || round === recipe.rounds;

  async function lookAt(round: number, trunk: TrunkTensors, control: Control): Promise<Look> {
    const validation = await trainer.evaluate({ trunk, role: 'validation', minimumPerClass }, control);
    const { aucPr, aucRoc, aucPrInterval } = validation.means;
    const point = {
      step: round,
      loss,
      validationAucPr: aucPr,
      validationAucRoc: aucRoc,
      validationInterval: aucPrInterval,
      seconds: (performance.now() - began) / 1000,
    };
    addRunPoint(catalog, runId, point);
    writeRoundValidation(catalog, series, round, aucPr);
    setRunProvider(catalog, runId, trainer.provider());
    return { point, trunk, validation };
  }

  /**
   * The result of the last look stands: keeps the model where it is due. The head is still the one of that look, so
   * nothing is trained before this is done, and what was cancelled is done by who comes next.
   */
  function settle(control: Control): Promise<void> {
    settling = settling.catch(() => {}).then(() => settleLook(control));
    return settling;
  }

  async function settleLook(control: Control): Promise<void> {
    if (unsettled === undefined) return;
    const { point, trunk, validation } = unsettled;
    const { step, validationAucPr } = point;
    if (isDue(step) && isWithinOneError(point, best)) {
      const test = await trainer.evaluate({ trunk, role: 'test', minimumPerClass }, control);
      const id = await saveModel(workspace, trainer, { runId, kind: 'global', step, trunk, validation, test });
      for (const file of removeSupersededModels(catalog, runId, id)) vault.remove(file);
    }
    if ((validationAucPr ?? 0) > (best?.validationAucPr ?? -1)) best = point;
    unsettled = undefined;
  }

  /** After each round before this one, where the fold could tell. */
  const looksBefore = (round: number): readonly number[] =>
    readRunPoints(catalog, runId, 0).flatMap(({ step, validationAucPr }) =>
      step < round && validationAucPr !== null ? [validationAucPr] : [],
    );

  const trunkOf = (values: Float32Array): TrunkTensors => ({ shapes, values });

  return {
    runId,
    trainedOn: {
      tasks: table.tasks.length,
      smallestTask: smallestTask(table.labelTasks, table.tasks.length),
      compounds: trainingCompounds,
    },
    heads: { tasks: table.tasks.length, numbers: table.tasks.length * (hidden.at(-1)! + 1) },

    compoundsByRow: () => compoundsByBit(table, shapes[0]!.shape[0]!),

    async train({ values, localRate, seed }, control) {
      await settle(control);
      const settings = {
        steps: recipe.localSteps,
        rate: localRate,
        headRate: recipe.headRate,
        batch: trainingCompounds < recipe.smallBatch.below ? recipe.smallBatch.size : recipe.batchSize,
        dropout: recipe.dropout,
        inputDropout: 0,
        ...(recipe.heads !== undefined && { heads: recipe.heads }),
      };
      const trained = await trainer.localRound({ trunk: trunkOf(values), settings, seed }, control);
      loss = trained.loss;
      const change = trained.trunk.values;
      const weight = privateWeight(plan, trainingCompounds);
      for (let i = 0; i < change.length; i++) change[i] = weight * (change[i]! - values[i]!);
      return change;
    },

    async look(round, values, control) {
      await settle(control);
      vault.write(headFile(round), await trainer.headState());
      vault.remove(headFile(round - 2));
      if (!isDue(round) && voiding === undefined) return { fall: null };
      unsettled = await lookAt(round, trunkOf(values), control);
      if (voiding === undefined) {
        await settle(control);
        return { fall: null };
      }
      return { fall: fallBeyondLimit(voiding, looksBefore(round), unsettled.point.validationAucPr) };
    },

    async backTo(round) {
      unsettled = undefined;
      removeRunPoints(catalog, runId, round);
      best = bestRunPoint(catalog, runId);
      vault.remove(headFile(round + 1));
      if (await restoreHead(round)) return;
      await trainer.load(table);
      await beginHead();
    },

    async finish(values, control) {
      // A process that was killed after the last look has forgotten what it saw.
      if (voiding !== undefined) unsettled ??= await lookAt(recipe.rounds, trunkOf(values), control);
      await settle(control);
      finishRun(catalog, runId, 'done');
    },
    close: trainer.close,
  };
}

/**
 * The rule of one standard error (Breiman et al. 1984): of the looks that the validation fold cannot tell from the best,
 * the last is kept, since an early peak over few tasks is mostly chance and later rounds average more.
 */
function isWithinOneError({ validationAucPr }: RunPoint, best: RunPoint | undefined): boolean {
  if (best === undefined || best.validationAucPr === null) return true;
  const { low, high } = best.validationInterval ?? { low: 0, high: 0 };
  const standardError = (high - low) / (2 * 1.96);
  return (validationAucPr ?? 0) >= best.validationAucPr - standardError;
}

function compoundsByBit({ rows, folds, bitOffsets, bitIndices }: TrainingTable, bits: number): Uint32Array {
  const compounds = new Uint32Array(bits);
  for (let row = 0; row < rows; row++) {
    if (roleOfFold(folds[row]!) !== 'train') continue;
    for (let i = bitOffsets[row]!; i < bitOffsets[row + 1]!; i++) compounds[bitIndices[i]!]!++;
  }
  return compounds;
}

function smallestTask(labelTasks: Uint32Array, tasks: number): number {
  const labels = new Uint32Array(tasks);
  for (const task of labelTasks) labels[task]!++;
  return labels.reduce((least, count) => Math.min(least, count), Number.MAX_SAFE_INTEGER);
}

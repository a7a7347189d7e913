/** What a partner learns in a series: local rounds from the global trunk, and after each sum a look at the own validation fold. */
import { removeSupersededModels } from '../../catalog/models.ts';
import { addRunPoint, bestRunPoint, federatedRun, finishRun } from '../../catalog/runs.ts';
import { newestTaskSet } from '../../catalog/tasks.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import { ChoraleError, isChoraleError } from '../../contract/errors.ts';
import type { Control } from '../../contract/progress.ts';
import type { RunPoint } from '../../contract/training.ts';
import type { Plan } from '../../federation/plan.ts';
import { roleOfFold } from '../../tasks/folds.ts';
import { readTrainingTable } from '../../tasks/training-table.ts';
import { saveModel } from '../../training/save-model.ts';
import type { SpawnTraining } from '../../training/spawn.ts';
import { startTrainer, type TrunkTensors, trunkShapes } from '../../training/trainer.ts';

export type Learning = {
  readonly runId: string;
  /** For the package: what the change was learned from. */
  readonly trainedOn: { readonly tasks: number; readonly smallestTask: number; readonly compounds: number };
  readonly heads: { readonly tasks: number; readonly numbers: number };
  /**
   * One local round from this trunk, with the head as the last finished round left it.
   * @returns the change of the trunk: trained minus given
   */
  readonly train: (
    request: { readonly values: Float32Array; readonly localRate: number; readonly seed: number },
    control: Control,
  ) => Promise<Float32Array>;
  /** After the sum of a round: keeps the head, and where it is time looks at the validation fold and keeps the model. */
  readonly look: (round: number, values: Float32Array) => Promise<void>;
  readonly finish: () => void;
  readonly close: () => Promise<void>;
};

/** At most so many looks in a series. */
const looks = 25;

const minimumPerClass = 5;

/**
 * @throws NOTHING_TO_LEARN without a task set, PLAN_INVALID when it was built on another chemistry than the plan's,
 *   TRAINING_FAILED
 */
export async function openLearning(
  workspace: Workspace,
  plan: Plan,
  jobId: string | null,
  spawn: SpawnTraining,
): Promise<Learning> {
  const { catalog, vault } = workspace;
  const taskSet = newestTaskSet(catalog);
  if (taskSet === undefined) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-task-set' });
  if (taskSet.parameterHash !== plan.chemistryHash)
    throw new ChoraleError('PLAN_INVALID', { reason: 'other-chemistry' });
  const table = readTrainingTable(catalog, taskSet.id);
  if (table.tasks.length === 0) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-tasks' });

  const trainingCompounds = table.folds.reduce((count, fold) => count + (roleOfFold(fold) === 'train' ? 1 : 0), 0);
  const { recipe, series, hidden } = plan;
  const shapes = trunkShapes(hidden);
  const headFile = `series/${series}/head`;
  const runId = federatedRun(catalog, {
    taskSetId: taskSet.id,
    jobId,
    series,
    settings: { hidden, steps: recipe.rounds, ...recipe },
  });
  const every = Math.max(1, Math.ceil(recipe.rounds / looks));
  let best = bestRunPoint(catalog, runId);

  const trainer = await startTrainer(spawn);
  try {
    await trainer.load(table);
    await restoreHead();
  } catch (error) {
    await trainer.close();
    throw error;
  }
  const began = performance.now();
  let loss: number | null = null;

  async function restoreHead(): Promise<void> {
    try {
      await trainer.restoreHead(vault.read(headFile));
    } catch (error) {
      if (!isChoraleError(error) || error.code !== 'NOT_FOUND') throw error;
    }
  }

  const trunkOf = (values: Float32Array): TrunkTensors => ({ shapes, values });

  return {
    runId,
    trainedOn: {
      tasks: table.tasks.length,
      smallestTask: smallestTask(table.labelTasks, table.tasks.length),
      compounds: trainingCompounds,
    },
    heads: { tasks: table.tasks.length, numbers: table.tasks.length * (hidden.at(-1)! + 1) },

    async train({ values, localRate, seed }, control) {
      const settings = {
        steps: recipe.localSteps,
        rate: localRate,
        headRate: recipe.headRate,
        batch: trainingCompounds < recipe.smallBatch.below ? recipe.smallBatch.size : recipe.batchSize,
        dropout: recipe.dropout,
        inputDropout: 0,
      };
      const trained = await trainer.localRound({ trunk: trunkOf(values), settings, seed }, control);
      loss = trained.loss;
      const change = trained.trunk.values;
      for (let i = 0; i < change.length; i++) change[i] = change[i]! - values[i]!;
      return change;
    },

    async look(round, values) {
      vault.write(headFile, await trainer.headState());
      if (round % every !== 0 && round !== recipe.rounds) return;
      const trunk = trunkOf(values);
      const validation = await trainer.evaluate({ trunk, role: 'validation', minimumPerClass });
      const { aucPr, aucRoc, aucPrInterval } = validation.means;
      const point: RunPoint = {
        step: round,
        loss,
        validationAucPr: aucPr,
        validationAucRoc: aucRoc,
        validationInterval: aucPrInterval,
        seconds: (performance.now() - began) / 1000,
      };
      if (isWithinOneError(point, best)) {
        const test = await trainer.evaluate({ trunk, role: 'test', minimumPerClass });
        const id = await saveModel(workspace, trainer, { runId, kind: 'global', step: round, trunk, validation, test });
        for (const file of removeSupersededModels(catalog, runId, id)) vault.remove(file);
      }
      addRunPoint(catalog, runId, point);
      if ((aucPr ?? 0) > (best?.validationAucPr ?? -1)) best = point;
    },

    finish: () => finishRun(catalog, runId, 'done'),
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

function smallestTask(labelTasks: Uint32Array, tasks: number): number {
  const labels = new Uint32Array(tasks);
  for (const task of labelTasks) labels[task]!++;
  return labels.reduce((least, count) => Math.min(least, count), Number.MAX_SAFE_INTEGER);
}

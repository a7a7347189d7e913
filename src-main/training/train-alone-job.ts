/** The job `train`: a model on this partner's own data alone, with its curve, its metrics and its file. */
import { forgetRunPoints, setRunProvider } from '../catalog/run-providers.ts';
import { addRun, addRunPoint, endAbandonedRuns, finishRun } from '../catalog/runs.ts';
import { newestTaskSet } from '../catalog/tasks.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { UsedProvider } from '../contract/providers.ts';
import type { TrainRequest } from '../contract/training.ts';
import { readTrainingTable } from '../tasks/training-table.ts';
import { headsOf } from './labels.ts';
import { saveModel } from './save-model.ts';
import type { SpawnTraining } from './spawn.ts';
import { startTrainer } from './trainer.ts';

export type TrainAloneResult = { readonly runId: string; readonly modelId: string; readonly provider: UsedProvider };

/**
 * A run that a killed process left behind is marked as failed; training then begins anew, from the same seed.
 * @throws NOTHING_TO_LEARN without a task set, tasks or training labels; NOT_FOUND, TRAINING_FAILED, CANCELLED
 */
export async function trainAloneJob(
  workspace: Workspace,
  { taskSetId, settings }: TrainRequest,
  control: Control,
  spawn: SpawnTraining,
  jobId: string | null = null,
  provider: UsedProvider = { name: 'cpu', trouble: null },
): Promise<TrainAloneResult> {
  const { catalog } = workspace;
  const chosen = taskSetId ?? newestTaskSet(catalog)?.id;
  if (chosen === undefined) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-task-set' });
  const table = readTrainingTable(catalog, chosen, { regression: settings.heads?.values === true });
  if (headsOf(table, settings.heads ?? {}).length === 0)
    throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-tasks' });

  endAbandonedRuns(catalog);
  const runId = addRun(catalog, { kind: 'alone', taskSetId: chosen, jobId, series: null, settings });
  control.report({ step: 'train.start', done: 0 });
  try {
    const trainer = await startTrainer(spawn, provider);
    try {
      await trainer.load(table);
      // The curve begins with step 0, and once more when another provider takes over.
      const { trunk, step, validation } = await trainer.trainAlone(settings, control, (point) => {
        if (point.step === 0) {
          forgetRunPoints(catalog, runId);
          setRunProvider(catalog, runId, trainer.provider());
        }
        addRunPoint(catalog, runId, point);
      });
      control.report({ step: 'train.test', done: 0 });
      const { minimumPerClass } = settings;
      const test = await trainer.evaluate({ trunk, role: 'test', minimumPerClass });
      stopIfAsked(control);
      const modelId = await saveModel(workspace, trainer, { runId, kind: 'alone', step, trunk, validation, test });
      finishRun(catalog, runId, 'done');
      return { runId, modelId, provider: trainer.provider() };
    } finally {
      await trainer.close();
    }
  } catch (error) {
    finishRun(catalog, runId, control.signal.aborted ? 'cancelled' : 'failed');
    throw error;
  }
}

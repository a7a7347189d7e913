/** The job `train`: a model on this partner's own data alone, with its curve, its metrics and its file. */
import type { Catalog } from '../catalog/open.ts';
import { newestTaskSet } from '../catalog/tasks.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { UsedProvider } from '../contract/providers.ts';
import type { HeadSettings, TrainRequest } from '../contract/training.ts';
import { readTrainingTable, type TrainingTable } from '../tasks/training-table.ts';
import { curveInto, inRun } from './kept-run.ts';
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
  const { taskSetId: chosen, table } = tableToLearn(catalog, taskSetId, settings.heads);
  const run = { kind: 'alone', taskSetId: chosen, jobId, series: null, settings } as const;
  return inRun(catalog, run, control, async (runId) => {
    control.report({ step: 'train.start', done: 0 });
    const trainer = await startTrainer(spawn, provider);
    try {
      await trainer.load(table);
      const { trunk, step, validation } = await trainer.trainAlone(
        settings,
        control,
        curveInto(catalog, runId, trainer),
      );
      control.report({ step: 'train.test', done: 0 });
      const { minimumPerClass } = settings;
      const test = await trainer.evaluate({ trunk, role: 'test', minimumPerClass }, control);
      stopIfAsked(control);
      const modelId = await saveModel(workspace, trainer, { runId, kind: 'alone', step, trunk, validation, test });
      return { runId, modelId, provider: trainer.provider() };
    } finally {
      await trainer.close();
    }
  });
}

/**
 * The newest task set where none is asked for, with the labels that these settings learn from.
 * @throws NOTHING_TO_LEARN without a task set or tasks; NOT_FOUND
 */
export function tableToLearn(
  catalog: Catalog,
  taskSetId: number | null,
  heads: HeadSettings = {},
): { readonly taskSetId: number; readonly table: TrainingTable } {
  const chosen = taskSetId ?? newestTaskSet(catalog)?.id;
  if (chosen === undefined) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-task-set' });
  const table = readTrainingTable(catalog, chosen, { regression: heads.values === true });
  if (headsOf(table, heads).length === 0) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-tasks' });
  return { taskSetId: chosen, table };
}

/** The job `final-fit`: settings and steps that the validation fold has chosen, on training and validation folds together. */
import { modelOfRun } from '../catalog/models.ts';
import type { Catalog } from '../catalog/open.ts';
import type { RunRow } from '../catalog/runs.ts';
import { cellOfRun } from '../catalog/scans.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { UsedProvider } from '../contract/providers.ts';
import { type AloneSettings, aloneSettings } from '../contract/training.ts';
import type { FinalFitRequest } from '../contract/tuning.ts';
import { foldRoles } from '../tasks/folds.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import { curveInto, inRun } from './kept-run.ts';
import { batchSize } from './lesson.ts';
import { findRun } from './overview.ts';
import { rowsOfRole } from './roles.ts';
import { saveModel } from './save-model.ts';
import type { SpawnTraining } from './spawn.ts';
import { type TrainAloneResult, tableToLearn } from './train-alone-job.ts';
import { startTrainer } from './trainer.ts';

/**
 * The test fold stays untouched until the end, where it is only reported. No figure of the validation fold is kept,
 * since the model has learnt from it.
 * @throws NOT_FOUND, INPUT_INVALID when nothing was chosen in that run; NOTHING_TO_LEARN, TRAINING_FAILED, CANCELLED
 */
export async function finalFitJob(
  workspace: Workspace,
  { runId: chosenIn }: FinalFitRequest,
  control: Control,
  spawn: SpawnTraining,
  jobId: string | null = null,
  provider: UsedProvider = { name: 'cpu', trouble: null },
): Promise<TrainAloneResult> {
  const { catalog } = workspace;
  const chosen = chosenSettings(catalog, findRun(catalog, chosenIn));
  const { taskSetId, table } = tableToLearn(catalog, findRun(catalog, chosenIn).taskSetId, chosen.heads);
  const settings = { ...chosen, batch: batchSize(chosen.batch, rowsOfRole(table, 'train').length) };
  const run = { kind: 'final', taskSetId, jobId, series: null, settings: { ...settings, chosenIn } } as const;
  return inRun(catalog, run, control, async (runId) => {
    control.report({ step: 'train.start', done: 0 });
    const trainer = await startTrainer(spawn, provider);
    try {
      await trainer.load(withValidationLearnt(table));
      const { trunk, step } = await trainer.trainAlone(settings, control, curveInto(catalog, runId, trainer));
      control.report({ step: 'train.test', done: 0 });
      const test = await trainer.evaluate({ trunk, role: 'test', minimumPerClass: settings.minimumPerClass }, control);
      stopIfAsked(control);
      const model = { runId, kind: 'final', step, trunk, validation: null, test } as const;
      return { runId, modelId: await saveModel(workspace, trainer, model), provider: trainer.provider() };
    } finally {
      await trainer.close();
    }
  });
}

/** Compounds of the validation fold stand in a training fold; none is left to choose by, so the last step is kept. */
export const withValidationLearnt = (table: TrainingTable): TrainingTable => ({
  ...table,
  folds: table.folds.map((fold) => (fold === foldRoles.validation ? aTrainingFold : fold)),
});

const aTrainingFold = 2;

/** @throws INPUT_INVALID */
function chosenSettings(catalog: Catalog, { id, kind, settings }: RunRow): AloneSettings {
  const steps = modelOfRun(catalog, id)?.step ?? cellOfRun(catalog, id)?.reached?.step;
  const parsed = aloneSettings.safeParse(settings).data;
  const usable = (kind === 'alone' && modelOfRun(catalog, id)) || (kind === 'scan' && cellOfRun(catalog, id)?.reached);
  if (!usable || parsed === undefined || steps === undefined || steps === 0) {
    const message = 'not a finished run alone, or of a scan, in which a step was chosen';
    throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'runId', message }] });
  }
  return { ...parsed, steps };
}

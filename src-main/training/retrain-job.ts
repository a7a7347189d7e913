/** The job `retrain`: a new head on a global model's trunk, kept where the validation fold prefers it to the one it had. */
import { type ModelRow, readTaskColumns, readTaskMetrics } from '../catalog/models.ts';
import type { Catalog } from '../catalog/open.ts';
import { addRetraining } from '../catalog/retrainings.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { UsedProvider } from '../contract/providers.ts';
import type { HeadSettings } from '../contract/training.ts';
import type { Difference, RetrainRequest } from '../contract/tuning.ts';
import type { TaskMetrics } from './evaluation.ts';
import { curveInto, inRun } from './kept-run.ts';
import { readTrunk } from './model-file.ts';
import { hiddenOf } from './network.ts';
import { findModel, findRun, minimumPerClass, readMeans } from './overview.ts';
import { saveModel } from './save-model.ts';
import { compare } from './scan.ts';
import type { SpawnTraining } from './spawn.ts';
import { readModelFile } from './stored-model.ts';
import { tableToLearn } from './train-alone-job.ts';
import { startTrainer } from './trainer.ts';

export type RetrainResult = {
  readonly runId: string;
  /** Null where the new head is not kept. */
  readonly modelId: string | null;
  readonly provider: UsedProvider;
};

/**
 * The trunk is the one inside the model's file; labels, folds and the heads' settings are those that it was trained with.
 * Steps of a head take little, so they run on the CPU whatever provider is chosen.
 * @throws NOT_FOUND, INPUT_INVALID when the model is not a global one; MODEL_UNREADABLE, NOTHING_TO_LEARN,
 *   TRAINING_FAILED, CANCELLED
 */
export async function retrainJob(
  workspace: Workspace,
  { globalModelId, settings: asked, keep }: RetrainRequest,
  control: Control,
  spawn: SpawnTraining,
  jobId: string | null = null,
): Promise<RetrainResult> {
  const { catalog } = workspace;
  const global = findModel(catalog, globalModelId);
  if (global.kind !== 'global') {
    throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'globalModelId', message: 'not a global model' }] });
  }
  const least = minimumPerClass(catalog, global);
  const trunk = readTrunk(readModelFile(workspace, global), global.id);
  const settings = { ...asked, heads: asked.heads ?? headsOfRun(catalog, global) };
  const { taskSetId, table } = tableToLearn(catalog, global.taskSetId, settings.heads);
  const kept = { ...settings, hidden: hiddenOf(trunk.shapes), globalModelId, minimumPerClass: least };
  const run = { kind: 'retrained', taskSetId, jobId, series: global.series, settings: kept } as const;
  return inRun(catalog, run, control, async (runId) => {
    control.report({ step: 'train.start', done: 0 });
    const trainer = await startTrainer(spawn);
    try {
      await trainer.load(table);
      const { step, validation } = await trainer.retrain(
        { trunk, settings, minimumPerClass: least },
        control,
        curveInto(catalog, runId, trainer),
      );
      const against = againstOwnHead(catalog, global, validation, least);
      const outcome = {
        runId,
        globalModelId,
        globalHash: global.hash,
        globalAucPr: readMeans(catalog, globalModelId, 'validation').aucPr,
        aucPr: validation.means.aucPr,
        against,
      };
      stopIfAsked(control);
      let modelId: string | null = null;
      if (keep || (against.difference ?? 0) > 0) {
        control.report({ step: 'train.test', done: 0 });
        const test = await trainer.evaluate({ trunk, role: 'test', minimumPerClass: least }, control);
        stopIfAsked(control);
        modelId = await saveModel(workspace, trainer, { runId, kind: 'retrained', step, trunk, validation, test });
      }
      addRetraining(catalog, { ...outcome, modelId });
      return { runId, modelId, provider: trainer.provider() };
    } finally {
      await trainer.close();
    }
  });
}

const headsOfRun = (catalog: Catalog, { runId }: ModelRow): HeadSettings =>
  (findRun(catalog, runId).settings as { readonly heads?: HeadSettings }).heads ?? {};

/** By what the catalog knows of the global model's own head on the validation fold. */
function againstOwnHead(catalog: Catalog, global: ModelRow, validation: TaskMetrics, least: number): Difference {
  const columns = readTaskColumns(catalog, global.taskSetId);
  const after = validation.tasks.map((metric, column) => ({ ...metric, taskId: columns[column]!.taskId }));
  const judged = columns.filter(({ auxiliary }) => !auxiliary);
  return compare(judged, readTaskMetrics(catalog, global.id, 'validation'), after, least);
}

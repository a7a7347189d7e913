/** Fills a workspace with one invented company's data, and takes it all the way to a model. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Workspace } from '../../catalog/workspace.ts';
import { standardiseCatalog } from '../../chemistry/standardise-catalog.ts';
import type { Control } from '../../contract/progress.ts';
import { trainRequest } from '../../contract/training.ts';
import { importFile } from '../../intake/import.ts';
import { buildTasks, type TaskSetSummary } from '../../tasks/build.ts';
import { readTaskRules } from '../../tasks/rules.ts';
import { type TrainAloneResult, trainAloneJob } from '../../training/train-alone-job.ts';
import type { JobHost } from '../host.ts';
import { signedIn } from '../person.ts';
import { writeSampleExports } from './data.ts';

export type FilledWorkspace = Pick<TaskSetSummary, 'taskSetId'> & TrainAloneResult;

const seed = 'one';

/** Enough for a curve that bends, in seconds. */
const training = trainRequest.parse({ settings: { hidden: [128], steps: 600, evaluateEvery: 25 } });

/** Each step is what the page's own buttons do. Started again after a kill, it goes on behind the import. */
export async function fillWithSample(
  workspace: Workspace,
  control: Control,
  { chemistry, spawnTraining, jobId }: Pick<JobHost, 'chemistry' | 'spawnTraining' | 'jobId'>,
): Promise<FilledWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), 'chorale-sample-'));
  try {
    const [company] = await writeSampleExports(folder, seed);
    await importFile(workspace, { path: company!.file, person: signedIn(workspace)?.name ?? company!.name }, control);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await standardiseCatalog(workspace, await chemistry(), control);
  const { taskSetId } = buildTasks(workspace, readTaskRules(workspace.catalog), control);
  const trained = await trainAloneJob(workspace, { ...training, taskSetId }, control, spawnTraining, jobId);
  return { taskSetId, ...trained };
}

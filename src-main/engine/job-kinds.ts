/** Every kind of long work: how its request is checked, which lane it queues in, and what runs it in the job's thread. */
import * as z from 'zod';
import type { Workspace } from '../catalog/workspace.ts';
import { standardiseCatalog } from '../chemistry/standardise-catalog.ts';
import { importRequest, previewRequest } from '../contract/intake.ts';
import type { JobKind } from '../contract/jobs.ts';
import type { Control } from '../contract/progress.ts';
import { scoreRequest } from '../contract/scoring.ts';
import { rebuildRequest } from '../contract/tasks.ts';
import { fuseRequest, trainRequest } from '../contract/training.ts';
import { finalFitRequest, retrainRequest, scanRequest } from '../contract/tuning.ts';
import { importFile, previewImport } from '../intake/import.ts';
import { scoreStructures } from '../scoring/score.ts';
import { buildTasks } from '../tasks/build.ts';
import { readTaskRules, writeTaskRules } from '../tasks/rules.ts';
import { finalFitJob } from '../training/final-fit-job.ts';
import { fuseModels } from '../training/fuse-job.ts';
import { surveyProviders } from '../training/providers/survey.ts';
import { retrainJob } from '../training/retrain-job.ts';
import { scanJob } from '../training/scan-job.ts';
import { trainAloneJob } from '../training/train-alone-job.ts';
import { providerHere, writeComputing } from './computing.ts';
import type { JobHost } from './host.ts';
import { participate, participateRequest } from './participation/participate.ts';
import { runSample } from './sample/consortium.ts';
import { checkStructures } from './structures-check.ts';
import { version } from './version.ts';
import { weigher } from './weigher.ts';

/** One job of a lane runs at a time: what fills the same tables or the same processor waits for its turn. */
export type Lane = 'data' | 'learning' | 'rounds' | 'light';

export type JobDefinition<Request = never> = {
  readonly lane: Lane;
  /** After a kill it is run again, with the checkpoint it saved; other kinds are reported as interrupted. */
  readonly resumable: boolean;
  /** MiB of heap that its thread may come to hold; beyond it the job alone ends. Absent leaves it to the machine. */
  readonly memory?: number;
  readonly request: z.ZodType<Request>;
  /** @returns what the job's row keeps as its result: JSON, safe to show */
  readonly run: (workspace: Workspace, request: Request, control: Control, host: JobHost) => Promise<unknown>;
};

export type JobKinds = Readonly<Partial<Record<JobKind, JobDefinition>>>;

/** Ties the request of `run` to its schema; the registry below forgets the type again. */
export const jobDefinition = <Request>(definition: JobDefinition<Request>): JobDefinition =>
  definition as unknown as JobDefinition;

/** Six times what a million rows of text came to, and 400,000 rows of a workbook. */
const heapOfReading = 320;

export const jobKinds: JobKinds = {
  preview: jobDefinition({
    lane: 'light',
    resumable: false,
    memory: heapOfReading,
    request: previewRequest,
    run: ({ catalog }, { path, mapping, companion }, control, { chemistry }) =>
      previewImport(path, mapping, control, { companion, catalog, weigh: weigher(chemistry, control.signal) }),
  }),
  'check-structures': jobDefinition({
    lane: 'light',
    resumable: false,
    memory: heapOfReading,
    request: previewRequest,
    run: async ({ catalog }, { path, mapping, companion }, control, { chemistry }) =>
      checkStructures(path, mapping, await chemistry(), control, { companion, catalog }),
  }),
  import: jobDefinition({
    lane: 'data',
    resumable: true,
    memory: heapOfReading,
    request: importRequest,
    run: (workspace, request, control, { chemistry }) =>
      importFile(workspace, { ...request, program: version, weigh: weigher(chemistry, control.signal) }, control),
  }),
  standardise: jobDefinition({
    lane: 'data',
    resumable: true,
    request: z.object({}),
    run: async (workspace, _request, control, { chemistry }) =>
      standardiseCatalog(workspace, await chemistry(), control),
  }),
  // What came in since the last standardisation is taken along: a task set is about all that is committed.
  tasks: jobDefinition({
    lane: 'data',
    resumable: true,
    request: rebuildRequest,
    run: async (workspace, { rules }, control, { chemistry }) => {
      if (rules !== undefined) writeTaskRules(workspace.catalog, rules);
      await standardiseCatalog(workspace, await chemistry(), control);
      return buildTasks(workspace, rules ?? readTaskRules(workspace.catalog), control);
    },
  }),
  train: jobDefinition({
    lane: 'learning',
    resumable: true,
    request: trainRequest,
    run: (workspace, request, control, { spawnTraining, configurationFolder, jobId }) =>
      trainAloneJob(workspace, request, control, spawnTraining, jobId, providerHere(configurationFolder)),
  }),
  // Beside a training it would measure the training.
  'check-providers': jobDefinition({
    lane: 'learning',
    resumable: false,
    request: z.object({}),
    run: async (_workspace, _request, control, { spawnTraining, configurationFolder }) =>
      writeComputing(configurationFolder, { report: await surveyProviders(spawnTraining, control) }).report,
  }),
  fuse: jobDefinition({
    lane: 'learning',
    resumable: true,
    request: fuseRequest,
    run: (workspace, request, control, { spawnTraining }) => fuseModels(workspace, request, control, spawnTraining),
  }),
  scan: jobDefinition({
    lane: 'learning',
    resumable: true,
    request: scanRequest,
    run: (workspace, request, control, { spawnTraining, configurationFolder, jobId }) =>
      scanJob(workspace, request, control, spawnTraining, jobId, providerHere(configurationFolder)),
  }),
  'final-fit': jobDefinition({
    lane: 'learning',
    resumable: true,
    request: finalFitRequest,
    run: (workspace, request, control, { spawnTraining, configurationFolder, jobId }) =>
      finalFitJob(workspace, request, control, spawnTraining, jobId, providerHere(configurationFolder)),
  }),
  retrain: jobDefinition({
    lane: 'learning',
    resumable: true,
    request: retrainRequest,
    run: (workspace, request, control, { spawnTraining, jobId }) =>
      retrainJob(workspace, request, control, spawnTraining, jobId),
  }),
  // A lane of its own: a round may wait for people for days.
  participate: jobDefinition({
    lane: 'rounds',
    resumable: true,
    request: participateRequest,
    run: participate,
  }),
  score: jobDefinition({
    lane: 'light',
    resumable: true,
    request: scoreRequest,
    run: async (workspace, request, control, { chemistry, spawnTraining }) =>
      scoreStructures(workspace, request, await chemistry(), spawnTraining, control),
  }),
  sample: jobDefinition({
    lane: 'rounds',
    resumable: true,
    request: z.object({}),
    run: (workspace, _request, control, host) => runSample(workspace, control, host),
  }),
};

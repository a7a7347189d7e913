/**
 * Every kind of long work: how its request is checked, which lane it queues in, and what runs it in the job's thread. What
 * runs is loaded there and then: the engine needs none of it, and a thread only its own.
 */
import * as z from 'zod';
import type { Workspace } from '../catalog/workspace.ts';
import { importRequest, previewRequest } from '../contract/intake.ts';
import type { JobKind } from '../contract/jobs.ts';
import type { Control } from '../contract/progress.ts';
import { scoreRequest } from '../contract/scoring.ts';
import { rebuildRequest } from '../contract/tasks.ts';
import { fuseRequest, trainRequest } from '../contract/training.ts';
import { finalFitRequest, retrainRequest, scanRequest } from '../contract/tuning.ts';
import { backupRequest } from '../contract/workspace.ts';
import { exportBundleRequest } from './bundle-request.ts';
import type { JobHost } from './host.ts';
import { participateRequest } from './participation/participate-request.ts';
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
  backup: jobDefinition({
    lane: 'light',
    resumable: false,
    request: backupRequest,
    run: async (workspace, { file }, control) => {
      const { writeBackup } = await import('../catalog/backup.ts');
      return writeBackup(workspace, file, new Date().toISOString(), control);
    },
  }),
  preview: jobDefinition({
    lane: 'light',
    resumable: false,
    memory: heapOfReading,
    request: previewRequest,
    run: async ({ catalog }, { path, mapping, companion }, control, { chemistry }) => {
      const { previewImport } = await import('../intake/import.ts');
      return previewImport(path, mapping, control, { companion, catalog, weigh: weigher(chemistry, control.signal) });
    },
  }),
  'check-structures': jobDefinition({
    lane: 'light',
    resumable: false,
    memory: heapOfReading,
    request: previewRequest,
    run: async ({ catalog }, { path, mapping, companion }, control, { chemistry }) => {
      const { checkStructures } = await import('./structures-check.ts');
      return checkStructures(path, mapping, await chemistry(), control, { companion, catalog });
    },
  }),
  import: jobDefinition({
    lane: 'data',
    resumable: true,
    memory: heapOfReading,
    request: importRequest,
    run: async (workspace, request, control, { chemistry }) => {
      const { importFile } = await import('../intake/import.ts');
      const order = { ...request, program: version, weigh: weigher(chemistry, control.signal) };
      return importFile(workspace, order, control);
    },
  }),
  standardise: jobDefinition({
    lane: 'data',
    resumable: true,
    request: z.object({}),
    run: async (workspace, _request, control, { chemistry }) => {
      const { standardiseCatalog } = await import('../chemistry/standardise-catalog.ts');
      return standardiseCatalog(workspace, await chemistry(), control);
    },
  }),
  // What came in since the last standardisation is taken along: a task set is about all that is committed.
  tasks: jobDefinition({
    lane: 'data',
    resumable: true,
    request: rebuildRequest,
    run: async (workspace, { rules }, control, { chemistry }) => {
      const [{ buildTasks }, { readTaskRules, writeTaskRules }, { standardiseCatalog }] = await Promise.all([
        import('../tasks/build.ts'),
        import('../tasks/rules.ts'),
        import('../chemistry/standardise-catalog.ts'),
      ]);
      if (rules !== undefined) writeTaskRules(workspace.catalog, rules);
      await standardiseCatalog(workspace, await chemistry(), control);
      return buildTasks(workspace, rules ?? readTaskRules(workspace.catalog), control);
    },
  }),
  train: jobDefinition({
    lane: 'learning',
    resumable: true,
    request: trainRequest,
    run: async (workspace, request, control, { spawnTraining, configurationFolder, jobId }) => {
      const [{ trainAloneJob }, { providerHere }] = await Promise.all([
        import('../training/train-alone-job.ts'),
        import('./computing.ts'),
      ]);
      return trainAloneJob(workspace, request, control, spawnTraining, jobId, providerHere(configurationFolder));
    },
  }),
  // Beside a training it would measure the training.
  'check-providers': jobDefinition({
    lane: 'learning',
    resumable: false,
    request: z.object({}),
    run: async (_workspace, _request, control, { spawnTraining, configurationFolder }) => {
      const [{ surveyProviders }, { writeComputing }] = await Promise.all([
        import('../training/providers/survey.ts'),
        import('./computing.ts'),
      ]);
      return writeComputing(configurationFolder, { report: await surveyProviders(spawnTraining, control) }).report;
    },
  }),
  fuse: jobDefinition({
    lane: 'learning',
    resumable: true,
    request: fuseRequest,
    run: async (workspace, request, control, { spawnTraining }) => {
      const { fuseModels } = await import('../training/fuse-job.ts');
      return fuseModels(workspace, request, control, spawnTraining);
    },
  }),
  scan: jobDefinition({
    lane: 'learning',
    resumable: true,
    request: scanRequest,
    run: async (workspace, request, control, { spawnTraining, configurationFolder, jobId }) => {
      const [{ scanJob }, { providerHere }] = await Promise.all([
        import('../training/scan-job.ts'),
        import('./computing.ts'),
      ]);
      return scanJob(workspace, request, control, spawnTraining, jobId, providerHere(configurationFolder));
    },
  }),
  'final-fit': jobDefinition({
    lane: 'learning',
    resumable: true,
    request: finalFitRequest,
    run: async (workspace, request, control, { spawnTraining, configurationFolder, jobId }) => {
      const [{ finalFitJob }, { providerHere }] = await Promise.all([
        import('../training/final-fit-job.ts'),
        import('./computing.ts'),
      ]);
      return finalFitJob(workspace, request, control, spawnTraining, jobId, providerHere(configurationFolder));
    },
  }),
  retrain: jobDefinition({
    lane: 'learning',
    resumable: true,
    request: retrainRequest,
    run: async (workspace, request, control, { spawnTraining, jobId }) => {
      const { retrainJob } = await import('../training/retrain-job.ts');
      return retrainJob(workspace, request, control, spawnTraining, jobId);
    },
  }),
  // A lane of its own: a round may wait for people for days.
  participate: jobDefinition({
    lane: 'rounds',
    resumable: true,
    request: participateRequest,
    run: async (workspace, request, control, host) => {
      const { participate } = await import('./participation/participate.ts');
      return participate(workspace, request, control, host);
    },
  }),
  score: jobDefinition({
    lane: 'light',
    resumable: true,
    request: scoreRequest,
    run: async (workspace, request, control, { chemistry, spawnTraining }) => {
      const { scoreStructures } = await import('../scoring/score.ts');
      return scoreStructures(workspace, request, await chemistry(), spawnTraining, control);
    },
  }),
  sample: jobDefinition({
    lane: 'rounds',
    resumable: true,
    request: z.object({}),
    run: async (workspace, _request, control, host) => {
      const { runSample } = await import('./sample/consortium.ts');
      return runSample(workspace, control, host);
    },
  }),
  'export-bundle': jobDefinition({
    lane: 'light',
    resumable: false, // whoever signs may be gone by then
    request: exportBundleRequest,
    run: async (workspace, request, control, host) => {
      const { exportBundle } = await import('./bundle-job.ts');
      return exportBundle(workspace, request, control, host);
    },
  }),
};

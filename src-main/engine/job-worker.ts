/** The thread of one job: opens the workspace by its key, runs the kind, and tells the engine how it goes. */
import { once } from 'node:events';
import { MessageChannel, type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { openWorkspaceWithKey, type Workspace } from '../catalog/workspace.ts';
import type { Chemistry } from '../chemistry/pool.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, type Progress, putOff } from '../contract/progress.ts';
import type { Channel } from '../training/spawn.ts';
import { auditJob } from './audited.ts';
import type { JobHost } from './host.ts';
import type { JobKinds } from './job-kinds.ts';
import type { FromJob, JobOutcome, JobStart, StopReason } from './job-message.ts';
import { toKnownError } from './known-error.ts';
import { relayedTraining } from './training-relay.ts';

const start = workerData as JobStart;
const tell = (message: FromJob, transfer: readonly MessagePort[] = []) => parentPort?.postMessage(message, transfer);

tell({ type: 'outcome', outcome: await run() });
start.stop.close();

async function run(): Promise<JobOutcome> {
  const control = createControl(start.stop);
  const workspace = openWorkspaceWithKey(start.folder, start.key);
  let chemistry: Promise<Chemistry> | undefined;
  const host: JobHost = {
    jobId: start.id,
    spawnTraining: startTraining,
    configurationFolder: start.configurationFolder,
    chemistry: () => {
      chemistry ??= startChemistry(workspace);
      return chemistry;
    },
    checkpoint: start.checkpoint,
    saveCheckpoint,
    sign,
  };
  try {
    const { jobKinds } = (await import(start.kinds)) as { readonly jobKinds: JobKinds };
    const definition = jobKinds[start.kind];
    if (definition === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'job kind', id: start.kind });
    const request = definition.request.parse(start.request);
    const result = await definition.run(workspace, request, control, host);
    auditJob(workspace, start.kind, result, start.person);
    return { state: 'done', result };
  } catch (error) {
    if (control.signal.aborted) return { state: 'cancelled' };
    const { code, data } = toKnownError(error, (entry) => tell({ type: 'log', entry }));
    return code === 'CANCELLED' ? { state: 'cancelled' } : { state: 'failed', error: { code, data } };
  } finally {
    await chemistry?.then((pool) => pool.close()).catch(() => {});
    workspace.close();
  }
}

/** Ten reports a second are enough for the eye; a new step is told at once. */
function createControl(stop: MessagePort): Control {
  const between = 100;
  const controller = new AbortController();
  let told: { readonly step: string; readonly at: number } | undefined;
  const abort = (reason: StopReason) =>
    controller.abort(reason === 'put-off' ? putOff : new ChoraleError('CANCELLED', {}));
  stop.on('message', abort);
  stop.unref();
  return {
    signal: controller.signal,
    report(progress: Progress) {
      const stopped = receiveMessageOnPort(stop);
      if (stopped !== undefined) abort(stopped.message as StopReason);
      const at = performance.now();
      if (told !== undefined && told.step === progress.step && at - told.at < between) return;
      told = { step: progress.step, at };
      tell({ type: 'progress', progress });
    },
  };
}

async function saveCheckpoint(checkpoint: unknown): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  tell({ type: 'checkpoint', checkpoint, saved: port2 }, [port2]);
  await once(port1, 'message');
  port1.close();
}

async function sign(bytes: Uint8Array): Promise<Uint8Array> {
  const { port1, port2 } = new MessageChannel();
  tell({ type: 'sign', bytes, signed: port2 }, [port2]);
  const [signed] = (await once(port1, 'message')) as [Uint8Array | null];
  port1.close();
  if (signed === null) throw new ChoraleError('SIGN_IN_NEEDED', { action: `job ${start.kind}` });
  return signed;
}

// Toolkits are loaded by the jobs that need them: most threads start without.
async function startChemistry({ catalog }: Workspace): Promise<Chemistry> {
  const [{ openChemistry }, { readChemistryParameters }] = await Promise.all([
    import('../chemistry/pool.ts'),
    import('../chemistry/parameters.ts'),
  ]);
  return openChemistry({ parameters: readChemistryParameters(catalog) });
}

async function startTraining(): Promise<Channel> {
  if (!start.relayTraining) return (await import('../training/spawn.ts')).spawnTraining();
  const { port1, port2 } = new MessageChannel();
  tell({ type: 'training', port: port2 }, [port2]);
  return relayedTraining(port1);
}

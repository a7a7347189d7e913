/** Runs long work: each job a row of the catalog and a thread of its own, one at a time per lane, stopped on request. */
import { extname } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import {
  addJob,
  finishJob,
  interruptedJobs,
  type JobRow,
  listJobs,
  noteProgress,
  readJob,
  saveCheckpoint,
  startJob,
} from '../catalog/jobs.ts';
import { isBusy, neverWait } from '../catalog/open.ts';
import { openWorkspaceWithKey, type Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Job, JobKind } from '../contract/jobs.ts';
import type { Progress } from '../contract/progress.ts';
import { whoActs } from './audited.ts';
import type { EventHub } from './event-hub.ts';
import type { Host, JobSigner } from './host.ts';
import type { JobKinds, Lane } from './job-kinds.ts';
import type { FromJob, JobOutcome, JobStart, StopReason } from './job-message.ts';
import { parseInput, toKnownError, tooLarge } from './known-error.ts';
import { serveTraining } from './training-relay.ts';

export type Jobs = {
  /**
   * @param sign signs for the person who starts it, in this thread: no key goes into a job's own
   * @throws INPUT_INVALID when the request does not fit its kind
   */
  readonly start: (kind: JobKind, request: unknown, sign?: JobSigner) => Promise<Job>;
  /** Newest first. */
  readonly list: (limit: number) => readonly Job[];
  /** @throws NOT_FOUND */
  readonly read: (id: string) => Job;
  /** As it was started with. @throws NOT_FOUND */
  readonly requestOf: (id: string) => unknown;
  /** Asks the job to stop and returns at once; its end comes as an event. A job that has ended stays as it is. */
  readonly cancel: (id: string) => Promise<Job>;
  /** Waits until the job is done, failed or cancelled. */
  readonly finished: (id: string) => Promise<Job>;
  /** Stops every running job without ending it: it is interrupted, and goes on or is reported at the next opening. */
  readonly close: () => Promise<void>;
};

/** The kinds there are, and the module that a job's thread imports them from. */
export type KindsModule = { readonly url: string; readonly jobKinds: JobKinds };

/** A job that has not stopped by then is ended with its thread; SQLite rolls its open transaction back. */
const patience = 5_000;
const betweenNotes = 250;

/** Of a job's thread. Blocks of rows die young; what V8 would give them by itself is resident for good. */
const maxYoungGenerationSizeMb = 24;

type Running = {
  readonly row: JobRow;
  /** Asks the thread to stop, and ends it when it does not in time. */
  readonly halt: (reason: StopReason) => void;
  /** A person has cancelled it; a job that is halted without it is only interrupted. */
  cancelled: boolean;
  progress: Progress | undefined;
  stepStarted: number;
  noted: number;
};

/** Opens the workspace a second time: job rows are written beside the jobs' own transactions, without ever waiting for them. */
export async function openJobs(
  workspace: Workspace,
  { url, jobKinds }: KindsModule,
  host: Host,
  events: EventHub,
): Promise<Jobs> {
  const ledger = openWorkspaceWithKey(workspace.folder, workspace.key);
  neverWait(ledger.catalog);
  const queue: JobRow[] = [];
  const running = new Map<Lane, Running>();
  const performing = new Set<Promise<void>>();
  const signers = new Map<string, JobSigner>();
  let closing = false;

  const laneOf = (kind: string): Lane | undefined => jobKinds[kind as JobKind]?.lane;
  const find = (id: string) => [...running.values()].find(({ row }) => row.id === id);
  const read = (id: string): Job => {
    const row = readJob(ledger.catalog, id);
    if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'job', id });
    return toJob(row, find(id));
  };
  const tell = (id: string) => events.publish('job', read(id));

  function next(): void {
    for (const row of [...queue]) {
      const lane = laneOf(row.kind);
      if (closing || lane === undefined || running.has(lane)) continue;
      queue.splice(queue.indexOf(row), 1);
      const work = perform(row, lane).finally(() => performing.delete(work));
      performing.add(work);
    }
  }

  async function perform(row: JobRow, lane: Lane): Promise<void> {
    const memory = jobKinds[row.kind as JobKind]?.memory;
    const { port1: stop, port2 } = new MessageChannel();
    const start: JobStart = {
      id: row.id,
      kind: row.kind as JobKind,
      request: row.request,
      person: row.startedBy ?? whoActs(workspace),
      checkpoint: row.checkpoint,
      folder: workspace.folder,
      key: workspace.key,
      kinds: url,
      stop: port2,
      relayTraining: host.spawnTraining !== undefined,
      configurationFolder: host.configurationFolder,
    };
    const worker = new Worker(new URL(`./job-worker${extname(import.meta.url)}`, import.meta.url), {
      workerData: start,
      transferList: [port2],
      resourceLimits: {
        maxYoungGenerationSizeMb,
        ...(memory !== undefined && { maxOldGenerationSizeMb: memory }),
      },
    });
    let outcome: JobOutcome | undefined;
    let overdue: NodeJS.Timeout | undefined;
    const endSoon = () => {
      overdue ??= setTimeout(() => void worker.terminate(), patience);
    };
    const job: Running = {
      row,
      halt: (reason) => {
        stop.postMessage(reason);
        endSoon();
      },
      cancelled: false,
      progress: undefined,
      stepStarted: performance.now(),
      noted: Number.NEGATIVE_INFINITY,
    };
    running.set(lane, job);
    // `once` of node:events would take an error of the thread for its own; it comes before the exit.
    const exited = new Promise<void>((resolve) => void worker.once('exit', () => resolve()));
    worker.on('message', (message: FromJob) => {
      if (message.type === 'outcome') {
        outcome = message.outcome;
        endSoon();
      } else {
        hear(job, message);
      }
    });
    worker.on('error', (error) => {
      outcome ??= failure(toKnownError(tooLarge(error, row.request) ?? error, host.log));
    });
    await patiently(() => startJob(ledger.catalog, row.id));
    tell(row.id);

    await exited;
    clearTimeout(overdue);
    const halted = overdue !== undefined;
    stop.close();
    // A thread that was not asked to stop and says nothing has ended itself: no kind may do that.
    const end =
      outcome ?? (halted ? { state: 'cancelled' } : failure(toKnownError(new Error('the thread ended'), host.log)));
    const interrupted = closing && end.state === 'cancelled' && !job.cancelled;
    if (!interrupted) await patiently(() => finishJob(ledger.catalog, row.id, end));
    running.delete(lane);
    signers.delete(row.id);
    if (!interrupted) tell(row.id);
    next();
  }

  function hear(job: Running, message: Exclude<FromJob, { readonly type: 'outcome' }>): void {
    switch (message.type) {
      case 'progress': {
        const now = performance.now();
        if (job.progress?.step !== message.progress.step) job.stepStarted = now;
        job.progress = message.progress;
        if (now - job.noted >= betweenNotes && noteIfFree(job)) job.noted = now;
        events.publish('job', toJob(job.row, job));
        return;
      }
      case 'checkpoint':
        void patiently(() => saveCheckpoint(ledger.catalog, job.row.id, message.checkpoint)).then(() =>
          message.saved.postMessage('saved'),
        );
        return;
      case 'training':
        if (host.spawnTraining !== undefined) void serveTraining(message.port, host.spawnTraining);
        return;
      case 'sign':
        message.signed.postMessage(signFor(job.row.id, message.bytes));
        return;
      case 'log':
        host.log(message.entry);
        return;
    }
  }

  /** Null when the person has signed out meanwhile. */
  function signFor(id: string, bytes: Uint8Array): Uint8Array | null {
    try {
      return signers.get(id)?.(bytes) ?? null;
    } catch (error) {
      toKnownError(error, host.log);
      return null;
    }
  }

  /** Progress is only a note: when the job itself is writing, the next one will do. */
  function noteIfFree({ row, progress }: Running): boolean {
    if (progress === undefined) return false;
    try {
      noteProgress(ledger.catalog, row.id, progress);
      return true;
    } catch (error) {
      if (isBusy(error)) return false;
      throw error;
    }
  }

  for (const row of interruptedJobs(ledger.catalog)) {
    const definition = jobKinds[row.kind as JobKind];
    if (definition?.resumable === true) {
      queue.push(row);
    } else {
      const error = { code: 'JOB_INTERRUPTED', data: { kind: row.kind } };
      finishJob(ledger.catalog, row.id, { state: 'failed', error });
    }
  }
  next();

  return {
    async start(kind, request, sign) {
      const definition = jobKinds[kind];
      if (definition === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'job kind', id: kind });
      const valid = parseInput(definition.request, request);
      const id = await patiently(() => addJob(ledger.catalog, kind, valid, whoActs(workspace)));
      const row = readJob(ledger.catalog, id);
      if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'job', id });
      if (sign !== undefined) signers.set(id, sign);
      queue.push(row);
      tell(id);
      next();
      return read(id);
    },
    list: (limit) => listJobs(ledger.catalog, limit).map((row) => toJob(row, find(row.id))),
    read,
    requestOf(id) {
      const row = readJob(ledger.catalog, id);
      if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'job', id });
      return row.request;
    },
    async cancel(id) {
      const waiting = queue.findIndex((row) => row.id === id);
      if (waiting >= 0) {
        queue.splice(waiting, 1);
        await patiently(() => finishJob(ledger.catalog, id, { state: 'cancelled' }));
        tell(id);
      } else {
        const job = find(id);
        if (job !== undefined) {
          job.cancelled = true;
          job.halt('cancel');
        }
      }
      return read(id);
    },
    async finished(id) {
      const stop = new AbortController();
      const changes = events.follow('job', stop.signal);
      try {
        let job = read(id);
        while (job.finishedAt === null) {
          const change = await changes.next();
          if (change.done === true) break;
          if (change.value.id === id) job = change.value;
        }
        return job;
      } finally {
        stop.abort();
      }
    },
    async close() {
      closing = true;
      for (const job of running.values()) job.halt('put-off');
      await Promise.all(performing);
      ledger.close();
    },
  };
}

const failure = ({ code, data }: ChoraleError): JobOutcome => ({ state: 'failed', error: { code, data } });

function toJob(row: JobRow, running: Running | undefined): Job {
  const { id, kind, createdAt, result, error, finishedAt } = row;
  const progress = running?.progress;
  return {
    id,
    kind: kind as JobKind,
    state: running === undefined ? row.state : 'running',
    step: progress?.step ?? row.step,
    done: progress?.done ?? row.done,
    total: progress === undefined ? row.total : (progress.total ?? null),
    ...(progress?.detail === undefined ? {} : { detail: { ...progress.detail } }),
    left: running === undefined ? null : timeLeft(progress, performance.now() - running.stepStarted),
    result,
    error,
    createdAt,
    finishedAt,
  };
}

/**
 * @param elapsed milliseconds since this step began
 * @returns milliseconds left of this step at the pace so far; null until a fiftieth of it is done
 */
export function timeLeft(progress: Progress | undefined, elapsed: number): number | null {
  if (progress?.total === undefined || progress.done <= 0 || progress.done < progress.total / 50) return null;
  return Math.round((elapsed / progress.done) * Math.max(0, progress.total - progress.done));
}

/** Tries again while another connection writes, without holding up this thread. */
async function patiently<Result>(act: () => Result): Promise<Result> {
  for (;;) {
    try {
      return act();
    } catch (error) {
      if (!isBusy(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

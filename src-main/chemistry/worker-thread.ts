/** One chemistry worker seen from outside: asked for batches, watched, and gone when it hangs or breaks. */
import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ChoraleError } from '../contract/errors.ts';
import type { Drawing } from './drawing.ts';
import type { Structure } from './guards.ts';
import type { StandardStructure } from './standardise.ts';
import type { FromWorker, ToWorker, WorkerStart } from './worker-message.ts';

export type Ended<Result> =
  | { readonly kind: 'results'; readonly results: readonly Result[] }
  /** The worker is of no more use and wants to be closed; `at` is the structure that it was at. */
  | {
      readonly kind: 'gone';
      readonly at: number;
      readonly failure: 'timed-out' | 'crashed-toolkit';
      readonly reason: string;
    };

export type ChemistryWorker = {
  /** One batch at a time. */
  readonly standardise: (structures: readonly Structure[]) => Promise<Ended<StandardStructure>>;
  readonly draw: (structures: readonly Structure[], drawing: Drawing) => Promise<Ended<string | null>>;
  readonly weigh: (structures: readonly Structure[]) => Promise<Ended<number | undefined>>;
  readonly molBlocks: (structures: readonly Structure[]) => Promise<Ended<string | undefined>>;
  readonly close: () => Promise<void>;
};

/** The watchdog counts ticks, not the clock: a machine that slept has not kept a structure waiting. */
const ticksPerSecond = 4;

/** Milliseconds that a worker has to leave by itself: a thread ended from outside can take the process with it. */
const patience = 5_000;

/**
 * @param secondsPerStructure how long the watchdog lets one structure take
 * @param script what the thread runs
 * @throws TOOLKIT_FAILED
 */
export async function startWorker(
  start: Omit<WorkerStart, 'begun'>,
  secondsPerStructure: number,
  script = new URL(`./worker${extname(import.meta.url)}`, import.meta.url),
): Promise<ChemistryWorker> {
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const workerData: WorkerStart = { ...start, begun };
  const worker = new Worker(script, { workerData });
  const exited = once(worker, 'exit').catch(() => {}); // an error comes before its exit, and is told below
  let tell: (answer: Answer) => void = () => {};
  const crashed = (cause: unknown) => tell({ kind: 'gone', at: -1, failure: 'crashed-toolkit', reason: String(cause) });
  worker.on('message', (message: FromWorker) => tell(message));
  worker.on('error', crashed);
  worker.on('exit', (code) => crashed(`worker exited with ${code}`));
  const next = () =>
    new Promise<Answer>((answered) => {
      tell = answered;
    });

  const first = await next();
  if (first.kind !== 'ready') {
    throw new ChoraleError('TOOLKIT_FAILED', { reason: first.kind === 'gone' ? first.reason : first.kind });
  }
  worker.unref();

  const ask = async (message: ToWorker): Promise<Answer> => {
    const before = Atomics.load(begun, 0);
    const at = () => Atomics.load(begun, 0) - before - 1;
    let [last, still] = [before, 0];
    const watchdog = setInterval(() => {
      const now = Atomics.load(begun, 0);
      still = now === last ? still + 1 : 0;
      last = now;
      if (still < secondsPerStructure * ticksPerSecond) return;
      tell({ kind: 'gone', at: at(), failure: 'timed-out', reason: `over ${secondsPerStructure} s` });
      void worker.terminate();
    }, 1000 / ticksPerSecond);
    worker.ref();
    const answering = next();
    worker.postMessage(message);
    try {
      const answer = await answering;
      return answer.kind === 'gone' && answer.at < 0 ? { ...answer, at: at() } : answer;
    } finally {
      clearInterval(watchdog);
      worker.unref();
    }
  };

  return {
    standardise: async (structures) => {
      const answer = await ask({ kind: 'standardise', structures });
      return answer.kind === 'standardised' ? { kind: 'results', results: answer.results } : goneFrom(answer);
    },
    draw: async (structures, drawing) => {
      const answer = await ask({ kind: 'draw', structures, drawing });
      return answer.kind === 'drawn' ? { kind: 'results', results: answer.results } : goneFrom(answer);
    },
    weigh: async (structures) => {
      const answer = await ask({ kind: 'weigh', structures });
      return answer.kind === 'weighed' ? { kind: 'results', results: answer.results } : goneFrom(answer);
    },
    molBlocks: async (structures) => {
      const answer = await ask({ kind: 'molBlocks', structures });
      return answer.kind === 'blocks' ? { kind: 'results', results: answer.results } : goneFrom(answer);
    },
    async close() {
      worker.ref();
      worker.postMessage({ kind: 'close' } satisfies ToWorker);
      const overdue = setTimeout(() => void worker.terminate(), patience);
      await exited;
      clearTimeout(overdue);
    },
  };
}

type Gone = Extract<Ended<never>, { kind: 'gone' }>;

type Answer = FromWorker | Gone;

/** The toolkit of a broken worker is of no more use; the thread itself still leaves when it is closed. */
function goneFrom(answer: Answer): Gone {
  if (answer.kind === 'gone') return answer;
  if (answer.kind !== 'broken') throw new TypeError(`a chemistry worker answered ${answer.kind}`);
  return { kind: 'gone', failure: 'crashed-toolkit', at: answer.at, reason: answer.reason };
}

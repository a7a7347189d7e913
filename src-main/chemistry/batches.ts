/** Batches: how many structures go to a worker at a time, and what happens to a batch whose worker is lost. */
import type { Control } from '../contract/progress.ts';
import { stopIfAsked } from '../contract/progress.ts';
import type { Crew } from './crew.ts';
import type { Structure } from './guards.ts';
import type { StandardStructure } from './standardise.ts';
import type { ChemistryWorker, Ended } from './worker-thread.ts';

/** Small enough for progress and cancel five times a second. */
const batchSize = 200;

/** In the order of the input. @throws CANCELLED, TOOLKIT_FAILED */
export async function standardiseInBatches(
  crew: Crew,
  structures: readonly Structure[],
  control: Control,
): Promise<readonly StandardStructure[]> {
  let done = 0;
  const report = () => control.report({ step: 'chemistry.standardise', done, total: structures.length });
  report();
  const batches = Array.from({ length: Math.ceil(structures.length / batchSize) }, (_, at) =>
    structures.slice(at * batchSize, (at + 1) * batchSize),
  );
  const found = await Promise.all(
    batches.map(async (batch) => {
      const results = await standardiseBatch(crew, batch, control, false);
      done += batch.length;
      report();
      return results;
    }),
  );
  return found.flat();
}

/**
 * The structure that a worker was at when it went is tried again alone, the ones around it go again without it. Who
 * ends a worker twice is the culprit and fails by name.
 */
async function standardiseBatch(
  crew: Crew,
  structures: readonly Structure[],
  control: Control,
  suspect: boolean,
): Promise<readonly StandardStructure[]> {
  if (structures.length === 0) return [];
  stopIfAsked(control);
  const ended = await crew.run((worker) => worker.standardise(structures), structures.length, control.signal);
  stopIfAsked(control);
  if (ended.kind === 'results') return ended.results;
  if (suspect) return [{ ok: false, failure: ended.failure, detail: ended.reason }];
  const at = Math.max(0, ended.at);
  const [before, culprit, after] = [structures.slice(0, at), structures.slice(at, at + 1), structures.slice(at + 1)];
  const parts = await Promise.all([
    standardiseBatch(crew, before, control, false),
    standardiseBatch(crew, culprit, control, true),
    standardiseBatch(crew, after, control, false),
  ]);
  return parts.flat();
}

/** One answer per structure. */
export type AskWorker<Result> = (
  worker: ChemistryWorker,
  structures: readonly Structure[],
) => Promise<Ended<Result | undefined>>;

/** In the order of the input; nothing is known of a structure that costs a worker. @throws CANCELLED, TOOLKIT_FAILED */
export async function askInBatches<Result>(
  crew: Crew,
  structures: readonly Structure[],
  ask: AskWorker<Result>,
  signal?: AbortSignal,
): Promise<readonly (Result | undefined)[]> {
  const batches = Array.from({ length: Math.ceil(structures.length / batchSize) }, (_, at) =>
    structures.slice(at * batchSize, (at + 1) * batchSize),
  );
  const answers = await Promise.all(batches.map((batch) => askBatch(crew, batch, ask, signal)));
  return answers.flat();
}

async function askBatch<Result>(
  crew: Crew,
  structures: readonly Structure[],
  ask: AskWorker<Result>,
  signal: AbortSignal | undefined,
): Promise<readonly (Result | undefined)[]> {
  if (structures.length === 0) return [];
  const ended = await crew.run((worker) => ask(worker, structures), structures.length, signal);
  if (ended.kind === 'results') return ended.results;
  const at = Math.max(0, ended.at);
  const before = await askBatch(crew, structures.slice(0, at), ask, signal);
  return [...before, undefined, ...(await askBatch(crew, structures.slice(at + 1), ask, signal))];
}

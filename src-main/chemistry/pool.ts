/** The pool of chemistry workers: batches out, results in order back, and no structure that can hold up or kill a run. */
import { availableParallelism } from 'node:os';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { type Crew, createCrew } from './crew.ts';
import type { Drawing } from './drawing.ts';
import { createDrawingCache } from './drawing-cache.ts';
import type { Structure } from './guards.ts';
import type { ChemistryParameters } from './parameters.ts';
import { scramblePermutation } from './scramble.ts';
import type { StandardStructure } from './standardise.ts';
import { compileToolkit } from './toolkit.ts';
import { startWorker } from './worker-thread.ts';

export type { Drawing } from './drawing.ts';
export type { Structure } from './guards.ts';
export type { StandardStructure } from './standardise.ts';

export type Chemistry = {
  readonly parameters: ChemistryParameters;
  /** In the order of the input. @throws CANCELLED, TOOLKIT_FAILED */
  readonly standardise: (structures: readonly Structure[], control: Control) => Promise<readonly StandardStructure[]>;
  /** SVG text on no ground; null when the structure cannot be drawn. The last few hundred are remembered. */
  readonly depict: (structure: Structure, drawing: Drawing) => Promise<string | null>;
  readonly close: () => Promise<void>;
};

export type ChemistryOptions = {
  readonly parameters: ChemistryParameters;
  /** Threads; one less than the processor has by default, at least one. */
  readonly workers?: number;
  /** Fingerprint bits as RDKit numbers them instead of the key's numbers. */
  readonly plainBits?: boolean;
  /** How long one structure may take before its worker is ended. */
  readonly secondsPerStructure?: number;
};

/** Small enough for progress and cancel five times a second. */
const batchSize = 200;

const structuresPerWorker = 50_000;

const rememberedDrawings = 500;

/** @throws TOOLKIT_FAILED when the toolkit cannot be loaded */
export async function openChemistry({
  parameters,
  workers = Math.max(1, availableParallelism() - 1),
  plainBits = false,
  secondsPerStructure = 5,
}: ChemistryOptions): Promise<Chemistry> {
  const toolkit = await compileToolkit().catch((cause: unknown) => {
    throw new ChoraleError('TOOLKIT_FAILED', { reason: String(cause) }, { cause });
  });
  const permutation = plainBits ? undefined : shared(scramblePermutation(parameters.key, parameters.foldSize));
  const start = () => startWorker({ toolkit, parameters, permutation }, secondsPerStructure);
  const standardising = createCrew(start, workers, structuresPerWorker);
  const drawing = createCrew(start, 1, structuresPerWorker);
  const remember = createDrawingCache(rememberedDrawings);

  return {
    parameters,
    async standardise(structures, control) {
      let done = 0;
      const report = () => control.report({ step: 'chemistry.standardise', done, total: structures.length });
      report();
      const found = await Promise.all(
        batches(structures).map(async (batch) => {
          const results = await standardiseBatch(standardising, batch, control, false);
          done += batch.length;
          report();
          return results;
        }),
      );
      return found.flat();
    },
    depict: (structure, how) =>
      remember(structure, how, async () => {
        const ended = await drawing.run((worker) => worker.draw([structure], how), 1);
        return ended.kind === 'results' ? ended.results[0]! : null;
      }),
    async close() {
      await Promise.all([standardising.close(), drawing.close()]);
    },
  };
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

const batches = (structures: readonly Structure[]): readonly (readonly Structure[])[] =>
  Array.from({ length: Math.ceil(structures.length / batchSize) }, (_, at) =>
    structures.slice(at * batchSize, (at + 1) * batchSize),
  );

/** One copy for all workers. */
function shared(numbers: Uint16Array): Uint16Array {
  const copy = new Uint16Array(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}

/** The pool of chemistry workers: batches out, results in order back, and no structure that can hold up or kill a run. */
import { availableParallelism } from 'node:os';
import { ChoraleError } from '../contract/errors.ts';
import type { Control } from '../contract/progress.ts';
import { askInBatches, standardiseInBatches } from './batches.ts';
import { createCrew } from './crew.ts';
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
  /** g/mol in the order of the input; undefined where the toolkit cannot tell. @throws CANCELLED, TOOLKIT_FAILED */
  readonly weigh: (structures: readonly Structure[], signal?: AbortSignal) => Promise<readonly (number | undefined)[]>;
  /** V2000 mol blocks with the places of a drawing, in the order of the input; undefined for what is no structure. */
  readonly molBlocks: (structures: readonly Structure[]) => Promise<readonly (string | undefined)[]>;
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
    standardise: (structures, control) => standardiseInBatches(standardising, structures, control),
    weigh: (structures, signal) =>
      askInBatches(standardising, structures, (worker, batch) => worker.weigh(batch), signal),
    molBlocks: (structures) => askInBatches(drawing, structures, (worker, batch) => worker.molBlocks(batch)),
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

/** One copy for all workers. */
function shared(numbers: Uint16Array): Uint16Array {
  const copy = new Uint16Array(new SharedArrayBuffer(numbers.byteLength));
  copy.set(numbers);
  return copy;
}

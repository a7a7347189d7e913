/** What the pool and its workers say to each other. */
import type { Drawing } from './drawing.ts';
import type { Structure } from './guards.ts';
import type { ChemistryParameters } from './parameters.ts';
import type { StandardStructure } from './standardise.ts';

export type WorkerStart = {
  readonly toolkit: WebAssembly.Module;
  readonly parameters: ChemistryParameters;
  /** Shared memory; absent for plain bits. */
  readonly permutation: Uint16Array | undefined;
  /** Shared: `[0]` counts the structures this worker has begun, so that the pool sees which one it is at. */
  readonly begun: Int32Array;
};

export type ToWorker =
  | { readonly kind: 'standardise'; readonly structures: readonly Structure[] }
  | { readonly kind: 'draw'; readonly structures: readonly Structure[]; readonly drawing: Drawing }
  | { readonly kind: 'weigh'; readonly structures: readonly Structure[] }
  | { readonly kind: 'molBlocks'; readonly structures: readonly Structure[] }
  | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'standardised'; readonly results: readonly StandardStructure[] }
  | { readonly kind: 'drawn'; readonly results: readonly (string | null)[] }
  | { readonly kind: 'weighed'; readonly results: readonly (number | undefined)[] }
  | { readonly kind: 'blocks'; readonly results: readonly (string | undefined)[] }
  /** The toolkit is dead; `at` is the structure that was being worked on. */
  | { readonly kind: 'broken'; readonly at: number; readonly reason: string };

/** Standardises what the catalog holds: each distinct structure once per parameters, written batch by batch. */
import { addStandardStructures, countStructures, readWaitingStructures } from '../catalog/structures.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { Control } from '../contract/progress.ts';
import { parameterHash } from './parameters.ts';
import type { Chemistry } from './pool.ts';

export type StandardisedCatalog = {
  /** Distinct structures of committed batches; = standardised + reused. */
  readonly structures: number;
  /** Looked at in this run, failures included. */
  readonly standardised: number;
  /** Known from a run before. What a run could not finish, for time or a broken toolkit, is known after three. */
  readonly reused: number;
  /** Of all structures, those without a standard form. */
  readonly failed: number;
};

/** What a kill may cost: this many structures are done again. */
const structuresPerWrite = 4000;

/** @throws CANCELLED, with what was finished kept; TOOLKIT_FAILED */
export async function standardiseCatalog(
  { catalog }: Workspace,
  chemistry: Pick<Chemistry, 'parameters' | 'standardise'>,
  control: Control,
): Promise<StandardisedCatalog> {
  const hash = parameterHash(chemistry.parameters);
  const before = countStructures(catalog, hash);
  const reused = before.standardised + before.failed - before.tryAgain;
  const waiting = before.structures - reused;
  let standardised = 0;
  let structures = readWaitingStructures(catalog, hash, '', structuresPerWrite);
  while (structures.length > 0) {
    const results = await chemistry.standardise(structures, {
      signal: control.signal,
      report: ({ step, done }) => control.report({ step, done: standardised + done, total: waiting }),
    });
    addStandardStructures(
      catalog,
      hash,
      results.map((result, at) => ({ key: structures[at]!.key, ...result })),
    );
    standardised += structures.length;
    structures = readWaitingStructures(catalog, hash, structures.at(-1)!.key, structuresPerWrite);
  }
  control.report({ step: 'chemistry.standardise', done: standardised, total: waiting });
  return { structures: before.structures, standardised, reused, failed: countStructures(catalog, hash).failed };
}

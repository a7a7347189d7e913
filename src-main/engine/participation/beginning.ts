/** The trunk that a series begins with: made from the plan's seed, or the last one of the series that it continues. */
import type { Workspace } from '../../catalog/workspace.ts';
import { ChoraleError, isChoraleError } from '../../contract/errors.ts';
import { bytesOf } from '../../federation/chunks.ts';
import type { Plan } from '../../federation/plan.ts';
import { readConsortium, readPartnerState } from '../../federation/series.ts';
import { trunkHash } from '../../federation/server-optimiser.ts';
import { initialTrunk } from '../../training/trainer.ts';
import { openGlobalModel } from './global-model.ts';

/**
 * A series that continues another one finds its trunk in what this machine keeps of that one; a partner that was not in
 * it takes it from another partner's file first (`takeBeginning`).
 * @throws PLAN_INVALID `no-trunk-to-continue`; WORKSPACE_DAMAGED
 */
export function beginningTrunk(workspace: Workspace, plan: Plan): Float32Array {
  const { continueFrom, hidden, recipe, series } = plan;
  if (continueFrom === undefined) return initialTrunk(hidden, recipe.initialTrunkSeed).values;
  const taken = readBeginning(workspace, series);
  if (taken !== undefined) return taken;
  const before = readConsortium(workspace.catalog, continueFrom.series);
  const base = readPartnerState(workspace.catalog, continueFrom.series)?.base;
  if (before?.planHash !== continueFrom.planHash || base?.hash !== continueFrom.trunkHash) {
    throw new ChoraleError('PLAN_INVALID', { reason: 'no-trunk-to-continue' });
  }
  const values = lastTrunk(workspace, continueFrom.series);
  workspace.vault.write(fileOf(series), bytesOf(values));
  return values;
}

/**
 * The global trunk of a series as it stands here: what a partner that comes new is handed, and nobody else needs.
 * @throws NOT_FOUND
 */
export function lastTrunk(workspace: Workspace, series: string): Float32Array {
  const { catalog, vault } = workspace;
  const plan = readConsortium(catalog, series)?.plan;
  const base = readPartnerState(catalog, series)?.base;
  if (plan === undefined || base === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'consortium', id: series });
  return openGlobalModel(vault, plan, base, () => beginningTrunk(workspace, plan)).state().values;
}

/**
 * Keeps the trunk from another partner's file.
 * @param bytes float32, little endian @throws PLAN_INVALID when it is not the one that the plan names
 */
export function takeBeginning({ vault }: Workspace, { series, continueFrom }: Plan, bytes: Uint8Array): void {
  const fits = bytes.length > 0 && bytes.length % 4 === 0;
  if (!fits || trunkHash(numbersOf(bytes)) !== continueFrom?.trunkHash) {
    throw new ChoraleError('PLAN_INVALID', { reason: 'other-trunk' });
  }
  vault.write(fileOf(series), bytes);
}

function readBeginning({ vault }: Workspace, series: string): Float32Array | undefined {
  try {
    return numbersOf(vault.read(fileOf(series)));
  } catch (error) {
    if (isChoraleError(error) && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

const fileOf = (series: string): string => `series/${series}/beginning`;

const numbersOf = (bytes: Uint8Array): Float32Array => new Float32Array(bytes.slice().buffer);

/** What a coordinator that stands alone reads from files: its key, and the roster and plan of its series. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../contract/errors.ts';
import { fromBase64url, toBase64url } from '../federation/canonical.ts';
import { bytesText } from '../federation/formats.ts';
import { type SigningKeys, signingKeys } from '../federation/identity.ts';
import { type Plan, readPlan } from '../federation/plan.ts';
import { readCompleteRoster, type SignedRoster } from '../federation/roster.ts';

const keyFile = z.object({ format: z.literal('chorale coordinator key 1'), seed: bytesText(32) });

/**
 * The key in this folder, readable by the owner only; made when there is none.
 * @param random 32 bytes
 * @throws FILE_UNREADABLE
 */
export function coordinatorKeys(folder: string, random: () => Uint8Array): SigningKeys {
  const file = join(folder, 'coordinator.key');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made: z.infer<typeof keyFile> = { format: 'chorale coordinator key 1', seed: toBase64url(random()) };
    writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  }
  const parsed = keyFile.safeParse(readJson(file));
  if (!parsed.success) throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'no-coordinator-key' });
  return signingKeys(fromBase64url(parsed.data.seed));
}

/** @throws FILE_UNREADABLE, ROSTER_INVALID, PLAN_INVALID */
export function readSeries(
  rosterFile: string,
  planFile: string,
): { readonly roster: SignedRoster; readonly plan: Plan } {
  const roster = readCompleteRoster(readJson(rosterFile));
  return { roster, plan: readPlan(readJson(planFile), roster.roster) };
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'no-json' }, { cause: error });
  }
}

/** Where the round stands, as the coordinator shows it to partners: who has done what, how much of each upload has come. */
import type { Standing } from '../exchange/coordinator-documents.ts';
import { chunkBytes } from '../federation/chunks.ts';
import { type Plan, uploadBytes } from '../federation/plan.ts';
import { planOfRound } from '../federation/rare-rows.ts';
import type { Roster } from '../federation/roster.ts';
import type { CoordinatorState, RunningAttempt } from './round-state.ts';

/** @param chunksStored of each running upload, by partner */
export function standingOf(
  { attempt, roundsDone, keptRows, tried, opensAt }: CoordinatorState,
  { plan, roster }: { readonly plan: Plan; readonly roster: Roster },
  chunksStored: ReadonlyMap<string, number>,
): Standing {
  const finished = roundsDone >= plan.recipe.rounds;
  const total = uploadBytes(planOfRound(plan, roundsDone + 1, keptRows));
  const closesAt = attempt === null ? opensAt : attempt.deadline;
  return {
    round: finished ? roundsDone : roundsDone + 1,
    attempt: attempt?.attempt ?? tried,
    phase: finished ? 'finished' : (attempt?.phase ?? 'gathering'),
    closesAt: closesAt === null ? null : new Date(closesAt).toISOString(),
    partners: roster.partners.map(({ id }) => ({
      id,
      state: attempt === null ? 'expected' : partnerState(attempt, id),
      bytesSent: Math.min(total, (chunksStored.get(id) ?? 0) * chunkBytes),
    })),
  };
}

function partnerState(attempt: RunningAttempt, id: string): Standing['partners'][number]['state'] {
  const { members, withdrawn, answers, confirmations, stored, manifests, shares, keys, lists } = attempt;
  if (!members.includes(id)) return 'absent';
  if (withdrawn.includes(id)) return 'withdrawn';
  if (answers[id] !== undefined) return 'unmasked';
  if (confirmations[id] !== undefined) return 'confirmed';
  const dropped = Object.values(lists).some((list) => list !== null && !list.some(({ partner }) => partner === id));
  if (dropped) return 'absent';
  if (stored.includes(id)) return 'uploaded';
  if (manifests[id] !== undefined) return 'uploading';
  if (shares[id] !== undefined) return 'shares';
  return keys[id] === undefined ? 'expected' : 'keys';
}

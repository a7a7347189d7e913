/** What the coordinator makes of the partners' verdicts on a result: it stands, or it is taken back by agreement. */
import type { CoordinatorMessageType, MessageOf, PartnerList } from '../federation/messages.ts';
import type { Plan } from '../federation/plan.ts';
import { countingRound } from '../federation/rare-rows.ts';
import type { Roster } from '../federation/roster.ts';
import { isSettled, isVoided, type VoidingRule } from '../federation/voiding.ts';
import type { CoordinatorState, OpenReview } from './round-state.ts';

/** @returns null where there is nothing to review: the plan knows no voiding, or rows were counted */
export function openReview(
  { voiding }: Plan,
  result: Pick<OpenReview, 'round' | 'attempt' | 'result' | 'survivors'>,
  now: number,
): OpenReview | null {
  if (voiding === undefined || result.round === countingRound) return null;
  return { ...result, verdicts: {}, deadline: now + voiding.seconds * 1000 };
}

/** @returns undefined when the verdict comes too late, or is on a result that was voided */
export function withVerdict(
  { review }: CoordinatorState,
  { round, attempt, from, body }: MessageOf<'VERDICT'>,
  hash: string,
): OpenReview | undefined {
  if (review === null || review.round !== round || review.attempt !== attempt) return undefined;
  return { ...review, verdicts: { ...review.verdicts, [from]: { message: hash, verdict: body.verdict } } };
}

export type ReviewEnd = {
  readonly type: Extract<CoordinatorMessageType, 'SETTLED' | 'VOIDED'>;
  readonly list: PartnerList;
};

/** @returns undefined while it is open */
export function endOf(review: OpenReview, rule: VoidingRule, { partners }: Roster, now: number): ReviewEnd | undefined {
  const survivors = review.survivors.length;
  const saying = (wanted: 'accept' | 'object'): PartnerList =>
    partners.flatMap(({ id }) => {
      const said = review.verdicts[id];
      return said?.verdict === wanted ? [{ partner: id, message: said.message }] : [];
    });
  const objections = saying('object');
  if (isVoided(rule, survivors, objections.length)) return { type: 'VOIDED', list: objections };
  const decided = isSettled(rule, survivors, saying('accept').length);
  const allHaveSpoken = Object.keys(review.verdicts).length === survivors;
  return decided || allHaveSpoken || now >= review.deadline ? { type: 'SETTLED', list: [] } : undefined;
}

/** The rounds go on from the trunk before the voided one; whoever had applied it has taken it back. */
export function withoutResult(
  state: CoordinatorState,
  { round, attempt }: OpenReview,
  plan: Plan,
  now: number,
): CoordinatorState {
  const applied = Object.entries(state.applied).map(([id, rounds]) => [id, Math.min(rounds, round - 1)]);
  const before: CoordinatorState = {
    ...state,
    roundsDone: round - 1,
    tried: attempt,
    applied: Object.fromEntries(applied),
    review: null,
    voids: { round, count: (state.voids?.round === round ? state.voids.count : 0) + 1 },
  };
  return { ...before, opensAt: isHalted(before, plan) ? null : now };
}

/** So many results of the next round were voided that it is not begun again, or the partners have no row in common. */
export const isHalted = ({ keptRows, voids, roundsDone }: CoordinatorState, { voiding }: Plan): boolean =>
  keptRows === 0 || (voiding !== undefined && voids?.round === roundsDone + 1 && voids.count >= voiding.mostInRound);

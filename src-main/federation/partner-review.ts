/** How a partner hears what the others think of a result, and goes back when it is voided by agreement. */
import type { Halt } from '../contract/federation.ts';
import { type MessageOf, partnersIn } from './messages.ts';
import type { Base, PartnerState, Review, RoundResult } from './partner-state.ts';
import { type Heard, inRosterOrder, isSamePlace, must, type Place, type Surroundings, say } from './partner-turn.ts';
import type { Plan } from './plan.ts';
import { inTwentieths, isSettled, isVoided } from './voiding.ts';

/** What the own validation fold says after a result: how far it fell beyond the plan's limit, null when it did not. */
export type Judgement = { readonly fall: number | null };

/** After a result is applied: says what the own validation fold says, where this partner is asked. */
export function beginReview(
  state: PartnerState,
  place: Place,
  { message, survivors }: Pick<RoundResult, 'message' | 'survivors'>,
  before: Base,
  { fall }: Judgement,
  around: Surroundings,
): PartnerState {
  if (around.plan.voiding === undefined) return state;
  // One that reads the log after a restore has answered long ago, or its answer is not waited for.
  const asked = state.standing !== 'paused' && survivors.includes(state.self);
  const verdict = fall === null ? 'accept' : 'object';
  const { round, attempt } = place;
  const review: Review = {
    round,
    attempt,
    result: message,
    survivors,
    before,
    own: asked ? verdict : null,
    verdicts: {},
    settled: false,
  };
  const open: PartnerState = { ...state, review };
  if (!asked) return open;
  const body = {
    result: message,
    trunkHash: state.base.hash,
    verdict,
    fall: fall === null ? null : inTwentieths(fall),
  } as const;
  return say(open, around, { round, attempt }, 'VERDICT', body).state;
}

export function hearVerdict(state: PartnerState, { message, hash }: Heard<'VERDICT'>): PartnerState {
  const { review } = state;
  const { from, body } = message;
  if (review === null || !isSamePlace(message, review)) {
    const { round, attempt } = message;
    must(state.voids?.round !== round || attempt > state.voids.lastAttempt, message, 'late');
    must(round <= state.base.rounds, message, 'other-round');
    return state; // of a result that is settled long since
  }
  must(review.survivors.includes(from), message, 'not-in-list');
  must(body.result === review.result, message, 'other-result');
  must(review.verdicts[from] === undefined, message, 'second-answer');
  const verdicts = { ...review.verdicts, [from]: { message: hash, verdict: body.verdict } };
  return { ...state, review: { ...review, verdicts } };
}

export function hearSettled(state: PartnerState, { message }: Heard<'SETTLED'>): PartnerState {
  const review = openReview(state, message);
  return { ...state, review: { ...review, settled: true } };
}

/** Goes back by itself only on signed objections that it has heard, and enough of them. */
export function hearVoided(state: PartnerState, { message }: Heard<'VOIDED'>, around: Surroundings): PartnerState {
  const review = openReview(state, message);
  const { list } = message.body;
  const objections = partnersIn(list);
  must(inRosterOrder(around.roster, objections), message, 'list-not-in-order');
  for (const { partner, message: hash } of list) {
    const heard = review.verdicts[partner];
    must(heard?.message === hash && heard.verdict === 'object', message, 'other-objections');
  }
  const { voiding } = around.plan;
  must(voiding !== undefined && isVoided(voiding, review.survivors.length, list.length), message, 'too-few-objections');
  const { round, attempt } = review;
  return {
    ...state,
    base: review.before,
    // The sum was opened and is taken back: the round may be opened once more, over changes that are trained anew.
    revealed: round - 1,
    review: null,
    voids: { round, count: voidsOf(state, round) + 1, lastAttempt: attempt },
    undoing: { round, attempt, objections },
  };
}

/** Results of this round that were voided so far. */
export const voidsOf = ({ voids }: Pick<PartnerState, 'voids'>, round: number): number =>
  voids?.round === round ? voids.count : 0;

/**
 * Why nobody begins the next round: its results were voided too often, or the partners have no row in common to learn;
 * null while it may begin.
 */
export function haltOf(state: PartnerState, { voiding, recipe }: Plan): Halt | null {
  if (state.keptRows === 0) return 'no-common-rows';
  const next = state.base.rounds + 1;
  const often = voiding !== undefined && next <= recipe.rounds && voidsOf(state, next) >= voiding.mostInRound;
  return often ? 'voided-too-often' : null;
}

export const isHalted = (state: PartnerState, plan: Plan): boolean => haltOf(state, plan) !== null;

/** All rounds are done, and the last result stands. */
export const isFinished = ({ base, review }: PartnerState, { recipe }: Plan): boolean =>
  base.rounds >= recipe.rounds && review?.settled !== false;

/** The coordinator goes on although it never showed the own objection, and what it did show does not settle the result. */
export function objectionWithheld({ self, review }: PartnerState, { voiding }: Plan): boolean {
  if (voiding === undefined || review?.own !== 'object' || review.verdicts[self] !== undefined) return false;
  const acceptances = Object.values(review.verdicts).filter(({ verdict }) => verdict === 'accept').length;
  return !isSettled(voiding, review.survivors.length, acceptances);
}

/** @throws MESSAGE_REFUSED when no such result waits to be settled or voided */
function openReview({ review }: PartnerState, message: MessageOf<'SETTLED' | 'VOIDED'>): Review {
  must(review !== null && isSamePlace(message, review), message, 'other-round');
  must(!review.settled, message, 'already-settled');
  must(message.body.result === review.result, message, 'other-result');
  return review;
}

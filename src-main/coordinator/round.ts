/**
 * The coordinator's side of a series of rounds as a pure state machine. It relays, keeps time and sums; it holds no
 * key of a partner and can't speak for one. What it is told and what it says is stored in one transaction with its
 * state, so after a kill it goes on from there.
 */
import { isChoraleError } from '../contract/errors.ts';
import { fromBase64url } from '../federation/canonical.ts';
import { listHash, openMessage, type SealedMessage } from '../federation/messages.ts';
import { totalWeight } from '../federation/plan.ts';
import { planOfRound } from '../federation/rare-rows.ts';
import { partnerOf } from '../federation/roster.ts';
import { acceptMessage, checkChain } from './hearing.ts';
import { nextMove, secondsFor } from './moves.ts';
import { openReview } from './review.ts';
import type { CoordinatorState, CoordinatorStep } from './round-state.ts';
import { type CoordinatorSurroundings, names, placeOf, say } from './turn.ts';

export type CoordinatorInput =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  /** Every chunk of this MANIFEST (its message's hash) is on the disk. */
  | { readonly kind: 'stored'; readonly manifest: string }
  /** Once the phase is `summing`: the sum's chunks are on the disk. */
  | {
      readonly kind: 'summed';
      readonly root: string;
      readonly bytes: number;
      readonly chunks: readonly string[];
      /** Of the round that counts them. */
      readonly keptRows?: number | null;
    }
  /** Time has passed. */
  | { readonly kind: 'clock' }
  /** The service was away: nobody is to miss a deadline that passed meanwhile. */
  | { readonly kind: 'restarted' };

export function step(
  state: CoordinatorState,
  input: CoordinatorInput,
  around: CoordinatorSurroundings,
): CoordinatorStep {
  switch (input.kind) {
    case 'message':
      return onMessage(state, input.bytes, around);
    case 'stored':
      return goOn(onStored(state, input.manifest), around);
    case 'summed':
      return onSummed(state, input, around);
    case 'clock':
      return goOn(state, around);
    case 'restarted':
      return goOn(withFreshDeadline(state, around), around);
  }
}

/** When time alone moves the state on; null when it does not. */
export const wakesAt = ({ attempt, opensAt, review }: CoordinatorState): number | null =>
  review !== null ? review.deadline : attempt === null ? opensAt : attempt.deadline;

function onMessage(state: CoordinatorState, bytes: Uint8Array, around: CoordinatorSurroundings): CoordinatorStep {
  try {
    const opened = openMessage(bytes, (sender) => {
      const key = partnerOf(around.roster, sender)?.key;
      return key === undefined ? undefined : fromBase64url(key);
    });
    const followed = checkChain(state, opened);
    const { state: next, said } = goOn(acceptMessage(followed, opened, around), around);
    return { state: next, accepted: opened, refusal: null, said };
  } catch (error) {
    if (!isChoraleError(error) || error.code !== 'MESSAGE_REFUSED') throw error;
    return { state, accepted: null, refusal: error.data as CoordinatorStep['refusal'], said: [] };
  }
}

function onStored(state: CoordinatorState, manifest: string): CoordinatorState {
  const { attempt } = state;
  const partner = Object.entries(attempt?.manifests ?? {}).find(([, hash]) => hash === manifest)?.[0];
  if (attempt === null || partner === undefined || attempt.stored.includes(partner)) return state;
  return { ...state, attempt: { ...attempt, stored: [...attempt.stored, partner] } };
}

function onSummed(
  state: CoordinatorState,
  { root, bytes, chunks, keptRows = state.keptRows }: Extract<CoordinatorInput, { kind: 'summed' }>,
  around: CoordinatorSurroundings,
): CoordinatorStep {
  const { attempt } = state;
  if (attempt?.phase !== 'summing') return unchanged(state);
  const list = attempt.lists.uploads!;
  const result = say(state, around, 'RESULT', {
    uploadsHash: listHash(placeOf(state, attempt), 'uploads', list),
    list,
    totalWeight: totalWeight(planOfRound(around.plan, state.roundsDone + 1, state.keptRows), names(list)),
    root,
    bytes,
    chunks: [...chunks],
  });
  const roundsDone = state.roundsDone + 1;
  const done: CoordinatorState = {
    ...result.state,
    roundsDone,
    keptRows,
    tried: 0,
    sittingOut: [],
    shunned: [],
    attempt: null,
    opensAt: roundsDone < around.plan.recipe.rounds ? around.now : null,
    review: openReview(
      around.plan,
      { round: roundsDone, attempt: attempt.attempt, result: result.said.hash, survivors: names(list) },
      around.now,
    ),
  };
  const next = goOn(done, around);
  return { ...next, said: [result.said, ...next.said] };
}

/** Takes every step that is due. */
function goOn(state: CoordinatorState, around: CoordinatorSurroundings): CoordinatorStep {
  let next = state;
  const said: SealedMessage[] = [];
  for (;;) {
    const due = nextMove(next, around);
    if (due === undefined) return { state: next, accepted: null, refusal: null, said };
    next = due.state;
    if (due.said !== undefined) said.push(due.said);
  }
}

function withFreshDeadline(state: CoordinatorState, { plan, now }: CoordinatorSurroundings): CoordinatorState {
  const { attempt, review } = state;
  if (review !== null) {
    const deadline = Math.max(review.deadline, now + plan.voiding!.seconds * 1000);
    return { ...state, review: { ...review, deadline } };
  }
  if (attempt === null)
    return state.opensAt === null ? state : { ...state, opensAt: now + plan.deadlines.gather * 1000 };
  if (attempt.deadline === null) return state;
  const seconds = attempt.agreed ? plan.deadlines.upload : secondsFor(attempt.phase, plan);
  return { ...state, attempt: { ...attempt, deadline: Math.max(attempt.deadline, now + seconds * 1000) } };
}

const unchanged = (state: CoordinatorState): CoordinatorStep => ({ state, accepted: null, refusal: null, said: [] });

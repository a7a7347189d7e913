/** What the coordinator does as soon as it is due: opens an attempt, closes a step of it, refuses it, ends the review of a result. */
import type { PartnerList, SealedMessage, Shortfall } from '../federation/messages.ts';
import type { Plan } from '../federation/plan.ts';
import { isAgreed, sharesTooFewRead } from '../federation/readable-shares.ts';
import { openSum } from './opening.ts';
import { endOf, isHalted, withoutResult } from './review.ts';
import type { CoordinatorState, OpenReview, RoundPhase, RunningAttempt } from './round-state.ts';
import { type CoordinatorSurroundings, names, say } from './turn.ts';

export type Move = { readonly state: CoordinatorState; readonly said?: SealedMessage };

/** @returns undefined when nothing is due: the coordinator waits for a message, or for time to pass */
export function nextMove(state: CoordinatorState, around: CoordinatorSurroundings): Move | undefined {
  const { attempt, review } = state;
  if (review !== null) return endReview(state, review, around);
  if (attempt === null) {
    const over = state.roundsDone >= around.plan.recipe.rounds || isHalted(state, around.plan);
    if (!over) return gather(state, around);
    return state.opensAt === null ? undefined : { state: { ...state, opensAt: null } };
  }
  switch (attempt.phase) {
    case 'keys':
      return isClosed(attempt, attempt.members, Object.keys(attempt.keys), around)
        ? closeKeys(state, attempt, around)
        : undefined;
    case 'shares':
      return isClosed(attempt, names(attempt.lists.keys), Object.keys(attempt.shares), around)
        ? closeStep(state, attempt, 'shares', attempt.shares, around)
        : undefined;
    case 'uploads':
      return isClosed(attempt, names(attempt.lists.shares), attempt.stored, around)
        ? closeStep(state, attempt, 'uploads', storedManifests(attempt), around)
        : undefined;
    case 'confirming':
      return confirm(state, attempt, around);
    case 'summing':
      return undefined;
  }
}

/** To sign the list of uploads is as quick as to share keys. */
export const secondsFor = (phase: RoundPhase, { deadlines }: Plan): number =>
  phase === 'keys' ? deadlines.keys : phase === 'uploads' ? deadlines.upload : deadlines.shares;

function endReview(state: CoordinatorState, review: OpenReview, around: CoordinatorSurroundings): Move | undefined {
  const { plan, roster, now } = around;
  const end = endOf(review, plan.voiding!, roster, now);
  if (end === undefined) return undefined;
  const { type, list } = end;
  const { result } = review;
  const { state: next, said } =
    type === 'VOIDED'
      ? say(state, around, 'VOIDED', { result, list }, review)
      : say(state, around, 'SETTLED', { result }, review);
  return { state: type === 'VOIDED' ? withoutResult(next, review, plan, now) : { ...next, review: null }, said };
}

/** Opens an attempt when everyone is here, or those who are here are enough and have waited for the others. */
function gather(state: CoordinatorState, around: CoordinatorSurroundings): Move | undefined {
  const { plan, roster, now } = around;
  const present = roster.partners
    .map(({ id }) => id)
    .filter((id) => state.here.includes(id) && state.approved.includes(id) && !state.sittingOut.includes(id));
  const unsuspected = present.filter((id) => !state.shunned.includes(id));
  const members = unsuspected.length < plan.minimumSurvivors ? present : unsuspected;
  if (members.length < plan.minimumSurvivors)
    return state.opensAt === null ? undefined : { state: { ...state, opensAt: null } };
  if (members.length < roster.partners.length) {
    if (state.opensAt === null) return { state: { ...state, opensAt: now + plan.deadlines.gather * 1000 } };
    if (now < state.opensAt) return undefined;
  }
  const deadline = now + plan.deadlines.keys * 1000;
  const attempt: RunningAttempt = {
    attempt: state.tried + 1,
    phase: 'keys',
    deadline,
    openedAt: now,
    members,
    withdrawn: [],
    keys: {},
    shares: {},
    manifests: {},
    stored: [],
    agreed: false,
    confirmations: {},
    dealtWrong: [],
    answers: {},
    lists: { keys: null, shares: null, uploads: null },
    opened: null,
  };
  return say({ ...state, tried: attempt.attempt, opensAt: null, attempt }, around, 'PROPOSE', {
    members,
    closesAt: iso(deadline),
  });
}

/** All who are still expected have answered, or the time is over. */
const isClosed = (
  { deadline, withdrawn }: RunningAttempt,
  asked: readonly string[],
  answered: readonly string[],
  { now }: CoordinatorSurroundings,
): boolean =>
  (deadline !== null && now >= deadline) || asked.every((id) => answered.includes(id) || withdrawn.includes(id));

/** Only partners that hold the same trunk can be summed: the largest such group goes on. */
function closeKeys(state: CoordinatorState, attempt: RunningAttempt, around: CoordinatorSurroundings): Move {
  const groups = Object.groupBy(Object.entries(attempt.keys), ([, { baseHash }]) => baseHash);
  const [largest] = Object.values(groups).sort((a, b) => b!.length - a!.length);
  return closeStep(state, attempt, 'keys', Object.fromEntries(largest ?? []), around);
}

const nextStep = {
  keys: { phase: 'shares', shortfall: 'too-few-keys' },
  shares: { phase: 'uploads', shortfall: 'too-few-shares' },
  uploads: { phase: 'confirming', shortfall: 'too-few-uploads' },
} as const satisfies Record<string, { phase: RunningAttempt['phase']; shortfall: Shortfall }>;

function closeStep(
  state: CoordinatorState,
  attempt: RunningAttempt,
  step: keyof typeof nextStep,
  answers: Readonly<Record<string, { readonly message: string }>>,
  around: CoordinatorSurroundings,
): Move {
  const { plan, roster, now } = around;
  const list: PartnerList = roster.partners
    .filter(({ id }) => answers[id] !== undefined && !attempt.withdrawn.includes(id))
    .map(({ id }) => ({ partner: id, message: answers[id]!.message }));
  const asked = { keys: attempt.members, shares: names(attempt.lists.keys), uploads: names(attempt.lists.shares) }[
    step
  ];
  const missing = asked.filter((id) => !names(list).includes(id));
  if (list.length < plan.minimumSurvivors) return refuse(state, nextStep[step].shortfall, missing, around);
  const here = withoutSilent(state, missing);
  const { phase } = nextStep[step];
  const deadline = now + secondsFor(phase, plan) * 1000;
  const closed = { ...attempt, phase, deadline, lists: { ...attempt.lists, [step]: list } };
  return say({ ...state, here, attempt: closed }, around, 'SURVIVORS', {
    step,
    list,
    closesAt: iso(deadline),
  });
}

/**
 * Until so many have signed the list that shares may be revealed, the attempt can be refused, and another one begin
 * with fresh keys: nothing of this one is ever revealed. From then on it is opened, or closed unopened.
 */
function confirm(state: CoordinatorState, attempt: RunningAttempt, around: CoordinatorSurroundings): Move | undefined {
  const { deadline, confirmations, lists } = attempt;
  const { threshold } = around.plan;
  const sharers = names(lists.shares);
  if (isAgreed(sharers, confirmations, threshold)) {
    const { opened, dealtWrong } = openSum(attempt, around);
    if (opened !== null) {
      return { state: { ...state, attempt: { ...attempt, phase: 'summing', deadline: null, opened } } };
    }
    return awaitAnswers(state, { ...attempt, dealtWrong }, around);
  }
  const all = sharers.every((id) => confirmations[id] !== undefined);
  if (!all && (deadline === null || around.now < deadline)) return undefined;
  if (Object.keys(confirmations).length < threshold) {
    const missing = names(lists.uploads).filter((id) => confirmations[id] === undefined);
    return refuse(state, 'too-few-confirmations', missing, around);
  }
  const unread = sharesTooFewRead(sharers, confirmations, threshold);
  return refuse({ ...state, shunned: unread }, 'shares-unreadable', unread, around);
}

/**
 * As long as an upload may take, for partners that are away to come back. Then the round is tried again without those
 * who did not answer, or whose shares do not open. A second time it is not closed so (see the partner's
 * `closeUnopened`): it waits.
 */
function awaitAnswers(
  state: CoordinatorState,
  attempt: RunningAttempt,
  around: CoordinatorSurroundings,
): Move | undefined {
  const round = state.roundsDone + 1;
  const mayClose = state.unopened !== round;
  if (!attempt.agreed) {
    const deadline = mayClose ? around.now + around.plan.deadlines.upload * 1000 : null;
    return { state: { ...state, attempt: { ...attempt, agreed: true, deadline } } };
  }
  const { answers, deadline, dealtWrong, lists } = attempt;
  const silent = names(lists.shares).filter((id) => answers[id] === undefined);
  if (mayClose && (silent.length === 0 || (deadline !== null && around.now >= deadline))) {
    const closed = { ...state, attempt, unopened: round, shunned: dealtWrong };
    return dealtWrong.length > 0
      ? refuse(closed, 'shares-wrong', dealtWrong, around)
      : refuse(closed, 'too-few-answers', silent, around);
  }
  const isKnown = dealtWrong.join() === state.attempt!.dealtWrong.join();
  return isKnown ? undefined : { state: { ...state, attempt } };
}

/** One that had withdrawn, and is here again, was not silent. */
const withoutSilent = (
  { here, sittingOut, attempt }: CoordinatorState,
  missing: readonly string[],
): readonly string[] =>
  here.filter((id) => !missing.includes(id) || sittingOut.includes(id) || attempt?.withdrawn.includes(id) === true);

/** The attempt is named in the refusal, so it is cleared afterwards. */
function refuse(
  state: CoordinatorState,
  reason: Shortfall,
  missing: readonly string[],
  around: CoordinatorSurroundings,
): Move {
  const here = withoutSilent(state, missing);
  const { state: next, said } = say(state, around, 'REFUSED', { reason, missing: [...missing] });
  return { state: { ...next, here, attempt: null, opensAt: around.now }, said };
}

const storedManifests = ({ stored, manifests }: RunningAttempt) =>
  Object.fromEntries(stored.map((id) => [id, { message: manifests[id]! }]));

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

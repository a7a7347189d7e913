/** How a partner's state changes with each message it hears; whatever it does not accept it refuses with a reason. */
import { fromBase64url, toBase64url } from './canonical.ts';
import { chunkCount, merkleRoot } from './chunks.ts';
import { coordinatorId } from './formats.ts';
import { boxPublicKey } from './identity.ts';
import { isUsableKey, keyPair } from './masks.ts';
import {
  type Bodies,
  isFromCoordinator,
  isUnopened,
  listHash,
  type MessageType,
  partnersIn,
  refused,
  type SealedMessage,
} from './messages.ts';
import { hearList } from './partner-lists.ts';
import { haltOf, hearSettled, hearVerdict, hearVoided, objectionWithheld } from './partner-review.ts';
import { revealShares, shareFor } from './partner-shares.ts';
import type { Attempt, PartnerState, RoundSecrets } from './partner-state.ts';
import {
  current,
  type Heard,
  inRosterOrder,
  maskPlace,
  must,
  present,
  type Surroundings,
  say,
  withPart,
} from './partner-turn.ts';
import { totalWeight, uploadBytes } from './plan.ts';
import { planOfRound } from './rare-rows.ts';
import { isAgreed } from './readable-shares.ts';

/**
 * Checks plan and chain of a message whose signature holds.
 * @returns the state that has heard it, whether or not its content is then accepted
 * @throws MESSAGE_REFUSED
 */
export function follow(state: PartnerState, { message, hash }: SealedMessage): PartnerState {
  const { from, seq, prevMsgHash } = message;
  must(message.planHash === state.planHash, message, 'other-plan');
  must((from === coordinatorId) === isFromCoordinator(message.type), message, 'not-for-this-sender');
  const last = state.heard[from] ?? { seq: 0, hash: prevMsgHash };
  must(seq > last.seq, message, 'replayed');
  // Of the coordinator everything is heard; of other partners not what goes to the coordinator alone.
  if (from === coordinatorId) {
    must(seq === last.seq + 1 && (seq === 1 || prevMsgHash === last.hash), message, 'out-of-chain');
  } else {
    must(seq !== last.seq + 1 || seq === 1 || prevMsgHash === last.hash, message, 'out-of-chain');
  }
  if (from === state.self) must(seq <= state.chain.seq, message, 'not-sent-by-us');
  return { ...state, heard: { ...state.heard, [from]: { seq, hash } } };
}

/** @throws MESSAGE_REFUSED; the state then stays as `follow` left it */
export function accept(state: PartnerState, { message, hash }: SealedMessage, around: Surroundings): PartnerState {
  switch (message.type) {
    case 'APPROVE':
    case 'PRESENT':
    case 'WITHDRAW':
    case 'UNMASK':
      return state;
    case 'PROPOSE':
      return hearProposal(state, { message, hash }, around);
    case 'ADVERTISE':
      return hearKeys(state, { message, hash });
    case 'SHARE':
      return hearShares(state, { message, hash });
    case 'MANIFEST':
      return hearManifest(state, { message, hash }, around);
    case 'SURVIVORS':
      return hearList(state, { message, hash }, around);
    case 'CONSISTENCY':
      return hearConfirmation(state, { message, hash }, around);
    case 'REFUSED':
      return hearRefusal(state, { message, hash }, around);
    case 'RESULT':
      return hearResult(state, { message, hash }, around);
    case 'VERDICT':
      return hearVerdict(state, { message, hash });
    case 'SETTLED':
      return hearSettled(state, { message, hash });
    case 'VOIDED':
      return hearVoided(state, { message, hash }, around);
  }
}

function hearProposal(state: PartnerState, { message }: Heard<'PROPOSE'>, around: Surroundings): PartnerState {
  const { round, attempt, body } = message;
  must(round === state.base.rounds + 1, message, 'other-round');
  must(state.attempt === null || attempt > state.attempt.attempt, message, 'other-attempt');
  must(state.review?.settled !== false, message, 'not-settled');
  must(state.voids?.round !== round || attempt > state.voids.lastAttempt, message, 'other-attempt');
  const halt = haltOf(state, around.plan);
  if (halt !== null) throw refused(message.from, message.type, halt);
  // A second sum of the same round would differ from the first by what single partners sent. Two sums need the shares
  // of two thresholds of partners, and each reveals in one attempt only.
  must(state.revealed < round, message, 'already-revealed');
  must(inRosterOrder(around.roster, body.members), message, 'list-not-in-order');
  must(body.members.length >= around.plan.minimumSurvivors, message, 'too-few-members');

  const proposed: Omit<Attempt, 'part'> = {
    round,
    attempt,
    members: body.members,
    closesAt: body.closesAt,
    keys: {},
    shares: {},
    manifests: {},
    confirmations: {},
    unreadable: [],
    lists: { keys: null, shares: null, uploads: null },
  };
  const watch = (reason: 'not-invited' | 'paused' | 'objection-withheld'): PartnerState => ({
    ...state,
    attempt: { ...proposed, part: { phase: 'watching', reason } },
  });
  if (state.standing !== 'taking-part') return watch('paused');
  if (!body.members.includes(state.self)) return present(watch('not-invited'), around);
  if (objectionWithheld(state, around.plan)) return watch('objection-withheld');

  const [mask, box, self, rounding] = [around.random(32), around.random(32), around.random(32), around.random(32)];
  const keys = {
    baseHash: state.base.hash,
    maskKey: toBase64url(keyPair(mask).publicKey),
    boxKey: toBase64url(keyPair(box).publicKey),
  };
  const { state: next, said } = say(state, around, { round, attempt }, 'ADVERTISE', keys);
  const secrets = {
    mask: toBase64url(mask),
    box: toBase64url(box),
    self: toBase64url(self),
    rounding: toBase64url(rounding),
  };
  return {
    ...next,
    attempt: {
      ...proposed,
      keys: { [state.self]: { message: said.hash, ...keys } },
      part: { phase: 'advertised', secrets },
    },
  };
}

function hearKeys(state: PartnerState, { message, hash }: Heard<'ADVERTISE'>): PartnerState {
  const attempt = current(state, message);
  must(attempt.members.includes(message.from), message, 'not-invited');
  once(attempt.keys[message.from]?.message, { message, hash });
  const { maskKey, boxKey } = message.body;
  must(
    [maskKey, boxKey].every((key) => isUsableKey(fromBase64url(key))),
    message,
    'weak-key',
  );
  return {
    ...state,
    attempt: { ...attempt, keys: { ...attempt.keys, [message.from]: { message: hash, ...message.body } } },
  };
}

function hearShares(state: PartnerState, { message, hash }: Heard<'SHARE'>): PartnerState {
  const attempt = current(state, message);
  once(attempt.shares[message.from]?.message, { message, hash });
  const share = shareFor(state.self, hash, message.body);
  return { ...state, attempt: { ...attempt, shares: { ...attempt.shares, [message.from]: share } } };
}

function hearManifest(state: PartnerState, { message, hash }: Heard<'MANIFEST'>, around: Surroundings): PartnerState {
  const attempt = current(state, message);
  const plan = planOfRound(around.plan, attempt.round, state.keptRows);
  const { bytes, chunks, root, sharesHash } = message.body;
  once(attempt.manifests[message.from]?.message, { message, hash });
  must(bytes === uploadBytes(plan) && chunks.length === chunkCount(bytes), message, 'wrong-size');
  must(merkleRoot(chunks) === root, message, 'other-root');
  return {
    ...state,
    attempt: { ...attempt, manifests: { ...attempt.manifests, [message.from]: { message: hash, sharesHash } } },
  };
}

function hearConfirmation(state: PartnerState, heard: Heard<'CONSISTENCY'>, around: Surroundings): PartnerState {
  const { message } = heard;
  const attempt = current(state, message);
  const { uploadsHash, unreadable } = message.body;
  const known = attempt.confirmations[message.from];
  must(known === undefined, message, 'second-answer');
  must(
    attempt.lists.uploads !== null && partnersIn(attempt.lists.shares).includes(message.from),
    message,
    'not-in-list',
  );
  must(uploadsHash === agreedHash(state, attempt), message, 'another-list-was-shown');
  return revealWhenAgreed(
    state,
    { ...attempt, confirmations: { ...attempt.confirmations, [message.from]: unreadable } },
    around,
  );
}

/**
 * Once so many partners have signed the same list that no other list can be signed by as many, and so many can read the
 * shares of each. All their words must stand in the log, the own one too: then the coordinator knows that shares may be
 * out, and refuses the attempt no more.
 */
function revealWhenAgreed(state: PartnerState, attempt: Attempt, around: Surroundings): PartnerState {
  const heard = { ...state, attempt };
  const { part } = attempt;
  if (!isAgreed(partnersIn(attempt.lists.shares), attempt.confirmations, around.plan.threshold)) return heard;
  if (part.phase === 'confirmed') {
    return withPart(reveal(heard, attempt, part.secrets, around), attempt, { ...part, phase: 'unmasked' });
  }
  if (part.phase !== 'watching' || part.kept === undefined) return heard;
  const { kept, ...watching } = part;
  return withPart(reveal(heard, attempt, kept, around), attempt, watching);
}

function reveal(state: PartnerState, attempt: Attempt, secrets: RoundSecrets, around: Surroundings): PartnerState {
  const coordinatorBoxKey = boxPublicKey(fromBase64url(around.plan.coordinator));
  const body = {
    uploadsHash: agreedHash(state, attempt),
    ...revealShares(maskPlace(state, attempt), state.self, secrets, attempt, coordinatorBoxKey, around.random),
  };
  return say({ ...state, revealed: attempt.round }, around, attempt, 'UNMASK', body).state;
}

function hearRefusal(state: PartnerState, { message }: Heard<'REFUSED'>, around: Surroundings): PartnerState {
  const attempt = current(state, message);
  if (isUnopened(message.body.reason)) return closeUnopened(state, attempt, { message }, around);
  must(state.revealed < attempt.round, message, 'already-revealed');
  return closeRefused(state, attempt, message.body, around);
}

/**
 * Too few have revealed for the sum to be opened, and no more come by the deadline. The round may be opened once more,
 * over changes that are trained anew. Only once: if shares of the closed attempt come out after all, then two sums from
 * one trunk are known, as of a result that was voided, and never a third.
 */
function closeUnopened(
  state: PartnerState,
  attempt: Attempt,
  { message }: Pick<Heard<'REFUSED'>, 'message'>,
  around: Surroundings,
): PartnerState {
  const { round } = attempt;
  must(state.unopened?.round !== round, message, 'already-revealed');
  const closed = { round, attempt: attempt.attempt };
  const again = { ...state, unopened: closed, revealed: Math.min(state.revealed, round - 1) };
  return closeRefused(again, attempt, message.body, around);
}

function closeRefused(
  state: PartnerState,
  attempt: Attempt,
  { reason, missing }: Bodies['REFUSED'],
  around: Surroundings,
): PartnerState {
  const { part } = attempt;
  // The secrets go: what was uploaded in this attempt stays masked for good.
  if (part.phase === 'watching') {
    const closed = withPart(state, attempt, { phase: 'watching', reason: part.reason });
    // The next attempt is trained and decided anew.
    const decidedHere = part.reason === 'package-refused' || part.reason === 'training-failed';
    return decidedHere || missing.includes(state.self) ? present(closed, around) : closed;
  }
  const closed = withPart(state, attempt, { phase: 'watching', reason });
  return missing.includes(state.self) ? present(closed, around) : closed;
}

function hearResult(state: PartnerState, { message, hash }: Heard<'RESULT'>, around: Surroundings): PartnerState {
  const attempt = current(state, message);
  const { uploadsHash, list, totalWeight: weight, root, bytes, chunks } = message.body;
  const { unopened } = state;
  must(unopened?.round !== attempt.round || unopened.attempt !== attempt.attempt, message, 'already-refused');
  must(attempt.lists.uploads !== null && uploadsHash === agreedHash(state, attempt), message, 'other-uploads');
  must(listHash(maskPlace(state, attempt), 'uploads', list) === uploadsHash, message, 'other-uploads');
  must(Object.keys(attempt.confirmations).length >= around.plan.threshold, message, 'not-confirmed');
  const plan = planOfRound(around.plan, attempt.round, state.keptRows);
  must(weight === totalWeight(plan, partnersIn(list)), message, 'other-weight');
  must(bytes === uploadBytes(plan) && chunks.length === chunkCount(bytes), message, 'wrong-size');
  must(merkleRoot(chunks) === root, message, 'other-root');
  const { part } = attempt;
  return withPart(state, attempt, {
    phase: 'applying',
    result: { message: hash, survivors: partnersIn(list), totalWeight: weight, root, bytes, chunks },
    reason: part.phase === 'watching' ? part.reason : null,
  });
}

const agreedHash = (state: PartnerState, attempt: Attempt): string =>
  listHash(maskPlace(state, attempt), 'uploads', attempt.lists.uploads!);

/** The own message comes back through the log; any other second answer is refused. */
function once(known: string | undefined, { message, hash }: Heard<MessageType>): void {
  must(known === undefined || known === hash, message, 'second-answer');
}

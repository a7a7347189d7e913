/** How the coordinator's state changes with each message of a partner; what comes too late is kept but changes nothing. */
import { fromBase64url } from '../federation/canonical.ts';
import { chunkCount, merkleRoot } from '../federation/chunks.ts';
import { boxSecretKey } from '../federation/identity.ts';
import { isUsableKey } from '../federation/masks.ts';
import {
  isFromCoordinator,
  listHash,
  type Message,
  type MessageOf,
  refused,
  type SealedMessage,
} from '../federation/messages.ts';
import { uploadBytes } from '../federation/plan.ts';
import { planOfRound } from '../federation/rare-rows.ts';
import { openRevealed, shareCommitment } from '../federation/share-boxes.ts';
import { withVerdict } from './review.ts';
import type { CoordinatorState, RunningAttempt } from './round-state.ts';
import { type CoordinatorSurroundings, placeOf } from './turn.ts';

/** @throws MESSAGE_REFUSED for another plan, or anything but the sender's next message */
export function checkChain(state: CoordinatorState, { message, hash }: SealedMessage): CoordinatorState {
  const { from, seq, prevMsgHash } = message;
  must(message.planHash === state.planHash, message, 'other-plan');
  must(!isFromCoordinator(message.type), message, 'not-for-this-sender');
  const last = state.heard[from];
  must(seq > (last?.seq ?? 0), message, 'replayed');
  must(seq === (last?.seq ?? 0) + 1 && (last === undefined || prevMsgHash === last.hash), message, 'out-of-chain');
  return { ...state, heard: { ...state.heard, [from]: { seq, hash } } };
}

/** @throws MESSAGE_REFUSED for what is not for this step, a second answer, or wrong content */
export function acceptMessage(
  state: CoordinatorState,
  { message, hash }: SealedMessage,
  around: CoordinatorSurroundings,
): CoordinatorState {
  const { from } = message;
  switch (message.type) {
    case 'APPROVE':
      must(message.body.rosterHash === around.plan.rosterHash, message, 'other-roster');
      return { ...state, approved: added(state.approved, from) };
    case 'PRESENT': {
      const { roundsDone } = message.body;
      // One more where it has yet to hear that the last result was voided.
      must(roundsDone <= state.roundsDone + (state.voids === null ? 0 : 1), message, 'other-round');
      return {
        ...withApplied(state, from, Math.min(roundsDone, state.roundsDone)),
        here: added(state.here, from),
        sittingOut: state.sittingOut.filter((id) => id !== from),
      };
    }
    case 'WITHDRAW': {
      const { attempt, here, sittingOut } = state;
      const ofSeries = message.attempt === 0;
      const concerned = attempt !== null && (ofSeries || isRunning(state, message));
      return {
        ...state,
        here: ofSeries ? here.filter((id) => id !== from) : here,
        sittingOut: !ofSeries && message.round === state.roundsDone + 1 ? added(sittingOut, from) : sittingOut,
        attempt: concerned ? { ...attempt, withdrawn: added(attempt.withdrawn, from) } : attempt,
      };
    }
    case 'VERDICT': {
      const known = withApplied(state, from, Math.min(message.round, state.roundsDone));
      const { review } = state;
      if (review?.round === message.round && review.attempt === message.attempt) {
        must(review.survivors.includes(from), message, 'not-in-list');
        must(review.verdicts[from] === undefined, message, 'second-answer');
        must(message.body.result === review.result, message, 'other-result');
      }
      return { ...known, review: withVerdict(state, message, hash) ?? review };
    }
    default:
      break;
  }
  must(!isAhead(state, message), message, 'other-round');
  const known = message.type === 'ADVERTISE' ? withApplied(state, from, message.round - 1) : state;
  const { attempt } = state;
  if (attempt === null || !isRunning(state, message)) return known; // too late
  const answered = answer(state, attempt, { message, hash }, around);
  return answered === undefined ? known : { ...known, attempt: answered };
}

/** @returns undefined when the step to which the message belongs is closed already */
function answer(
  state: CoordinatorState,
  attempt: RunningAttempt,
  { message, hash }: Pick<SealedMessage, 'message' | 'hash'>,
  { plan: agreed, keys }: CoordinatorSurroundings,
): RunningAttempt | undefined {
  const { from } = message;
  const { lists, phase } = attempt;
  const plan = planOfRound(agreed, state.roundsDone + 1, state.keptRows);
  const place = placeOf(state, attempt);
  const inList = (list: 'keys' | 'shares' | 'uploads') => lists[list]?.some(({ partner }) => partner === from) === true;
  switch (message.type) {
    case 'ADVERTISE': {
      must(attempt.members.includes(from), message, 'not-invited');
      must(attempt.keys[from] === undefined, message, 'second-answer');
      const { baseHash, maskKey, boxKey } = message.body;
      must(
        [maskKey, boxKey].every((key) => isUsableKey(fromBase64url(key))),
        message,
        'weak-key',
      );
      if (phase !== 'keys') return undefined;
      return { ...attempt, keys: { ...attempt.keys, [from]: { message: hash, baseHash, maskKey } } };
    }
    case 'SHARE': {
      must(inList('keys'), message, 'not-in-list');
      must(attempt.shares[from] === undefined, message, 'second-answer');
      must(message.body.keysHash === listHash(place, 'keys', lists.keys!), message, 'other-keys');
      if (phase !== 'shares') return undefined;
      const { selfCommitment, boxes } = message.body;
      const dealt = Object.fromEntries(boxes.map(({ to, self, mask }) => [to, { self, mask }]));
      return { ...attempt, shares: { ...attempt.shares, [from]: { message: hash, selfCommitment, dealt } } };
    }
    case 'MANIFEST': {
      must(inList('shares'), message, 'not-in-list');
      must(attempt.manifests[from] === undefined, message, 'second-answer');
      const { bytes, chunks, root, sharesHash } = message.body;
      must(sharesHash === listHash(place, 'shares', lists.shares!), message, 'other-shares');
      must(bytes === uploadBytes(plan) && chunks.length === chunkCount(bytes), message, 'wrong-size');
      must(merkleRoot(chunks) === root, message, 'other-root');
      if (phase !== 'uploads') return undefined;
      return { ...attempt, manifests: { ...attempt.manifests, [from]: hash } };
    }
    case 'CONSISTENCY': {
      must(lists.uploads !== null && inList('shares'), message, 'not-in-list');
      must(attempt.confirmations[from] === undefined, message, 'second-answer');
      must(message.body.uploadsHash === listHash(place, 'uploads', lists.uploads!), message, 'other-uploads');
      const { unreadable } = message.body;
      return { ...attempt, confirmations: { ...attempt.confirmations, [from]: unreadable } };
    }
    case 'UNMASK': {
      must(lists.uploads !== null && inList('shares'), message, 'not-in-list');
      must(attempt.answers[from] === undefined, message, 'second-answer');
      must(message.body.uploadsHash === listHash(place, 'uploads', lists.uploads!), message, 'other-uploads');
      const revealed = openRevealed(message.body, boxSecretKey(keys.secretKey));
      must(revealed !== undefined, message, 'box-does-not-open');
      const inSum = lists.uploads.map(({ partner }) => partner);
      for (const { of, secret, value } of revealed) {
        must(secret === (inSum.includes(of) ? 'self' : 'mask'), message, 'share-not-asked');
        must(shareCommitment(value) === attempt.shares[of]?.dealt[from]?.[secret], message, 'wrong-share');
      }
      return { ...attempt, answers: { ...attempt.answers, [from]: revealed } };
    }
    default:
      throw refused(from, message.type, 'not-for-this-sender');
  }
}

const isRunning = ({ roundsDone, attempt }: CoordinatorState, message: Message): boolean =>
  message.round === roundsDone + 1 && message.attempt === attempt?.attempt;

/** Of an attempt that was never opened. */
const isAhead = ({ roundsDone, tried }: CoordinatorState, message: Message): boolean =>
  message.round > roundsDone + 1 || (message.round === roundsDone + 1 && message.attempt > tried);

/** Who has applied the sum of a round holds the trunk that the next one begins with. */
const withApplied = (state: CoordinatorState, id: string, rounds: number): CoordinatorState => ({
  ...state,
  applied: { ...state.applied, [id]: Math.max(state.applied[id] ?? -1, rounds) },
});

const added = (ids: readonly string[], id: string): readonly string[] => (ids.includes(id) ? ids : [...ids, id]);

function must(condition: boolean, { from, type }: MessageOf<Message['type']>, reason: string): asserts condition {
  if (!condition) throw refused(from, type, reason);
}

/**
 * The partner's side of a series of rounds as a pure state machine (Bonawitz et al. 2017, malicious variant).
 *
 * A driver feeds it inputs one at a time and in this order does, for each: `step`, store the new state
 * (`encodePartnerState`), carry out the effects. Nothing is sent that the stored state does not know, so after a kill
 * the driver reads the state, feeds `start` and carries out `outstanding(state)`: the same messages go out again, byte
 * for byte, and no question is answered a second time in another way. Every effect may therefore come more than once,
 * and carrying it out twice must do no harm.
 *
 * The coordinator's log is read from `state.position` on, one `message` input for each entry, in order. While a result
 * is being applied (`isApplying`) the machine takes no messages: they are read again afterwards.
 */
import { ChoraleError, isChoraleError } from '../contract/errors.ts';
import { fromBase64url } from './canonical.ts';
import type { EncodingTerms } from './encoding.ts';
import { listHash, openMessage, type Withdrawal } from './messages.ts';
import { accept, follow } from './partner-hearing.ts';
import { beginReview, isFinished, isHalted, type Judgement } from './partner-review.ts';
import { type NamedMask, ownMasks } from './partner-shares.ts';
import type { Attempt, FrozenPackage, Outgoing, PartnerState, RoundResult } from './partner-state.ts';
import {
  keyOf,
  maskPlace,
  newSeed,
  type Place,
  present,
  type Surroundings,
  say,
  wholeSeries,
  withPart,
} from './partner-turn.ts';
import { encodingTerms, firstClips, localRate } from './plan.ts';
import { countingRound, planOfRound } from './rare-rows.ts';

export { isFinished, isHalted, type Judgement } from './partner-review.ts';
export type { NamedMask } from './partner-shares.ts';
export { beginSeries, decodePartnerState, encodePartnerState, type PartnerState } from './partner-state.ts';
export type { Surroundings } from './partner-turn.ts';

/** What the driver tells the machine. Inputs that fit no effect of the present state (late answers) change nothing. */
export type PartnerInput =
  /** The driver runs: at each start of the process, and when participation goes on after a pause or after it was left. */
  | { readonly kind: 'start' }
  /** An entry of the coordinator's log, as it came; `position` is its place there. */
  | { readonly kind: 'message'; readonly position: number; readonly bytes: Uint8Array }
  /** The coordinator has acknowledged a message of the outbox, with a receipt that it signed. */
  | { readonly kind: 'sent'; readonly hash: string; readonly receipt?: string }
  /** Answers `train`. */
  | ({ readonly kind: 'trained' } & Place)
  /** Answers `train` where it can't be done; the partner sits this round out. */
  | ({ readonly kind: 'training-failed' } & Place)
  /** Answers `freeze`. */
  | ({ readonly kind: 'frozen'; readonly frozen: FrozenPackage } & Place)
  /** Answers `await-approval`: a person, or a standing approval, has approved exactly this package. */
  | { readonly kind: 'approved'; readonly packageHash: string; readonly root: string }
  /** Answers `freeze` or `await-approval`: the package may not leave; the partner sits this round out. */
  | ({ readonly kind: 'package-refused' } & Place)
  /** Answers `await-approval`: changes were asked for and made, so another package of the same attempt is to be frozen. */
  | ({ readonly kind: 'amended' } & Place)
  /** Answers `upload`: the coordinator has every chunk. */
  | { readonly kind: 'uploaded'; readonly root: string }
  /**
   * Answers `apply-result`: the new trunk and the optimiser's moments are stored.
   * `trunkHash` is the SHA-256 (hex) of its float32 bytes, `clips` what `applySum` returned for the next round.
   */
  | {
      readonly kind: 'applied';
      readonly round: number;
      readonly trunkHash: string;
      readonly clips: readonly number[];
      /** What the own validation fold says; where nobody looks, nothing speaks against the result. */
      readonly judgement?: Judgement;
    }
  /** Answers `apply-result` of round 0: so many rows are touched by enough partners; where none is, the series ends. */
  | { readonly kind: 'counted'; readonly keptRows: number }
  /** Answers `undo-result`: trunk, moments, head and residual are those from before the round. */
  | { readonly kind: 'undone'; readonly round: number; readonly attempt: number }
  /** Ends participation after the running attempt; `start` takes it up again. */
  | { readonly kind: 'pause' }
  /** Ends participation at once, and forgets what was under way; `start` rejoins. */
  | { readonly kind: 'leave' };

/** What a local round starts from: the same terms give the same training. */
export type TrainingTerms = {
  /** Hash of the global trunk. */
  readonly base: string;
  readonly localRate: number;
  readonly seed: number;
};

/** What the driver does. The first seven are outstanding until an input answers them; the rest are told once. */
export type PartnerEffect =
  /** Post to the coordinator, in the order given; `sent` once it is acknowledged. */
  | ({ readonly kind: 'send' } & Outgoing)
  /**
   * Train the local trunk, from the global one with hash `base`, by the plan's recipe; keep the result until it is
   * frozen. In round 0 there is nothing to train: the rows that this partner touches are counted (`touchedRows`). No longer outstanding, it need not be finished. Answer: `trained` or `training-failed`.
   */
  | ({ readonly kind: 'train' } & TrainingTerms & Place)
  /**
   * Encode and mask the change of the trunk (`submissionOf`, then `prepareUpload`) and freeze it as a package. If the
   * change was lost in a kill, train it again on the same terms. Answer: `frozen` or `package-refused`.
   */
  | ({ readonly kind: 'freeze' } & TrainingTerms & Place)
  /** Have the frozen package decided. Answer: `approved`, `amended` or `package-refused`. */
  | ({ readonly kind: 'await-approval'; readonly frozen: FrozenPackage } & Place)
  /** Send the chunks that the coordinator lacks, under the acknowledged `manifest`. Answer: `uploaded`. */
  | ({ readonly kind: 'upload'; readonly frozen: FrozenPackage; readonly manifest: string } & Place)
  /**
   * Fetch the sum's chunks, check them, and apply the sum (`applySum`) with these clips to the global trunk with hash
   * `base`. Answer: `applied`. In round 0 the sum tells which rows are kept (`keptRowsOf`). Answer: `counted`.
   */
  | ({
      readonly kind: 'apply-result';
      readonly base: string;
      readonly clips: readonly number[];
      readonly result: RoundResult;
    } & Place)
  /**
   * A result was voided by agreement: go back to the trunk after `rounds` rounds, with the optimiser's moments, the head
   * and what was left over of encoding as they were then. Answer: `undone`.
   */
  | ({
      readonly kind: 'undo-result';
      readonly rounds: number;
      readonly base: string;
      /** Partners that objected. */
      readonly objections: readonly string[];
    } & Place)
  /** A message was refused, and why. Nothing to answer; belongs into the log. */
  | { readonly kind: 'refuse'; readonly from: string; readonly type: string; readonly reason: string }
  /** The attempt has ended, or has gone on without this partner: `reason` as in the contract. */
  | ({ readonly kind: 'sat-out'; readonly reason: string } & Place)
  /** Participation rests: the driver can stop once the outbox is empty. */
  | { readonly kind: 'paused' }
  /** Nobody begins the next round: `haltOf` says why. */
  | { readonly kind: 'halted' }
  /** All rounds are done, and the last result stands. */
  | { readonly kind: 'finished' };

export type PartnerStep = { readonly state: PartnerState; readonly effects: readonly PartnerEffect[] };

/** One step: the state to store, then the effects to carry out that are new with it. */
export function step(state: PartnerState, input: PartnerInput, around: Surroundings): PartnerStep {
  const { state: next, notices } = take(state, input, around);
  const known = new Set(outstanding(state, around).map(effectKey));
  const fresh = outstanding(next, around).filter((effect) => !known.has(effectKey(effect)));
  return { state: next, effects: [...fresh, ...notices, ...ends(state, next, around)] };
}

/** All effects that no input has answered yet: what a driver carries out when it starts. */
export function outstanding(state: PartnerState, { plan }: Pick<Surroundings, 'plan'>): readonly PartnerEffect[] {
  const sends = state.outbox.map((outgoing): PartnerEffect => ({ kind: 'send', ...outgoing }));
  return [...sends, ...ofPart(state, plan), ...undoing(state)];
}

/** The machine takes no messages now; feed them again after `applied` or `undone`. */
export const isApplying = ({ attempt, undoing }: PartnerState): boolean =>
  attempt?.part.phase === 'applying' || undoing !== null;

/** Nothing is under way that others wait for: the driver may stop. */
export const isIdle = ({ attempt, outbox, undoing }: PartnerState): boolean =>
  outbox.length === 0 && undoing === null && (attempt === null || attempt.part.phase === 'watching');

export type Submission = Place & {
  readonly partner: string;
  readonly terms: EncodingTerms;
  /** 32 bytes: of the stochastic rounding and the commitment's nonce. */
  readonly roundingSeed: Uint8Array;
  readonly masks: readonly NamedMask[];
};

/** What a change of the trunk is encoded and masked with; for the attempt in which `freeze` is or was outstanding. */
export function submissionOf(state: PartnerState, around: Surroundings): Submission {
  const { attempt } = state;
  if (attempt === null || !('secrets' in attempt.part) || attempt.lists.shares === null) {
    throw new ChoraleError('ROUND_REFUSED', { round: attempt?.round ?? 0, reason: 'nothing-to-submit' });
  }
  const { secrets } = attempt.part;
  const plan = planOfRound(around.plan, attempt.round, state.keptRows);
  const clips = attempt.round === countingRound ? firstClips(plan) : state.base.clips;
  return {
    round: attempt.round,
    attempt: attempt.attempt,
    partner: state.self,
    terms: encodingTerms(plan, state.self, attempt.round, clips),
    roundingSeed: fromBase64url(secrets.rounding),
    masks: ownMasks(maskPlace(state, attempt), state.self, secrets, attempt, around),
  };
}

type Taken = { readonly state: PartnerState; readonly notices: readonly PartnerEffect[] };

function take(state: PartnerState, input: PartnerInput, around: Surroundings): Taken {
  const quietly = (next: PartnerState): Taken => ({ state: next, notices: [] });
  if (state.standing === 'left' && input.kind !== 'sent' && input.kind !== 'start') return quietly(state);
  switch (input.kind) {
    case 'start':
      return quietly(start(state, around));
    case 'message':
      return hear(state, input, around);
    case 'sent':
      return quietly({ ...state, outbox: state.outbox.filter(({ hash }) => hash !== input.hash) });
    case 'pause':
      if (state.standing === 'paused') return quietly(state);
      return quietly(pauseWhenIdle({ ...state, standing: 'pausing' }, around));
    case 'leave':
      return quietly({
        ...say({ ...state, standing: 'left' }, around, wholeSeries, 'WITHDRAW', { reason: 'left' }).state,
        attempt: watchedFromAfar(state.attempt),
      });
    case 'applied':
      return quietly(onApplied(state, input, around));
    case 'counted':
      return quietly(onCounted(state, input.keptRows, around));
    case 'undone': {
      const { undoing: voided } = state;
      if (voided?.round !== input.round || voided.attempt !== input.attempt) return quietly(state);
      return quietly(pauseWhenIdle({ ...state, undoing: null }, around));
    }
    default:
      return quietly(onOwnWork(state, input, around));
  }
}

/** Without its secrets: whoever comes back finds the result of the round it left in the log, and applies it. */
const watchedFromAfar = (attempt: Attempt | null): Attempt | null =>
  attempt === null || attempt.part.phase === 'applying'
    ? attempt
    : { ...attempt, part: { phase: 'watching', reason: 'paused' } };

function start(state: PartnerState, around: Surroundings): PartnerState {
  const { rosterHash, buildHash } = around.plan;
  const begun: PartnerState = { ...state, standing: 'taking-part' };
  const approved = begun.approved
    ? begun
    : { ...say(begun, around, wholeSeries, 'APPROVE', { rosterHash, buildHash }).state, approved: true };
  return present(approved, around);
}

function hear(
  state: PartnerState,
  { position, bytes }: Extract<PartnerInput, { kind: 'message' }>,
  around: Surroundings,
): Taken {
  if (position <= state.position || isApplying(state)) return { state, notices: [] };
  let next: PartnerState = { ...state, position };
  try {
    const opened = openMessage(bytes, keyOf(around));
    next = follow(next, opened);
    next = accept(next, opened, around);
  } catch (error) {
    if (!isChoraleError(error) || error.code !== 'MESSAGE_REFUSED') throw error;
    return { state: next, notices: [{ kind: 'refuse', ...(error as ChoraleError<'MESSAGE_REFUSED'>).data }] };
  }
  return { state: pauseWhenIdle(next, around), notices: [] };
}

type OwnWork = Extract<
  PartnerInput,
  { kind: 'trained' | 'training-failed' | 'frozen' | 'approved' | 'amended' | 'package-refused' | 'uploaded' }
>;

function onOwnWork(state: PartnerState, input: OwnWork, around: Surroundings): PartnerState {
  const { attempt } = state;
  if (attempt === null || ('round' in input && (input.round !== attempt.round || input.attempt !== attempt.attempt))) {
    return state;
  }
  const { part } = attempt;
  switch (input.kind) {
    case 'trained':
      if (part.phase !== 'shared' || part.trained) return state;
      return attempt.lists.shares === null
        ? withPart(state, attempt, { ...part, trained: true })
        : withPart(state, attempt, { phase: 'freezing', secrets: part.secrets, seed: part.seed });
    case 'training-failed':
      return part.phase === 'shared' ? withdraw(state, attempt, 'training-failed', around) : state;
    case 'frozen':
      return part.phase === 'freezing'
        ? withPart(state, attempt, { phase: 'approval', secrets: part.secrets, frozen: input.frozen })
        : state;
    case 'approved': {
      if (part.phase !== 'approval') return state;
      const { packageHash, root } = part.frozen;
      if (input.packageHash !== packageHash || input.root !== root) return state;
      return announce(state, attempt, part, around);
    }
    // Nothing of the first package was announced or has left, so seeds and masks are still unused.
    case 'amended':
      return part.phase === 'approval'
        ? withPart(state, attempt, { phase: 'freezing', secrets: part.secrets, seed: newSeed(around) })
        : state;
    case 'package-refused':
      return part.phase === 'freezing' || part.phase === 'approval' || part.phase === 'uploading'
        ? withdraw(state, attempt, 'package-refused', around)
        : state;
    case 'uploaded':
      return part.phase === 'uploading' && input.root === part.frozen.root
        ? withPart(state, attempt, { ...part, phase: 'uploaded' })
        : state;
  }
}

function announce(
  state: PartnerState,
  attempt: Attempt,
  { secrets, frozen }: Extract<Attempt['part'], { phase: 'approval' }>,
  around: Surroundings,
): PartnerState {
  const { root, commitment, bytes, chunks } = frozen;
  const sharesHash = listHash(maskPlace(state, attempt), 'shares', attempt.lists.shares!);
  const { state: next, said } = say(state, around, attempt, 'MANIFEST', {
    sharesHash,
    root,
    commitment,
    bytes,
    chunks: [...chunks],
  });
  const manifests = { ...attempt.manifests, [state.self]: { message: said.hash, sharesHash } };
  return withPart(next, { ...attempt, manifests }, { phase: 'uploading', secrets, frozen, manifest: said.hash });
}

function withdraw(
  state: PartnerState,
  attempt: Attempt,
  reason: Extract<Withdrawal, 'training-failed' | 'package-refused'>,
  around: Surroundings,
): PartnerState {
  const { state: next } = say(state, around, attempt, 'WITHDRAW', { reason });
  const kept = 'secrets' in attempt.part ? { kept: attempt.part.secrets } : {};
  return withPart(next, attempt, { phase: 'watching', reason, ...kept });
}

function onApplied(
  state: PartnerState,
  { round, trunkHash, clips, judgement = noFall }: Extract<PartnerInput, { kind: 'applied' }>,
  around: Surroundings,
): PartnerState {
  const { attempt, base } = state;
  if (attempt?.part.phase !== 'applying' || attempt.round !== round) return state;
  const applied: PartnerState = { ...state, base: { rounds: round, hash: trunkHash, clips }, attempt: null };
  return pauseWhenIdle(beginReview(applied, attempt, attempt.part.result, base, judgement, around), around);
}

/** The trunk is the one that the series begins with; from now on the frozen rows are not sent. */
function onCounted(state: PartnerState, keptRows: number, around: Surroundings): PartnerState {
  const { attempt, base } = state;
  if (attempt?.part.phase !== 'applying' || attempt.round !== countingRound) return state;
  return pauseWhenIdle({ ...state, base: { ...base, rounds: countingRound }, keptRows, attempt: null }, around);
}

const noFall: Judgement = { fall: null };

/** Tells the others that they need not wait, once nothing is under way any more. */
function pauseWhenIdle(state: PartnerState, around: Surroundings): PartnerState {
  const idle = state.attempt === null || state.attempt.part.phase === 'watching';
  if (state.standing !== 'pausing' || !idle) return state;
  return say({ ...state, standing: 'paused' }, around, wholeSeries, 'WITHDRAW', { reason: 'paused' }).state;
}

function ofPart({ attempt, base, outbox }: PartnerState, plan: Surroundings['plan']): readonly PartnerEffect[] {
  if (attempt === null) return [];
  const { part } = attempt;
  const place = { round: attempt.round, attempt: attempt.attempt };
  switch (part.phase) {
    case 'shared':
    case 'freezing': {
      const terms = { ...place, base: base.hash, localRate: localRate(plan, place.round), seed: part.seed };
      if (part.phase === 'freezing') return [{ kind: 'freeze', ...terms }];
      return part.trained ? [] : [{ kind: 'train', ...terms }];
    }
    case 'approval':
      return [{ kind: 'await-approval', ...place, frozen: part.frozen }];
    case 'uploading':
      return outbox.some(({ hash }) => hash === part.manifest)
        ? []
        : [{ kind: 'upload', ...place, frozen: part.frozen, manifest: part.manifest }];
    case 'applying':
      return [{ kind: 'apply-result', ...place, base: base.hash, clips: base.clips, result: part.result }];
    default:
      return [];
  }
}

function undoing({ undoing: voided, base }: PartnerState): readonly PartnerEffect[] {
  return voided === null ? [] : [{ kind: 'undo-result', ...voided, rounds: base.rounds, base: base.hash }];
}

/** What has ended with this step. */
function ends(before: PartnerState, after: PartnerState, { plan }: Surroundings): readonly PartnerEffect[] {
  const notices: PartnerEffect[] = [];
  const { attempt } = after;
  if (attempt?.part.phase === 'watching' && before.attempt?.part !== attempt.part) {
    notices.push({ kind: 'sat-out', round: attempt.round, attempt: attempt.attempt, reason: attempt.part.reason });
  }
  for (const from of attempt?.unreadable ?? []) {
    if (!before.attempt?.unreadable.includes(from)) {
      notices.push({ kind: 'refuse', from, type: 'SHARE', reason: 'share-unreadable' });
    }
  }
  if (after.standing === 'paused' && before.standing !== 'paused') notices.push({ kind: 'paused' });
  if (isHalted(after, plan) && !isHalted(before, plan)) notices.push({ kind: 'halted' });
  if (isFinished(after, plan) && !isFinished(before, plan)) notices.push({ kind: 'finished' });
  return notices;
}

const effectKey = (effect: PartnerEffect): string =>
  effect.kind === 'send'
    ? effect.hash
    : 'round' in effect
      ? `${effect.kind} ${effect.round} ${effect.attempt}`
      : effect.kind;

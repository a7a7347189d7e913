/** What the coordinator remembers of a series of rounds between two steps; stored with the messages that led to it. */
import { decodeCanonical, encodeCanonical } from '../federation/canonical.ts';
import { noHash } from '../federation/formats.ts';
import type { PartnerList, SealedMessage } from '../federation/messages.ts';
import type { ChainEnd } from '../federation/partner-state.ts';
import type { Plan } from '../federation/plan.ts';
import { roundsBefore } from '../federation/rare-rows.ts';
import type { Unreadable } from '../federation/readable-shares.ts';
import type { RevealedShare } from '../federation/share-boxes.ts';

export type RoundPhase = 'keys' | 'shares' | 'uploads' | 'confirming' | 'summing';

/** An attempt at a round. Records are by partner id; lists are null until the step before them is closed. */
export type RunningAttempt = {
  readonly attempt: number;
  readonly phase: RoundPhase;
  /** Milliseconds since 1970; null where the round only waits. */
  readonly deadline: number | null;
  readonly openedAt: number;
  readonly members: readonly string[];
  readonly withdrawn: readonly string[];
  readonly keys: Readonly<
    Record<string, { readonly message: string; readonly baseHash: string; readonly maskKey: string }>
  >;
  readonly shares: Readonly<Record<string, DealtShares>>;
  readonly manifests: Readonly<Record<string, string>>;
  /** So many have signed the list of uploads that shares are out: from now on it is opened, or closed unopened. */
  readonly agreed: boolean;
  /** Partners whose chunks are all here. */
  readonly stored: readonly string[];
  /** By partner that has signed the list of uploads. */
  readonly confirmations: Unreadable;
  /** Partners whose secrets the answers do not open, though every share in them is as it was dealt. */
  readonly dealtWrong: readonly string[];
  readonly answers: Readonly<Record<string, readonly RevealedShare[]>>;
  readonly lists: Readonly<Record<'keys' | 'shares' | 'uploads', PartnerList | null>>;
  /** Rebuilt from the answers, base64url: the self mask seeds of those in the sum, the mask secrets of those who dropped out. */
  readonly opened: {
    readonly self: Readonly<Record<string, string>>;
    readonly mask: Readonly<Record<string, string>>;
  } | null;
};

/** A result that the partners in its sum have yet to accept. */
export type OpenReview = {
  readonly round: number;
  readonly attempt: number;
  /** Hash of the RESULT. */
  readonly result: string;
  readonly survivors: readonly string[];
  readonly verdicts: Readonly<Record<string, { readonly message: string; readonly verdict: 'accept' | 'object' }>>;
  /** Milliseconds since 1970; whoever has not objected by then accepts. */
  readonly deadline: number;
};

export type DealtShares = {
  readonly message: string;
  readonly selfCommitment: string;
  /** By receiver: what the two shares must hash to. */
  readonly dealt: Readonly<Record<string, { readonly self: string; readonly mask: string }>>;
};

export type CoordinatorState = {
  readonly format: 1;
  readonly planHash: string;
  /** The end of the coordinator's own chain, and of each partner's. */
  readonly chain: ChainEnd;
  readonly heard: Readonly<Record<string, ChainEnd>>;
  readonly approved: readonly string[];
  /** Partners that have said PRESENT and not gone missing or withdrawn since. */
  readonly here: readonly string[];
  /** Partners that have withdrawn from the running round, and will be in the next. */
  readonly sittingOut: readonly string[];
  /** Rounds whose sum each partner has applied, as far as it has said. */
  readonly applied: Readonly<Record<string, number>>;
  /** -1 while the round that counts rows is to come. */
  readonly roundsDone: number;
  /** Rows of the first layer that are not frozen; null before they are counted, or where none ever is. */
  readonly keptRows: number | null;
  /** Attempts at the running round so far. */
  readonly tried: number;
  /** Between attempts: when to open with those who are here. Null until they are enough. */
  readonly opensAt: number | null;
  /** Round of which an attempt was closed unopened; that is done once at most. */
  readonly unopened: number | null;
  /** Out of the running round: too few could read their shares, or they did not fit together. */
  readonly shunned: readonly string[];
  readonly attempt: RunningAttempt | null;
  readonly review: OpenReview | null;
  /** Results of this round that were voided. */
  readonly voids: { readonly round: number; readonly count: number } | null;
};

export const beginCoordination = (planHash: string, plan: Pick<Plan, 'rareRows'> = {}): CoordinatorState => ({
  format: 1,
  planHash,
  chain: { seq: 0, hash: noHash },
  heard: {},
  approved: [],
  here: [],
  sittingOut: [],
  applied: {},
  roundsDone: roundsBefore(plan),
  keptRows: null,
  tried: 0,
  opensAt: null,
  unopened: null,
  shunned: [],
  attempt: null,
  review: null,
  voids: null,
});

export const encodeCoordinatorState = (state: CoordinatorState): Uint8Array => encodeCanonical(state);

/** @throws TypeError when the bytes are not what `encodeCoordinatorState` wrote */
export function decodeCoordinatorState(bytes: Uint8Array): CoordinatorState {
  const state = decodeCanonical(bytes) as CoordinatorState;
  if (state?.format !== 1) throw new TypeError('not a state of this version');
  return { ...lateFields, ...state };
}

/** Of states that were stored before results could be voided, rows counted and attempts closed unopened. */
const lateFields = { review: null, voids: null, keptRows: null, unopened: null };

/** What a step of the coordinator gives: the state and the messages are stored together. */
export type CoordinatorStep = {
  readonly state: CoordinatorState;
  /** The message that came, where it was accepted into the log. */
  readonly accepted: SealedMessage | null;
  /** Why it was not. */
  readonly refusal: { readonly from: string; readonly type: string; readonly reason: string } | null;
  /** The coordinator's own messages, in order, after the accepted one. */
  readonly said: readonly SealedMessage[];
};

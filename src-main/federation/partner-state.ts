/** What a partner remembers between two steps of its state machine; stored whole before anything is sent. */
import type { RoundReason } from '../contract/federation.ts';
import { type Canonical, decodeCanonical, encodeCanonical } from './canonical.ts';
import { noHash } from './formats.ts';
import type { MessageType, PartnerList } from './messages.ts';
import { firstClips, type Plan } from './plan.ts';
import { roundsBefore } from './rare-rows.ts';
import type { Unreadable } from './readable-shares.ts';

/** A chain's last message: its number and hash. */
export type ChainEnd = { readonly seq: number; readonly hash: string };

/** The global trunk that all partners hold after so many rounds; -1 while the round that counts rows is to come. */
export type Base = {
  readonly rounds: number;
  /** SHA-256 (hex) of the trunk's float32 bytes. */
  readonly hash: string;
  /** Largest change that is sent in the next round, for each tensor. */
  readonly clips: readonly number[];
};

export type Outgoing = {
  readonly hash: string;
  readonly type: MessageType;
  readonly round: number;
  readonly attempt: number;
  /** Canonical JSON of the message and its signature. */
  readonly text: string;
};

/** Base64url, 32 bytes each; drawn when keys are advertised. */
export type RoundSecrets = {
  readonly mask: string;
  readonly box: string;
  /** Of the self mask. */
  readonly self: string;
  readonly rounding: string;
};

export type FrozenPackage = {
  readonly packageHash: string;
  readonly root: string;
  readonly commitment: string;
  readonly bytes: number;
  readonly chunks: readonly string[];
};

export type RoundResult = {
  readonly message: string;
  readonly survivors: readonly string[];
  readonly totalWeight: number;
  readonly root: string;
  readonly bytes: number;
  readonly chunks: readonly string[];
};

/** What this partner itself does in the attempt that it sees. */
export type OwnPart =
  /** `kept` by one that has shared: with them it helps to open the sum of the others, or of an upload that came through. */
  | { readonly phase: 'watching'; readonly reason: RoundReason; readonly kept?: RoundSecrets }
  | { readonly phase: 'advertised'; readonly secrets: RoundSecrets }
  /** Shares are out. It trains, and hears who else has shared. */
  | { readonly phase: 'shared'; readonly secrets: RoundSecrets; readonly seed: number; readonly trained: boolean }
  | { readonly phase: 'freezing'; readonly secrets: RoundSecrets; readonly seed: number }
  | { readonly phase: 'approval'; readonly secrets: RoundSecrets; readonly frozen: FrozenPackage }
  | {
      readonly phase: 'uploading' | 'uploaded' | 'confirmed' | 'unmasked';
      readonly secrets: RoundSecrets;
      readonly frozen: FrozenPackage;
      /** Hash of the own MANIFEST. */
      readonly manifest: string;
    }
  | { readonly phase: 'applying'; readonly result: RoundResult; readonly reason: RoundReason | null };

export type Phase = OwnPart['phase'];

/** An attempt at a round, as it is heard: by those who take part and by those who watch. */
export type Attempt = {
  readonly round: number;
  readonly attempt: number;
  readonly members: readonly string[];
  readonly closesAt: string | null;
  /** By partner id, from ADVERTISE. */
  readonly keys: Readonly<Record<string, AdvertisedKeys>>;
  /** From SHARE; `box` is the one for this partner, null when there was none. */
  readonly shares: Readonly<Record<string, HeardShare>>;
  /** From MANIFEST. */
  readonly manifests: Readonly<Record<string, { readonly message: string; readonly sharesHash: string }>>;
  /** From CONSISTENCY, as it stands in the log: who has signed the list of uploads, and whose shares it cannot read. */
  readonly confirmations: Unreadable;
  /** Whose shares this partner cannot read; known with the list of shares. */
  readonly unreadable: readonly string[];
  /** As the coordinator proposed and this partner checked them; null until then. */
  readonly lists: Readonly<Record<'keys' | 'shares' | 'uploads', PartnerList | null>>;
  readonly part: OwnPart;
};

export type AdvertisedKeys = {
  readonly message: string;
  readonly baseHash: string;
  readonly maskKey: string;
  readonly boxKey: string;
};

export type HeardShare = {
  readonly message: string;
  readonly keysHash: string;
  readonly box: { readonly nonce: string; readonly box: string; readonly self: string; readonly mask: string } | null;
};

/** A result that was applied, while it may still be taken back; kept until the next one is applied. */
export type Review = {
  readonly round: number;
  readonly attempt: number;
  /** Hash of the RESULT. */
  readonly result: string;
  readonly survivors: readonly string[];
  /** Where the partner goes back to when the result is voided. */
  readonly before: Base;
  /** Null for a partner that is not in the sum, and so is not asked. */
  readonly own: 'accept' | 'object' | null;
  /** Heard so far, the own one included once it has come back through the log. */
  readonly verdicts: Readonly<Record<string, { readonly message: string; readonly verdict: 'accept' | 'object' }>>;
  readonly settled: boolean;
};

/** Results of the present round that were voided. */
export type Voids = { readonly round: number; readonly count: number; readonly lastAttempt: number };

export type PartnerState = {
  readonly format: 1;
  readonly planHash: string;
  readonly self: string;
  /** Of the last message of the coordinator's log that was handled. */
  readonly position: number;
  /** The end of the own chain. */
  readonly chain: ChainEnd;
  /** The last message heard of every sender. */
  readonly heard: Readonly<Record<string, ChainEnd>>;
  readonly approved: boolean;
  readonly standing: 'taking-part' | 'pausing' | 'paused' | 'left';
  readonly base: Base;
  /** The last round in which this partner has revealed shares: it takes part in no other attempt at that round. */
  readonly revealed: number;
  /** Rows of the first layer that are not frozen; null before they are counted, or where none ever is. */
  readonly keptRows: number | null;
  /** The last attempt that was closed after shares were out, since its sum could not be opened. */
  readonly unopened: { readonly round: number; readonly attempt: number } | null;
  /** Signed, and not yet acknowledged by the coordinator. */
  readonly outbox: readonly Outgoing[];
  readonly attempt: Attempt | null;
  /** Of the last result; null where the plan knows no voiding. */
  readonly review: Review | null;
  readonly voids: Voids | null;
  /** A voided result that the driver has yet to take back. */
  readonly undoing: { readonly round: number; readonly attempt: number; readonly objections: readonly string[] } | null;
};

/** @param trunkHash of the initial trunk, which all partners make from the plan's seed */
export const beginSeries = (self: string, plan: Plan, planHash: string, trunkHash: string): PartnerState => ({
  format: 1,
  planHash,
  self,
  position: 0,
  chain: { seq: 0, hash: noHash },
  heard: {},
  approved: false,
  standing: 'paused',
  base: { rounds: roundsBefore(plan), hash: trunkHash, clips: firstClips(plan) },
  revealed: -1,
  keptRows: null,
  unopened: null,
  outbox: [],
  attempt: null,
  review: null,
  voids: null,
  undoing: null,
});

export const encodePartnerState = (state: PartnerState): Uint8Array => encodeCanonical(state satisfies Canonical);

/** @throws TypeError when the bytes are not what `encodePartnerState` wrote */
export function decodePartnerState(bytes: Uint8Array): PartnerState {
  const state = decodeCanonical(bytes) as PartnerState;
  if (state?.format !== 1) throw new TypeError('not a state of this version');
  return { ...lateFields, ...state };
}

/** Of states that were stored before results could be voided, rows counted and attempts closed unopened. */
const lateFields = { review: null, voids: null, undoing: null, keptRows: null, unopened: null };

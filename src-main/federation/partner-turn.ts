/** What a step of the partner's state machine works with: the message it hears and its place, and how it signs what it says. */
import { fromBase64url } from './canonical.ts';
import { coordinatorId, noHash } from './formats.ts';
import type { SigningKeys } from './identity.ts';
import {
  type Bodies,
  type Message,
  type MessageOf,
  type MessageType,
  type PartnerMessageType,
  refused,
  type SealedMessage,
  sealMessage,
} from './messages.ts';
import type { Attempt, OwnPart, PartnerState } from './partner-state.ts';
import type { Plan } from './plan.ts';
import { partnerOf, positionOf, type Roster } from './roster.ts';

/** What is the same in every step of a series, and what comes from outside. */
export type Surroundings = {
  readonly plan: Plan;
  readonly planHash: string;
  readonly roster: Roster;
  readonly keys: SigningKeys;
  /** That many uniform random bytes. */
  readonly random: (count: number) => Uint8Array;
  /** Head of the local log (64 hex digits), which travels in every message. Absent where no log is kept. */
  readonly logHead?: string;
};

export type Place = { readonly round: number; readonly attempt: number };

/** For what concerns the series rather than one attempt. */
export const wholeSeries: Place = { round: 0, attempt: 0 };

export const isSamePlace = (one: Place, other: Place): boolean =>
  one.round === other.round && one.attempt === other.attempt;

export type Heard<Type extends MessageType> = { readonly message: MessageOf<Type>; readonly hash: string };

/** Signs a message, puts it into the outbox and moves the chain on. */
export function say<Type extends PartnerMessageType>(
  state: PartnerState,
  { keys, logHead }: Surroundings,
  { round, attempt }: Place,
  type: Type,
  body: Bodies[Type],
): { readonly state: PartnerState; readonly said: SealedMessage } {
  const message = {
    type,
    planHash: state.planHash,
    round,
    attempt,
    from: state.self,
    seq: state.chain.seq + 1,
    prevMsgHash: state.chain.hash,
    logHead: logHead ?? noHash,
    body,
  } as MessageOf<Type> as Message;
  const said = sealMessage(message, keys.secretKey);
  const text = new TextDecoder().decode(said.bytes);
  return {
    said,
    state: {
      ...state,
      chain: { seq: message.seq, hash: said.hash },
      outbox: [...state.outbox, { hash: said.hash, type, round, attempt, text }],
    },
  };
}

/** Says PRESENT, unless this partner is about to leave. */
export const present = (state: PartnerState, around: Surroundings): PartnerState =>
  state.standing === 'taking-part'
    ? say(state, around, wholeSeries, 'PRESENT', { roundsDone: state.base.rounds }).state
    : state;

export const keyOf =
  ({ plan, roster }: Surroundings) =>
  (sender: string): Uint8Array | undefined => {
    const key = sender === coordinatorId ? plan.coordinator : partnerOf(roster, sender)?.key;
    return key === undefined ? undefined : fromBase64url(key);
  };

/** Of a training: not a secret. */
export const newSeed = ({ random }: Surroundings): number => new DataView(random(4).slice().buffer).getUint32(0);

export const withPart = (state: PartnerState, attempt: Attempt, part: OwnPart): PartnerState => ({
  ...state,
  attempt: { ...attempt, part },
});

export const maskPlace = ({ planHash }: PartnerState, { round, attempt }: Place) => ({ planHash, round, attempt });

/** @throws MESSAGE_REFUSED for this message */
export function must(condition: boolean, { from, type }: Message, reason: string): asserts condition {
  if (!condition) throw refused(from, type, reason);
}

/** @throws MESSAGE_REFUSED when the message belongs to another attempt than the one that is seen */
export function current(state: PartnerState, message: MessageOf<MessageType>): Attempt {
  const { attempt, base, voids } = state;
  const round = base.rounds + 1;
  const next = attempt ?? { round, attempt: (voids?.round === round ? voids.lastAttempt : 0) + 1 };
  const isLate = message.round < next.round || (message.round === next.round && message.attempt < next.attempt);
  must(!isLate || message.attempt === 0, message, 'late');
  must(attempt !== null && isSamePlace(message, attempt), message, 'other-round');
  return attempt;
}

/** Whether the partners stand in roster order, each once. */
export const inRosterOrder = (roster: Roster, partners: readonly string[]): boolean =>
  partners.every((id, i) => {
    const position = positionOf(roster, id);
    return position > 0 && (i === 0 || position > positionOf(roster, partners[i - 1]!));
  });

/** What a step of the coordinator's state machine works with: what is the same in every step, and how it signs what it says. */
import { coordinatorId, noHash } from '../federation/formats.ts';
import type { SigningKeys } from '../federation/identity.ts';
import type { MaskPlace } from '../federation/masks.ts';
import {
  type Bodies,
  type CoordinatorMessageType,
  type Message,
  type PartnerList,
  type SealedMessage,
  sealMessage,
} from '../federation/messages.ts';
import type { Plan } from '../federation/plan.ts';
import type { Roster } from '../federation/roster.ts';
import type { CoordinatorState, RunningAttempt } from './round-state.ts';

export type CoordinatorSurroundings = {
  readonly plan: Plan;
  readonly planHash: string;
  readonly roster: Roster;
  readonly keys: SigningKeys;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Signs a message and moves the chain on; in the running attempt unless told. */
export function say<Type extends CoordinatorMessageType>(
  state: CoordinatorState,
  { keys }: CoordinatorSurroundings,
  type: Type,
  body: Bodies[Type],
  { round, attempt }: { readonly round: number; readonly attempt: number } = {
    round: state.roundsDone + 1,
    attempt: state.attempt?.attempt ?? 0,
  },
): { readonly state: CoordinatorState; readonly said: SealedMessage } {
  const message = {
    type,
    planHash: state.planHash,
    round,
    attempt,
    from: coordinatorId,
    seq: state.chain.seq + 1,
    prevMsgHash: state.chain.hash,
    logHead: noHash,
    body,
  } as Message;
  const said = sealMessage(message, keys.secretKey);
  return { state: { ...state, chain: { seq: message.seq, hash: said.hash } }, said };
}

export const placeOf = ({ planHash, roundsDone }: CoordinatorState, { attempt }: RunningAttempt): MaskPlace => ({
  planHash,
  round: roundsDone + 1,
  attempt,
});

export const names = (list: PartnerList | null): readonly string[] => (list ?? []).map(({ partner }) => partner);

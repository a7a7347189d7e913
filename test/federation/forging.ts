/** Rounds that are stopped in the middle, and messages that nobody would send, for tests of what is refused. */
import { type Envelope, type Message, type MessageType, sealMessage } from '../../src-main/federation/messages.ts';
import type { PartnerEffect } from '../../src-main/federation/partner.ts';
import { type Consortium, makeConsortium } from './consortium.ts';
import { type Simulation, simulate, stateOf } from './simulation.ts';

export const hexHash = (digit: string) => digit.repeat(64);
export const keyText = (digit: string) => `${digit.repeat(42)}A`;

/** Rounds of four partners in which everyone is stopped before `point`, so that what follows can be forged. */
export async function upTo(point: string, dropped: readonly string[] = []): Promise<Simulation> {
  const simulation = simulate(makeConsortium(4, { rounds: 2 }), {
    survives: (id, effect) => {
      const here = effect.kind === point || (effect.kind === 'send' && effect.type === point);
      return !here && !(dropped.includes(id) && effect.kind === 'upload');
    },
  });
  for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
  await (dropped.length > 0 ? simulation.run() : simulation.settle());
  for (const partner of simulation.partners.values()) partner.alive = true;
  return simulation;
}

export type Forged = { readonly type: MessageType; readonly body: unknown } & Partial<Envelope>;

/** What this partner would hear next from the sender, signed with the sender's key or another one. */
export function forge(
  simulation: Simulation,
  to: string,
  from: string,
  { type, body, ...change }: Forged,
  signedBy = from,
): Uint8Array {
  const { consortium } = simulation;
  const state = stateOf(simulation, to);
  const last = state.heard[from] ?? { seq: 0, hash: hexHash('0') };
  const { round, attempt } = state.attempt ?? { round: 1, attempt: 1 };
  const message = {
    planHash: consortium.planHash,
    round,
    attempt,
    from,
    seq: last.seq + 1,
    prevMsgHash: last.hash,
    logHead: hexHash('0'),
    type,
    body,
    ...change,
  } as Message;
  return sealMessage(message, secretOf(consortium, signedBy)).bytes;
}

export const secretOf = (consortium: Consortium, id: string) =>
  (id === 'coordinator' ? consortium.coordinatorKeys : consortium.keys[id]!).secretKey;

/** Feeds one message and gives back why it was refused; undefined when it was accepted. */
export function reasonFor(simulation: Simulation, to: string, bytes: Uint8Array): string | undefined {
  const { notices } = simulation.partners.get(to)!;
  const before = notices.length;
  simulation.feed(to, { kind: 'message', position: stateOf(simulation, to).position + 1, bytes });
  const refusal = notices.slice(before).find((notice) => notice.kind === 'refuse');
  return (refusal as Extract<PartnerEffect, { kind: 'refuse' }> | undefined)?.reason;
}

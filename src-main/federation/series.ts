/** A series of rounds in the catalog: what this partner has joined, and each step of its state machine, stored whole. */
import {
  addConsortium,
  type ConsortiumRow,
  consortiumRow,
  consortiumRowByRoster,
  newestConsortium,
  setConsortiumState,
} from '../catalog/consortium.ts';
import { addMessage, addReceipt } from '../catalog/messages.ts';
import type { Catalog } from '../catalog/open.ts';
import { endRound, noteRound, partnerStateRow, voidRound, writePartnerState } from '../catalog/rounds.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import { decodeCanonical, encodeCanonical } from './canonical.ts';
import { type Message, messageHash } from './messages.ts';
import type { PartnerInput } from './partner.ts';
import { decodePartnerState, encodePartnerState, type PartnerState } from './partner-state.ts';
import { type Plan, plan as planFormat } from './plan.ts';
import { type Roster, type SignedRoster, signedRoster as signedRosterFormat } from './roster.ts';

export type JoinedConsortium = Pick<
  ConsortiumRow,
  'series' | 'name' | 'rosterHash' | 'planHash' | 'state' | 'participation' | 'jobId' | 'joinedAt'
> & {
  readonly roster: Roster;
  readonly signedRoster: SignedRoster;
  readonly plan: Plan;
  readonly coordinator: {
    readonly url: string;
    readonly key: Uint8Array;
    /** Hex SHA-256 of the public key that its TLS certificate must have; null where none was agreed on. */
    readonly certificate: string | null;
  };
};

export const readConsortium = (catalog: Catalog, series: string): JoinedConsortium | undefined =>
  joined(consortiumRow(catalog, series));

/** Of the series that began under this roster. */
export const consortiumByRoster = (catalog: Catalog, rosterHash: string): JoinedConsortium | undefined =>
  joined(consortiumRowByRoster(catalog, rosterHash));

/** The one that the page shows. */
export const currentConsortium = (catalog: Catalog): JoinedConsortium | undefined => joined(newestConsortium(catalog));

/** @returns false when the series was joined before; it is then left as it is */
export const writeConsortium = (
  catalog: Catalog,
  consortium: Omit<JoinedConsortium, 'state' | 'participation' | 'jobId' | 'roster'>,
): boolean =>
  addConsortium(catalog, {
    series: consortium.series,
    name: consortium.name,
    roster: text(consortium.signedRoster),
    rosterHash: consortium.rosterHash,
    plan: text(consortium.plan),
    planHash: consortium.planHash,
    coordinatorUrl: consortium.coordinator.url,
    coordinatorKey: consortium.coordinator.key,
    coordinatorCertificate: consortium.coordinator.certificate,
    joinedAt: consortium.joinedAt,
  });

export function readPartnerState(catalog: Catalog, series: string): PartnerState | undefined {
  const row = partnerStateRow(catalog, series);
  return row && decodePartnerState(row.state);
}

/**
 * Stores what `step` gave for this input, in one transaction: the state, the message that came, the messages that will
 * go out, the coordinator's receipt, and where the round stands for the page. Only then may effects be carried out.
 */
export function storePartnerState(
  catalog: Catalog,
  series: string,
  state: PartnerState,
  input: PartnerInput,
  at: string = new Date().toISOString(),
): void {
  inOneTransaction(catalog, () => {
    const before = readPartnerState(catalog, series);
    writePartnerState(catalog, series, encodePartnerState(state), at);
    if (input.kind === 'message') keepMessage(catalog, series, input.bytes, state, at);
    for (const { text: outgoing } of state.outbox) {
      keepMessage(catalog, series, new TextEncoder().encode(outgoing), state, at);
    }
    if (input.kind === 'sent' && input.receipt !== undefined) addReceipt(catalog, input.hash, input.receipt);
    noteProgress(catalog, series, before, state, at);
  });
}

/** What the machine has not followed (a forged signature, a broken chain) is not kept. */
function keepMessage(
  catalog: Catalog,
  series: string,
  bytes: Uint8Array,
  { self, heard, outbox }: PartnerState,
  at: string,
): void {
  const message = readMessage(bytes);
  if (message === undefined) return;
  const { round, attempt, from, type } = message;
  const hash = messageHash(message);
  if (heard[from]?.hash !== hash && !outbox.some((outgoing) => outgoing.hash === hash)) return;
  addMessage(catalog, { series, round, attempt, sender: from, type, hash, sent: from === self, at, bytes });
}

function readMessage(bytes: Uint8Array): Message | undefined {
  try {
    const { message } = decodeCanonical(bytes) as unknown as { readonly message: Message };
    return typeof message?.type === 'string' ? message : undefined;
  } catch {
    return undefined;
  }
}

function noteProgress(
  catalog: Catalog,
  series: string,
  before: PartnerState | undefined,
  { attempt, base, undoing }: PartnerState,
  at: string,
): void {
  if (undoing !== null && before?.undoing === null) {
    voidRound(catalog, { series, round: undoing.round, attempt: undoing.attempt }, 'objections', at);
  }
  const last = before?.attempt ?? null;
  const lastPlace = last && { series, round: last.round, attempt: last.attempt };
  if (lastPlace !== null && last!.part.phase === 'applying' && base.rounds >= last!.round) {
    const { survivors } = last!.part.result;
    endRound(catalog, lastPlace, { phase: 'finished', survivors: survivors.length, trunkHash: base.hash }, at);
    return;
  }
  if (attempt === null) return;
  if (lastPlace !== null && attempt.attempt !== last!.attempt) {
    endRound(catalog, lastPlace, { phase: 'refused', reason: reasonOf(last!) ?? 'left-out' }, at);
  }
  const { phase } = attempt.part;
  const { round, closesAt } = attempt;
  noteRound(catalog, { series, round, attempt: attempt.attempt }, { phase, reason: reasonOf(attempt), closesAt }, at);
}

const reasonOf = ({ part }: NonNullable<PartnerState['attempt']>): string | null =>
  'reason' in part ? part.reason : null;

export function finishSeries(catalog: Catalog, series: string): void {
  setConsortiumState(catalog, series, 'finished');
}

function joined(row: ConsortiumRow | undefined): JoinedConsortium | undefined {
  if (row === undefined) return undefined;
  const signedRoster = signedRosterFormat.parse(JSON.parse(row.roster));
  return {
    ...row,
    roster: signedRoster.roster,
    signedRoster,
    plan: planFormat.parse(JSON.parse(row.plan)),
    coordinator: {
      url: row.coordinatorUrl,
      key: new Uint8Array(row.coordinatorKey),
      certificate: row.coordinatorCertificate,
    },
  };
}

const text = (document: SignedRoster | Plan): string => new TextDecoder().decode(encodeCanonical(document));

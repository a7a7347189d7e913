/** The consortium and its rounds as the page asks for them. */

import * as z from 'zod';
import { readIdentity } from '../catalog/identity.ts';
import { approvalsOf, messagesOfAttempt } from '../catalog/messages.ts';
import type { Catalog } from '../catalog/open.ts';
import { packagesOfAttempt } from '../catalog/packages.ts';
import { listRounds, type RoundRow, roundRow } from '../catalog/rounds.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Consortium, FederationStatus, Round, RoundSummary } from '../contract/federation.ts';
import { describeCoordinator, describeIdentity, describeMembers, describePlan } from './invitation.ts';
import { haltOf } from './partner-review.ts';
import { describeRound, summariseRound } from './round-view.ts';
import { currentConsortium, type JoinedConsortium, readConsortium, readPartnerState } from './series.ts';

/** @throws NOT_FOUND */
export function findConsortium(catalog: Catalog, series: string): JoinedConsortium {
  const consortium = readConsortium(catalog, series);
  if (consortium === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'consortium', id: series });
  return consortium;
}

/** @param isRunning whether the job that takes part is alive: after a kill the catalog alone does not know */
export function describeConsortium(
  catalog: Catalog,
  consortium: JoinedConsortium,
  isRunning: (jobId: string) => boolean,
): Consortium {
  const { series, name, rosterHash, plan, coordinator, state, participation, jobId, joinedAt, signedRoster } =
    consortium;
  const running = jobId !== null && isRunning(jobId);
  const stands = readPartnerState(catalog, series);
  return {
    series,
    name,
    rosterHash,
    members: describeMembers(signedRoster, readIdentity(catalog)?.partnerId ?? ''),
    plan: describePlan(plan),
    coordinator: describeCoordinator(coordinator, plan),
    state,
    participation: running ? (participation === 'pausing' ? 'pausing' : 'running') : 'stopped',
    jobId: running ? jobId : null,
    roundsDone: Math.max(0, stands?.base.rounds ?? 0),
    halted: stands === undefined ? null : haltOf(stands, plan),
    joinedAt,
  };
}

export function describeStatus(catalog: Catalog, isRunning: (jobId: string) => boolean): FederationStatus {
  const identity = readIdentity(catalog);
  const joined = currentConsortium(catalog);
  const consortium = joined === undefined ? null : describeConsortium(catalog, joined, isRunning);
  const newest = joined && listRounds(catalog, joined.series, 1)[0];
  const phase = joined && readPartnerState(catalog, joined.series)?.attempt?.part.phase;
  const open = consortium !== null && consortium.participation !== 'stopped';
  return {
    identity: identity === undefined ? null : describeIdentity(identity),
    consortium,
    round: joined === undefined || newest === undefined ? null : viewRound(catalog, joined, newest),
    connection: { open, sending: open && phase === 'uploading' },
  };
}

/** Newest first. */
export const summariseRounds = (catalog: Catalog, series: string, limit: number): RoundSummary[] =>
  listRounds(catalog, series, limit).map((row) =>
    summariseRound(row, row.phase === 'voided' ? messagesOfAttempt(catalog, series, row.round, row.attempt) : []),
  );

/** @throws NOT_FOUND */
export function findRound(catalog: Catalog, series: string, round: number, attempt?: number): Round {
  const row = roundRow(catalog, series, round, attempt ?? null);
  if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'round', id: `${series} ${round}` });
  return viewRound(catalog, findConsortium(catalog, series), row);
}

function viewRound(catalog: Catalog, { series, plan, roster }: JoinedConsortium, row: RoundRow): Round {
  const { attempt: running = null, keptRows = null } = readPartnerState(catalog, series) ?? {};
  const seen = running !== null && running.round === row.round && running.attempt === row.attempt;
  return describeRound({
    row,
    messages: messagesOfAttempt(catalog, series, row.round, row.attempt),
    approvals: approvalsOf(catalog, series),
    part: seen ? running.part : null,
    self: readIdentity(catalog)?.partnerId ?? '',
    keptRows,
    plan,
    roster,
    packages: packagesOfAttempt(catalog, series, row.round, row.attempt),
    standing: standingIn(row),
  });
}

const standing = z.object({
  round: z.number(),
  attempt: z.number(),
  partners: z.array(z.object({ id: z.string(), state: z.string(), bytesSent: z.number().int() })),
});

function standingIn({ standing: text, round, attempt }: RoundRow) {
  const parsed = text === null ? undefined : standing.safeParse(JSON.parse(text)).data;
  const ofThis = parsed !== undefined && parsed.round === round && parsed.attempt === attempt ? parsed.partners : [];
  return new Map(ofThis.map(({ id, ...partner }) => [id, partner]));
}

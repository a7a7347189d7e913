/** The consortia that this partner has joined, one series of rounds each. */
import type { Catalog } from './open.ts';

export type ConsortiumState = 'joined' | 'running' | 'finished' | 'left';
export type ParticipationState = 'stopped' | 'running' | 'pausing';

export type ConsortiumRow = {
  readonly series: string;
  readonly name: string;
  /** Canonical JSON of the roster and its signatures. */
  readonly roster: string;
  readonly rosterHash: string;
  /** Canonical JSON. */
  readonly plan: string;
  readonly planHash: string;
  readonly coordinatorUrl: string;
  /** Ed25519. */
  readonly coordinatorKey: Uint8Array;
  /** Hex SHA-256 of the public key of its TLS certificate, where one was agreed on. */
  readonly coordinatorCertificate: string | null;
  readonly state: ConsortiumState;
  readonly participation: ParticipationState;
  readonly jobId: string | null;
  readonly joinedAt: string;
};

const columns = `series, name, roster, roster_hash as rosterHash, plan, plan_hash as planHash,
  coordinator_url as coordinatorUrl, coordinator_key as coordinatorKey,
  coordinator_certificate as coordinatorCertificate, state, participation, job_id as jobId,
  joined_at as joinedAt`;

/** @returns false when the series is known already */
export const addConsortium = (
  catalog: Catalog,
  row: Omit<ConsortiumRow, 'state' | 'participation' | 'jobId'>,
): boolean =>
  catalog.db
    .prepare(
      `insert into consortium
         (series, name, roster, roster_hash, plan, plan_hash, coordinator_url, coordinator_key, coordinator_certificate,
          state, joined_at)
       values (@series, @name, @roster, @rosterHash, @plan, @planHash, @coordinatorUrl, @coordinatorKey,
          @coordinatorCertificate, 'joined', @joinedAt)
       on conflict (series) do nothing`,
    )
    .run(row).changes > 0;

export const consortiumRow = (catalog: Catalog, series: string): ConsortiumRow | undefined =>
  catalog.db.prepare(`select ${columns} from consortium where series = ?`).get(series) as ConsortiumRow | undefined;

export const consortiumRowByRoster = (catalog: Catalog, rosterHash: string): ConsortiumRow | undefined =>
  catalog.db
    .prepare(`select ${columns} from consortium where roster_hash = ? order by joined_at desc limit 1`)
    .get(rosterHash) as ConsortiumRow | undefined;

/** The one that the page shows: joined last and not left, else joined last. */
export const newestConsortium = (catalog: Catalog): ConsortiumRow | undefined =>
  catalog.db
    .prepare(`select ${columns} from consortium order by state = 'left', joined_at desc, rowid desc limit 1`)
    .get() as ConsortiumRow | undefined;

/** Where the coordinator of the series is found, and by which certificate: it may move, its key may not change. */
export function setCoordinatorPlace(
  catalog: Catalog,
  series: string,
  { url, certificate }: { readonly url: string; readonly certificate: string | null },
): void {
  catalog.db
    .prepare('update consortium set coordinator_url = ?, coordinator_certificate = ? where series = ?')
    .run(url, certificate, series);
}

export function setConsortiumState(catalog: Catalog, series: string, state: ConsortiumState): void {
  catalog.db.prepare('update consortium set state = ? where series = ?').run(state, series);
}

export function setParticipation(catalog: Catalog, series: string, participation: ParticipationState): void {
  catalog.db.prepare('update consortium set participation = ? where series = ?').run(participation, series);
}

/** The job that takes part; it is running from now on. */
export function setParticipationJob(catalog: Catalog, series: string, jobId: string): void {
  catalog.db
    .prepare(
      `update consortium set participation = 'running', job_id = ?,
         state = case state when 'joined' then 'running' else state end
       where series = ?`,
    )
    .run(jobId, series);
}

/** In the order in which they were joined. */
export const listConsortia = (catalog: Catalog): readonly ConsortiumRow[] =>
  catalog.db.prepare(`select ${columns} from consortium order by joined_at, rowid`).all() as ConsortiumRow[];

/** Where the partner's state machine stands, and what became of each attempt at a round. */
import type { Catalog } from './open.ts';

export type RoundRow = {
  readonly series: string;
  readonly round: number;
  readonly attempt: number;
  /** Of the state machine, or `finished`, `refused` or `voided`. */
  readonly phase: string;
  readonly reason: string | null;
  readonly survivors: number | null;
  readonly trunkHash: string | null;
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** Mean AUC-PR on the own validation fold after the result; null before, and where the fold cannot tell. */
  readonly validationAucPr: number | null;
  /** JSON: what the coordinator last said of who has done what. */
  readonly standing: string | null;
  readonly closesAt: string | null;
  readonly startedAt: string;
  readonly changedAt: string;
  readonly finishedAt: string | null;
};

export type PartnerStateRow = { readonly state: Uint8Array; readonly changedAt: string };

export const partnerStateRow = (catalog: Catalog, series: string): PartnerStateRow | undefined =>
  catalog.db.prepare('select state, changed_at as changedAt from partner_state where series = ?').get(series) as
    | PartnerStateRow
    | undefined;

export function writePartnerState(catalog: Catalog, series: string, state: Uint8Array, at: string): void {
  catalog.db
    .prepare(
      `insert into partner_state (series, state, changed_at) values (?, ?, ?)
       on conflict (series) do update set state = excluded.state, changed_at = excluded.changed_at`,
    )
    .run(series, state, at);
}

const columns = `series, round, attempt, phase, reason, survivors, trunk_hash as trunkHash, bytes_out as bytesOut,
  bytes_in as bytesIn, validation_auc_pr as validationAucPr, standing, closes_at as closesAt, started_at as startedAt, changed_at as changedAt,
  finished_at as finishedAt`;

type RoundPlace = Pick<RoundRow, 'series' | 'round' | 'attempt'>;

/** Makes the row at its first change. */
export function noteRound(
  catalog: Catalog,
  { series, round, attempt }: RoundPlace,
  { phase, reason, closesAt }: Pick<RoundRow, 'phase' | 'reason' | 'closesAt'>,
  at: string,
): void {
  catalog.db
    .prepare(
      `insert into round (series, round, attempt, phase, reason, closes_at, started_at, changed_at)
       values (?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (series, round, attempt) do update
         set phase = excluded.phase, reason = excluded.reason, closes_at = excluded.closes_at,
             changed_at = excluded.changed_at
         where round.finished_at is null
           and (round.phase, round.reason, round.closes_at) is not (excluded.phase, excluded.reason, excluded.closes_at)`,
    )
    .run(series, round, attempt, phase, reason, closesAt, at, at);
}

export function endRound(
  catalog: Catalog,
  { series, round, attempt }: RoundPlace,
  end:
    | { readonly phase: 'finished'; readonly survivors: number; readonly trunkHash: string }
    | { readonly phase: 'refused'; readonly reason: string },
  at: string,
): void {
  const { survivors, trunkHash } = end.phase === 'finished' ? end : { survivors: null, trunkHash: null };
  catalog.db
    .prepare(
      `update round set phase = ?, reason = coalesce(?, reason), survivors = ?, trunk_hash = ?, closes_at = null,
         changed_at = ?, finished_at = ?
       where series = ? and round = ? and attempt = ? and finished_at is null`,
    )
    .run(end.phase, end.phase === 'refused' ? end.reason : null, survivors, trunkHash, at, at, series, round, attempt);
}

/** Of a round that was finished, and whose result is taken back. */
export function voidRound(catalog: Catalog, { series, round, attempt }: RoundPlace, reason: string, at: string): void {
  catalog.db
    .prepare(
      `update round set phase = 'voided', reason = ?, changed_at = ? where series = ? and round = ? and attempt = ?`,
    )
    .run(reason, at, series, round, attempt);
}

/** Adds to what the round has sent and fetched. */
export function countRoundBytes(
  catalog: Catalog,
  { series, round, attempt }: RoundPlace,
  { bytesOut, bytesIn }: Pick<RoundRow, 'bytesOut' | 'bytesIn'>,
): void {
  catalog.db
    .prepare(
      `update round set bytes_out = bytes_out + ?, bytes_in = bytes_in + ? where series = ? and round = ? and attempt = ?`,
    )
    .run(bytesOut, bytesIn, series, round, attempt);
}

/** Of the last attempt at the round, which is the one whose result is looked at. */
export function writeRoundValidation(catalog: Catalog, series: string, round: number, aucPr: number | null): void {
  catalog.db
    .prepare(
      `update round set validation_auc_pr = @aucPr
       where series = @series and round = @round
         and attempt = (select max(attempt) from round where series = @series and round = @round)`,
    )
    .run({ series, round, aucPr });
}

export function writeStanding(catalog: Catalog, { series, round, attempt }: RoundPlace, standing: string): void {
  catalog.db
    .prepare('update round set standing = ? where series = ? and round = ? and attempt = ?')
    .run(standing, series, round, attempt);
}

/** Newest first. */
export const listRounds = (catalog: Catalog, series: string, limit: number): readonly RoundRow[] =>
  catalog.db
    .prepare(`select ${columns} from round where series = ? order by round desc, attempt desc limit ?`)
    .all(series, limit) as RoundRow[];

/** The last attempt at the round when none is named. */
export const roundRow = (
  catalog: Catalog,
  series: string,
  round: number,
  attempt: number | null = null,
): RoundRow | undefined =>
  catalog.db
    .prepare(
      `select ${columns} from round where series = ? and round = ? and attempt = coalesce(?, attempt)
       order by attempt desc limit 1`,
    )
    .get(series, round, attempt) as RoundRow | undefined;

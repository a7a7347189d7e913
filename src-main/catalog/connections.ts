/** Every connection that was attempted: to whom, what for, how many bytes each way, and whether it was let through. */
import type { Catalog } from './open.ts';

export type ConnectionOutcome = 'allowed' | 'denied' | 'failed';

export type ConnectionCall = {
  /** ISO 8601. */
  readonly at: string;
  /** Name and port, such as `coordinator.decima.example:443`. */
  readonly host: string;
  readonly purpose: string;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly packageHash: string | null;
  readonly outcome: ConnectionOutcome;
  readonly reason: string | null;
  /** Name and port of the proxy that the call went through. */
  readonly proxy: string | null;
};

/** Calls that are alike and follow within an hour, such as long polls and the chunks of one package, are one row. */
export type ConnectionRow = ConnectionCall & {
  readonly id: number;
  readonly lastAt: string;
  readonly calls: number;
};

const hour = 3_600_000;

/** @param calls that these bytes went in */
export function noteConnection(catalog: Catalog, call: ConnectionCall, calls = 1): void {
  const { at, host, purpose, bytesOut, bytesIn, packageHash, outcome, reason, proxy } = call;
  const since = new Date(Date.parse(at) - hour).toISOString();
  const counted = catalog.db
    .prepare(
      `update connection set calls = calls + ?, last_at = ?, bytes_out = bytes_out + ?, bytes_in = bytes_in + ?
       where id = (
         select id from connection
         where at > ? and host = ? and purpose = ? and outcome = ? and package_hash is ? and reason is ?
           and proxy is ?
         order by id desc limit 1
       )`,
    )
    .run(calls, at, bytesOut, bytesIn, since, host, purpose, outcome, packageHash, reason, proxy);
  if (counted.changes > 0) return;
  catalog.db
    .prepare(
      `insert into connection (at, last_at, calls, host, purpose, bytes_out, bytes_in, package_hash, outcome, reason,
         proxy)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(at, at, calls, host, purpose, bytesOut, bytesIn, packageHash, outcome, reason, proxy);
}

/** Newest first, also for one host or outcome. */
export function listConnections(
  catalog: Catalog,
  {
    host,
    outcome,
    before,
    limit,
  }: {
    readonly host?: string | undefined;
    readonly outcome?: ConnectionOutcome | undefined;
    readonly before?: number | undefined;
    readonly limit: number;
  },
): { readonly connections: readonly ConnectionRow[]; readonly matching: number } {
  const filter = '(? is null or host = ?) and (? is null or outcome = ?)';
  const values = [host ?? null, host ?? null, outcome ?? null, outcome ?? null];
  const rows = catalog.db
    .prepare(`select * from connection where ${filter} and (? is null or id < ?) order by id desc limit ?`)
    .all(...values, before ?? null, before ?? null, limit);
  const { matching } = catalog.db
    .prepare(`select count(*) matching from connection where ${filter}`)
    .get(...values) as { matching: number };
  return { connections: rows.map(toConnection), matching };
}

/** Oldest first. */
export const connectionsAfter = (catalog: Catalog, id: number, limit: number): readonly ConnectionRow[] =>
  catalog.db.prepare('select * from connection where id > ? order by id limit ?').all(id, limit).map(toConnection);

export type HostCalls = {
  readonly host: string;
  readonly outcome: ConnectionOutcome;
  readonly calls: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly firstAt: string;
  readonly lastAt: string;
};

/** Since the workspace exists, a row for each host and outcome. */
export const callsByHost = (catalog: Catalog): readonly HostCalls[] =>
  catalog.db
    .prepare(
      `select host, outcome, sum(calls) calls, sum(bytes_out) bytesOut, sum(bytes_in) bytesIn,
         min(at) firstAt, max(last_at) lastAt
       from connection group by host, outcome order by min(id)`,
    )
    .all() as HostCalls[];

function toConnection(row: unknown): ConnectionRow {
  const connection = row as Record<string, string | number | null>;
  return {
    id: Number(connection.id),
    at: String(connection.at),
    lastAt: String(connection.last_at),
    calls: Number(connection.calls),
    host: String(connection.host),
    purpose: String(connection.purpose),
    bytesOut: Number(connection.bytes_out),
    bytesIn: Number(connection.bytes_in),
    packageHash: connection.package_hash as string | null,
    outcome: connection.outcome as ConnectionOutcome,
    reason: connection.reason as string | null,
    proxy: connection.proxy as string | null,
  };
}

/** The log's rows: appended in one transaction with the head they follow, read in order, counted under a filter. */
import type { Catalog } from './open.ts';

export type AuditRow = {
  readonly seq: number;
  readonly at: string;
  readonly person: string;
  readonly act: string;
  readonly subject: string;
  /** JSON, as it was hashed. */
  readonly detail: string;
  readonly previousHash: string;
  readonly hash: string;
};

export type AuditHead = { readonly seq: number; readonly hash: string };

const columns = 'seq, at, person, act, subject, detail, previous_hash as previousHash, hash';

/**
 * Appends what `next` makes of the head. Writers in other threads and processes wait for each other, so that no two
 * entries follow the same one; within a transaction of the caller, the entry stands or falls with it.
 */
export function appendAuditRow(catalog: Catalog, next: (head: AuditHead | undefined) => AuditRow): AuditRow {
  return catalog.db
    .transaction(() => {
      const row = next(readAuditHead(catalog));
      catalog.db
        .prepare(
          `insert into audit_entry (seq, at, person, act, subject, detail, previous_hash, hash)
           values (@seq, @at, @person, @act, @subject, @detail, @previousHash, @hash)`,
        )
        .run(row);
      catalog.db
        .prepare(
          `insert into audit_head (id, seq, hash) values (1, @seq, @hash)
           on conflict (id) do update set seq = excluded.seq, hash = excluded.hash`,
        )
        .run({ seq: row.seq, hash: row.hash });
      return row;
    })
    .immediate();
}

export const readAuditHead = (catalog: Catalog): AuditHead | undefined =>
  catalog.db.prepare('select seq, hash from audit_head where id = 1').get() as AuditHead | undefined;

/** In order, from `after` on; at most `limit`. */
export const readAuditRows = (catalog: Catalog, after: number, limit: number): readonly AuditRow[] =>
  catalog.db
    .prepare(`select ${columns} from audit_entry where seq > ? order by seq limit ?`)
    .all(after, limit) as AuditRow[];

export type AuditFilter = {
  readonly acts?: readonly string[] | undefined;
  readonly person?: string | undefined;
  /** ISO 8601; entries of this time or later. */
  readonly since?: string | undefined;
  /** Part of a person's name, a subject or a hash. */
  readonly search?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
};

/** Newest first, with the number of all entries under the filter. */
export function findAuditRows(
  catalog: Catalog,
  { acts, person, since, search, before, limit }: AuditFilter,
): { readonly rows: readonly AuditRow[]; readonly matching: number } {
  const terms: string[] = [];
  const values: string[] = [];
  if (acts !== undefined) {
    terms.push(`act in (${acts.map(() => '?').join(', ')})`);
    values.push(...acts);
  }
  if (person !== undefined) {
    terms.push('person = ?');
    values.push(person);
  }
  if (since !== undefined) {
    terms.push('at >= ?');
    values.push(since);
  }
  if (search !== undefined && search !== '') {
    terms.push(`instr(lower(person || char(10) || subject || char(10) || hash || char(10) || detail), lower(?)) > 0`);
    values.push(search);
  }
  const where = (more: readonly string[]) => (more.length === 0 ? '' : `where ${more.join(' and ')}`);
  const rows = catalog.db
    .prepare(`select ${columns} from audit_entry ${where([...terms, 'seq < ?'])} order by seq desc limit ?`)
    .all(...values, before ?? Number.MAX_SAFE_INTEGER, limit) as AuditRow[];
  const matching = catalog.db
    .prepare(`select count(*) from audit_entry ${where(terms)}`)
    .pluck()
    .get(...values) as number;
  return { rows, matching };
}

export type AuditExtent = {
  readonly head: AuditHead | undefined;
  readonly lastSeq: number;
  readonly since: string | null;
};

/** Head, last row and first time of one moment, also while others append. */
export function readAuditExtent(catalog: Catalog): AuditExtent {
  const row = catalog.db
    .prepare(
      `select (select seq from audit_head) as headSeq, (select hash from audit_head) as headHash,
              (select coalesce(max(seq), 0) from audit_entry) as lastSeq,
              (select at from audit_entry order by seq limit 1) as since`,
    )
    .get() as { headSeq: number | null; headHash: string | null; lastSeq: number; since: string | null };
  const head = row.headSeq === null || row.headHash === null ? undefined : { seq: row.headSeq, hash: row.headHash };
  return { head, lastSeq: row.lastSeq, since: row.since };
}

/** Everybody whose name stands in the log; the engine's own entries left out. */
export const peopleInAudit = (catalog: Catalog): readonly string[] =>
  catalog.db
    .prepare(`select distinct person from audit_entry where person <> 'engine' order by person`)
    .pluck()
    .all() as string[];

/** Numbers of the first and the last entry between two times; undefined where there is none. */
export function auditRange(
  catalog: Catalog,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): { readonly first: number; readonly last: number } | undefined {
  const row = catalog.db
    .prepare(
      `select min(seq) as first, max(seq) as last from audit_entry where (? is null or at >= ?) and (? is null or at <= ?)`,
    )
    .get(from, from, to, to) as { readonly first: number | null; readonly last: number | null };
  return row.first === null || row.last === null ? undefined : { first: row.first, last: row.last };
}

export const seqOfHash = (catalog: Catalog, hash: string): number | undefined =>
  catalog.db.prepare('select seq from audit_entry where hash = ?').pluck().get(hash) as number | undefined;

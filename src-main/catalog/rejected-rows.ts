/** Rows of a batch that were rejected or stored with a doubt, as they stand in the file. */
import type { RowFinding, RowReason } from '../contract/intake.ts';
import type { Catalog } from './open.ts';

/** @returns adds one finding to the staged batch; call it inside a transaction */
export function findingStager(catalog: Catalog, batchId: number): (finding: RowFinding) => void {
  const add = catalog.db.prepare(
    `insert into rejected_row (batch_id, line, column_name, found, expected, reason, severity, cells)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return ({ line, column, found, expected, reason, severity, cells }) => {
    add.run(batchId, line, column, found, JSON.stringify(expected), reason, severity, JSON.stringify(cells));
  };
}

export type FindingPage = {
  readonly batchId: number;
  readonly reason?: RowReason | undefined;
  readonly offset: number;
  readonly limit: number;
};

/** In the order of the file. */
export function pageOfFindings(
  catalog: Catalog,
  { batchId, reason, offset, limit }: FindingPage,
): { readonly total: number; readonly rows: readonly RowFinding[] } {
  const given = { batchId, reason: reason ?? null };
  const where = 'batch_id = :batchId and (:reason is null or reason = :reason)';
  const total = catalog.db.prepare(`select count(*) from rejected_row where ${where}`).pluck().get(given) as number;
  const rows = catalog.db
    .prepare(`select * from rejected_row where ${where} order by id limit :limit offset :offset`)
    .all({ ...given, limit, offset });
  return { total, rows: rows.map((row) => toFinding(row as FindingRow)) };
}

const rowsAtOnce = 100;

/** Rejected ones only, one by one, in the order of the file. The connection is free for others between any two of them. */
export function* rejectedRows(catalog: Catalog, batchId: number): Generator<RowFinding> {
  const [first, end] = catalog.db
    .prepare('select coalesce(min(id), 1), coalesce(max(id), 0) from rejected_row where batch_id = ?')
    .raw()
    .get(batchId) as readonly [number, number];
  // By id, which they have in the order of the file, and not by the index, which would sort them for every page.
  const page = catalog.db.prepare(
    `select * from rejected_row where id between ? and ? and +batch_id = ? and severity = 'rejected'
     order by id limit ${rowsAtOnce}`,
  );
  for (let from = first; from <= end; ) {
    const rows = page.all(from, end, batchId) as readonly FindingRow[];
    for (const row of rows) yield toFinding(row);
    from = (rows.at(-1)?.id ?? end) + 1;
  }
}

type FindingRow = {
  readonly id: number;
  readonly line: number;
  readonly column_name: string;
  readonly found: string;
  readonly expected: string;
  readonly reason: RowFinding['reason'];
  readonly severity: RowFinding['severity'];
  readonly cells: string;
};

const toFinding = (row: FindingRow): RowFinding => ({
  line: row.line,
  column: row.column_name,
  found: row.found,
  expected: JSON.parse(row.expected) as RowFinding['expected'],
  reason: row.reason,
  severity: row.severity,
  cells: JSON.parse(row.cells) as string[],
});

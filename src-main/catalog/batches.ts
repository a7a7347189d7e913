/** Batches that are committed or withdrawn: listed, read, withdrawn as a whole. */
import { ChoraleError } from '../contract/errors.ts';
import type { Batch, Mapping, SeenBefore } from '../contract/intake.ts';
import type { Catalog } from './open.ts';

/** @throws NOT_FOUND when there is no such batch, or it is only staged */
export function withdrawBatch(catalog: Catalog, id: number): Batch {
  readBatch(catalog, id);
  catalog.db.prepare(`update batch set state = 'withdrawn' where id = ? and state = 'committed'`).run(id);
  return readBatch(catalog, id);
}

const columns = `b.id, s.name, s.sha256, s.format, s.sheet, b.state, b.person, b.created_at, b.committed_at, b.rows_in,
  b.rows_ready, b.rows_warned, b.rows_rejected, b.rows_ignored, b.measurements, b.compounds, b.assays, b.mapping`;

/** Newest first. */
export const listBatches = (catalog: Catalog): readonly Batch[] =>
  catalog.db
    .prepare(
      `select ${columns} from batch b join source s on s.id = b.source_id where b.state <> 'staging' order by b.id desc`,
    )
    .all()
    .map((row) => toBatch(row as BatchRow));

/** @throws NOT_FOUND */
export function readBatch(catalog: Catalog, id: number): Batch & { readonly mapping: Mapping } {
  const row = catalog.db
    .prepare(
      `select ${columns} from batch b join source s on s.id = b.source_id where b.id = ? and b.state <> 'staging'`,
    )
    .get(id) as BatchRow | undefined;
  if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'batch', id: String(id) });
  return { ...toBatch(row), mapping: JSON.parse(row.mapping) as Mapping };
}

/** What a catalogue answers by: it stays the same as long as no batch is committed or withdrawn. */
export const catalogueState = (catalog: Catalog): string =>
  catalog.db.prepare(`select group_concat(id) from batch where state = 'committed'`).pluck().get() as string;

/** Batches that came from the very same bytes, newest first. */
export const batchesOfFile = (catalog: Catalog, sha256: string): readonly SeenBefore[] =>
  catalog.db
    .prepare(
      `select b.id as batchId, s.name, s.sheet, b.state, coalesce(b.committed_at, b.created_at) as at
       from source s join batch b on b.source_id = s.id where s.sha256 = ? and b.state <> 'staging' order by b.id desc`,
    )
    .all(sha256) as SeenBefore[];

type BatchRow = {
  readonly id: number;
  readonly name: string;
  readonly sha256: string;
  readonly format: Batch['format'];
  readonly sheet: string | null;
  readonly state: Batch['state'];
  readonly person: string;
  readonly created_at: string;
  readonly committed_at: string | null;
  readonly rows_in: number;
  readonly rows_ready: number;
  readonly rows_warned: number;
  readonly rows_rejected: number;
  readonly rows_ignored: number;
  readonly measurements: number;
  readonly compounds: number;
  readonly assays: number;
  readonly mapping: string;
};

const toBatch = (row: BatchRow): Batch => ({
  id: row.id,
  name: row.name,
  sha256: row.sha256,
  format: row.format,
  sheet: row.sheet,
  state: row.state,
  person: row.person,
  template: (JSON.parse(row.mapping) as Mapping).template ?? null,
  createdAt: row.created_at,
  committedAt: row.committed_at,
  rows: {
    in: row.rows_in,
    ready: row.rows_ready,
    warned: row.rows_warned,
    rejected: row.rows_rejected,
    ignored: row.rows_ignored,
  },
  measurements: row.measurements,
  compounds: row.compounds,
  assays: row.assays,
});

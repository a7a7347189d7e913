/** Scans over settings: which cells there are, and what each reached on the validation fold. */
import { randomUUID } from 'node:crypto';
import type { Catalog } from './open.ts';

export type CellTask = {
  readonly taskId: number;
  readonly actives: number;
  readonly inactives: number;
  readonly aucPr: number | null;
  readonly aucRoc: number | null;
};

export type CellReached = {
  /** Step that the validation fold chose. */
  readonly step: number;
  /** On the validation fold: BCE per label, and squared error per value where values were learnt. */
  readonly loss: number | null;
  readonly regressionLoss: number | null;
  readonly tasks: readonly CellTask[];
};

export type CellRow = {
  readonly position: number;
  /** JSON as it was written. */
  readonly settings: string;
  readonly runId: string | null;
  readonly reached: CellReached | null;
};

export type ScanRow = {
  readonly id: string;
  readonly taskSetId: number;
  readonly jobId: string | null;
  readonly createdAt: string;
};

/** @param cells settings as JSON, the first one what the others are compared with @returns the id of the scan */
export function addScan(
  catalog: Catalog,
  { taskSetId, jobId, cells }: Pick<ScanRow, 'taskSetId' | 'jobId'> & { readonly cells: readonly string[] },
): string {
  const id = randomUUID();
  const { db } = catalog;
  db.transaction(() => {
    db.prepare('insert into scan (id, task_set_id, job_id, created_at) values (?, ?, ?, ?)').run(
      ...[id, taskSetId, jobId],
      new Date().toISOString(),
    );
    const add = db.prepare('insert into scan_cell (scan_id, position, settings) values (?, ?, ?)');
    cells.forEach((settings, position) => {
      add.run(id, position, settings);
    });
  }).immediate();
  return id;
}

/** The scan that a job began before it was killed. */
export const scanOfJob = (catalog: Catalog, jobId: string): ScanRow | undefined =>
  toScan(catalog.db.prepare('select * from scan where job_id = ?').get(jobId));

export const readScan = (catalog: Catalog, id: string): ScanRow | undefined =>
  toScan(catalog.db.prepare('select * from scan where id = ?').get(id));

export const newestScan = (catalog: Catalog): ScanRow | undefined =>
  toScan(catalog.db.prepare('select * from scan order by created_at desc, rowid desc limit 1').get());

/** In the order of their positions. */
export const readCells = (catalog: Catalog, scanId: string): readonly CellRow[] =>
  catalog.db.prepare('select * from scan_cell where scan_id = ? order by position').all(scanId).map(toCell);

/** The cell of a run, in the newest scan that has it. */
export function cellOfRun(catalog: Catalog, runId: string): CellRow | undefined {
  const row = catalog.db
    .prepare(
      `select c.* from scan_cell c join scan s on s.id = c.scan_id where c.run_id = ?
       order by s.created_at desc, s.rowid desc limit 1`,
    )
    .get(runId);
  return row === undefined ? undefined : toCell(row);
}

/** A cell of any scan that has reached something with the same settings on the same tasks. */
export function trainedCell(catalog: Catalog, taskSetId: number, settings: string): CellRow | undefined {
  const row = catalog.db
    .prepare(
      `select c.* from scan_cell c join scan s on s.id = c.scan_id
       where s.task_set_id = ? and c.settings = ? and c.reached is not null and c.run_id is not null limit 1`,
    )
    .get(taskSetId, settings);
  return row === undefined ? undefined : toCell(row);
}

/** @param reached null while the run goes on */
export function setCell(
  catalog: Catalog,
  scanId: string,
  position: number,
  runId: string | null,
  reached: CellReached | null,
): void {
  catalog.db
    .prepare('update scan_cell set run_id = ?, reached = ? where scan_id = ? and position = ?')
    .run(runId, reached === null ? null : JSON.stringify(reached), scanId, position);
}

function toScan(found: unknown): ScanRow | undefined {
  if (found === undefined) return undefined;
  const row = found as Record<string, string | number | null>;
  return {
    id: String(row.id),
    taskSetId: Number(row.task_set_id),
    jobId: row.job_id as string | null,
    createdAt: String(row.created_at),
  };
}

function toCell(found: unknown): CellRow {
  const row = found as Record<string, string | number | null>;
  return {
    position: Number(row.position),
    settings: String(row.settings),
    runId: row.run_id as string | null,
    reached: row.reached === null ? null : JSON.parse(String(row.reached)),
  };
}

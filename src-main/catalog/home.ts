/** What Home counts beyond what the stations count for themselves. */
import type { RunKind } from '../contract/training.ts';
import type { ModelKind } from './models.ts';
import type { Catalog } from './open.ts';

export type ImportCounts = {
  readonly measurements: number;
  readonly batches: number;
  readonly rejectedRows: number;
  readonly lastAt: string | null;
};

export const countImports = (catalog: Catalog): ImportCounts =>
  one(
    catalog,
    `select (select count(*) from committed_measurement) as measurements, count(*) as batches,
       coalesce(sum(rows_rejected), 0) as rejectedRows, max(committed_at) as lastAt
     from batch where state = 'committed'`,
  );

export type BatchWithRejects = { readonly id: number; readonly rejected: number; readonly committedAt: string };

/** Newest first. */
export const batchesWithRejects = (catalog: Catalog, limit: number): readonly BatchWithRejects[] =>
  catalog.db
    .prepare(
      `select id, rows_rejected as rejected, committed_at as committedAt from batch
       where state = 'committed' and rows_rejected > 0 order by id desc limit ?`,
    )
    .all(limit) as BatchWithRejects[];

export type TaskCounts = {
  readonly tasks: number;
  readonly tooSmall: number;
  readonly assays: number;
  readonly builtAt: string | null;
  /** Of the chemistry that the newest task set was built on. */
  readonly parameterHash: string | null;
};

export const countTasks = (catalog: Catalog): TaskCounts =>
  one(
    catalog,
    `with newest as (select * from task_set order by id desc limit 1)
     select count(*) filter (where t.position >= 0) as tasks, count(*) filter (where t.position < 0) as tooSmall,
       (select count(*) from assay) as assays, (select created_at from newest) as builtAt,
       (select parameter_hash from newest) as parameterHash
     from newest left join task t on t.task_set_id = newest.id`,
  );

export type RunCounts = {
  readonly runs: number;
  readonly aucPr: number | null;
  readonly aucRoc: number | null;
  readonly running: { readonly id: string; readonly kind: RunKind; readonly step: number } | null;
};

/** Means over tasks on the validation fold, of the newest model of the last run that has one. */
export function countRuns(catalog: Catalog): RunCounts {
  const { runs } = one<{ runs: number }>(
    catalog,
    `select count(*) as runs from run where state = 'done' and kind <> 'scan'`,
  );
  const means = one<{ aucPr: number | null; aucRoc: number | null }>(
    catalog,
    `select avg(auc_pr) as aucPr, avg(auc_roc) as aucRoc from task_metric
     where fold_role = 'validation'
       and model_id = (select id from model where exists (select 1 from task_metric where model_id = model.id and fold_role = 'validation')
                       order by created_at desc, step desc limit 1)`,
  );
  const running = catalog.db
    .prepare(
      `select id, kind, coalesce((select max(step) from run_point where run_id = run.id), 0) as step
       from run where state = 'running' order by created_at desc limit 1`,
    )
    .get() as RunCounts['running'] | undefined;
  return { runs, ...means, running: running ?? null };
}

export type CurrentModel = {
  readonly id: string;
  readonly kind: ModelKind;
  readonly step: number;
  readonly hash: string;
  readonly createdAt: string;
};

/** The newest global model, or the newest of one's own where there is none. */
export const currentModel = (catalog: Catalog): CurrentModel | undefined =>
  catalog.db
    .prepare(
      `select id, kind, step, hash, created_at as createdAt from model
       order by kind = 'global' desc, created_at desc, step desc limit 1`,
    )
    .get() as CurrentModel | undefined;

export const countScoreSheets = (catalog: Catalog): number =>
  one<{ sheets: number }>(catalog, 'select count(*) as sheets from score_sheet').sheets;

export type CurrentRound = {
  readonly series: string;
  readonly round: number;
  readonly attempt: number;
  readonly phase: string;
  readonly changedAt: string;
};

export const currentRound = (catalog: Catalog): CurrentRound | undefined =>
  catalog.db
    .prepare(
      `select series, round, attempt, phase, changed_at as changedAt from round order by changed_at desc limit 1`,
    )
    .get() as CurrentRound | undefined;

export const isInConsortium = (catalog: Catalog): boolean =>
  catalog.db.prepare(`select 1 from consortium where state <> 'left' limit 1`).get() !== undefined;

const one = <Row>(catalog: Catalog, sql: string): Row => catalog.db.prepare(sql).get() as Row;

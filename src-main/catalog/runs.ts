/** Runs of training, and the points of their learning curves. */
import { randomUUID } from 'node:crypto';
import type { RunKind, RunPoint } from '../contract/training.ts';
import type { Catalog } from './open.ts';

export type RunState = 'running' | 'done' | 'failed' | 'cancelled';

export type RunRow = {
  readonly id: string;
  readonly kind: RunKind;
  readonly taskSetId: number;
  readonly jobId: string | null;
  /** Of the federation, when federated. */
  readonly series: string | null;
  /** JSON as it was written: hidden sizes, rates, dropout, seeds, most steps or rounds. */
  readonly settings: unknown;
  readonly state: RunState;
  readonly createdAt: string;
  readonly finishedAt: string | null;
};

export type NewRun = Pick<RunRow, 'kind' | 'taskSetId' | 'jobId' | 'series' | 'settings'>;

const now = () => new Date().toISOString();

/** @returns the id of the run, which is running */
export function addRun(catalog: Catalog, { kind, taskSetId, jobId, series, settings }: NewRun): string {
  const id = randomUUID();
  catalog.db
    .prepare(
      `insert into run (id, kind, task_set_id, job_id, series, settings, state, created_at)
       values (?, ?, ?, ?, ?, ?, 'running', ?)`,
    )
    .run(id, kind, taskSetId, jobId, series, JSON.stringify(settings), now());
  return id;
}

/** The unfinished run of a series goes on; the first time, and for another task set, there is a new one. */
export function federatedRun(
  catalog: Catalog,
  run: {
    readonly taskSetId: number;
    readonly jobId: string | null;
    readonly series: string;
    readonly settings: unknown;
  },
): string {
  const id = catalog.db
    .prepare(
      `select id from run where kind = 'federated' and series = ? and task_set_id = ? and state <> 'done'
       order by created_at desc, rowid desc limit 1`,
    )
    .pluck()
    .get(run.series, run.taskSetId) as string | undefined;
  if (id === undefined) return addRun(catalog, { kind: 'federated', ...run });
  catalog.db
    .prepare(`update run set state = 'running', finished_at = null, job_id = ? where id = ?`)
    .run(run.jobId, id);
  return id;
}

export function finishRun(catalog: Catalog, id: string, state: Exclude<RunState, 'running'>): void {
  catalog.db.prepare('update run set state = ?, finished_at = ? where id = ?').run(state, now(), id);
}

/** Runs on this machine whose process is gone: one is trained at a time, so whatever still counts as running was killed. */
export function endAbandonedRuns(catalog: Catalog): void {
  catalog.db
    .prepare(`update run set state = 'failed', finished_at = ? where kind <> 'federated' and state = 'running'`)
    .run(now());
}

/** A point at a step that is there already takes its place. */
export function addRunPoint(catalog: Catalog, runId: string, point: RunPoint): void {
  const { step, loss, validationAucPr, validationAucRoc, validationInterval, seconds } = point;
  catalog.db
    .prepare(
      `insert or replace into run_point (run_id, step, loss, validation_auc_pr, validation_auc_roc, validation_low,
         validation_high, seconds) values (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      runId,
      step,
      loss,
      validationAucPr,
      validationAucRoc,
      validationInterval?.low ?? null,
      validationInterval?.high ?? null,
      seconds,
    );
}

/** Of a result that was taken back. */
export function removeRunPoints(catalog: Catalog, runId: string, after: number): void {
  catalog.db.prepare('delete from run_point where run_id = ? and step > ?').run(runId, after);
}

export function readRun(catalog: Catalog, id: string): RunRow | undefined {
  const row = catalog.db.prepare('select * from run where id = ?').get(id);
  return row === undefined ? undefined : toRun(row);
}

/** Newest first. */
export const listRuns = (catalog: Catalog, limit: number): readonly RunRow[] =>
  catalog.db.prepare('select * from run order by created_at desc, rowid desc limit ?').all(limit).map(toRun);

/** Ascending by step, only what lies after a step. */
export const readRunPoints = (catalog: Catalog, runId: string, after: number): readonly RunPoint[] =>
  catalog.db
    .prepare('select * from run_point where run_id = ? and step > ? order by step')
    .all(runId, after)
    .map(toPoint);

export const countRunPoints = (catalog: Catalog, runId: string): number =>
  catalog.db.prepare('select count(*) from run_point where run_id = ?').pluck().get(runId) as number;

/** The point with the highest validation AUC-PR, the earliest of equals. */
export function bestRunPoint(catalog: Catalog, runId: string): RunPoint | undefined {
  const row = catalog.db
    .prepare(
      `select * from run_point where run_id = ? and validation_auc_pr is not null
       order by validation_auc_pr desc, step limit 1`,
    )
    .get(runId);
  return row === undefined ? undefined : toPoint(row);
}

function toRun(found: unknown): RunRow {
  const row = found as Record<string, string | number | null>;
  return {
    id: String(row.id),
    kind: row.kind as RunKind,
    taskSetId: Number(row.task_set_id),
    jobId: row.job_id as string | null,
    series: row.series as string | null,
    settings: JSON.parse(String(row.settings)),
    state: row.state as RunState,
    createdAt: String(row.created_at),
    finishedAt: row.finished_at as string | null,
  };
}

function toPoint(found: unknown): RunPoint {
  const row = found as Record<string, number | null>;
  const [low, high] = [row.validation_low ?? null, row.validation_high ?? null];
  return {
    step: Number(row.step),
    loss: row.loss ?? null,
    validationAucPr: row.validation_auc_pr ?? null,
    validationAucRoc: row.validation_auc_roc ?? null,
    validationInterval: low === null || high === null ? null : { low, high },
    seconds: Number(row.seconds),
  };
}

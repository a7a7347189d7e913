/** Jobs: one row per piece of long work, so that it survives a kill and can be looked up later. */
import { randomUUID } from 'node:crypto';
import type { Progress } from '../contract/progress.ts';
import type { Catalog } from './open.ts';

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';

export type JobRow = {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly request: unknown;
  readonly checkpoint: unknown;
  readonly done: number;
  readonly total: number | null;
  readonly step: string | null;
  readonly result: unknown;
  readonly error: { readonly code: string; readonly data: unknown } | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Name of who asked for it; null for one of an older version. */
  readonly startedBy: string | null;
};

const now = () => new Date().toISOString();

export function addJob(catalog: Catalog, kind: string, request: unknown, startedBy: string | null = null): string {
  const id = randomUUID();
  catalog.db
    .prepare(`insert into job (id, kind, state, request, created_at, started_by) values (?, ?, 'queued', ?, ?, ?)`)
    .run(id, kind, JSON.stringify(request), now(), startedBy);
  return id;
}

export function startJob(catalog: Catalog, id: string): void {
  catalog.db
    .prepare(`update job set state = 'running', started_at = coalesce(started_at, ?), error = null where id = ?`)
    .run(now(), id);
}

export function noteProgress(catalog: Catalog, id: string, { done, total, step }: Progress): void {
  catalog.db.prepare('update job set done = ?, total = ?, step = ? where id = ?').run(done, total ?? null, step, id);
}

export function saveCheckpoint(catalog: Catalog, id: string, checkpoint: unknown): void {
  catalog.db.prepare('update job set checkpoint = ? where id = ?').run(JSON.stringify(checkpoint), id);
}

export function finishJob(
  catalog: Catalog,
  id: string,
  outcome:
    | { readonly state: 'done'; readonly result: unknown }
    | {
        readonly state: 'failed';
        readonly error: { readonly code: string; readonly data: unknown };
      }
    | { readonly state: 'cancelled' },
): void {
  const result = outcome.state === 'done' ? JSON.stringify(outcome.result ?? null) : null;
  const error = outcome.state === 'failed' ? JSON.stringify(outcome.error) : null;
  catalog.db
    .prepare('update job set state = ?, result = ?, error = ?, finished_at = ? where id = ?')
    .run(outcome.state, result, error, now(), id);
}

/** What was running when the process died: marked, and returned so that it can go on. */
export function interruptedJobs(catalog: Catalog): readonly JobRow[] {
  catalog.db.prepare(`update job set state = 'interrupted' where state = 'running'`).run();
  return catalog.db
    .prepare(`select * from job where state in ('interrupted', 'queued') order by created_at`)
    .all()
    .map(toJob);
}

export function readJob(catalog: Catalog, id: string): JobRow | undefined {
  const row = catalog.db.prepare('select * from job where id = ?').get(id);
  return row === undefined ? undefined : toJob(row);
}

/** Newest first. */
export const listJobs = (catalog: Catalog, limit: number): readonly JobRow[] =>
  catalog.db.prepare('select * from job order by created_at desc, rowid desc limit ?').all(limit).map(toJob);

function toJob(row: unknown): JobRow {
  const job = row as Record<string, string | number | null>;
  const json = (text: string | number | null | undefined) => (typeof text === 'string' ? JSON.parse(text) : null);
  return {
    id: String(job.id),
    kind: String(job.kind),
    state: job.state as JobState,
    request: json(job.request),
    checkpoint: json(job.checkpoint),
    done: Number(job.done),
    total: job.total as number | null,
    step: job.step as string | null,
    result: json(job.result),
    error: json(job.error),
    createdAt: String(job.created_at),
    startedAt: job.started_at as string | null,
    finishedAt: job.finished_at as string | null,
    startedBy: job.started_by as string | null,
  };
}

/** What a restored catalog must not go on with by itself: jobs, rounds, and approvals that were given for later. */
import type { Catalog } from './open.ts';

/** @returns series that were running, and how many standing approvals were in force */
export function forgetOngoing(
  { db }: Catalog,
  at: string,
): { readonly series: readonly string[]; readonly standingApprovals: number } {
  db.prepare(
    `update job set state = 'cancelled', finished_at = ? where state in ('queued', 'running', 'interrupted')`,
  ).run(at);
  const series = db
    .prepare(`select series from consortium where state in ('joined', 'running') order by series`)
    .pluck()
    .all() as string[];
  db.prepare(
    `update consortium set participation = 'stopped', job_id = null,
       state = case when state in ('joined', 'running') then 'left' else state end`,
  ).run();
  const stopped = db
    .prepare(`update standing_approval set stopped_at = ?, stopped_by = 'restore' where stopped_at is null`)
    .run(at);
  return { series, standingApprovals: stopped.changes };
}

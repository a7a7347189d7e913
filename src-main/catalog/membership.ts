/** Compounds that a series keeps out of training, and what attacks on its members have found: neither leaves this machine. */
import type { Catalog } from './open.ts';

export type HeldOutRow = {
  readonly series: string;
  readonly seed: number;
  /** Of the training compounds, as it was asked for. */
  readonly share: number;
  /** Training compounds there were when it was drawn. */
  readonly members: number;
  readonly drawnAt: string;
};

/** Standardised structures and folds, in the order of the training table's rows. */
export const rowsOfTaskSet = (
  catalog: Catalog,
  taskSetId: number,
  { classifiedOnly }: { readonly classifiedOnly: boolean },
): readonly { readonly smiles: string; readonly fold: number }[] =>
  catalog.db
    .prepare('select smiles, fold from task_compound where task_set_id = ? and classified >= ? order by position')
    .all(taskSetId, Number(classifiedOnly)) as { smiles: string; fold: number }[];

export const readHeldOut = (catalog: Catalog, series: string): HeldOutRow | undefined =>
  catalog.db
    .prepare('select series, seed, share, members, drawn_at as drawnAt from held_out where series = ?')
    .get(series) as HeldOutRow | undefined;

export const heldOutCompounds = (catalog: Catalog, series: string): readonly string[] =>
  catalog.db.prepare('select smiles from held_out_compound where series = ?').pluck().all(series) as string[];

export function writeHeldOut(catalog: Catalog, row: HeldOutRow, compounds: readonly string[]): void {
  const { db } = catalog;
  const add = db.prepare('insert into held_out_compound (series, smiles) values (?, ?)');
  db.transaction(() => {
    db.prepare(
      'insert into held_out (series, seed, share, members, drawn_at) values (@series, @seed, @share, @members, @drawnAt)',
    ).run(row);
    for (const smiles of compounds) add.run(row.series, smiles);
  }).immediate();
}

type Place = { readonly series: string; readonly round: number; readonly attempt: number };

/** Of the same attempt the last one stands. @param report JSON */
export const writeMembershipReport = (
  catalog: Catalog,
  { series, round, attempt }: Place,
  measuredAt: string,
  report: string,
): void => {
  catalog.db
    .prepare(
      `insert into membership_report (series, round, attempt, measured_at, report) values (?, ?, ?, ?, ?)
       on conflict do update set measured_at = excluded.measured_at, report = excluded.report`,
    )
    .run(series, round, attempt, measuredAt, report);
};

/** The newest of the series, of this round or an earlier one. @returns JSON */
export const lastMembershipReport = (catalog: Catalog, series: string, round: number): string | undefined =>
  catalog.db
    .prepare(
      `select report from membership_report where series = ? and round <= ?
       order by round desc, attempt desc limit 1`,
    )
    .pluck()
    .get(series, round) as string | undefined;

/** Forgets what was measured after so many rounds. */
export const removeMembershipReports = (catalog: Catalog, series: string, rounds: number): void => {
  catalog.db.prepare('delete from membership_report where series = ? and round > ?').run(series, rounds);
};

/** The company's own ids of standardised structures. */
export function companyIdsOf(catalog: Catalog, parameterHash: string, smiles: string): readonly string[] {
  return catalog.db
    .prepare(
      `select distinct c.company_id from committed_compound c
       join standard_structure s on s.structure_key = c.structure_key and s.parameter_hash = ?
       where s.smiles = ? order by c.company_id limit 20`,
    )
    .pluck()
    .all(parameterHash, smiles) as string[];
}

/** Assays that have tasks which train, the most tasks first, with the labels of the least of these. */
export const assaysOfNewestTaskSet = (
  catalog: Catalog,
): readonly { readonly id: number; readonly code: string; readonly tasks: number; readonly smallestTask: number }[] =>
  catalog.db
    .prepare(
      `select a.id, a.code, count(*) as tasks, min(counted.labels) as smallestTask
       from (select t.id, t.assay_id, (select count(*) from label l where l.task_id = t.id) as labels
             from task t where t.position >= 0 and t.task_set_id = (select max(id) from task_set)) counted
       join assay a on a.id = counted.assay_id
       group by a.id order by smallestTask, a.code`,
    )
    .all() as { id: number; code: string; tasks: number; smallestTask: number }[];

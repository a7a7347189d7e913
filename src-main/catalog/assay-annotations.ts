/** What persons and files say of assays, kept for the next task set. */
import type { AssayAnnotation, AssayType } from '../contract/tasks.ts';
import type { Catalog } from './open.ts';
import { inOneTransaction } from './transaction.ts';

/** An empty list gives the assay back to the rule. */
export function chooseThresholds(
  catalog: Catalog,
  assayId: number,
  thresholds: readonly number[],
  person: string,
): void {
  if (thresholds.length === 0) {
    catalog.db.prepare('delete from threshold_choice where assay_id = ?').run(assayId);
    return;
  }
  catalog.db
    .prepare(
      `insert into threshold_choice (assay_id, thresholds, person, chosen_at) values (?, ?, ?, ?)
       on conflict (assay_id) do update set thresholds = excluded.thresholds, person = excluded.person,
         chosen_at = excluded.chosen_at`,
    )
    .run(assayId, JSON.stringify(thresholds), person, new Date().toISOString());
}

/** What can be said of an assay; undefined leaves what was said before, null takes it back. */
export type AnnotationChange = {
  readonly [Name in keyof AssayAnnotation]?: AssayAnnotation[Name] | undefined;
} & {
  readonly type?: AssayType | null;
  readonly binary?: boolean | null;
  readonly expertThresholds?: readonly number[] | null;
};

/** Whole or not at all. @returns how many of the assays are in the catalog */
export function annotateAssays(
  catalog: Catalog,
  changes: Iterable<readonly [code: string, change: AnnotationChange]>,
  person: string,
): number {
  const find = catalog.db.prepare('select id from assay where code = ?').pluck();
  return inOneTransaction(catalog, () => {
    let known = 0;
    for (const [code, change] of changes) {
      const assayId = find.get(code) as number | undefined;
      if (assayId === undefined) continue;
      annotateAssay(catalog, assayId, change, person);
      known++;
    }
    return known;
  });
}

export function annotateAssay(catalog: Catalog, assayId: number, change: AnnotationChange, person: string): void {
  const { db } = catalog;
  const truth = (value: boolean | null | undefined) => (typeof value === 'boolean' ? Number(value) : value);
  const columns = {
    assay_type: change.type,
    direction: change.direction,
    use_in_regression: truth(change.useInRegression),
    is_binary: truth(change.binary),
    expert_thresholds: change.expertThresholds && JSON.stringify(change.expertThresholds),
    catalogue_assay_id: change.catalogueAssayId,
    parent_assay: change.parentAssay,
  };
  const said = Object.entries(columns).filter(([, value]) => value !== undefined);
  inOneTransaction(catalog, () => {
    db.prepare(
      `insert into assay_annotation (assay_id, person, said_at) values (:assayId, :person, :now)
       on conflict (assay_id) do update set person = excluded.person, said_at = excluded.said_at`,
    ).run({ assayId, person, now: new Date().toISOString() });
    for (const [column, value] of said) {
      db.prepare(`update assay_annotation set ${column} = ? where assay_id = ?`).run(value, assayId);
    }
  });
}

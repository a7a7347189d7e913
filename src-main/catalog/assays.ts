/** Assays by the company's own names, with what committed batches hold of them. */
import type { CatalogueAssay } from '../contract/intake.ts';
import type { AssayType } from '../contract/tasks.ts';
import type { Catalog } from './open.ts';

/** Assays of committed batches, by number of measurements. */
export const listAssays = (catalog: Catalog): readonly CatalogueAssay[] =>
  catalog.db
    .prepare(
      `select a.id, a.code, a.assay_type as assayType, min(m.scale) as scale, count(*) as measurements,
         count(distinct c.company_id) as compounds, sum(m.relation <> '=') as censored
       from committed_measurement m join assay a on a.id = m.assay_id join compound c on c.id = m.compound_id
       group by a.id order by measurements desc, a.code`,
    )
    .all() as CatalogueAssay[];

export type KnownAssay = {
  readonly code: string;
  readonly assayType: AssayType;
  readonly scale: CatalogueAssay['scale'];
};

/** Assays of committed batches with the scale of their first measurement: quick, however many there are. */
export const knownAssays = (catalog: Catalog): readonly KnownAssay[] =>
  catalog.db
    .prepare(
      `select code, assayType, scale from (
         select a.code, a.assay_type as assayType, (
           select f.scale from measurement_of_assay i join measured_value m on m.id = i.measurement_id
           join batch b on b.id = m.batch_id and b.state = 'committed' join given_form f on f.id = m.form_id
           where i.assay_id = a.id limit 1) as scale
         from assay a)
       where scale is not null order by code`,
    )
    .all() as KnownAssay[];

/** Unit of the first measurement of an assay that is stored in this scale, as the file gave it: quick, as above. */
export const givenUnitOf = (catalog: Catalog, assayId: number, scale: string): string | undefined =>
  catalog.db
    .prepare(
      `select f.given_unit from measurement_of_assay i join measured_value m on m.id = i.measurement_id
       join batch b on b.id = m.batch_id and b.state = 'committed' join given_form f on f.id = m.form_id
       where i.assay_id = ? and f.scale = ? limit 1`,
    )
    .pluck()
    .get(assayId, scale) as string | undefined;

/** Finds the id of an assay, adding it with this type when it is new; what is said of a known one waits for the commit. */
export function assayFinder(catalog: Catalog): (code: string, type: AssayType) => number {
  const ids = new Map<string, number>();
  const find = catalog.db.prepare('select id from assay where code = ?').pluck();
  const add = catalog.db.prepare('insert into assay (code, assay_type) values (?, ?)');
  return (code, type) => {
    const known = ids.get(code) ?? (find.get(code) as number | undefined);
    const id = known ?? Number(add.run(code, type).lastInsertRowid);
    ids.set(code, id);
    return id;
  };
}

export type AssaysSaid = {
  /** As the mapping has them; assays to which it gives no direction keep theirs. */
  readonly listed: readonly {
    readonly code: string;
    readonly assayType: AssayType;
    readonly direction?: 'low' | 'high' | null | undefined;
  }[];
  /** Others, as their first rows have it: of what committed batches hold, the type stays. */
  readonly found: readonly { readonly code: string; readonly assayType: AssayType }[];
};

/** What holds of assays from this batch on; before the batch itself is committed. */
export function describeAssays(catalog: Catalog, { listed, found }: AssaysSaid): void {
  const { db } = catalog;
  const set = db.prepare(
    'update assay set assay_type = :assayType, direction = coalesce(:direction, direction) where code = :code',
  );
  for (const { code, assayType, direction = null } of listed) set.run({ code, assayType, direction });
  if (found.length === 0) return;
  const known = new Set(knownAssays(catalog).map(({ code }) => code));
  for (const { code, assayType } of found) if (!known.has(code)) set.run({ code, assayType, direction: null });
}

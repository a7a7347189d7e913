/** Compounds of committed batches by the company's own ids. */
import type { Catalog } from './open.ts';

export type CatalogueStructure = { readonly structure: string; readonly structureKind: 'smiles' | 'molblock' };

/** Key of the structure of a compound that is staged already, by the compound's number in its batch. */
export function stagedStructureKeys({ db }: Catalog, batchId: number): (number: number) => string | undefined {
  const first = db.prepare('select first_compound from staging where batch_id = ?').pluck().get(batchId) as number;
  const select = db.prepare('select structure_key from staged_compound where id = ?').pluck();
  return (number) => select.get(first + number) as string | undefined;
}

/** Distinct structures that committed batches give this id, as they were given, the first one first. */
export function structuresByCompanyId(catalog: Catalog): (companyId: string) => readonly CatalogueStructure[] {
  const select = catalog.db.prepare(
    `select structure, structure_kind as structureKind from committed_compound where company_id = ?
     group by structure_key order by min(id)`,
  );
  return (companyId) => select.all(companyId) as CatalogueStructure[];
}

/**
 * Whether all structures of committed batches under this id have come to the same standard structure: under any
 * parameters that all of them were standardised under, and under some.
 */
export function sameStandardStructure({ db }: Catalog): (companyId: string) => boolean {
  const select = db
    .prepare(
      `with given as (select distinct structure_key from committed_compound where company_id = ?)
       select count(distinct s.smiles) from given g join standard_structure s on s.structure_key = g.structure_key
       where s.state = 'ok' group by s.parameter_hash having count(*) = (select count(*) from given)`,
    )
    .pluck();
  return (companyId) => {
    const different = select.all(companyId) as readonly number[];
    return different.length > 0 && different.every((count) => count === 1);
  };
}

/** Compounds of committed batches by the company's own ids. */
import type { Catalog } from './open.ts';

export type CatalogueStructure = { readonly structure: string; readonly structureKind: 'smiles' | 'molblock' };

/** Distinct structures that committed batches give this id, as they were given, the first one first. */
export function structuresByCompanyId(catalog: Catalog): (companyId: string) => readonly CatalogueStructure[] {
  const select = catalog.db.prepare(
    `select structure, structure_kind as structureKind from committed_compound where company_id = ?
     group by structure_key order by min(id)`,
  );
  return (companyId) => select.all(companyId) as CatalogueStructure[];
}

/** What a file says of assays, with the columns of MELLODDY-TUNER's T0: type, direction, thresholds, regression, catalogue. */

import { type AnnotationChange, annotateAssays } from '../catalog/assay-annotations.ts';
import type { Catalog } from '../catalog/open.ts';
import { assayType } from '../contract/tasks.ts';
import { readTable } from './table-file.ts';

/**
 * Whole or not at all. Columns that the file lacks leave what was said before; empty cells take it back.
 * @returns how many of its assays are in the catalog, and how many are not
 * @throws FILE_UNREADABLE
 */
export function annotateFromFile(
  catalog: Catalog,
  name: string,
  text: string,
  person: string,
): { readonly assays: number; readonly unknown: number } {
  const changes = parseAssayFile(name, text);
  const assays = annotateAssays(catalog, changes, person);
  return { assays, unknown: changes.size - assays };
}

/** @returns by the assay's code @throws FILE_UNREADABLE also for a cell that is no such thing as its column holds */
export function parseAssayFile(name: string, text: string): ReadonlyMap<string, AnnotationChange> {
  const changes = new Map<string, AnnotationChange>();
  for (const row of readTable(name, text, ['input_assay_id'])) {
    const code = row.id('input_assay_id');
    if (code === null) throw row.refusal('input_assay_id', 'empty');
    if (changes.has(code)) throw row.refusal('input_assay_id', 'a second time');
    const type = row.oneOf('assay_type', assayType.options);
    const catalogueAssayId = row.id('catalog_assay_id');
    if (catalogueAssayId !== null && row.has('assay_type') && type !== 'CATALOG-PANEL')
      throw row.refusal('catalog_assay_id', 'only for CATALOG-PANEL');
    const thresholds = [1, 2, 3, 4, 5].flatMap((number) => row.number(`expert_threshold_${number}`) ?? []);
    changes.set(code, {
      ...(row.has('assay_type') ? { type } : {}),
      ...(row.has('direction') ? { direction: row.oneOf('direction', ['low', 'high'] as const) } : {}),
      ...(row.has('use_in_regression') ? { useInRegression: row.truth('use_in_regression') } : {}),
      ...(row.has('is_binary') ? { binary: row.truth('is_binary') } : {}),
      ...(row.has('expert_threshold_1') ? { expertThresholds: thresholds.length === 0 ? null : thresholds } : {}),
      ...(row.has('catalog_assay_id') ? { catalogueAssayId } : {}),
      ...(row.has('parent_assay_id') ? { parentAssay: row.id('parent_assay_id') } : {}),
    });
  }
  return changes;
}

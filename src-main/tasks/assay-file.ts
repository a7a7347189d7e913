/** What a file says of assays, with the columns of MELLODDY-TUNER's T0: type, direction, thresholds, regression, catalogue. */

import { type AnnotationChange, annotateAssays } from '../catalog/assay-annotations.ts';
import type { Catalog } from '../catalog/open.ts';
import { ChoraleError } from '../contract/errors.ts';
import { assayType } from '../contract/tasks.ts';
import { idOf, numbersOf } from './catalogue.ts';
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

/** @returns by the assay's code @throws FILE_UNREADABLE */
export function parseAssayFile(name: string, text: string): ReadonlyMap<string, AnnotationChange> {
  const changes = new Map<string, AnnotationChange>();
  readTable(name, text, ['input_assay_id']).forEach((row, at) => {
    const place = { file: name, line: at + 2 };
    const code = idOf(row.get('input_assay_id'));
    if (changes.has(code))
      throw new ChoraleError('FILE_UNREADABLE', { ...place, column: 'input_assay_id', reason: 'a second time' });
    const type = oneOf(assayType.options, row.get('assay_type'), { ...place, column: 'assay_type' });
    const direction = oneOf(['low', 'high'] as const, row.get('direction'), { ...place, column: 'direction' });
    const catalogue = row.get('catalog_assay_id');
    if (catalogue && type !== undefined && type !== 'CATALOG-PANEL') {
      throw new ChoraleError('FILE_UNREADABLE', {
        ...place,
        column: 'catalog_assay_id',
        reason: 'only for CATALOG-PANEL',
      });
    }
    const thresholds = [1, 2, 3, 4, 5].flatMap((number) => numbersOf(row.get(`expert_threshold_${number}`)));
    changes.set(code, {
      ...(type === undefined ? {} : { type }),
      ...(direction === undefined ? {} : { direction }),
      ...(row.has('use_in_regression') ? { useInRegression: truthOf(row.get('use_in_regression')) } : {}),
      ...(row.has('is_binary') ? { binary: truthOf(row.get('is_binary')) } : {}),
      ...(row.has('expert_threshold_1') ? { expertThresholds: thresholds.length === 0 ? null : thresholds } : {}),
      ...(catalogue === undefined ? {} : { catalogueAssayId: idOf(catalogue) || null }),
      ...(row.has('parent_assay_id') ? { parentAssay: idOf(row.get('parent_assay_id')) || null } : {}),
    });
  });
  return changes;
}

/** @returns undefined without a cell, null for an empty one */
function oneOf<Value extends string>(
  values: readonly Value[],
  text: string | undefined,
  place: { readonly file: string; readonly line: number; readonly column: string },
): Value | null | undefined {
  if (text === undefined) return undefined;
  if (text === '') return null;
  const found = values.find((value) => value.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw new ChoraleError('FILE_UNREADABLE', { ...place, reason: values.join(', ') });
  return found;
}

const truthOf = (text: string | undefined): boolean | null =>
  /^(true|yes|1|1\.0)$/i.test(text ?? '') ? true : /^(false|no|0|0\.0)$/i.test(text ?? '') ? false : null;

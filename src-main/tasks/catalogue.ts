/** The consortium's catalogue of panel tasks: MELLODDY-TUNER's T_cat, the same file at all partners. */
import * as z from 'zod';
import type { Catalog } from '../catalog/open.ts';
import { readSetting, writeSetting } from '../catalog/settings.ts';
import { sha256 } from '../catalog/vault.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type CatalogueReference, catalogueReference } from '../contract/tasks.ts';
import { readTable, type TableRow, tableRow } from './table-file.ts';

const settingName = 'tasks.catalogue';

export const readCatalogue = (catalog: Catalog): CatalogueReference | undefined =>
  readSetting<CatalogueReference | null>(catalog, settingName) ?? undefined;

/** @param catalogue undefined where the consortium has none */
export const writeCatalogue = (catalog: Catalog, catalogue: CatalogueReference | undefined): void =>
  writeSetting(catalog, settingName, catalogue ?? null);

/**
 * Its first row gives the thresholds of every catalogue assay; its rows are the tasks.
 *
 * @param text CSV with the columns catalog_assay_id, catalog_task_id, threshold, threshold_method, expert_threshold_1 to 5,
 *   or JSON: a list of such rows, or `{thresholds, tasks}` as the contract has it
 * @throws FILE_UNREADABLE
 */
export function parseCatalogue(name: string, text: string): CatalogueReference {
  const parsed = /^\s*[[{]/.test(text) ? fromJson(name, text) : fromRows(name, readTable(name, text, requiredColumns));
  const described = { thresholds: parsed.thresholds, tasks: parsed.tasks };
  return { name, hash: sha256(JSON.stringify(described)), ...described };
}

const requiredColumns = ['catalog_assay_id', 'catalog_task_id', 'threshold', 'threshold_method', 'expert_threshold_1'];

type Parsed = Pick<CatalogueReference, 'thresholds' | 'tasks'>;

function fromJson(name: string, text: string): Parsed {
  try {
    const found: unknown = JSON.parse(text);
    if (!Array.isArray(found)) return catalogueReference.pick({ thresholds: true, tasks: true }).parse(found);
    const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
    const rows = z.array(z.record(z.string(), cell)).parse(found);
    return fromRows(
      name,
      rows.map((row, at) => {
        const cells = Object.entries(row).map(
          ([column, value]) => [column, value === null ? '' : String(value)] as const,
        );
        return tableRow({ file: name, line: at + 1 }, new Map(cells));
      }),
    );
  } catch (error) {
    if (error instanceof ChoraleError) throw error;
    throw new ChoraleError('FILE_UNREADABLE', { file: name, reason: 'no catalogue' }, { cause: error });
  }
}

function fromRows(name: string, rows: readonly TableRow[]): Parsed {
  const [first] = rows;
  const thresholds = [1, 2, 3, 4, 5].flatMap((number) => first?.number(`expert_threshold_${number}`) ?? []);
  if (thresholds.length === 0) {
    const place = { file: name, line: 2, column: 'expert_threshold_1' };
    throw (
      first?.refusal(place.column, 'no thresholds') ??
      new ChoraleError('FILE_UNREADABLE', { ...place, reason: 'no rows' })
    );
  }
  const tasks = rows.map((row): CatalogueReference['tasks'][number] => {
    const required = <Value>(column: string, value: Value | null): Value => {
      if (value === null) throw row.refusal(column, 'empty');
      return value;
    };
    return {
      catalogueAssayId: required('catalog_assay_id', row.id('catalog_assay_id')),
      catalogueTaskId: required('catalog_task_id', row.id('catalog_task_id')),
      threshold: required('threshold', row.number('threshold')),
      method: required('threshold_method', row.oneOf('threshold_method', ['expert', 'aux_low'])),
    };
  });
  return { thresholds: [...new Set(thresholds)].sort((a, b) => a - b), tasks };
}

/** Score sheets as files: CSV and SDF as text, XLSX as bytes; each with the models, their full hashes, time and settings. */
import type { Catalog } from '../catalog/open.ts';
import type { SheetRow } from '../catalog/scores.ts';
import type { Chemistry } from '../chemistry/pool.ts';
import type { ExportFormat, TaskReference } from '../contract/scoring.ts';
import { csvLine } from '../intake/csv-text.ts';
import { scoresAsSdf } from './export-sdf.ts';
import {
  exportColumns,
  exportRows,
  identityCells,
  identityColumns,
  provenanceOf,
  scoredPieces,
} from './export-table.ts';
import { workbook } from './workbook.ts';

/** Pieces of the file. @param tasks null for every task @param chemistry draws the structures of SDF */
export async function* scoresAs(
  format: ExportFormat,
  catalog: Catalog,
  sheet: SheetRow,
  tasks: readonly TaskReference[] | null,
  chemistry: () => Promise<Chemistry>,
): AsyncIterable<string | Uint8Array> {
  if (format === 'csv') yield* scoresAsCsv(catalog, sheet, tasks);
  else if (format === 'xlsx') yield* scoresAsXlsx(catalog, sheet, tasks);
  else yield* scoresAsSdf(catalog, sheet, tasks, await chemistry());
}

/** The header first; compounds that failed have one row. */
export function* scoresAsCsv(
  catalog: Catalog,
  sheet: SheetRow,
  tasks: readonly TaskReference[] | null,
): Iterable<string> {
  const models = provenanceOf(catalog, sheet);
  const end = Object.values(models);
  yield csvLine([...exportColumns, ...Object.keys(models)]);
  for (const rows of exportRows(catalog, sheet, tasks)) yield rows.map((row) => csvLine([...row, ...end])).join('');
}

/** Records that have no standard structure, with the reason. */
export function* failuresAsCsv(catalog: Catalog, sheet: SheetRow): Iterable<string> {
  yield csvLine(exportColumns.slice(0, identityColumns));
  for (const compounds of scoredPieces(catalog, sheet)) {
    yield compounds
      .filter(({ failure }) => failure !== null)
      .map((compound) => csvLine(identityCells(compound)))
      .join('');
  }
}

function* scoresAsXlsx(
  catalog: Catalog,
  sheet: SheetRow,
  tasks: readonly TaskReference[] | null,
): Iterable<Uint8Array> {
  const models = Object.entries(provenanceOf(catalog, sheet));
  yield* workbook([
    { name: 'Scores', head: exportColumns, pieces: exportRows(catalog, sheet, tasks) },
    { name: 'Models and settings', head: ['setting', 'value'], pieces: [models] },
  ]);
}

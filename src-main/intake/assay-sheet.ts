/** Types of assays from a sheet of their own, as many workbooks have one beside the results: its codes are theirs. */
import type { Control } from '../contract/progress.ts';
import { fitsOf } from './column-fits.ts';
import type { ScanAs } from './inspect-join.ts';
import { eachRow, type Scanned } from './join-proposal.ts';
import { scanLimit } from './scan.ts';

export type TypeFromSheet = { readonly sheet: string; readonly spelling: string };

/** Less than this share of the assays, and the sheet is about something else. */
const wantedShare = 0.9;
const sheetsTried = 6;

/** By assay code; empty where no other sheet lists nearly all of the assays with a type that is known. */
export async function typesFromSheets(
  results: Scanned,
  codes: ReadonlySet<string>,
  scanAs: ScanAs,
  control: Control,
): Promise<ReadonlyMap<string, TypeFromSheet>> {
  if (codes.size === 0) return new Map();
  for (const { name } of results.found.sheets.slice(0, sheetsTried)) {
    if (name === results.scan.reading.sheet) continue;
    const { path, scan } = await scanAs(results.path, name, { sheet: name });
    const around = { structures: undefined };
    const types = scan.columns.find((column) => fitsOf(column, around)[0]?.target === 'assay-type');
    if (types === undefined) continue;
    const found = new Map<string, Map<string, TypeFromSheet>>();
    await eachRow(path, scan, scanLimit, control, (cells, positionOf) => {
      const spelling = (cells[positionOf(types.name)] ?? '').trim();
      for (const { name: column } of scan.columns) {
        const code = (cells[positionOf(column)] ?? '').trim();
        if (spelling === '' || !codes.has(code)) continue;
        const known = found.get(column) ?? new Map<string, TypeFromSheet>();
        found.set(column, known.set(code, { sheet: name, spelling }));
      }
    });
    const [best] = [...found.values()].sort((a, b) => b.size - a.size);
    if (best !== undefined && best.size >= codes.size * wantedShare) return best;
  }
  return new Map();
}

/** Where the table begins: the line that names the columns, below the titles that a report may have above it. */
import type { Confidence, ReadingReason } from '../contract/intake.ts';
import { isKnownHeader, readHeader } from './header-words.ts';
import { meansNothing } from './missing.ts';
import type { Row } from './raw-row.ts';
import { smilesShape } from './smiles-shape.ts';
import { unitOf } from './units.ts';
import { looksNumeric } from './value-cell.ts';

export type HeaderEvidence = {
  /** Null where the first row of the table is data already. */
  readonly line: number | null;
  readonly confidence: Confidence;
  readonly reason: ReadingReason;
};

/** @param rows from the beginning of the file, a hundred or so */
export function findHeader(rows: readonly Row[]): HeaderEvidence {
  const table = rows.filter(({ cells, problem }) => problem === undefined && filledIn(cells) > 0);
  const width = typicalWidth(table);
  const candidates = table.slice(0, 30).filter(({ cells }) => filledIn(cells) >= Math.max(1, Math.ceil(width * 0.6)));
  const names = (row: Row) => namesColumns(row, table, width);
  const header = candidates.find((row) => !isComment(row) && names(row)) ?? candidates.find(names);
  if (header === undefined) return { line: null, confidence: 'middle', reason: { key: 'no-header', data: {} } };
  const titles = table.indexOf(header);
  const known = header.cells.filter((cell) => cell.trim() !== '' && isKnownHeader(cell)).length;
  return {
    line: header.line,
    confidence: known > 0 ? 'high' : 'middle',
    reason:
      titles === 0
        ? { key: 'first-line', data: { line: header.line } }
        : { key: 'titles-above', data: { titles, line: header.line } },
  };
}

export type UnitLineEvidence = { readonly line: number; readonly units: number };

/** The row below the header, when it holds nothing but units, each above numbers. */
export function findUnitLine(rows: readonly Row[], headerLine: number | null): UnitLineEvidence | undefined {
  const below = rows.filter(
    ({ line, cells, problem }) =>
      line > (headerLine ?? Number.POSITIVE_INFINITY) && problem === undefined && filledIn(cells) > 0,
  );
  const [first, ...data] = below;
  if (first === undefined || data.length === 0) return undefined;
  const columns = first.cells.map(bareUnit);
  const filled = columns.filter((unit) => unit !== '');
  if (filled.length === 0 || !filled.every((unit) => unitOf(unit) !== undefined || meansNothing(unit)))
    return undefined;
  const units = columns.filter((unit, position) => {
    if (unit === '' || unitOf(unit) === undefined) return false;
    const cells = data
      .slice(0, 50)
      .map((row) => row.cells[position]?.trim() ?? '')
      .filter((cell) => cell !== '');
    return cells.length > 0 && cells.filter(looksNumeric).length * 2 > cells.length;
  }).length;
  return units === 0 ? undefined : { line: first.line, units };
}

/** `nM` of `(nM)` or `[nM]` */
const bareUnit = (cell: string): string =>
  cell
    .trim()
    .replace(/^[([](.*)[)\]]$/, '$1')
    .trim();

/** Names with the unit that stands below each: `IC50` above `nM` is `IC50 (nM)`. */
export const withUnits = (names: readonly string[], units: readonly string[]): string[] =>
  names.map((name, position) => {
    const unit = bareUnit(units[position] ?? '');
    return unit === '' || unitOf(unit) === undefined ? name : `${name} (${unit})`;
  });

/** How many required targets a table's header names; a column of structures counts as one even without a name. */
export function targetsNamed(rows: readonly Row[]): number {
  const { line } = findHeader(rows);
  const header = rows.find((row) => row.line === line);
  const named = new Set(
    (header?.cells ?? []).flatMap((cell) =>
      [...readHeader(cell)].filter(([, vote]) => vote === 2).map(([topic]) => topic),
    ),
  );
  if (rows.some(({ cells }) => cells.some((cell) => smilesShape(cell) === 'clear'))) named.add('structure');
  return (['compound-id', 'structure', 'assay', 'value', 'unit', 'relation'] as const).filter((one) => named.has(one))
    .length;
}

const isComment = ({ cells }: Row): boolean =>
  cells
    .find((cell) => cell.trim() !== '')
    ?.trim()
    .startsWith('#') === true;

/** A blank name gets the column's number, a second column of the same name its count. */
export function columnNames(cells: readonly string[]): string[] {
  const times = new Map<string, number>();
  return cells.map((cell, position) => {
    const name = cell.trim().replace(/\s+/g, ' ') || `Column ${position + 1}`;
    const copy = (times.get(name) ?? 0) + 1;
    times.set(name, copy);
    return copy === 1 ? name : `${name} (${copy})`;
  });
}

const filledIn = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => sum + (cell.trim() === '' ? 0 : 1), 0);

/** Cells up to the last filled one, in most rows. */
function typicalWidth(rows: readonly Row[]): number {
  const frequency = new Map<number, number>();
  for (const { cells } of rows) {
    const width = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
    frequency.set(width, (frequency.get(width) ?? 0) + 1);
  }
  return [...frequency].sort(([a, n], [b, m]) => m - n || b - a)[0]?.[0] ?? 0;
}

/** Names are distinct texts, no structures, no decimals, and not of the shape of what stands below them. */
function namesColumns(row: Row, table: readonly Row[], width: number): boolean {
  const names = row.cells.slice(0, width).map((cell) => cell.trim());
  const filled = names.filter((name) => name !== '');
  if (filled.some((name) => smilesShape(name) === 'clear' || /^[-+]?\d*[.,]\d+$/.test(name) || meansNothing(name))) {
    return false;
  }
  if (filled.filter(isKnownHeader).length * 3 >= filled.length) return true;
  if (new Set(filled).size < filled.length) return false;
  const below = table.slice(table.indexOf(row) + 1, table.indexOf(row) + 30);
  if (below.length === 0) return false;
  const comparable = names.flatMap((name, position) => {
    const shapes = below.map(({ cells }) => shapeOf(cells[position] ?? '')).filter((shape) => shape !== '');
    return name !== '' && shapes.length > 0 ? [!shapes.includes(shapeOf(name))] : [];
  });
  const different = comparable.filter(Boolean).length;
  return (
    different * 2 > comparable.length && filled.every((name) => !/^[-+]?\d+$/.test(name) || filled.some(isKnownHeader))
  );
}

/** Runs of digits and letters: `PRF51799` is `A9`, `12.5` is `9.9`. */
const shapeOf = (cell: string): string =>
  cell
    .trim()
    .slice(0, 60)
    .replace(/\d+/g, '9')
    .replace(/\p{L}+/gu, 'A');

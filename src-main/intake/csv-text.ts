/** Cells to a line of CSV (RFC 4180), so that every reader gives back the same cells, and no spreadsheet runs one as a formula. */
import { type Row, type RowProblem, shortened } from './raw-row.ts';

export const csvLine = (cells: readonly (string | number)[]): string => `${cells.map(quoted).join(',')}\r\n`;

/**
 * Cells come from files of others. One that a spreadsheet would run is kept from it by an apostrophe in front (OWASP, CSV
 * injection); a bare sign, such as the relation =, stays as it is. One that begins with such an apostrophe already gets
 * another, so that taking one away gives back the cell.
 */
const runs = /^'*[=+\-@\t\r].*[\p{L}\p{N}(]/su;
const isFigure = (text: string): boolean => /^[-+]?\d+([.,]\d+)?([eE][-+]?\d+)?$/.test(text);
/** Our own unit names nothing that a spreadsheet could run, and other programs read it by its name. */
const isOwnUnit = (text: string): boolean => text === '-log10(M)';

export const withFormulaGuard = (text: string): string =>
  runs.test(text) && !isFigure(text) && !isOwnUnit(text) ? `'${text}` : text;

export const withoutFormulaGuard = (text: string): string =>
  text.startsWith("'") && runs.test(text) ? text.slice(1) : text;

const quoted = (cell: string | number): string => {
  const text = withFormulaGuard(String(cell));
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** What the rejected rows of a batch have besides their own columns. */
export const rejectedColumns = ['Rejected line', 'Rejected reason'] as const;

/** Why a row was no row of the table at all. Such a row is written as it stands, so that it is no row of the new file either. */
const brokenRows: ReadonlySet<string> = new Set<RowProblem['reason']>([
  'ragged-row',
  'broken-quote',
  'line-too-long',
  'damaged-record',
  'control-characters',
]);
export const isBrokenRow = (reason: string): boolean => brokenRows.has(reason);

/** Line and reason at the end of a row that was written here. */
const saysWhy = (line = '', reason = ''): boolean =>
  /^\d+$/.test(line.trim()) && /^[a-z]+(-[a-z]+)*$/.test(reason.trim());

/** Without what was added when it was rejected before. */
export function withoutRejection(cells: readonly string[]): readonly string[] {
  const end = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  return saysWhy(cells[end - 2], cells[end - 1]) ? cells.slice(0, end - 2) : cells;
}

/**
 * A row of a file that was written here, without the guards of its cells. One that was too short and was not mended is
 * known by the place of its reason, also where a spreadsheet has filled it up with empty cells; a damaged record has no
 * structure yet.
 */
export function rowAsGiven(row: Row): Row {
  if (row.problem !== undefined && row.problem.reason !== 'ragged-row') return row;
  const cells = row.cells.map(withoutFormulaGuard);
  if (row.problem !== undefined) return { ...row, cells };
  const why = cells.findLastIndex((cell, at) => saysWhy(cells[at - 1], cell));
  if (why >= 0 && why < cells.length - 1 && isBrokenRow(cells[why]!.trim())) {
    return { ...row, cells, problem: { reason: 'ragged-row', found: String(why - 1) } };
  }
  if (why === cells.length - 1 && cells[why]?.trim() === 'damaged-record' && !cells.some(endsWithBlock)) {
    return { ...row, cells, problem: { reason: 'damaged-record', found: shortened(cells[1] ?? '') } };
  }
  return { ...row, cells };
}

const endsWithBlock = (cell: string): boolean => /^M {2}END\s*$/m.test(cell);

/** Whether a text begins with the header of a file that was written here, whatever program has saved it since. */
export const beginsRejectedCsv = (text: string): boolean =>
  /^[^\r\n]*[,;\t]"?Rejected line"?[,;\t]"?Rejected reason"?[,;\t]*\s*?(\r|\n|$)/.test(text);

/** Whether a file has the columns of one that was written here. */
export const isRejectedCsv = (columns: readonly string[]): boolean =>
  columns.length > rejectedColumns.length &&
  rejectedColumns.every((name, at) => columns[columns.length - rejectedColumns.length + at] === name);

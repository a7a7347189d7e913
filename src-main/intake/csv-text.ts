/** Cells to a line of CSV (RFC 4180), so that every reader gives back the same cells, and no spreadsheet runs one as a formula. */

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

/** Whether a file has the columns of one that was written here. */
export const isRejectedCsv = (columns: readonly string[]): boolean =>
  columns.length > rejectedColumns.length &&
  rejectedColumns.every((name, at) => columns[columns.length - rejectedColumns.length + at] === name);

/** Cells to a line of CSV (RFC 4180), so that every reader gives back the same cells. */

export const csvLine = (cells: readonly (string | number)[]): string => `${cells.map(quoted).join(',')}\r\n`;

const quoted = (cell: string | number): string => {
  const text = String(cell);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

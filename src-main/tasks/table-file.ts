/** Small tables of consortium files, such as MELLODDY-TUNER's T0 and T_cat: CSV with a header, by the names of its columns. */
import { ChoraleError } from '../contract/errors.ts';
import { splitRecords } from '../intake/delimited.ts';
import { sniffDelimiter } from '../intake/delimiter.ts';
import { meansNothing } from '../intake/missing.ts';

/** Cells of one row by column; `null` stands for an empty cell, one that says "nothing", and a column that is missing. */
export type TableRow = {
  readonly has: (column: string) => boolean;
  /** An integer that a table of numbers has made a fraction of, such as 17.0, is the integer. */
  readonly id: (column: string) => string | null;
  /** @throws FILE_UNREADABLE */
  readonly number: (column: string) => number | null;
  /** @throws FILE_UNREADABLE */
  readonly truth: (column: string) => boolean | null;
  /** In upper or lower case. @throws FILE_UNREADABLE */
  readonly oneOf: <Value extends string>(column: string, values: readonly Value[]) => Value | null;
  readonly refusal: (column: string, reason: string) => ChoraleError;
};

/** Decimal commas are read where cells are not parted by commas. @throws FILE_UNREADABLE where a column is missing or a row is broken */
export function readTable(file: string, text: string, required: readonly string[]): readonly TableRow[] {
  const plain = text.replace(/^\uFEFF/, '');
  const { delimiter: found } = sniffDelimiter(plain.slice(0, 1 << 16), plain.length <= 1 << 16);
  const delimiter = found ?? ',';
  const [header, ...rows] = splitRecords(plain, { delimiter, quote: '"' });
  const columns = (header?.cells ?? []).map((cell) => cell.trim());
  const lacking = required.find((column) => !columns.includes(column));
  if (lacking !== undefined)
    throw new ChoraleError('FILE_UNREADABLE', { file, line: 1, column: lacking, reason: 'no such column' });
  return rows
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ cells, problem, line }) => {
      if (problem !== undefined) throw new ChoraleError('FILE_UNREADABLE', { file, line, reason: problem.reason });
      const byColumn = new Map(columns.map((column, at) => [column, cells[at] ?? '']));
      return tableRow({ file, line }, byColumn, delimiter === ',' ? '.' : '.,');
    });
}

/** @param decimalMarks that its numbers may have */
export function tableRow(
  place: { readonly file: string; readonly line: number },
  cells: ReadonlyMap<string, string>,
  decimalMarks: '.' | '.,' = '.',
): TableRow {
  const refusal = (column: string, reason: string) => new ChoraleError('FILE_UNREADABLE', { ...place, column, reason });
  const text = (column: string): string | null => {
    const cell = cells.get(column)?.trim() ?? '';
    return cell === '' || meansNothing(cell) ? null : cell;
  };
  const withPoint = (cell: string) => (decimalMarks === '.' ? cell : cell.replace(',', '.'));
  return {
    has: (column) => cells.has(column),
    id: (column) => {
      const cell = cells.get(column)?.trim() ?? '';
      return /^(\d+)\.0+$/.exec(withPoint(cell))?.[1] ?? (cell || null);
    },
    number(column) {
      const cell = text(column);
      if (cell === null) return null;
      const number = Number(withPoint(cell));
      if (!Number.isFinite(number)) throw refusal(column, 'no number');
      return number;
    },
    truth(column) {
      const cell = text(column);
      if (cell === null) return null;
      const truth = truths.get(cell.toLowerCase());
      if (truth === undefined) throw refusal(column, 'neither true nor false');
      return truth;
    },
    oneOf<Value extends string>(column: string, values: readonly Value[]): Value | null {
      const cell = text(column);
      if (cell === null) return null;
      const value = values.find((value) => value.toLowerCase() === cell.toLowerCase());
      if (value === undefined) throw refusal(column, values.join(', '));
      return value;
    },
    refusal,
  };
}

/** As scripts write them, and spreadsheets in some languages. */
const truths: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'y', 't', '1', '1.0', '1,0', 'wahr', 'ja', 'vrai', 'oui'].map((word) => [word, true] as const),
  ...['false', 'no', 'n', 'f', '0', '0.0', '0,0', 'falsch', 'nein', 'faux', 'non'].map(
    (word) => [word, false] as const,
  ),
]);

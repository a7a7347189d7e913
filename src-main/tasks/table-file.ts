/** Small tables of consortium files, such as MELLODDY-TUNER's T0 and T_cat: CSV with a header, by the names of its columns. */
import { ChoraleError } from '../contract/errors.ts';
import { splitRecords } from '../intake/delimited.ts';
import { sniffDelimiter } from '../intake/delimiter.ts';

/** @returns a map from column to cell for each row @throws FILE_UNREADABLE where a column is missing or a row is broken */
export function readTable(
  file: string,
  text: string,
  required: readonly string[],
): readonly ReadonlyMap<string, string>[] {
  const plain = text.replace(/^\uFEFF/, '');
  const { delimiter } = sniffDelimiter(plain.slice(0, 1 << 16), plain.length <= 1 << 16);
  const [header, ...rows] = splitRecords(plain, { delimiter: delimiter ?? ',', quote: '"' });
  const columns = (header?.cells ?? []).map((cell) => cell.trim());
  const lacking = required.find((column) => !columns.includes(column));
  if (lacking !== undefined)
    throw new ChoraleError('FILE_UNREADABLE', { file, line: 1, column: lacking, reason: 'no such column' });
  return rows
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ cells, problem, line }) => {
      if (problem !== undefined) throw new ChoraleError('FILE_UNREADABLE', { file, line, reason: problem.reason });
      return new Map(columns.map((column, at) => [column, (cells[at] ?? '').trim()]));
    });
}

/** Any readable file as one table: named columns and a stream of rows, each as long as the columns are many. */
import { ChoraleError } from '../contract/errors.ts';
import type { Mapping, RawRow, Reading } from '../contract/intake.ts';
import { readDelimited, splitRecords } from './delimited.ts';
import { textOf, unreadable } from './file.ts';
import { columnNames } from './header.ts';
import type { Row, Rows } from './raw-row.ts';
import { molBlockColumn, readSdf, titleColumn } from './sdf.ts';
import { readSheet } from './xlsx/sheet.ts';
import { readWorkbook } from './xlsx/workbook.ts';
import { openZip } from './xlsx/zip.ts';

export type Table = {
  /** Of an SDF they grow while its records are read. */
  readonly columns: readonly string[];
  readonly rows: Rows;
  /** Rows above the header. */
  readonly titleRows: readonly RawRow[];
  /** Share of the file that has been read, 0 to 1. */
  readonly share: () => number;
};

/** Characters of the beginning of a text that detection looks at. */
export const sampleLimit = 1 << 18;

/**
 * @param known columns of the mapping, so that an SDF's fields keep their places
 * @throws FILE_UNREADABLE when the file cannot be opened as this format, or its sheet or header is not there
 */
export async function openTable(path: string, reading: Reading, known: readonly string[] = []): Promise<Table> {
  switch (reading.format) {
    case 'sdf': {
      const columns = known.length > 0 ? [...known] : [titleColumn, molBlockColumn];
      const meter = { share: 0 };
      return {
        columns,
        rows: readSdf(textOf(path, reading.encoding ?? 'utf-8', meter), columns),
        titleRows: [],
        share: () => meter.share,
      };
    }
    case 'csv': {
      const shape = { delimiter: reading.delimiter ?? ',', quote: reading.quote };
      const encoding = reading.encoding ?? 'utf-8';
      const head = await sampleOf(path, encoding);
      const above = belowHeader(splitRecords(head.text, shape, head.complete), reading.headerLine, path);
      const meter = { share: 0 };
      const all = readDelimited(textOf(path, encoding, meter), { ...shape, columns: above.columns.length });
      return {
        columns: above.columns,
        rows: fitted(all, above.columns.length, reading.headerLine ?? 0, 'whole'),
        titleRows: above.titleRows,
        share: () => meter.share,
      };
    }
    case 'xlsx': {
      const zip = await openZip(path);
      const workbook = await readWorkbook(path, zip);
      const sheet = workbook.sheets.find(({ name }) => name === reading.sheet);
      if (sheet === undefined) throw unreadable(path, 'no-such-sheet');
      const head = await firstRows(readSheet(path, zip, workbook, sheet.entry), 100);
      const above = belowHeader(head, reading.headerLine, path);
      const started = zip.read();
      return {
        columns: above.columns,
        rows: fitted(
          readSheet(path, zip, workbook, sheet.entry),
          above.columns.length,
          reading.headerLine ?? 0,
          'open-ended',
        ),
        titleRows: above.titleRows,
        share: () => Math.min(1, (zip.read() - started) / Math.max(1, zip.size(sheet.entry))),
      };
    }
  }
}

/**
 * The table that a mapping was made for.
 * @throws MAPPING_INCOMPLETE when the file lacks columns that the mapping uses; an SDF may lack any field
 */
export async function openMapped(
  path: string,
  { reading, columns }: Pick<Mapping, 'reading' | 'columns'>,
): Promise<Table> {
  const table = await openTable(
    path,
    reading,
    columns.map(({ column }) => column),
  );
  const missing = columns
    .filter(({ column, target }) => target !== 'unused' && !table.columns.includes(column))
    .map(({ column }) => column);
  if (missing.length > 0) throw new ChoraleError('MAPPING_INCOMPLETE', { missing });
  return table;
}

/** The beginning of the decoded text, cut behind its last whole line unless it is the whole text. */
export async function sampleOf(
  path: string,
  encoding: NonNullable<Reading['encoding']>,
): Promise<{ readonly text: string; readonly complete: boolean }> {
  let text = '';
  for await (const piece of textOf(path, encoding)) {
    text += piece;
    if (text.length >= sampleLimit) return { text: text.slice(0, text.lastIndexOf('\n') + 1) || text, complete: false };
  }
  return { text, complete: true };
}

export async function firstRows(rows: Rows, count: number): Promise<readonly Row[]> {
  const first: Row[] = [];
  for await (const block of rows) {
    first.push(...block.slice(0, count - first.length));
    if (first.length >= count) break;
  }
  return first;
}

function belowHeader(
  head: readonly Row[],
  headerLine: number | null,
  path: string,
): { readonly columns: readonly string[]; readonly titleRows: readonly RawRow[] } {
  if (headerLine === null) {
    const widest = head.slice(0, 100).reduce((width, { cells }) => Math.max(width, cells.length), 0);
    return { columns: columnNames(Array.from({ length: widest }, () => '')), titleRows: [] };
  }
  const header = head.find(({ line }) => line === headerLine);
  if (header === undefined) throw unreadable(path, 'no-header-line');
  const last = header.cells.findLastIndex((cell) => cell.trim() !== '');
  return {
    columns: columnNames(header.cells.slice(0, last + 1)),
    titleRows: head.filter(({ line }) => line < headerLine).map(({ line, cells }) => ({ line, cells: [...cells] })),
  };
}

/**
 * Rows below the header. Empty cells beyond the last column are nothing; a filled one, or a missing one in a text, puts
 * the whole row in doubt. A spreadsheet does not write the empty cells at the end of a row.
 */
async function* fitted(rows: Rows, width: number, headerLine: number, ends: 'whole' | 'open-ended'): Rows {
  for await (const block of rows) {
    const below =
      block[0] !== undefined && block[0].line > headerLine ? block : block.filter((r) => r.line > headerLine);
    if (below.length > 0) yield below.map((row) => toWidth(row, width, ends));
  }
}

function toWidth(row: Row, width: number, ends: 'whole' | 'open-ended'): Row {
  const { cells } = row;
  if (cells.length === width || row.problem !== undefined) return row;
  if (cells.length > width) {
    if (cells.slice(width).every((cell) => cell.trim() === '')) return { ...row, cells: cells.slice(0, width) };
  } else if (ends === 'open-ended' || (cells.length === 1 && cells[0]?.trim() === '')) {
    return { ...row, cells: [...cells, ...Array.from({ length: width - cells.length }, () => '')] };
  }
  return { ...row, problem: { reason: 'ragged-row', found: String(cells.length) } };
}

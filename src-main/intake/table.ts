/** Any readable file as one table: named columns and a stream of rows, each as long as the columns are many. */
import { ChoraleError } from '../contract/errors.ts';
import type { Mapping, RawRow, Reading } from '../contract/intake.ts';
import { unreadable } from './bytes.ts';
import { openContent } from './content.ts';
import { withCorrections } from './corrections.ts';
import { isRejectedCsv, rowAsGiven } from './csv-text.ts';
import { readDelimited, splitRecords } from './delimited.ts';
import { textOf } from './file.ts';
import { columnNames, withUnits } from './header.ts';
import { openParquet } from './parquet.ts';
import { cellsAtOnce, columnLimit, type Row, type Rows } from './raw-row.ts';
import { molBlockColumn, readSdf, titleColumn } from './sdf.ts';
import { readSmilesLines, smilesColumns, splitLine } from './smiles-lines.ts';
import { readSheet } from './xlsx/sheet.ts';
import { readWorkbook } from './xlsx/workbook.ts';
import { openZip } from './zip.ts';

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
 * @throws FILE_UNREADABLE when the file cannot be opened as this format, or its member, sheet or header is not there
 */
export async function openTable(path: string, reading: Reading, known: readonly string[] = []): Promise<Table> {
  switch (reading.format) {
    case 'sdf':
      return openSdf(path, reading, known);
    case 'csv':
      return openText(path, reading);
    case 'xlsx':
      return openSheet(path, reading);
    case 'parquet':
      return openParquetTable(path, reading);
    case 'smi':
      return openSmiles(path, reading);
  }
}

const memberOf = ({ member }: Reading): string | null => member ?? null;

function openSdf(path: string, reading: Reading, known: readonly string[]): Table {
  const columns = known.length > 0 ? [...known] : [titleColumn, molBlockColumn];
  const meter = { share: 0 };
  return {
    columns,
    rows: readSdf(textOf(path, reading.encoding ?? 'utf-8', meter, memberOf(reading)), columns),
    titleRows: [],
    share: () => meter.share,
  };
}

async function openText(path: string, reading: Reading): Promise<Table> {
  const shape = { delimiter: reading.delimiter ?? ',', quote: reading.quote };
  const encoding = reading.encoding ?? 'utf-8';
  const head = await sampleOf(path, encoding, memberOf(reading));
  const top = topOf(splitRecords(head.text, shape, head.complete), reading, path, 'whole');
  const meter = { share: 0 };
  const texts = textOf(path, encoding, meter, memberOf(reading));
  const all = readDelimited(texts, { ...shape, columns: top.columns.length });
  const rows = fitted(all, top, 'whole');
  return {
    columns: top.columns,
    rows: isRejectedCsv(top.columns) ? asGiven(rows) : rows,
    titleRows: top.titleRows,
    share: () => meter.share,
  };
}

async function openSheet(path: string, reading: Reading): Promise<Table> {
  const zip = await openZip(path, await (await openContent(path, memberOf(reading))).bytes());
  const workbook = await readWorkbook(path, zip);
  const sheet = workbook.sheets.find(({ name }) => name === reading.sheet);
  if (sheet === undefined) throw unreadable(path, 'no-such-sheet');
  const top = topOf(await firstRows(readSheet(path, zip, workbook, sheet.entry), 100), reading, path, 'open-ended');
  const started = zip.read();
  const rows = fitted(readSheet(path, zip, workbook, sheet.entry), top, 'open-ended');
  return {
    columns: top.columns,
    rows: isRejectedCsv(top.columns) ? asGiven(rows) : rows,
    titleRows: top.titleRows,
    share: () => Math.min(1, (zip.read() - started) / Math.max(1, zip.size(sheet.entry))),
  };
}

async function openParquetTable(path: string, reading: Reading): Promise<Table> {
  const file = await openParquet(path, await (await openContent(path, memberOf(reading))).bytes());
  let line = 0;
  const rows = async function* (): Rows {
    for await (const block of file.rows()) {
      line = block.at(-1)?.line ?? line;
      yield block;
    }
  };
  return {
    columns: file.columns,
    rows: rows(),
    titleRows: [],
    share: () => (file.rowCount === 0 ? 1 : line / file.rowCount),
  };
}

async function openSmiles(path: string, reading: Reading): Promise<Table> {
  const encoding = reading.encoding ?? 'utf-8';
  const meter = { share: 0 };
  const texts = () => textOf(path, encoding, meter, memberOf(reading));
  const named =
    reading.headerLine === null
      ? undefined
      : (await firstRows(readSmilesLines(texts()), 100)).find(({ line }) => line === reading.headerLine);
  if (reading.headerLine !== null && named === undefined) throw unreadable(path, 'no-header-line');
  const columns = named === undefined ? smilesColumns : columnNames(splitLine(named.cells.join(' ')));
  const top: Top = { columns, header: named?.cells ?? [], above: reading.headerLine ?? 0, titleRows: [] };
  return { columns, rows: fitted(readSmilesLines(texts()), top, 'whole'), titleRows: [], share: () => meter.share };
}

/**
 * The table that a mapping was made for.
 * @throws MAPPING_INCOMPLETE when the file lacks columns that the mapping uses; an SDF may lack any field
 */
export async function openMapped(
  path: string,
  { reading, columns, corrections = [] }: Pick<Mapping, 'reading' | 'columns' | 'corrections'>,
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
  return corrections.length === 0 ? table : { ...table, rows: withCorrections(table.rows, table.columns, corrections) };
}

/** The beginning of the decoded text, cut behind its last whole line unless it is the whole text. */
export async function sampleOf(
  path: string,
  encoding: NonNullable<Reading['encoding']>,
  member: string | null = null,
): Promise<{ readonly text: string; readonly complete: boolean }> {
  let text = '';
  for await (const piece of textOf(path, encoding, { share: 0 }, member)) {
    text += piece;
    if (text.length >= sampleLimit) {
      const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r', text.length - 2)) + 1;
      return { text: text.slice(0, end) || text, complete: false };
    }
  }
  return { text, complete: true };
}

/** Of the rows that are looked at before anything is decided. */
const charactersShown = 1 << 26;

export async function firstRows(rows: Rows, count: number): Promise<readonly Row[]> {
  const first: Row[] = [];
  let characters = 0;
  for await (const block of rows) {
    for (const row of block.slice(0, count - first.length)) {
      first.push(row);
      for (const cell of row.cells) characters += cell.length;
    }
    if (first.length >= count || characters > charactersShown) break;
  }
  return first;
}

/** What stands above the data. */
type Top = {
  readonly columns: readonly string[];
  /** Cells of the header as they stand, to know it again where it is repeated. */
  readonly header: readonly string[];
  /** Last line that is no data. */
  readonly above: number;
  readonly titleRows: readonly RawRow[];
};

/** Whether rows end with their last cell of the table, or with their last filled one. */
type Ends = 'whole' | 'open-ended';

function topOf(head: readonly Row[], reading: Reading, path: string, ends: Ends): Top {
  const { headerLine } = reading;
  const named = (names: readonly string[]) => {
    if (names.length > columnLimit) throw unreadable(path, 'too-many-columns');
    return columnNames(names);
  };
  if (headerLine === null) {
    const table = head.slice(0, 100).filter(({ problem }) => problem === undefined);
    const width = ends === 'whole' ? usualLength(table) : Math.max(0, ...table.map(({ cells }) => cells.length));
    return { columns: named(Array.from({ length: width }, () => '')), header: [], above: 0, titleRows: [] };
  }
  const header = head.find(({ line }) => line === headerLine);
  if (header === undefined) throw unreadable(path, 'no-header-line');
  const unitLine = reading.unitLine ?? null;
  const above = Math.max(headerLine, unitLine ?? 0);
  const last = header.cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  // Columns without a name at the end: the header leaves room for them, or it is a sheet, whose rows end where they are empty.
  const data = head.filter(({ line, problem }) => line > above && problem === undefined);
  const room = ends === 'whole' ? header.cells.length : Number.POSITIVE_INFINITY;
  const width = Math.max(last, Math.min(widthOfMost(data), room));
  const names = named(Array.from({ length: width }, (_, position) => header.cells[position] ?? ''));
  const units = unitLine === null ? undefined : head.find(({ line }) => line === unitLine)?.cells;
  return {
    columns: units === undefined ? names : columnNames(withUnits(names, units)),
    header: header.cells.slice(0, width),
    above,
    titleRows: head.filter(({ line }) => line < headerLine).map(({ line, cells }) => ({ line, cells: [...cells] })),
  };
}

/** Cells up to the last filled one that more than half of the rows reach. */
function widthOfMost(rows: readonly Row[]): number {
  const widths = rows.map(({ cells }) => cells.findLastIndex((cell) => cell.trim() !== '') + 1).sort((a, b) => b - a);
  return widths[widths.length >> 1] ?? 0;
}

/** Cells, in most rows. */
function usualLength(rows: readonly Row[]): number {
  const frequency = Map.groupBy(rows, ({ cells }) => cells.length);
  return [...frequency].sort(([a, first], [b, second]) => second.length - first.length || b - a)[0]?.[0] ?? 0;
}

/**
 * Rows below the header. Empty cells beyond the last column are nothing; a filled one, or a missing one in a text, puts
 * the whole row in doubt. A spreadsheet does not write the empty cells at the end of a row.
 */
async function* fitted(rows: Rows, top: Top, ends: Ends): Rows {
  const most = Math.max(1, Math.floor(cellsAtOnce / Math.max(1, top.columns.length)));
  const blank = top.columns.map(() => '');
  for await (const block of rows) {
    const below = block[0] !== undefined && block[0].line > top.above ? block : block.filter((r) => r.line > top.above);
    for (let from = 0; from < below.length; from += most) {
      const some = below.length <= most ? below : below.slice(from, from + most);
      yield some.map((row) => toWidth(row, top, blank, ends));
    }
  }
}

function toWidth(row: Row, top: Top, blank: readonly string[], ends: Ends): Row {
  const width = top.columns.length;
  const { cells } = row;
  if (row.problem !== undefined) return row;
  if (cells[0] === top.header[0] && isHeaderAgain(cells, top)) return { ...row, cells: top.columns };
  if (cells.length === width) return row;
  if (cells.length > width) {
    if (cells.slice(width).every((cell) => cell.trim() === '')) return { ...row, cells: cells.slice(0, width) };
  } else if (cells.length === 1 && cells[0]?.trim() === '') {
    return { line: row.line, cells: blank };
  } else if (ends === 'open-ended') {
    return { ...row, cells: [...cells, ...Array.from({ length: width - cells.length }, () => '')] };
  }
  return { ...row, problem: { reason: 'ragged-row', found: String(cells.length) } };
}

/** It then says the columns' names, also where these tell apart what the header itself names alike. */
const isHeaderAgain = (cells: readonly string[], { header }: Top): boolean =>
  header.length > 1 &&
  cells.length >= header.length &&
  header.every((name, position) => cells[position] === name) &&
  cells.slice(header.length).every((cell) => cell.trim() === '');

/** Rows of a file that Chorale wrote, as they stood in the file that it wrote them from. */
async function* asGiven(rows: Rows): Rows {
  for await (const block of rows) yield block.map(rowAsGiven);
}

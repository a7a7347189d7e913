/** One sheet of a workbook to rows of text: what each cell says, with a mark where it is a date, an error or a formula without result. */
import { unreadable } from '../bytes.ts';
import { type CellMark, columnLimit, lineLimit, type Row, type Rows, shortened, withoutInvisible } from '../raw-row.ts';
import type { Zip } from '../zip.ts';
import { type NumberFormat, richText, unescaped, type Workbook } from './workbook.ts';
import { parseXml } from './xml.ts';

/** Excel's own limit, as that of the columns; beyond them a file is no sheet. */
const rowLimit = 1_048_576;

/** Characters; shorter texts are as cheap to read anew as to remember. */
const longText = 1000;

/**
 * Rows as they stand, each as long as its last cell; empty rows do not come. A cell that is merged downwards says in each of
 * its rows what it says in the first.
 */
export async function* readSheet(path: string, zip: Zip, workbook: Workbook, entry: string): Rows {
  const strings = await workbook.sharedStrings();
  const merged = await mergedDownwards(zip, entry);
  /** What the merged cells say that reach into the next rows, by column. */
  const open = new Map<number, MergedText>();
  const damaged = () => unreadable(path, 'damaged-archive');
  let rows: Row[] = [];
  let line = 0;
  let cells: string[] = [];
  let marks: Map<number, CellMark> | undefined;
  let characters = 0;
  /** Long texts of the rows in hand: cells that share one must not have a copy each. */
  const long = new Map<number, string>();
  let numeric: number[] = [];
  let exact: ReadonlySet<number> | undefined;
  let position = -1;
  let type = '';
  let format: NumberFormat | undefined;
  let value = '';
  let formula = '';
  let hasFormula = false;
  let hasValue = false;
  let into: 'value' | 'formula' | undefined;
  let inline = '';
  const inlineText = richText((text) => {
    inline = text;
  }, 'is');

  function startRow(attribute: (name: string) => string | undefined): void {
    const next = Number(attribute('r') ?? line + 1);
    if (!Number.isInteger(next) || next <= line) throw damaged();
    if (next > rowLimit) throw unreadable(path, 'too-large');
    line = next;
    cells = [];
    marks = undefined;
    numeric = [];
    characters = 0;
    position = -1;
  }

  function startCell(attribute: (name: string) => string | undefined): void {
    const reference = attribute('r');
    position = reference === undefined ? position + 1 : columnOf(reference);
    if (position < 0) throw damaged();
    if (position >= columnLimit) throw unreadable(path, 'too-large');
    type = attribute('t') ?? 'n';
    const style = attribute('s');
    format = style === undefined ? undefined : workbook.formats[Number(style)];
    value = '';
    formula = '';
    hasFormula = false;
    hasValue = false;
    inline = '';
  }

  function endCell(): void {
    const { text, mark } = cellText();
    characters += text.length;
    if (text === '' || characters > lineLimit) return;
    while (cells.length < position) cells.push('');
    cells[position] = text;
    if (mark !== undefined) {
      marks ??= new Map();
      marks.set(position, mark);
    } else if (type === 'n') numeric.push(position);
  }

  function cellText(): { readonly text: string; readonly mark?: CellMark } {
    // A formula may well result in an empty text; only one that was never worked out has no result.
    if (hasFormula && value === '' && inline === '' && !(hasValue && type === 'str')) {
      return { text: `=${formula}`, mark: 'formula' };
    }
    switch (type) {
      case 's':
        return sharedText(Number(value));
      case 'inlineStr':
        return { text: inline };
      case 'str':
        return { text: withoutInvisible(unescaped(value)) };
      case 'b':
        return { text: value === '1' || value === 'true' ? 'TRUE' : 'FALSE' };
      case 'e':
        return { text: value, mark: 'error' };
      case 'd':
        return { text: value, mark: 'date' };
      default:
        return value === '' ? { text: '' } : numberText(value.trim(), format, workbook.from1904);
    }
  }

  function sharedText(index: number): { readonly text: string } {
    if (value.trim() === '') return { text: '' };
    const text = long.get(index) ?? strings.at(index);
    if (text === undefined) throw damaged(); // an empty cell in its place would be a wrong one
    if (text.length > longText) long.set(index, text);
    return { text };
  }

  function endRow(): void {
    while (merged[0] !== undefined && merged[0].first <= line) {
      const one = merged.shift()!;
      const text = one.first === line ? (cells[one.column] ?? '') : '';
      const { column, last } = one;
      const shared = { mark: marks?.get(column), isNumber: numeric.includes(column) };
      if (text !== '') open.set(column, { text, ...shared, last, first: line });
    }
    for (const [column, { text, mark, isNumber, first, last }] of open) {
      if (line > last) open.delete(column);
      else if (line > first && (cells[column] ?? '') === '') {
        while (cells.length < column) cells.push('');
        cells[column] = text;
        if (isNumber) numeric.push(column);
        if (mark !== undefined) {
          marks ??= new Map();
          marks.set(column, mark);
        }
      }
    }
    if (cells.length === 0) return;
    if (characters > lineLimit) {
      const found = shortened(cells[0] ?? '');
      rows.push({ line, cells: [found], problem: { reason: 'line-too-long', found } });
      return;
    }
    // Rows of a table have their numbers in the same places: they share the set.
    if (exact?.size !== numeric.length || !numeric.every((column) => exact?.has(column))) exact = new Set(numeric);
    rows.push(
      cells.some((cell) => cell.includes('\0'))
        ? { line, cells, problem: { reason: 'control-characters', found: '' } }
        : { line, cells, exact, ...(marks !== undefined && { marks }) },
    );
  }

  const parsing = parseXml(path, zip.open(entry), {
    open(name, attribute) {
      switch (name) {
        case 'row':
          return startRow(attribute);
        case 'c':
          return startCell(attribute);
        case 'v':
          into = 'value';
          hasValue = true;
          return;
        case 'f':
          into = 'formula';
          hasFormula = true;
          return;
        default:
          inlineText.open(name, attribute);
      }
    },
    text(text) {
      if (into === 'value') value += value.length > lineLimit ? '' : text;
      else if (into === 'formula') formula += formula.length > lineLimit ? '' : text;
      else inlineText.text(text);
    },
    close(name) {
      if (name === 'c') endCell();
      else if (name === 'v' || name === 'f') into = undefined;
      else if (name === 'row') endRow();
      else inlineText.close(name);
    },
  });
  for await (const _ of parsing) {
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
    long.clear();
  }
  if (rows.length > 0) yield rows;
}

/** What a merged cell says in the rows below its first. */
type MergedText = {
  readonly text: string;
  readonly mark: CellMark | undefined;
  readonly isNumber: boolean;
  readonly first: number;
  readonly last: number;
};

type MergedCell = { readonly column: number; readonly first: number; readonly last: number };

/** More merged cells make no table; they would only slow its rows down. */
const mergeLimit = 5000;

/** By their first row. They are listed behind the rows, so the end of the sheet is read first. */
async function mergedDownwards(zip: Zip, entry: string): Promise<MergedCell[]> {
  const behind = await textBehindRows(zip.open(entry));
  const merged: MergedCell[] = [];
  for (const [, range = ''] of behind.matchAll(/<(?:\w+:)?mergeCell\s[^>]*\bref="([^"]*)"/g)) {
    const [, column = '', first, , last] = /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/.exec(range) ?? [];
    if (Number(last) > Number(first) && merged.length < mergeLimit) {
      merged.push({ column: columnOf(column), first: Number(first), last: Number(last) });
    }
  }
  return merged.sort((a, b) => a.first - b.first);
}

/** Merged cells of a sheet take a few bytes each. */
const behindLimit = 1 << 20;

async function textBehindRows(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let behind: string | undefined;
  let before = '';
  for await (const chunk of chunks) {
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString('latin1');
    if (behind !== undefined) {
      if (behind.length < behindLimit) behind += text;
      continue;
    }
    const around = before + text;
    const close = around.includes('sheetData') ? around.search(/<\/(?:[\w.-]+:)?sheetData\s*>/) : -1;
    if (close >= 0) behind = around.slice(close);
    before = around.slice(-64);
  }
  return behind ?? '';
}

/** Position from 0 of a cell such as `AB12`; -1 for what is no reference. */
function columnOf(reference: string): number {
  let column = 0;
  for (let at = 0; at < reference.length && at < 4; at += 1) {
    const letter = reference.charCodeAt(at) & ~0x20;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return column - 1;
}

/** What the cell says: 15 digits, as Excel shows them, so that 0.1 + 0.2 reads 0.3. */
export function numberText(
  value: string,
  format: NumberFormat | undefined,
  from1904: boolean,
): { readonly text: string; readonly mark?: CellMark } {
  const number = Number(value);
  if (!Number.isFinite(number)) return { text: value };
  switch (format?.kind) {
    case 'date':
      return { text: dateText(number, from1904), mark: 'date' };
    case 'percent':
      return { text: `${Number((number * 100).toPrecision(15))}%` };
    case 'pattern': {
      const plainly = generalText(value, number);
      if (number < 0 || (format.digits > 0 && !Number.isInteger(number))) return { text: plainly };
      return { text: `${format.before}${plainly.padStart(format.digits, '0')}${format.after}` };
    }
    default:
      return { text: generalText(value, number) };
  }
}

const generalText = (value: string, number: number): string =>
  /^-?\d{1,15}(\.\d+)?$/.test(value) && value.length < 16 ? value : plain(number);

const plain = (number: number): string => String(Number(number.toPrecision(15)));

function dateText(serial: number, from1904: boolean): string {
  const days = from1904 ? serial + 1462 : serial;
  const date = new Date(Math.round((days - 25_569) * 86_400_000));
  if (Number.isNaN(date.getTime())) return String(serial);
  const iso = date.toISOString();
  if (days < 1) return iso.slice(11, 19);
  return Number.isInteger(days) ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ');
}

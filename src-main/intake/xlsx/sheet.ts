/** One sheet of a workbook to rows of text: what each cell says, with a mark where it is a date, an error or a formula without result. */
import { unreadable } from '../bytes.ts';
import type { CellMark, Row, Rows } from '../raw-row.ts';
import type { Zip } from '../zip.ts';
import { type NumberFormat, parseXml, richText, unescaped, type Workbook } from './workbook.ts';

/** Excel's own limits; beyond them a file is no sheet. */
const rowLimit = 1_048_576;
const columnLimit = 16_384;

/** Rows as they stand, each as long as its last cell; empty rows do not come. */
export async function* readSheet(path: string, zip: Zip, workbook: Workbook, entry: string): Rows {
  const strings = await workbook.sharedStrings();
  let rows: Row[] = [];
  let line = 0;
  let cells: string[] = [];
  let marks: Map<number, CellMark> | undefined;
  let position = -1;
  let type = '';
  let format: NumberFormat | undefined;
  let value = '';
  let formula = '';
  let hasFormula = false;
  let into: 'value' | 'formula' | undefined;
  let inline = '';
  const inlineText = richText((text) => {
    inline = text;
  }, 'is');

  function startCell(attribute: (name: string) => string | undefined): void {
    const reference = attribute('r');
    position = reference === undefined ? position + 1 : columnOf(reference);
    if (position >= columnLimit) throw unreadable(path, 'too-large');
    type = attribute('t') ?? 'n';
    format = workbook.formats[Number(attribute('s') ?? -1)];
    value = '';
    formula = '';
    hasFormula = false;
    inline = '';
  }

  function endCell(): void {
    const { text, mark } = cellText();
    if (text === '') return;
    while (cells.length < position) cells.push('');
    cells[position] = text;
    if (mark !== undefined) {
      marks ??= new Map();
      marks.set(position, mark);
    }
  }

  function cellText(): { readonly text: string; readonly mark?: CellMark } {
    if (hasFormula && value === '' && inline === '') return { text: `=${formula}`, mark: 'formula' };
    switch (type) {
      case 's':
        return { text: strings[Number(value)] ?? '' };
      case 'inlineStr':
        return { text: inline };
      case 'str':
        return { text: unescaped(value) };
      case 'b':
        return { text: value === '1' ? 'TRUE' : 'FALSE' };
      case 'e':
        return { text: value, mark: 'error' };
      case 'd':
        return { text: value, mark: 'date' };
      default:
        return value === '' ? { text: '' } : numberText(value, format, workbook.from1904);
    }
  }

  const parsing = parseXml(path, zip.open(entry), {
    open(name, attribute) {
      if (name === 'row') {
        line = Number(attribute('r') ?? line + 1);
        if (line > rowLimit) throw unreadable(path, 'too-large');
        cells = [];
        marks = undefined;
        position = -1;
      } else if (name === 'c') startCell(attribute);
      else if (name === 'v') into = 'value';
      else if (name === 'f') {
        into = 'formula';
        hasFormula = true;
      } else inlineText.open(name, attribute);
    },
    text(text) {
      if (into === 'value') value += text;
      else if (into === 'formula') formula += text;
      else inlineText.text(text);
    },
    close(name) {
      if (name === 'c') endCell();
      else if (name === 'v' || name === 'f') into = undefined;
      else if (name === 'row') {
        if (cells.length > 0) rows.push(marks === undefined ? { line, cells } : { line, cells, marks });
      } else inlineText.close(name);
    },
  });
  for await (const _ of parsing) {
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** Position from 0 of a cell such as `AB12`. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of reference) {
    if (letter < 'A') break;
    column = column * 26 + letter.charCodeAt(0) - 64;
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
    case 'padded':
      return { text: Number.isInteger(number) && number >= 0 ? value.padStart(format.digits, '0') : value };
    default:
      return { text: /^-?\d{1,15}(\.\d+)?$/.test(value) && value.length < 16 ? value : plain(number) };
  }
}

const plain = (number: number): string => String(Number(number.toPrecision(15)));

function dateText(serial: number, from1904: boolean): string {
  const days = from1904 ? serial + 1462 : serial;
  const date = new Date(Math.round((days - 25_569) * 86_400_000));
  if (Number.isNaN(date.getTime())) return String(serial);
  const iso = date.toISOString();
  if (days < 1) return iso.slice(11, 19);
  return Number.isInteger(days) ? iso.slice(0, 10) : iso.slice(0, 19).replace('T', ' ');
}

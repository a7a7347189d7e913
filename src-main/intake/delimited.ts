/**
 * Delimited text to rows. A record that breaks the rules costs its own first line and nothing else: reading goes on in
 * the next line, so no row is ever swallowed by another row's quotation mark, and no cell ever comes to stand in a wrong
 * column.
 */
import { lineLimit, type Row, type Rows, shortened } from './raw-row.ts';

export type DelimitedShape = {
  readonly delimiter: string;
  /** Null where quotation marks are ordinary characters. */
  readonly quote: string | null;
  /** Of the header, once it is known: a record of several lines must have as many cells. */
  readonly columns?: number;
};

/** A cell in quotation marks may hold line ends; a longer one is taken for a mark that was never closed. */
const quotedLimit = 1 << 20;

/** @param texts decoded text in pieces, cut anywhere @returns rows with the line they begin in, from 1 */
export async function* readDelimited(texts: AsyncIterable<string>, shape: DelimitedShape): Rows {
  const splitter = recordSplitter(shape);
  for await (const text of texts) {
    const rows = splitter.add(text);
    if (rows.length > 0) yield rows;
  }
  const rows = splitter.end();
  if (rows.length > 0) yield rows;
}

/** All rows of a text that is at hand, such as a sample. `complete` is false where the text was cut off. */
export function splitRecords(text: string, shape: DelimitedShape, complete = true): Row[] {
  const splitter = recordSplitter(shape);
  const rows = splitter.add(text);
  return complete ? [...rows, ...splitter.end()] : [...rows];
}

function recordSplitter(shape: DelimitedShape): {
  add: (text: string) => readonly Row[];
  end: () => readonly Row[];
} {
  const { delimiter, quote } = shape;
  let rest = '';
  let line = 1;
  /** Of a line that is too long: its beginning, while the rest of it is thrown away. */
  let overlong: string | null = null;

  function take(text: string, last: boolean): readonly Row[] {
    const rows: Row[] = [];
    let at = 0;
    const buffer = rest === '' ? text : rest + text;
    if (overlong !== null) {
      const end = lineEndOf(buffer, 0, last);
      if (end === undefined) return noRows;
      rows.push(problemRow(line, 'line-too-long', overlong));
      overlong = null;
      line += 1;
      at = end.next;
    }
    while (at < buffer.length) {
      const end = lineEndOf(buffer, at, last);
      if (end === undefined) break;
      const content = buffer.slice(at, end.at);
      if (content.length > lineLimit) {
        rows.push(problemRow(line, 'line-too-long', content));
      } else if (quote === null || !content.includes(quote)) {
        rows.push({ line, cells: content.split(delimiter) });
      } else {
        const record = quotedRecord(buffer, at, { ...shape, quote }, last);
        if (record === 'unfinished') break;
        if (record !== 'broken' && !swallowsRows(record, buffer.slice(at, record.next), shape)) {
          rows.push({ line, cells: record.cells });
          line += record.lines;
          at = record.next;
          continue;
        }
        rows.push(problemRow(line, 'broken-quote', content));
      }
      line += 1;
      at = end.next;
    }
    rest = buffer.slice(at);
    if (rest.length > lineLimit && lineEndOf(rest, 0, false) === undefined) {
      overlong = shortened(rest);
      rest = '';
    }
    return rows;
  }

  return {
    add: (text) => take(text, false),
    end: () => take('', true),
  };
}

type Quoted = { readonly cells: readonly string[]; readonly next: number; readonly lines: number };

/** RFC 4180: a mark opens only at the beginning of a cell, is doubled inside, and closes only before a delimiter or a line end. */
function quotedRecord(
  text: string,
  from: number,
  { delimiter, quote }: DelimitedShape & { readonly quote: string },
  last: boolean,
): Quoted | 'broken' | 'unfinished' {
  const cells: string[] = [];
  let at = from;
  let lines = 1;
  for (;;) {
    if (text[at] !== quote) {
      const lineEnd = lineEndOf(text, at, last);
      if (lineEnd === undefined) return 'unfinished';
      const next = text.indexOf(delimiter, at);
      const end = next < 0 || next > lineEnd.at ? lineEnd.at : next;
      const cell = text.slice(at, end);
      if (cell.includes(quote)) return 'broken';
      cells.push(cell);
      if (end === lineEnd.at) return { cells, next: lineEnd.next, lines };
      at = end + 1;
      continue;
    }
    const close = closingQuote(text, at, quote, last);
    if (typeof close === 'string') return close;
    const inner = text.slice(at + 1, close);
    lines += inner.match(lineEnds)?.length ?? 0;
    cells.push(inner.includes(quote) ? inner.replaceAll(quote + quote, quote) : inner);
    at = close + 1;
    if (text[at] === delimiter) {
      at += 1;
      continue;
    }
    const lineEnd = lineEndOf(text, at, last);
    if (lineEnd === undefined) return 'unfinished';
    return lineEnd.at === at ? { cells, next: lineEnd.next, lines } : 'broken';
  }
}

function closingQuote(text: string, open: number, quote: string, last: boolean): number | 'broken' | 'unfinished' {
  let at = open;
  for (;;) {
    at = text.indexOf(quote, at + 1);
    if (at < 0) return last || text.length - open > quotedLimit ? 'broken' : 'unfinished';
    if (at - open > quotedLimit) return 'broken';
    if (text[at + 1] !== quote) return at + 1 < text.length || last ? at : 'unfinished';
    at += 1;
  }
}

/**
 * Two marks left open by mistake, lines apart, look like one cell that holds whole rows: each line of such a record has
 * as many cells as the record itself, not counting delimiters that stand in marks within one line. No comment of several
 * lines looks like that.
 */
function swallowsRows({ cells, lines }: Quoted, text: string, { delimiter, quote, columns }: DelimitedShape): boolean {
  if (lines === 1) return false;
  if (columns !== undefined && cells.length !== columns) return true;
  const mark = `\\u{${quote?.codePointAt(0)?.toString(16)}}`;
  const marked = new RegExp(`${mark}(?:[^${mark}]|${mark}${mark})*${mark}`, 'gu');
  const open = text.replace(/\r?\n$|\r$/, '').replace(marked, (cell) => (/[\r\n]/.test(cell) ? cell : ''));
  return cells.length > 1 && open.split(lineEnds).every((line) => line.split(delimiter).length >= cells.length);
}

const lineEnds = /\r\n|\n|\r/g;

type LineEnd = { readonly at: number; readonly next: number };

/** LF, CR LF or CR. A CR at the very end of what has been read so far may be half of a CR LF. */
function lineEndOf(text: string, from: number, last: boolean): LineEnd | undefined {
  const feed = text.indexOf('\n', from);
  const stop = feed < 0 ? text.length : feed;
  const carriage = text.slice(from, stop).indexOf('\r');
  if (carriage >= 0) {
    const at = from + carriage;
    if (at + 1 === stop && feed >= 0) return { at, next: feed + 1 };
    if (at + 1 < text.length || last) return { at, next: at + 1 };
    return undefined;
  }
  if (feed >= 0) return { at: feed, next: feed + 1 };
  return last && from <= text.length ? { at: text.length, next: text.length } : undefined;
}

const problemRow = (line: number, reason: 'broken-quote' | 'line-too-long', text: string): Row => ({
  line,
  cells: [shortened(text, 2000)],
  problem: { reason, found: shortened(text) },
});

const noRows: readonly Row[] = [];

/**
 * Delimited text to rows. A record that breaks the rules costs its own first line and nothing else: reading goes on in
 * the next line, so no row is ever swallowed by another row's quotation mark, and no cell ever comes to stand in a wrong
 * column.
 */
import { lineLimit, type Row, type RowProblem, type Rows, shortened } from './raw-row.ts';

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
    const buffer = withoutEndOfFile(rest === '' ? text : rest + text, last);
    const feeds = nextOf(buffer, '\n');
    const returns = nextOf(buffer, '\r');
    const zeros = nextOf(buffer, '\0');
    const quotes = quote === null ? never : nextOf(buffer, quote);
    if (overlong !== null) {
      const end = lineEndOf(buffer, 0, last);
      if (end === undefined) return noRows;
      rows.push(problemRow(line, 'line-too-long', overlong));
      overlong = null;
      line += 1;
      at = end.next;
    }
    while (at < buffer.length) {
      const feed = feeds(at);
      const back = returns(at);
      let end: number;
      let next: number;
      if (back < feed) {
        if (back + 1 === buffer.length && !last) break; // perhaps half of a CR LF
        end = back;
        next = back + 1 === feed ? feed + 1 : back + 1;
      } else if (feed < buffer.length) {
        end = feed;
        next = feed + 1;
      } else if (last) {
        end = buffer.length;
        next = end;
      } else break;
      if (end - at > lineLimit) {
        rows.push(problemRow(line, 'line-too-long', buffer.slice(at, end)));
      } else if (quote !== null && quotes(at) < end) {
        const record = quotedRecord(buffer, at, end, next, { ...shape, quote }, last);
        if (record === 'unfinished') break;
        if (record !== 'broken' && !swallowsRows(record, buffer.slice(at, record.next), shape)) {
          rows.push(
            zeros(at) < record.next
              ? problemRow(line, 'control-characters', buffer.slice(at, record.next))
              : { line, cells: record.cells },
          );
          line += record.lines;
          at = record.next;
          continue;
        }
        rows.push(problemRow(line, 'broken-quote', buffer.slice(at, end)));
      } else if (zeros(at) < end) {
        rows.push(problemRow(line, 'control-characters', buffer.slice(at, end)));
      } else {
        rows.push({ line, cells: buffer.slice(at, end).split(delimiter) });
      }
      line += 1;
      at = next;
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

/** Where a character comes next, from a place that only moves on: each stretch of the text is searched once. */
function nextOf(text: string, character: string): (from: number) => number {
  let found = -1;
  return (from) => {
    if (found < from) {
      found = text.indexOf(character, from);
      if (found < 0) found = Number.POSITIVE_INFINITY;
    }
    return found;
  };
}

const never = () => Number.POSITIVE_INFINITY;

/** DOS ended texts with a control character of its own (0x1a). */
const withoutEndOfFile = (text: string, last: boolean): string =>
  last && text.endsWith('\u001a') ? text.slice(0, -1) : text;

type Quoted = { readonly cells: readonly string[]; readonly next: number; readonly lines: number };

/**
 * RFC 4180: a mark opens only at the beginning of a cell, is doubled inside, and closes only before a delimiter or a line end.
 * @param end of the first line, `next` the beginning of the line after it
 */
function quotedRecord(
  text: string,
  from: number,
  end: number,
  next: number,
  shape: DelimitedShape & { readonly quote: string },
  last: boolean,
): Quoted | 'broken' | 'unfinished' {
  const cells = cellsOfLine(text, from, end, shape);
  return cells === undefined ? recordOfLines(text, from, shape, last) : { cells, next, lines: 1 };
}

/** Undefined where a mark is not closed within the line, or stands where it must not. */
function cellsOfLine(
  text: string,
  from: number,
  end: number,
  { delimiter, quote }: DelimitedShape & { readonly quote: string },
): string[] | undefined {
  const cells: string[] = [];
  const quotes = nextOf(text, quote);
  const delimiters = nextOf(text, delimiter);
  for (let at = from; ; at += 1) {
    if (quotes(at) !== at || at === end) {
      const stop = Math.min(delimiters(at), end);
      if (quotes(at) < stop) return undefined;
      cells.push(text.slice(at, stop));
      at = stop;
    } else {
      let close = text.indexOf(quote, at + 1);
      let doubled = false;
      while (close >= 0 && close + 1 < end && text[close + 1] === quote) {
        doubled = true;
        close = text.indexOf(quote, close + 2);
      }
      if (close < 0 || close >= end) return undefined;
      const inner = text.slice(at + 1, close);
      cells.push(doubled ? inner.replaceAll(quote + quote, quote) : inner);
      at = close + 1;
      if (at < end && text[at] !== delimiter) return undefined;
    }
    if (at === end) return cells;
  }
}

function recordOfLines(
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
  if (cells.length === 1) return false;
  const whole = text.replace(/\r?\n$|\r$/, '');
  let inLine = 1;
  let linesUntil = -1;
  for (let at = 0; at < whole.length; at += 1) {
    const character = whole[at];
    if (character === quote && at > linesUntil) {
      const close = closingQuote(whole, at, quote, true);
      if (typeof close === 'string') continue;
      if (/[\r\n]/.test(whole.slice(at, close))) linesUntil = close;
      else at = close;
    } else if (character === delimiter) {
      inLine += 1;
    } else if (character === '\n' || (character === '\r' && whole[at + 1] !== '\n')) {
      if (inLine < cells.length) return false;
      inLine = 1;
    }
  }
  return inLine >= cells.length;
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

const problemRow = (line: number, reason: RowProblem['reason'], text: string): Row => ({
  line,
  cells: [shortened(text, 2000)],
  problem: { reason, found: shortened(text) },
});

const noRows: readonly Row[] = [];

/** One pass over a table to profile its columns; a second one when the rows show that numbers are written in another way. */
import type { Inspection, RawRow, Reading } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { numberParser } from './numbers.ts';
import { type ColumnProfile, type ColumnProfiler, profileColumn } from './profile.ts';
import { shortened } from './raw-row.ts';
import { type FoundReading, numberFormatOf, type ReadingByHand } from './reading.ts';
import { openTable } from './table.ts';

export type Scan = {
  readonly reading: Reading;
  readonly reasons: Inspection['readingReasons'];
  readonly columns: readonly ColumnProfile[];
  readonly rows: number;
  readonly whole: boolean;
  /** Of the whole file; estimated by its bytes where it was not scanned to its end. */
  readonly estimatedRows: number;
  readonly titleRows: readonly RawRow[];
  readonly rawRows: readonly RawRow[];
  readonly ambiguousNumber: string | undefined;
};

/** Rows; enough for every reason to be given in figures, and short enough to wait for. */
export const scanLimit = 100_000;

export async function scanFile(
  path: string,
  found: FoundReading,
  given: ReadingByHand,
  control: Control,
): Promise<Scan> {
  const first = await scanOnce(path, found.reading, control);
  const scan = { ...first, reasons: found.reasons, ambiguousNumber: found.ambiguousNumber };
  const byHand = given.decimalMark !== undefined || given.thousands !== undefined;
  const unread = first.columns.filter(({ unreadNumbers }) => unreadNumbers.length > 0);
  if (byHand || unread.length === 0) return scan;
  const numbers = numberFormatOf(unread.map((column) => [...column.numberSamples, ...column.unreadNumbers]));
  const { decimalMark, thousands } = numbers.format;
  if (decimalMark === found.reading.decimalMark && thousands === found.reading.thousands) return scan;
  const reading = { ...found.reading, decimalMark, thousands };
  return {
    ...(await scanOnce(path, reading, control)),
    reasons: [
      ...found.reasons.filter(({ part }) => part !== 'decimalMark' && part !== 'thousands'),
      { part: 'decimalMark', ...numbers.decimal },
      { part: 'thousands', ...numbers.grouping },
    ],
    ambiguousNumber: numbers.ambiguous,
  };
}

async function scanOnce(
  path: string,
  reading: Reading,
  control: Control,
): Promise<Omit<Scan, 'reasons' | 'ambiguousNumber'>> {
  const table = await openTable(path, reading);
  const parse = numberParser(reading);
  const profilers: ColumnProfiler[] = [];
  const rawRows: RawRow[] = [];
  let rows = 0;
  let share = 0;
  let whole = true;
  for await (const block of table.rows) {
    stopIfAsked(control);
    for (const row of block) {
      rows += 1;
      if (rawRows.length < 50) rawRows.push({ line: row.line, cells: row.cells.map((cell) => shortened(cell, 2000)) });
      if (row.problem !== undefined) continue;
      for (let position = 0; position < row.cells.length; position += 1) {
        profilers[position] ??= profilerFrom(table.columns[position] ?? '', position, parse, rows);
        profilers[position].add(row.cells[position]!);
      }
    }
    share = table.share();
    control.report({ step: 'import.inspect', done: rows });
    if (rows >= scanLimit) {
      whole = false;
      break;
    }
  }
  const columns = table.columns.map((name, position) =>
    (profilers[position] ?? profileColumn(name, position, parse)).result(),
  );
  const estimatedRows = whole || share === 0 ? rows : Math.max(rows, Math.round(rows / share));
  return { reading, columns, rows, whole, estimatedRows, titleRows: table.titleRows, rawRows };
}

/** A field that turns up late in an SDF was empty in all records before. */
function profilerFrom(
  name: string,
  position: number,
  parse: (text: string) => number | undefined,
  row: number,
): ColumnProfiler {
  const profiler = profileColumn(name, position, parse);
  for (let before = 1; before < row; before += 1) profiler.add('');
  return profiler;
}

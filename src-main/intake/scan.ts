/** One pass over a table to profile its columns; a second one when the rows show that numbers are written in another way. */
import type { ColumnMapping, Inspection, RawRow, Reading } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { judgeNumbers, type NumberReading, type NumberSightings, numberParser } from './numbers.ts';
import { type ColumnProfile, type ColumnProfiler, profileColumn } from './profile.ts';
import { type ColumnsProposal, proposeColumns } from './proposal.ts';
import { shortened } from './raw-row.ts';
import { type FoundReading, numberReasons, type ReadingByHand } from './reading.ts';
import { openTable } from './table.ts';

export type Scan = {
  readonly reading: Reading;
  readonly reasons: Inspection['readingReasons'];
  readonly columns: readonly ColumnProfile[];
  readonly proposed: ColumnsProposal;
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
  const numbers = numbersOf(first, first.proposed.columns, given);
  const reading = { ...found.reading, ...numbers.format };
  const same = reading.decimalMark === found.reading.decimalMark && reading.thousands === found.reading.thousands;
  const told = found.reasons.some(({ part }) => part === 'decimalMark');
  if (same && !told && numbers.ambiguous === undefined) {
    return { ...first, reasons: found.reasons, ambiguousNumber: undefined };
  }
  return {
    ...(same ? first : await scanOnce(path, reading, control)),
    reasons: [
      ...found.reasons.filter(({ part }) => part !== 'decimalMark' && part !== 'thousands'),
      ...numberReasons(numbers, given),
    ],
    ambiguousNumber: numbers.ambiguous,
  };
}

/** How the values are written: the other columns must not turn their mark, but may tell what they leave open. */
export function numbersOf(
  { columns, reading }: Pick<Scan, 'columns' | 'reading'>,
  mapped: readonly Pick<ColumnMapping, 'column' | 'target'>[],
  { decimalMark, thousands }: ReadingByHand = {},
): NumberReading {
  const used = new Set(
    mapped.filter(({ target }) => target === 'value' || target === 'assay-value').map(({ column }) => column),
  );
  const values: NumberSightings[] = [];
  const others: NumberSightings[] = [];
  for (const { name, numbers, unread, filled, written } of columns) {
    if ((numbers.values + unread) * 2 > filled) (used.has(name) ? values : others).push(written);
  }
  const around = { delimiter: reading.delimiter, decimalMark, thousands };
  return values.length === 0 ? judgeNumbers(others, around) : judgeNumbers(values, { ...around, others });
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
        // A field that turns up late in an SDF was empty in all records before.
        profilers[position] ??= profileColumn(table.columns[position] ?? '', position, parse, rows - 1);
        profilers[position].add(row.cells[position]!, row.exact?.has(position));
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
  const proposed = proposeColumns(columns, reading);
  return { reading, columns, proposed, rows, whole, estimatedRows, titleRows: table.titleRows, rawRows };
}

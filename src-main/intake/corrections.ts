/** Cells that a person has put right for one import: read in the place of what the file says, which is kept beside them. */
import type { Correction } from '../contract/intake.ts';
import type { Finding, Interpreter } from './interpret.ts';
import { type Row, type Rows, shortened } from './raw-row.ts';

/** Only a cell that still says what it said is corrected; a row that is none of the table has no cells to correct. */
export async function* withCorrections(
  rows: Rows,
  columns: readonly string[],
  corrections: readonly Correction[],
): Rows {
  const ofLine = Map.groupBy(corrections, ({ line }) => line);
  for await (const block of rows) {
    yield block.some(({ line }) => ofLine.has(line))
      ? block.map((row) => corrected(row, columns, ofLine.get(row.line) ?? []))
      : block;
  }
}

function corrected(row: Row, columns: readonly string[], corrections: readonly Correction[]): Row {
  const changed = corrections
    .map((correction) => ({ ...correction, position: columns.indexOf(correction.column) }))
    .filter(({ position, found }) => row.problem === undefined && row.cells[position] === found);
  if (changed.length === 0) return row;
  const { marks, exact, ...rest } = row;
  const byHand = new Map(changed.map(({ position, text }) => [position, text]));
  const others = (position: number) => !byHand.has(position);
  return {
    ...rest,
    cells: row.cells.map((cell, position) => byHand.get(position) ?? cell),
    given: row.cells,
    // What a spreadsheet said of a cell holds no longer for what stands in it now.
    ...(marks && { marks: new Map([...marks].filter(([position]) => others(position))) }),
    ...(exact && { exact: new Set([...exact].filter(others)) }),
  };
}

/** As the file has it. */
export const givenCells = ({ given, cells }: Row): readonly string[] => given ?? cells;

/** A row that counts only because of a correction is marked, so that nobody takes it for what the file says. */
export const tellingCorrections =
  (interpret: Interpreter, columns: readonly string[]): Interpreter =>
  (row) => {
    const found = interpret(row);
    if (row.given === undefined || found.state === 'rejected' || found.state === 'ignored') return found;
    const findings = row.given.flatMap((given, position): Finding[] =>
      given === row.cells[position]
        ? []
        : [
            {
              column: columns[position] ?? '',
              found: shortened(given),
              expected: { key: 'corrected-to', data: { text: shortened(row.cells[position] ?? '') } },
              reason: 'corrected-by-hand',
              severity: 'warned',
            },
          ],
    );
    return { ...found, state: 'warned', findings: [...found.findings, ...findings] };
  };

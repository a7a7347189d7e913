/** The rejected rows of a file as a file that can be mended and imported again: what did not come in, as it stood, then why. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { readBatch } from '../catalog/batches.ts';
import { type StoredValue, storedOfLine } from '../catalog/measurements.ts';
import type { Catalog } from '../catalog/open.ts';
import { rejectedRows } from '../catalog/rejected-rows.ts';
import type { Mapping, RowFinding } from '../contract/intake.ts';
import type { Control } from '../contract/progress.ts';
import { type CheckOptions, checkFile } from './check.ts';
import { csvLine, isBrokenRow, isRejectedCsv, rejectedColumns, withoutRejection } from './csv-text.ts';

/** Of a batch. @throws NOT_FOUND */
export function* rejectedCsv(catalog: Catalog, batchId: number): Generator<string> {
  const lines = linesOf(readBatch(catalog, batchId).mapping);
  const storedOf = storedOfLine(catalog, batchId);
  yield lines.header;
  let row: RowFinding[] = [];
  for (const finding of rejectedRows(catalog, batchId)) {
    if (row[0] !== undefined && row[0].line !== finding.line) {
      yield lines.row(row, storedOf);
      row = [];
    }
    row.push(finding);
  }
  if (row.length > 0) yield lines.row(row, storedOf);
}

/**
 * Of a file under a mapping, without bringing it in: the same text that its batch would give.
 * @throws FILE_UNREADABLE, MAPPING_INCOMPLETE, CANCELLED
 */
export async function* rejectedCsvOfPreview(
  path: string,
  mapping: Mapping,
  control: Control,
  options: CheckOptions,
): AsyncGenerator<string> {
  const lines = linesOf(mapping);
  const text = new PassThrough({ encoding: 'utf8' });
  const left = new AbortController();
  const signal = AbortSignal.any([control.signal, left.signal]);
  text.once('close', () => left.abort());
  let held = lines.header;
  let line = 0;
  let row: RowFinding[] = [];
  let stored: StoredValue[] = [];
  const endRow = () => {
    if (row.length > 0) held += lines.row(row, () => stored);
    row = [];
    stored = [];
  };
  const beginRow = (next: number) => {
    if (next !== line) endRow();
    line = next;
  };
  const writeOut = async () => {
    endRow();
    if (held !== '' && !text.write(held)) await once(text, 'drain', { signal: left.signal });
    held = '';
  };
  const sink = {
    measurement(next: number, { assay, givenValue }: StoredValue) {
      beginRow(next);
      stored.push({ assay, givenValue });
    },
    finding(finding: RowFinding) {
      beginRow(finding.line);
      if (finding.severity === 'rejected') row.push(finding);
    },
    compound: beginRow,
    flush: writeOut,
  };
  checkFile(path, mapping, sink, { ...control, signal }, options)
    .then(writeOut)
    .then(
      () => text.end(),
      (error) => text.destroy(error),
    );
  yield* text;
}

type StoredOf = (line: number) => readonly StoredValue[];

/** The first finding of a row is given as the reason. */
function linesOf({ columns, reading }: Mapping): {
  readonly header: string;
  readonly row: (findings: readonly RowFinding[], storedOf: StoredOf) => string;
} {
  const all = columns.map(({ column }) => column);
  // Of rows that were rejected before and are so again, the new reason counts.
  const names = isRejectedCsv(all) ? all.slice(0, -rejectedColumns.length) : all;
  const values = columns.flatMap(({ target, assay }, position) =>
    target === 'value' || target === 'assay-value' ? [{ position, assay }] : [],
  );
  return {
    header: csvLine([...names, ...rejectedColumns]),
    row(findings, storedOf) {
      const { line, reason, cells } = findings[0]!;
      const own = names === all ? cells : withoutRejection(cells);
      if (isBrokenRow(reason)) return csvLine([...own, line, reason]);
      const stored = values.length > 1 ? storedOf(line) : [];
      const cameIn = positionsOf(stored, values, cells, new Set(findings.map(({ column }) => all.indexOf(column))));
      const whole = names.map((_, position) => (cameIn.has(position) ? '' : (own[position] ?? '')));
      // A record may have fields that were not there when the mapping was made; any other row is as long as its table.
      const beyond = reading.format === 'sdf' || names !== all ? [] : own.slice(names.length);
      return csvLine([...whole, ...beyond, line, reason]);
    },
  };
}

/** Of the values that are stored: a row with them would bring them in a second time. */
function positionsOf(
  stored: readonly StoredValue[],
  values: readonly { readonly position: number; readonly assay: string | null }[],
  cells: readonly string[],
  doubtful: ReadonlySet<number>,
): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { assay, givenValue } of stored) {
    const fits = values.filter(
      ({ position, assay: ofColumn }) =>
        !found.has(position) && cells[position] === givenValue && (ofColumn === null || ofColumn === assay),
    );
    const one = fits.find(({ position }) => !doubtful.has(position)) ?? fits[0];
    if (one !== undefined) found.add(one.position);
  }
  return found;
}

/** The rejected rows of a file as a file that can be mended and imported again: the columns as they were, then why. */
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { readBatch } from '../catalog/batches.ts';
import type { Catalog } from '../catalog/open.ts';
import { rejectedRows } from '../catalog/rejected-rows.ts';
import type { Mapping, RowFinding } from '../contract/intake.ts';
import type { Control } from '../contract/progress.ts';
import { type CheckOptions, checkFile } from './check.ts';
import { csvLine, rejectedColumns } from './csv-text.ts';

/** Of a batch. @throws NOT_FOUND */
export function* rejectedCsv(catalog: Catalog, batchId: number): Generator<string> {
  const lines = linesOf(readBatch(catalog, batchId).mapping);
  yield lines.header;
  for (const finding of rejectedRows(catalog, batchId)) {
    const line = lines.row(finding);
    if (line !== undefined) yield line;
  }
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
  const writeOut = async () => {
    if (held !== '' && !text.write(held)) await once(text, 'drain', { signal: left.signal });
    held = '';
  };
  const sink = {
    measurement: () => {},
    finding(finding: RowFinding) {
      if (finding.severity === 'rejected') held += lines.row(finding) ?? '';
    },
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

/** Findings of one row come one after the other; the first one is given as the reason. */
function linesOf({ columns }: Mapping): {
  readonly header: string;
  readonly row: (finding: RowFinding) => string | undefined;
} {
  const names = columns.map(({ column }) => column);
  let before = 0;
  return {
    header: csvLine([...names, ...rejectedColumns]),
    row({ line, reason, cells }) {
      if (line === before) return undefined;
      before = line;
      const filled = [...cells, ...Array.from({ length: Math.max(0, names.length - cells.length) }, () => '')];
      return csvLine([...filled, line, reason]);
    },
  };
}

/** The rejected rows of a batch as a file that can be mended and imported again: the columns as they were, then why. */
import { readBatch } from '../catalog/batches.ts';
import type { Catalog } from '../catalog/open.ts';
import { rejectedRows } from '../catalog/rejected-rows.ts';
import { csvLine } from './csv-text.ts';

const added = ['Rejected line', 'Rejected reason'] as const;

/** Whether a file has the columns of one that was written here. */
export const isRejectedCsv = (columns: readonly string[]): boolean =>
  columns.length > added.length && added.every((name, at) => columns[columns.length - added.length + at] === name);

/** @throws NOT_FOUND */
export function* rejectedCsv(catalog: Catalog, batchId: number): Generator<string> {
  const columns = readBatch(catalog, batchId).mapping.columns.map(({ column }) => column);
  yield csvLine([...columns, ...added]);
  let before = 0;
  for (const { line, reason, cells } of rejectedRows(catalog, batchId)) {
    if (line === before) continue;
    before = line;
    const filled = [...cells, ...Array.from({ length: Math.max(0, columns.length - cells.length) }, () => '')];
    yield csvLine([...filled, line, reason]);
  }
}

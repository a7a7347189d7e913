/** A file read as inspection would, down to its rows: what the formats are tested with. */
import { unattended } from '../../src-main/contract/progress.ts';
import type { Row } from '../../src-main/intake/raw-row.ts';
import { findReading, type ReadingByHand } from '../../src-main/intake/reading.ts';
import { openTable } from '../../src-main/intake/table.ts';

export async function readFile(path: string, given: ReadingByHand = {}) {
  const found = await findReading(path, given, unattended);
  const table = await openTable(path, found.reading);
  const rows: Row[] = [];
  for await (const block of table.rows) rows.push(...block);
  return {
    ...found,
    columns: table.columns,
    titleRows: table.titleRows,
    rows,
    cells: rows.filter(({ problem }) => problem === undefined).map(({ cells }) => cells),
    problems: rows.flatMap(({ line, problem }) => (problem === undefined ? [] : [[line, problem.reason]])),
  };
}

/** How a reader is told of a refusal: the code, and the reason for a file as a whole. */
export const refusal = async (path: string, given: ReadingByHand = {}): Promise<string> => {
  try {
    await readFile(path, given);
    return 'read';
  } catch (error) {
    const { code, data } = error as { code?: string; data?: { reason?: string } };
    return code === 'FILE_UNREADABLE' ? String(data?.reason) : String(code ?? error);
  }
};

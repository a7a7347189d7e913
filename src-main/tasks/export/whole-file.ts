/** Files that are there whole or not at all. */
import { open, rename, rm } from 'node:fs/promises';
import { csvLine } from '../../intake/csv-text.ts';

export type Sink = (bytes: Uint8Array) => Promise<void>;

/** Under its name only once all of it is written. */
export async function writeWhole(path: string, write: (sink: Sink) => Promise<void>): Promise<void> {
  const unfinished = `${path}.part`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await write(async (bytes) => {
      await file.writeFile(bytes);
    });
    await file.close();
    await rename(unfinished, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Rows that are turned into text at once. */
const chunk = 5000;

/** @param onChunk called between chunks; what it throws leaves no file */
export const writeCsv = (
  path: string,
  columns: readonly string[],
  rows: Iterable<readonly (string | number)[]>,
  onChunk: () => void,
): Promise<void> =>
  writeWhole(path, async (sink) => {
    let text = csvLine(columns);
    let count = 0;
    for (const row of rows) {
      text += csvLine(row);
      if (++count % chunk !== 0) continue;
      await sink(new TextEncoder().encode(text));
      text = '';
      onChunk();
    }
    await sink(new TextEncoder().encode(text));
  });

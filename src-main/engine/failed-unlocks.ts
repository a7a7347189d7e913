/** Wrong passphrases, noted beside the workspace until its log can be opened. Whoever can write here can also remove them. */
import { appendFileSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const fileOf = (folder: string): string => join(folder, 'failed-unlocks');

/** So much is enough to see that somebody tries; a folder is not filled with it. */
const mostBytes = 1 << 16;

/** @param at ISO 8601 */
export function noteFailedUnlock(folder: string, at: string): void {
  const file = fileOf(folder);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size < mostBytes) appendFileSync(file, `${at}\n`, { mode: 0o600 });
}

/** @returns times of the tries since the last opening, oldest first; they are forgotten with this call */
export function takeFailedUnlocks(folder: string): readonly string[] {
  let text: string;
  try {
    text = readFileSync(fileOf(folder), 'utf8');
  } catch {
    return [];
  }
  rmSync(fileOf(folder), { force: true });
  return text.split('\n').filter((line) => !Number.isNaN(Date.parse(line)));
}

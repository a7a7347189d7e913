/** Files of JSON that a command is named: read whole, and written as people read them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ChoraleError } from '../../contract/errors.ts';

/** @throws FILE_UNREADABLE */
export function readJsonFile(file: string): unknown {
  const text = readTextFile(file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'no-json' }, { cause: error });
  }
}

/** @throws FILE_UNREADABLE */
export function readTextFile(file: string): string {
  try {
    return readFileSync(resolve(file), 'utf8');
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'unreadable' }, { cause: error });
  }
}

export function writeJsonFile(file: string, value: unknown): void {
  writeFileSync(resolve(file), `${JSON.stringify(value, null, 2)}\n`);
}

/** One engine per workspace: a lock that the operating system lets go of when its process dies, so that none is ever stale. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ChoraleError } from '../contract/errors.ts';
import { isBusy, ownerOnly } from './open.ts';

/**
 * Holds SQLite's exclusive lock on an empty file of its own. A file with a process id would be stale after a kill, and
 * would travel with a copy of the folder.
 * @returns lets go of the lock
 * @throws WORKSPACE_IN_USE
 */
export function lockWorkspace(folder: string): () => void {
  const file = join(folder, 'engine.lock');
  ownerOnly(file);
  const lock = new Database(file, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (isBusy(error)) {
      throw new ChoraleError('WORKSPACE_IN_USE', { folder }, { cause: error });
    }
    throw error;
  }
  return () => lock.close();
}

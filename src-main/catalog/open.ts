/** Opens the encrypted SQLite catalog of a workspace and brings it to the newest migration. */
import { chmodSync, closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { ChoraleError } from '../contract/errors.ts';

export type Catalog = {
  /** For the files of this room only: SQL lives nowhere else. */
  readonly db: Database.Database;
  readonly close: () => void;
};

const migrationName = /^(\d{4})-.+\.sql$/;

/** Where `resources/` lies: beside `src-main` in the source tree, beside `out` in a build. */
export const resources = (() => {
  const here = dirname(fileURLToPath(import.meta.url));
  const root = here.replace(/[\\/](src-main|out[\\/]main)([\\/].*)?$/, '');
  return join(root, 'resources');
})();

/**
 * @param file path of the SQLite file; made when absent, as is each missing table
 * @param key 32 bytes; the file is unreadable without them (SQLCipher page encryption, keyed raw: the passphrase has
 *   already been through argon2id)
 * @throws WORKSPACE_DAMAGED when the file is no catalog under this key, WORKSPACE_TOO_NEW when it was written by a
 *   later version
 */
export function openCatalog(file: string, key: Uint8Array): Catalog {
  ownerOnly(file);
  const db = new Database(file);
  try {
    db.pragma(`cipher = 'sqlcipher'`);
    db.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
    // Only of a new file: pages of a purged batch are then given back to the disk.
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('journal_mode = WAL');
    db.pragma('journal_size_limit = 67108864');
    // What SQLite sorts must not lie on the disk in plain text.
    db.pragma('temp_store = MEMORY');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 30000');
    migrate(db);
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB') {
      throw new ChoraleError('WORKSPACE_DAMAGED', { file }, { cause: error });
    }
    throw error;
  }
  return { db, close: () => db.close() };
}

/**
 * SQLite gives its files to everybody on the machine who may read the folder; those beside the file follow it. One that is
 * there is never opened here: closing it would let go of every lock that this process has on it (SQLite, "How To Corrupt").
 */
export function ownerOnly(file: string): void {
  if (existsSync(file)) chmodSync(file, 0o600);
  else closeSync(openSync(file, 'ax', 0o600));
}

/** For a thread that must not stand still: a write that would wait for another connection fails instead; see `isBusy`. */
export const neverWait = (catalog: Catalog): void => {
  catalog.db.pragma('busy_timeout = 0');
};

export const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');

function migrate(db: Database.Database): void {
  const folder = join(resources, 'migrations');
  const migrations = readdirSync(folder)
    .map((name) => ({ name, number: Number(migrationName.exec(name)?.[1]) }))
    .filter(({ number }) => number > 0)
    .sort((a, b) => a.number - b.number);
  const known = migrations.at(-1)?.number ?? 0;
  // An open of what is up to date takes no write lock, so it never waits for a job that writes.
  if (db.pragma('user_version', { simple: true }) === known) return;

  db.transaction(() => {
    const found = db.pragma('user_version', { simple: true }) as number;
    if (found > known) throw new ChoraleError('WORKSPACE_TOO_NEW', { found, known });
    for (const { name, number } of migrations) {
      if (number <= found) continue;
      db.exec(readFileSync(join(folder, name), 'utf8'));
      db.pragma(`user_version = ${number}`);
    }
  }).immediate();
}

/** Messages, state and receipts in one SQLite file: WAL, and on the disk before anybody is told. */
import Database from 'better-sqlite3';
import { ChoraleError } from '../contract/errors.ts';
import type { ChunkGroup, LogEntry, MessageStore, StoredReceipt } from './store.ts';

const format = 2;

const tables = `
  create table series (
    id integer primary key check (id = 1),
    state blob not null
  ) strict;

  create table entry (
    position integer primary key autoincrement,
    hash text not null unique,
    sender text not null,
    type text not null,
    round integer not null,
    attempt integer not null,
    sealed integer not null,
    bytes blob not null
  ) strict;

  create table receipt (
    seq integer primary key autoincrement,
    message text not null unique references entry (hash),
    hash text not null,
    text text not null
  ) strict;

  create table chunk_group (
    owner text primary key,
    kind text not null check (kind in ('upload', 'sum')),
    round integer not null
  ) strict;

  create table group_chunk (
    owner text not null references chunk_group (owner) on delete cascade,
    place integer not null,
    chunk text not null,
    primary key (owner, place)
  ) strict, without rowid;
  create index group_chunk_by_chunk on group_chunk (chunk);

  create table refusal (
    id integer primary key,
    at text not null,
    sender text not null,
    type text not null,
    reason text not null
  ) strict;
`;

/** Since format 2. */
const charterTable = `
  create table charters (
    id integer primary key check (id = 1),
    gathered blob not null
  ) strict;
`;

/** Rounds are numbered as in `OverRounds`: of uploads, then of sums. */
const overGroups = `select owner from chunk_group
                    where (kind = 'upload' and round <= ?) or (kind = 'sum' and round <= ?)`;

/** @throws WORKSPACE_TOO_NEW, WORKSPACE_DAMAGED when the file is none of ours */
export function openSqliteStore(file: string): MessageStore {
  const db = new Database(file);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    const found = db.pragma('user_version', { simple: true }) as number;
    if (found > format) throw new ChoraleError('WORKSPACE_TOO_NEW', { found, known: format });
    if (found < format) {
      db.transaction(() => {
        if (found === 0) db.exec(tables);
        db.exec(charterTable);
        db.pragma(`user_version = ${format}`);
      })();
    }
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB') {
      throw new ChoraleError('WORKSPACE_DAMAGED', { file }, { cause: error });
    }
    throw error;
  }

  const addEntry = db.prepare(
    'insert into entry (hash, sender, type, round, attempt, sealed, bytes) values (?, ?, ?, ?, ?, ?, ?)',
  );
  const lastReceipt = db.prepare('select hash, text from receipt order by seq desc limit 1');

  return {
    async readState() {
      const row = db.prepare('select state from series where id = 1').get() as { state: Uint8Array } | undefined;
      return row?.state;
    },

    async commit({ state, entries, groups, receipt }) {
      db.transaction(() => {
        entries.forEach(({ hash, sender, type, round, attempt, sealed, bytes }, i) => {
          const { lastInsertRowid } = addEntry.run(hash, sender, type, round, attempt, sealed ? 1 : 0, bytes);
          if (i > 0 || receipt === undefined) return;
          const made = receipt(Number(lastInsertRowid), lastReceipt.get() as StoredReceipt | undefined);
          db.prepare('insert into receipt (message, hash, text) values (?, ?, ?)').run(hash, made.hash, made.text);
        });
        for (const { owner, kind, round, chunks } of groups) {
          db.prepare('insert into chunk_group (owner, kind, round) values (?, ?, ?)').run(owner, kind, round);
          const add = db.prepare('insert into group_chunk (owner, place, chunk) values (?, ?, ?)');
          chunks.forEach((chunk, place) => {
            add.run(owner, place, chunk);
          });
        }
        db.prepare(
          'insert into series (id, state) values (1, ?) on conflict (id) do update set state = excluded.state',
        ).run(state);
      }).immediate();
    },

    async entriesAfter(position, limit) {
      return db
        .prepare('select position, bytes from entry where position > ? and sealed = 0 order by position limit ?')
        .all(position, limit) as LogEntry[];
    },

    async message(hash) {
      return db.prepare('select bytes from entry where hash = ?').pluck().get(hash) as Uint8Array | undefined;
    },

    async receiptOf(messageHash) {
      return db.prepare('select text from receipt where message = ?').pluck().get(messageHash) as string | undefined;
    },

    async readCharters() {
      return db.prepare('select gathered from charters where id = 1').pluck().get() as Uint8Array | undefined;
    },

    async writeCharters(charters) {
      db.prepare(
        'insert into charters (id, gathered) values (1, ?) on conflict (id) do update set gathered = excluded.gathered',
      ).run(charters);
    },

    async noteRefusal({ at, from, type, reason }) {
      db.prepare('insert into refusal (at, sender, type, reason) values (?, ?, ?, ?)').run(at, from, type, reason);
    },

    async group(owner) {
      const row = db.prepare('select owner, kind, round from chunk_group where owner = ?').get(owner) as
        | Omit<ChunkGroup, 'chunks'>
        | undefined;
      if (row === undefined) return undefined;
      const chunks = db.prepare('select chunk from group_chunk where owner = ? order by place').pluck().all(owner);
      return { ...row, chunks: chunks as string[] };
    },

    async isOfSum(chunk) {
      const found = db
        .prepare(`select 1 from group_chunk join chunk_group using (owner) where chunk = ? and kind = 'sum' limit 1`)
        .get(chunk);
      return found !== undefined;
    },

    async overBefore({ uploads, sums }) {
      return db
        .prepare(
          `select distinct chunk from group_chunk where owner in (${overGroups})
             and chunk not in (select chunk from group_chunk where owner not in (${overGroups}))`,
        )
        .pluck()
        .all(uploads, sums, uploads, sums) as string[];
    },

    async forget({ uploads, sums }) {
      db.prepare(`delete from chunk_group where owner in (${overGroups})`).run(uploads, sums);
    },

    async close() {
      db.close();
    },
  };
}

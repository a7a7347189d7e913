/** What a coordinator of the tests has kept in its folder: whom it refused, and what it was told. */
import { join } from 'node:path';
import Database from 'better-sqlite3';

type Refused = { readonly sender: string; readonly type: string; readonly reason: string };

/** Messages that were not accepted, such as a second answer. */
export const refusalsOf = (folder: string): readonly Refused[] =>
  read(folder, 'select sender, type, reason from refusal order by id') as Refused[];

/** Of one partner and kind in one attempt there may be one alone. */
export const saidTwice = (folder: string): readonly unknown[] =>
  read(
    folder,
    `select sender, type, round, attempt from entry where type not in ('PRESENT', 'WITHDRAW', 'SURVIVORS')
     group by sender, type, round, attempt having count(*) > 1`,
  );

function read(folder: string, query: string): readonly unknown[] {
  const db = new Database(join(folder, 'coordinator', 'coordinator.sqlite'), { readonly: true });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

/** Many rows into one table: a statement for a handful of rows at a time, since calls cost more than rows. */
import type { Catalog } from './open.ts';

export type BulkValue = string | number | null;

export type BulkInsert = {
  /** Takes the values of one row, in the order of the columns. */
  readonly add: (...row: readonly BulkValue[]) => void;
  /** Writes what is still held back. */
  readonly end: () => void;
};

const rowsAtOnce = 25;

/** Use it inside a transaction, and end it there. */
export function bulkInsert({ db }: Catalog, table: string, columns: readonly string[]): BulkInsert {
  const one = `(${columns.map(() => '?').join(', ')})`;
  const into = `insert into ${table} (${columns.join(', ')}) values`;
  const many = db.prepare(`${into} ${Array.from({ length: rowsAtOnce }, () => one).join(', ')}`);
  const single = db.prepare(`${into} ${one}`);
  const full = rowsAtOnce * columns.length;
  const held: BulkValue[] = Array.from({ length: full }, () => null);
  let filled = 0;
  return {
    add(...row) {
      for (let at = 0; at < columns.length; at += 1) held[filled + at] = row[at]!;
      filled += columns.length;
      if (filled < full) return;
      many.run(held);
      filled = 0;
    },
    end() {
      for (let at = 0; at < filled; at += columns.length) single.run(held.slice(at, at + columns.length));
      filled = 0;
    },
  };
}

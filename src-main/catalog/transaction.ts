/** Several changes of the catalog that stand or fall together. */
import type { Catalog } from './open.ts';

/** Takes the write lock at once, so that what `work` reads is what it changes; inside another one it is a part of it. */
export const inOneTransaction = <Result>(catalog: Catalog, work: () => Result): Result =>
  catalog.db.transaction(work).immediate();

/** Reads of one moment, also while others write. `work` must not write. */
export const inOneSnapshot = <Result>(catalog: Catalog, work: () => Result): Result =>
  catalog.db.transaction(work).deferred();

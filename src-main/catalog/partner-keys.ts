/** The long-term keys of this partner beside the one it signs with: prepared to take its place, or replaced. */
import type { IdentityRow } from './identity.ts';
import type { Catalog } from './open.ts';

export type KeyReason = 'rotation' | 'loss';

export type NextKeyRow = Pick<IdentityRow, 'publicKey' | 'secretKey' | 'madeAt'> & { readonly reason: KeyReason };

export type ReplacedKeyRow = {
  readonly publicKey: Uint8Array;
  readonly reason: KeyReason;
  readonly madeAt: string;
  readonly replacedAt: string;
};

export const readNextKey = ({ db }: Catalog): NextKeyRow | undefined =>
  db
    .prepare(
      `select public_key as publicKey, secret_key as secretKey, made_at as madeAt, reason
       from partner_key where state = 'next'`,
    )
    .get() as NextKeyRow | undefined;

/** Instead of one that was prepared before and never taken. */
export function writeNextKey({ db }: Catalog, { publicKey, secretKey, madeAt, reason }: NextKeyRow): void {
  db.prepare(`delete from partner_key where state = 'next'`).run();
  db.prepare(
    `insert into partner_key (public_key, secret_key, state, reason, made_at) values (?, ?, 'next', ?, ?)`,
  ).run(publicKey, secretKey, reason, madeAt);
}

export const removeNextKey = ({ db }: Catalog): boolean =>
  db.prepare(`delete from partner_key where state = 'next'`).run().changes > 0;

/** The prepared key becomes the one that signs; the secret of the old one is gone. Within a transaction. */
export function takeNextKey(catalog: Catalog, at: string): void {
  const { db } = catalog;
  const next = readNextKey(catalog);
  if (next === undefined) return;
  db.prepare(`delete from partner_key where state = 'next'`).run();
  db.prepare(
    `insert into partner_key (public_key, secret_key, state, reason, made_at, replaced_at)
     select public_key, null, 'replaced', ?, made_at, ? from identity where id = 1`,
  ).run(next.reason, at);
  db.prepare('update identity set public_key = ?, secret_key = ?, made_at = ? where id = 1').run(
    next.publicKey,
    next.secretKey,
    next.madeAt,
  );
}

/** Newest first. */
export const replacedKeys = ({ db }: Catalog): readonly ReplacedKeyRow[] =>
  db
    .prepare(
      `select public_key as publicKey, reason, made_at as madeAt, replaced_at as replacedAt
       from partner_key where state = 'replaced' order by replaced_at desc`,
    )
    .all() as ReplacedKeyRow[];

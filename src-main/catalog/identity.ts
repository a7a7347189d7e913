/** Who this partner is: its id, its name and its long-term keys. One row, made once. */
import type { Catalog } from './open.ts';

export type IdentityRow = {
  readonly partnerId: string;
  readonly name: string;
  /** Ed25519: 32 and 64 bytes. */
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
  readonly madeAt: string;
};

export const readIdentity = (catalog: Catalog): IdentityRow | undefined =>
  catalog.db
    .prepare(
      `select partner_id as partnerId, name, public_key as publicKey, secret_key as secretKey, made_at as madeAt
       from identity where id = 1`,
    )
    .get() as IdentityRow | undefined;

/** @returns false when there is an identity already; it is never replaced */
export const addIdentity = (catalog: Catalog, row: IdentityRow): boolean =>
  catalog.db
    .prepare(
      `insert into identity (id, partner_id, name, public_key, secret_key, made_at) values (1, ?, ?, ?, ?, ?)
       on conflict (id) do nothing`,
    )
    .run(row.partnerId, row.name, row.publicKey, row.secretKey, row.madeAt).changes > 0;

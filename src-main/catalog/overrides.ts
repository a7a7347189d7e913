/** Blocking checks that two persons answer for. */
import type { Catalog } from './open.ts';

type Signed = {
  readonly by: string;
  readonly role: string;
  readonly at: string;
  readonly signature: Uint8Array;
  /** As of a decision. */
  readonly personId: string | null;
  readonly signedBy: Uint8Array | null;
};

export type OverrideRow = {
  readonly id: number;
  readonly packageHash: string;
  readonly planHash: string;
  readonly policyHash: string;
  /** Names, sorted. */
  readonly checks: readonly string[];
  readonly reason: string;
  readonly asked: Signed;
  /** Null until another person has confirmed it. */
  readonly confirmed: Signed | null;
};

export function addOverride(
  catalog: Catalog,
  { checks, asked, ...row }: Omit<OverrideRow, 'id' | 'confirmed'>,
): number {
  const { lastInsertRowid } = catalog.db
    .prepare(
      `insert into check_override (package_hash, plan_hash, policy_hash, checks, reason, asked_by, asked_role, asked_at,
         asked_signature, asked_person_id, asked_signed_by)
       values (@packageHash, @planHash, @policyHash, @checks, @reason, @by, @role, @at, @signature, @personId, @signedBy)`,
    )
    .run({ ...row, ...asked, checks: JSON.stringify(checks) });
  return Number(lastInsertRowid);
}

export const confirmOverride = (catalog: Catalog, id: number, confirmed: Signed): void => {
  catalog.db
    .prepare(
      `update check_override set confirmed_by = @by, confirmed_role = @role, confirmed_at = @at,
         confirmed_signature = @signature, confirmed_person_id = @personId, confirmed_signed_by = @signedBy
       where id = @id and confirmed_by is null`,
    )
    .run({ ...confirmed, id });
};

/** Oldest first. */
export const overridesOf = (catalog: Catalog, packageHash: string): readonly OverrideRow[] =>
  (
    catalog.db.prepare('select * from check_override where package_hash = ? order by id').all(packageHash) as Columns[]
  ).map(toOverride);

export const readOverride = (catalog: Catalog, id: number): OverrideRow | undefined => {
  const row = catalog.db.prepare('select * from check_override where id = ?').get(id) as Columns | undefined;
  return row && toOverride(row);
};

type Columns = Readonly<Record<string, string | number | Uint8Array | null>>;

function toOverride(row: Columns): OverrideRow {
  const signed = (who: 'asked' | 'confirmed'): Signed => ({
    by: String(row[`${who}_by`]),
    role: String(row[`${who}_role`]),
    at: String(row[`${who}_at`]),
    signature: row[`${who}_signature`] as Uint8Array,
    personId: row[`${who}_person_id`] as string | null,
    signedBy: row[`${who}_signed_by`] as Uint8Array | null,
  });
  return {
    id: Number(row.id),
    packageHash: String(row.package_hash),
    planHash: String(row.plan_hash),
    policyHash: String(row.policy_hash),
    checks: JSON.parse(String(row.checks)) as string[],
    reason: String(row.reason),
    asked: signed('asked'),
    confirmed: row.confirmed_by === null ? null : signed('confirmed'),
  };
}

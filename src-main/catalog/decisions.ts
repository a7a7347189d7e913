/** Decisions about packages, and standing approvals for the rounds of a series. */
import type { Catalog } from './open.ts';

export type DecisionRow = {
  readonly id: number;
  readonly packageHash: string;
  readonly planHash: string;
  readonly person: string;
  readonly role: string;
  readonly verdict: 'approve' | 'refuse' | 'request-changes';
  readonly comment: string;
  readonly standingApprovalId: number | null;
  readonly decidedAt: string;
  readonly signature: Uint8Array;
  /** The account; null where there was none. */
  readonly personId: string | null;
  /** The person's key, Ed25519; null for the partner's: under a standing approval, and before there were accounts. */
  readonly signedBy: Uint8Array | null;
};

export type StandingApprovalRow = {
  readonly id: number;
  readonly series: string;
  readonly planHash: string;
  readonly lastRound: number;
  readonly person: string;
  readonly role: string;
  readonly givenAt: string;
  readonly stoppedAt: string | null;
  readonly stoppedBy: string | null;
  readonly signature: Uint8Array;
  /** As of a decision. */
  readonly personId: string | null;
  readonly signedBy: Uint8Array | null;
  /** Packages approved under it. */
  readonly used: number;
};

const decisionColumns = `id, package_hash as packageHash, plan_hash as planHash, person, role, verdict, comment,
  standing_approval_id as standingApprovalId, decided_at as decidedAt, signature, person_id as personId,
  signed_by as signedBy`;

const standingColumns = `id, series, plan_hash as planHash, last_round as lastRound, person, role, given_at as givenAt,
  stopped_at as stoppedAt, stopped_by as stoppedBy, signature, person_id as personId, signed_by as signedBy,
  (select count(*) from decision where standing_approval_id = standing_approval.id) as used`;

export function addDecision(catalog: Catalog, row: Omit<DecisionRow, 'id'>): void {
  catalog.db
    .prepare(
      `insert into decision (package_hash, plan_hash, person, role, verdict, comment, standing_approval_id,
         decided_at, signature, person_id, signed_by)
       values (@packageHash, @planHash, @person, @role, @verdict, @comment, @standingApprovalId, @decidedAt,
         @signature, @personId, @signedBy)`,
    )
    .run(row);
}

/** Oldest first. */
export const decisionsOf = (catalog: Catalog, packageHash: string): readonly DecisionRow[] =>
  catalog.db
    .prepare(`select ${decisionColumns} from decision where package_hash = ? order by id`)
    .all(packageHash) as DecisionRow[];

export const lastDecisionOf = (catalog: Catalog, packageHash: string): DecisionRow | undefined =>
  catalog.db
    .prepare(`select ${decisionColumns} from decision where package_hash = ? order by id desc limit 1`)
    .get(packageHash) as DecisionRow | undefined;

export function addStandingApproval(
  catalog: Catalog,
  row: Omit<StandingApprovalRow, 'id' | 'stoppedAt' | 'stoppedBy' | 'used'>,
): StandingApprovalRow {
  const { lastInsertRowid } = catalog.db
    .prepare(
      `insert into standing_approval (series, plan_hash, last_round, person, role, given_at, signature, person_id,
         signed_by)
       values (@series, @planHash, @lastRound, @person, @role, @givenAt, @signature, @personId, @signedBy)`,
    )
    .run(row);
  return { ...row, id: Number(lastInsertRowid), stoppedAt: null, stoppedBy: null, used: 0 };
}

export const readStandingApproval = (catalog: Catalog, id: number): StandingApprovalRow | undefined =>
  catalog.db.prepare(`select ${standingColumns} from standing_approval where id = ?`).get(id) as
    | StandingApprovalRow
    | undefined;

/** Newest first; of one series under one plan where these are given. */
export const listStandingApprovals = (
  catalog: Catalog,
  { series, planHash }: { readonly series?: string; readonly planHash?: string } = {},
): readonly StandingApprovalRow[] =>
  catalog.db
    .prepare(
      `select ${standingColumns} from standing_approval
       where (? is null or series = ?) and (? is null or plan_hash = ?) order by id desc`,
    )
    .all(series ?? null, series ?? null, planHash ?? null, planHash ?? null) as StandingApprovalRow[];

export const stopStandingApproval = (catalog: Catalog, id: number, at: string, person: string): void => {
  catalog.db
    .prepare('update standing_approval set stopped_at = ?, stopped_by = ? where id = ? and stopped_at is null')
    .run(at, person, id);
};

/** The Ed25519 keys of this partner, which certify those of its people. */
export const signingIdentity = (
  catalog: Catalog,
): { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array } | undefined =>
  catalog.db.prepare('select public_key as publicKey, secret_key as secretKey from identity where id = 1').get() as
    | { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array }
    | undefined;

/** Decisions about packages, and standing approvals for the rounds of a series. */
import type { Catalog } from './open.ts';

export type DecisionRow = {
  readonly id: number;
  readonly packageHash: string;
  readonly planHash: string;
  /** The rules in force; null for decisions of before. */
  readonly policyHash: string | null;
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

export type StandingTermsRow = {
  readonly policyHash: string;
  /** Names of the tensors that may leave. */
  readonly tensors: readonly string[];
  /** Null: whatever waits, and all that comes. */
  readonly firstRound: number | null;
  readonly mostRounds: number;
  readonly mostBytes: number;
  readonly endsAt: string | null;
  readonly membershipAuc: number | null;
  readonly warnings: readonly { readonly check: string; readonly ceiling: number }[];
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
  /** Packages approved under it, and their bytes. */
  readonly used: number;
  readonly usedBytes: number;
  /** Null for one of before, whose signature names no limits. */
  readonly limits: StandingTermsRow | null;
};

const decisionColumns = `id, package_hash as packageHash, plan_hash as planHash, policy_hash as policyHash, person, role, verdict, comment,
  standing_approval_id as standingApprovalId, decided_at as decidedAt, signature, person_id as personId,
  signed_by as signedBy`;

const standingColumns = `id, series, plan_hash as planHash, last_round as lastRound, person, role, given_at as givenAt,
  stopped_at as stoppedAt, stopped_by as stoppedBy, signature, person_id as personId, signed_by as signedBy,
  policy_hash as policyHash, tensors, first_round as firstRound, most_rounds as mostRounds, most_bytes as mostBytes, ends_at as endsAt,
  membership_auc as membershipAuc, warnings,
  (select count(*) from decision where standing_approval_id = standing_approval.id) as used,
  (select coalesce(sum(json_extract(p.manifest, '$.content.payload.bytes')), 0)
     from decision d join package p on p.hash = d.package_hash
     where d.standing_approval_id = standing_approval.id) as usedBytes`;

export function addDecision(catalog: Catalog, row: Omit<DecisionRow, 'id'>): void {
  catalog.db
    .prepare(
      `insert into decision (package_hash, plan_hash, policy_hash, person, role, verdict, comment, standing_approval_id,
         decided_at, signature, person_id, signed_by)
       values (@packageHash, @planHash, @policyHash, @person, @role, @verdict, @comment, @standingApprovalId, @decidedAt,
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
  row: Omit<StandingApprovalRow, 'id' | 'stoppedAt' | 'stoppedBy' | 'used' | 'usedBytes' | 'limits'> & {
    readonly limits: StandingTermsRow;
  },
): StandingApprovalRow {
  const { limits, ...given } = row;
  const { lastInsertRowid } = catalog.db
    .prepare(
      `insert into standing_approval (series, plan_hash, last_round, person, role, given_at, signature, person_id,
         signed_by, policy_hash, tensors, first_round, most_rounds, most_bytes, ends_at, membership_auc, warnings)
       values (@series, @planHash, @lastRound, @person, @role, @givenAt, @signature, @personId, @signedBy, @policyHash,
         @tensors, @firstRound, @mostRounds, @mostBytes, @endsAt, @membershipAuc, @warnings)`,
    )
    .run({
      ...given,
      ...limits,
      tensors: JSON.stringify(limits.tensors),
      warnings: JSON.stringify(limits.warnings),
    });
  return { ...row, id: Number(lastInsertRowid), stoppedAt: null, stoppedBy: null, used: 0, usedBytes: 0 };
}

export function readStandingApproval(catalog: Catalog, id: number): StandingApprovalRow | undefined {
  const row = catalog.db.prepare(`select ${standingColumns} from standing_approval where id = ?`).get(id);
  return row === undefined ? undefined : toStanding(row);
}

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
    .all(series ?? null, series ?? null, planHash ?? null, planHash ?? null)
    .map(toStanding);

function toStanding(found: unknown): StandingApprovalRow {
  const { policyHash, tensors, firstRound, mostRounds, mostBytes, endsAt, membershipAuc, warnings, ...row } =
    found as Omit<StandingApprovalRow, 'limits'> &
      (Omit<StandingTermsRow, 'tensors' | 'warnings' | 'policyHash'> & {
        readonly policyHash: string | null;
        readonly tensors: string;
        readonly warnings: string;
      });
  if (policyHash === null) return { ...row, limits: null };
  const lists = {
    tensors: JSON.parse(tensors) as string[],
    warnings: JSON.parse(warnings) as StandingTermsRow['warnings'],
  };
  return { ...row, limits: { policyHash, ...lists, firstRound, mostRounds, mostBytes, endsAt, membershipAuc } };
}

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

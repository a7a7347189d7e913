/** Decisions about a frozen package: who says what, bound by a signature to the package, the plan and the time. */
import { addDecision } from '../catalog/decisions.ts';
import type { Catalog } from '../catalog/open.ts';
import { lastApprovedPackage, type PackageRow, setPackageState } from '../catalog/packages.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { AuditAct } from '../contract/audit.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { PackageDifference, PackageManifest, PackageState, Verdict } from '../contract/release.ts';
import type { Person } from '../contract/settings.ts';
import type { SigningKeys } from '../federation/identity.ts';
import { appendAudit } from './audit.ts';
import { differenceSince, newFields } from './difference.ts';
import { readManifest } from './manifest.ts';
import { mayDecide } from './permissions.ts';
import { policyHash, policyNow } from './policy.ts';
import { signDecision } from './signing.ts';
import { findPackage, situationOf } from './situation.ts';

export type DecisionInput = {
  readonly packageHash: string;
  readonly verdict: Verdict;
  readonly comment: string;
  /** Fields of the comparison with the last package that the approver has ticked; all new ones are needed. */
  readonly fieldsRead?: readonly string[];
  readonly person: Person;
};

/**
 * @param keys of the person who decides
 * @throws NOT_FOUND for an unknown hash, PACKAGE_CHANGED when the document is not the one with this hash, NOT_ALLOWED
 *   when role, four eyes, a blocking check, the state, an unread field or a missing comment stand against it
 */
export function decide(
  { catalog }: Workspace,
  { packageHash, verdict, comment, fieldsRead = [], person }: DecisionInput,
  keys: SigningKeys,
  now: () => string = () => new Date().toISOString(),
): PackageState {
  return inOneTransaction(catalog, () => {
    const row = findPackage(catalog, packageHash);
    const manifest = readManifest(row.manifest, row.hash);
    const { allowed, reason } = mayDecide(verdict, situationOf(catalog, row, manifest, person));
    if (!allowed) throw notAllowed(verdict, reason ?? 'role');
    if (verdict !== 'approve' && comment.trim() === '') throw notAllowed(verdict, 'comment');
    if (verdict === 'approve') {
      const unread = newFields(comparison(catalog, row, manifest)).find((path) => !fieldsRead.includes(path));
      if (unread !== undefined) throw notAllowed(verdict, `field-read:${unread}`);
    }
    return recordDecision(catalog, row, { verdict, comment, person, standingApprovalId: null, decidedAt: now() }, keys);
  });
}

/**
 * Writes the decision, the new state and the log entry; the caller has asked whether it is allowed.
 * @param keys of the person; under a standing approval, of the partner
 */
export function recordDecision(
  catalog: Catalog,
  row: PackageRow,
  {
    verdict,
    comment,
    person,
    standingApprovalId,
    decidedAt,
  }: Omit<DecisionInput, 'packageHash' | 'fieldsRead'> & {
    readonly standingApprovalId: number | null;
    readonly decidedAt: string;
  },
  keys: SigningKeys,
): PackageState {
  const decision = {
    packageHash: row.hash,
    planHash: row.planHash,
    policyHash: policyHash(policyNow(catalog, row.series)),
    person: person.name,
    role: person.role,
    verdict,
    comment,
    standingApprovalId,
    decidedAt,
  };
  const { state, act } = consequences[verdict];
  addDecision(catalog, {
    ...decision,
    signature: signDecision(decision, keys),
    personId: person.id ?? null,
    signedBy: standingApprovalId === null ? keys.publicKey : null,
  });
  setPackageState(catalog, row.hash, state);
  appendAudit(catalog, {
    person: standingApprovalId === null ? person.name : 'engine',
    act,
    subject: row.name,
    detail: {
      package: row.hash,
      plan: row.planHash,
      policy: decision.policyHash,
      role: person.role,
      prepared: row.preparedBy,
      ...(standingApprovalId === null ? {} : { standingApproval: standingApprovalId, given: person.name }),
    },
    at: decidedAt,
  });
  return state;
}

/** Against the newest package of the series, before this one, that a person or a standing approval let go. */
export function lastApprovedBefore(
  catalog: Catalog,
  row: PackageRow,
): { readonly name: string; readonly hash: string; readonly manifest: PackageManifest } | undefined {
  const last = lastApprovedPackage(catalog, row, row.id);
  return last && { name: last.name, hash: last.hash, manifest: readManifest(last.manifest, last.hash) };
}

export function comparison(catalog: Catalog, row: PackageRow, manifest: PackageManifest): PackageDifference | null {
  const last = lastApprovedBefore(catalog, row);
  return last === undefined ? null : differenceSince(last, manifest);
}

const consequences: Readonly<Record<Verdict, { readonly state: PackageState; readonly act: AuditAct }>> = {
  approve: { state: 'approved', act: 'package-approved' },
  refuse: { state: 'refused', act: 'package-refused' },
  'request-changes': { state: 'changes-requested', act: 'changes-requested' },
};

const notAllowed = (verdict: Verdict, needs: string): ChoraleError =>
  new ChoraleError('NOT_ALLOWED', { action: `release.${verdict}`, needs });

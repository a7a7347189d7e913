/** Standing approvals: for the rounds of a series under one plan, as long as every check of every package passes. */
import {
  addStandingApproval,
  listStandingApprovals,
  readStandingApproval,
  type StandingApprovalRow,
  stopStandingApproval,
} from '../catalog/decisions.ts';
import type { PackageRow } from '../catalog/packages.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { PackageDifference, PackageManifest } from '../contract/release.ts';
import type { Person, Role } from '../contract/settings.ts';
import type { SigningKeys } from '../federation/identity.ts';
import { appendAudit } from './audit.ts';
import { worstOutcome } from './checks.ts';
import { comparison, findPackage, recordDecision, situationOf } from './decide.ts';
import { newFields } from './difference.ts';
import { readManifest } from './manifest.ts';
import { mayGiveStandingApproval, needsAnother } from './permissions.ts';
import { partnerKeys, signingChain, signStandingApproval, standingHolds } from './signing.ts';

export type StandingInput = {
  readonly series: string;
  readonly planHash: string;
  /** The last round that it covers. */
  readonly lastRound: number;
  readonly person: Person;
};

/**
 * @param keys of the person who gives it
 * @throws NOT_ALLOWED for a role that can't approve
 */
export function giveStandingApproval(
  { catalog }: Workspace,
  { series, planHash, lastRound, person }: StandingInput,
  keys: SigningKeys,
  now: () => string = () => new Date().toISOString(),
): StandingApprovalRow {
  if (!mayGiveStandingApproval(person).allowed) {
    throw new ChoraleError('NOT_ALLOWED', { action: 'release.standing', needs: 'role' });
  }
  return inOneTransaction(catalog, () => {
    const terms = { series, planHash, lastRound, person: person.name, role: person.role, givenAt: now() };
    const row = addStandingApproval(catalog, {
      ...terms,
      signature: signStandingApproval(terms, keys),
      personId: person.id ?? null,
      signedBy: keys.publicKey,
    });
    appendAudit(catalog, {
      person: person.name,
      act: 'standing-approval-given',
      subject: series,
      detail: { standingApproval: row.id, plan: planHash, lastRound },
      at: terms.givenAt,
    });
    return row;
  });
}

/** Any role may stop one, at once; packages that it let go before stay approved until they are sent or refused. */
export function stopStanding(
  { catalog }: Workspace,
  id: number,
  person: Person,
  now: () => string = () => new Date().toISOString(),
): StandingApprovalRow {
  return inOneTransaction(catalog, () => {
    const row = readStandingApproval(catalog, id);
    if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'standing approval', id: String(id) });
    if (row.stoppedAt !== null) return row;
    const at = now();
    stopStandingApproval(catalog, id, at, person.name);
    appendAudit(catalog, {
      person: person.name,
      act: 'standing-approval-stopped',
      subject: row.series,
      detail: { standingApproval: id, used: row.used },
      at,
    });
    return { ...row, stoppedAt: at, stoppedBy: person.name };
  });
}

export type StandingOutcome =
  | { readonly covered: true; readonly standingApproval: number }
  | { readonly covered: false; readonly reason: NotCovered };

export type NotCovered =
  | 'not-waiting'
  | 'none'
  | 'stopped'
  | 'round-beyond'
  | 'signature'
  | 'checks'
  | 'new-field'
  | 'prepared-by-approver';

/**
 * Approves a frozen package under the first standing approval that covers it. The package still gets its own decision
 * and log entry; when none covers it, it goes on waiting for a person.
 */
export function approveByStanding(
  { catalog }: Workspace,
  packageHash: string,
  keys: SigningKeys = partnerKeys(catalog),
  now: () => string = () => new Date().toISOString(),
): StandingOutcome {
  return inOneTransaction(catalog, (): StandingOutcome => {
    const row = findPackage(catalog, packageHash);
    const manifest = readManifest(row.manifest, row.hash);
    const difference = comparison(catalog, row, manifest);
    const chain = signingChain(catalog);
    let outcome: StandingOutcome = { covered: false, reason: row.state === 'frozen' ? 'none' : 'not-waiting' };
    for (const standing of listStandingApprovals(catalog, row)) {
      const { personId } = standing;
      const person = {
        ...(personId === null ? {} : { id: personId }),
        name: standing.person,
        role: standing.role as Role,
      };
      const signed = standingHolds(standing, chain);
      const another = needsAnother(situationOf(catalog, row, manifest, person));
      const reason = whyNotCovered(standing, row, manifest, { signed, another, difference });
      if (reason === undefined) {
        const decision = { verdict: 'approve' as const, comment: '', person, decidedAt: now() };
        recordDecision(catalog, row, { ...decision, standingApprovalId: standing.id }, keys);
        return { covered: true, standingApproval: standing.id };
      }
      outcome = { covered: false, reason };
    }
    return outcome;
  });
}

/** A pure rule, so that the page and the engine can never differ. */
export function whyNotCovered(
  standing: Pick<StandingApprovalRow, 'series' | 'planHash' | 'lastRound' | 'stoppedAt'>,
  { state, series, planHash, round }: Pick<PackageRow, 'state' | 'series' | 'planHash' | 'round'>,
  { checks }: Pick<PackageManifest, 'checks'>,
  { signed, another, difference }: { signed: boolean; another: boolean; difference: PackageDifference | null },
): NotCovered | undefined {
  if (state !== 'frozen') return 'not-waiting';
  if (standing.series !== series || standing.planHash !== planHash) return 'none';
  if (standing.stoppedAt !== null) return 'stopped';
  if (round > standing.lastRound) return 'round-beyond';
  if (!signed) return 'signature';
  if (worstOutcome(checks) !== 'pass') return 'checks';
  if (newFields(difference).length > 0) return 'new-field';
  return another ? 'prepared-by-approver' : undefined;
}

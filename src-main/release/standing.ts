/** Standing approvals: for the rounds of a series under one plan, as long as every check of every package passes. */
import {
  addStandingApproval,
  lastDecisionOf,
  listStandingApprovals,
  readStandingApproval,
  type StandingApprovalRow,
  type StandingTermsRow,
  stopStandingApproval,
} from '../catalog/decisions.ts';
import { listPackages, type PackageRow } from '../catalog/packages.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { StandingLimits } from '../contract/disclosure.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { DisclosureCheck, PackageDifference, PackageManifest } from '../contract/release.ts';
import type { Person, Role } from '../contract/settings.ts';
import type { SigningKeys } from '../federation/identity.ts';
import { type Plan, uploadBytes } from '../federation/plan.ts';
import { countingRound, planOfRound } from '../federation/rare-rows.ts';
import { readConsortium } from '../federation/series.ts';
import { appendAudit } from './audit.ts';
import { comparison, recordDecision } from './decide.ts';
import { newFields } from './difference.ts';
import { readManifest } from './manifest.ts';
import { mayGiveStandingApproval, needsAnother } from './permissions.ts';
import { overridable, policyHash, policyNow } from './policy.ts';
import { voidPackage } from './send.ts';
import { partnerKeys, signingChain, signStandingApproval, standingHolds } from './signing.ts';
import { findPackage, situationOf } from './situation.ts';

export type StandingInput = {
  readonly series: string;
  readonly planHash: string;
  /** The last round that it covers. */
  readonly lastRound: number;
  /** What is left out follows from the plan: a package and its bytes for each round, no end but the last round. */
  readonly limits?: { readonly [Name in keyof StandingLimits]?: StandingLimits[Name] | undefined };
  readonly person: Person;
};

/**
 * @param keys of the person who gives it: all of its limits are signed, and the rules in force with them
 * @throws NOT_ALLOWED for a role that can't approve, or a warning that nobody may let pass unseen
 */
export function giveStandingApproval(
  { catalog }: Workspace,
  { series, planHash, lastRound, limits = {}, person }: StandingInput,
  keys: SigningKeys,
  now: () => string = () => new Date().toISOString(),
): StandingApprovalRow {
  if (!mayGiveStandingApproval(person).allowed) throw notAllowed('role');
  const { warnings = [], mostRounds = lastRound + 1 } = limits;
  const neverUnseen = warnings.find(({ check }) => !overridable.includes(check));
  if (neverUnseen !== undefined) throw notAllowed(`warning:${neverUnseen.check}`);
  return inOneTransaction(catalog, () => {
    const plan = readConsortium(catalog, series)?.plan;
    const signed: StandingTermsRow = {
      policyHash: policyHash(policyNow(catalog, series)),
      tensors: [...(plan?.rareRows === undefined ? [] : ['rows']), ...(plan?.tensors ?? []).map(({ name }) => name)],
      firstRound: limits.firstRound ?? null,
      mostRounds,
      mostBytes: limits.mostBytes ?? mostRounds * (plan === undefined ? 1 : largestUpload(plan)),
      endsAt: limits.endsAt ?? null,
      membershipAuc: limits.membershipAuc ?? null,
      warnings,
    };
    const terms = {
      series,
      planHash,
      lastRound,
      limits: signed,
      person: person.name,
      role: person.role,
      givenAt: now(),
    };
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
      detail: {
        ...{ standingApproval: row.id, plan: planHash, policy: signed.policyHash, lastRound, mostRounds },
        ...(signed.firstRound === null ? {} : { firstRound: signed.firstRound }),
        ...{ mostBytes: signed.mostBytes, endsAt: signed.endsAt, membershipAuc: signed.membershipAuc },
        warnings: warnings.map(({ check, ceiling }) => `${check} ${ceiling}`).join(', '),
      },
      at: terms.givenAt,
    });
    return row;
  });
}

/** The round that counts rows may be the larger one. */
const largestUpload = (plan: Plan): number =>
  Math.max(uploadBytes(plan), plan.rareRows === undefined ? 0 : uploadBytes(planOfRound(plan, countingRound, null)));

/**
 * At once: what it let go and is not sent whole is void, also in the middle of an upload, and no further chunk leaves.
 */
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
    for (const approved of listPackages(catalog, { states: ['approved'], series: row.series, limit: 1000 })) {
      if (lastDecisionOf(catalog, approved.hash)?.standingApprovalId === id) {
        voidPackage(catalog, approved, 'standing-approval-stopped', at);
      }
    }
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
  | 'round-before'
  | 'round-beyond'
  | 'signature'
  | 'policy'
  | 'ended'
  | 'tensors'
  | 'too-many-rounds'
  | 'too-many-bytes'
  | 'checks'
  | 'membership'
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
    const policy = policyHash(policyNow(catalog, row.series));
    const at = now();
    const reasons: NotCovered[] = [];
    for (const standing of listStandingApprovals(catalog, row)) {
      const { personId } = standing;
      const person = {
        ...(personId === null ? {} : { id: personId }),
        name: standing.person,
        role: standing.role as Role,
      };
      const signed = standingHolds(standing, chain);
      const another = needsAnother(situationOf(catalog, row, manifest, person));
      const reason = whyNotCovered(standing, row, manifest, { signed, another, difference, policy, at });
      if (reason === undefined) {
        const decision = { verdict: 'approve' as const, comment: '', person, decidedAt: at };
        recordDecision(catalog, row, { ...decision, standingApprovalId: standing.id }, keys);
        return { covered: true, standingApproval: standing.id };
      }
      reasons.push(reason);
    }
    // Of the one that was given last.
    return { covered: false, reason: reasons[0] ?? (row.state === 'frozen' ? 'none' : 'not-waiting') };
  });
}

/** A pure rule, so that the page and the engine can never differ. */
export function whyNotCovered(
  standing: Pick<
    StandingApprovalRow,
    'series' | 'planHash' | 'lastRound' | 'stoppedAt' | 'limits' | 'used' | 'usedBytes'
  >,
  { state, series, planHash, round }: Pick<PackageRow, 'state' | 'series' | 'planHash' | 'round'>,
  { checks, content, membership, policy: madeUnder }: PackageManifest,
  { signed, another, difference, policy, at }: StandingSituation,
): NotCovered | undefined {
  const { limits } = standing;
  if (state !== 'frozen') return 'not-waiting';
  if (standing.series !== series || standing.planHash !== planHash) return 'none';
  if (standing.stoppedAt !== null) return 'stopped';
  if (round > standing.lastRound) return 'round-beyond';
  if (limits === null || !signed) return 'signature';
  if (limits.firstRound !== null && round < limits.firstRound) return 'round-before';
  if (limits.policyHash !== policy || madeUnder === null || policyHash(madeUnder) !== policy) return 'policy';
  if (limits.endsAt !== null && at > limits.endsAt) return 'ended';
  if (standing.used >= limits.mostRounds) return 'too-many-rounds';
  if (standing.usedBytes + content.payload.bytes > limits.mostBytes) return 'too-many-bytes';
  if (content.tensors.some(({ name }) => !limits.tensors.includes(name))) return 'tensors';
  if (checks.some((made) => !passesUnseen(made, limits.warnings))) return 'checks';
  // Round 0 counts rows and has learnt nothing that could tell a member.
  if (limits.membershipAuc !== null && round !== countingRound) {
    const auc = membership?.trunkAlone?.auc.value;
    if (auc === undefined || auc > limits.membershipAuc) return 'membership';
  }
  if (newFields(difference).length > 0) return 'new-field';
  return another ? 'prepared-by-approver' : undefined;
}

export type StandingSituation = {
  readonly signed: boolean;
  readonly another: boolean;
  readonly difference: PackageDifference | null;
  /** Hash of the rules in force. */
  readonly policy: string;
  readonly at: string;
};

/** A warning passes only where the approver has named it, on the near side of the ceiling. */
function passesUnseen(
  { name, outcome, measured, limit }: DisclosureCheck,
  warnings: StandingTermsRow['warnings'],
): boolean {
  if (outcome !== 'warn') return outcome === 'pass';
  const allowed = warnings.find(({ check }) => check === name);
  if (allowed === undefined || typeof measured !== 'number') return false;
  return limit.is === 'at-least' ? measured >= allowed.ceiling : measured <= allowed.ceiling;
}

const notAllowed = (needs: string): ChoraleError =>
  new ChoraleError('NOT_ALLOWED', { action: 'release.standing.give', needs });

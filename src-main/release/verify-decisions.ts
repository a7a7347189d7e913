/** Decisions in an audit bundle: each under its person's key, by a role that may, and by another person than who prepared. */
import type { DecisionRow, StandingApprovalRow } from '../catalog/decisions.ts';
import type { CheckName } from '../contract/disclosure.ts';
import { must, same } from './bundle-wrong.ts';
import { worstOutcome } from './checks.ts';
import { overridable } from './policy.ts';
import { decisionStands, type KeyInForce, overrideStands, type SigningChain, standingHolds } from './signing.ts';
import { whyNotCovered } from './standing.ts';
import type { Checking } from './verify.ts';
import type { CheckedLog } from './verify-log.ts';
import type { CheckedPackage } from './verify-packages.ts';

const deciding = ['compliance', 'administrator'];

/** By keys whose own chain was checked before. */
export type CheckedChain = SigningChain;

export const chainOf = ({ rows }: Checking, partnerKeys: readonly KeyInForce[]): CheckedChain => ({
  ...{ partnerKeys, certificates: rows.certificates, standingApprovals: rows.standingApprovals },
});

/** @throws BUNDLE_WRONG */
export function checkDecisions(
  { rows, open }: Checking,
  chain: CheckedChain,
  packages: readonly CheckedPackage[],
  log: CheckedLog,
): number {
  for (const standing of rows.standingApprovals) {
    const where = `standing approval ${standing.id} of ${standing.person}`;
    must(standingHolds(standing, chain), where, 'signature', 'one that holds', 'one that does not');
    must(deciding.includes(standing.role), where, 'role', deciding.join(' or '), standing.role);
  }
  const people = new Set([...rows.certificates.map(({ name }) => name), ...packages.map(({ row }) => row.preparedBy)]);
  let count = 0;
  for (const one of packages) {
    const { row, decisions, document } = one;
    for (const decision of decisions) {
      count++;
      const { person, role, verdict, packageHash, planHash, standingApprovalId, decidedAt } = decision;
      const where = `decision of ${person} about ${row.name} at ${decidedAt}`;
      same(where, 'other-hash', row.hash, packageHash);
      same(`${where} plan`, 'other-plan', row.planHash, planHash);
      must(decisionStands(decision, chain), where, 'signature', `one of ${person}`, 'one that does not hold');
      must(deciding.includes(role), where, 'role', deciding.join(' or '), role);
      if (verdict !== 'approve') continue;
      if (person === row.preparedBy) {
        must(people.size === 1, where, 'four-eyes', `another person than ${row.preparedBy}`, person);
        open('one-person', where);
      }
      for (const name of blocking(document)) {
        must(isOverridden(name, decision, one, chain), where, 'blocked-by-check', `an override of ${name}`, 'none');
      }
      if (standingApprovalId === null) continue;
      const standing = rows.standingApprovals.find(({ id }) => id === standingApprovalId);
      must(standing !== undefined, where, 'entry-missing', `standing approval ${standingApprovalId}`, 'none');
      must(standing.givenAt <= decidedAt, where, 'standing-approval', `after ${standing.givenAt}`, decidedAt);
      const reason = notCovered(standing, decision, one, packages);
      must(reason === undefined, where, 'standing-approval', 'a package that it covers', reason ?? 'none');
    }
    agreesWithLog(row.hash, row.name, decisions, log);
  }
  return count + rows.standingApprovals.length;
}

const blocking = ({ checks }: CheckedPackage['document']): readonly CheckName[] =>
  checks.filter(({ outcome }) => outcome === 'block').map(({ name }) => name);

/** Two persons have answered for it before, under the rules of the decision. */
function isOverridden(
  name: CheckName,
  { policyHash, decidedAt }: DecisionRow,
  { row, overrides }: CheckedPackage,
  chain: CheckedChain,
): boolean {
  if (!overridable.includes(name)) return false;
  return overrides.some((override) => {
    if (!override.checks.includes(name) || override.packageHash !== row.hash) return false;
    if (override.policyHash !== policyHash || override.planHash !== row.planHash) return false;
    if (override.confirmed === null || override.confirmed.at > decidedAt) return false;
    const { asked, confirmed } = overrideStands(override, chain);
    return asked && confirmed;
  });
}

/** By the rule that let it go, with what had gone under the approval until then. */
function notCovered(
  standing: StandingApprovalRow,
  { id, policyHash, decidedAt }: DecisionRow,
  { row, document }: CheckedPackage,
  packages: readonly CheckedPackage[],
): string | undefined {
  const before = packages.filter(({ decisions }) =>
    decisions.some((one) => one.id < id && one.standingApprovalId === standing.id && one.verdict === 'approve'),
  );
  const usedBytes = before.reduce((sum, one) => sum + one.document.content.payload.bytes, 0);
  const stoppedAt = standing.stoppedAt !== null && standing.stoppedAt < decidedAt ? standing.stoppedAt : null;
  const situation = { signed: true, another: false, difference: null, policy: policyHash ?? '', at: decidedAt };
  const asThen = { ...standing, stoppedAt, used: before.length, usedBytes };
  if (standing.limits === null) return beforeLimits(asThen, row, document);
  return whyNotCovered(asThen, { ...row, state: 'frozen' }, document, situation);
}

/** What an approval without signed limits covered when there were none. */
function beforeLimits(
  { series, planHash, lastRound, stoppedAt }: StandingApprovalRow,
  row: CheckedPackage['row'],
  { checks }: CheckedPackage['document'],
): string | undefined {
  if (series !== row.series || planHash !== row.planHash) return 'none';
  if (stoppedAt !== null) return 'stopped';
  if (row.round > lastRound) return 'round-beyond';
  return worstOutcome(checks) === 'pass' ? undefined : 'checks';
}

const acts: Readonly<Record<string, string>> = {
  approve: 'package-approved',
  refuse: 'package-refused',
  'request-changes': 'changes-requested',
};

function agreesWithLog(
  hash: string,
  name: string,
  decisions: CheckedPackage['decisions'],
  { ofPackage, first }: CheckedLog,
): void {
  if (first > 1) return;
  const logged = (ofPackage.get(hash) ?? []).map(({ act }) => act).filter((act) => Object.values(acts).includes(act));
  const decided = decisions.map(({ verdict }) => acts[verdict] ?? verdict);
  same(`decisions about ${name} in the log`, 'entry-missing', decided.join(' ') || 'none', logged.join(' ') || 'none');
}

/** Decisions in an audit bundle: each under its person's key, by a role that may, and by another person than who prepared. */
import { must, same } from './bundle-wrong.ts';
import { worstOutcome } from './checks.ts';
import { decisionStands, type SigningChain, standingHolds } from './signing.ts';
import type { Checking } from './verify.ts';
import type { CheckedLog } from './verify-log.ts';
import type { CheckedPackage } from './verify-packages.ts';

const deciding = ['compliance', 'administrator'];

/** @throws BUNDLE_WRONG */
export function checkDecisions(checking: Checking, packages: readonly CheckedPackage[], log: CheckedLog): number {
  const { manifest, rows, open } = checking;
  const chains = manifest.partnerKeys.map(
    (key): SigningChain => ({
      partnerKey: new Uint8Array(Buffer.from(key, 'base64url')),
      certificates: rows.certificates,
      standingApprovals: rows.standingApprovals,
    }),
  );
  for (const standing of rows.standingApprovals) {
    const where = `standing approval ${standing.id} of ${standing.person}`;
    must(
      chains.some((chain) => standingHolds(standing, chain)),
      where,
      'signature',
      'one that holds',
      'one that does not',
    );
    must(deciding.includes(standing.role), where, 'role', deciding.join(' or '), standing.role);
  }
  const people = new Set([...rows.certificates.map(({ name }) => name), ...packages.map(({ row }) => row.preparedBy)]);
  let count = 0;
  for (const { row, decisions, document } of packages) {
    for (const decision of decisions) {
      count++;
      const { person, role, verdict, packageHash, planHash, standingApprovalId, decidedAt } = decision;
      const where = `decision of ${person} about ${row.name} at ${decidedAt}`;
      same(where, 'other-hash', row.hash, packageHash);
      same(`${where} plan`, 'other-plan', row.planHash, planHash);
      must(
        chains.some((chain) => decisionStands(decision, chain)),
        where,
        'signature',
        `one of ${person}`,
        'one that does not hold',
      );
      must(deciding.includes(role), where, 'role', deciding.join(' or '), role);
      if (verdict !== 'approve') continue;
      if (person === row.preparedBy) {
        must(people.size === 1, where, 'four-eyes', `another person than ${row.preparedBy}`, person);
        open('one-person', where);
      }
      const worst = worstOutcome(document.checks);
      must(worst !== 'block', where, 'blocked-by-check', 'no blocking check', 'one');
      if (standingApprovalId === null) continue;
      const standing = rows.standingApprovals.find(({ id }) => id === standingApprovalId);
      must(standing !== undefined, where, 'entry-missing', `standing approval ${standingApprovalId}`, 'none');
      same(`${where} standing approval`, 'other-series', row.series, standing.series);
      same(`${where} standing approval plan`, 'other-plan', row.planHash, standing.planHash);
      must(
        row.round <= standing.lastRound,
        where,
        'standing-approval',
        `rounds up to ${standing.lastRound}`,
        String(row.round),
      );
      must(standing.givenAt <= decidedAt, where, 'standing-approval', `after ${standing.givenAt}`, decidedAt);
      const stopped = standing.stoppedAt;
      must(stopped === null || decidedAt <= stopped, where, 'standing-approval', `before ${stopped}`, decidedAt);
    }
    agreesWithLog(row.hash, row.name, decisions, log);
  }
  return count + rows.standingApprovals.length;
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

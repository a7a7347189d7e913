/** Amendments in an audit bundle: each signed by who may prepare, after the package that it answers was sent back, and in the log. */

import { roleMay } from '../contract/permissions.ts';
import type { Role } from '../contract/settings.ts';
import { must, same } from './bundle-wrong.ts';
import { type AmendmentDigest, amendmentDigestStands } from './signing.ts';
import type { Checking } from './verify.ts';
import type { CheckedChain } from './verify-decisions.ts';
import type { CheckedLog } from './verify-log.ts';
import type { CheckedPackage } from './verify-packages.ts';

/** @throws BUNDLE_WRONG */
export function checkAmendments(
  { rows: { amendments }, open }: Checking,
  chain: CheckedChain,
  packages: readonly CheckedPackage[],
  log: CheckedLog,
): number {
  for (const amendment of amendments) {
    const { person, role, madeAt } = amendment;
    const where = whereIs(amendment);
    const stands = amendmentDigestStands(amendment, chain);
    must(stands !== false, where, 'signature', `one of ${person}`, 'one that does not hold');
    if (stands === undefined) open('structures-not-told', where);
    must(roleMay(role as Role, 'release.amend'), where, 'role', 'a role that prepares', role);
    answers(amendment, packages, log, open);
    const logged = log.amendments.find(({ detail }) => detail.amendment === amendment.id);
    if (logged === undefined) {
      const outside = log.first > 1 && madeAt < log.firstAt;
      must(outside, `${where} in the log`, 'entry-missing', 'series-amended', 'none');
      continue;
    }
    same(
      `entry ${logged.seq} of the log`,
      'row-differs',
      [amendment.packageHash, role, amendment.assays.length, amendment.compounds].join(' '),
      [logged.detail.package, logged.detail.role, logged.detail.assays, logged.detail.compounds].join(' '),
    );
  }
  for (const { seq, subject, detail } of log.amendments) {
    const known = amendments.some(({ id }) => id === detail.amendment);
    must(known, `entry ${seq} of the log`, 'entry-missing', `the amendment of ${subject}`, 'none in the bundle');
  }
  return amendments.length;
}

/** The package had been sent back before, and was not approved since. */
function answers(
  amendment: AmendmentDigest,
  packages: readonly CheckedPackage[],
  { first }: CheckedLog,
  open: Checking['open'],
): void {
  const { packageHash, series, round, attempt, madeAt } = amendment;
  const where = whereIs(amendment);
  const answered = packages.find(({ row }) => row.hash === packageHash);
  if (answered === undefined) {
    must(first > 1, where, 'entry-missing', `package ${packageHash}`, 'none');
    open('before-the-excerpt', where);
    return;
  }
  const { row, decisions } = answered;
  same(`${where} round`, 'row-differs', place(row), place({ series, round, attempt }));
  const last = decisions.findLast(({ decidedAt }) => decidedAt <= madeAt)?.verdict ?? 'none';
  must(['request-changes', 'refuse'].includes(last), where, 'nothing-to-amend', 'a request for changes', last);
}

const place = (at: Pick<AmendmentDigest, 'series' | 'round' | 'attempt'>): string =>
  `${at.series} ${at.round} ${at.attempt}`;

const whereIs = ({ person, madeAt }: AmendmentDigest): string => `amendment of ${person} at ${madeAt}`;

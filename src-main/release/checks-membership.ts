/** The checks of what attacks on membership found, against the amber and red limits in force. */
import type { Attack, MembershipReport, ReleasePolicy } from '../contract/disclosure.ts';
import type { DisclosureCheck } from '../contract/release.ts';
import { falseRateSeen } from '../training/attack.ts';
import { check } from './check.ts';

type Limits = Pick<ReleasePolicy, 'membershipAuc' | 'membershipTpr' | 'membershipTrunk' | 'ofPlan'>;

/** Wrong about one in a thousand: what the limit of the share found is for. */
const usualFalseRate = 0.001;

/** @returns those that could be measured */
export function membershipChecks(report: MembershipReport, policy: Limits): DisclosureCheck[] {
  const { withHead, trunkAlone } = report;
  const strongest = [withHead, trunkAlone].reduce((one, other) =>
    one === null || (other !== null && other.tprAt01Percent.low > one.tprAt01Percent.low) ? other : one,
  );
  return [
    ...(withHead === null ? [] : [areaCheck('membership-auc', withHead, 'membershipAuc', report, policy)]),
    ...(strongest === null ? [] : [shareCheck(strongest, report, policy)]),
    ...(trunkAlone === null ? [] : [areaCheck('membership-trunk', trunkAlone, 'membershipTrunk', report, policy)]),
  ];
}

/**
 * Few held out give wide intervals. What blocks must be sure: the interval's lower end stands beyond the red limit. A
 * person looks as soon as the estimate stands beyond the amber one.
 */
function outcomeOf(
  { value, low }: Attack['auc'],
  { amber, red }: { readonly amber: number; readonly red: number },
): DisclosureCheck['outcome'] {
  if (low > red) return 'block';
  return value > amber ? 'warn' : 'pass';
}

function areaCheck(
  name: 'membership-auc' | 'membership-trunk',
  { attack, auc, tprAt1Percent }: Attack,
  limit: 'membershipAuc' | 'membershipTrunk',
  { round, members, heldOut }: MembershipReport,
  policy: Limits,
): DisclosureCheck {
  const { amber, red } = policy[limit];
  return check(name, {
    measured: auc.value,
    limit: { is: 'at-most', value: amber, source: sourceOf(policy, limit) },
    unit: 'area',
    outcome: outcomeOf(auc, policy[limit]),
    facts: { round, members, heldOut, attack, low: auc.low, high: auc.high, red, tprAt1Percent: tprAt1Percent.value },
  });
}

/** Where too few are held out to see one in a thousand, the limit is as many times the rate that they can show. */
function shareCheck(
  { attack, tprAt01Percent: found }: Attack,
  report: MembershipReport,
  policy: Limits,
): DisclosureCheck {
  const { round, members, heldOut } = report;
  const falseRate = falseRateSeen(usualFalseRate, heldOut);
  const scaled = (limit: number) => Math.min(1, (limit / usualFalseRate) * falseRate);
  const limits = { amber: scaled(policy.membershipTpr.amber), red: scaled(policy.membershipTpr.red) };
  return check('membership-tpr', {
    measured: found.value,
    limit: { is: 'at-most', value: limits.amber, source: sourceOf(policy, 'membershipTpr') },
    unit: 'share',
    outcome: outcomeOf(found, limits),
    facts: { round, members, heldOut, attack, low: found.low, high: found.high, red: limits.red, falseRate },
  });
}

const sourceOf = ({ ofPlan }: Limits, limit: string): DisclosureCheck['limit']['source'] =>
  ofPlan.includes(limit) ? 'plan' : 'application';

/** The rules that a package is held against, and who may let it go: one document, whose hash is the policy version. */
import type { Catalog } from '../catalog/open.ts';
import { readSetting } from '../catalog/settings.ts';
import type { AllowedWarning, CheckName, ReleasePolicy } from '../contract/disclosure.ts';
import { canonicalHash } from '../federation/canonical.ts';
import type { Plan } from '../federation/plan.ts';
import { readConsortium } from '../federation/series.ts';
import { type FourEyes, fourEyesByDefault, fourEyesSetting } from './permissions.ts';

type Limits = Omit<ReleasePolicy, 'format' | 'ofPlan' | 'overridable' | 'fourEyes'>;

/**
 * Where the plan names none.
 *
 * Membership: with the usual recipe on the data of three of the ten partners, after 60 rounds, the attack came to an AUC
 * of 0.69 to 0.76 on the trunk alone and of 0.80 to 0.85 with the own head, and at its strictest threshold found 0.6 to
 * 2.4 times what guessing would. So an AUC says at first that something was learnt, and its limits lie well above;
 * what endangers single compounds is a surer threshold (Carlini et al. 2022): five times and twenty times guessing.
 */
export const applicationLimits: Limits = {
  smallestTask: 10,
  clippedShare: 0.01,
  fewestCompounds: 3,
  membershipAuc: { amber: 0.87, red: 0.9 },
  membershipTpr: { amber: 0.005, red: 0.02 },
  membershipTrunk: { amber: 0.8, red: 0.85 },
};

/** Matters of degree. Whether bytes, hashes and texts are what they should be is no matter of degree. */
export const overridable: readonly CheckName[] = [
  'clipped-numbers',
  'membership-auc',
  'membership-tpr',
  'membership-trunk',
  'rare-rows',
  'smallest-task',
];

/** What an approver may let pass who knows that the series is of little data: whatever does not block. */
export const warningsThatDoNotBlock = ({ smallestTask }: Pick<ReleasePolicy, 'smallestTask'>): AllowedWarning[] => [
  { check: 'clipped-numbers', ceiling: 1 },
  { check: 'membership-auc', ceiling: 1 },
  { check: 'membership-tpr', ceiling: 1 },
  { check: 'membership-trunk', ceiling: 1 },
  { check: 'rare-rows', ceiling: 0 },
  { check: 'smallest-task', ceiling: smallestTask },
];

export function policyOf({ disclosure = {} }: Pick<Plan, 'disclosure'>, fourEyes: FourEyes): ReleasePolicy {
  return {
    format: 'chorale release policy 1',
    ...applicationLimits,
    ...disclosure,
    ofPlan: Object.keys(disclosure).sort(),
    overridable: [...overridable],
    fourEyes,
  };
}

export const policyHash = (policy: ReleasePolicy): string => canonicalHash('release policy', policy);

export const fourEyesNow = (catalog: Catalog): FourEyes =>
  readSetting<FourEyes>(catalog, fourEyesSetting) ?? fourEyesByDefault;

/** As it is now: what is decided under another one is void. */
export function policyNow(catalog: Catalog, series: string): ReleasePolicy {
  return policyOf(readConsortium(catalog, series)?.plan ?? {}, fourEyesNow(catalog));
}

/** Who may do what with a package: by role, by four eyes, by the state and the checks of the package. */
import type { FourEyes } from '../contract/people.ts';
import { roleMay } from '../contract/permissions.ts';
import type { DisclosureCheck, PackageState, Permission, Verdict } from '../contract/release.ts';
import type { Person } from '../contract/settings.ts';
import { worstOutcome } from './checks.ts';

/** `when-two-people`: the approver is another person than the preparer as soon as two have an account. */
export type { FourEyes } from '../contract/people.ts';

export const fourEyesSetting = 'release.fourEyes';
export const fourEyesByDefault: FourEyes = 'when-two-people';

export type Situation = {
  readonly person: Person;
  readonly state: PackageState;
  readonly checks: readonly Pick<DisclosureCheck, 'outcome'>[];
  readonly preparedBy: string;
  /** The account; null where there was none. */
  readonly preparedById: string | null;
  /** How many can sign in. */
  readonly people: number;
  readonly fourEyes: FourEyes;
};

const yes: Permission = { allowed: true, reason: null };
const no = (reason: NonNullable<Permission['reason']>): Permission => ({ allowed: false, reason });

/** A package can be decided on until it is sent; refusing what was approved is always possible before that. */
export function mayDecide(verdict: Verdict, situation: Situation): Permission {
  const { person, state, checks } = situation;
  if (state === 'void') return no('void');
  if (state === 'sent') return no('already-sent');
  if (!roleMay(person.role, 'release.decide')) return no('role');
  if (verdict !== 'approve') {
    return state === 'frozen' || state === 'approved' ? yes : no('already-decided');
  }
  if (state !== 'frozen') return no('already-decided');
  if (worstOutcome(checks) === 'block') return no('blocked-by-check');
  return needsAnother(situation) ? no('prepared-by-you') : yes;
}

/** A standing approval is given without a package to look at, so only the role counts. */
export const mayGiveStandingApproval = (person: Person): Permission =>
  roleMay(person.role, 'release.standing.give') ? yes : no('role');

export function needsAnother({
  person,
  preparedBy,
  preparedById,
  people,
  fourEyes,
}: Pick<Situation, 'person' | 'preparedBy' | 'preparedById' | 'people' | 'fourEyes'>): boolean {
  const haveAccounts = person.id !== undefined && preparedById !== null;
  const same = haveAccounts ? person.id === preparedById : person.name === preparedBy;
  if (!same || fourEyes === 'never') return false;
  return fourEyes === 'always' || people > 1;
}

/** Who may do what with a package: by role, by four eyes, by the state and the checks of the package. */
import type { DisclosureCheck, PackageState, Permission, Verdict } from '../contract/release.ts';
import type { Person, Role } from '../contract/settings.ts';
import { worstOutcome } from './checks.ts';

/** `when-two-people`: the approver is another person than the preparer as soon as the workspace knows two. */
export type FourEyes = 'always' | 'when-two-people' | 'never';

export const fourEyesSetting = 'release.fourEyes';

const rolesThatDecide: readonly Role[] = ['compliance', 'administrator'];

export type Situation = {
  readonly person: Person;
  readonly state: PackageState;
  readonly checks: readonly Pick<DisclosureCheck, 'outcome'>[];
  readonly preparedBy: string;
  /** Names that stand in the log. */
  readonly people: readonly string[];
  readonly fourEyes: FourEyes;
};

const yes: Permission = { allowed: true, reason: null };
const no = (reason: NonNullable<Permission['reason']>): Permission => ({ allowed: false, reason });

/** A package can be decided on until it is sent; refusing what was approved is always possible before that. */
export function mayDecide(verdict: Verdict, situation: Situation): Permission {
  const { person, state, checks } = situation;
  if (state === 'void') return no('void');
  if (state === 'sent') return no('already-sent');
  if (!rolesThatDecide.includes(person.role)) return no('role');
  if (verdict !== 'approve') {
    return state === 'frozen' || state === 'approved' ? yes : no('already-decided');
  }
  if (state !== 'frozen') return no('already-decided');
  if (worstOutcome(checks) === 'block') return no('blocked-by-check');
  return needsAnother(situation) ? no('prepared-by-you') : yes;
}

/** A standing approval is given without a package to look at, so only the role counts. */
export const mayGiveStandingApproval = (person: Person): Permission =>
  rolesThatDecide.includes(person.role) ? yes : no('role');

export function needsAnother({
  person,
  preparedBy,
  people,
  fourEyes,
}: Pick<Situation, 'person' | 'preparedBy' | 'people' | 'fourEyes'>): boolean {
  if (person.name !== preparedBy || fourEyes === 'never') return false;
  return fourEyes === 'always' || new Set([...people, person.name]).size > 1;
}

/** Who may do what with a package: by role, by four eyes, by the state and the checks of the package. */
import type { FourEyes } from '../contract/people.ts';
import { roleMay } from '../contract/permissions.ts';
import type {
  AnswerPermission,
  CheckName,
  DisclosureCheck,
  PackageState,
  Permission,
  Verdict,
} from '../contract/release.ts';
import type { Person } from '../contract/settings.ts';
import { worstOutcome } from './check.ts';

/** `when-two-people`: the approver is another person than the preparer as soon as two have an account. */
export type { FourEyes } from '../contract/people.ts';

export const fourEyesSetting = 'release.fourEyes';
export const fourEyesByDefault: FourEyes = 'when-two-people';

export type Situation = {
  readonly person: Person;
  readonly state: PackageState;
  readonly checks: readonly Pick<DisclosureCheck, 'name' | 'outcome'>[];
  /** Blocking checks that two persons answer for. */
  readonly overridden: readonly CheckName[];
  /** Whether the rules in force are those that the checks were made under. */
  readonly policyHolds: boolean;
  readonly preparedBy: string;
  /** The account; null where there was none. */
  readonly preparedById: string | null;
  /** How many can sign in. */
  readonly people: number;
  readonly fourEyes: FourEyes;
};

const yes = { allowed: true, reason: null } as const;
const no = <Reason extends string>(reason: Reason) => ({ allowed: false, reason }) as const;

/** A package can be decided on until it is sent; refusing what was approved is always possible before that. */
export function mayDecide(verdict: Verdict, situation: Situation): Permission {
  const { person, state, checks, overridden, policyHolds } = situation;
  if (state === 'void') return no('void');
  if (state === 'sent') return no('already-sent');
  if (!roleMay(person.role, 'release.decide')) return no('role');
  if (verdict !== 'approve') {
    return state === 'frozen' || state === 'approved' ? yes : no('already-decided');
  }
  if (state !== 'frozen') return no('already-decided');
  if (!policyHolds) return no('policy-changed');
  if (worstOutcome(checks, overridden) === 'block') return no('blocked-by-check');
  return needsAnother(situation) ? no('prepared-by-you') : yes;
}

/** A standing approval is given without a package to look at, so only the role counts. */
export const mayGiveStandingApproval = (person: Person): Permission =>
  roleMay(person.role, 'release.standing.give') ? yes : no('role');

/** An override that was asked for and waits, or is confirmed. */
export type AskedOverride = { readonly by: string; readonly isConfirmed: boolean };

/** @param overridable under the policy in force */
export function mayAskOverride(
  situation: Situation,
  overridable: readonly CheckName[],
  asked: AskedOverride | undefined,
): AnswerPermission {
  const { person, state, checks, policyHolds } = situation;
  if (state === 'void') return no('void');
  if (state !== 'frozen') return no('already-decided');
  if (!roleMay(person.role, 'release.override.ask')) return no('role');
  const blocking = checks.filter(({ outcome }) => outcome === 'block');
  if (blocking.length === 0) return no('nothing-blocks');
  if (!policyHolds) return no('policy-changed');
  if (blocking.some(({ name }) => !overridable.includes(name))) return no('not-overridable');
  if (asked !== undefined) return no('already-asked');
  return needsAnother(situation) ? no('prepared-by-you') : yes;
}

/** Never who asked for it, whatever the rule of four eyes says. */
export function mayConfirmOverride(situation: Situation, asked: AskedOverride | undefined): AnswerPermission {
  const { person, state, policyHolds } = situation;
  if (state === 'void') return no('void');
  if (state !== 'frozen') return no('already-decided');
  if (!roleMay(person.role, 'release.override.confirm')) return no('role');
  if (asked === undefined || asked.isConfirmed) return no('not-asked');
  if (!policyHolds) return no('policy-changed');
  if (person.name === asked.by) return no('asked-by-you');
  return needsAnother(situation) ? no('prepared-by-you') : yes;
}

/** Whoever may prepare may amend what was not let go. */
export function mayAmend({ person, state }: Pick<Situation, 'person' | 'state'>): AnswerPermission {
  if (state !== 'changes-requested' && state !== 'refused') return no('nothing-to-amend');
  return roleMay(person.role, 'release.amend') ? yes : no('role');
}

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

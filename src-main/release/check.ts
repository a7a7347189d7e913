/** How a disclosure check is written down: a measured number, its limit, and the sentence that its outcome is told in. */
import type { CheckName } from '../contract/disclosure.ts';
import type { DisclosureCheck } from '../contract/release.ts';

export const check = (
  name: CheckName,
  result: Omit<DisclosureCheck, 'name' | 'explanation' | 'facts'> & { readonly facts?: DisclosureCheck['facts'] },
): DisclosureCheck => ({ facts: {}, ...result, name, explanation: `check.${name}.${result.outcome}` });

/**
 * The worst of them decides what a person, or a standing approval, may do with the package.
 * @param overridden blocking checks that two persons answer for: as warnings
 */
export function worstOutcome(
  checks: readonly Pick<DisclosureCheck, 'outcome' | 'name'>[],
  overridden: readonly string[] = [],
): DisclosureCheck['outcome'] {
  if (checks.some(({ name, outcome }) => outcome === 'block' && !overridden.includes(name))) return 'block';
  return checks.some(({ outcome }) => outcome !== 'pass') ? 'warn' : 'pass';
}

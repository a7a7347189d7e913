/** Which blocking checks of a package two persons answer for. */
import type { Catalog } from '../catalog/open.ts';
import { overridesOf } from '../catalog/overrides.ts';
import type { PackageRow } from '../catalog/packages.ts';
import type { CheckName } from '../contract/disclosure.ts';
import type { AskedOverride } from './permissions.ts';
import { overridable, policyHash, policyNow } from './policy.ts';
import { overrideStands, signingChain } from './signing.ts';

/** Blocking checks of a package that two persons answer for, under the rules in force: read anew each time it is asked. */
export function overriddenChecks(catalog: Catalog, row: PackageRow): readonly CheckName[] {
  const inForce = policyHash(policyNow(catalog, row.series));
  const chain = signingChain(catalog);
  const standing = overridesOf(catalog, row.hash).filter((override) => {
    const { asked, confirmed } = overrideStands(override, chain);
    return override.planHash === row.planHash && override.policyHash === inForce && asked && confirmed;
  });
  return overridable.filter((name) => standing.some(({ checks }) => checks.includes(name)));
}

/** The one that counts: under the rules in force. */
export function askedOverride(
  catalog: Catalog,
  row: PackageRow,
): (AskedOverride & { readonly id: number }) | undefined {
  const inForce = policyHash(policyNow(catalog, row.series));
  const found = overridesOf(catalog, row.hash).findLast((override) => override.policyHash === inForce);
  return found && { id: found.id, by: found.asked.by, isConfirmed: found.confirmed !== null };
}

/** What the rules of `permissions` look at: a package as it stands, and who asks. */
import type { Catalog } from '../catalog/open.ts';
import { type PackageRow, readPackage } from '../catalog/packages.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { PackageManifest } from '../contract/release.ts';
import type { Person } from '../contract/settings.ts';
import { activePeople } from './accounts.ts';
import { overriddenChecks } from './overridden.ts';
import type { Situation } from './permissions.ts';
import { fourEyesNow, policyHash, policyNow } from './policy.ts';

export function findPackage(catalog: Catalog, hash: string): PackageRow {
  const row = readPackage(catalog, hash);
  if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'package', id: hash });
  return row;
}

/** What the rules of `permissions` look at. */
export const situationOf = (
  catalog: Catalog,
  row: PackageRow,
  { checks, policy }: PackageManifest,
  person: Person,
): Situation => {
  const inForce = policyNow(catalog, row.series);
  return {
    person,
    state: row.state,
    checks,
    overridden: overriddenChecks(catalog, row),
    policyHolds: policy !== null && policyHash(policy) === policyHash(inForce),
    preparedBy: row.preparedBy,
    preparedById: row.preparedById,
    people: activePeople(catalog).length,
    fourEyes: fourEyesNow(catalog),
  };
};

/** Overrides: what a check blocks may leave when one person says why, another confirms it, and both have signed. */

import type { Catalog } from '../catalog/open.ts';
import { addOverride, confirmOverride, readOverride } from '../catalog/overrides.ts';
import type { PackageRow } from '../catalog/packages.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Person } from '../contract/settings.ts';
import type { SigningKeys } from '../federation/identity.ts';
import { appendAudit } from './audit.ts';
import { readManifest } from './manifest.ts';
import { askedOverride } from './overridden.ts';
import { mayAskOverride, mayConfirmOverride } from './permissions.ts';
import { overridable, policyHash, policyNow } from './policy.ts';
import { overrideStands, signingChain, signOverride } from './signing.ts';
import { findPackage, situationOf } from './situation.ts';

/**
 * The first of the two: names all that blocks. Nothing is let go by it.
 * @throws NOT_FOUND, PACKAGE_CHANGED, NOT_ALLOWED also without a reason
 */
export function askOverride(
  { catalog }: Workspace,
  { packageHash, reason, person }: { packageHash: string; reason: string; person: Person },
  keys: SigningKeys,
  now: () => string = () => new Date().toISOString(),
): number {
  return inOneTransaction(catalog, () => {
    const row = findPackage(catalog, packageHash);
    const manifest = readManifest(row.manifest, row.hash);
    const { allowed, reason: against } = mayAskOverride(
      situationOf(catalog, row, manifest, person),
      overridable,
      askedOverride(catalog, row),
    );
    if (!allowed) throw notAllowed('ask', against ?? 'role');
    if (reason.trim() === '') throw notAllowed('ask', 'reason');
    const blocking = manifest.checks.filter(({ outcome }) => outcome === 'block').map(({ name }) => name);
    const terms = {
      packageHash,
      planHash: row.planHash,
      policyHash: policyHash(policyNow(catalog, row.series)),
      checks: blocking.sort(),
      reason,
    };
    const signer = { by: person.name, role: person.role, at: now() };
    const signature = signOverride(terms, signer, undefined, keys);
    const asked = { ...signer, signature, personId: person.id ?? null, signedBy: keys.publicKey };
    const id = addOverride(catalog, { ...terms, asked });
    log(catalog, row, 'override-asked', signer, { override: id, checks: terms.checks.join(' ') });
    return id;
  });
}

/** The second: signs what the first has signed. The package still waits for somebody to approve it. */
export function confirmAskedOverride(
  { catalog }: Workspace,
  { id, person }: { id: number; person: Person },
  keys: SigningKeys,
  now: () => string = () => new Date().toISOString(),
): void {
  inOneTransaction(catalog, () => {
    const asked = readOverride(catalog, id);
    if (asked === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'override', id: String(id) });
    const row = findPackage(catalog, asked.packageHash);
    const situation = situationOf(catalog, row, readManifest(row.manifest, row.hash), person);
    const { allowed, reason } = mayConfirmOverride(situation, {
      by: asked.asked.by,
      isConfirmed: asked.confirmed !== null,
    });
    if (!allowed) throw notAllowed('confirm', reason ?? 'role');
    if (!overrideStands(asked, signingChain(catalog)).asked) throw notAllowed('confirm', 'signature');
    const signer = { by: person.name, role: person.role, at: now() };
    const signature = signOverride(asked, signer, asked.asked.signature, keys);
    confirmOverride(catalog, id, { ...signer, signature, personId: person.id ?? null, signedBy: keys.publicKey });
    log(catalog, row, 'override-confirmed', signer, { override: id, asked: asked.asked.by });
  });
}

function log(
  catalog: Catalog,
  row: PackageRow,
  act: 'override-asked' | 'override-confirmed',
  { by, role, at }: { by: string; role: string; at: string },
  detail: Readonly<Record<string, string | number>>,
): void {
  appendAudit(catalog, { person: by, act, subject: row.name, detail: { package: row.hash, role, ...detail }, at });
}

const notAllowed = (what: 'ask' | 'confirm', needs: string): ChoraleError =>
  new ChoraleError('NOT_ALLOWED', { action: `release.override.${what}`, needs });

/** A package as its reviewer reads it: from the frozen document, never from a new computation. */
import {
  type DecisionRow,
  decisionsOf,
  lastDecisionOf,
  listStandingApprovals,
  type StandingApprovalRow,
} from '../catalog/decisions.ts';
import { assaysOfNewestTaskSet, lastMembershipReport } from '../catalog/membership.ts';
import type { Catalog } from '../catalog/open.ts';
import { type OverrideRow, overridesOf } from '../catalog/overrides.ts';
import { listPackages, type PackageFilter, type PackageRow } from '../catalog/packages.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { allowedWarning, checkName, localMembership, type Override } from '../contract/disclosure.ts';
import { isChoraleError } from '../contract/errors.ts';
import type {
  Decision,
  PackageManifest,
  PackageSummary,
  PackageView,
  StandingApproval,
  Verdict,
} from '../contract/release.ts';
import type { Person } from '../contract/settings.ts';
import { fingerprintOf } from '../federation/identity.ts';
import { leftOutNow, viewAmendments } from './amend.ts';
import { lastApprovedBefore } from './decide.ts';
import { differenceSince, packageFields } from './difference.ts';
import { readManifest } from './manifest.ts';
import { askedOverride } from './overridden.ts';
import { mayAmend, mayAskOverride, mayConfirmOverride, mayDecide, mayGiveStandingApproval } from './permissions.ts';
import { overridable, policyHash, policyNow } from './policy.ts';
import { decisionStands, keyAt, keyWordsOf, overrideStands, type SigningChain, signingChain } from './signing.ts';
import { findPackage, situationOf } from './situation.ts';

/** Newest first. */
export const summarisePackages = ({ catalog }: Workspace, filter: PackageFilter): PackageSummary[] =>
  listPackages(catalog, filter).map((row) => summarise(catalog, row, documentOf(row)));

/**
 * @param person who asks; null when nobody is signed in, who may do nothing
 * @throws NOT_FOUND, PACKAGE_CHANGED when the document is not the one that was frozen
 */
export function viewPackage({ catalog }: Workspace, hash: string, person: Person | null): PackageView {
  const row = findPackage(catalog, hash);
  const manifest = readManifest(row.manifest, row.hash);
  const last = lastApprovedBefore(catalog, row);
  const lastTensors = last?.manifest.content.tensors ?? [];
  return {
    ...summarise(catalog, row, manifest),
    manifest,
    manifestBytes: Buffer.byteLength(row.manifest),
    lastHistograms: Object.fromEntries(lastTensors.map(({ name, histogram }) => [name, histogram])),
    lastNorms: Object.fromEntries(lastTensors.map(({ name, norm }) => [name, norm])),
    fields: packageFields(manifest),
    difference: last === undefined ? null : differenceSince(last, manifest),
    decisions: viewDecisions(catalog, hash),
    standingApprovals: listStandingApprovals(catalog, row).map((standing) => viewStandingApproval(catalog, standing)),
    overrides: viewOverrides(catalog, hash),
    amendments: viewAmendments(catalog, row.series, row.round),
    membership: localReport(catalog, row, manifest),
    policy: {
      hash: policyHash(policyNow(catalog, row.series)),
      holds: manifest.policy !== null && policyHash(manifest.policy) === policyHash(policyNow(catalog, row.series)),
    },
    may: permissions(catalog, row, manifest, person),
  };
}

export function viewDecisions(catalog: Catalog, packageHash: string): Decision[] {
  const chain = signingChain(catalog);
  return decisionsOf(catalog, packageHash).map((row) => ({
    ...toDecision(row),
    keyWords: keyWordsOf(row.signedBy ?? keyAt(chain.partnerKeys, row.decidedAt)),
    signatureValid: decisionStands(row, chain),
  }));
}

export function viewStandingApproval(
  catalog: Catalog,
  { signature: _, personId: __, signedBy: ___, limits, ...shown }: StandingApprovalRow,
): StandingApproval {
  if (limits === null) return { ...shown, limits: null, policyHolds: false };
  const { policyHash: signed, tensors: ____, warnings, ...rest } = limits;
  return {
    ...shown,
    limits: { ...rest, warnings: warnings.map((warning) => allowedWarning.parse(warning)) },
    policyHolds: signed === policyHash(policyNow(catalog, shown.series)),
  };
}

export function viewOverrides(
  catalog: Catalog,
  packageHash: string,
  chain: SigningChain = signingChain(catalog),
): Override[] {
  return overridesOf(catalog, packageHash).map((row) => {
    const stands = overrideStands(row, chain);
    const signed = (of: 'asked' | 'confirmed', { by, role, at, signedBy }: OverrideRow['asked']) => ({
      ...{ person: by, role, at },
      signatureValid: stands[of],
      keyWords: keyWordsOf(signedBy),
    });
    return {
      ...{ id: row.id, packageHash: row.packageHash, policyHash: row.policyHash, reason: row.reason },
      checks: row.checks.map((name) => checkName.parse(name)),
      asked: signed('asked', row.asked),
      confirmed: row.confirmed === null ? null : signed('confirmed', row.confirmed),
    };
  });
}

/** The measurement that the document rests on; another one may have been made since. */
function localReport(catalog: Catalog, { series, round }: PackageRow, { membership }: PackageManifest) {
  if (membership === null) return null;
  const text = lastMembershipReport(catalog, series, round);
  const found = text === undefined ? undefined : localMembership.parse(JSON.parse(text));
  return found?.round === membership.round ? found : null;
}

/** What an amendment of this package may name. */
export function amendable({ catalog }: Workspace, hash: string) {
  const { series } = findPackage(catalog, hash);
  return { assays: [...assaysOfNewestTaskSet(catalog)], leftOut: leftOutNow(catalog, series) };
}

/** Document, checks and decisions for the file: the SHA-256 of `manifest` in canonical JSON is `hash`. */
export function exportPackage(
  { catalog }: Workspace,
  hash: string,
  exportedAt: string,
): { readonly fileName: string; readonly json: string } {
  const row = findPackage(catalog, hash);
  const exported = {
    document: 'chorale package for the file 1',
    exportedAt,
    state: row.state,
    hash,
    manifest: readManifest(row.manifest, row.hash),
    decisions: viewDecisions(catalog, hash),
    overrides: viewOverrides(catalog, hash),
    amendments: viewAmendments(catalog, row.series, row.round),
    sentAt: row.sentAt,
    receipt: row.receipt,
  };
  return { fileName: `${row.name}.json`, json: `${JSON.stringify(exported, null, 2)}\n` };
}

/** A document that is not the one that was frozen has no facts to show; its row is listed as void. */
function documentOf(row: PackageRow): PackageManifest | undefined {
  try {
    return readManifest(row.manifest, row.hash);
  } catch (error) {
    if (isChoraleError(error)) return undefined;
    throw error;
  }
}

function summarise(catalog: Catalog, row: PackageRow, manifest: PackageManifest | undefined): PackageSummary {
  const decision = lastDecisionOf(catalog, row.hash);
  const outcomes = (manifest?.checks ?? []).map(({ outcome }) => outcome);
  const having = (outcome: string) => outcomes.filter((found) => found === outcome).length;
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    series: row.series,
    round: row.round,
    attempt: row.attempt,
    state: manifest === undefined ? 'void' : row.state,
    bytes: manifest?.content.payload.bytes ?? 0,
    recipientName: manifest?.content.recipient.name ?? '',
    recipientHost: manifest?.content.recipient.host ?? '',
    preparedBy: row.preparedBy,
    frozenAt: row.frozenAt,
    decidedBy: decision?.person ?? null,
    decidedAt: decision?.decidedAt ?? null,
    sentAt: row.sentAt,
    receipt: row.receipt,
    checks: { pass: having('pass'), warn: having('warn'), block: having('block') },
    filesRemovedAt: row.filesRemovedAt,
  };
}

function permissions(
  catalog: Catalog,
  row: PackageRow,
  manifest: PackageManifest,
  person: Person | null,
): PackageView['may'] {
  const nobody = { allowed: false, reason: 'role' } as const;
  if (person === null) {
    return {
      ...{ approve: nobody, refuse: nobody, 'request-changes': nobody, standing: nobody },
      ...{ override: nobody, confirm: nobody, amend: nobody },
    };
  }
  const situation = situationOf(catalog, row, manifest, person);
  const asked = askedOverride(catalog, row);
  const may = (verdict: Verdict) => mayDecide(verdict, situation);
  return {
    approve: may('approve'),
    refuse: may('refuse'),
    'request-changes': may('request-changes'),
    standing: mayGiveStandingApproval(person),
    override: mayAskOverride(situation, overridable, asked),
    confirm: mayConfirmOverride(situation, asked),
    amend: mayAmend(situation),
  };
}

const toDecision = ({
  standingApprovalId,
  signature,
  signedBy,
  personId: _,
  ...shown
}: DecisionRow): Omit<Decision, 'signatureValid' | 'keyWords'> => ({
  ...shown,
  signedBy: signedBy === null ? null : fingerprintOf(signedBy).hex,
  standingApproval: standingApprovalId,
  signature: Buffer.from(signature).toString('base64url'),
});

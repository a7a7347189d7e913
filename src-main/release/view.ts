/** A package as its reviewer reads it: from the frozen document, never from a new computation. */
import {
  type DecisionRow,
  decisionsOf,
  lastDecisionOf,
  listStandingApprovals,
  type StandingApprovalRow,
} from '../catalog/decisions.ts';
import type { Catalog } from '../catalog/open.ts';
import { listPackages, type PackageFilter, type PackageRow } from '../catalog/packages.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { isChoraleError } from '../contract/errors.ts';
import type {
  Decision,
  PackageManifest,
  PackageSummary,
  PackageView,
  Permission,
  StandingApproval,
  Verdict,
} from '../contract/release.ts';
import type { Person } from '../contract/settings.ts';
import { fingerprintOf } from '../federation/identity.ts';
import { findPackage, lastApprovedBefore, situationOf } from './decide.ts';
import { differenceSince, packageFields } from './difference.ts';
import { readManifest } from './manifest.ts';
import { mayDecide, mayGiveStandingApproval } from './permissions.ts';
import { decisionStands, signingChain } from './signing.ts';

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
    standingApprovals: listStandingApprovals(catalog, row).map(viewStandingApproval),
    may: permissions(catalog, row, manifest, person),
  };
}

export function viewDecisions(catalog: Catalog, packageHash: string): Decision[] {
  const chain = signingChain(catalog);
  return decisionsOf(catalog, packageHash).map((row) => ({
    ...toDecision(row),
    signatureValid: decisionStands(row, chain),
  }));
}

export const viewStandingApproval = ({
  signature: _,
  personId: __,
  signedBy: ___,
  ...shown
}: StandingApprovalRow): StandingApproval => shown;

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
  const nobody: Permission = { allowed: false, reason: 'role' };
  const may = (verdict: Verdict) =>
    person === null ? nobody : mayDecide(verdict, situationOf(catalog, row, manifest, person));
  return {
    approve: may('approve'),
    refuse: may('refuse'),
    'request-changes': may('request-changes'),
    standing: person === null ? nobody : mayGiveStandingApproval(person),
  };
}

const toDecision = ({
  standingApprovalId,
  signature,
  signedBy,
  personId: _,
  ...shown
}: DecisionRow): Omit<Decision, 'signatureValid'> => ({
  ...shown,
  signedBy: signedBy === null ? null : fingerprintOf(signedBy).hex,
  standingApproval: standingApprovalId,
  signature: Buffer.from(signature).toString('base64url'),
});

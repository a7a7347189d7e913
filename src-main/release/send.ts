/** The last gate: what is sent is read from the frozen file and hashed once more, against the document and the approval. */
import { type DecisionRow, decisionsOf, lastDecisionOf } from '../catalog/decisions.ts';
import type { Catalog } from '../catalog/open.ts';
import { type PackageRow, setPackageSent, setPackageState } from '../catalog/packages.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Vault } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError, isChoraleError } from '../contract/errors.ts';
import type { PackageManifest, ReadBack } from '../contract/release.ts';
import { chunkAt, chunkCount, chunkHash, merkleRoot } from '../federation/chunks.ts';
import type { SigningKeys } from '../federation/identity.ts';
import { appendAudit } from './audit.ts';
import { worstOutcome } from './checks.ts';
import { findPackage } from './decide.ts';
import { readManifest } from './manifest.ts';
import { decisionHolds, partnerKeys } from './signing.ts';

export type OpenedPackage = {
  readonly name: string;
  readonly hash: string;
  readonly manifest: PackageManifest;
  /** Views into the payload of 1 MiB each, in order, each just compared with its hash. */
  readonly chunks: readonly Uint8Array[];
  readonly chunkHashes: readonly string[];
  readonly merkleRoot: string;
};

/**
 * May be called again after a kill in the middle of sending, also once the package counts as sent.
 * @throws NOT_APPROVED without an approval of exactly this package; PACKAGE_CHANGED when row, document, file or
 *   approval differ from what was frozen. A package in state approved is void from then on, and the log says why
 */
export function openForSending(
  { catalog, vault }: Workspace,
  packageHash: string,
  keys: SigningKeys = partnerKeys(catalog),
  now: () => string = () => new Date().toISOString(),
): OpenedPackage {
  const row = findPackage(catalog, packageHash);
  if (row.state !== 'approved' && row.state !== 'sent') {
    throw new ChoraleError('NOT_APPROVED', { package: row.name });
  }
  try {
    const manifest = readManifest(row.manifest, row.hash);
    requireSameRow(row, manifest);
    requireApproval(row, manifest, lastDecisionOf(catalog, row.hash), keys);
    const payload = readPayload(vault, row);
    const { firstBadChunk, bytes } = compareChunks(payload, manifest);
    if (firstBadChunk !== null || bytes !== manifest.content.payload.bytes) {
      const bad = firstBadChunk ?? chunkCount(bytes);
      throw changed(row, manifest.content.payload.chunks[bad] ?? 'end', chunkHash(chunkAt(payload, bad)));
    }
    const { chunks: chunkHashes, merkleRoot: root } = manifest.content.payload;
    if (merkleRoot(chunkHashes) !== root) throw changed(row, root, merkleRoot(chunkHashes));
    const chunks = chunkHashes.map((_, index) => chunkAt(payload, index));
    return { name: row.name, hash: row.hash, manifest, chunks, chunkHashes, merkleRoot: root };
  } catch (error) {
    if (row.state === 'approved' && isChoraleError(error)) voidPackage(catalog, row, error, now());
    throw error;
  }
}

/**
 * Keeps the coordinator's countersigned receipt; the first one stands. It is recorded also when somebody refused while
 * the bytes were on their way: they have left, and the log must say so.
 * @throws NOT_APPROVED when the package never was
 */
export function markSent(
  { catalog }: Workspace,
  packageHash: string,
  receipt: string,
  now: () => string = () => new Date().toISOString(),
): void {
  inOneTransaction(catalog, () => {
    const row = findPackage(catalog, packageHash);
    if (row.state === 'sent') return;
    if (!decisionsOf(catalog, packageHash).some(({ verdict }) => verdict === 'approve')) {
      throw new ChoraleError('NOT_APPROVED', { package: row.name });
    }
    const sentAt = now();
    setPackageSent(catalog, packageHash, sentAt, receipt);
    const { payload, recipient } = readManifest(row.manifest, row.hash).content;
    appendAudit(catalog, {
      person: 'engine',
      act: 'package-sent',
      subject: row.name,
      detail: {
        package: row.hash,
        round: row.round,
        bytes: payload.bytes,
        chunks: payload.chunks.length,
        host: recipient.host,
      },
      at: sentAt,
    });
    appendAudit(catalog, {
      person: recipient.name,
      act: 'receipt-stored',
      subject: row.name,
      detail: { package: row.hash, merkleRoot: payload.merkleRoot },
      at: sentAt,
    });
  });
}

/** For the reader of the review: the frozen file again, chunk by chunk; nothing is changed by asking. */
export function readBackPackage(
  { catalog, vault }: Workspace,
  packageHash: string,
  now: () => string = () => new Date().toISOString(),
): ReadBack {
  const row = findPackage(catalog, packageHash);
  const manifest = readManifest(row.manifest, row.hash);
  const compared = compareChunks(readPayload(vault, row), manifest);
  const agrees = compared.firstBadChunk === null && compared.bytes === manifest.content.payload.bytes;
  return { ...compared, agrees, checkedAt: now() };
}

/** The masked bytes. @throws PACKAGE_CHANGED when the file is gone, cut or was written by another hand */
export function readPayload(vault: Vault, row: PackageRow): Uint8Array {
  try {
    return vault.read(row.payloadFile);
  } catch (error) {
    if (!isChoraleError(error)) throw error;
    throw changed(row, row.payloadFile, error.code);
  }
}

function compareChunks(
  payload: Uint8Array,
  { content }: PackageManifest,
): { readonly bytes: number; readonly chunks: number; readonly firstBadChunk: number | null } {
  const { chunks } = content.payload;
  const bad = chunks.findIndex((hash, index) => chunkHash(chunkAt(payload, index)) !== hash);
  return { bytes: payload.length, chunks: chunks.length, firstBadChunk: bad === -1 ? null : bad };
}

/** The columns are for searching; what counts is the document, and they must say the same. */
function requireSameRow(row: PackageRow, { name, preparedBy, frozenAt, content }: PackageManifest): void {
  const stated = [name, content.series, content.round, content.attempt, content.planHash];
  const inRow = [row.name, row.series, row.round, row.attempt, row.planHash];
  const expected = [...stated, preparedBy.person, preparedBy.role, frozenAt].join(' ');
  const found = [...inRow, row.preparedBy, row.preparedRole, row.frozenAt].join(' ');
  if (expected !== found) throw changed(row, expected, found);
}

function requireApproval(
  row: PackageRow,
  { checks, content }: PackageManifest,
  decision: DecisionRow | undefined,
  { publicKey }: SigningKeys,
): void {
  const approves = decision?.verdict === 'approve' && decision.packageHash === row.hash;
  if (!approves || decision.planHash !== content.planHash || worstOutcome(checks) === 'block') {
    throw new ChoraleError('NOT_APPROVED', { package: row.name });
  }
  if (!decisionHolds(decision, publicKey)) throw changed(row, 'signature', 'decision');
}

function voidPackage(catalog: Catalog, row: PackageRow, error: ChoraleError, at: string): void {
  inOneTransaction(catalog, () => {
    setPackageState(catalog, row.hash, 'void');
    appendAudit(catalog, {
      person: 'engine',
      act: 'package-voided',
      subject: row.name,
      detail: { package: row.hash, cause: error.code },
      at,
    });
  });
}

const changed = (row: PackageRow, expected: string, found: string): ChoraleError =>
  new ChoraleError('PACKAGE_CHANGED', { package: row.name, expected, found });

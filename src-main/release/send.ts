/** The last gate: what is sent is read from the frozen file and hashed once more, against the document and the approval. */
import { type DecisionRow, decisionsOf, lastDecisionOf } from '../catalog/decisions.ts';
import type { Catalog } from '../catalog/open.ts';
import { type PackageRow, readPackage, setPackageSent, setPackageState } from '../catalog/packages.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Vault, VaultReader } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError, isChoraleError } from '../contract/errors.ts';
import type { PackageManifest, ReadBack } from '../contract/release.ts';
import { chunkHash, merkleRoot } from '../federation/chunks.ts';
import { appendAudit } from './audit.ts';
import { worstOutcome } from './check.ts';
import { readManifest } from './manifest.ts';
import { overriddenChecks } from './overridden.ts';
import { policyHash, policyNow } from './policy.ts';
import { decisionStands, signingChain } from './signing.ts';
import { findPackage } from './situation.ts';
import { listStored, storedChunk, withFile } from './stored.ts';

export type OpenedPackage = {
  readonly name: string;
  readonly hash: string;
  readonly manifest: PackageManifest;
  /**
   * A chunk of the frozen file, compared with its hash once more, while the approval still stands.
   * @throws PACKAGE_CHANGED: the package is void from then on; NOT_APPROVED once it was stopped or refused meanwhile
   */
  readonly chunk: (index: number) => Uint8Array;
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
  now: () => string = () => new Date().toISOString(),
): OpenedPackage {
  const row = findPackage(catalog, packageHash);
  if (row.state !== 'approved' && row.state !== 'sent') {
    throw new ChoraleError('NOT_APPROVED', { package: row.name });
  }
  try {
    const manifest = readManifest(row.manifest, row.hash);
    requireSameRow(row, manifest);
    requireApproval(catalog, row, manifest, lastDecisionOf(catalog, row.hash));
    const { firstBadChunk, found, bytes } = compareChunks(vault, row, manifest);
    if (firstBadChunk !== null || bytes !== manifest.content.payload.bytes) {
      const bad = firstBadChunk ?? manifest.content.payload.chunks.length;
      throw changed(row, manifest.content.payload.chunks[bad] ?? 'end', found[bad] ?? 'end');
    }
    const { chunks: chunkHashes, merkleRoot: root } = manifest.content.payload;
    if (merkleRoot(chunkHashes) !== root) throw changed(row, root, merkleRoot(chunkHashes));
    const chunk = (index: number) => chunkToSend({ catalog, vault }, row, index, chunkHashes[index]!, now);
    return { name: row.name, hash: row.hash, manifest, chunk, chunkHashes, merkleRoot: root };
  } catch (error) {
    if (row.state === 'approved' && isChoraleError(error)) voidPackage(catalog, row, error.code, now());
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
  const { firstBadChunk, bytes, chunks } = compareChunks(vault, row, manifest);
  const agrees = firstBadChunk === null && bytes === manifest.content.payload.bytes;
  return { bytes, chunks, firstBadChunk, agrees, checkedAt: now() };
}

/**
 * The masked bytes, read as far as they are needed.
 * @throws PACKAGE_CHANGED when the file is gone, cut or was written by another hand
 */
export function withPayload<Result>(vault: Vault, row: PackageRow, use: (payload: VaultReader) => Result): Result {
  try {
    return withFile(vault, row.payloadFile, use);
  } catch (error) {
    if (!isChoraleError(error) || error.code === 'PACKAGE_CHANGED') throw error;
    throw changed(row, row.payloadFile, error.code);
  }
}

function compareChunks(vault: Vault, row: PackageRow, { content }: PackageManifest) {
  const { chunks } = content.payload;
  const { chunks: found, bytes } = withPayload(vault, row, listStored);
  const bad = chunks.findIndex((hash, index) => found[index] !== hash);
  return { bytes, chunks: chunks.length, found, firstBadChunk: bad === -1 ? null : bad };
}

/** The file may change, and people may think otherwise, between any two chunks. */
function chunkToSend(
  { catalog, vault }: Pick<Workspace, 'catalog' | 'vault'>,
  row: PackageRow,
  index: number,
  hash: string,
  now: () => string,
): Uint8Array {
  const state = readPackage(catalog, row.hash)?.state;
  if (state !== 'approved' && state !== 'sent') throw new ChoraleError('NOT_APPROVED', { package: row.name });
  try {
    return sameChunk(vault, row, index, hash);
  } catch (error) {
    if (state === 'approved' && isChoraleError(error)) voidPackage(catalog, row, error.code, now());
    throw error;
  }
}

const sameChunk = (vault: Vault, row: PackageRow, index: number, hash: string): Uint8Array =>
  withPayload(vault, row, (payload) => {
    const chunk = storedChunk(payload, index);
    if (chunkHash(chunk) !== hash) throw changed(row, hash, chunkHash(chunk));
    return chunk;
  });

/** The columns are for searching; what counts is the document, and they must say the same. */
function requireSameRow(row: PackageRow, { name, preparedBy, frozenAt, content }: PackageManifest): void {
  const stated = [name, content.series, content.round, content.attempt, content.planHash];
  const inRow = [row.name, row.series, row.round, row.attempt, row.planHash];
  const expected = [...stated, preparedBy.person, preparedBy.role, frozenAt].join(' ');
  const found = [...inRow, row.preparedBy, row.preparedRole, row.frozenAt].join(' ');
  if (expected !== found) throw changed(row, expected, found);
}

function requireApproval(
  catalog: Catalog,
  row: PackageRow,
  { checks, content }: PackageManifest,
  decision: DecisionRow | undefined,
): void {
  const approves = decision?.verdict === 'approve' && decision.packageHash === row.hash;
  if (
    !approves ||
    decision.planHash !== content.planHash ||
    worstOutcome(checks, overriddenChecks(catalog, row)) === 'block'
  ) {
    throw new ChoraleError('NOT_APPROVED', { package: row.name });
  }
  if (!decisionStands(decision, signingChain(catalog))) throw changed(row, 'signature', 'decision');
  // What has been sent was sent under the rules of its time.
  const inForce = policyHash(policyNow(catalog, row.series));
  if (row.state === 'approved' && decision.policyHash !== inForce) {
    throw changed(row, decision.policyHash ?? 'none', inForce);
  }
}

/** Nothing of it leaves from now on; the log says why. */
export function voidPackage(catalog: Catalog, row: PackageRow, cause: string, at: string): void {
  inOneTransaction(catalog, () => {
    setPackageState(catalog, row.hash, 'void');
    appendAudit(catalog, {
      person: 'engine',
      act: 'package-voided',
      subject: row.name,
      detail: { package: row.hash, cause },
      at,
    });
  });
}

const changed = (row: PackageRow, expected: string, found: string): ChoraleError =>
  new ChoraleError('PACKAGE_CHANGED', { package: row.name, expected, found });

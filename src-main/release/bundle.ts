/** Writes an audit bundle: what proves years later what left this machine and who let it, in one signed file. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { listAmendments } from '../catalog/amendments.ts';
import { auditRange, readAuditRows } from '../catalog/audit.ts';
import { listConnections } from '../catalog/connections.ts';
import { chartersOf, consentsTo } from '../catalog/consents.ts';
import { listConsortia } from '../catalog/consortium.ts';
import { decisionsOf, listStandingApprovals } from '../catalog/decisions.ts';
import { readIdentity } from '../catalog/identity.ts';
import { heardMessages, ownMessages } from '../catalog/messages.ts';
import { overridesOf } from '../catalog/overrides.ts';
import { listPackages, type PackageRow } from '../catalog/packages.ts';
import { replacedKeys } from '../catalog/partner-keys.ts';
import { listCertificates } from '../catalog/people.ts';
import { inOneSnapshot } from '../catalog/transaction.ts';
import { openVault, type Vault } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { Person } from '../contract/settings.ts';
import { encodeCanonical, toBase64url } from '../federation/canonical.ts';
import { coordinatorId } from '../federation/formats.ts';
import { sign } from '../federation/identity.ts';
import { auditHead } from './audit.ts';
import { type BundleEntry, writeBundleFile } from './bundle-file.ts';
import {
  type BundleManifest,
  type BundleRows,
  type BundleSignatures,
  bundleFormat,
  countsOf,
  documentNames,
  encodeDocument,
  entriesInFile,
  escrowFile,
  logFile,
  type PackageInBundle,
  packageFile,
} from './bundle-form.ts';
import { digestOfAmendment, partnerKeys } from './signing.ts';
import { endings } from './verify-results.ts';

/** Signs for the person who exports: their key need not be in this thread. */
export type BundleSigner = {
  readonly publicKey: Uint8Array;
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
};

export type BundleOrder = {
  readonly period: { readonly from: string | null; readonly to: string | null };
  /** Names of packages whose escrow goes with it. */
  readonly escrowOf: readonly string[];
  readonly madeBy: Person;
  /** Null where this person has no key of their own. */
  readonly signer: BundleSigner | null;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly program: string;
  /** 32 random bytes that the escrow is sealed under. */
  readonly escrowKey: Uint8Array;
  /** An empty folder for the sealed escrow, which the caller removes. */
  readonly folder: string;
  /** The same for people to read: PDF of these facts. */
  readonly report: (facts: BundleFacts) => Promise<Uint8Array>;
};

/** All that the documents say, before they are bytes. */
export type BundleFacts = {
  readonly manifest: Omit<BundleManifest, 'documents'>;
  readonly rows: BundleRows;
  readonly documents: ReadonlyMap<string, string>;
};

const steps = 5;

/**
 * @param write takes the bytes of the file in their order
 * @throws NOT_FOUND before this partner has an identity, for a package that is not there, or one whose escrow is gone;
 *   INPUT_INVALID when the time holds no entry, or the file comes to more than 4 GiB
 */
export async function writeBundle(
  workspace: Workspace,
  order: BundleOrder,
  write: (bytes: Uint8Array) => void,
  control: Control,
): Promise<BundleManifest> {
  const { catalog, vault } = workspace;
  const report = (done: number) => {
    control.report({ step: 'bundle.write', done, total: steps });
    stopIfAsked(control);
  };
  report(0);
  const keys = partnerKeys(catalog);
  const file = writeBundleFile(write);
  const entries: BundleEntry[] = [];
  const add = (name: string, bytes: Uint8Array) => entries.push(file.add(name, bytes.length, () => [bytes]));

  const { facts, log } = inOneSnapshot(catalog, () => {
    const range = auditRange(catalog, order.period);
    if (range === undefined) throw nothingThere();
    return { facts: readFacts(workspace, order, range), log: [...logFiles(workspace, range, control)] };
  });
  report(1);
  add(documentNames.report, await order.report(facts));
  report(2);
  const { rows } = facts;
  add(documentNames.consortia, encodeDocument(rows.consortia));
  add(documentNames.keys, encodeDocument(rows.keys));
  add(documentNames.people, encodeDocument({ certificates: rows.certificates }));
  add(documentNames.charters, encodeDocument({ charters: rows.charters, consents: rows.consents }));
  const { packages, standingApprovals, amendments } = rows;
  add(documentNames.decisions, encodeDocument({ packages, standingApprovals, amendments }));
  add(documentNames.messages, encodeDocument(rows.messages));
  add(documentNames.results, encodeDocument(rows.results));
  add(documentNames.connections, encodeDocument(rows.connections));
  for (const [name, document] of facts.documents) add(packageFile(name), new TextEncoder().encode(document));
  report(3);
  for (const { name, bytes } of log) add(name, bytes);
  report(4);
  for (const name of order.escrowOf) {
    const sealed = sealEscrow(vault, escrowOf(workspace, name), order, control);
    entries.push(file.add(escrowFile(name), sealed.bytes, sealed.parts));
  }

  const manifest: BundleManifest = { ...facts.manifest, documents: entries };
  const bytes = encodeCanonical(manifest);
  const signatures: BundleSignatures = {
    format: 'chorale audit bundle signatures 1',
    partner: toBase64url(sign('bundle', bytes, keys.secretKey)),
    person: order.signer === null ? null : toBase64url(await order.signer.sign(bytes)),
  };
  add(documentNames.manifest, bytes);
  add(documentNames.signatures, encodeCanonical(signatures));
  file.end();
  report(steps);
  return manifest;
}

type Range = { readonly first: number; readonly last: number };

function readFacts({ catalog }: Workspace, order: BundleOrder, range: Range): BundleFacts {
  const { period, madeAt, madeBy, signer, program, escrowOf } = order;
  const packages = packagesIn(listPackages(catalog, { limit: Number.MAX_SAFE_INTEGER }), period).map((row) => ({
    row,
    inBundle: {
      row: withoutFiles(row),
      decisions: decisionsOf(catalog, row.hash),
      overrides: overridesOf(catalog, row.hash),
    } satisfies PackageInBundle,
  }));
  const consortia = listConsortia(catalog);
  const charters = consortia.flatMap(({ series }) => chartersOf(catalog, series).toReversed());
  const rows: BundleRows = {
    consortia: consortia.map(({ series, name, roster, plan, coordinatorUrl, coordinatorKey, joinedAt }) => ({
      ...{ series, name, roster, plan, coordinatorUrl, coordinatorKey, joinedAt },
    })),
    keys: ownKeys(catalog),
    certificates: listCertificates(catalog),
    charters,
    consents: charters.flatMap(({ hash }) => consentsTo(catalog, hash)),
    packages: packages.map(({ inBundle }) => inBundle),
    standingApprovals: listStandingApprovals(catalog).toReversed(),
    amendments: listAmendments(catalog, period).map(digestOfAmendment),
    messages: [...ownMessages(catalog, period)],
    results: heardMessages(catalog, { sender: coordinatorId, types: endings }, period),
    connections: connectionsIn(catalog, period),
  };
  const { partnerId, name } = readIdentity(catalog)!;
  return {
    rows,
    documents: new Map(packages.map(({ row }) => [row.name, row.manifest])),
    manifest: {
      format: bundleFormat,
      program,
      company: { id: partnerId, name },
      partnerKeys: rows.keys.map(({ publicKey }) => toBase64url(publicKey)).toReversed(),
      madeAt,
      madeBy: { name: madeBy.name, role: madeBy.role, key: signer === null ? null : toBase64url(signer.publicKey) },
      period: { ...period },
      log: { ...range, head: { ...auditHead(catalog) } },
      counts: countsOf(rows, range, escrowOf.length),
    },
  };
}

/** Frozen or sent in the time, or decided on. */
function packagesIn(rows: readonly PackageRow[], { from, to }: BundleOrder['period']): readonly PackageRow[] {
  const within = (at: string | null) => at !== null && (from === null || at >= from) && (to === null || at <= to);
  return rows.filter(({ frozenAt, sentAt }) => within(frozenAt) || within(sentAt)).toReversed();
}

const withoutFiles = ({ manifest: _, payloadFile: __, escrowFile: ___, ...row }: PackageRow): PackageInBundle['row'] =>
  row;

function connectionsIn(catalog: Workspace['catalog'], { from, to }: BundleOrder['period']): BundleRows['connections'] {
  const { connections } = listConnections(catalog, { limit: Number.MAX_SAFE_INTEGER });
  return connections
    .filter(({ at, lastAt }) => (from === null || lastAt >= from) && (to === null || at <= to))
    .toReversed();
}

/** Oldest first, the key in use last. */
function ownKeys(catalog: Workspace['catalog']): BundleRows['keys'] {
  const { publicKey, madeAt } = readIdentity(catalog)!;
  return [...replacedKeys(catalog).toReversed(), { publicKey, madeAt, reason: null, replacedAt: null }];
}

function* logFiles(
  { catalog }: Workspace,
  { first, last }: Range,
  control: Control,
): Generator<{ readonly name: string; readonly bytes: Uint8Array }> {
  for (let from = first, part = 1; from <= last; from += entriesInFile, part++) {
    stopIfAsked(control);
    control.report({ step: 'bundle.log', done: from - first, total: last - first + 1 });
    const rows = readAuditRows(catalog, from - 1, Math.min(entriesInFile, last - from + 1));
    yield { name: logFile(part), bytes: encodeDocument(rows) };
  }
}

function escrowOf({ catalog }: Workspace, name: string): PackageRow {
  const row = listPackages(catalog, { limit: Number.MAX_SAFE_INTEGER }).find((one) => one.name === name);
  if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'package', id: name });
  if (row.filesRemovedAt !== null) throw new ChoraleError('NOT_FOUND', { kind: 'escrow', id: name });
  return row;
}

const copiedAtOnce = 1 << 20;

/** Sealed once more, under a key that is told apart from the bundle: what is in it gives the clear change of the model. */
function sealEscrow(vault: Vault, { name, escrowFile: file }: PackageRow, order: BundleOrder, control: Control) {
  const clear = vault.open(file);
  try {
    const sealed = openVault(order.folder, order.escrowKey).create(name);
    for (let from = 0; from < clear.bytes; from += copiedAtOnce) {
      stopIfAsked(control);
      control.report({ step: 'bundle.escrow', done: from, total: clear.bytes });
      sealed.write(clear.read(from, from + copiedAtOnce));
    }
    sealed.close();
  } finally {
    clear.close();
  }
  const path = join(order.folder, name);
  return { bytes: statSync(path).size, parts: () => partsOfFile(path) };
}

const nothingThere = (): ChoraleError =>
  new ChoraleError('INPUT_INVALID', { issues: [{ path: 'from', message: 'no entry of the log is of this time' }] });

function* partsOfFile(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r');
  try {
    const part = new Uint8Array(copiedAtOnce);
    for (let length = readSync(file, part); length > 0; length = readSync(file, part)) yield part.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

/** Checks an audit bundle on a machine that has nothing but the bundle, and names the first thing that is wrong. */
import { type BundleCheck, type BundleVerdict, bundleCheck, type OpenPoint } from '../contract/bundle.ts';
import { type ChoraleError, isChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { decodeCanonical, fromBase64url, toBase64url } from '../federation/canonical.ts';
import { fingerprintOf, fingerprintOfText, signatureHolds } from '../federation/identity.ts';
import { type BundleBytes, type ReadBundle, readBundleFile } from './bundle-file.ts';
import {
  type BundleManifest,
  type BundleRows,
  bundleFormat,
  bundleManifest,
  bundleSignatures,
  countsOf,
  documentNames,
  parsed,
  readRows,
} from './bundle-form.ts';
import { must, same, wrong } from './bundle-wrong.ts';
import { certificateHolds } from './people.ts';
import { checkAmendments } from './verify-amendments.ts';
import { checkCharters } from './verify-charters.ts';
import { checkConsortia } from './verify-consortia.ts';
import { chainOf, checkDecisions } from './verify-decisions.ts';
import { type CheckEscrow, checkEscrows } from './verify-escrow.ts';
import { checkKeys } from './verify-keys.ts';
import { checkLog } from './verify-log.ts';
import { checkMessages } from './verify-messages.ts';
import { checkConnections, checkManifests, checkPackages } from './verify-packages.ts';
import { checkResults } from './verify-results.ts';

export type VerifyOptions = {
  /** Fingerprints that the auditor has from elsewhere, in words or hex; without them the keys have to be compared by voice. */
  readonly partnerKey?: string | undefined;
  readonly coordinatorKey?: string | undefined;
  /** Rebuilds what left from the escrow; absent without the key of the escrow. */
  readonly escrow?: CheckEscrow | undefined;
};

/** What the checks after the file's own work with. */
export type Checking = {
  readonly manifest: BundleManifest;
  readonly rows: BundleRows;
  readonly bundle: ReadBundle;
  readonly control: Control;
  readonly open: (what: OpenPoint['what'], where: string) => void;
};

/** @throws CANCELLED, FILE_UNREADABLE; whatever is wrong with the bundle is in the verdict */
export async function verifyBundle(
  file: BundleBytes,
  { partnerKey, coordinatorKey, escrow }: VerifyOptions,
  control: Control,
): Promise<BundleVerdict> {
  const checked: BundleVerdict['checked'] = [];
  const open: OpenPoint[] = [];
  const keys: BundleVerdict['keys'] = [];
  let manifest: BundleManifest | undefined;
  const done = (check: BundleCheck, count: number) => {
    checked.push({ check, count });
    stopIfAsked(control);
    control.report({
      step: 'bundle.verify',
      done: checked.length,
      total: bundleCheck.options.length,
      detail: { check },
    });
  };
  const about = (mistake: BundleVerdict['wrong']): BundleVerdict => ({
    sound: mistake === null,
    wrong: mistake,
    checked,
    company: manifest?.company ?? null,
    madeAt: manifest?.madeAt ?? null,
    madeBy: manifest?.madeBy.name ?? null,
    period: manifest?.period ?? null,
    head: manifest?.log.head ?? null,
    counts: manifest?.counts ?? null,
    keys,
    open,
  });

  try {
    const bundle = readBundleFile(file, control);
    done('file', bundle.entries.length);
    manifest = readManifest(bundle);
    done('signatures', checkSignatures(bundle, manifest));
    done('documents', checkDocuments(bundle, manifest));
    const rows = readRows(bundle.content);
    checkCounts(manifest, rows, bundle);
    const checking: Checking = {
      ...{ manifest, rows, bundle, control },
      open: (what, where) => open.push({ what, where }),
    };
    keys.push(...nameKeys(checking, partnerKey, coordinatorKey));
    done('keys', keys.length);
    done('people', checkPeople(checking));
    const log = checkLog(checking);
    done('log', log.entries);
    const consortia = checkConsortia(checking);
    done('consortia', consortia.length);
    const partnerKeys = checkKeys(checking, consortia, log);
    done('rotations', partnerKeys.length - 1);
    done('charters', checkCharters(checking, consortia, partnerKeys));
    const messages = checkMessages(checking, consortia, log);
    done('messages', messages.said.length);
    done('heads', messages.heads);
    done('receipts', messages.receipts);
    done('results', checkResults(checking, consortia, messages.said));
    const packages = checkPackages(checking, consortia, log);
    done('packages', packages.length);
    const chain = chainOf(checking, partnerKeys);
    done('decisions', checkDecisions(checking, chain, packages, log));
    done('amendments', checkAmendments(checking, chain, packages, log));
    done('manifests', checkManifests(checking, packages, messages.said, log));
    done('egress', checkConnections(checking, consortia, packages));
    done('escrow', await checkEscrows(checking, packages, escrow));
    return about(null);
  } catch (error) {
    if (!isChoraleError(error)) return about(uncheckable(checked, error));
    if (error.code !== 'BUNDLE_WRONG') throw error;
    return about((error as ChoraleError<'BUNDLE_WRONG'>).data);
  }
}

/** Documents that are signed and of the right form, and still of no sense to a check. */
function uncheckable(checked: BundleVerdict['checked'], error: unknown): NonNullable<BundleVerdict['wrong']> {
  const where = bundleCheck.options.find((check) => checked.every((one) => one.check !== check)) ?? 'file';
  return { where, rule: 'unreadable', expected: 'what can be checked', found: String(error) };
}

function readManifest(bundle: ReadBundle): BundleManifest {
  const { manifest: name, signatures } = documentNames;
  const last = bundle.entries.slice(-2).map((entry) => entry.name);
  same('the end of the file', 'entry-order', `${name} ${signatures}`, last.join(' '));
  const found = canonical(name, bundle.content(name));
  same(`${name} format`, 'other-format', bundleFormat, formatIn(found));
  return parsed(name, bundleManifest, found);
}

const formatIn = (found: unknown): string =>
  found !== null && typeof found === 'object' && 'format' in found ? String(found.format) : 'none';

/** Over every byte of the manifest, which holds the hash of every other entry. */
function checkSignatures(bundle: ReadBundle, { partnerKeys, madeBy }: BundleManifest): number {
  const { manifest, signatures: name } = documentNames;
  const signed = bundle.content(manifest);
  const { partner, person } = parsed(name, bundleSignatures, canonical(name, bundle.content(name)));
  const holds = (made: string, key: string) =>
    signatureHolds('bundle', signed, fromBase64url(made), fromBase64url(key));
  must(holds(partner, partnerKeys[0]!), `${name} partner`, 'signature', `by ${hexOf(partnerKeys[0]!)}`, 'another');
  must(
    (person === null) === (madeBy.key === null),
    `${name} person`,
    'signature',
    madeBy.key === null ? 'none' : 'one',
    person === null ? 'none' : 'one',
  );
  if (person === null || madeBy.key === null) return 1;
  must(holds(person, madeBy.key), `${name} person`, 'signature', `by ${hexOf(madeBy.key)}`, 'another');
  return 2;
}

function checkDocuments({ entries }: ReadBundle, { documents }: BundleManifest): number {
  const found = entries.slice(0, -2);
  for (let i = 0; i < Math.max(found.length, documents.length); i++) {
    const [expected, entry] = [documents[i], found[i]];
    same(`entry ${i + 1} of the file`, 'entry-order', expected?.name ?? 'none', entry?.name ?? 'none');
    same(`${entry!.name} length`, 'content-differs', String(expected!.bytes), String(entry!.bytes));
    same(entry!.name, 'content-differs', expected!.sha256, entry!.sha256);
  }
  return found.length;
}

/** What the manifest says that it holds. */
function checkCounts({ log, counts }: BundleManifest, rows: BundleRows, { entries }: ReadBundle): void {
  const escrows = entries.filter(({ name }) => name.startsWith('escrow/')).length;
  const found = countsOf(rows, log, escrows);
  for (const [name, count] of Object.entries(counts)) {
    same(`manifest.json counts ${name}`, 'row-differs', String(count), String(found[name as keyof typeof found]));
  }
}

function nameKeys(
  { manifest, rows, open }: Checking,
  partnerKey: string | undefined,
  coordinatorKey: string | undefined,
): BundleVerdict['keys'] {
  const { partnerKeys, company, madeBy } = manifest;
  const compare = (of: 'partner' | 'coordinator', name: string, key: string, given: string | undefined) => {
    const fingerprint = fingerprintOfText(key);
    if (given === undefined) open('key-not-compared', `${of} ${name}`);
    else must(isFingerprint(given, fingerprint), `key of the ${of} ${name}`, 'other-key', given, fingerprint.hex);
    return {
      of,
      name,
      fingerprint: { hex: fingerprint.hex, words: [...fingerprint.words] },
      compared: given !== undefined,
    };
  };
  const coordinators = new Map(
    rows.consortia.map(({ name, coordinatorKey: key }) => [toBase64url(key), name] as const),
  );
  if (madeBy.key === null) open('no-person-signature', madeBy.name);
  return [
    compare('partner', company.name, partnerKeys[0]!, partnerKey),
    ...[...coordinators].map(([key, name]) => compare('coordinator', name, key, coordinatorKey)),
    ...(madeBy.key === null
      ? []
      : [{ of: 'person' as const, name: madeBy.name, fingerprint: readable(madeBy.key), compared: false }]),
  ];
}

const readable = (key: string) => {
  const { hex, words } = fingerprintOfText(key);
  return { hex, words: [...words] };
};

/** In hex, or in words however they are parted. */
export function isFingerprint(given: string, { hex, words }: ReturnType<typeof fingerprintOf>): boolean {
  const said = given.trim().toLowerCase();
  if (/^[0-9a-f\s:-]+$/.test(said)) return said.replace(/[\s:-]/g, '') === hex;
  const parts = said.split(/[^a-z]+/).filter((part) => part !== '');
  return parts.length === words.length && parts.every((part, i) => part === words[i]);
}

/** Every certificate by the partner's present key; and who made the bundle is among those whom they name. */
function checkPeople({ manifest, rows: { certificates } }: Checking): number {
  const { madeBy, partnerKeys, madeAt } = manifest;
  for (const certificate of certificates) {
    const { partnerKey, name, publicKey } = certificate;
    const where = `people.json ${name}`;
    if (partnerKey === null) continue; // not certified: it counts for nothing below
    same(where, 'certificate', hexOf(partnerKeys[0]!), fingerprintOf(partnerKey).hex);
    must(
      certificateHolds(certificate, partnerKey),
      where,
      'certificate',
      'a signature that holds',
      'one that does not',
    );
    must(publicKey.length === 32, where, 'certificate', '32 bytes', String(publicKey.length));
  }
  if (madeBy.key !== null) {
    const own = certificates.some(
      ({ publicKey, name, role, partnerKey, validFrom, validUntil }) =>
        toBase64url(publicKey) === madeBy.key &&
        name === madeBy.name &&
        role === madeBy.role &&
        partnerKey !== null &&
        validFrom <= madeAt &&
        (validUntil === null || madeAt <= validUntil),
    );
    must(own, 'manifest.json madeBy', 'certificate', `a certificate of ${madeBy.name}`, 'none');
  }
  return certificates.length;
}

function canonical(name: string, bytes: Uint8Array): unknown {
  try {
    return decodeCanonical(bytes);
  } catch {
    throw wrong(name, 'document-form', 'canonical JSON', 'something else');
  }
}

const hexOf = (key: string): string => fingerprintOfText(key).hex;

/** Packages in an audit bundle: their documents, and that what was announced to the coordinator is what was approved, and nothing else. */
import { sha256 } from '../catalog/vault.ts';
import type { PackageManifest } from '../contract/release.ts';
import { merkleRoot } from '../federation/chunks.ts';
import { fingerprintOf } from '../federation/identity.ts';
import type { PackageInBundle } from './bundle-form.ts';
import { packageFile } from './bundle-form.ts';
import { must, same, wrong } from './bundle-wrong.ts';
import { hostOf } from './egress.ts';
import { readManifest } from './manifest.ts';
import type { Checking } from './verify.ts';
import type { CheckedConsortium } from './verify-consortia.ts';
import type { CheckedLog, LoggedAct } from './verify-log.ts';
import type { Said } from './verify-messages.ts';

export type CheckedPackage = PackageInBundle & { readonly document: PackageManifest };

/** @throws BUNDLE_WRONG */
export function checkPackages(
  { bundle, rows }: Checking,
  consortia: readonly CheckedConsortium[],
  log: CheckedLog,
): readonly CheckedPackage[] {
  const packages = rows.packages.map((one) => {
    const { row } = one;
    const where = packageFile(row.name);
    const text = new TextDecoder().decode(bundle.content(where));
    const document = documentOf(where, text, row.hash);
    const { content, preparedBy, frozenAt, name } = document;
    same(
      where,
      'row-differs',
      [name, content.series, content.round, content.attempt, content.planHash, preparedBy.person, frozenAt].join(' '),
      [row.name, row.series, row.round, row.attempt, row.planHash, row.preparedBy, row.frozenAt].join(' '),
    );
    const consortium = consortia.find(({ series }) => series === content.series);
    must(consortium !== undefined, where, 'entry-missing', `the consortium of ${content.series}`, 'none');
    same(`${where} plan`, 'other-plan', consortium.planHash, content.planHash);
    same(`${where} roster`, 'other-hash', consortium.rosterHash, content.rosterHash);
    const { hex } = fingerprintOf(consortium.coordinatorKey);
    same(`${where} recipient`, 'other-key', hex, content.recipient.fingerprint);
    same(`${where} chunks`, 'other-hash', content.payload.merkleRoot, merkleRoot(content.payload.chunks));
    return { ...one, document };
  });
  agreesWithLog(packages, log);
  return packages;
}

function documentOf(where: string, text: string, hash: string): PackageManifest {
  try {
    return readManifest(text, hash);
  } catch {
    throw wrong(where, 'other-hash', hash, sha256(text));
  }
}

/** Each entry of the log about a package has it in the bundle, and each state that a package claims has its entry. */
function agreesWithLog(packages: readonly CheckedPackage[], { acts, ofPackage, first }: CheckedLog): void {
  const byHash = new Map(packages.map((one) => [one.row.hash, one]));
  for (const { seq, act, subject, detail } of acts) {
    const one = byHash.get(String(detail.package));
    if (one === undefined) {
      must(first > 1, `entry ${seq} of the log`, 'entry-missing', `package ${subject}`, 'none in the bundle');
      continue;
    }
    same(`entry ${seq} of the log`, 'row-differs', one.row.name, subject);
    if (act === 'package-sent') same(`${one.row.name} state`, 'row-differs', 'sent', one.row.state);
  }
  if (first > 1) return;
  for (const { row } of packages) {
    const logged = ofPackage.get(row.hash) ?? [];
    const needs = row.state === 'sent' ? ['package-frozen', 'package-approved', 'package-sent'] : ['package-frozen'];
    for (const act of needs) {
      must(has(logged, act), `${row.name} in the log`, 'entry-missing', act, 'none');
    }
  }
}

const has = (logged: readonly LoggedAct[], act: string): boolean => logged.some((one) => one.act === act);

/**
 * Every announcement is of an approved package, byte for byte, and the approval was in the log that the announcement
 * names; every package that counts as sent was announced, and the coordinator has countersigned it.
 * @throws BUNDLE_WRONG
 */
export function checkManifests(
  { open }: Checking,
  packages: readonly CheckedPackage[],
  said: readonly Said[],
  log: CheckedLog,
): number {
  const announced = said.filter(({ message }) => message.type === 'MANIFEST');
  for (const { series, message, at, receiptText } of announced) {
    if (message.type !== 'MANIFEST') continue;
    const { round, attempt, body, logHead } = message;
    const where = `MANIFEST of round ${round}, attempt ${attempt}`;
    const one = packages.find(
      ({ row, document: { content } }) =>
        row.series === series &&
        row.round === round &&
        row.attempt === attempt &&
        content.payload.merkleRoot === body.root,
    );
    if (one === undefined) throw wrong(where, 'not-approved', `an approved package with the root ${body.root}`, 'none');
    const { row, decisions, document } = one;
    const { payload } = document.content;
    same(`${where} bytes`, 'row-differs', String(payload.bytes), String(body.bytes));
    same(`${where} commitment`, 'row-differs', payload.commitment, body.commitment);
    same(`${where} chunks`, 'row-differs', payload.chunks.join(' '), body.chunks.join(' '));
    const head = log.seqOf.get(logHead);
    const logged = log.ofPackage.get(row.hash) ?? [];
    const verdict = logged.findLast(
      ({ seq, act }) => seq <= (head ?? 0) && act !== 'package-frozen' && act !== 'package-sent',
    );
    if (verdict === undefined && log.first > 1) {
      open('before-the-excerpt', `approval of ${row.name}`);
    } else {
      same(`${where} approval in the log`, 'not-approved', 'package-approved', verdict?.act ?? 'none');
    }
    const decision = decisions.findLast(({ decidedAt }) => decidedAt <= at);
    same(`${where} decision before it`, 'not-approved', 'approve', decision?.verdict ?? 'none');
    if (row.state === 'sent')
      same(`${row.name} receipt`, 'receipt-missing', receiptText ?? 'none', row.receipt ?? 'none');
  }
  for (const { row, document } of packages) {
    if (row.state !== 'sent') continue;
    const { merkleRoot: root } = document.content.payload;
    const found = announced.some(({ message }) => message.type === 'MANIFEST' && message.body.root === root);
    if (!found && log.first > 1) open('before-the-excerpt', `MANIFEST of ${row.name}`);
    else must(found, row.name, 'entry-missing', `a MANIFEST with the root ${root}`, 'none');
  }
  return announced.length;
}

/** What went out as chunks belongs to approved packages, and nothing was let through to another host. */
export function checkConnections(
  { rows: { connections }, open }: Checking,
  consortia: readonly CheckedConsortium[],
  packages: readonly CheckedPackage[],
): number {
  const agreed = consortia.map(({ coordinatorUrl }) => hostOf(coordinatorUrl));
  for (const { host, at, outcome, purpose, packageHash } of connections) {
    const where = `connections.json ${host} at ${at}`;
    if (outcome === 'denied') continue;
    must(agreed.includes(host), where, 'other-host', agreed.join(' or ') || 'none', host);
    if (purpose !== 'chunk-up') continue;
    const one = packages.find(({ row }) => row.hash === packageHash);
    if (one === undefined) {
      open('before-the-excerpt', `package ${packageHash ?? 'none'}`);
      continue;
    }
    const approved = one.decisions.some(({ verdict, decidedAt }) => verdict === 'approve' && decidedAt <= at);
    must(approved, where, 'not-approved', `an approval of ${one.row.name} before it`, 'none');
  }
  return connections.length;
}

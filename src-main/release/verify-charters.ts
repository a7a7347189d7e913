/** Charters and consents in an audit bundle: each version signed by every partner, each consent by a person of this one. */
import { type ChoraleError, isChoraleError } from '../contract/errors.ts';
import { decodeCanonical, toBase64url } from '../federation/canonical.ts';
import { charterHash, readCompleteCharter } from '../federation/charter.ts';
import { must, same, wrong } from './bundle-wrong.ts';
import { consentHolds } from './consent.ts';
import { certificateOf } from './people.ts';
import { type KeyInForce, keyAt } from './signing.ts';
import type { Checking } from './verify.ts';
import type { CheckedConsortium } from './verify-consortia.ts';

/** @throws BUNDLE_WRONG */
export function checkCharters(
  { rows }: Checking,
  consortia: readonly CheckedConsortium[],
  keys: readonly KeyInForce[],
): number {
  const { charters, consents, certificates } = rows;
  for (const { hash, series, version, document } of charters) {
    const where = `charters.json ${series} version ${version}`;
    const { charter } = read(where, document);
    same(where, 'other-hash', hash, charterHash(charter));
    same(`${where} series`, 'other-series', series, charter.series);
    same(`${where} version`, 'other-version', String(version), String(charter.version));
    const consortium = consortia.find((one) => one.series === series);
    must(consortium !== undefined, where, 'entry-missing', `the consortium of ${series}`, 'none');
    const before = charters.find((one) => one.series === series && one.version === version - 1);
    if (before !== undefined) same(`${where} previous`, 'link-differs', before.hash, charter.previous ?? 'none');
  }
  for (const consent of consents) {
    const { charterHash: of, person, role, key, at, kind } = consent;
    const where = `charters.json ${kind === 'given' ? 'consent' : 'withdrawal'} of ${person} at ${at}`;
    must(
      charters.some(({ hash }) => hash === of),
      where,
      'entry-missing',
      `charter ${of}`,
      'none',
    );
    must(consentHolds(consent), where, 'signature', 'one that holds', 'one that does not');
    const signed = { signedBy: key, person, role, at };
    const inForce = keyAt(keys, at);
    const byPartner = inForce !== undefined && toBase64url(inForce) === toBase64url(key);
    const certified = certificateOf(certificates, keys.at(-1)!.publicKey, signed) !== undefined;
    must(byPartner || certified, where, 'certificate', `a certificate of ${person} as ${role}`, 'none');
  }
  return charters.length + consents.length;
}

function read(where: string, text: string) {
  try {
    return readCompleteCharter(decodeCanonical(new TextEncoder().encode(text)));
  } catch (error) {
    const data = isChoraleError(error) ? (error as ChoraleError<'CHARTER_INVALID'>).data : undefined;
    throw wrong(
      where,
      'document-form',
      'a charter that holds',
      data === undefined ? 'none' : `${data.place} ${data.reason}`,
    );
  }
}

/** A certificate that the coordinator signs itself: partners recognise it by its key, so nobody else need vouch for it. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { ChoraleError } from '../contract/errors.ts';
import { certificateFingerprint } from '../exchange/certificate.ts';

export type TlsIdentity = {
  /** PEM; the chain after the own certificate. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
};

const validForYears = 20;

/** Of the first certificate: what partners compare. @throws FILE_UNREADABLE when it is none, or the key another one's */
export function tlsFingerprint({ certificate, key }: TlsIdentity): string {
  try {
    const own = new X509Certificate(certificate);
    if (!own.checkPrivateKey(createPrivateKey(key))) throw new Error('other-key');
    return certificateFingerprint(own);
  } catch (error) {
    throw new ChoraleError(
      'FILE_UNREADABLE',
      { file: 'certificate', reason: 'no-certificate-and-key' },
      { cause: error },
    );
  }
}

/** The certificate in this folder, readable by the owner only; made when there is none. */
export function ownCertificate(folder: string, names: readonly string[], now: Date): TlsIdentity {
  const [certificateFile, keyFile] = [join(folder, 'tls-certificate.pem'), join(folder, 'tls-key.pem')];
  if (!existsSync(certificateFile)) {
    const made = selfSigned(names, now);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(keyFile, made.key, { mode: 0o600, flush: true });
    writeFileSync(certificateFile, made.certificate, { mode: 0o600, flush: true });
  }
  return { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
}

/** @param names host names and addresses @returns X.509 version 3 (RFC 5280) over ECDSA P-256 */
export function selfSigned(names: readonly string[], now: Date): TlsIdentity {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const until = new Date(now);
  until.setUTCFullYear(now.getUTCFullYear() + validForYears);
  const subject = sequence(set(sequence(oid(commonName), tagged(0x0c, Buffer.from('Chorale coordinator')))));
  const signedWith = sequence(oid(ecdsaWithSha256));
  const content = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serialOf(keys.publicKey)),
    signedWith,
    subject,
    sequence(time(now), time(until)),
    subject,
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(sequence(oid(subjectAlternativeName), tagged(0x04, sequence(...names.map(generalName)))))),
  );
  const certificate = sequence(content, signedWith, bitString(sign('sha256', content, keys.privateKey)));
  return {
    certificate: pem(certificate),
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** RFC 7468: lines of 64 characters and no empty one, which OpenSSL refuses. */
const pem = (certificate: Buffer): string => {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
};

// Object identifiers in their encoded form: 2.5.4.3, 1.2.840.10045.4.3.2, 2.5.29.17.
const commonName = [0x55, 0x04, 0x03];
const ecdsaWithSha256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const subjectAlternativeName = [0x55, 0x1d, 0x11];

/** DER: tag, length, content. */
function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: readonly Uint8Array[]): Buffer => tagged(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]): Buffer => tagged(0x31, ...parts);
const oid = (encoded: readonly number[]): Buffer => tagged(0x06, Buffer.from(encoded));
const integer = (bytes: Uint8Array): Buffer => tagged(0x02, bytes);
const bitString = (bytes: Uint8Array): Buffer => tagged(0x03, Buffer.from([0]), bytes);
/** UTCTime as long as it can be, for the years up to 2049; then GeneralizedTime. */
function time(moment: Date): Buffer {
  const digits = moment.toISOString().replace(/[-:T]|\.\d+/g, '');
  return moment.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(digits.slice(2)))
    : tagged(0x18, Buffer.from(digits));
}

/** Positive and no longer than the 20 bytes that are allowed. */
const serialOf = (key: KeyObject): Buffer => {
  const spki = key.export({ type: 'spki', format: 'der' });
  return Buffer.concat([Buffer.from([1]), spki.subarray(-16)]);
};

function generalName(name: string): Buffer {
  if (isIP(name) === 0) return tagged(0x82, Buffer.from(name));
  return tagged(0x87, isIP(name) === 4 ? Buffer.from(name.split('.').map(Number)) : addressBytes(name));
}

/** The 16 bytes of an IPv6 address. */
function addressBytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (text: string | undefined) => (text === undefined || text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...Array(8 - before.length - after.length).fill('0'), ...after];
  return Buffer.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

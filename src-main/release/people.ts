/** A person's signing key under their own passphrase, and the partner's certificate that says whose key it is. */
import { randomBytes } from 'node:crypto';
import sodium from 'libsodium-wrappers-sumo';
import { type CostOfGuess, keyFromPassphraseBeside, newSalt } from '../catalog/passphrase-key.ts';
import type { CertificateRow, PersonKeyRow } from '../catalog/people.ts';
import { encodeCanonical } from '../federation/canonical.ts';
import { type SigningKeys, sign, signatureHolds, signingKeys } from '../federation/identity.ts';

await sodium.ready;

/** A key pair whose secret half is sealed, as it is kept. */
export type SealedKey = Pick<PersonKeyRow, 'publicKey' | 'sealed' | 'salt' | 'operations' | 'memory'>;

const seedBytes = 32;
const nonceBytes = sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;

/** A new key under a passphrase, sealed as it is kept and open as it is used; the caller gives the latter to `wipeKeys`. */
export async function makeKey(
  personId: string,
  passphrase: string,
  cost: CostOfGuess,
): Promise<{ readonly sealed: SealedKey; readonly keys: SigningKeys }> {
  const seed = new Uint8Array(randomBytes(seedBytes));
  try {
    return { sealed: await sealKey(personId, seed, passphrase, cost), keys: signingKeys(seed) };
  } finally {
    sodium.memzero(seed);
  }
}

/** The same key under another passphrase; undefined when the old one is wrong. */
export async function resealedKey(
  personId: string,
  sealed: SealedKey,
  passphrase: string,
  next: string,
  cost: CostOfGuess,
): Promise<SealedKey | undefined> {
  const seed = await openSeed(personId, sealed, passphrase);
  if (seed === undefined) return undefined;
  try {
    return await sealKey(personId, seed, next, cost);
  } finally {
    sodium.memzero(seed);
  }
}

/** @returns the keys, to be given to `wipeKeys` after use; undefined when the passphrase is wrong */
export async function unsealKey(
  personId: string,
  sealed: SealedKey,
  passphrase: string,
): Promise<SigningKeys | undefined> {
  const seed = await openSeed(personId, sealed, passphrase);
  if (seed === undefined) return undefined;
  try {
    return signingKeys(seed);
  } finally {
    sodium.memzero(seed);
  }
}

/** Overwrites the secret half: whoever still holds the object can sign nothing with it. */
export const wipeKeys = ({ secretKey }: SigningKeys): void => sodium.memzero(secretKey);

export type CertificateTerms = Pick<
  CertificateRow,
  'personId' | 'publicKey' | 'name' | 'role' | 'validFrom' | 'validUntil'
>;

/** What the partner signs: this key is that person's, in this role, from and until these times. */
export const certificateBytes = (terms: CertificateTerms): Uint8Array => {
  const { personId, publicKey, name, role, validFrom, validUntil } = terms;
  return encodeCanonical({
    document: 'chorale certificate 1',
    ...{ person: personId, key: publicKey, name, role, from: validFrom, until: validUntil },
  });
};

export const signCertificate = (terms: CertificateTerms, partner: SigningKeys): Uint8Array =>
  sign('certificate', certificateBytes(terms), partner.secretKey);

export const certificateHolds = (certificate: CertificateRow, partnerKey: Uint8Array): boolean =>
  certificate.signature !== null &&
  signatureHolds('certificate', certificateBytes(certificate), certificate.signature, partnerKey);

/** A signature under a key is a person's when a certificate of that time gives the key to that name in that role. */
export type Signed = {
  readonly signedBy: Uint8Array;
  readonly person: string;
  readonly role: string;
  /** ISO 8601. */
  readonly at: string;
};

export function certificateOf(
  certificates: readonly CertificateRow[],
  partnerKey: Uint8Array,
  { signedBy, person, role, at }: Signed,
): CertificateRow | undefined {
  return certificates.find(
    (certificate) =>
      certificate.name === person &&
      certificate.role === role &&
      Buffer.from(certificate.publicKey).equals(signedBy) &&
      certificate.validFrom <= at &&
      (certificate.validUntil === null || at <= certificate.validUntil) &&
      certificateHolds(certificate, partnerKey),
  );
}

async function sealKey(
  personId: string,
  seed: Uint8Array,
  passphrase: string,
  { operations, memory }: CostOfGuess,
): Promise<SealedKey> {
  const { publicKey, secretKey } = signingKeys(seed);
  sodium.memzero(secretKey);
  const salt = newSalt();
  const key = await keyFromPassphraseBeside(passphrase, salt, { operations, memory });
  try {
    const nonce = sodium.randombytes_buf(nonceBytes);
    const box = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(seed, bound(personId, publicKey), null, nonce, key);
    return { publicKey, sealed: new Uint8Array(Buffer.concat([nonce, box])), salt, operations, memory };
  } finally {
    sodium.memzero(key);
  }
}

async function openSeed(
  personId: string,
  { publicKey, sealed, salt, operations, memory }: SealedKey,
  passphrase: string,
): Promise<Uint8Array | undefined> {
  if (sealed === null) return undefined;
  const key = await keyFromPassphraseBeside(passphrase, salt, { operations, memory });
  try {
    const [nonce, box] = [sealed.subarray(0, nonceBytes), sealed.subarray(nonceBytes)];
    return sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, box, bound(personId, publicKey), nonce, key);
  } catch {
    return undefined;
  } finally {
    sodium.memzero(key);
  }
}

/** Sealed together with whose key it is, so that two accounts cannot be exchanged in the catalog. */
const bound = (person: string, key: Uint8Array): Uint8Array =>
  encodeCanonical({ document: 'chorale person key 1', person, key });

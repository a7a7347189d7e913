/** Who a partner is: a long-term Ed25519 key, what it signs, and its fingerprint in words to compare by voice. */
import sodium from 'libsodium-wrappers-sumo';
import { fromBase64url, sha256, toHex } from './canonical.ts';
import { words } from './fingerprint-words.ts';

await sodium.ready;

export type SigningKeys = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

/** @param seed 32 random bytes */
export function signingKeys(seed: Uint8Array): SigningKeys {
  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(seed);
  return { publicKey, secretKey: privateKey };
}

/** What a signature is for: one made for a message is worth nothing under a roster. */
export type SignaturePurpose =
  | 'roster'
  | 'key card'
  | 'charter'
  | 'message'
  | 'receipt'
  | 'hello'
  | 'request'
  | 'approval'
  | 'consent'
  | 'certificate'
  | 'bundle';

/** @returns 64 bytes */
export const sign = (purpose: SignaturePurpose, bytes: Uint8Array, secretKey: Uint8Array): Uint8Array =>
  sodium.crypto_sign_detached(underHeading(purpose, bytes), secretKey);

export function signatureHolds(
  purpose: SignaturePurpose,
  bytes: Uint8Array,
  signature: Uint8Array,
  publicKey: Uint8Array,
): boolean {
  if (signature.length !== sodium.crypto_sign_BYTES || publicKey.length !== sodium.crypto_sign_PUBLICKEYBYTES)
    return false;
  return sodium.crypto_sign_verify_detached(signature, underHeading(purpose, bytes), publicKey);
}

export type Fingerprint = { readonly hex: string; readonly words: readonly string[] };

/**
 * @param publicKey 32 bytes
 * @returns SHA-256 in hex and its first 96 bits as twelve words. Finding another key with the same words takes about
 *   2^96 tries.
 */
export function fingerprintOf(publicKey: Uint8Array): Fingerprint {
  const digest = sha256('chorale fingerprint 1\n', publicKey);
  return { hex: toHex(digest), words: [...digest.subarray(0, 12)].map((byte) => words[byte]!) };
}

export const fingerprintOfText = (publicKey: string): Fingerprint => fingerprintOf(fromBase64url(publicKey));

/** The X25519 keys that belong to an Ed25519 key, to which others can seal. */
export const boxPublicKey = (publicKey: Uint8Array): Uint8Array =>
  sodium.crypto_sign_ed25519_pk_to_curve25519(publicKey);
export const boxSecretKey = (secretKey: Uint8Array): Uint8Array =>
  sodium.crypto_sign_ed25519_sk_to_curve25519(secretKey);

const underHeading = (purpose: SignaturePurpose, bytes: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`chorale ${purpose} 1\n`), bytes]);

/** How a partner signs each request to the coordinator, so that nobody else can make it, change it or make it again. */
import * as z from 'zod';
import { encodeCanonical, fromBase64url, sha256, toBase64url, toHex } from '../federation/canonical.ts';
import { bytesText, hash, moment, partnerId, signature } from '../federation/formats.ts';
import { sign, signatureHolds } from '../federation/identity.ts';

export type RequestTerms = {
  readonly partner: string;
  readonly planHash: string;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Hex SHA-256. */
  readonly body: string;
  readonly time: string;
  /** 16 bytes, base64url; accepted once. */
  readonly nonce: string;
  /** What the coordinator named itself at this start: a request of an earlier one is worth nothing. */
  readonly session: string;
};

/** Time, nonce and session apart, `planHash` is known to both sides and does not travel. */
export const requestHeaders = z.object({
  'chorale-partner': partnerId,
  'chorale-body': hash,
  'chorale-time': moment,
  'chorale-nonce': bytesText(16),
  'chorale-session': bytesText(16),
  'chorale-signature': signature,
});

export type RequestHeaders = z.infer<typeof requestHeaders>;

export const bodyHash = (body: Uint8Array | undefined): string => toHex(sha256(body ?? new Uint8Array()));

export const signRequest = (terms: RequestTerms, secretKey: Uint8Array): RequestHeaders => ({
  'chorale-partner': terms.partner,
  'chorale-body': terms.body,
  'chorale-time': terms.time,
  'chorale-nonce': terms.nonce,
  'chorale-session': terms.session,
  'chorale-signature': toBase64url(sign('request', encodeCanonical(terms), secretKey)),
});

export const requestSignatureHolds = (terms: RequestTerms, given: string, publicKey: Uint8Array): boolean =>
  signatureHolds('request', encodeCanonical(terms), fromBase64url(given), publicKey);

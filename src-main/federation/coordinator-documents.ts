/** What the coordinator signs besides messages: who it is at the start of a conversation, and what it has received. */
import * as z from 'zod';
import { canonicalHash, decodeCanonical, encodeCanonical, fromBase64url, toBase64url } from './canonical.ts';
import { bytesText, hash, moment, signature } from './formats.ts';
import { type SignaturePurpose, sign, signatureHolds } from './identity.ts';

export const hello = z.strictObject({
  format: z.literal('chorale hello 1'),
  planHash: hash,
  rosterHash: hash,
  /** Drawn by the partner, so that an old hello is worth nothing. */
  challenge: bytesText(32),
  /** New at each start of the coordinator. */
  session: bytesText(16),
  at: moment,
});

/** A link of the coordinator's chain of receipts. */
export const receipt = z.strictObject({
  format: z.literal('chorale receipt 1'),
  planHash: hash,
  /** Hash of the message that was received. */
  message: hash,
  /** Its place in the coordinator's log. */
  position: z.number().int().positive(),
  prevReceiptHash: hash,
  at: moment,
});

export type Hello = z.infer<typeof hello>;
export type Receipt = z.infer<typeof receipt>;

export const receiptHash = (document: Receipt): string => canonicalHash('receipt', document);

/** Canonical JSON of the document and its signature. */
export function signDocument(
  purpose: Extract<SignaturePurpose, 'hello' | 'receipt'>,
  document: Hello | Receipt,
  secretKey: Uint8Array,
): string {
  const signed = toBase64url(sign(purpose, encodeCanonical(document), secretKey));
  return new TextDecoder().decode(encodeCanonical({ document, signature: signed }));
}

/** @returns undefined when the text is no such document, or not signed with this key */
export function readDocument<Schema extends typeof hello | typeof receipt>(
  purpose: Extract<SignaturePurpose, 'hello' | 'receipt'>,
  schema: Schema,
  text: string,
  publicKey: Uint8Array,
): z.infer<Schema> | undefined {
  const parsed = z.strictObject({ document: schema, signature }).safeParse(decoded(text));
  if (!parsed.success) return undefined;
  const { document, signature: signed } = parsed.data as { document: z.infer<Schema>; signature: string };
  return signatureHolds(purpose, encodeCanonical(document), fromBase64url(signed), publicKey) ? document : undefined;
}

function decoded(text: string): unknown {
  try {
    return decodeCanonical(new TextEncoder().encode(text));
  } catch {
    return undefined;
  }
}

/** The small texts that signed documents are made of, as schemas. */
import * as z from 'zod';
import { partnerId as anyPartnerId } from '../contract/federation.ts';

export const coordinatorId = 'coordinator';

/** A partner's id in its consortium; the coordinator's own name is taken. */
export const partnerId = anyPartnerId.refine((id) => id !== coordinatorId);

/** SHA-256 in hex. */
export const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const noHash = '0'.repeat(64);

/** Base64url without padding, in the one spelling that its bytes have: two texts are never the same key. */
const base64url = z.string().refine((text) => Buffer.from(text, 'base64url').toString('base64url') === text);

export const bytesText = (bytes: number) => base64url.refine((text) => Buffer.byteLength(text, 'base64url') === bytes);

export const bytesTextUpTo = (bytes: number) =>
  base64url.refine((text) => Buffer.byteLength(text, 'base64url') <= bytes);

export const publicKey = bytesText(32);
export const signature = bytesText(64);
export const count = z.number().int().nonnegative();
export const moment = z.iso.datetime();

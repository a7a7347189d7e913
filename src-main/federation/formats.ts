/** The small texts that signed documents are made of, as schemas. */
import * as z from 'zod';
import { partnerId as anyPartnerId } from '../contract/federation.ts';

export const coordinatorId = 'coordinator';

/** A partner's id in its consortium; the coordinator's own name is taken. */
export const partnerId = anyPartnerId.refine((id) => id !== coordinatorId);

/** SHA-256 in hex. */
export const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const noHash = '0'.repeat(64);

/** Base64url without padding, of exactly so many bytes. */
export const bytesText = (bytes: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]*$/)
    .refine((text) => Buffer.byteLength(text, 'base64url') === bytes);

/** Base64url without padding, of at most so many bytes. */
export const bytesTextUpTo = (bytes: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]*$/)
    .refine((text) => Buffer.byteLength(text, 'base64url') <= bytes);

export const publicKey = bytesText(32);
export const signature = bytesText(64);
export const count = z.number().int().nonnegative();
export const moment = z.iso.datetime();

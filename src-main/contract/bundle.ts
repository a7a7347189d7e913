/** The audit bundle as the page and the command line see it: what is asked for, what was written, and what an auditor's check of it says. */
import * as z from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const fingerprint = z.object({ hex: z.string(), words: z.array(z.string()) });

export const bundleRequest = z.object({
  /** ISO 8601; null: from the first entry, up to the last. */
  from: z.iso.datetime().nullable().default(null),
  to: z.iso.datetime().nullable().default(null),
  /** Packages whose escrow goes with it, sealed under a key of its own. */
  escrowOf: z.array(z.string().max(40)).max(200).default([]),
  language: z.enum(['en', 'ja']).default('en'),
});

export const bundleCounts = z.object({
  entries: count,
  packages: count,
  sent: count,
  decisions: count,
  messages: count,
  receipts: count,
  results: count,
  amendments: count,
  keys: count,
  people: count,
  charters: count,
  consents: count,
  connections: count,
  escrows: count,
});

export const exportedBundle = z.object({
  fileName: z.string(),
  /** Where it lies in the vault until it is fetched. */
  file: z.string(),
  bytes: count,
  sha256: hash,
  madeAt: z.string(),
  madeBy: z.string(),
  period: z.object({ from: z.string().nullable(), to: z.string().nullable() }),
  head: z.object({ seq: count, hash: z.string() }),
  counts: bundleCounts,
  /** Whether escrow is in it, under a key that is told apart from it. */
  sealedEscrow: z.boolean(),
});

/** Every kind of check that `chorale verify` makes, in its order. */
export const bundleCheck = z.enum([
  'file',
  'signatures',
  'documents',
  'keys',
  'people',
  'log',
  'consortia',
  'rotations',
  'charters',
  'messages',
  'heads',
  'receipts',
  'results',
  'packages',
  'decisions',
  'amendments',
  'manifests',
  'egress',
  'escrow',
]);

const openPoint = z.enum([
  'key-not-compared',
  'no-person-signature',
  'no-receipt-yet',
  'no-result-yet',
  'key-by-word',
  'structures-not-told',
  'before-the-excerpt',
  'one-person',
  'escrow-not-opened',
  'escrow-removed',
]);

export const bundleVerdict = z.object({
  sound: z.boolean(),
  /** The first thing that is wrong. */
  wrong: z.object({ where: z.string(), rule: z.string(), expected: z.string(), found: z.string() }).nullable(),
  /** What was checked before that, and how many of it. */
  checked: z.array(z.object({ check: bundleCheck, count })),
  company: z.object({ id: z.string(), name: z.string() }).nullable(),
  madeAt: z.string().nullable(),
  madeBy: z.string().nullable(),
  period: z.object({ from: z.string().nullable(), to: z.string().nullable() }).nullable(),
  head: z.object({ seq: count, hash: z.string() }).nullable(),
  counts: bundleCounts.nullable(),
  /** Whose keys everything hangs on, to be compared by voice; `compared`: with what was given beside the bundle. */
  keys: z.array(
    z.object({
      of: z.enum(['partner', 'coordinator', 'person']),
      name: z.string(),
      fingerprint,
      compared: z.boolean(),
    }),
  ),
  /** What the bundle cannot tell, such as a message that waits for its receipt. */
  open: z.array(z.object({ what: openPoint, where: z.string() })),
});

export type BundleRequest = z.infer<typeof bundleRequest>;
export type BundleCounts = z.infer<typeof bundleCounts>;
export type ExportedBundle = z.infer<typeof exportedBundle>;
export type BundleCheck = z.infer<typeof bundleCheck>;
export type BundleVerdict = z.infer<typeof bundleVerdict>;
export type OpenPoint = BundleVerdict['open'][number];

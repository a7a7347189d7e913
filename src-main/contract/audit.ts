/** The hash-chained log and the connections of this machine, as the page sees them. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { bundleRequest, exportedBundle } from './bundle.ts';
import { procedure } from './procedure.ts';

const count = z.number().int().nonnegative();

/** Every act that is logged, by the group under which the page filters it. */
export const auditActs = {
  data: [
    'import-committed',
    'mapping-saved',
    'mapping-removed',
    'batch-withdrawn',
    'structures-standardised',
    'thresholds-set',
    'assays-annotated',
    'catalogue-set',
    'tasks-built',
    'settings-scanned',
    'training-finished',
    'models-fused',
    'compounds-scored',
    'scores-removed',
    'export-made',
    'clipboard-copied',
    'bundle-exported',
  ],
  decisions: [
    'plan-approved',
    'charter-signed',
    'charter-handed-in',
    'charter-received',
    'consent-given',
    'consent-withdrawn',
    'package-approved',
    'package-refused',
    'changes-requested',
    'package-voided',
    'override-asked',
    'override-confirmed',
    'series-amended',
    'standing-approval-given',
    'standing-approval-stopped',
  ],
  sent: ['package-frozen', 'package-sent', 'receipt-stored', 'escrow-rebuilt', 'escrow-removed'],
  rounds: [
    'consortium-joined',
    'consortium-left',
    'participation-started',
    'participation-paused',
    'keys-advertised',
    'shares-sent',
    'survivors-signed',
    'masks-revealed',
    'result-applied',
    'result-judged',
    'result-voided',
    'round-refused',
    'message-refused',
  ],
  access: [
    'workspace-made',
    'workspace-opened',
    'workspace-locked',
    'unlock-failed',
    'passphrase-changed',
    'backup-made',
    'workspace-restored',
    'key-prepared',
    'key-replaced',
    'job-cancelled',
    'settings-changed',
    'person-added',
    'person-disabled',
    'person-reset',
    'role-changed',
    'own-passphrase-changed',
    'signed-in',
    'signed-out',
    'sign-in-refused',
  ],
} as const;

export const auditGroup = z.enum(['data', 'decisions', 'sent', 'rounds', 'access']);
export const auditAct = z.enum([
  ...auditActs.data,
  ...auditActs.decisions,
  ...auditActs.sent,
  ...auditActs.rounds,
  ...auditActs.access,
]);

export const auditEntry = z.object({
  seq: z.number().int().positive(),
  at: z.string(),
  /** Name of the person, or `engine` for what the application did by itself. */
  person: z.string(),
  act: auditAct,
  /** What it was done to, such as `S-0015` or `batch 7`. */
  subject: z.string(),
  /** Small facts, safe to show: counts, hashes, round numbers. */
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  previousHash: z.string(),
  hash: z.string(),
});

export const brokenEntry = z.object({
  seq: z.number().int(),
  reason: z.enum(['hash-differs', 'link-differs', 'entry-missing', 'end-missing', 'unreadable', 'head-not-on-chain']),
});

export const verification = z.object({
  state: z.enum(['running', 'intact', 'broken']),
  checked: count,
  total: count,
  broken: brokenEntry.nullable(),
  head: z.string(),
  at: z.string(),
});

export const auditState = z.object({
  entries: count,
  since: z.string().nullable(),
  /** Everybody whose name stands in the log, the engine left out. */
  people: z.array(z.string()),
  /** The newest entry whose hash others hold, in a message that the coordinator has countersigned; null before the first. */
  told: z.object({ seq: count, at: z.string() }).nullable(),
  head: z.object({ seq: count, hash: z.string() }),
  lastVerification: verification.nullable(),
});

/** Calls that are alike and follow within an hour are one row. */
export const connection = z.object({
  id: z.number().int(),
  at: z.string(),
  lastAt: z.string(),
  calls: count,
  host: z.string(),
  purpose: z.string(),
  bytesOut: count,
  bytesIn: count,
  packageHash: z.string().nullable(),
  packageName: z.string().nullable(),
  outcome: z.enum(['allowed', 'denied', 'failed']),
  reason: z.string().nullable(),
  /** Name and port of the proxy that it went through. */
  proxy: z.string().nullable(),
});

export const hostTotals = z.object({
  host: z.string(),
  calls: count,
  allowed: count,
  denied: count,
  failed: count,
  bytesOut: count,
  bytesIn: count,
  firstAt: z.string(),
  lastAt: z.string(),
});

export const egress = z.object({
  since: z.string().nullable(),
  submissions: z.object({ count, bytes: count, hosts: z.array(z.string()) }),
  /** Calls that were let through to a host that is no coordinator this partner has agreed to: 0 when the rule holds. */
  otherCalls: count,
  deniedCalls: count,
  bytesOut: count,
  bytesIn: count,
  hosts: z.array(hostTotals),
  /** Bytes of submissions by calendar month (`2025-11`), oldest first. */
  months: z.array(z.object({ month: z.string(), submissions: count, bytes: count })),
});

export type AuditAct = z.infer<typeof auditAct>;
export type AuditGroup = z.infer<typeof auditGroup>;
export type AuditEntry = z.infer<typeof auditEntry>;
export type BrokenEntry = z.infer<typeof brokenEntry>;
export type Verification = z.infer<typeof verification>;
export type AuditState = z.infer<typeof auditState>;
export type Connection = z.infer<typeof connection>;
export type HostTotals = z.infer<typeof hostTotals>;
export type Egress = z.infer<typeof egress>;

const page = {
  /** Only entries older than this one; leave out for the newest. */
  before: z.number().int().optional(),
  limit: z.number().int().min(1).max(500).default(100),
};

export const auditContract = {
  state: procedure.output(auditState),
  /** Newest first. `matching` counts all entries under the filter. */
  entries: procedure
    .input(
      z.object({
        group: auditGroup.optional(),
        act: auditAct.optional(),
        person: z.string().max(200).optional(),
        since: z.iso.datetime().optional(),
        search: z.string().max(200).optional(),
        ...page,
      }),
    )
    .output(z.object({ entries: z.array(auditEntry), matching: count })),
  /** Recomputes the chain from its first entry; the last event says intact or broken, and where. */
  verify: procedure.output(eventIterator(verification)),
  /** Starts the job that writes a bundle, signed by the partner and by who asks for it. Result: `exportedBundle`. */
  exportBundle: procedure.input(bundleRequest).output(z.object({ jobId: z.string() })),
  /** Kept until the next one is made. */
  lastBundle: procedure.output(exportedBundle.nullable()),
  /** At most 1 MiB from there on. */
  bundleBytes: procedure.input(z.object({ file: z.string(), offset: count })).output(z.instanceof(Blob)),
  /** What opens the escrow in the bundle, to be told to the auditor by another way. */
  escrowKey: procedure.input(z.object({ file: z.string() })).output(z.object({ key: z.string() })),
  /** The page says that something was copied: where, and how much; never what. */
  copied: procedure
    .input(z.object({ station: z.string().regex(/^[a-z-]{1,40}$/), characters: count }))
    .output(z.object({})),
  egress: procedure.output(egress),
  connections: procedure
    .input(z.object({ host: z.string().optional(), outcome: connection.shape.outcome.optional(), ...page }))
    .output(z.object({ connections: z.array(connection), matching: count })),
  /** Every row since the workspace was made, oldest first, as CSV text. */
  exportConnections: procedure.output(eventIterator(z.string())),
};

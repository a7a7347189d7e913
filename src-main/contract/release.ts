/** What leaves the machine, as the page sees it: packages with their checks and decisions, standing approvals, bytes. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import {
  amendment,
  checkName,
  keyWords,
  leftOut,
  localMembership,
  membershipReport,
  override,
  releasePolicy,
  standingLimits,
} from './disclosure.ts';
import { procedure } from './procedure.ts';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const facts = z.record(z.string(), z.union([z.string(), z.number()]));

export const packageState = z.enum(['frozen', 'approved', 'refused', 'changes-requested', 'sent', 'void']);
export const verdict = z.enum(['approve', 'refuse', 'request-changes']);
export const checkOutcome = z.enum(['pass', 'warn', 'block']);

export const disclosureCheck = z.object({
  name: checkName,
  measured: z.union([z.number(), z.string()]),
  limit: z.object({
    is: z.enum(['at-most', 'at-least', 'equal']),
    value: z.union([z.number(), z.string()]),
    /** Where the limit comes from: the plan that every partner signed, or the application itself. */
    source: z.enum(['plan', 'application']),
  }),
  unit: z.enum(['compounds', 'partners', 'share', 'area', 'steps', 'occurrences', 'chi-square', 'hash']),
  outcome: checkOutcome,
  /** Key of the sentence that says what the outcome means; `facts` fill its gaps. */
  explanation: z.string(),
  facts,
});

/** Numbers are counted between -clip and +clip in equal bins; what lies outside is in the first and last bin. */
export const histogram = z.object({ from: z.number(), to: z.number(), bins: z.array(count) });

export const packageTensor = z.object({
  name: z.string(),
  /** Key of the sentence that says what the tensor is. */
  meaning: z.string(),
  shape: z.array(count),
  numbers: count,
  bytes: count,
  /** L2 norm of the clear change, before encoding and mask. */
  norm: z.number(),
  clip: z.number(),
  clippedShare: z.number(),
  /** Rows of the first layer left out because too few partners touch them; null for a tensor without such a rule. */
  rowsHeldBack: count.nullable(),
  histogram,
});

export const recipient = z.object({
  /** Name of the consortium or of its coordinator. */
  name: z.string(),
  url: z.string(),
  host: z.string(),
  fingerprint: z.string(),
  /** The fingerprint in words, to compare by voice. */
  words: z.array(z.string()),
});

export const leavingItem = z.object({
  item: z.enum(['trunk-change', 'row-counts', 'one-time-keys', 'key-shares', 'signatures', 'counts', 'verdict']),
  facts,
});
export const stayingItem = z.object({
  item: z.enum(['structures', 'names', 'measurements', 'heads', 'unmasked-change']),
  facts,
});

/** The frozen document. The package hash is the SHA-256 of its canonical JSON, so a decision binds to every field. */
export const packageManifest = z.object({
  format: z.literal('chorale package 1'),
  name: z.string(),
  frozenAt: z.string(),
  preparedBy: z.object({ person: z.string(), role: z.string() }),
  content: z.object({
    series: z.string(),
    round: count,
    attempt: count,
    planHash: hash,
    rosterHash: hash,
    /** Flat fields of the plan, as every partner signed it. */
    plan: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    recipient,
    encoding: z.object({
      weight: z.number().int(),
      totalWeight: z.number().int(),
      /** Width of the ring that the masked numbers are added up in. */
      ringBits: z.union([z.literal(8), z.literal(12), z.literal(16), z.literal(32)]).default(32),
      /** Either bits of fraction on a fixed grid, or bits of a rounded value. */
      fractionBits: z.number().int().nullable(),
      valueBits: z.number().int().nullable().default(null),
    }),
    partners: count,
    threshold: count,
    payload: z.object({
      bytes: count,
      /** 1.5 where two numbers share three bytes. */
      bytesPerNumber: z.number().positive(),
      chunkBytes: count,
      chunks: z.array(hash),
      merkleRoot: hash,
      /** Binds to the encoded, unmasked vector without showing it. */
      commitment: hash,
    }),
    tensors: z.array(packageTensor),
  }),
  /** The last approved package of the series, with the norms that this one is compared with. */
  last: z.object({ name: z.string(), hash, norms: z.record(z.string(), z.number()) }).nullable(),
  trainedOn: z.object({ tasks: count, smallestTask: count, compounds: count }),
  /** What attacks on membership found; null where none could be made, and in documents of before. */
  membership: membershipReport.nullable().default(null),
  /** What the checks held it against; null in documents of before. */
  policy: releasePolicy.nullable().default(null),
  leaves: z.array(leavingItem),
  stays: z.array(stayingItem),
  checks: z.array(disclosureCheck),
  /** Checks of the closed list that could not be made of this package. */
  notMeasured: z.array(checkName),
});

export const decision = z.object({
  id: z.number().int(),
  packageHash: hash,
  planHash: hash,
  /** The rules in force; null for decisions of before. */
  policyHash: hash.nullable(),
  person: z.string(),
  role: z.string(),
  verdict,
  comment: z.string(),
  /** The standing approval under which it was made; null when a person decided on this very package. */
  standingApproval: z.number().int().nullable(),
  decidedAt: z.string(),
  signature: z.string(),
  signatureValid: z.boolean(),
  /** Fingerprint of the person's key; null where the partner's key signed, as under a standing approval. */
  signedBy: z.string().nullable(),
  /** Of the person's key, else of the partner's. */
  keyWords,
});

export const standingApproval = z.object({
  id: z.number().int(),
  series: z.string(),
  planHash: hash,
  lastRound: count,
  person: z.string(),
  role: z.string(),
  givenAt: z.string(),
  stoppedAt: z.string().nullable(),
  stoppedBy: z.string().nullable(),
  /** Packages approved under it so far, and their bytes. */
  used: count,
  usedBytes: count,
  /** Null for one of before, which covers nothing any more. */
  limits: standingLimits.nullable(),
  /** Whether it was signed under the rules in force. */
  policyHolds: z.boolean(),
});

export const packageSummary = z.object({
  id: z.number().int(),
  name: z.string(),
  hash,
  series: z.string(),
  round: count,
  attempt: count,
  state: packageState,
  bytes: count,
  recipientName: z.string(),
  recipientHost: z.string(),
  preparedBy: z.string(),
  frozenAt: z.string(),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  sentAt: z.string().nullable(),
  /** The coordinator's countersigned receipt, as text; null until it has come. */
  receipt: z.string().nullable(),
  checks: z.object({ pass: count, warn: count, block: count }),
  /** When payload and escrow were removed by the retention rule; null while they are kept. */
  filesRemovedAt: z.string().nullable(),
});

const fieldValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One field of the frozen document, for the table of all fields and for the comparison with the last package. */
export const packageField = z.object({
  path: z.string(),
  value: fieldValue,
  group: z.enum(['package', 'recipient', 'plan', 'tensor', 'counts', 'proof']),
  /** Goes to the coordinator, is known to the consortium already, or stays here. */
  crossing: z.enum(['leaves', 'known', 'stays']),
});

export const fieldChange = z.object({
  path: z.string(),
  change: z.enum(['changed', 'new', 'gone']),
  before: fieldValue,
  after: fieldValue,
});

export const packageDifference = z.object({
  since: z.object({ name: z.string(), hash }),
  changes: z.array(fieldChange),
  equal: count,
});

/** Whether the person who asks may give a verdict, and if not, why: a key of the page's words. */
export const permission = z.object({
  allowed: z.boolean(),
  reason: z
    .enum([
      'blocked-by-check',
      'prepared-by-you',
      'role',
      'already-decided',
      'already-sent',
      'void',
      'bytes-changed',
      'policy-changed',
    ])
    .nullable(),
});

/** The same for what two persons answer for, and for changes. */
export const answerPermission = z.object({
  allowed: z.boolean(),
  reason: z
    .enum([
      'role',
      'void',
      'already-decided',
      'prepared-by-you',
      'policy-changed',
      'not-overridable',
      'nothing-blocks',
      'already-asked',
      'asked-by-you',
      'not-asked',
      'nothing-to-amend',
    ])
    .nullable(),
});

export const packageView = packageSummary.extend({
  manifest: packageManifest,
  manifestBytes: count,
  /** Histograms of the last approved package by tensor name, for the line behind the bars. */
  lastHistograms: z.record(z.string(), histogram),
  lastNorms: z.record(z.string(), z.number()),
  fields: z.array(packageField),
  /** Null when there is no approved package of the series yet. */
  difference: packageDifference.nullable(),
  decisions: z.array(decision),
  standingApprovals: z.array(standingApproval),
  overrides: z.array(override),
  /** Of this round, with what was left out in answer to requests for changes. */
  amendments: z.array(amendment),
  /** The measurement that the document rests on, with the compounds that stand out; null where there is none. */
  membership: localMembership.nullable(),
  /** The rules in force now, and whether the document was made under them. */
  policy: z.object({ hash, holds: z.boolean() }),
  may: z.object({
    approve: permission,
    refuse: permission,
    'request-changes': permission,
    standing: permission,
    /** To ask for an override of what blocks, and to confirm the one that was asked for. */
    override: answerPermission,
    confirm: answerPermission,
    amend: answerPermission,
  }),
});

/** A window into the bytes that leave, and what they were before the mask. */
export const packageBytes = z.object({
  offset: count,
  total: count,
  /** Base64 of the masked bytes from `offset`. */
  masked: z.string(),
  /** The encoded numbers before the mask that this window touches; they stay here. */
  encoded: z.array(z.number().int()),
  bytesPerNumber: z.number().positive(),
  /** Tensors that the window touches, with the byte where each starts. */
  tensors: z.array(z.object({ name: z.string(), offset: count, bytes: count })),
});

export const readBack = z.object({
  bytes: count,
  chunks: count,
  agrees: z.boolean(),
  /** Index of the first chunk whose hash differs. */
  firstBadChunk: count.nullable(),
  checkedAt: z.string(),
});

export const rebuiltPackage = z.object({
  encodedBytes: count,
  commitment: hash,
  commitmentAgrees: z.boolean(),
  merkleRoot: hash,
  merkleRootAgrees: z.boolean(),
});

export type PackageState = z.infer<typeof packageState>;
export type Verdict = z.infer<typeof verdict>;
export type { CheckName } from './disclosure.ts';
export type DisclosureCheck = z.infer<typeof disclosureCheck>;
export type Histogram = z.infer<typeof histogram>;
export type PackageTensor = z.infer<typeof packageTensor>;
export type Recipient = z.infer<typeof recipient>;
export type PackageManifest = z.infer<typeof packageManifest>;
export type Decision = z.infer<typeof decision>;
export type StandingApproval = z.infer<typeof standingApproval>;
export type PackageSummary = z.infer<typeof packageSummary>;
export type FieldChange = z.infer<typeof fieldChange>;
export type PackageField = z.infer<typeof packageField>;
export type PackageDifference = z.infer<typeof packageDifference>;
export type Permission = z.infer<typeof permission>;
export type AnswerPermission = z.infer<typeof answerPermission>;
export type PackageView = z.infer<typeof packageView>;
export type PackageBytes = z.infer<typeof packageBytes>;
export type ReadBack = z.infer<typeof readBack>;
export type RebuiltPackage = z.infer<typeof rebuiltPackage>;

export const releaseContract = {
  /** Newest first. Review asks for what waits, Submissions for what was sent. */
  list: procedure
    .input(
      z.object({
        states: z.array(packageState).optional(),
        /** Only packages with a smaller id; leave out for the newest. */
        before: z.number().int().optional(),
        limit: z.number().int().min(1).max(500).default(100),
      }),
    )
    .output(z.array(packageSummary)),
  read: procedure.input(z.object({ hash })).output(packageView),
  /** At most 64 KiB at a time. */
  bytes: procedure
    .input(
      z.object({
        hash,
        offset: count,
        length: z
          .number()
          .int()
          .min(1)
          .max(1 << 16),
      }),
    )
    .output(packageBytes),
  /** Where these bytes stand among those that leave, at or after `from`; null where they do not. */
  readPlace: procedure
    .input(z.object({ hash, sought: z.base64().min(4).max(1400), from: count }))
    .output(z.object({ offset: count.nullable() })),
  /** Reads the frozen file again and compares every chunk with the manifest. */
  readBack: procedure.input(z.object({ hash })).output(readBack),
  /** What an auditor does: from the escrow to the commitment and to the Merkle root of the masked bytes. */
  rebuild: procedure.input(z.object({ hash })).output(rebuiltPackage),
  /** `fieldsRead` must name every new field of the comparison; refusals and requests need a comment. */
  decide: procedure
    .input(
      z.object({
        hash,
        verdict,
        comment: z.string().max(4000).default(''),
        fieldsRead: z.array(z.string()).default([]),
      }),
    )
    .output(packageView),
  /** Two persons answer for what blocks: one asks with a reason, another confirms. */
  override: {
    ask: procedure.input(z.object({ hash, reason: z.string().min(1).max(4000) })).output(packageView),
    confirm: procedure.input(z.object({ hash, id: z.number().int() })).output(packageView),
  },
  /**
   * Answers a request for changes, or a refusal: from now on the series learns without what is named here, which is all
   * that is left out. Where the attempt is still open its package is prepared anew.
   */
  amend: procedure.input(z.object({ hash, comment: z.string().min(1).max(4000), leftOut })).output(packageView),
  /** What can be left out: assays that the series learns from, and what is left out now. */
  amendable: procedure.input(z.object({ hash })).output(
    z.object({
      assays: z.array(z.object({ id: z.number().int(), code: z.string(), tasks: count, smallestTask: count })),
      leftOut,
    }),
  ),
  /** Manifest, checks and decisions as one JSON document for the file. */
  /** All bytes that leave, in order, in pieces that are base64 each. */
  exportBytes: procedure.input(z.object({ hash })).output(eventIterator(z.string())),
  exportDocument: procedure.input(z.object({ hash })).output(z.object({ fileName: z.string(), json: z.string() })),
  standing: {
    list: procedure.output(z.array(standingApproval)),
    /**
     * Covers the rounds up to `lastRound` of this series under this plan and the rules in force, as long as every check
     * passes, or warns within a ceiling that is named. Limits that are left out follow from the plan.
     */
    give: procedure
      .input(
        z.object({
          series: z.string(),
          planHash: hash,
          lastRound: count,
          limits: standingLimits.partial().default({}),
        }),
      )
      .output(standingApproval),
    stop: procedure.input(z.object({ id: z.number().int() })).output(standingApproval),
  },
};

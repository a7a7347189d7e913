/** The consortium's charter as the page reads it, and what the people of this company say of it. */
import * as z from 'zod';
import { fingerprint } from './federation.ts';
import { procedure } from './procedure.ts';

const count = z.number().int().min(0);
const hash = z.string();
const months = count.nullable();
const leaf = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const amberAndRed = z.object({ amber: z.number(), red: z.number() });

/** In what a person speaks for the company. */
export const capacity = z.enum(['steward', 'compliance']);

/** `other-person`: one person gave both. */
export const missingConsent = z.enum(['steward', 'compliance', 'other-person']);

export const consentState = z.enum(['no-charter', 'needed', 'half', 'given', 'withdrawn']);

export const charterPartner = z.object({
  id: z.string(),
  name: z.string(),
  you: z.boolean(),
  fingerprint,
  /** Integer weight in the sum, and its share of all. */
  weight: z.number(),
  share: z.number(),
  signed: z.boolean(),
});

/** A version of the charter, for reading. Free text is plain text, in the charter's own language. */
export const charterView = z.object({
  hash,
  name: z.string(),
  version: count,
  previous: hash.nullable(),
  issued: z.string(),
  language: z.enum(['en', 'ja']),
  series: z.string(),
  receivedAt: z.string().nullable(),
  purpose: z.string(),
  partners: z.array(charterPartner),
  coordinator: z.object({ operator: z.string(), fingerprint }),
  parameters: z.object({
    chemistryHash: hash,
    /** By name: the stages of chemistry, task rules, catalogue. */
    consistency: z.record(z.string(), z.string()),
    hidden: z.array(count),
    numbers: count,
    rounds: count,
    localSteps: count,
    batchSize: count,
    ringBits: count,
    /** Bits of a value that is sent; null on a fixed grid. */
    valueBits: count.nullable(),
    build: z.string(),
  }),
  weights: z.object({ rule: z.string(), privateReference: z.number().nullable() }),
  limits: z.object({
    smallestTask: count.optional(),
    clippedShare: z.number().optional(),
    fewestCompounds: count.optional(),
    membershipAuc: amberAndRed.optional(),
    membershipTpr: amberAndRed.optional(),
    membershipTrunk: amberAndRed.optional(),
  }),
  rounds: z.object({
    rule: z.string(),
    threshold: count,
    minimumSurvivors: count,
    /** Seconds. */
    deadlines: z.object({ gather: z.number(), keys: z.number(), shares: z.number(), upload: z.number() }),
    rareRows: z.object({ compounds: count, partners: count }).nullable(),
    /** A result is taken back when more than this share of the partners object. */
    voidingShare: z.number().nullable(),
  }),
  retention: z.object({ escrowMonths: months, logMonths: months, modelMonths: months, rule: z.string() }),
  withdrawal: z.object({ how: z.string(), stops: z.string(), cannotUndo: z.string() }),
  liability: z.array(z.object({ who: z.string(), for: z.string() })),
  contacts: z.array(z.object({ partner: z.string(), role: z.string(), name: z.string(), reach: z.string() })),
  changes: z.string(),
});

export const charterChange = z.object({
  /** As in `rounds.deadlines.upload` or `partners.citra.key` or `liability.The coordinator`; of a changed order, the list. */
  place: z.string(),
  change: z.enum(['changed', 'new', 'gone']),
  before: leaf,
  after: leaf,
});

/** Against the version that this company consented to last. */
export const charterDifference = z.object({ since: count, changes: z.array(charterChange) });

export const consentView = z.object({
  kind: z.enum(['given', 'withdrawn']),
  version: count,
  capacity,
  /** The workspace knew one person, who spoke in both capacities. */
  alone: z.boolean(),
  person: z.string(),
  role: z.string(),
  key: fingerprint,
  statement: z.string(),
  reason: z.string(),
  at: z.string(),
  signatureValid: z.boolean(),
  /** Whether it stands now. */
  stands: z.boolean(),
});

export const consentPermission = z.object({
  allowed: z.boolean(),
  reason: z.enum(['no-charter', 'role', 'already-given', 'same-person', 'not-given', 'no-account']).nullable(),
  capacities: z.array(capacity),
});

/** What a withdrawal meets: it stops what is to come, and cannot take back what is out. */
export const withdrawalFacts = z.object({
  roundsDone: count,
  roundsLeft: count,
  /** Packages of this company that are in sums. */
  packagesSent: count,
  /** Frozen or approved, and not out yet. */
  packagesHeld: count,
});

export const consentOverview = z.object({
  consortium: z.object({ series: z.string(), name: z.string(), running: z.boolean() }).nullable(),
  company: z.string().nullable(),
  /** The plan names a charter: without consent nobody takes part. */
  required: z.boolean(),
  state: consentState,
  missing: z.array(missingConsent),
  charter: charterView.nullable(),
  /** To the version that holds, in the order in which they were given. */
  said: z.array(consentView),
  difference: charterDifference.nullable(),
  /** Newest first. */
  history: z.array(
    z.object({
      version: count,
      hash,
      issued: z.string(),
      receivedAt: z.string(),
      state: consentState,
      said: z.array(consentView),
    }),
  ),
  may: z.object({ consent: consentPermission, withdraw: consentPermission, sign: consentPermission }),
  /** Word for word what is signed; null where this person may not. */
  statements: z.object({ consent: z.string().nullable(), withdraw: z.string().nullable() }),
  withdrawal: withdrawalFacts,
});

/** A charter that somebody hands over, before it is signed or taken in. */
export const charterPreview = z.object({
  charter: charterView,
  complete: z.boolean(),
  /** Where it is unfinished or is not as roster and plan have it; empty when sound, or where there is nothing to compare with. */
  faults: z.array(z.object({ place: z.string(), reason: z.string(), found: leaf, expected: leaf })),
  /** To the version that holds here. */
  difference: charterDifference.nullable(),
});

const offered = z.object({ text: z.string(), preview: charterPreview });

/** What the coordinator has of the charter beyond what is here. */
export const charterAtCoordinator = z.object({
  host: z.string(),
  /** The version that follows the one here, under all signatures. */
  next: offered.nullable(),
  /** Not signed by all yet. */
  proposals: z.array(offered),
});

export type CharterAtCoordinator = z.infer<typeof charterAtCoordinator>;
export type Capacity = z.infer<typeof capacity>;
export type MissingConsent = z.infer<typeof missingConsent>;
export type ConsentState = z.infer<typeof consentState>;
export type CharterView = z.infer<typeof charterView>;
export type CharterChange = z.infer<typeof charterChange>;
export type CharterPreview = z.infer<typeof charterPreview>;
export type ConsentView = z.infer<typeof consentView>;
export type ConsentPermission = z.infer<typeof consentPermission>;
export type ConsentOverview = z.infer<typeof consentOverview>;
export type WithdrawalFacts = z.infer<typeof withdrawalFacts>;

/** In which the statement is put that a person signs. */
const language = z.enum(['en', 'ja']);
const document = z.string().min(2).max(2_000_000);

export const consentContract = {
  read: procedure.input(z.object({ language })).output(consentOverview),
  /** An earlier version. */
  readVersion: procedure.input(z.object({ hash })).output(charterView),
  preview: procedure.input(z.object({ charter: document })).output(charterPreview),
  /** Signs for the company with its partner key; the text goes back to whoever gathers the signatures. */
  sign: procedure
    .input(z.object({ charter: document }))
    .output(z.object({ charter: z.string(), signed: count, of: count })),
  /** Takes in the next version for the series, under the signatures of all partners. */
  receive: procedure.input(z.object({ charter: document, language })).output(consentOverview),
  /** @throws INPUT_INVALID when the statement is not the one that holds now: it has to be read again */
  give: procedure.input(z.object({ charterHash: hash, statement: z.string(), language })).output(consentOverview),
  withdraw: procedure
    .input(z.object({ charterHash: hash, statement: z.string(), reason: z.string().trim().min(1).max(2000), language }))
    .output(consentOverview),
  /** The charter that holds, with the signatures of all partners and what people here said of it. */
  /** Asks the coordinator. @throws CHARTER_INVALID for one whose signatures, roster or plan are others */
  readAtCoordinator: procedure.output(charterAtCoordinator.nullable()),
  /** Signs for the company, and hands the charter to the coordinator, from which the other partners fetch it. */
  handIn: procedure
    .input(z.object({ charter: document }))
    .output(z.object({ charter: z.string(), signed: count, of: count })),
  export: procedure.input(z.object({ hash })).output(z.object({ fileName: z.string(), json: z.string() })),
};

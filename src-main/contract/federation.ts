/** The consortium as the page sees it: who this partner is, who the others are, and where each round stands. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { foldRule, tautomerRule } from './chemistry.ts';
import { procedure } from './procedure.ts';
import { packageSummary } from './release.ts';

const time = z.iso.datetime();
const count = z.number().int().min(0);

/** A public key as people compare it: twelve words by voice, or the whole SHA-256. */
export const fingerprint = z.object({ hex: z.string(), words: z.array(z.string()).length(12) });

/** What this partner hands to the consortium so that it can be entered into the roster. */
export const identity = z.object({
  partnerId: z.string(),
  name: z.string(),
  /** Ed25519, base64url. */
  publicKey: z.string(),
  fingerprint,
});

export const partnerId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/);

export const member = z.object({
  id: z.string(),
  name: z.string(),
  you: z.boolean(),
  fingerprint,
  /** Share of this partner in the average, as agreed in the roster. */
  weight: z.number(),
  signedRoster: z.boolean(),
});

export const tensor = z.object({ name: z.string(), shape: z.array(count), numbers: count });

/** What all partners signed: the model, the recipe and the rules of a round. */
export const plan = z.object({
  hash: z.string(),
  rounds: count,
  localSteps: count,
  batchSize: count,
  hidden: z.array(count),
  /** The rules that all partners standardise and split by; the key is not among them. */
  chemistry: z.object({ foldRule, tautomer: tautomerRule }),
  tensors: z.array(tensor),
  /** Bytes of one masked upload. */
  uploadBytes: count,
  /** So many partners must answer for a sum to be opened. */
  threshold: count,
  /** A round with fewer survivors is refused. */
  minimumSurvivors: count,
});

export const coordinatorPlace = z.object({
  url: z.string(),
  host: z.string(),
  fingerprint,
  /** Hex SHA-256 of the public key that its TLS certificate must have; null where none was agreed on. */
  certificate: z.string().nullable(),
});

/** So many results of the next round were taken back; or no row of the first layer is touched by enough partners. */
export const halt = z.enum(['voided-too-often', 'no-common-rows']);
export type Halt = z.infer<typeof halt>;

export const consortium = z.object({
  series: z.string(),
  name: z.string(),
  rosterHash: z.string(),
  members: z.array(member),
  plan,
  coordinator: coordinatorPlace,
  state: z.enum(['joined', 'running', 'finished', 'left']),
  /** Whether this partner takes part now: `pausing` ends the running round first. */
  participation: z.enum(['stopped', 'running', 'pausing']),
  jobId: z.string().nullable(),
  roundsDone: count,
  /** Why nobody begins the next round; people have to talk. */
  halted: halt.nullable(),
  joinedAt: time,
});

export const invitationPreview = z.object({
  series: z.string(),
  name: z.string(),
  rosterHash: z.string(),
  members: z.array(member),
  plan,
  coordinator: coordinatorPlace,
  /** The series whose trunk goes on in this one, and who comes, goes or changes by it; null where one begins anew. */
  continues: z
    .object({
      series: z.string(),
      rounds: count,
      trunkHash: z.string(),
      /** Whether this partner was in it: only then is there something to compare with. */
      known: z.boolean(),
      added: z.array(z.object({ id: z.string(), name: z.string() })),
      removed: z.array(z.object({ id: z.string(), name: z.string() })),
      changed: z.array(z.object({ id: z.string(), name: z.string() })),
      /** Partners that come with another key: what speaks for it, and why where it is the others' word. */
      keys: z.array(
        z.object({ id: z.string(), by: z.enum(['old-key', 'word', 'nobody']), reason: z.string().nullable() }),
      ),
    })
    .nullable(),
  /** That comes with it or was fetched, under all signatures and as roster and plan have it; null where there is none yet. */
  charter: z
    .object({
      name: z.string(),
      version: count,
      hash: z.string(),
      issued: z.string(),
      signedBy: z.array(z.object({ id: z.string(), name: z.string() })),
    })
    .nullable(),
  /** The plan names a charter: nobody joins without it. */
  needsCharter: z.boolean(),
  /** Joining replaces the key that scrambles fingerprints: structures are standardised anew. */
  changesChemistry: z.boolean(),
});

export const roundStepName = z.enum(['plan', 'keys', 'shares', 'upload', 'confirm', 'unmask', 'model']);

export const roundStep = z.object({
  name: roundStepName,
  state: z.enum(['done', 'running', 'waiting']),
  /** Partners that have done it. */
  count,
  /** Partners that must do it for the round to go on. */
  needed: count,
  /** Partners that take part in the round. */
  total: count,
  /** When the last partner did it. */
  at: time.nullable(),
});

export const partnerProgress = z.object({
  id: z.string(),
  name: z.string(),
  you: z.boolean(),
  state: z.enum([
    'expected',
    'keys',
    'shares',
    'training',
    'approval',
    'uploading',
    'uploaded',
    'confirmed',
    'unmasked',
    'absent',
    'withdrawn',
  ]),
  bytesSent: count,
  bytesTotal: count,
});

export const waitedFor = z.discriminatedUnion('kind', [
  /** A person of this partner must decide about the frozen package. */
  z.object({ kind: z.literal('approval'), packageHash: z.string(), since: time }),
  z.object({ kind: z.literal('training'), since: time }),
  z.object({ kind: z.literal('upload'), partner: z.string(), bytesSent: count, bytesTotal: count }),
  z.object({ kind: z.literal('partner'), partner: z.string(), step: roundStepName }),
  z.object({ kind: z.literal('coordinator'), step: roundStepName }),
]);

export const roundState = z.enum(['running', 'finished', 'refused', 'watched', 'voided']);

/** Why a round was refused, voided or is only watched; closed, so that the page can say it in words. */
export const roundReason = z.enum([
  'too-few-keys',
  'too-few-shares',
  'too-few-uploads',
  'too-few-confirmations',
  'shares-unreadable',
  'too-few-answers',
  'shares-wrong',
  'not-invited',
  'left-out',
  'paused',
  'package-refused',
  'training-failed',
  'other-base',
  'objections',
  'objection-withheld',
]);

export const roundSummary = z.object({
  round: count,
  /** Round 0, where the plan asks for it, counts how many partners touch each row of the first layer. */
  kind: z.enum(['counting', 'learning']),
  attempt: count,
  state: roundState,
  reason: roundReason.nullable(),
  survivors: count.nullable(),
  startedAt: time,
  finishedAt: time.nullable(),
  bytesOut: count,
  bytesIn: count,
  /** SHA-256 of the global trunk after this round. */
  trunkHash: z.string().nullable(),
  /** Mean AUC-PR on the own validation fold after the result, also of one that was taken back; null where it was not looked at. */
  validationAucPr: z.number().nullable(),
  /** Partners whose objections took the result back; empty unless it was. */
  objectors: z.array(z.string()),
});

/** What the partners in the sum say of the result, each by its own validation fold. */
export const roundReview = z.object({
  state: z.enum(['open', 'settled', 'voided']),
  accepted: count,
  objected: count,
  /** Partners in the sum, who are asked. */
  total: count,
  /** So many objections take the result back. */
  needed: count,
  /** What this partner said; null where it was not asked. */
  own: z.enum(['accept', 'object']).nullable(),
});

export const round = roundSummary.extend({
  of: count,
  closesAt: time.nullable(),
  /** Partners whose answers are enough to finish. */
  enough: count,
  steps: z.array(roundStep),
  partners: z.array(partnerProgress),
  waitedFor: z.array(waitedFor),
  /** Partners that were waited for in vain, as the coordinator signed when it refused the round; empty otherwise. */
  missing: z.array(z.string()),
  /** What this partner prepared for this attempt, newest first. */
  packages: z.array(packageSummary.pick({ name: true, hash: true, state: true, sentAt: true, receipt: true })),
  /** Rows of the first layer that the count of round 0 left to be sent; null for other rounds and before it is done. */
  rows: z.object({ kept: count, of: count }).nullable(),
  /** Null before there is a result, and where the plan knows no voiding. */
  review: roundReview.nullable(),
});

export const keyReason = z.enum(['rotation', 'loss']);

export const keyHistory = z.object({
  /** Prepared: it takes the place of the present key with the next series whose roster names it. */
  next: identity.extend({ reason: keyReason, madeAt: time }).nullable(),
  replaced: z.array(z.object({ fingerprint, reason: keyReason, madeAt: time, replacedAt: time })),
});

export const federationStatus = z.object({
  identity: identity.nullable(),
  consortium: consortium.nullable(),
  /** The newest round. */
  round: round.nullable(),
  connection: z.object({ open: z.boolean(), sending: z.boolean() }),
});

export type Fingerprint = z.infer<typeof fingerprint>;
export type Identity = z.infer<typeof identity>;
export type Member = z.infer<typeof member>;
export type Consortium = z.infer<typeof consortium>;
export type InvitationPreview = z.infer<typeof invitationPreview>;
export type RoundStepName = z.infer<typeof roundStepName>;
export type RoundStep = z.infer<typeof roundStep>;
export type PartnerProgress = z.infer<typeof partnerProgress>;
export type WaitedFor = z.infer<typeof waitedFor>;
export type RoundReason = z.infer<typeof roundReason>;
export type RoundReview = z.infer<typeof roundReview>;
export type RoundSummary = z.infer<typeof roundSummary>;
export type Round = z.infer<typeof round>;
export type KeyHistory = z.infer<typeof keyHistory>;
export type FederationStatus = z.infer<typeof federationStatus>;

/** A roster or an invitation as text: what people hand to each other. */
const document = z.string().min(2).max(2_000_000);

/** An invitation, and the charter where it was fetched from the coordinator. */
const invited = z.object({ invitation: document, charter: document.optional() });

export const federationContract = {
  status: procedure.output(federationStatus),
  /** The status now and after each change. */
  watch: procedure.output(eventIterator(federationStatus)),
  /** Makes this partner's long-term keys; there is one identity in a workspace. */
  createIdentity: procedure.input(z.object({ partnerId, name: z.string().trim().min(1).max(120) })).output(identity),
  readKeys: procedure.output(keyHistory),
  /** Makes the key that is to take the place of the present one; nothing changes before a roster names it. */
  prepareKey: procedure.input(z.object({ reason: keyReason })).output(keyHistory),
  /** Signs a roster that names this partner; the text with the signature goes back to whoever assembles it. */
  signRoster: procedure
    .input(z.object({ roster: document }))
    .output(z.object({ roster: z.string(), rosterHash: z.string(), members: z.array(member) })),
  /** What an invitation says, checked but not yet accepted. */
  readInvitation: procedure.input(invited).output(invitationPreview),
  /** Asks the coordinator that the invitation names for the charter; null where it has none. */
  readCharter: procedure.input(z.object({ invitation: document })).output(z.object({ charter: z.string().nullable() })),
  join: procedure.input(invited).output(consortium),
  /** Ends participation, until `rejoin`; the models that came back stay. */
  leave: procedure.input(z.object({ series: z.string() })).output(federationStatus),
  /** Takes a series up again that was left: once started, what happened meanwhile is caught up with. */
  rejoin: procedure.input(z.object({ series: z.string() })).output(federationStatus),
  start: procedure.input(z.object({ series: z.string() })).output(z.object({ jobId: z.string() })),
  /** Sits out from the next round on; the running one is finished. */
  pause: procedure.input(z.object({ series: z.string() })).output(federationStatus),
  /** Newest first. */
  rounds: procedure
    .input(z.object({ series: z.string(), limit: z.number().int().min(1).max(5_000).default(200) }))
    .output(z.array(roundSummary)),
  round: procedure.input(z.object({ series: z.string(), round: count, attempt: count.optional() })).output(round),
};

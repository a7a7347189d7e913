/** What a package may disclose, as the page sees it: attacks on membership, the rules in force, overrides, amendments. */
import * as z from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

/** Every disclosure check there is; those that could not be made for a package are named in `notMeasured`. */
export const checkName = z.enum([
  'smallest-task',
  'clipped-numbers',
  'vector-range',
  'encoding',
  'catalog-text',
  'masked-bytes',
  'commitment',
  'plan-and-roster',
  'read-back',
  'membership-auc',
  'membership-tpr',
  'membership-trunk',
  'rare-rows',
]);

/** With the 95 % interval of its bootstrap. */
const estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });

export const attack = z.object({
  /** The stronger of two: the loss as it is, or less what the task's base rate alone would lose. */
  attack: z.enum(['loss', 'calibrated']),
  auc: estimate,
  tprAt1Percent: estimate,
  tprAt01Percent: estimate,
});

/** What attacks on the trained trunk found; part of the frozen document. */
export const membershipReport = z.object({
  /** The round that it was measured in; later ones rest on it. */
  round: count,
  members: count,
  heldOut: count,
  /** Members that the figures are of. */
  attacked: count,
  withHead: attack.nullable(),
  /** With a head refitted on the trunk by one who knows half of the members. */
  trunkAlone: attack.nullable(),
});

/** A compound that an attack tells the most surely; never in the document. */
export const exposedCompound = z.object({
  smiles: z.string(),
  companyIds: z.array(z.string()),
  score: z.number(),
  /** Share of the compounds held out that score higher. */
  heldOutAbove: z.number(),
});

/** Of a series, on this machine: how many were held out, and what stands out. */
export const localMembership = membershipReport.extend({
  attempt: count,
  measuredAt: z.string(),
  seconds: z.number(),
  exposed: z.array(exposedCompound),
});

const amberAndRed = z.object({ amber: z.number(), red: z.number() });

/** All rules that a package is held against and that decide who may let it go; its hash is the policy version. */
export const releasePolicy = z.object({
  format: z.literal('chorale release policy 1'),
  smallestTask: count,
  clippedShare: z.number(),
  fewestCompounds: count,
  membershipAuc: amberAndRed,
  membershipTpr: amberAndRed,
  membershipTrunk: amberAndRed,
  /** Names of the limits above that the plan sets; the others are the application's. */
  ofPlan: z.array(z.string()),
  /** Blocking checks that two persons may answer for. */
  overridable: z.array(checkName),
  fourEyes: z.string(),
});

/** Twelve, as they are compared by voice, of the key that signed; null for what was signed by no key of its own. */
export const keyWords = z.array(z.string()).length(12).nullable();

const signed = z.object({
  person: z.string(),
  role: z.string(),
  at: z.string(),
  signatureValid: z.boolean(),
  keyWords,
});

export const override = z.object({
  id: z.number().int(),
  packageHash: hash,
  policyHash: hash,
  checks: z.array(checkName),
  reason: z.string(),
  asked: signed,
  /** Null until another person has confirmed it. */
  confirmed: signed.nullable(),
});

/** All that a series leaves out of training here. */
export const leftOut = z.object({
  assays: z.array(z.number().int()).max(100_000),
  compounds: z.array(z.string()).max(1000),
});

export const amendment = z.object({
  id: z.number().int(),
  round: count,
  attempt: count,
  packageHash: hash.nullable(),
  person: z.string(),
  role: z.string(),
  comment: z.string(),
  leftOut,
  madeAt: z.string(),
  signatureValid: z.boolean(),
  keyWords,
});

/** A warning that a standing approval lets pass, as long as its number stays on this side of the ceiling. */
export const allowedWarning = z.object({ check: checkName, ceiling: z.number() });

/** What a standing approval was signed for, beside series, plan and last round. */
export const standingLimits = z.object({
  /** The first round that it covers; null for whatever waits and comes. */
  firstRound: count.nullable(),
  /** Packages that it may let go, and their bytes in all; an attempt that is tried again has a package of its own. */
  mostRounds: z.number().int().positive(),
  mostBytes: z.number().int().positive(),
  /** Not after this time; null for no end but the last round. */
  endsAt: z.iso.datetime().nullable(),
  /** Highest membership AUC of the trunk alone that may leave unseen; then one must have been measured. */
  membershipAuc: z.number().min(0.5).max(1).nullable(),
  warnings: z.array(allowedWarning),
});

export type CheckName = z.infer<typeof checkName>;
export type Attack = z.infer<typeof attack>;
export type MembershipReport = z.infer<typeof membershipReport>;
export type LocalMembership = z.infer<typeof localMembership>;
export type ExposedCompound = z.infer<typeof exposedCompound>;
export type ReleasePolicy = z.infer<typeof releasePolicy>;
export type Override = z.infer<typeof override>;
export type LeftOut = z.infer<typeof leftOut>;
export type Amendment = z.infer<typeof amendment>;
export type AllowedWarning = z.infer<typeof allowedWarning>;
export type StandingLimits = z.infer<typeof standingLimits>;

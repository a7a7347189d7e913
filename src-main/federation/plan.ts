/** What the partners agree on before the first round: the model, the recipe, the encoding and the rules of a round. */
import * as z from 'zod';
import { chemistryRules } from '../chemistry/parameters.ts';
import { ChoraleError } from '../contract/errors.ts';
import { canonicalHash } from './canonical.ts';
import { type ClippedTensor, fitsRing } from './encoding.ts';
import { count, hash, partnerId, publicKey } from './formats.ts';
import { fewestPartners, type Roster, rosterHash } from './roster.ts';

const seconds = z.number().positive();

export const plan = z.strictObject({
  format: z.literal('chorale plan 1'),
  series: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  rosterHash: hash,
  /** Ed25519: its lists and results are signed with it. It can delay or drop, never speak for a partner. */
  coordinator: publicKey,
  hidden: z.array(z.number().int().positive()).min(1),
  tensors: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        shape: z.array(z.number().int().positive()).min(1),
        /** Of its first number in the vector of all tensors. */
        offset: count,
      }),
    )
    .min(1),
  /** Open, without the key: one consortium, one set of rules. */
  chemistry: chemistryRules,
  /** Of toolkit, rules and key. */
  chemistryHash: z.string().min(1),
  /** What else must be equal at all partners, by name, such as each stage of chemistry on the reference set. */
  consistency: z.record(z.string(), z.string()),
  recipe: z.strictObject({
    rounds: z.number().int().positive(),
    localSteps: z.number().int().positive(),
    localRate: z.number().positive(),
    /** Both rates fall to zero along half a cosine over the rounds. */
    schedule: z.literal('cosine'),
    batchSize: z.number().int().positive(),
    /** Partners with fewer training compounds than `below` take smaller batches. */
    smallBatch: z.strictObject({ below: count, size: z.number().int().positive() }),
    dropout: z.number().min(0).max(1),
    headRate: z.number().positive(),
    serverRate: z.number().positive(),
    l2: z.number().nonnegative(),
    initialTrunkSeed: count,
  }),
  encoding: z.strictObject({
    ringBits: z.literal(32),
    fractionBits: z.number().int().min(8).max(28),
    /**
     * The largest change of a number that is sent: `first` in the first round, then `factor` times the RMS of the last
     * round's global change of the tensor, brought to this round's rate, and never below `atLeast`.
     */
    clip: z.strictObject({
      first: z.number().positive(),
      factor: z.number().positive(),
      atLeast: z.number().positive(),
    }),
  }),
  /** Integer weight of each partner. */
  weights: z.record(partnerId, z.number().int().positive()),
  threshold: z.number().int().positive(),
  minimumSurvivors: z.number().int().positive(),
  /** Seconds after which a step goes on without those who have not answered. */
  deadlines: z.strictObject({ gather: seconds, keys: seconds, shares: seconds, upload: seconds }),
  /** Of the application, so that all compute alike. */
  buildHash: z.string().min(1),
});

export type Plan = z.infer<typeof plan>;

export const planHash = (document: Plan): string => canonicalHash('plan', document);

/** floor(2n/3) + 1: two such groups of partners always share one. */
export const thresholdFor = (partners: number): number => Math.floor((2 * partners) / 3) + 1;

export const mostTotalWeight = 1 << 10;

/**
 * Weights of the roster as integers that sum to at most `total`, in proportion, and at least 1 each.
 * @returns by partner id
 */
export function integerWeights({ partners }: Roster, total = mostTotalWeight): Record<string, number> {
  const sum = partners.reduce((all, { weight }) => all + weight, 0);
  const weights = partners.map(({ weight }) => Math.max(1, Math.floor((weight / sum) * total)));
  while (weights.reduce((all, weight) => all + weight, 0) > total) weights[weights.indexOf(Math.max(...weights))]!--;
  return Object.fromEntries(partners.map(({ id }, i) => [id, weights[i]!]));
}

/** What a plan for this roster follows from; the rest is chosen. */
export function planFor(
  document: Roster,
  chosen: Omit<Plan, 'format' | 'rosterHash' | 'weights' | 'threshold' | 'minimumSurvivors'>,
): Plan {
  const threshold = thresholdFor(document.partners.length);
  return readPlan(
    {
      ...chosen,
      format: 'chorale plan 1',
      rosterHash: rosterHash(document),
      weights: integerWeights(document),
      threshold,
      minimumSurvivors: Math.max(threshold, fewestPartners),
    } satisfies Plan,
    document,
  );
}

/** @throws PLAN_INVALID when the plan is not sound for this roster: every partner checks it before it signs */
export function readPlan(value: unknown, document: Roster): Plan {
  const parsed = plan.safeParse(value);
  if (!parsed.success) throw invalid('wrong-shape');
  const checked = parsed.data;
  const { partners } = document;
  const threshold = thresholdFor(partners.length);
  if (checked.rosterHash !== rosterHash(document)) throw invalid('other-roster');
  if (checked.threshold !== threshold) throw invalid('other-threshold');
  if (checked.minimumSurvivors !== Math.max(threshold, fewestPartners)) throw invalid('other-minimum');
  if (partners.some(({ key }) => key === checked.coordinator)) throw invalid('coordinator-is-a-partner');
  const named = Object.keys(checked.weights);
  if (named.length !== partners.length || partners.some(({ id }) => !Object.hasOwn(checked.weights, id))) {
    throw invalid('weights-of-others');
  }
  const { ringBits, fractionBits } = checked.encoding;
  if (!fitsRing(ringBits, fractionBits, totalWeight(checked, named))) throw invalid('sum-could-overflow');
  let end = 0;
  for (const { shape, offset } of checked.tensors) {
    if (offset !== end) throw invalid('tensors-not-in-line');
    end += numbersIn(shape);
  }
  if (!Number.isSafeInteger(end * 4)) throw invalid('tensors-too-large');
  return checked;
}

export const totalWeight = ({ weights }: Plan, partners: readonly string[]): number =>
  partners.reduce((sum, id) => sum + (weights[id] ?? 0), 0);

/** Numbers in the vector of all tensors. */
export const vectorLength = ({ tensors }: Plan): number => {
  const last = tensors.at(-1)!;
  return last.offset + numbersIn(last.shape);
};

/** Bytes of an upload, and of the sum. */
export const uploadBytes = (document: Plan): number => vectorLength(document) * (document.encoding.ringBits / 8);

/** @param clips one for each tensor */
export const clippedTensors = ({ tensors }: Plan, clips: readonly number[]): readonly ClippedTensor[] =>
  tensors.map(({ shape, offset }, i) => ({ offset, length: numbersIn(shape), clip: clips[i]! }));

export const firstClips = ({ tensors, encoding }: Plan): readonly number[] => tensors.map(() => encoding.clip.first);

/** 1 in the first round, towards 0 after the last. */
export const cosineShare = (round: number, rounds: number): number => (1 + cosine((round - 1) / rounds)) / 2;

/** Local rate in a round, from 1. */
export const localRate = ({ recipe }: Plan, round: number): number =>
  recipe.localRate * cosineShare(round, recipe.rounds);

export const serverRate = ({ recipe }: Plan, round: number): number =>
  recipe.serverRate * cosineShare(round, recipe.rounds);

/**
 * cos(pi x) for x in 0..1 from sums and products alone. ECMAScript leaves the last bits of Math.cos to the engine, and
 * all partners must reach the same bits.
 */
function cosine(x: number): number {
  if (x > 0.5) return -cosine(1 - x);
  const square = Math.PI * x * (Math.PI * x);
  let sum = 0;
  for (let k = 20; k > 0; k -= 2) sum = (square / (k * (k - 1))) * (1 - sum);
  return 1 - sum;
}

const numbersIn = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

const invalid = (reason: string): ChoraleError => new ChoraleError('PLAN_INVALID', { reason });

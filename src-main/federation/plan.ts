/** What the partners agree on before the first round: the model, the recipe, the encoding and the rules of a round. */
import * as z from 'zod';
import { chemistryRules } from '../chemistry/parameters.ts';
import { ChoraleError } from '../contract/errors.ts';
import { headSettings } from '../contract/training.ts';
import { canonicalHash } from './canonical.ts';
import { disclosureLimits } from './disclosure.ts';
import type { DecodingTerms, EncodingTerms } from './encoding.ts';
import { count, hash, partnerId, publicKey } from './formats.ts';
import { limitPerRms, nextLimit, topOf, valuesFitRing, weightsFitRing } from './quantisation.ts';
import { packedBytes, ringWidths } from './ring.ts';
import { fewestPartners, type Roster, rosterHash } from './roster.ts';

const seconds = z.number().positive();
const seriesName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const positive = z.number().positive();

/** Numbers on a fixed grid, multiplied with the partner's integer weight after rounding. */
const fixedPoint = z.strictObject({
  ringBits: z.literal(32),
  fractionBits: z.number().int().min(8).max(28),
  /**
   * The largest change of a number that is sent: `first` in the first round, then `factor` times the RMS of the last
   * round's global change of the tensor, brought to this round's rate, and never below `atLeast`.
   */
  clip: z.strictObject({ first: positive, factor: positive, atLeast: positive }),
});

/**
 * Values of a few bits on one scale for the whole trunk, weighted before rounding, with error feedback. What is rounded
 * is share of the weights x change / local rate: so neither scale nor residual depends on the schedule.
 */
const quantised = z.strictObject({
  ringBits: z.union(ringWidths.map((bits) => z.literal(bits))),
  valueBits: z.number().int().min(2).max(16),
  /** The largest value: `first` in the first round, then as `limitPerRms` says, and never below `atLeast`. */
  scale: z.strictObject({ first: positive, factor: positive, atLeast: positive }),
});

export const plan = z.strictObject({
  format: z.literal('chorale plan 1'),
  series: seriesName,
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
    /**
     * Weights that nobody else learns: each partner multiplies its change with its own training compounds over
     * `reference`, and the weights of the plan are all equal. What the sum weighs in all stays unknown; to Adam the size
     * of its gradient does not matter.
     */
    privateWeights: z.strictObject({ reference: positive }).exactOptional(),
    /** Heads that stay at each partner; one that classifies unless told. */
    heads: z.strictObject(headSettings.shape).exactOptional(),
  }),
  encoding: z.union([fixedPoint, quantised]),
  /** Integer weight of each partner. */
  weights: z.record(partnerId, z.number().int().positive()),
  threshold: z.number().int().positive(),
  minimumSurvivors: z.number().int().positive(),
  /** Seconds after which a step goes on without those who have not answered. */
  deadlines: z.strictObject({ gather: seconds, keys: seconds, shares: seconds, upload: seconds }),
  /** The series whose last trunk this one begins with, instead of one that the seed makes; moments begin anew. */
  continueFrom: z
    .strictObject({
      series: seriesName,
      planHash: hash,
      /** Rounds of it that are done. */
      rounds: z.number().int().positive(),
      /** SHA-256 (hex) of the trunk's float32 bytes. */
      trunkHash: hash,
    })
    .exactOptional(),
  /** Rows of the first layer that few partners touch are frozen, see rare-rows.ts. Without it all rows are sent. */
  rareRows: z
    .strictObject({
      /** A partner touches a row whose bit so many of its training compounds set. */
      compounds: z.number().int().positive(),
      /** Rows that fewer partners touch are frozen. */
      partners: z.number().int().min(fewestPartners),
    })
    .exactOptional(),
  /** How a result is taken back by agreement, see voiding.ts. Without it every result stands. */
  voiding: z
    .strictObject({
      /** Fall of the own mean validation AUC-PR beyond which a partner objects, */
      fall: z.number().positive().max(1),
      /** or so many times the median change from round to round, where that is more. */
      spreads: z.number().positive(),
      /** Of the partners in the sum; more of them must object. */
      share: z.number().min(0).lt(1),
      /** After so many voided results of one round nobody begins it again: people have to find out why. */
      mostInRound: z.number().int().positive(),
      /** Within which the partners in the sum say what they think of it. */
      seconds,
    })
    .exactOptional(),
  /** Of the charter that all partners signed before they joined; without it the series needs none. */
  charterHash: hash.exactOptional(),
  /** What every partner holds its own packages against before anybody may approve them. */
  disclosure: disclosureLimits.exactOptional(),
  /** The application that all begin the series with, so that they compute alike; compared before the first round. */
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
  if (!sumsFitRing(checked)) throw invalid('sum-could-overflow');
  if (checked.continueFrom?.series === checked.series) throw invalid('continues-itself');
  let end = 0;
  for (const { shape, offset } of checked.tensors) {
    if (offset !== end) throw invalid('tensors-not-in-line');
    end += numbersIn(shape);
  }
  if (!Number.isSafeInteger(end * 4)) throw invalid('tensors-too-large');
  if (checked.rareRows !== undefined && checked.tensors[0]!.shape.length !== 2) throw invalid('no-rows-to-count');
  return checked;
}

/** @param partners that are asked about; all of them if not given */
export const totalWeight = (
  { weights }: Pick<Plan, 'weights'>,
  partners: readonly string[] = Object.keys(weights),
): number => partners.reduce((sum, id) => sum + (weights[id] ?? 0), 0);

/** Numbers in the vector of all tensors. */
export const vectorLength = ({ tensors }: Plan): number => {
  const last = tensors.at(-1)!;
  return last.offset + numbersIn(last.shape);
};

/** Bytes of an upload, and of the sum. */
export const uploadBytes = (document: Plan): number => packedBytes(vectorLength(document), document.encoding.ringBits);

/** No subset of the partners can leave the ring, whatever they send. */
const sumsFitRing = ({ encoding, weights }: Plan): boolean =>
  'valueBits' in encoding
    ? valuesFitRing(encoding.ringBits, encoding.valueBits, Object.keys(weights).length)
    : weightsFitRing(encoding.ringBits, encoding.fractionBits, totalWeight({ weights }));

const segments = ({ tensors }: Plan) => tensors.map(({ shape, offset }) => ({ offset, length: numbersIn(shape) }));

/** What every partner encodes the first round with, one for each tensor. */
export const firstClips = ({ tensors, encoding }: Plan): readonly number[] =>
  tensors.map(() => ('valueBits' in encoding ? encoding.scale.first : encoding.clip.first));

/**
 * How this partner encodes its change of a round.
 * @param clips `firstClips`, or what `applySum` of the last round returned
 */
export function encodingTerms(document: Plan, partner: string, round: number, clips: readonly number[]): EncodingTerms {
  const { encoding } = document;
  const weight = document.weights[partner]!;
  const tensors = segments(document).map((segment, i) => ({ ...segment, limit: clips[i]! }));
  return 'valueBits' in encoding
    ? {
        ringBits: encoding.ringBits,
        tensors,
        top: topOf(encoding.valueBits),
        weight: weight / totalWeight(document) / localRate(document, round),
        times: 1,
        feedback: true,
      }
    : {
        ringBits: encoding.ringBits,
        tensors,
        top: 2 ** encoding.fractionBits,
        weight: 1,
        times: weight,
        feedback: false,
      };
}

/**
 * How the sum of a round becomes the mean change of the partners that are in it.
 *
 * Where weights were applied before rounding, the sum over the survivors is that of share x change, with the shares of
 * all partners; the mean divides it by the shares of the survivors: their part of the total weight. A residual keeps its
 * partner's share, so what was left over in a round of few survivors weighs in a later sum what it would have weighed
 * among all.
 * @param clips that the round was encoded with
 * @param totalWeight of the partners in the sum
 */
export function decodingTerms(
  document: Plan,
  round: number,
  { clips, totalWeight: present }: { readonly clips: readonly number[]; readonly totalWeight: number },
): DecodingTerms {
  const { encoding } = document;
  const unitOf = (clip: number): number =>
    'valueBits' in encoding
      ? (clip / topOf(encoding.valueBits)) * (totalWeight(document) / present) * localRate(document, round)
      : clip / 2 ** encoding.fractionBits / present;
  const tensors = segments(document).map((segment, i) => ({ ...segment, unit: unitOf(clips[i]!) }));
  return { ringBits: encoding.ringBits, tensors };
}

/**
 * The clips of the next round by the plan's rule.
 * @param squares sum of the squares of this round's public mean change, one for each tensor
 * @param clips of this round
 */
export function clipsAfter(
  document: Plan,
  round: number,
  squares: readonly number[],
  clips: readonly number[],
): readonly number[] {
  const { encoding } = document;
  if ('valueBits' in encoding) {
    const all = squares.reduce((sum, square) => sum + square, 0);
    const rms = Math.sqrt(all / vectorLength(document)) / localRate(document, round);
    const { factor, atLeast } = encoding.scale;
    const wanted = rms * limitPerRms(factor, encoding.valueBits, Object.values(document.weights));
    return clips.map((clip) => nextLimit(clip, wanted, atLeast));
  }
  const { factor, atLeast } = encoding.clip;
  const rates = round < document.recipe.rounds ? localRate(document, round + 1) / localRate(document, round) : 1;
  return segments(document).map(({ length }, i) => Math.max(atLeast, factor * Math.sqrt(squares[i]! / length) * rates));
}

/** 1 in the first round, towards 0 after the last. */
export const cosineShare = (round: number, rounds: number): number => (1 + cosine((round - 1) / rounds)) / 2;

/** What a partner multiplies its change with before it is encoded: 1 where the plan says what everyone weighs. */
export const privateWeight = ({ recipe }: Plan, trainingCompounds: number): number =>
  recipe.privateWeights === undefined ? 1 : trainingCompounds / recipe.privateWeights.reference;

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

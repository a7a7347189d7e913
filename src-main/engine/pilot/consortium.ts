/** From prepared partners to a consortium: the roster that each signs, and the plan of a series of rounds. */

import { consistencyRecord } from '../../chemistry/consistency.ts';
import { type ChemistryParameters, type ChemistryRules, parameterHash, rulesOf } from '../../chemistry/parameters.ts';
import { ChoraleError } from '../../contract/errors.ts';
import type { HeadSettings } from '../../contract/training.ts';
import { toBase64url } from '../../federation/canonical.ts';
import { type Plan, planFor } from '../../federation/plan.ts';
import { ringFor, usualFactor, valueBitsFor } from '../../federation/quantisation.ts';
import type { RingBits } from '../../federation/ring.ts';
import { fewestPartners, type Roster } from '../../federation/roster.ts';
import { usualVoiding } from '../../federation/voiding.ts';
import { applicationLimits } from '../../release/policy.ts';
import { trunkShapes } from '../../training/trainer.ts';
import { build } from '../version.ts';
import type { PreparedPartner } from './pilot-partner.ts';

export type Recipe = {
  readonly rounds: number;
  readonly hidden: readonly number[];
  readonly localSteps: number;
  readonly dropout: number;
  /** Of plain SGD on the trunk, in the first round; `usualLocalRate` if not given. */
  readonly localRate?: number | undefined;
  /** Of Adam on the sum, in the first round. */
  readonly serverRate: number;
  /** Added to the gradient of the sum; `usualL2` if not given. */
  readonly l2?: number | undefined;
  /** Within it a package must be approved and sent. */
  readonly uploadSeconds: number;
  /** Of the ring that changes are summed in; `usualRing` if not given. */
  readonly ringBits?: RingBits | undefined;
  /**
   * Training compounds that weigh 1 where each partner applies its weight itself and tells nobody; the roster's weights
   * must then be equal. Not given: the roster's weights count.
   */
  readonly privateReference?: number | undefined;
  /** Folded fingerprint bits; the product's if not given. */
  readonly bits?: number | undefined;
  /** Seed of the trunk that all begin with; `usualTrunkSeed` if not given. */
  readonly trunkSeed?: number | undefined;
  /** When rows of the first layer are frozen; never if not given. */
  readonly rareRows?: Plan['rareRows'] | undefined;
  /** One head that classifies if not given. */
  readonly heads?: HeadSettings | undefined;
};

/** A bit of one training compound is touched; a row of one or two partners is theirs. */
export const usualRareRows: NonNullable<Plan['rareRows']> = { compounds: 1, partners: fewestPartners };

const usualLocalRate = 5;
const usualL2 = 1e-5;
const usualTrunkSeed = 7;

/**
 * What a partner's change counts in the mean: as much as any other, by its training compounds or their square root, or
 * by numbers that the partners have agreed on. The roster says it openly, and each partner signs it.
 */
export type Weighting = (typeof weightings)[number] | Readonly<Record<string, number>>;

export const weightings = ['compounds', 'square-root', 'equal'] as const;

type Member = Pick<PreparedPartner, 'id' | 'name' | 'publicKey'> & {
  readonly compounds: Pick<PreparedPartner['compounds'], 'train'>;
};

/**
 * By compounds unless told: measured to be better than their square root, and that than equal weights (training.md
 * section 6).
 * @throws ROSTER_INVALID when agreed numbers leave a partner out
 */
export const rosterOf = (name: string, partners: readonly Member[], weighting: Weighting = 'compounds'): Roster => ({
  format: 'chorale roster 1',
  name,
  partners: partners.map((partner) => ({
    ...{ id: partner.id, name: partner.name, key: partner.publicKey },
    weight: weightOf(partner, weighting),
  })),
});

function weightOf({ id, compounds }: Member, weighting: Weighting): number {
  const learnt = Math.max(1, compounds.train);
  if (weighting === 'compounds') return learnt;
  if (weighting === 'square-root') return Math.sqrt(learnt);
  if (weighting === 'equal') return 1;
  const agreed = weighting[id];
  if (agreed === undefined || !(agreed > 0)) throw new ChoraleError('ROSTER_INVALID', { reason: 'weight-missing' });
  return agreed;
}

/** As a command takes it: one of the names, or numbers as in `P01=5,P02=3`. @throws INPUT_INVALID */
export function parseWeighting(text: string): Weighting {
  const named = weightings.find((name) => name === text);
  if (named !== undefined) return named;
  const agreed = text.split(',').map((part) => part.split('=').map((side) => side.trim()));
  const numbers = agreed.map(([id, number]) => [id ?? '', Number(number)] as const);
  if (agreed.some(({ length }) => length !== 2) || numbers.some(([id, number]) => id === '' || !(number > 0))) {
    const message = `one of ${weightings.join(', ')}, or numbers as P01=5,P02=3`;
    throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'weights', message }] });
  }
  return Object.fromEntries(numbers);
}

/** What the partners agree on about chemistry; the key is in it by keyed hashes alone. */
export type AgreedChemistry = {
  readonly rules: ChemistryRules;
  readonly hash: string;
  readonly consistency: Readonly<Record<string, string>>;
};

export type Agreement = {
  readonly series: string;
  readonly chemistry: AgreedChemistry;
  /** As `agreedTasks` tells them. */
  readonly tasks: Readonly<Record<string, string>>;
  /** Ed25519. */
  readonly coordinatorKey: Uint8Array;
};

/** Runs the reference set through this machine's chemistry. @throws TOOLKIT_FAILED */
export async function agreedChemistry(parameters: ChemistryParameters): Promise<AgreedChemistry> {
  const { consistencyStages } = await import('../../chemistry/consistency-report.ts');
  const consistency = consistencyRecord(await consistencyStages(parameters));
  return { rules: rulesOf(parameters), hash: parameterHash(parameters), consistency };
}

/**
 * 4-bit values, for up to 18 partners in 8 bits: a quarter of the traffic of whole numbers, at a tenth less of the gain
 * (training.md section 6).
 */
export const usualRing = (partners: number): RingBits => ringFor(4, partners);

/**
 * In 32 bits on a fixed grid, where the clip is wide, since 20 bits leave room: nothing but an outlier is cut. In fewer
 * as many bits for each value as the ring holds; `first` is about twice the RMS that the mean gradient of a step was seen
 * to have, and the sums correct it within a few rounds.
 */
function encodingIn(ringBits: RingBits, partners: number, localSteps: number): Plan['encoding'] {
  if (ringBits === 32) return { ringBits, fractionBits: 20, clip: { first: 1, factor: 200, atLeast: 1e-6 } };
  const valueBits = valueBitsFor(ringBits, partners);
  return { ringBits, valueBits, scale: { first: 6e-5 * localSteps, factor: usualFactor(valueBits), atLeast: 1e-9 } };
}

/**
 * Beyond amber the checks of a pilot warn like any other, but no attack blocks: a model of few compounds remembers them,
 * all companies are on one machine, and nobody is there to answer for a block.
 */
const limitsOfPilot = {
  membershipAuc: { ...applicationLimits.membershipAuc, red: 1 },
  membershipTpr: { ...applicationLimits.membershipTpr, red: 1 },
  membershipTrunk: { ...applicationLimits.membershipTrunk, red: 1 },
};

/** Plain local SGD, Adam on the sum. */
export const planOf = (
  roster: Roster,
  {
    rounds,
    hidden,
    localSteps,
    dropout,
    localRate = usualLocalRate,
    serverRate,
    l2 = usualL2,
    uploadSeconds,
    ringBits,
    privateReference,
    bits,
    trunkSeed = usualTrunkSeed,
    rareRows,
    heads,
  }: Recipe,
  { series, chemistry, tasks, coordinatorKey }: Agreement,
): Plan =>
  planFor(roster, {
    series,
    coordinator: toBase64url(coordinatorKey),
    hidden: [...hidden],
    tensors: trunkShapes(hidden, bits).map(({ name, shape, offset }) => ({ name, shape: [...shape], offset })),
    chemistry: chemistry.rules,
    chemistryHash: chemistry.hash,
    consistency: { ...chemistry.consistency, ...tasks },
    recipe: {
      rounds,
      localSteps,
      localRate,
      schedule: 'cosine',
      batchSize: 256,
      smallBatch: { below: 2000, size: 64 },
      dropout,
      headRate: 1e-3,
      serverRate,
      l2,
      initialTrunkSeed: trunkSeed,
      ...(privateReference === undefined ? {} : { privateWeights: { reference: privateReference } }),
      ...(heads === undefined ? {} : { heads }),
    },
    encoding: encodingIn(ringBits ?? usualRing(roster.partners.length), roster.partners.length, localSteps),
    deadlines: { gather: 120, keys: 120, shares: 120, upload: uploadSeconds },
    ...(rareRows === undefined ? {} : { rareRows }),
    voiding: usualVoiding,
    disclosure: limitsOfPilot,
    buildHash: build,
  });

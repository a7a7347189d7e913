/** What an experiment is asked for. */
import * as z from 'zod';
import { aloneSettings } from '../../contract/training.ts';

export const arms = ['alone', 'federated', 'shuffled', 'pooled', 'fused'] as const;
export type Arm = (typeof arms)[number];

/** How many bits a number has on its way: whole numbers on a fixed grid in a ring of 32 bits, or values of 8 or 4 bits. */
export const ringOf = { none: 32, 8: 12, 4: 8 } as const;

/** What of training alone differs from the product's own settings. */
const aloneCandidate = aloneSettings.omit({ seed: true, minimumPerClass: true }).partial().strict();

const foldedBits = z.union([z.literal(32_000), z.literal(8192), z.literal(2048)]);
const aloneChoice = aloneCandidate.extend({
  /** No more than the experiment's: a partner alone may do better with fewer bits than a federation. */
  bits: foldedBits.optional(),
});
export type AloneChoice = z.infer<typeof aloneChoice>;

/**
 * What is tried alone unless told: rates three times the product's, the product's own settings, and fewer bits below a
 * wider trunk. On one validation fold each of them was best for some of the partners that it was tried on.
 */
export const usualChoices = (bits: number): readonly AloneChoice[] => [
  { trunkRate: 3e-3, headRate: 1e-3 },
  {},
  bits === 2048 ? { hidden: [512] } : { bits: 2048, hidden: [512] },
];

/** The file behind --recipe: what of the federation differs from the product's defaults, and what is tried alone. */
export const recipeFile = z.strictObject({
  localRate: z.number().positive().optional(),
  serverRate: z.number().positive().optional(),
  dropout: z.number().min(0).max(0.95).optional(),
  l2: z.number().nonnegative().optional(),
  alone: z.array(aloneChoice).min(1).optional(),
  /** Steps and the like of the joint training on all data. */
  pooled: aloneCandidate.optional(),
});
export type RecipeFile = z.infer<typeof recipeFile>;

const whole = z.number().int();

export const experimentSettings = z.object({
  folds: z.array(whole.min(0).max(4)).min(1),
  seeds: z.array(whole.min(0)).min(1),
  bits: foldedBits,
  hidden: z.array(whole.min(4).max(4096)).min(1).max(4),
  /** Several are compared: each with each way of quantising. */
  rounds: z.array(whole.min(1).max(10_000)).min(1),
  localSteps: whole.min(1).max(1000),
  /** As `parseWeighting` reads it. */
  weights: z.string(),
  /** Compounds that weigh 1 where weights are private; null where they are public. */
  privateReference: z.number().positive().nullable(),
  quantise: z.array(z.enum(['none', '8', '4'])).min(1),
  transport: z.enum(['sum', 'protocol']),
  arms: z.array(z.enum(arms)).min(1),
  /** Whose labels stay as they are in the shuffled arm, each in a federation of its own. */
  shuffledFor: z.array(z.string()),
  recipe: recipeFile,
});
export type ExperimentSettings = z.infer<typeof experimentSettings>;

/** A federation among those that are compared. */
export type Variant = {
  readonly rounds: number;
  readonly quantise: ExperimentSettings['quantise'][number];
  /** Behind the arm's name; empty where there is only one. */
  readonly name: string;
};

export function variantsOf({ rounds, quantise }: ExperimentSettings): readonly Variant[] {
  const all = rounds.flatMap((count) => quantise.map((bits) => ({ rounds: count, quantise: bits })));
  const bitsOf = (bits: Variant['quantise']) => (bits === 'none' ? 'not quantised' : `${bits} bits`);
  return all.map((variant) => ({
    ...variant,
    name:
      all.length === 1 ? '' : ` ${bitsOf(variant.quantise)} ${variant.rounds} round${variant.rounds === 1 ? '' : 's'}`,
  }));
}

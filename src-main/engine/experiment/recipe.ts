/** The recipe of an experiment's federation: the product's defaults but for what was asked for. */
import { parseWeighting } from '../pilot/consortium.ts';
import type { ExperimentRecipe } from './consortium.ts';
import { type ExperimentSettings, ringOf, type Variant } from './settings.ts';

export const experimentRecipe = (
  { hidden, localSteps, bits, weights, privateReference, recipe }: ExperimentSettings,
  { rounds, quantise }: Variant,
  seed: number,
): ExperimentRecipe => ({
  ...{ rounds, hidden, localSteps, bits },
  ...(privateReference === null
    ? { weighting: parseWeighting(weights) }
    : { weighting: 'equal' as const, privateReference }),
  dropout: recipe.dropout ?? 0.7,
  serverRate: recipe.serverRate ?? 7e-3,
  localRate: recipe.localRate,
  l2: recipe.l2,
  ringBits: ringOf[quantise],
  trunkSeed: 6 + seed,
  uploadSeconds: 600,
});

/** How a partner trains between two sums of a federation. */

import type { HeadSettings } from '../contract/training.ts';

export type LocalSettings = {
  /** Local steps before the trunk goes back. */
  readonly steps: number;
  /** Of plain SGD on the trunk, in this round. */
  readonly rate: number;
  readonly headRate: number;
  /** Compounds per step; null chooses 256, or 64 below 2,000 training compounds. */
  readonly batch: number | null;
  readonly dropout: number;
  readonly inputDropout: number;
  /** Heads that stay here, and how they weigh; one that classifies unless told. */
  readonly heads?: HeadSettings;
};

/** training.md section 6: the rate falls by a cosine over the rounds; it is 5 in the first. */
export const localRecipe: LocalSettings = {
  steps: 20,
  rate: 5,
  headRate: 1e-3,
  batch: null,
  dropout: 0.7,
  inputDropout: 0,
};

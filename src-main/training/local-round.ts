/** A partner's part of a federated round: plain SGD on its copy of the trunk, Adam on the head that never leaves. */
import type { Control } from '../contract/progress.ts';
import type { CompactTrunk } from './compaction.ts';
import { type HeadState, headOf } from './head.ts';
import { batchSize, type Lesson, namedTrunk, takeSteps, trunkOf } from './lesson.ts';
import { openStepper, type Stepper } from './stepper.ts';

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

export type LocalOutcome = {
  /** Trained rows of the first weight and the other tensors, after the last step. */
  readonly trunk: CompactTrunk;
  readonly head: HeadState;
  /** Mean over the steps. */
  readonly loss: number;
};

export type LocalRequest = {
  readonly trunk: CompactTrunk;
  readonly settings: LocalSettings;
  readonly seed: number;
  readonly head: HeadState;
};

/** Trunk widths and batch decide the graph: one stepper serves every round. */
export function openLocalStepper(
  { table, compaction, trainingRows }: Lesson,
  hidden: readonly number[],
  asked: number | null,
): Promise<Stepper> {
  const batch = batchSize(asked, trainingRows.length);
  return openStepper({ rows: compaction.trained, hidden, tasks: table.tasks.length, batch }, 'sgd', compaction, {});
}

export async function localRound(
  lesson: Lesson,
  stepper: Stepper,
  { trunk, settings, seed, head }: LocalRequest,
  control: Control,
): Promise<LocalOutcome> {
  stepper.replace({ ...namedTrunk(trunk), ...head.tensors });
  let sum = 0;
  await takeSteps(
    lesson,
    stepper,
    {
      steps: settings.steps,
      trunkRate: settings.rate,
      headRate: settings.headRate,
      dropout: { units: settings.dropout, bits: settings.inputDropout },
      seed,
      taken: head.taken,
    },
    settings.steps,
    control,
    async (done, losses) => {
      for (const loss of losses) sum += loss;
      control.report({ step: 'train.local', done, total: settings.steps });
      return true;
    },
  );
  const state = stepper.state();
  return {
    trunk: trunkOf(state, stepper.shape.hidden.length),
    head: headOf(state, head, head.taken + settings.steps),
    loss: sum / settings.steps,
  };
}

/** A partner's part of a federated round: plain SGD on its copy of the trunk, Adam on the head that never leaves. */
import type { Control } from '../contract/progress.ts';
import { type CompactTrunk, copyOf } from './compaction.ts';
import { type HeadState, headOf } from './head.ts';
import { headsOf, labelsOfHeads, sparseHeads } from './labels.ts';
import { batchSize, type Lesson, namedTrunk, takeSteps, trunkOf } from './lesson.ts';
import type { LocalSettings } from './local-recipe.ts';
import type { Stepper } from './stepper.ts';

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

/** Trunk widths, heads and batch decide the graph: one stepper serves every round. */
export function openLocalStepper(
  { table, compaction, trainingRows, openStepper }: Lesson,
  hidden: readonly number[],
  { batch: asked, heads = {} }: LocalSettings,
): Promise<Stepper> {
  const batch = batchSize(asked, trainingRows.length);
  const shapes = headsOf(table, heads);
  const sampled = sparseHeads(labelsOfHeads(table, shapes, heads), trainingRows);
  const shape = { rows: compaction.trained, hidden, heads: shapes, batch, sampled };
  return openStepper(shape, 'sgd', compaction, {});
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
      heads: settings.heads ?? {},
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
  const state = await stepper.state();
  return {
    trunk: copyOf(trunkOf(state, stepper.shape.hidden.length)),
    head: headOf(state, head, head.taken + settings.steps),
    loss: sum / settings.steps,
  };
}

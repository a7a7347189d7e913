/** Trains a model on this partner's own data alone: Adam on trunk and head, ended by the validation fold. */

import type { Control } from '../contract/progress.ts';
import type { AloneSettings, RunPoint } from '../contract/training.ts';
import { type CompactTrunk, compactTrunk, copyOf } from './compaction.ts';
import { takeStepsWhileGaining } from './early-stopping.ts';
import { openEvaluator, type TaskMetrics } from './evaluation.ts';
import { type HeadState, headOf, newHead } from './head.ts';
import { headsOf, labelsOfHeads, sparseHeads } from './labels.ts';
import { batchSize, type Lesson, namedTrunk, trunkOf } from './lesson.ts';
import { initialTrunk } from './network.ts';
import type { State } from './stepper.ts';

export type AloneOutcome = {
  /** Trained rows of the first weight and the other tensors, at the step that the validation fold chose, or the last. */
  readonly trunk: CompactTrunk;
  readonly head: HeadState;
  readonly step: number;
  readonly stepsTaken: number;
  readonly validation: TaskMetrics;
};

/**
 * Without a validation fold nothing ends training early, and the last step is kept.
 * @param onPoint told each look at the validation fold, the first one before any step
 */
export async function trainAlone(
  lesson: Lesson,
  settings: AloneSettings,
  control: Control,
  onPoint: (point: RunPoint) => void,
): Promise<AloneOutcome> {
  const { table, compaction, trainingRows } = lesson;
  const { hidden, seed } = settings;
  const all = compactTrunk(initialTrunk(hidden, seed, table.fingerprintBits), compaction, compaction.bits.length);
  const heads = headsOf(table, settings.heads ?? {});
  const first = newHead(hidden.at(-1)!, heads, seed, settings.heads);
  const decays = (settings.weightDecay ?? 0) > 0;
  // Weights that meet no training compound stay as they began, unless they decay.
  const rows = decays ? compaction.bits.length : compaction.trained;
  const shape = {
    rows,
    hidden,
    heads,
    sampled: sparseHeads(labelsOfHeads(table, heads, settings.heads ?? {}), trainingRows),
    batch: batchSize(settings.batch, trainingRows.length),
    ...(settings.partSize !== undefined && { partSize: settings.partSize }),
    ...(decays && { decays }),
  };
  const start = { ...namedTrunk({ ...all, rows: all.rows.subarray(0, rows * hidden[0]!) }), ...first.tensors };
  const stepper = await lesson.openStepper(shape, 'adam', compaction, start);
  const evaluator = await openEvaluator(table, compaction, hidden, heads, settings.heads ?? {});
  try {
    // The validation fold is looked at through rows that are not trained, too.
    const look = (state: State) => {
      all.rows.set(state['trunk.0.weight']!);
      const parameters = { ...state, 'trunk.0.weight': all.rows };
      return evaluator.evaluate(parameters, 'validation', settings.minimumPerClass, control);
    };
    const { kept, ...stopped } = await takeStepsWhileGaining(
      lesson,
      stepper,
      {
        ...settings,
        heads: settings.heads ?? {},
        dropout: { units: settings.dropout, bits: settings.inputDropout },
        decay: { steps: settings.decaySteps ?? [], factor: settings.decayFactor ?? 0.3 },
        taken: 0,
      },
      { ...settings, look, onPoint },
      (state, step) => ({ trunk: copyOf(trunkOf(state, hidden.length)), head: headOf(state, first, step) }),
      control,
    );
    return { ...kept, ...stopped };
  } finally {
    await stepper.close();
    await evaluator.close();
  }
}

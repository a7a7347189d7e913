/** Trains a model on this partner's own data alone: Adam on trunk and head, ended by the validation fold. */

import type { Control } from '../contract/progress.ts';
import type { AloneSettings, RunPoint } from '../contract/training.ts';
import { type CompactTrunk, compactTrunk, copyOf } from './compaction.ts';
import { openEvaluator, type TaskMetrics } from './evaluation.ts';
import { type HeadState, headOf, newHead } from './head.ts';
import { headsOf, labelsOfHeads, sparseHeads } from './labels.ts';
import { batchSize, type Lesson, namedTrunk, takeSteps, trunkOf } from './lesson.ts';
import { initialTrunk } from './network.ts';
import type { State } from './stepper.ts';

export type AloneOutcome = {
  /** Trained rows of the first weight and the other tensors, at the step that the validation fold chose. */
  readonly trunk: CompactTrunk;
  readonly head: HeadState;
  readonly step: number;
  readonly stepsTaken: number;
  readonly validation: TaskMetrics;
};

/** @param onPoint told each look at the validation fold, the first one before any step */
export async function trainAlone(
  lesson: Lesson,
  settings: AloneSettings,
  control: Control,
  onPoint: (point: RunPoint) => void,
): Promise<AloneOutcome> {
  const { table, compaction, trainingRows } = lesson;
  const { hidden, seed, steps, evaluateEvery } = settings;
  const started = performance.now();
  const all = compactTrunk(initialTrunk(hidden, seed, table.fingerprintBits), compaction, compaction.bits.length);
  const heads = headsOf(table, settings.heads ?? {});
  const first = newHead(hidden.at(-1)!, heads, seed, settings.heads);
  const shape = {
    rows: compaction.trained,
    hidden,
    heads,
    sampled: sparseHeads(labelsOfHeads(table, heads, settings.heads ?? {}), trainingRows),
    batch: batchSize(settings.batch, trainingRows.length),
    ...(settings.partSize !== undefined && { partSize: settings.partSize }),
  };
  const trainedValues = compaction.trained * hidden[0]!;
  const start = { ...namedTrunk({ ...all, rows: all.rows.subarray(0, trainedValues) }), ...first.tensors };
  const evaluator = await openEvaluator(table, compaction, hidden, heads, settings.heads ?? {});
  const stepper = await lesson.openStepper(shape, 'adam', compaction, start);
  try {
    // Rows that no training compound has stay as they began, and the validation fold is looked at through them too.
    const look = (state: State) => {
      all.rows.set(state['trunk.0.weight']!);
      return evaluator.evaluate({ ...state, 'trunk.0.weight': all.rows }, 'validation', settings.minimumPerClass);
    };
    const keep = (state: State, validation: TaskMetrics, step: number) => ({
      trunk: copyOf(trunkOf(state, hidden.length)),
      head: headOf(state, first, step),
      step,
      validation,
    });
    const point = (validation: TaskMetrics, step: number, loss: number | null): RunPoint => ({
      step,
      loss,
      validationAucPr: validation.means.aucPr,
      validationAucRoc: validation.means.aucRoc,
      validationInterval: validation.means.aucPrInterval,
      seconds: (performance.now() - started) / 1000,
    });

    const beginning = await stepper.state();
    let best = keep(beginning, await look(beginning), 0);
    onPoint(point(best.validation, 0, null));
    let latest = best.validation;
    let stepsTaken = 0;
    let looksWithoutGain = 0;
    let sincePoint: number[] = [];
    await takeSteps(
      lesson,
      stepper,
      {
        ...settings,
        heads: settings.heads ?? {},
        dropout: { units: settings.dropout, bits: settings.inputDropout },
        decay: { steps: settings.decaySteps ?? [], factor: settings.decayFactor ?? 0.3 },
        taken: 0,
      },
      evaluateEvery,
      control,
      async (done, losses) => {
        stepsTaken = done;
        sincePoint.push(...losses);
        if (done % evaluateEvery === 0 || done === steps) {
          const state = await stepper.state();
          latest = await look(state);
          onPoint(point(latest, done, sincePoint.reduce((sum, loss) => sum + loss, 0) / sincePoint.length));
          sincePoint = [];
          looksWithoutGain = worth(latest) > worth(best.validation) ? 0 : looksWithoutGain + 1;
          if (looksWithoutGain === 0) best = keep(state, latest, done);
        }
        control.report({ step: 'train.steps', done, total: steps, detail: detailOf(latest, losses) });
        return looksWithoutGain < settings.patience;
      },
    );
    return { ...best, stepsTaken };
  } finally {
    await stepper.close();
    await evaluator.close();
  }
}

/** What the validation fold chooses by: mean AUC-PR, or the losses where no task has enough of both classes. */
const worth = ({ means, loss, regressionLoss }: TaskMetrics): number =>
  means.aucPr ?? -((loss ?? 0) + (regressionLoss ?? 0));

const detailOf = ({ means }: TaskMetrics, losses: Float32Array) => ({
  loss: rounded(losses.at(-1)!),
  ...(means.aucPr === null ? {} : { validationAucPr: rounded(means.aucPr) }),
});

const rounded = (value: number): number => Number(value.toFixed(3));

/** A new head on a trunk that stays as it is: what the trunk gives is computed once, then only the head takes steps. */
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { RunPoint } from '../contract/training.ts';
import type { RetrainSettings } from '../contract/tuning.ts';
import type { CompactTrunk } from './compaction.ts';
import { type Stopped, takeStepsWhileGaining } from './early-stopping.ts';
import { bitFeeds, chunk, openEvaluator } from './evaluation.ts';
import { trunkGraph } from './forward-graph.ts';
import { type HeadState, headOf, newHead } from './head.ts';
import { openHeadStepper, type Tops } from './head-stepper.ts';
import { headsOf } from './labels.ts';
import { batchSize, type Lesson, namedTrunk } from './lesson.ts';
import { parameterTensors } from './network-shape.ts';
import { modelBytes } from './onnx/graph.ts';
import { floats, openSession } from './session.ts';
import type { State } from './stepper.ts';

export type RetrainRequestOfProcess = {
  /** With all compact rows. */
  readonly trunk: CompactTrunk;
  readonly hidden: readonly number[];
  readonly settings: RetrainSettings;
  readonly minimumPerClass: number;
};

/** Dropout is on what the trunk gives and on the head's own layers; none inside the trunk, nor on its bits. */
export async function retrainHead(
  lesson: Lesson,
  { trunk, hidden, settings, minimumPerClass }: RetrainRequestOfProcess,
  control: Control,
  onPoint: (point: RunPoint) => void,
): Promise<Stopped<HeadState>> {
  const { table, compaction, trainingRows } = lesson;
  const { seed, heads: headSettings = {} } = settings;
  const width = hidden.at(-1)!;
  const heads = headsOf(table, headSettings);
  const first = newHead(width, heads, seed, headSettings);
  const weights = namedTrunk(trunk);
  const tops = await topsOf(lesson, trainingRows, hidden, weights, control);
  const evaluator = await openEvaluator(table, compaction, hidden, heads, headSettings);
  const stepper = await openHeadStepper(
    { heads, width, batch: batchSize(settings.batch, trainingRows.length) },
    tops,
    first.tensors,
  );
  try {
    return await takeStepsWhileGaining(
      lesson,
      stepper,
      {
        heads: headSettings,
        steps: settings.steps,
        trunkRate: settings.headRate,
        headRate: settings.headRate,
        dropout: { units: settings.dropout, bits: 0 },
        seed,
        taken: 0,
      },
      {
        ...settings,
        look: (head) => evaluator.evaluate({ ...weights, ...head }, 'validation', minimumPerClass, control),
        onPoint,
      },
      (state, step) => headOf(state, first, step),
      control,
    );
  } finally {
    await stepper.close();
    await evaluator.close();
  }
}

/** What the trunk gives for the compounds of these rows. */
export async function topsOf(
  { table, compaction }: Pick<Lesson, 'table' | 'compaction'>,
  rows: Uint32Array,
  hidden: readonly number[],
  weights: State,
  control: Control,
): Promise<Tops> {
  const shape = { rows: compaction.bits.length, hidden };
  const width = hidden.at(-1)!;
  const values = new Float32Array(rows.length * width);
  const placeOfRow = new Int32Array(table.rows).fill(-1);
  rows.forEach((row, place) => {
    placeOfRow[row] = place;
  });
  const parameters = Object.fromEntries(
    parameterTensors({ ...shape, heads: [] }).map(({ name, shape }) => [name, floats(weights[name]!, shape)]),
  );
  const session = await openSession(modelBytes(trunkGraph(shape)), 1);
  try {
    for (let start = 0; start < rows.length; start += chunk) {
      stopIfAsked(control);
      const part = rows.subarray(start, start + chunk);
      const { top } = await session.run({ ...parameters, ...bitFeeds(table, compaction, part) });
      values.set(top!.data as Float32Array, start * width);
      control.report({ step: 'train.trunk', done: start + part.length, total: rows.length });
    }
  } finally {
    await session.release();
  }
  return { values, placeOfRow };
}

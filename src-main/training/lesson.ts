/** What a training process learns from: the table, its compaction, and how steps are taken on it. */
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { ProviderName } from '../contract/providers.ts';
import type { HeadSettings } from '../contract/training.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import { type Compaction, type CompactTrunk, compactionOf } from './compaction.ts';
import { labelsOfHeads } from './labels.ts';
import { createDeck, type Dropout, draw, keptShare, minibatch } from './minibatch.ts';
import { stepsToSettling } from './optimiser.ts';
import { type OpenStepper, openStepperOn } from './providers/open-stepper.ts';
import { randomFrom } from './random.ts';
import { rowsOfRole } from './roles.ts';
import type { Rates, State, Stepper } from './stepper.ts';

export type Lesson = {
  readonly table: TrainingTable;
  readonly compaction: Compaction;
  /** Rows of the table in the training folds. */
  readonly trainingRows: Uint32Array;
  /** How train steps are taken on the provider that was asked for. */
  readonly openStepper: OpenStepper;
};

/** @throws NOTHING_TO_LEARN when no compound of the training folds has a label */
export function prepareLesson(table: TrainingTable, provider: ProviderName = 'cpu', threads = 1): Lesson {
  const trainingRows = rowsOfRole(table, 'train');
  if (trainingRows.length === 0) throw new ChoraleError('NOTHING_TO_LEARN', { reason: 'no-training-labels' });
  return {
    table,
    compaction: compactionOf(table),
    trainingRows,
    openStepper: openStepperOn(provider, threads),
  };
}

/** 256, or 64 below 2,000 training compounds (training.md section 6), and never more than there are. */
export const batchSize = (asked: number | null, trainingCompounds: number): number =>
  Math.min(trainingCompounds, asked ?? (trainingCompounds < 2000 ? 64 : 256));

/** Named as the train graph names them: the first weight has as many rows as `trunk` holds. */
export const namedTrunk = ({ rows, others }: CompactTrunk): State => ({
  'trunk.0.weight': rows,
  ...Object.fromEntries(others.map((tensor, index) => [otherName(index), tensor])),
});

/** The trunk out of a state, not a copy. */
export const trunkOf = (state: State, layers: number): CompactTrunk => ({
  rows: state['trunk.0.weight']!,
  others: Array.from({ length: 2 * layers - 1 }, (_, index) => state[otherName(index)]!),
});

/** After the first weight come its bias, then weight and bias of each further layer. */
const otherName = (index: number) => `trunk.${Math.ceil(index / 2)}.${index % 2 === 0 ? 'bias' : 'weight'}`;

export type Course = {
  readonly heads: HeadSettings;
  readonly steps: number;
  readonly dropout: Dropout;
  readonly trunkRate: number;
  readonly headRate: number;
  /** Multi-step decay: after each of these steps of the course both rates are multiplied by the factor. */
  readonly decay?: { readonly steps: readonly number[]; readonly factor: number };
  /** See `Rates`. */
  readonly weightDecay?: number | undefined;
  readonly seed: number;
  /** Steps that Adam has taken before. */
  readonly taken: number;
};

/** Long enough that the copies around a run do not count, short enough to stop and to tell within a second. */
const runMilliseconds = 250;

/**
 * Takes `steps` steps in runs of about a quarter of a second.
 * @param pause the number of steps after which `onRun` is called at the latest, so that it falls on multiples of it
 * @param onRun given the steps taken of this course and the losses of the run; training ends when it answers false
 */
export async function takeSteps(
  { table, trainingRows }: Lesson,
  stepper: Stepper,
  course: Course,
  pause: number,
  control: Control,
  onRun: (done: number, losses: Float32Array) => Promise<boolean>,
): Promise<void> {
  const { steps, dropout, seed, taken } = course;
  const { batch, heads } = stepper.shape;
  const labels = labelsOfHeads(table, heads, course.heads);
  const random = randomFrom(seed, 2);
  const deck = createDeck(trainingRows, randomFrom(seed, 1));
  const ratesAfter = (done: number): Rates => ({
    trunk: course.trunkRate * decayed(course.decay, done),
    head: course.headRate * decayed(course.decay, done),
    keptBits: keptShare(dropout.bits),
    keptUnits: keptShare(dropout.units),
    ...(course.weightDecay !== undefined && { weightDecay: course.weightDecay }),
  });
  const pauses = [steps, ...(course.decay?.steps ?? [])];
  let perStep = runMilliseconds; // the first run is a single step, which shows how long one takes
  for (let done = 0; done < steps; ) {
    stopIfAsked(control);
    const nextPause = Math.min((Math.floor(done / pause) + 1) * pause, ...pauses.filter((step) => step > done));
    const untilPause = nextPause - done;
    const count = Math.max(
      1,
      Math.min(untilPause, stepsToSettling(taken + done), Math.round(runMilliseconds / perStep)),
    );
    const started = performance.now();
    const batches = Array.from({ length: count }, () =>
      minibatch(table, labels, draw(deck, batch), stepper.shape, dropout, random),
    );
    const losses = await stepper.run(batches, ratesAfter(done), taken + done, control);
    perStep = (performance.now() - started) / count;
    done += count;
    if (losses.some((loss) => !Number.isFinite(loss))) {
      throw new ChoraleError('TRAINING_FAILED', { reason: 'diverged' });
    }
    if (!(await onRun(done, losses))) return;
  }
}

/** @returns what rates are multiplied by after so many steps */
const decayed = ({ steps, factor }: NonNullable<Course['decay']> = { steps: [], factor: 1 }, done: number): number =>
  factor ** steps.filter((step) => step <= done).length;

/** Takes steps for as long as the validation fold gains, and keeps the state that it gained most with. */
import type { Control } from '../contract/progress.ts';
import type { RunPoint } from '../contract/training.ts';
import type { TaskMetrics } from './evaluation.ts';
import { type Course, type Lesson, takeSteps } from './lesson.ts';
import { rowsOfRole } from './roles.ts';
import type { State, Stepper } from './stepper.ts';
import { worthOf } from './worth.ts';

export type Stopping = {
  /** Steps between two looks at the validation fold. */
  readonly evaluateEvery: number;
  /** Looks without a gain before training stops. */
  readonly patience: number;
  readonly look: (state: State) => Promise<TaskMetrics>;
  /** Told each look, the first one before any step. */
  readonly onPoint: (point: RunPoint) => void;
};

export type Stopped<Kept> = {
  readonly kept: Kept;
  /** That the validation fold chose. */
  readonly step: number;
  readonly stepsTaken: number;
  readonly validation: TaskMetrics;
};

/**
 * Without a validation fold nothing ends training early, and the last step is kept.
 * @param keep a copy of what must stay of a state, whose arrays are written again
 */
export async function takeStepsWhileGaining<Kept>(
  lesson: Lesson,
  stepper: Stepper,
  course: Course,
  { evaluateEvery, patience, look, onPoint }: Stopping,
  keep: (state: State, step: number) => Kept,
  control: Control,
): Promise<Stopped<Kept>> {
  const { steps, heads } = course;
  const worth = ({ means, loss, regressionLoss = null }: TaskMetrics) =>
    worthOf({ aucPr: means.aucPr, loss, regressionLoss }, heads.regressionWeight);
  const started = performance.now();
  const point = (validation: TaskMetrics, step: number, loss: number | null): RunPoint => ({
    step,
    loss,
    validationAucPr: validation.means.aucPr,
    validationAucRoc: validation.means.aucRoc,
    validationInterval: validation.means.aucPrInterval,
    seconds: (performance.now() - started) / 1000,
  });
  const kept = (state: State, validation: TaskMetrics, step: number) => ({ kept: keep(state, step), step, validation });

  const chooses = rowsOfRole(lesson.table, 'validation').length > 0;
  const beginning = await stepper.state();
  let best = kept(beginning, await look(beginning), 0);
  onPoint(point(best.validation, 0, null));
  let latest = best.validation;
  let stepsTaken = 0;
  let looksWithoutGain = 0;
  let sincePoint: number[] = [];
  await takeSteps(lesson, stepper, course, evaluateEvery, control, async (done, losses) => {
    stepsTaken = done;
    sincePoint.push(...losses);
    if (done % evaluateEvery === 0 || done === steps) {
      const state = await stepper.state();
      latest = await look(state);
      onPoint(point(latest, done, sincePoint.reduce((sum, loss) => sum + loss, 0) / sincePoint.length));
      sincePoint = [];
      looksWithoutGain = !chooses || worth(latest) > worth(best.validation) ? 0 : looksWithoutGain + 1;
      if (looksWithoutGain === 0) best = kept(state, latest, done);
    }
    control.report({ step: 'train.steps', done, total: steps, detail: detailOf(latest, losses) });
    return looksWithoutGain < patience;
  });
  return { ...best, stepsTaken };
}

const detailOf = ({ means }: TaskMetrics, losses: Float32Array) => ({
  loss: rounded(losses.at(-1)!),
  ...(means.aucPr === null ? {} : { validationAucPr: rounded(means.aucPr) }),
});

const rounded = (value: number): number => Number(value.toFixed(3));

/** The training process's memory between requests: what it learns from, its head, and the sessions it has open. */

import { ChoraleError } from '../contract/errors.ts';
import type { Control } from '../contract/progress.ts';
import type { RunPoint } from '../contract/training.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import { trainAlone } from './alone.ts';
import { type Evaluator, openEvaluator } from './evaluation.ts';
import { decodeHead, encodeHead, type HeadState, isLike, newHead } from './head.ts';
import { catalogueOf, headsOf, valueScale } from './labels.ts';
import { type Lesson, namedTrunk, prepareLesson } from './lesson.ts';
import { localRound, openLocalStepper } from './local-round.ts';
import { attackMembership } from './membership.ts';
import type { Answer, Ask, Kind } from './messages.ts';
import { checkProvider } from './providers/check.ts';
import { retrainHead } from './retrain.ts';
import { builtProviders, integers, openSession, type Session } from './session.ts';
import type { Stepper } from './stepper.ts';

type Handlers = {
  readonly [K in Kind]: (ask: Ask<K>, control: Control, onPoint: (point: RunPoint) => void) => Promise<Answer<K>>;
};

/** @param scoringThreads for models that are only applied */
export function createLearner(scoringThreads: number): Handlers {
  let lesson: Lesson | undefined;
  let head: HeadState | undefined;
  const evaluator = kept<Evaluator>();
  const stepper = kept<Stepper>();
  const models: Session[] = [];

  const loaded = () => lesson ?? fail('no-table');
  const headFor = (width: number, table: TrainingTable) =>
    head !== undefined && isLike(head, { width, heads: headsOf(table, head.settings) }) ? head : fail('no-head');

  return {
    async load({ table, provider, threads }) {
      lesson = prepareLesson(table, provider, threads);
      head = undefined;
      await evaluator.forget();
      await stepper.forget();
      return null;
    },
    async trainAlone({ settings }, control, onPoint) {
      const {
        trunk,
        head: learnt,
        step,
        stepsTaken,
        validation,
      } = await trainAlone(loaded(), settings, control, onPoint);
      head = learnt;
      return { trunk, step, stepsTaken, validation };
    },
    async retrain(request, control, onPoint) {
      const { kept: learnt, ...stopped } = await retrainHead(loaded(), request, control, onPoint);
      head = learnt;
      return stopped;
    },
    async localRound({ trunk, hidden, settings, seed }, control) {
      const known = loaded();
      const shape = { width: hidden.at(-1)!, heads: headsOf(known.table, settings.heads ?? {}) };
      const before =
        head !== undefined && isLike(head, shape)
          ? { ...head, settings: settings.heads ?? {} } // of another series, it may have learnt by others
          : newHead(shape.width, shape.heads, seed, settings.heads);
      const key = JSON.stringify([hidden, shape.heads, settings.batch]);
      const opened = await stepper.get(key, () => openLocalStepper(known, hidden, settings));
      const after = await localRound(known, opened, { trunk, settings, seed, head: before }, control);
      head = after.head;
      return { trunk: after.trunk, loss: after.loss };
    },
    async evaluate({ trunk, hidden, role, minimumPerClass }, control) {
      const { table, compaction } = loaded();
      const { tensors, heads, settings } = headFor(hidden.at(-1)!, table);
      const opened = await evaluator.get(JSON.stringify([hidden, settings]), () =>
        openEvaluator(table, compaction, hidden, heads, settings),
      );
      return opened.evaluate({ ...namedTrunk(trunk), ...tensors }, role, minimumPerClass, control);
    },
    async membership(request, control) {
      const known = loaded();
      return attackMembership(known, headFor(request.hidden.at(-1)!, known.table), request, control);
    },
    async heads() {
      const { table } = loaded();
      const { heads, settings, tensors } = head ?? fail('no-head');
      return { heads, tensors, catalogue: catalogueOf(table).columns, scale: valueScale(table, settings) };
    },
    headState: async () => encodeHead(head ?? fail('no-head')),
    async restoreHead({ bytes }) {
      head = decodeHead(bytes);
      return null;
    },
    builtProviders: async () => builtProviders(),
    checkProvider: ({ provider, seconds }) => checkProvider(provider, seconds),
    async openModel({ model }) {
      models.push(await openSession(model, scoringThreads));
      return { model: models.length - 1 };
    },
    async predict({ model, bits, compounds }) {
      const session = models[model] ?? fail('no-model');
      const outputs = await session.run({ bits: integers(bits, [compounds, bits.length / compounds]) });
      const values = (name: string) => (outputs[name]?.data as Float32Array | undefined) ?? new Float32Array();
      return { probabilities: values('probabilities'), values: values('values') };
    },
  };
}

/** One opened thing, as long as it is asked for under the same key. */
function kept<Opened extends { readonly close: () => Promise<void> }>() {
  let held: { readonly key: string; readonly opened: Opened } | undefined;
  const forget = async () => {
    await held?.opened.close();
    held = undefined;
  };
  return {
    forget,
    async get(key: string, open: () => Promise<Opened>): Promise<Opened> {
      if (held?.key === key) return held.opened;
      await forget();
      held = { key, opened: await open() };
      return held.opened;
    },
  };
}

function fail(reason: string): never {
  throw new ChoraleError('TRAINING_FAILED', { reason });
}

/** Checks every provider that onnxruntime knows on this machine, each in a process of its own. */
import { isChoraleError } from '../../contract/errors.ts';
import { type Control, stopIfAsked } from '../../contract/progress.ts';
import {
  type CheckedProvider,
  type ProviderName,
  type ProviderReason,
  type ProviderReport,
  type ProviderTrouble,
  providerName,
} from '../../contract/providers.ts';
import { connect } from '../connection.ts';
import type { SpawnTraining } from '../spawn.ts';
import { checkLesson } from './check.ts';
import { troubleOf } from './trouble.ts';

export type SurveySettings = {
  /** How long the steps of a provider are timed. */
  readonly seconds: number;
  /** Milliseconds after which a provider that says nothing is given up. */
  readonly patience: number;
  readonly now: () => Date;
};

export const surveySettings: SurveySettings = { seconds: 2, patience: 120_000, now: () => new Date() };

/** Weights may differ by this share of how far they moved, for devices round in an order of their own. */
const tolerance = 0.01;

/** @throws TRAINING_FAILED when the training process does not start, CANCELLED */
export async function surveyProviders(
  spawn: SpawnTraining,
  control: Control,
  { seconds, patience, now }: SurveySettings = surveySettings,
): Promise<ProviderReport> {
  const checkedAt = now().toISOString();
  const begun = performance.now();
  const built = await builtHere();
  const providers: CheckedProvider[] = [];
  for (const [done, name] of providerName.options.entries()) {
    control.report({ step: 'providers.check', done, total: providerName.options.length, detail: { provider: name } });
    providers.push(built.includes(name) ? await check(name) : without(name, 'not-built'));
  }
  return { checkedAt, seconds: (performance.now() - begun) / 1000, lesson: checkLesson, providers };

  async function builtHere(): Promise<readonly ProviderName[]> {
    const { ask, close } = await connect(spawn);
    try {
      return await ask('builtProviders', {}, control);
    } finally {
      await close();
    }
  }

  async function check(name: ProviderName): Promise<CheckedProvider> {
    const { ask, close } = await connect(spawn);
    let late = false;
    const giveUp = () => void close();
    const alarm = setTimeout(() => {
      late = true;
      giveUp();
    }, patience);
    // A session of onnxruntime does not let itself be interrupted: the process is ended instead.
    control.signal.addEventListener('abort', giveUp, { once: true });
    try {
      // Also where it was told to stop while the process before ended or this one began.
      stopIfAsked(control);
      const { steps, rowsPerSecond, difference } = await ask('checkProvider', { provider: name, seconds });
      const trouble = difference > tolerance ? ({ provider: name, reason: 'differs', detail: '' } as const) : null;
      return { name, rowsPerSecond, steps, difference, trouble };
    } catch (error) {
      stopIfAsked(control);
      return late ? without(name, 'no-answer') : broken(name, toTrouble(name, error));
    } finally {
      clearTimeout(alarm);
      control.signal.removeEventListener('abort', giveUp);
      await close();
    }
  }
}

const without = (name: ProviderName, reason: ProviderReason): CheckedProvider =>
  broken(name, { provider: name, reason, detail: '' });

const broken = (name: ProviderName, trouble: ProviderTrouble): CheckedProvider => ({
  name,
  rowsPerSecond: null,
  steps: 0,
  difference: null,
  trouble,
});

function toTrouble(name: ProviderName, error: unknown): ProviderTrouble {
  if (!isChoraleError(error) || error.code !== 'TRAINING_FAILED') throw error;
  return troubleOf(name, (error.data as { readonly reason: string }).reason);
}

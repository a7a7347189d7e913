import { describe, expect, it } from 'vitest';
import { type Control, unattended } from '../../src-main/contract/progress.ts';
import {
  type CheckedProvider,
  type ProviderName,
  type ProviderReport,
  providerName,
  type UsedProvider,
} from '../../src-main/contract/providers.ts';
import { aloneSettings, type RunPoint } from '../../src-main/contract/training.ts';
import { trunkHash } from '../../src-main/training/model-file.ts';
import { checkProvider } from '../../src-main/training/providers/check.ts';
import { chooseProvider } from '../../src-main/training/providers/choose.ts';
import { surveyProviders, surveySettings } from '../../src-main/training/providers/survey.ts';
import { troubleOf } from '../../src-main/training/providers/trouble.ts';
import { type Channel, type SpawnTraining, spawnTraining } from '../../src-main/training/spawn.ts';
import { initialTrunk, localRecipe, startTrainer } from '../../src-main/training/trainer.ts';
import { tableFrom } from './tables.ts';

const lesson = { compounds: 300, bits: 12, tasks: 3, hidden: [8], batch: 32 };

const checked = (
  name: ProviderName,
  rowsPerSecond: number | null,
  reason?: NonNullable<CheckedProvider['trouble']>['reason'],
): CheckedProvider => ({
  name,
  rowsPerSecond,
  steps: 3,
  difference: 0,
  trouble: reason === undefined ? null : { provider: name, reason, detail: '' },
});

const report = (...providers: readonly CheckedProvider[]): ProviderReport => ({
  checkedAt: '2026-01-01T00:00:00.000Z',
  seconds: 1,
  lesson,
  providers: [...providers],
});

describe('the choice of a provider', () => {
  it('is the fastest that agrees with the CPU', () => {
    const found = report(checked('cpu', 10), checked('webgpu', 50), checked('cuda', 90, 'differs'));
    expect(chooseProvider('automatic', found)).toEqual({ name: 'webgpu', trouble: null });
  });

  it('is the CPU with the reason, where nothing else is faster, works, or has been checked', () => {
    const reasonFor = (found: ProviderReport | null) => {
      const { name, trouble } = chooseProvider('automatic', found);
      expect(name).toBe('cpu');
      return trouble && [trouble.provider, trouble.reason];
    };
    expect(reasonFor(null)).toEqual([null, 'not-checked']);
    expect(reasonFor(report(checked('cpu', 10), checked('webgpu', 2)))).toEqual(['webgpu', 'slower']);
    expect(reasonFor(report(checked('cpu', 10), checked('webgpu', null, 'no-device')))).toEqual([
      'webgpu',
      'no-device',
    ]);
    expect(reasonFor(report(checked('cpu', 10), checked('coreml', null, 'not-built')))).toBeNull();
    expect(reasonFor(report(checked('cpu', null, 'failed')))).toBeNull();
  });

  it('is what a person has named, checked or not', () => {
    expect(chooseProvider('cuda', null)).toEqual({ name: 'cuda', trouble: null });
    expect(chooseProvider('cpu', report(checked('cpu', 1), checked('webgpu', 5)))).toEqual({
      name: 'cpu',
      trouble: null,
    });
  });
});

describe('what a provider says', () => {
  it.each([
    ['no-device', 'Failed to get a WebGPU adapter: No supported adapters'],
    ['library-missing', 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library'],
    ['not-built', 'no available backend found. ERR: [dml] backend not found.'],
    ['ended', 'process-ended: SIGSEGV'],
    ['failed', 'a sentence that nobody has seen before'],
  ] as const)('is read as %s', (reason, sentence) => {
    expect(troubleOf('webgpu', sentence)).toMatchObject({ provider: 'webgpu', reason });
  });

  it('loses the place in the source of onnxruntime, and all but its first line', () => {
    const said =
      '/onnxruntime_src/onnxruntime/core/webgpu_context.cc:136 Initialize() status == Success was false. No adapter\n\n  at x';
    expect(troubleOf('webgpu', said).detail).toBe('No adapter');
  });
});

describe('the check of a provider', () => {
  it('trains and measures, and the CPU does not differ from itself', async () => {
    const { rowsPerSecond, steps, difference } = await checkProvider('cpu', 0.05, lesson);
    expect(rowsPerSecond).toBeGreaterThan(0);
    expect(steps).toBeGreaterThan(0);
    expect(difference).toBe(0);
  });
});

/** A training process of which every message on its way passes by. */
const watched =
  (pass: (message: object, channel: Channel) => object | undefined, spawn: SpawnTraining = spawnTraining) =>
  async (): Promise<Channel> => {
    const channel = await spawn();
    return {
      ...channel,
      post(message) {
        const passed = pass(message as object, channel);
        if (passed !== undefined) channel.post(passed);
      },
    };
  };

const kindOf = (message: object) => ('kind' in message ? message.kind : undefined);

describe('a survey of the machine', () => {
  const quick = { ...surveySettings, now: () => new Date(0) };

  /** Answers for the training process: no session is opened. */
  const invented =
    (answers: Readonly<Record<string, (channel: Channel, answer: (value: object) => void) => void>>) =>
    async (): Promise<Channel> => {
      const listeners: ((message: unknown) => void)[] = [];
      let end: (reason: string) => void = () => {};
      const channel: Channel = {
        onMessage(listener) {
          listeners.push(listener);
          queueMicrotask(() => listener({ ready: true }));
        },
        onExit(listener) {
          end = listener;
        },
        kill: () => end('SIGKILL'),
        post(message) {
          const { id, kind, ask } = message as { id: number; kind: string; ask: { provider?: string } };
          const tell = (answer: object) =>
            queueMicrotask(() => listeners.forEach((hear) => void hear({ id, ...answer })));
          if (kind === 'builtProviders') tell({ answer: ['cpu', 'webgpu', 'cuda', 'directml'] });
          else answers[ask.provider!]!(channel, tell);
        },
      };
      return channel;
    };

  it('tells of each provider what it reached, or the one reason why not', async () => {
    const reached = (rowsPerSecond: number, difference: number) => ({
      answer: { rowsPerSecond, steps: 4, difference },
    });
    const spawn = invented({
      cpu: (_, tell) => tell(reached(100, 0)),
      webgpu: (_, tell) => tell(reached(900, 0.4)),
      cuda: (channel) => channel.kill(),
      directml: () => {},
    });
    const { providers, checkedAt } = await surveyProviders(spawn, unattended, { ...quick, patience: 20 });
    expect(checkedAt).toBe('1970-01-01T00:00:00.000Z');
    expect(providers.map(({ name }) => name)).toEqual(providerName.options);
    expect(providers.map(({ rowsPerSecond, trouble }) => [rowsPerSecond, trouble?.reason ?? null])).toEqual([
      [100, null],
      [900, 'differs'],
      [null, 'ended'],
      [null, 'no-answer'],
      [null, 'not-built'],
    ]);
  });

  it('stops when it is told to, also while a provider is at work', async () => {
    const stop = new AbortController();
    const spawn = invented({ cpu: () => stop.abort() });
    await expect(surveyProviders(spawn, { signal: stop.signal, report: () => {} }, quick)).rejects.toThrow(/CANCELLED/);
  });

  it('stops also when it is told to between two providers', async () => {
    const stop = new AbortController();
    const spawn = invented({
      cpu: (_, tell) => tell({ answer: { rowsPerSecond: 1, steps: 1, difference: 0 } }),
      webgpu: () => {},
    });
    const report: Control['report'] = ({ done }) => {
      if (done === 1) stop.abort();
    };
    await expect(surveyProviders(spawn, { signal: stop.signal, report }, quick)).rejects.toThrow(/CANCELLED/);
  });
});

describe('training on a provider that fails', () => {
  const table = tableFrom(11, { rows: 400, tasks: 3, bits: 60, bitsPerCompound: 10 });
  const settings = aloneSettings.parse({ hidden: [8], steps: 40, evaluateEvery: 20 });
  const local = { ...localRecipe, steps: 5, rate: 1, batch: 32 };
  const onCpu: UsedProvider = { name: 'cpu', trouble: null };
  /** A device of the CPU's: the client takes it for one, and the process does not. */
  const asIfDevice: UsedProvider = { name: 'cuda', trouble: null };
  const onCpuInTruth = (message: object) =>
    'ask' in message && kindOf(message) === 'load'
      ? { ...message, ask: { ...(message.ask as object), provider: 'cpu' } }
      : message;

  it('goes on with the CPU when it cannot begin, says why, and gives the same model', async () => {
    const missing = process.platform === 'win32' ? 'coreml' : 'directml';
    const train = async (chosen: UsedProvider) => {
      const trainer = await startTrainer(spawnTraining, chosen);
      await trainer.load(table);
      const points: RunPoint[] = [];
      const { trunk } = await trainer.trainAlone(settings, unattended, (point) => points.push(point));
      const used = trainer.provider();
      await trainer.close();
      return { hash: trunkHash(trunk), used, steps: points.map(({ step }) => step) };
    };
    const expected = await train(onCpu);
    expect(expected.used).toEqual(onCpu);
    const { hash, used, steps } = await train({ name: missing, trouble: null });
    expect(used).toMatchObject({ name: 'cpu', trouble: { provider: missing, reason: 'not-built' } });
    expect({ hash, steps }).toEqual({ hash: expected.hash, steps: expected.steps });
  });

  it('begins anew when the process is killed under it, and tells the curve from its start', async () => {
    let kills = 0;
    const trainer = await startTrainer(
      watched((message, channel) => {
        if (kindOf(message) === 'trainAlone' && kills++ === 0) channel.kill();
        return onCpuInTruth(message);
      }),
      asIfDevice,
    );
    await trainer.load(table);
    const steps: number[] = [];
    await trainer.trainAlone(settings, unattended, ({ step }) => steps.push(step));
    expect(steps).toEqual([0, 20, 40]);
    expect(trainer.provider()).toEqual({
      name: 'cpu',
      trouble: { provider: 'cuda', reason: 'ended', detail: 'SIGKILL' },
    });
    await trainer.close();
  });

  it('keeps the head of the rounds before when the process is killed in a round', async () => {
    const rounds = async (spawn: SpawnTraining, chosen: UsedProvider) => {
      const trainer = await startTrainer(spawn, chosen);
      await trainer.load(table);
      let trunk = initialTrunk([8], 5);
      for (const seed of [1, 2, 3])
        ({ trunk } = await trainer.localRound({ trunk, settings: local, seed }, unattended));
      const head = Buffer.from(await trainer.headState()).toString('hex');
      const used = trainer.provider();
      await trainer.close();
      return { trunk: trunkHash(trunk), head, used };
    };
    let asked = 0;
    const dying = watched((message, channel) => {
      if (kindOf(message) === 'localRound' && ++asked === 3) channel.kill();
      return onCpuInTruth(message);
    });
    const expected = await rounds(spawnTraining, onCpu);
    const after = await rounds(dying, asIfDevice);
    expect(after).toEqual({
      ...expected,
      used: { name: 'cpu', trouble: expect.objectContaining({ reason: 'ended' }) },
    });
  });

  it('fails once the CPU fails too', async () => {
    const trainer = await startTrainer(
      watched((message, channel) => {
        if (kindOf(message) === 'trainAlone') channel.kill();
        return onCpuInTruth(message);
      }),
      asIfDevice,
    );
    await trainer.load(table);
    await expect(trainer.trainAlone(settings, unattended)).rejects.toThrow(/process-ended/);
    await trainer.close();
  });
});

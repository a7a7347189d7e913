import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Control, unattended } from '../../src-main/contract/progress.ts';
import { runExperiment } from '../../src-main/engine/experiment/experiment.ts';
import type { ExperimentSettings } from '../../src-main/engine/experiment/settings.ts';
import { findExports } from '../../src-main/engine/pilot/federation-data.ts';
import { writeSampleExports } from '../../src-main/engine/sample/data.ts';

let folder: string;
let data: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-experiment-'));
  data = join(folder, 'data');
  mkdirSync(join(data, 'partners'), { recursive: true });
  const companies = await writeSampleExports(join(folder, 'exports'), 'experiment');
  const truth = companies.map(({ file, measurements, compounds, brokenStructures, assays }, index) => {
    const name = `S0${index + 1}_${basename(file)}`;
    renameSync(file, join(data, 'partners', name));
    const counts = { distinct_pairs: measurements, compounds: compounds + brokenStructures, assays };
    return [`S0${index + 1}`, { file: name, expected_import: counts, assays: {} }];
  });
  writeFileSync(join(data, 'truth.json'), JSON.stringify({ partners: Object.fromEntries(truth) }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const settings: ExperimentSettings = {
  ...{ folds: [0], seeds: [1], bits: 2048, hidden: [6], rounds: [28], localSteps: 1, weights: 'compounds' },
  privateReference: null,
  ...{ quantise: ['4'], transport: 'sum', arms: ['alone', 'federated', 'fused', 'shuffled', 'pooled'] },
  shuffledFor: ['S02'],
  recipe: {
    alone: [
      { hidden: [6], steps: 10 },
      { hidden: [4], steps: 10 },
    ],
    pooled: { hidden: [6], steps: 10 },
  },
};

const run = (out: string, control: Control, changed: Partial<ExperimentSettings> = {}) =>
  runExperiment(
    {
      ...{ data, folder: join(folder, out), exports: findExports(data, ['S01', 'S02', 'S03']) },
      settings: { ...settings, ...changed },
    },
    control,
  );

describe('an experiment', () => {
  it('holds every arm against training alone, and goes on from its last checkpoint to what it would have found', {
    timeout: 120_000,
  }, async () => {
    const whole = await run('one', unattended);
    expect(whole.arms.map(({ arm }) => arm)).toEqual(['federated', 'fused', 'shuffled', 'pooled']);
    const [federated, fused, shuffled, pooled] = whole.arms;
    expect(federated!.traffic).toMatchObject({ trunkSizes: 14, megabytesPerPartner: (2 * 28 * (2048 * 6 + 6)) / 1e6 });
    expect(federated!.pairs.length).toBeGreaterThan(5);
    expect(new Set(federated!.pairs.map(({ partner }) => partner)).size).toBe(3);
    expect(federated!.curves[0]!.map(({ round }) => round)).toEqual([10, 20, 28]);
    expect(fused!.pairs).toHaveLength(federated!.pairs.length);
    expect(new Set(shuffled!.pairs.map(({ partner }) => partner))).toEqual(new Set(['S02']));
    expect(pooled!.traffic).toBeNull();
    expect(whole.alone.map(({ partner }) => partner)).toEqual(['S01', 'S02', 'S03']);

    // One federation is thrown away, and stopped behind its checkpoint when it is made again.
    const runs = join(folder, 'one', 'runs');
    const thrown = readdirSync(runs).filter((name) => name.startsWith('federated'));
    for (const name of thrown) rmSync(join(runs, name), { recursive: true });
    const stop = new AbortController();
    const interrupted: Control = {
      signal: stop.signal,
      report: ({ step, done }) => {
        if (step === 'experiment.rounds' && done === 26) stop.abort();
      },
    };
    await expect(run('one', interrupted)).rejects.toMatchObject({ code: 'CANCELLED' });
    const seen: number[] = [];
    const again = await run('one', {
      ...unattended,
      report: ({ step, done }) => void (step === 'experiment.rounds' && seen.push(done)),
    });
    expect([thrown.length, seen[0]]).toEqual([1, 26]);
    expect(again.arms.map(({ gains }) => gains)).toEqual(whole.arms.map(({ gains }) => gains));
    expect(existsSync(join(folder, 'one', 'passphrase'))).toBe(true);
  });

  it('compares federations of several lengths and widths, each with its traffic', { timeout: 60_000 }, async () => {
    const changed: Partial<ExperimentSettings> = { rounds: [1, 2], quantise: ['4', '8'], arms: ['federated'] };
    const { arms } = await run('one', unattended, changed);
    expect(arms.map(({ arm, traffic }) => [arm, traffic!.trunkSizes])).toEqual([
      ['federated 4 bits 1 round', 0.5],
      ['federated 8 bits 1 round', 0.75],
      ['federated 4 bits 2 rounds', 1],
      ['federated 8 bits 2 rounds', 1.5],
    ]);
  });

  it('comes to the same gains through the whole protocol, with every sum checked', { timeout: 60_000 }, async () => {
    const changed: Partial<ExperimentSettings> = { rounds: [2], arms: ['federated'], transport: 'protocol' };
    const { arms } = await run('one', unattended, changed);
    expect(arms[0]!.checked).toEqual({ rounds: 2, numbers: 2 * (2048 * 6 + 6), differences: 0 });
  });
});

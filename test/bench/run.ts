/**
 * Runs benches: `npm run bench [name...]`. Candidates take turns, so that a busy machine is as unkind to one as to the
 * other; what counts is the ratio to the baseline within each turn, not the milliseconds.
 */
import { aggregationMemory, clientStep, coordinatorSum, serverStep } from './aggregation.ts';
import { chemistrySteps, chemistryWorkers } from './chemistry.ts';
import { importRows } from './import.ts';
import { importMemory } from './import-memory.ts';
import { trainAgainstTorch } from './native-train.ts';
import { taskSets } from './tasks.ts';
import { trainStep } from './train-step.ts';

export type Candidate = {
  readonly name: string;
  /**
   * One turn. Its first two calls are not measured.
   * @returns how many units of work it did, and where the wall clock is not what counts, its milliseconds
   */
  readonly run: () => Promise<number | { readonly units: number; readonly milliseconds: number }>;
  /** What else there is to tell after the last turn. */
  readonly summary?: () => string;
  readonly close?: () => Promise<void>;
};

export type Bench = {
  readonly name: string;
  /** What a turn's time is divided by. */
  readonly unit: string;
  readonly turns: number;
  /** The first candidate is the baseline. */
  readonly open: () => Promise<readonly Candidate[]>;
};

const benches: readonly Bench[] = [
  taskSets,
  trainStep(256, 'alone'),
  trainStep(64, 'alone'),
  trainStep(256, 'federated'),
  trainAgainstTorch(4000),
  trainAgainstTorch(512),
  chemistrySteps('invented'),
  chemistrySteps('real'),
  chemistryWorkers,
  importRows(1_000_000, 4),
  importRows(300_000, 1),
  importMemory,
  clientStep,
  coordinatorSum(8),
  coordinatorSum(12),
  serverStep,
  aggregationMemory,
];

const asked = process.argv.slice(2);
for (const bench of benches) {
  if (asked.length === 0 || asked.some((name) => bench.name.includes(name))) await measure(bench);
}

async function measure({ name, unit, turns, open }: Bench): Promise<void> {
  const candidates = await open();
  if (candidates.length === 0) return;
  const times = candidates.map((): number[] => []);
  for (let turn = -2; turn < turns; turn++) {
    for (const [index, candidate] of candidates.entries()) {
      const started = performance.now();
      const done = await candidate.run();
      const elapsed = performance.now() - started;
      const { units, milliseconds } = typeof done === 'number' ? { units: done, milliseconds: elapsed } : done;
      if (turn >= 0) times[index]!.push(milliseconds / units);
    }
  }
  console.log(`${name}, ${turns} turns`);
  candidates.forEach((candidate, index) => {
    const ratios = times[index]!.map((time, turn) => times[0]![turn]! / time);
    const figures = `${median(times[index]!).toFixed(2).padStart(9)} ms per ${unit}`;
    const [low, middle, high] = [quantile(ratios, 0.1), median(ratios), quantile(ratios, 0.9)].map((r) => r.toFixed(2));
    console.log(`  ${candidate.name.padEnd(34)}${figures}   ${middle} x as fast as the first (${low} to ${high})`);
    if (candidate.summary !== undefined) console.log(`  ${''.padEnd(34)}${candidate.summary()}`);
  });
  for (const { close } of candidates) await close?.();
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))]!;
}

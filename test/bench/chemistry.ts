/**
 * The whole chemistry of a compound (standard structure with tautomer, fingerprint, scaffold, fold) against
 * MELLODDY-TUNER's steps in native RDKit, and how the pool of workers grows. Every turn brings compounds that no
 * candidate has seen, so that nothing is answered from memory.
 */
import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import init, { type MainModule } from '@rdkit/rdkit';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { type Chemistry, openChemistry } from '../../src-main/chemistry/pool.ts';
import { scramblePermutation } from '../../src-main/chemistry/scramble.ts';
import { standardise } from '../../src-main/chemistry/standardise.ts';
import { compileToolkit, startToolkit } from '../../src-main/chemistry/toolkit.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import { openNativeChemistry } from './native-chemistry.ts';
import type { Bench, Candidate } from './run.ts';

const real = new URL('../../../shared/data/federation/compounds.csv.gz', import.meta.url);
const parameters = chemistryParameters('a secret of the consortium');
const turns = 9;
const compoundsPerTurn = 250;
const unmeasuredTurns = 2;

type Compounds = 'invented' | 'real';

/** `real` needs ../shared/data. */
export const chemistrySteps = (kind: Compounds): Bench => ({
  name: `chemistry of ${kind} compounds, CPU time`,
  unit: 'compound',
  turns,
  async open() {
    const compounds = compoundsOf(kind, (turns + unmeasuredTurns) * compoundsPerTurn);
    if (compounds.length === 0) {
      console.log('chemistry of real compounds is left out: ../shared/data is not there');
      return [];
    }
    const native = await openNativeChemistry();
    if (native === undefined) console.log('native RDKit is left out: no Python here has it');
    const rdkit = await init();
    const toolkit = await startToolkit(await compileToolkit());
    const permutation = scramblePermutation(parameters.key, parameters.foldSize);
    return [
      ...(native === undefined
        ? []
        : [
            candidate(`native RDKit ${native.version}, TUNER's steps`, compounds, native.run, async () =>
              native.close(),
            ),
          ]),
      candidate('WebAssembly alone: SMILES and Morgan', compounds, async (turn) => onCpu(turn, bare(rdkit))),
      candidate('Chorale, one thread', compounds, async (turn) =>
        onCpu(turn, (text) => standardise({ kind: 'smiles', text }, toolkit, parameters, permutation)),
      ),
    ];
  },
});

/** Wall time: on a busy machine two workers cannot show what they can, but the CPU time of a compound tells. */
export const chemistryWorkers: Bench = {
  name: 'chemistry by workers, wall time',
  unit: 'compound',
  turns,
  async open() {
    const perTurn = 3 * compoundsPerTurn;
    const compounds = compoundsOf(existsSync(real) ? 'real' : 'invented', (turns + unmeasuredTurns) * perTurn);
    const standing = await Promise.all([1, 2].map((workers) => openChemistry({ parameters, workers })));
    const runIn = async (pool: Chemistry, turn: readonly string[]) => {
      await pool.standardise(structuresOf(turn), unattended);
    };
    const [one, two] = standing.map((pool) => (turn: readonly string[]) => runIn(pool, turn));
    const fresh = async (turn: readonly string[]) => {
      const pool = await openChemistry({ parameters, workers: 1 });
      await runIn(pool, turn).finally(() => pool.close());
    };
    const candidates = [
      { name: 'one worker', work: one! },
      { name: 'two workers', work: two! },
      { name: 'one new worker, with its start', work: fresh },
    ];
    return candidates.map(({ name, work }, at): Candidate => {
      const taken = inTurns(compounds, perTurn);
      const onCpu: number[] = [];
      return {
        name,
        async run() {
          const before = process.cpuUsage();
          await work(taken());
          onCpu.push(cpuSince(before) / perTurn);
          return perTurn;
        },
        summary() {
          const milliseconds = quantile(onCpu.slice(unmeasuredTurns), 0.5);
          return `${(1000 / milliseconds).toFixed(0)} per CPU second of all threads`;
        },
        ...(standing[at] && { close: standing[at].close }),
      };
    });
  },
};

type Timed = { readonly milliseconds: number; readonly each: readonly number[] };

/** Tells, besides its time per compound, how the times of single compounds spread. */
function candidate(
  name: string,
  compounds: readonly string[],
  work: (turn: readonly string[]) => Promise<Timed>,
  close?: () => Promise<void>,
): Candidate {
  const taken = inTurns(compounds, compoundsPerTurn);
  const each: number[] = [];
  let [turn, total] = [0, 0];
  return {
    name,
    async run() {
      const { milliseconds, each: times } = await work(taken());
      turn++;
      if (turn > unmeasuredTurns) {
        each.push(...times);
        total += milliseconds;
      }
      return { units: compoundsPerTurn, milliseconds };
    },
    summary() {
      const perSecond = `${((1000 * turns * compoundsPerTurn) / total).toFixed(0)} per CPU second`;
      if (each.length === 0) return perSecond;
      const [middle, most, nearlyAll, slowest] = [0.5, 0.9, 0.99, 1].map((share) => quantile(each, share).toFixed(2));
      return `${perSecond}; ms p50 ${middle}, p90 ${most}, p99 ${nearlyAll}, slowest ${slowest}`;
    },
    ...(close && { close }),
  };
}

function inTurns(compounds: readonly string[], perTurn: number): () => readonly string[] {
  let at = 0;
  return () => {
    at += perTurn;
    return compounds.slice(at - perTurn, at);
  };
}

function onCpu(turn: readonly string[], work: (text: string) => void): Timed {
  const each = turn.map((text) => {
    const before = process.cpuUsage();
    work(text);
    return cpuSince(before);
  });
  return { milliseconds: each.reduce((sum, time) => sum + time, 0), each };
}

/** Milliseconds of all threads. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

const structuresOf = (texts: readonly string[]) => texts.map((text) => ({ kind: 'smiles', text }) as const);

const bare = (rdkit: MainModule) => (text: string) => {
  const molecule = rdkit.get_mol(text);
  molecule?.get_smiles();
  molecule?.get_morgan_fp_as_uint8array(JSON.stringify({ radius: 3, nBits: 32000 }));
  molecule?.delete();
};

/** Spread evenly over all there are. */
function compoundsOf(kind: Compounds, count: number): readonly string[] {
  if (kind === 'invented') return inventedSmiles(count);
  if (!existsSync(real)) return [];
  const lines = gunzipSync(readFileSync(real)).toString().split('\n').slice(1, -1);
  const step = Math.floor(lines.length / count);
  return Array.from({ length: count }, (_, at) => lines[at * step]!.split(',')[1]!);
}

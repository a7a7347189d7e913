import { describe, expect, it } from 'vitest';
import { rememberChecks } from './remembered-checks.ts';
import { runStorm } from './storm.ts';
import { judge } from './storm-judge.ts';
import { runChangingRosters } from './storm-rosters.ts';
import { weatherOf } from './weather.ts';

rememberChecks();

/** `npm run simulate -- --only SEED` shows the whole of a seed that fails here; `--partners` must be the same. */
async function judged(seed: number, mostPartners: number) {
  const verdict = judge(await runStorm(seed, weatherOf(seed, { mostPartners })));
  return { ...verdict, faults: verdict.faults.map((fault) => `seed ${seed}: ${fault}`) };
}

const seeds = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

describe('rounds in any weather', () => {
  it.each([1, 101, 161, 201, 301, 401])(
    'end with exact sums, or are refused and reveal nothing: fifteen series from seed %i',
    async (first) => {
      let rounds = 0;
      for (const seed of seeds(first, 15)) {
        const { faults, sums, refused } = await judged(seed, 7);
        expect(faults).toEqual([]);
        rounds += sums + refused;
      }
      expect(rounds).toBeGreaterThan(20);
    },
    120_000,
  );

  it('do so with more partners', async () => {
    for (const seed of seeds(1, 2)) {
      const weather = { ...weatherOf(seed), partners: 14, rounds: 1 };
      expect(judge(await runStorm(seed, weather)).faults).toEqual([]);
    }
  });

  it('count and freeze rare rows first, and keep those rows that enough partners touch', async () => {
    let rounds = 0;
    for (const seed of seeds(501, 6)) {
      const trace = await runStorm(seed, weatherOf(seed, { mostPartners: 7, rare: true }));
      const { faults, sums, refused } = judge(trace);
      expect(faults.map((fault) => `seed ${seed}: ${fault}`)).toEqual([]);
      rounds += sums + refused;
    }
    expect(rounds).toBeGreaterThan(8);
  }, 120_000);

  it('go on from the trunk of the series before with another roster, three times', async () => {
    const rosters = new Set<string>();
    for (const seed of seeds(601, 4)) {
      const traces = await runChangingRosters(seed, weatherOf(seed, { mostPartners: 8, rare: seed % 2 === 0 }), 3);
      for (const trace of traces) {
        expect(judge(trace).faults.map((fault) => `seed ${seed}: ${fault}`)).toEqual([]);
        rosters.add(trace.consortium.ids.join());
      }
    }
    expect(rosters.size).toBeGreaterThan(4);
  }, 120_000);

  it('close an attempt unopened when those who could open it are gone for good', async () => {
    const { faults, unopened } = await judged(1155, 12);
    expect(faults).toEqual([]);
    expect(unopened).toBe(1);
  }, 120_000);

  it('are the same again for the same seed', async () => {
    const [one, two] = [await runStorm(17, weatherOf(17)), await runStorm(17, weatherOf(17))];
    expect(one.said.length).toBeGreaterThan(10);
    expect(one.said.map(({ hash }) => hash)).toEqual(two.said.map(({ hash }) => hash));
  });
});

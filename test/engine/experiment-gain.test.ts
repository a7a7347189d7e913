import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupGains, type Pair, sizesOf } from '../../src-main/engine/experiment/gain.ts';
import { reportArm, reportCsv, reportSvg } from '../../src-main/engine/experiment/report.ts';

const sizes = sizesOf([
  { id: 'P01', compounds: 900 },
  { id: 'P08', compounds: 20 },
  { id: 'P04', compounds: 300 },
]);

const pair = (partner: string, target: string, alone: number, other: number, sharedBy = 1): Pair => ({
  partner,
  size: sizes.get(partner)!,
  target,
  sharedBy,
  alone,
  other,
});

describe('gains of an experiment', () => {
  it('are ratios of mean areas, for all, for each size of partner, each partner, and targets that more or fewer measure', () => {
    const gains = groupGains([
      pair('P01', 'A', 0.5, 0.6, 2),
      pair('P04', 'A', 0.5, 0.5, 2),
      pair('P08', 'B', 0.4, 0.5),
      pair('P08', 'C', 0.6, 0.6, 9),
    ]);
    expect(gains.map(({ group, pairs, targets }) => [group, pairs, targets])).toEqual([
      ['all', 4, 3],
      ['rich', 1, 1],
      ['middle', 1, 1],
      ['poor', 2, 2],
      ['P01', 1, 1],
      ['P04', 1, 1],
      ['P08', 2, 2],
      ['1 partner', 1, 1],
      ['2-4 partners', 2, 1],
      ['8 or more', 1, 1],
    ]);
    expect(gains[0]!.gain).toBeCloseTo(0.1, 12);
    expect(gains[0]!.towardsPerfect).toBeCloseTo(0.1, 12);
    expect(gains[3]!.gain).toBeCloseTo(0.1, 12);
    expect(gains[0]!.interval).toBeNull();
  });

  it('call the fifth with most compounds rich and half with fewest poor, at any number of partners', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 99_999 }), { minLength: 3, maxLength: 50 }), (counts) => {
        const of = sizesOf(counts.map((compounds) => ({ id: `${compounds}`, compounds })));
        const named = (size: string) => counts.filter((count) => of.get(`${count}`) === size);
        const [rich, middle, poor] = [named('rich'), named('middle'), named('poor')];
        expect([rich.length, poor.length]).toEqual([Math.ceil(counts.length / 5), Math.floor(counts.length / 2)]);
        expect(Math.min(...rich)).toBeGreaterThan(Math.max(...middle, ...poor));
        if (middle.length > 0) expect(Math.min(...middle)).toBeGreaterThan(Math.max(...poor));
      }),
    );
  });

  it('have intervals that hold them, and are drawn by targets: repeated assays of a target make none narrower', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.double({ min: 0.1, max: 0.9, noNaN: true }), fc.double({ min: -0.1, max: 0.1, noNaN: true })),
          {
            minLength: 6,
            maxLength: 20,
          },
        ),
        (values) => {
          const pairs = values.map(([alone, change], i) => pair('P01', `T${i}`, alone, alone + change));
          const [all] = groupGains(pairs);
          const [repeated] = groupGains([...pairs, ...pairs, ...pairs]);
          expect(all!.interval![0]).toBeLessThanOrEqual(all!.interval![1]);
          expect(repeated!.interval![0]).toBeCloseTo(all!.interval![0], 9);
          expect(repeated!.interval![1]).toBeCloseTo(all!.interval![1], 9);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('stand in the table and the plot beside what they cost', () => {
    const run = {
      ...{ partners: ['P01', 'P02', 'P03'], rounds: 2, weights: { P01: 1, P02: 1, P03: 1 }, ringBits: 8 },
      ...{ bytesPerPartner: 4_000_000, trunkSizes: 1, secondsPerRound: 0.5, checked: null },
      curve: [{ round: 2, validationAucPr: 0.6, loss: 0.4 }],
    };
    const pairs = Array.from({ length: 6 }, (_, i) => ({
      ...pair('P01', `T${i}`, 0.5, 0.55),
      ...{ fold: 0, seed: 1 },
    }));
    const arm = reportArm('federated', pairs, [run]);
    expect(arm.traffic).toEqual({ megabytesPerPartner: 4, trunkSizes: 1, secondsPerRound: 0.5 });
    const report = {
      format: 'chorale experiment 1',
      settings: {
        ...{ folds: [0], seeds: [1], bits: 2048, hidden: [8], rounds: [2], localSteps: 1, quantise: ['4'] },
        privateReference: null,
        ...{ transport: 'sum', arms: ['federated'], shuffledFor: [], recipe: {} },
      },
      ...{ minimumPerClass: 5, arms: [arm], alone: [] },
    } as const;
    const [header, all] = reportCsv(report as never).split('\n');
    expect(header).toContain('gain,gain_low,gain_high');
    expect(all).toBe('federated,all,6,6,0.50000,0.55000,0.10000,0.10000,0.10000,0.10000,4.00,1.00,0.50');
    expect(reportSvg(report as never)).toContain('federated, all: +10.00 % [10.0, 10.0]');
  });
});

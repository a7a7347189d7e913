import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoundSummary } from '../../src-main/contract/federation.ts';
import { changesOf, failuresOf, keyOf, totalsOf } from '../../src-renderer/pages/train/round-figures.ts';

const at = (seconds: number) => new Date(Date.UTC(2025, 10, 25, 13, 0, seconds)).toISOString();

const summary = (changed: Partial<RoundSummary>): RoundSummary => ({
  round: 1,
  kind: 'learning',
  attempt: 1,
  state: 'finished',
  reason: null,
  survivors: 4,
  startedAt: at(0),
  finishedAt: at(10),
  bytesOut: 100,
  bytesIn: 40,
  trunkHash: null,
  validationAucPr: null,
  objectors: [],
  ...changed,
});

describe('the figures of all rounds', () => {
  it('add up the bytes of every attempt, also of those that left no result', () => {
    const rounds = [summary({ round: 2 }), summary({ attempt: 2 }), summary({ state: 'refused', bytesIn: 0 })];
    expect(totalsOf(rounds)).toMatchObject({ bytesOut: 300, bytesIn: 80 });
  });

  it('take the pace from finished rounds that learn, and have none before there is one', () => {
    const counting = summary({ round: 0, kind: 'counting', finishedAt: at(50) });
    const refused = summary({ state: 'refused', finishedAt: at(55) });
    const running = summary({ round: 4, state: 'running', finishedAt: null });
    expect(totalsOf([running, refused, counting]).pace).toBeNull();
    const finished = [8, 30, 9].map((seconds, i) => summary({ round: i + 1, finishedAt: at(seconds) }));
    expect(totalsOf([running, ...finished, refused, counting]).pace).toBe(9_000);
  });

  it('lay the pace within the shortest and the longest of the rounds', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 59 }), { minLength: 1 }), (spans) => {
        const { pace } = totalsOf(spans.map((seconds, i) => summary({ round: i + 1, finishedAt: at(seconds) })));
        expect(pace).toBeGreaterThanOrEqual(Math.min(...spans) * 1000);
        expect(pace).toBeLessThanOrEqual(Math.max(...spans) * 1000);
      }),
    );
  });
});

describe('how a result moved the own validation', () => {
  it('is told against the last result that stands, so that a voided one does not count', () => {
    const rounds = [
      summary({ round: 2, attempt: 2, validationAucPr: 0.63 }),
      summary({ round: 2, attempt: 1, state: 'voided', validationAucPr: 0.4 }),
      summary({ round: 1, validationAucPr: 0.6 }),
      summary({ round: 0, kind: 'counting' }),
    ];
    const changes = changesOf(rounds);
    expect([...changes.keys()]).toEqual(['2-1', '2-2']);
    expect(changes.get('2-1')).toBeCloseTo(-0.2, 12);
    expect(changes.get('2-2')).toBeCloseTo(0.03, 12);
  });
});

describe('what the curve marks', () => {
  it('is each attempt that was refused or taken back, with its value where the fold was asked', () => {
    const rounds = [
      summary({ round: 3 }),
      summary({ round: 2, state: 'voided', validationAucPr: 0.4 }),
      summary({ round: 2, attempt: 2, state: 'watched' }),
      summary({ round: 1, state: 'refused' }),
    ];
    expect(failuresOf(rounds)).toEqual([
      { key: keyOf({ round: 2, attempt: 1 }), step: 2, value: 0.4, state: 'voided' },
      { key: keyOf({ round: 1, attempt: 1 }), step: 1, value: null, state: 'refused' },
    ]);
  });
});

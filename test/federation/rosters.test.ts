import { describe, expect, it } from 'vitest';
import { planFor, planHash, readPlan } from '../../src-main/federation/plan.ts';
import {
  type Roster,
  readCompleteRoster,
  rosterDifference,
  rosterHash,
  type SignedRoster,
  withSignature,
} from '../../src-main/federation/roster.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { makeConsortium } from './consortium.ts';
import { type Simulation, simulate, stateOf } from './simulation.ts';

const startAll = (simulation: Simulation) => {
  for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
};

describe('a partner that leaves', () => {
  /** P04 leaves in the round, at the point where it would do this. */
  async function leavesAt(round: number, kind: string): Promise<Simulation> {
    let left = false;
    const simulation = simulate(makeConsortium(4, { rounds: 5 }), {
      survives: (id, effect) => {
        if (id !== 'P04' || left || effect.kind !== kind || !('round' in effect) || effect.round !== round) return true;
        left = true;
        simulation.feed('P04', { kind: 'leave' });
        return false;
      },
    });
    startAll(simulation);
    await simulation.run();
    expect(left).toBe(true);
    return simulation;
  }

  it.each(['train', 'freeze', 'await-approval', 'upload'])(
    'at %s is waited for no more, and catches up with every result when it rejoins',
    async (kind) => {
      const simulation = await leavesAt(2, kind);
      expect(simulation.coordinator().roundsDone).toBe(5);
      expect(stateOf(simulation, 'P04').standing).toBe('left');
      expect(stateOf(simulation, 'P04').base.rounds).toBe(1);

      simulation.revive('P04');
      await simulation.run();
      expect(stateOf(simulation, 'P04').base).toEqual(stateOf(simulation, 'P01').base);
      expect(simulation.partners.get('P04')!.global).toEqual(simulation.partners.get('P01')!.global);
      expect(simulation.refusals).toEqual([]);
    },
  );

  it('takes part in the rounds after it has rejoined', async () => {
    let left = false;
    let back = false;
    const simulation = simulate(makeConsortium(4, { rounds: 5 }), {
      survives: (id, effect) => {
        if (!('round' in effect)) return true;
        if (id === 'P04' && !left && effect.kind === 'train' && effect.round === 2) {
          left = true;
          simulation.feed('P04', { kind: 'leave' });
          return false;
        }
        if (id === 'P01' && !back && effect.kind === 'train' && effect.round === 4) {
          back = true;
          simulation.revive('P04');
        }
        return true;
      },
    });
    startAll(simulation);
    await simulation.run();
    expect(simulation.sums.map(({ survivors }) => survivors.includes('P04'))).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(stateOf(simulation, 'P04').base).toEqual(stateOf(simulation, 'P01').base);
  });

  it('has no secrets of the round that it left any more', async () => {
    const simulation = await leavesAt(2, 'upload');
    expect(JSON.stringify(stateOf(simulation, 'P04'))).not.toContain('"rounding"');
    const unmasked = simulation.log.filter(
      ({ message }) => message.type === 'UNMASK' && message.from === 'P04' && message.round === 2,
    );
    expect(unmasked).toEqual([]);
  });
});

describe('a roster that takes the place of another', () => {
  const before = makeConsortium(4, { coordinatorSeed: new Uint8Array(32).fill(9) });
  const newcomer = makeConsortium(5).roster.partners[4]!;
  const after: Roster = {
    ...before.roster,
    previous: rosterHash(before.roster),
    partners: [
      ...before.roster.partners
        .filter(({ id }) => id !== 'P02')
        .map((partner) => (partner.id === 'P03' ? { ...partner, weight: 9000 } : partner)),
      newcomer,
    ],
  };

  it('says who comes, who goes and who changes', () => {
    const { added, removed, changed } = rosterDifference(before.roster, after);
    expect(added).toEqual([newcomer]);
    expect(removed.map(({ id }) => id)).toEqual(['P02']);
    expect(changed.map(({ id, weight }) => [id, weight])).toEqual([['P03', 9000]]);
    expect(rosterDifference(after, after)).toEqual({ added: [], removed: [], changed: [] });
  });

  it('is signed by all who are in it, and not by whom it leaves out', () => {
    const signers = ['P01', 'P03', 'P04', 'P05'] as const;
    const { keys } = makeConsortium(5);
    const signed = signers.reduce((roster, id) => withSignature(roster, id, keys[id]!), {
      roster: after,
      signatures: {},
    } as SignedRoster);
    expect(readCompleteRoster(signed).roster.previous).toBe(rosterHash(before.roster));
    const { P01: _, ...missing } = signed.signatures;
    expect(() => readCompleteRoster({ ...signed, signatures: missing })).toThrow(/signature-missing/);
    expect(() => withSignature(signed, 'P02', keys.P02!)).toThrow(/not-in-roster/);
  });

  it('has a plan that names the trunk it goes on from, and each partner signs that with the plan', () => {
    const continueFrom = {
      series: before.plan.series,
      planHash: before.planHash,
      rounds: 7,
      trunkHash: 'a'.repeat(64),
    };
    const {
      format: _,
      rosterHash: __,
      weights: ___,
      threshold: ____,
      minimumSurvivors: _____,
      ...chosen
    } = before.plan;
    const plan = planFor(after, { ...chosen, series: 'decima-2', continueFrom, voiding: usualVoiding });
    expect(readPlan(plan, after).continueFrom).toEqual(continueFrom);
    const other = { ...plan, continueFrom: { ...continueFrom, trunkHash: 'b'.repeat(64) } };
    expect(planHash(other)).not.toBe(planHash(plan));
    expect(() => planFor(after, { ...chosen, continueFrom })).toThrow(/continues-itself/);
  });
});

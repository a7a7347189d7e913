import { describe, expect, it } from 'vitest';
import type { PartnerEffect } from '../../src-main/federation/partner.ts';
import { vectorLength } from '../../src-main/federation/plan.ts';
import { pack, unpack } from '../../src-main/federation/ring.ts';
import { makeConsortium } from './consortium.ts';
import { type Simulation, simulate, stateOf } from './simulation.ts';

/** What the sum must be: the plain sum of the integers that the survivors encoded. */
function expectExactSums(simulation: Simulation, attempts: Readonly<Record<number, number>> = {}): void {
  for (const { round, survivors, sum } of simulation.sums) {
    const { ringBits } = simulation.consortium.plan.encoding;
    const plain = new Int32Array(vectorLength(simulation.consortium.plan));
    for (const id of survivors) {
      const encoded = simulation.partners.get(id)!.encoded.get(`${round}.${attempts[round] ?? 1}`)!;
      unpack(encoded, ringBits, plain.length).forEach((value, i) => {
        plain[i]! += value;
      });
    }
    expect(Buffer.compare(pack(plain, ringBits), sum)).toBe(0);
    expect(unpack(sum, ringBits, plain.length)).toEqual(plain);
  }
}

const startAll = ({ partners, feed }: Simulation) => {
  for (const id of partners.keys()) feed(id, { kind: 'start' });
};

const reaches = (kind: PartnerEffect['kind'], round: number, type?: string) => (effect: PartnerEffect) =>
  effect.kind === kind &&
  'round' in effect &&
  effect.round === round &&
  (type === undefined || ('type' in effect && effect.type === type));

describe('a series of rounds', () => {
  it.each([
    { ringBits: 8, valueBits: 4 },
    { ringBits: 12, valueBits: 8 },
    { ringBits: 16, valueBits: 8 },
    { ringBits: 32, valueBits: 16 },
  ] as const)('in few bits ($valueBits, summed in $ringBits) gives exact sums and one trunk', async (bits) => {
    const scale = { first: 0.01, factor: 3, atLeast: 1e-9 };
    const tensors = [
      { name: 'trunk.0.weight', shape: [41, 9], offset: 0 },
      { name: 'trunk.0.bias', shape: [8], offset: 369 },
    ];
    const simulation = simulate(makeConsortium(4, { rounds: 3, tensors, encoding: { ...bits, scale } }));
    startAll(simulation);
    await simulation.run();
    expect(simulation.refusals).toEqual([]);
    expect(simulation.sums).toHaveLength(3);
    expectExactSums(simulation);
    const bases = [...simulation.partners.keys()].map((id) => stateOf(simulation, id).base);
    expect(new Set(bases.map(({ rounds, hash }) => `${rounds} ${hash}`)).size).toBe(1);
  });

  it.each([3, 4, 5])('ends with the exact sum and the same trunk at all of %i partners', async (partners) => {
    const simulation = simulate(makeConsortium(partners, { rounds: 3 }));
    startAll(simulation);
    await simulation.run();
    expect(simulation.refusals).toEqual([]);
    expect(simulation.sums.map(({ round, survivors }) => [round, survivors.length])).toEqual([
      [1, partners],
      [2, partners],
      [3, partners],
    ]);
    expectExactSums(simulation);
    const trunks = new Set([...simulation.partners.keys()].map((id) => stateOf(simulation, id).base.hash));
    expect(trunks.size).toBe(1);
    for (const { notices } of simulation.partners.values()) expect(notices).toEqual([{ kind: 'finished' }]);
  });

  it('goes on without a partner that drops out after it has shared its keys, and the sum stays exact', async () => {
    const dies = reaches('upload', 1);
    const simulation = simulate(makeConsortium(4), { survives: (id, effect) => !(id === 'P02' && dies(effect)) });
    startAll(simulation);
    await simulation.run();
    expect(simulation.sums.map(({ survivors }) => survivors)).toEqual([
      ['P01', 'P03', 'P04'],
      ['P01', 'P03', 'P04'],
    ]);
    expectExactSums(simulation);
  });

  it('takes a partner back in that comes back, and brings it to the same trunk', async () => {
    let away = true;
    const dies = reaches('upload', 1);
    const simulation = simulate(makeConsortium(4, { rounds: 3 }), {
      survives: (id, effect) => !(away && id === 'P02' && dies(effect)),
      approves: (id, round) => {
        if (round === 2 && id === 'P01' && away) {
          away = false;
          simulation.revive('P02');
        }
        return true;
      },
    });
    startAll(simulation);
    await simulation.run();
    expect(simulation.sums.map(({ survivors }) => survivors.length)).toEqual([3, 3, 4]);
    expectExactSums(simulation);
    expect(stateOf(simulation, 'P02').base).toEqual(stateOf(simulation, 'P01').base);
  });

  it('is refused below max(t, 3) survivors, and nothing is revealed', async () => {
    const simulation = simulate(makeConsortium(3), {
      survives: (id, effect) => !(id === 'P03' && reaches('upload', 1)(effect)),
    });
    startAll(simulation);
    await simulation.run();
    expect(simulation.sums).toEqual([]);
    const types = simulation.log.map(({ message }) => message.type);
    expect(types).toContain('REFUSED');
    expect(types).not.toContain('UNMASK');
    expect(types).not.toContain('CONSISTENCY');
    expect(simulation.log.find(({ message }) => message.type === 'REFUSED')?.message.body).toEqual({
      reason: 'too-few-uploads',
      missing: ['P03'],
    });
  });

  it('is closed by its deadline when partners die for good between confirming and revealing, and is then tried again', async () => {
    const dying = new Set(['P04', 'P05']);
    const simulation = simulate(makeConsortium(5, { rounds: 1 }), {
      // Of five four are needed: two that never reveal leave a sum that nobody can open.
      survives: (id, effect) => !(dying.has(id) && effect.kind === 'send' && effect.type === 'UNMASK'),
    });
    startAll(simulation);
    await simulation.run();
    expect(simulation.log.find(({ message }) => message.type === 'REFUSED')?.message.body).toEqual({
      reason: 'too-few-answers',
      missing: ['P04', 'P05'],
    });
    expect(simulation.sums).toEqual([]);
    expect(simulation.coordinator().attempt).toBeNull();
    for (const id of ['P01', 'P02', 'P03']) {
      expect(stateOf(simulation, id).attempt!.part).toEqual({ phase: 'watching', reason: 'too-few-answers' });
    }
    // One comes back: what it reveals late is of no use, and it is in the sum of the next attempt.
    dying.clear();
    simulation.revive('P05');
    await simulation.run();
    expect(simulation.sums.map(({ survivors }) => survivors)).toEqual([['P01', 'P02', 'P03', 'P05']]);
    expectExactSums(simulation, { 1: 2 });
  });

  it('waits for those who hold its shares where it was closed so once already', async () => {
    const dying = new Map([
      ['P04', 1],
      ['P05', 1],
      ['P03', 2],
    ]);
    const simulation = simulate(makeConsortium(6, { rounds: 1 }), {
      survives: (id, effect) =>
        !(effect.kind === 'send' && effect.type === 'UNMASK' && dying.get(id) === effect.attempt),
    });
    startAll(simulation);
    await simulation.run();
    dying.delete('P05');
    simulation.revive('P05');
    await simulation.run();
    expect(simulation.coordinator().attempt).toMatchObject({ attempt: 2, phase: 'confirming', agreed: true });
    dying.clear();
    simulation.revive('P03');
    await simulation.run();
    expect(simulation.sums.map(({ survivors }) => survivors)).toEqual([['P01', 'P02', 'P03', 'P05', 'P06']]);
    expectExactSums(simulation, { 1: 2 });
  });

  it('opens a new attempt with the remaining partners when they are enough', async () => {
    const silent = new Set(['P04', 'P05']);
    const simulation = simulate(makeConsortium(5, { rounds: 1 }), {
      // With five partners four are needed; one returns for the second attempt.
      survives: (id, effect) => !(silent.has(id) && effect.kind === 'send' && effect.type === 'ADVERTISE'),
    });
    startAll(simulation);
    await simulation.run();
    expect(simulation.sums).toEqual([]);
    silent.clear();
    simulation.revive('P05');
    await simulation.run();
    expect(simulation.sums.map(({ survivors }) => survivors)).toEqual([['P01', 'P02', 'P03', 'P05']]);
    expectExactSums(simulation, { 1: 2 });
  });

  it('lets a partner sit out a round whose package it refuses, and take part in the next', async () => {
    const simulation = simulate(makeConsortium(4, { rounds: 2 }), {
      approves: (id, round) => !(id === 'P03' && round === 1),
    });
    startAll(simulation);
    await simulation.run();
    expect(simulation.sums.map(({ survivors }) => survivors.length)).toEqual([3, 4]);
    expectExactSums(simulation);
    expect(simulation.partners.get('P03')!.notices[0]).toEqual({
      kind: 'sat-out',
      round: 1,
      attempt: 1,
      reason: 'package-refused',
    });
  });

  it('does not wait for a partner that pauses', async () => {
    const simulation = simulate(makeConsortium(4, { rounds: 3 }), {
      approves: (id, round) => {
        if (id === 'P04' && round === 1) simulation.feed('P04', { kind: 'pause' });
        return true;
      },
    });
    startAll(simulation);
    await simulation.run();
    expect(simulation.sums.map(({ survivors }) => survivors.length)).toEqual([4, 3, 3]);
    expect(stateOf(simulation, 'P04').standing).toBe('paused');
    expect(stateOf(simulation, 'P04').base).toEqual(stateOf(simulation, 'P01').base);
  });
});

describe('a partner that is killed', () => {
  it('says the same, byte for byte, when it is restarted from its stored state before every effect', async () => {
    const undisturbed = simulate(makeConsortium(4, { rounds: 2 }));
    const killed = simulate(makeConsortium(4, { rounds: 2 }), { restartAlways: true });
    for (const simulation of [undisturbed, killed]) {
      startAll(simulation);
      await simulation.run();
    }
    expect(killed.log.map(({ hash }) => hash)).toEqual(undisturbed.log.map(({ hash }) => hash));
    expectExactSums(killed);
  });

  it.each([
    'ADVERTISE',
    'SHARE',
    'train',
    'freeze',
    'await-approval',
    'MANIFEST',
    'upload',
    'CONSISTENCY',
    'UNMASK',
    'apply-result',
  ])('goes on after a kill before %s, and answers no question twice', async (point) => {
    let killed = false;
    const simulation = simulate(makeConsortium(3, { rounds: 2 }), {
      survives: (id, effect) => {
        const here = effect.kind === point || (effect.kind === 'send' && effect.type === point);
        if (id !== 'P02' || killed || !here) return true;
        killed = true;
        return false;
      },
    });
    startAll(simulation);
    await simulation.settle();
    expect(killed).toBe(true);
    expect(simulation.sums.length).toBe(point === 'apply-result' ? 1 : 0);
    simulation.revive('P02');
    await simulation.settle();

    expect(simulation.sums.map(({ survivors }) => survivors.length)).toEqual([3, 3]);
    expectExactSums(simulation);
    expect(simulation.refusals).toEqual([]);
    const questions = simulation.log
      .filter(({ message }) => message.round > 0)
      .map(({ message }) => `${message.from} ${message.type} ${message.round} ${message.attempt}`)
      .filter((question) => !question.startsWith('coordinator'));
    expect(new Set(questions).size).toBe(questions.length);
  });
});

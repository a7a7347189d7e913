import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Message, type MessageType, sealMessage } from '../../src-main/federation/messages.ts';
import { encodePartnerState, type PartnerEffect } from '../../src-main/federation/partner.ts';
import {
  type FoldLook,
  fallBeyondLimit,
  inTwentieths,
  isSettled,
  isVoided,
  objectionsNeeded,
  usualVoiding,
} from '../../src-main/federation/voiding.ts';
import { chanceFrom } from './chance.ts';
import { makeConsortium } from './consortium.ts';
import { type Interference, type Simulation, simulate, stateOf } from './simulation.ts';

type Place = { readonly round: number; readonly attempt: number };

const voiding = { ...usualVoiding, seconds: 60 };

/** Partners that object to a result, by round and attempt; all others accept. */
const objecting =
  (at: Readonly<Record<string, readonly string[]>>): NonNullable<Interference['judges']> =>
  (id, { round, attempt }: Place) => ({ fall: at[`${round}.${attempt}`]?.includes(id) ? 0.12 : null });

async function play(partners: number, interference: Interference, rounds = 2): Promise<Simulation> {
  const simulation = simulate(makeConsortium(partners, { rounds, voiding }), interference);
  for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
  await simulation.run();
  return simulation;
}

const said = (simulation: Simulation, type: MessageType) =>
  simulation.log.filter(({ message }) => message.type === type).map(({ message }) => message);

const places = (simulation: Simulation, type: MessageType) =>
  said(simulation, type).map(({ round, attempt }) => `${round}.${attempt}`);

const noticesOf = (simulation: Simulation, id: string, kind: PartnerEffect['kind']) =>
  simulation.partners.get(id)!.notices.filter((notice) => notice.kind === kind);

const everyone = (simulation: Simulation) => [...simulation.partners.keys()];

describe('a result that makes the validation folds of most partners worse', () => {
  it('is taken back by all, and its round is run anew from the trunk before it', async () => {
    const simulation = await play(4, { judges: objecting({ '2.1': ['P01', 'P02', 'P04'] }) });
    const undisturbed = await play(4, {});
    expect(places(simulation, 'VOIDED')).toEqual(['2.1']);
    expect(places(simulation, 'RESULT')).toEqual(['1.1', '2.1', '2.2']);
    expect(places(simulation, 'SETTLED')).toEqual(['1.1', '2.2']);
    for (const id of everyone(simulation)) {
      // The sum of the second attempt was applied to the trunk and the moments of where no round was voided.
      expect(simulation.partners.get(id)!.before.global).toEqual(undisturbed.partners.get(id)!.before.global);
      expect(stateOf(simulation, id).base).toEqual(stateOf(simulation, 'P01').base);
      expect(noticesOf(simulation, id, 'finished')).toHaveLength(1);
    }
    expect(simulation.refusals).toEqual([]);
  });

  it('goes back in the first round, in the last, and with error feedback in a ring of eight bits', async () => {
    const encoding = { ringBits: 8, valueBits: 4, scale: { first: 1, factor: 1, atLeast: 1e-6 } } as const;
    const run = async (judges: NonNullable<Interference['judges']>) => {
      const simulation = simulate(makeConsortium(4, { rounds: 3, voiding, encoding }), { judges });
      for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
      await simulation.run();
      return simulation;
    };
    const voided = await run(objecting({ '1.1': ['P01', 'P02', 'P03'], '3.1': ['P02', 'P03', 'P04'] }));
    expect(places(voided, 'VOIDED')).toEqual(['1.1', '3.1']);
    for (const id of everyone(voided)) {
      expect(stateOf(voided, id).base.rounds).toBe(3);
      expect(stateOf(voided, id).base.hash).toBe(stateOf(voided, 'P01').base.hash);
      // What was left over by the attempt whose sum stands, and none of the voided one.
      expect(voided.partners.get(id)!.residualOf).toBe('3.2');
    }
  });

  it('draws new keys, new training and new rounding for the next attempt', async () => {
    const simulation = await play(3, { judges: objecting({ '1.1': ['P01', 'P02'] }) }, 1);
    const keys = said(simulation, 'ADVERTISE').filter(({ from }) => from === 'P01');
    expect(keys.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(new Set(keys.map(({ body }) => JSON.stringify(body))).size).toBe(2);
    const roots = said(simulation, 'MANIFEST').filter(({ from }) => from === 'P01');
    expect(new Set(roots.map(({ body }) => (body as { root: string }).root)).size).toBe(2);
  });

  it('is taken back by a partner that was away as well, once it reads what has happened', async () => {
    let died = false;
    const simulation = simulate(makeConsortium(4, { rounds: 2, voiding }), {
      judges: objecting({ '1.1': ['P01', 'P02', 'P03'] }),
      survives: (id, effect) => {
        if (id !== 'P04' || died || effect.kind !== 'apply-result') return true;
        died = true;
        return false;
      },
    });
    for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
    await simulation.run();
    expect(places(simulation, 'VOIDED')).toEqual(['1.1']);
    simulation.revive('P04');
    await simulation.run();
    expect(stateOf(simulation, 'P04').base).toEqual(stateOf(simulation, 'P01').base);
    expect(simulation.refusals).toEqual([]);
  });

  it('is voided once and for all, whatever process is killed between any two steps', async () => {
    const judges = objecting({ '1.1': ['P01', 'P02', 'P03'] });
    const killed = await play(4, { judges, restartAlways: true });
    const undisturbed = await play(4, { judges });
    expect(killed.log.map(({ hash }) => hash)).toEqual(undisturbed.log.map(({ hash }) => hash));
  });
});

describe('a result to which few object', () => {
  it('stands, whoever objects in every round', async () => {
    const always = (id: string) => ({ fall: id === 'P02' || id === 'P03' ? 1 : null });
    const simulation = await play(4, { judges: always }, 3);
    expect(places(simulation, 'VOIDED')).toEqual([]);
    expect(places(simulation, 'RESULT')).toEqual(['1.1', '2.1', '3.1']);
    for (const id of everyone(simulation)) expect(noticesOf(simulation, id, 'finished')).toHaveLength(1);
  });

  it('does not wait for those who say nothing once no objection could void it, and else no longer than the plan says', async () => {
    const silent = (ids: readonly string[]): Interference['survives'] => {
      return (id, effect) => !(ids.includes(id) && effect.kind === 'apply-result' && effect.round === 2);
    };
    const decided = simulate(makeConsortium(4, { rounds: 2, voiding }), { survives: silent(['P04', 'P03'])! });
    for (const id of decided.partners.keys()) decided.feed(id, { kind: 'start' });
    await decided.settle();
    expect(places(decided, 'SETTLED')).toEqual(['1.1', '2.1']);

    const undecided = simulate(makeConsortium(4, { rounds: 2, voiding }), {
      judges: objecting({ '2.1': ['P01', 'P02'] }),
      survives: silent(['P04'])!,
    });
    for (const id of undecided.partners.keys()) undecided.feed(id, { kind: 'start' });
    await undecided.settle();
    expect(places(undecided, 'SETTLED')).toEqual(['1.1']);
    await undecided.run();
    expect(places(undecided, 'SETTLED')).toEqual(['1.1', '2.1']);
  });

  it('is begun no more after so many voided attempts as the plan allows, and every partner says so', async () => {
    const simulation = await play(4, { judges: (_id, { round }) => ({ fall: round === 2 ? 0.3 : null }) }, 3);
    expect(places(simulation, 'VOIDED')).toEqual(['2.1', '2.2']);
    for (const id of everyone(simulation)) {
      expect(noticesOf(simulation, id, 'halted')).toHaveLength(1);
      expect(stateOf(simulation, id).base.rounds).toBe(1);
    }
    expect(simulation.coordinator().attempt).toBeNull();
  });

  it('asks nobody where the plan knows no voiding', async () => {
    const simulation = simulate(makeConsortium(3), { judges: () => ({ fall: 1 }) });
    for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
    await simulation.run();
    expect(said(simulation, 'VERDICT')).toEqual([]);
    expect(simulation.sums).toHaveLength(2);
  });
});

describe('a partner', () => {
  /** Five partners after the first result; the coordinator has yet to end the review. */
  async function inReview(objectors: readonly string[]): Promise<Simulation> {
    const simulation = simulate(makeConsortium(5, { rounds: 2, voiding }), {
      judges: objecting({ '1.1': objectors }),
      survives: (id, effect) => !(id !== 'P01' && effect.kind === 'send' && effect.type === 'VERDICT'),
    });
    for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
    await simulation.settle();
    return simulation;
  }

  function hear(simulation: Simulation, from: string, type: MessageType, body: unknown, round = 1): string | undefined {
    const { consortium } = simulation;
    const state = stateOf(simulation, 'P01');
    const last = state.heard[from] ?? { seq: 0, hash: '0'.repeat(64) };
    const envelope = { planHash: consortium.planHash, round, attempt: 1, from, logHead: '0'.repeat(64) };
    const message = { ...envelope, seq: last.seq + 1, prevMsgHash: last.hash, type, body } as Message;
    const keys = from === 'coordinator' ? consortium.coordinatorKeys : consortium.keys[from]!;
    const { notices } = simulation.partners.get('P01')!;
    const before = notices.length;
    const { bytes } = sealMessage(message, keys.secretKey);
    simulation.feed('P01', { kind: 'message', position: state.position + 1, bytes });
    const refusal = notices.slice(before).find(({ kind }) => kind === 'refuse');
    return (refusal as Extract<PartnerEffect, { kind: 'refuse' }> | undefined)?.reason;
  }

  const verdictOf = (simulation: Simulation, verdict: 'accept' | 'object') => ({
    result: stateOf(simulation, 'P01').review!.result,
    trunkHash: stateOf(simulation, 'P01').base.hash,
    verdict,
    fall: verdict === 'object' ? 3 : null,
  });

  const objections = (simulation: Simulation) =>
    Object.entries(stateOf(simulation, 'P01').review!.verdicts)
      .filter(([, { verdict }]) => verdict === 'object')
      .map(([partner, { message }]) => ({ partner, message }));

  it('goes back only on objections that it has heard itself, and enough of them', async () => {
    const simulation = await inReview(['P01']);
    const { result } = stateOf(simulation, 'P01').review!;
    expect(hear(simulation, 'P02', 'VERDICT', verdictOf(simulation, 'object'))).toBeUndefined();
    expect(hear(simulation, 'coordinator', 'VOIDED', { result, list: objections(simulation) })).toBe(
      'too-few-objections',
    );
    const invented = [...objections(simulation), { partner: 'P03', message: 'e'.repeat(64) }];
    expect(hear(simulation, 'coordinator', 'VOIDED', { result, list: invented })).toBe('other-objections');
    expect(hear(simulation, 'P03', 'VERDICT', verdictOf(simulation, 'accept'))).toBeUndefined();
    const accepted = stateOf(simulation, 'P01').review!.verdicts.P03!.message;
    const turned = [...objections(simulation), { partner: 'P03', message: accepted }];
    expect(hear(simulation, 'coordinator', 'VOIDED', { result, list: turned })).toBe('other-objections');
    expect(stateOf(simulation, 'P01').base.rounds).toBe(1);

    expect(hear(simulation, 'P04', 'VERDICT', verdictOf(simulation, 'object'))).toBeUndefined();
    expect(hear(simulation, 'coordinator', 'VOIDED', { result, list: objections(simulation) })).toBeUndefined();
    expect(stateOf(simulation, 'P01').base.rounds).toBe(0);
  });

  it('hears one verdict of each partner, on this result, and none of what is settled', async () => {
    const simulation = await inReview([]);
    const { result } = stateOf(simulation, 'P01').review!;
    expect(hear(simulation, 'P02', 'VERDICT', verdictOf(simulation, 'accept'))).toBeUndefined();
    expect(hear(simulation, 'P02', 'VERDICT', verdictOf(simulation, 'object'))).toBe('second-answer');
    expect(hear(simulation, 'P03', 'VERDICT', { ...verdictOf(simulation, 'accept'), result: 'f'.repeat(64) })).toBe(
      'other-result',
    );
    expect(hear(simulation, 'P03', 'VERDICT', verdictOf(simulation, 'accept'), 2)).toBe('other-round');
    expect(hear(simulation, 'coordinator', 'SETTLED', { result: 'f'.repeat(64) })).toBe('other-result');
    expect(hear(simulation, 'coordinator', 'SETTLED', { result })).toBeUndefined();
    expect(hear(simulation, 'coordinator', 'SETTLED', { result })).toBe('already-settled');
    expect(hear(simulation, 'coordinator', 'VOIDED', { result, list: [] })).toBe('already-settled');
  });

  it('begins no other round before the result is settled', async () => {
    const simulation = await inReview([]);
    const members = [...simulation.consortium.ids];
    const closesAt = '2026-11-23T00:00:00.000Z';
    expect(hear(simulation, 'coordinator', 'PROPOSE', { members, closesAt }, 2)).toBe('not-settled');
  });

  it('only watches where the coordinator goes on and has kept back its objection', async () => {
    const simulation = await inReview(['P01']);
    const state = stateOf(simulation, 'P01');
    const { result } = state.review!;
    // As if its own message had never come back through the log.
    const withheld = { ...state, review: { ...state.review!, verdicts: {} } };
    const partner = simulation.partners.get('P01')!;
    partner.state = encodePartnerState(withheld);
    hear(simulation, 'coordinator', 'SETTLED', { result });
    const members = [...simulation.consortium.ids];
    expect(
      hear(simulation, 'coordinator', 'PROPOSE', { members, closesAt: '2026-11-23T00:00:00.000Z' }, 2),
    ).toBeUndefined();
    expect(stateOf(simulation, 'P01').attempt!.part).toEqual({ phase: 'watching', reason: 'objection-withheld' });
  });
});

describe('the rule', () => {
  it('lets neither saboteurs nor poisoners have their way while they are fewer than half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 50 }), fc.nat(), (survivors, drawn) => {
        const malicious = drawn % Math.ceil(survivors / 2);
        expect(isVoided(usualVoiding, survivors, malicious)).toBe(false);
        expect(isVoided(usualVoiding, survivors, survivors - malicious)).toBe(true);
      }),
    );
  });

  it('never both settles and voids, and needs exactly as many objections as it says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 50 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.nat({ max: 50 }),
        (survivors, share, accepting) => {
          const rule = { ...usualVoiding, share };
          const accepted = Math.min(accepting, survivors);
          expect(isSettled(rule, survivors, accepted)).toBe(!isVoided(rule, survivors, survivors - accepted));
          const needed = objectionsNeeded(rule, survivors);
          expect(isVoided(rule, survivors, needed)).toBe(true);
          expect(isVoided(rule, survivors, needed - 1)).toBe(false);
        },
      ),
    );
  });

  const sure = (means: readonly (number | null)[]) => means.map((mean): FoldLook => ({ mean, interval: null }));
  const look = (mean: number, error: number): FoldLook => ({
    mean,
    interval: { low: mean - 1.96 * error, high: mean + 1.96 * error },
  });
  const surely = (rule: Parameters<typeof fallBeyondLimit>[0], before: readonly number[], found: number | null) =>
    fallBeyondLimit(rule, sure(before), sure([found])[0]!);

  it('takes a fall for one only beyond the limit, and beyond what the fold does anyway', () => {
    expect(surely(usualVoiding, [0.5, 0.55, 0.6], 0.56)).toBeNull();
    expect(surely({ fall: 0.05, spreads: 0.1 }, [0.5, 0.55, 0.6], 0.5)).toBeCloseTo(0.1);
    const restless = [0.5, 0.58, 0.5, 0.58, 0.5, 0.58];
    expect(surely(usualVoiding, restless, 0.45)).toBeNull();
    expect(surely(usualVoiding, restless, 0.1)).toBeCloseTo(0.48);
    // A fall that is spread over rounds is measured from the best of the last five.
    expect(surely({ fall: 0.05, spreads: 1 }, [0.6, 0.58, 0.56, 0.55], 0.53)).toBeCloseTo(0.07);
  });

  it('cannot tell without a look before, or a fold that measures nothing', () => {
    expect(surely(usualVoiding, [], 0.1)).toBeNull();
    expect(surely(usualVoiding, [0.9], null)).toBeNull();
    expect(fallBeyondLimit(usualVoiding, sure([null]), look(0.1, 0.01))).toBeNull();
    expect([0.001, 0.05, 0.12, 0.99, 1].map(inTwentieths)).toEqual([1, 1, 3, 20, 20]);
  });

  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const error = fc.double({ min: 0, max: 0.2, noNaN: true });
  const anyLooks = fc.array(fc.tuple(share, error), { minLength: 1, maxLength: 12 });

  it('counts a fall only beyond the interval that the fold has, and none that it would not count without one', () => {
    fc.assert(
      fc.property(anyLooks, share, error, (before, mean, spread) => {
        const looks = before.map(([mean, error]) => look(mean, error));
        const fell = fallBeyondLimit(usualVoiding, looks, look(mean, spread));
        if (fell === null) return;
        const [best, error] = before.slice(-5).reduce((one, other) => (other[0] > one[0] ? other : one));
        expect(fell).toBeGreaterThan(1.96 * Math.hypot(error, spread));
        expect(fell).toBeCloseTo(best - mean, 12);
        expect(
          surely(
            usualVoiding,
            before.map(([mean]) => mean),
            mean,
          ),
        ).toBe(fell);
      }),
    );
  });

  it('still sees a trunk that is spoiled: a fall beyond all limits counts however few tasks there are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 0.01, noNaN: true }), { minLength: 1, maxLength: 12 }),
        error,
        (moves, wide) => {
          const looks = moves.map((move) => look(0.9 - move, Math.min(wide, 0.1)));
          expect(fallBeyondLimit(usualVoiding, looks, look(0.3, wide))).toBeGreaterThan(0.5);
        },
      ),
    );
  });

  it('objects to fewer than one honest result in twenty, even where every look is at other compounds of a small fold', () => {
    const chance = chanceFrom('small folds');
    const normal = () => Math.sqrt(-2 * Math.log(1 - chance.between(0, 1))) * Math.cos(chance.between(0, 2 * Math.PI));
    const [series, rounds, spread] = [400, 12, 0.08];
    const objections = { withIntervals: 0, without: 0 };
    for (let i = 0; i < series; i++) {
      const looks: FoldLook[] = [];
      for (let round = 0; round < rounds; round++) {
        const found = look(0.5 + spread * normal(), spread);
        if (fallBeyondLimit(usualVoiding, looks, found) !== null) objections.withIntervals++;
        if (
          surely(
            usualVoiding,
            looks.map(({ mean }) => mean!),
            found.mean,
          ) !== null
        )
          objections.without++;
        looks.push(found);
      }
    }
    expect(objections.withIntervals / (series * rounds)).toBeLessThan(0.05);
    expect(objections.without).toBeGreaterThan(objections.withIntervals);
  });
});

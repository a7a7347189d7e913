import { describe, expect, it } from 'vitest';
import { isForCoordinatorOnly, listHash, type Message } from '../../src-main/federation/messages.ts';
import type { PartnerEffect, PartnerState } from '../../src-main/federation/partner.ts';
import { planHash } from '../../src-main/federation/plan.ts';
import { makeConsortium } from './consortium.ts';
import { forge, hexHash, keyText, reasonFor, upTo } from './forging.ts';
import { type Simulation, simulate, stateOf } from './simulation.ts';

const withoutPosition = ({ position: _, ...state }: PartnerState) => state;

/** Feeds one message and gives back who is named for what. */
function refusalOf(simulation: Simulation, to: string, bytes: Uint8Array) {
  const { notices } = simulation.partners.get(to)!;
  const before = notices.length;
  reasonFor(simulation, to, bytes);
  const [notice] = notices.slice(before) as Extract<PartnerEffect, { kind: 'refuse' }>[];
  return notice && { from: notice.from, type: notice.type, reason: notice.reason };
}

describe('a coordinator', () => {
  const survivors = (step: string, list: unknown) => ({
    type: 'SURVIVORS' as const,
    body: { step, list, closesAt: null },
  });

  it('that alters the plan is refused by every partner, whatever it says under it, and nobody answers', async () => {
    const simulation = await upTo('APPROVE');
    const { plan, ids } = simulation.consortium;
    const altered = planHash({ ...plan, recipe: { ...plan.recipe, serverRate: plan.recipe.serverRate * 10 } });
    const propose = {
      type: 'PROPOSE' as const,
      round: 1,
      attempt: 1,
      body: { members: [...ids], closesAt: new Date().toISOString() },
    };
    for (const id of ids) {
      const said = stateOf(simulation, id).chain.seq;
      const under = forge(simulation, id, 'coordinator', { ...propose, planHash: altered });
      expect(refusalOf(simulation, id, under)).toEqual({ from: 'coordinator', type: 'PROPOSE', reason: 'other-plan' });
      const fewer = { ...propose, body: { ...propose.body, members: ids.slice(0, 2) } };
      expect(refusalOf(simulation, id, forge(simulation, id, 'coordinator', fewer))).toMatchObject({
        reason: 'too-few-members', // than the plan that was signed asks for
      });
      expect(stateOf(simulation, id)).toMatchObject({ attempt: null, chain: { seq: said } });
    }
  });

  it('that drops a confirmation gets no share and passes no result: too few have signed the list', async () => {
    const simulation = await upTo('CONSISTENCY');
    const { attempt } = stateOf(simulation, 'P01');
    const place = { planHash: simulation.consortium.planHash, round: 1, attempt: 1 };
    const list = attempt!.lists.uploads!;
    const uploadsHash = listHash(place, 'uploads', list);
    const confirmed = { type: 'CONSISTENCY' as const, body: { uploadsHash, unreadable: [] } };
    // Its own and those of P03 and P04 are dropped.
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'P02', confirmed))).toBeUndefined();
    expect(stateOf(simulation, 'P01')).toMatchObject({ revealed: -1, attempt: { part: { phase: 'confirmed' } } });
    const sum = { totalWeight: 4, root: hexHash('1'), bytes: 8, chunks: [hexHash('2')] };
    const result = { type: 'RESULT' as const, body: { uploadsHash, list, ...sum } };
    expect(refusalOf(simulation, 'P01', forge(simulation, 'P01', 'coordinator', result))).toEqual({
      ...{ from: 'coordinator', type: 'RESULT', reason: 'not-confirmed' },
    });
    // One that claims to confirm in another's name is not heard.
    const forged = forge(simulation, 'P01', 'P03', confirmed, 'coordinator');
    expect(reasonFor(simulation, 'P01', forged)).toBe('signature-does-not-hold');
    expect(stateOf(simulation, 'P01').revealed).toBe(-1);
  });

  it('that replays anything it has ever relayed or said is refused each time, and nobody says a thing twice', async () => {
    const simulation = simulate(makeConsortium(4, { rounds: 2 }));
    for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
    await simulation.run();
    const before = withoutPosition(stateOf(simulation, 'P01'));
    const heard = simulation.log.filter(({ message }) => !isForCoordinatorOnly(message.type));
    expect(heard.length).toBeGreaterThan(30);
    for (const { message, bytes } of heard) {
      const { from, type } = message;
      expect(refusalOf(simulation, 'P01', bytes)).toEqual({ from, type, reason: 'replayed' });
    }
    expect(withoutPosition(stateOf(simulation, 'P01'))).toEqual(before);
  });

  it('that swaps keys is refused: no partner shares its secrets under a list that has other keys than were signed', async () => {
    const simulation = await upTo('SHARE');
    // The honest list is in the log; here it is shown anew to one that has not heard it.
    const fresh = await upTo('ADVERTISE');
    for (const id of ['P02', 'P03', 'P04']) {
      const { message } = simulation.log.find(({ message }) => message.type === 'ADVERTISE' && message.from === id)!;
      const { type, body } = message as Message & { type: 'ADVERTISE' };
      expect(reasonFor(fresh, 'P01', forge(fresh, 'P01', id, { type, body }))).toBeUndefined();
    }
    const { keys } = stateOf(fresh, 'P01').attempt!;
    const list = Object.keys(keys)
      .sort()
      .map((partner) => ({ partner, message: keys[partner]!.message }));
    const swapped = list.map((entry) => (entry.partner === 'P03' ? { ...entry, message: hexHash('d') } : entry));
    const shown = forge(fresh, 'P01', 'coordinator', survivors('keys', swapped));
    expect(refusalOf(fresh, 'P01', shown)).toEqual({ from: 'coordinator', type: 'SURVIVORS', reason: 'other-keys' });
    expect(stateOf(fresh, 'P01').attempt!.part.phase).toBe('advertised');
  });

  it('cannot use one key for two partners, sum partners of different trunks, or shuffle, repeat or shorten a list', async () => {
    const fresh = await upTo('ADVERTISE');
    const own = stateOf(fresh, 'P01').attempt!.keys.P01!;
    const say = (id: string, body: object) =>
      reasonFor(fresh, 'P01', forge(fresh, 'P01', id, { type: 'ADVERTISE', body }));
    const { maskKey, boxKey, baseHash } = own;
    expect(say('P02', { maskKey, boxKey: keyText('B'), baseHash })).toBeUndefined();
    expect(say('P03', { maskKey: keyText('C'), boxKey: keyText('D'), baseHash: hexHash('e') })).toBeUndefined();
    expect(say('P04', { maskKey: keyText('E'), boxKey: keyText('F'), baseHash })).toBeUndefined();
    expect(boxKey).not.toBe(maskKey);
    const entry = (partner: string) => ({ partner, message: stateOf(fresh, 'P01').attempt!.keys[partner]!.message });
    const show = (...ids: string[]) =>
      reasonFor(fresh, 'P01', forge(fresh, 'P01', 'coordinator', survivors('keys', ids.map(entry))));
    expect(show('P01', 'P02', 'P04')).toBe('same-key-twice');
    expect(show('P01', 'P03', 'P04')).toBe('other-base');
    expect(show('P02', 'P01', 'P04')).toBe('list-not-in-order');
    expect(show('P01', 'P01', 'P04')).toBe('list-not-in-order');
    expect(show('P01', 'P04')).toBe('too-few-survivors');
  });

  it('that shows two survivor sets is refused, to one partner or to two: no share is revealed, and one that hears of it says so', async () => {
    const simulation = await upTo('CONSISTENCY');
    const { attempt } = stateOf(simulation, 'P01');
    expect(attempt!.part.phase).toBe('confirmed');
    const shorter = attempt!.lists.uploads!.slice(0, 3);
    const second = survivors('uploads', shorter);
    expect(refusalOf(simulation, 'P01', forge(simulation, 'P01', 'coordinator', second))).toEqual({
      ...{ from: 'coordinator', type: 'SURVIVORS', reason: 'second-answer' },
    });
    const place = { planHash: simulation.consortium.planHash, round: 1, attempt: 1 };
    for (const id of ['P02', 'P03', 'P04']) {
      const other = {
        type: 'CONSISTENCY' as const,
        body: { uploadsHash: listHash(place, 'uploads', shorter), unreadable: [] },
      };
      expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', id, other))).toBe('another-list-was-shown');
    }
    expect(stateOf(simulation, 'P01').attempt!.part.phase).toBe('confirmed');
  });

  const again = {
    type: 'PROPOSE' as const,
    attempt: 2,
    body: { members: ['P01', 'P02', 'P03'], closesAt: new Date().toISOString() },
  };

  it('cannot have an attempt opened that it has refused, with confirmations that it held back', async () => {
    const simulation = await upTo('CONSISTENCY');
    const { attempt } = stateOf(simulation, 'P01');
    const place = { planHash: simulation.consortium.planHash, round: 1, attempt: 1 };
    const uploadsHash = listHash(place, 'uploads', attempt!.lists.uploads!);
    const refused = { type: 'REFUSED' as const, body: { reason: 'too-few-confirmations', missing: ['P04'] } };
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'coordinator', refused))).toBeUndefined();
    for (const id of ['P02', 'P03', 'P04']) {
      const heldBack = { type: 'CONSISTENCY' as const, body: { uploadsHash, unreadable: [] } };
      expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', id, heldBack))).toBeUndefined();
    }
    const state = stateOf(simulation, 'P01');
    expect(JSON.stringify(state)).not.toContain('"secrets"');
    expect(state.outbox.some(({ type }) => type === 'UNMASK')).toBe(false);
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'coordinator', again))).toBeUndefined();
    expect(stateOf(simulation, 'P01').attempt).toMatchObject({ attempt: 2, part: { phase: 'advertised' } });
  });

  it('cannot ask for a second attempt at a round in which shares are revealed', async () => {
    const simulation = await upTo('UNMASK');
    expect(stateOf(simulation, 'P01')).toMatchObject({ revealed: 1, attempt: { part: { phase: 'unmasked' } } });
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'coordinator', again))).toBe('already-revealed');
    const refused = { type: 'REFUSED' as const, body: { reason: 'too-few-uploads', missing: ['P04'] } };
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'coordinator', refused))).toBe('already-revealed');
  });

  it('cannot close a round unopened a second time, nor bring the sum of a closed attempt after all', async () => {
    const simulation = await upTo('UNMASK');
    const close = { type: 'REFUSED' as const, body: { reason: 'too-few-answers', missing: ['P04'] } };
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'coordinator', close))).toBeUndefined();
    const closed = stateOf(simulation, 'P01');
    expect(closed).toMatchObject({ unopened: { round: 1, attempt: 1 }, attempt: { part: { phase: 'watching' } } });
    expect(JSON.stringify(closed)).not.toContain('"secrets"');
    const place = { planHash: simulation.consortium.planHash, round: 1, attempt: 1 };
    const list = closed.attempt!.lists.uploads!;
    const sum = { root: hexHash('1'), bytes: 8, chunks: [hexHash('2')] };
    const body = { uploadsHash: listHash(place, 'uploads', list), list, totalWeight: 4, ...sum };
    const result = { type: 'RESULT' as const, body };
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'coordinator', result))).toBe('already-refused');
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'coordinator', again))).toBeUndefined();
    const more = { ...close, attempt: 2 };
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'coordinator', more))).toBe('already-revealed');
  });

  it('cannot pass off a result that too few have confirmed, or with other weights, size or list', async () => {
    const simulation = await upTo('apply-result');
    const result = simulation.log.find(({ message }) => message.type === 'RESULT')!.message as Message & {
      type: 'RESULT';
    };
    const tell = (fresh: Simulation, change: object) =>
      reasonFor(
        fresh,
        'P01',
        forge(fresh, 'P01', 'coordinator', { type: 'RESULT', body: { ...result.body, ...change } }),
      );
    const unconfirmed = await upTo('CONSISTENCY');
    expect(tell(unconfirmed, {})).toBe('not-confirmed');
    const confirmed = await upTo('UNMASK');
    expect(tell(confirmed, { totalWeight: 5 })).toBe('other-weight');
    expect(tell(confirmed, { list: result.body.list.slice(1) })).toBe('other-uploads');
    expect(tell(confirmed, { bytes: 8 })).toBe('wrong-size');
    expect(tell(confirmed, { root: hexHash('1') })).toBe('other-root');
  });
});

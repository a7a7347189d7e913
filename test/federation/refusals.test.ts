import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { fromBase64url } from '../../src-main/federation/canonical.ts';
import { boxPublicKey, boxSecretKey } from '../../src-main/federation/identity.ts';
import { keyPair } from '../../src-main/federation/masks.ts';
import {
  type Bodies,
  type Envelope,
  listHash,
  type Message,
  type MessageType,
  sealMessage,
} from '../../src-main/federation/messages.ts';
import type { PartnerEffect } from '../../src-main/federation/partner.ts';
import type { PartnerState } from '../../src-main/federation/partner-state.ts';
import { boxShares, openRevealed, sealRevealed } from '../../src-main/federation/share-boxes.ts';
import { type Consortium, makeConsortium, randomFrom } from './consortium.ts';
import { type Simulation, simulate, stateOf } from './simulation.ts';

const hexHash = (digit: string) => digit.repeat(64);
const keyText = (digit: string) => `${digit.repeat(42)}A`;

/** Rounds of four partners in which everyone is stopped before `point`, so that what follows can be forged. */
async function upTo(point: string, dropped: readonly string[] = []): Promise<Simulation> {
  const simulation = simulate(makeConsortium(4, { rounds: 2 }), {
    survives: (id, effect) => {
      const here = effect.kind === point || (effect.kind === 'send' && effect.type === point);
      return !here && !(dropped.includes(id) && effect.kind === 'upload');
    },
  });
  for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
  await (dropped.length > 0 ? simulation.run() : simulation.settle());
  for (const partner of simulation.partners.values()) partner.alive = true;
  return simulation;
}

type Forged = { readonly type: MessageType; readonly body: unknown } & Partial<Envelope>;

/** What this partner would hear next from the sender, signed with the sender's key or another one. */
function forge(
  simulation: Simulation,
  to: string,
  from: string,
  { type, body, ...change }: Forged,
  signedBy = from,
): Uint8Array {
  const { consortium } = simulation;
  const state = stateOf(simulation, to);
  const last = state.heard[from] ?? { seq: 0, hash: hexHash('0') };
  const { round, attempt } = state.attempt ?? { round: 1, attempt: 1 };
  const message = {
    planHash: consortium.planHash,
    round,
    attempt,
    from,
    seq: last.seq + 1,
    prevMsgHash: last.hash,
    logHead: hexHash('0'),
    type,
    body,
    ...change,
  } as Message;
  return sealMessage(message, secretOf(consortium, signedBy)).bytes;
}

const secretOf = (consortium: Consortium, id: string) =>
  (id === 'coordinator' ? consortium.coordinatorKeys : consortium.keys[id]!).secretKey;

/** Feeds one message and gives back why it was refused; undefined when it was accepted. */
function reasonFor(simulation: Simulation, to: string, bytes: Uint8Array): string | undefined {
  const { notices } = simulation.partners.get(to)!;
  const before = notices.length;
  simulation.feed(to, { kind: 'message', position: stateOf(simulation, to).position + 1, bytes });
  const refusal = notices.slice(before).find((notice) => notice.kind === 'refuse');
  return (refusal as Extract<PartnerEffect, { kind: 'refuse' }> | undefined)?.reason;
}

const withoutPosition = ({ position: _, heard: __, ...state }: PartnerState) => state;

describe('a partner', () => {
  let simulation: Simulation;
  beforeEach(async () => {
    simulation = await upTo('ADVERTISE');
  });
  const advertise = {
    type: 'ADVERTISE' as const,
    body: { baseHash: hexHash('a'), maskKey: keyText('G'), boxKey: keyText('H') },
  };

  it('refuses a message that another has signed, of another plan, or of somebody who is not in the roster', () => {
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'P02', advertise, 'P03'))).toBe(
      'signature-does-not-hold',
    );
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'P02', advertise, 'coordinator'))).toBe(
      'signature-does-not-hold',
    );
    const otherPlan = forge(simulation, 'P01', 'P02', { ...advertise, planHash: hexHash('b') });
    expect(reasonFor(simulation, 'P01', otherPlan)).toBe('other-plan');
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'P99', advertise, 'P02'))).toBe('unknown-sender');
  });

  it('refuses a message that it has heard before, even if it is the right one', () => {
    const bytes = forge(simulation, 'P01', 'P02', advertise);
    expect(reasonFor(simulation, 'P01', bytes)).toBeUndefined();
    expect(reasonFor(simulation, 'P01', bytes)).toBe('replayed');
  });

  it('refuses a second, different answer to the same question', () => {
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'P02', advertise))).toBeUndefined();
    const second = { ...advertise, body: { ...advertise.body, baseHash: hexHash('b') } };
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'P02', second))).toBe('second-answer');
    expect(stateOf(simulation, 'P01').attempt!.keys.P02!.baseHash).toBe(hexHash('a'));
  });

  it('refuses a key that gives everyone the same secret, and a second spelling of a key', () => {
    const weak = { ...advertise, body: { ...advertise.body, maskKey: 'A'.repeat(43) } };
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'P02', weak))).toBe('weak-key');
    const respelt = { ...advertise, body: { ...advertise.body, maskKey: `${'G'.repeat(42)}B` } };
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'P02', respelt))).toBe('wrong-shape');
  });

  it('refuses what belongs to another round or attempt', () => {
    for (const place of [{ round: 2 }, { attempt: 2 }, { round: 0, attempt: 0 }]) {
      expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'P02', { ...advertise, ...place }))).toBe(
        'other-round',
      );
    }
  });

  it('refuses a coordinator that leaves out one of its messages, or that speaks as a partner', () => {
    const { seq, hash } = stateOf(simulation, 'P01').heard.coordinator!;
    const refused = { type: 'REFUSED' as const, body: { reason: 'too-few-keys', missing: [] } };
    const skipped = forge(simulation, 'P01', 'coordinator', { ...refused, seq: seq + 2, prevMsgHash: hash });
    expect(reasonFor(simulation, 'P01', skipped)).toBe('out-of-chain');
    const other = forge(simulation, 'P01', 'coordinator', { ...refused, prevMsgHash: hexHash('c') });
    expect(reasonFor(simulation, 'P01', other)).toBe('out-of-chain');
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'coordinator', advertise))).toBe('wrong-shape');
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'P02', refused))).toBe('wrong-shape');
  });

  it('notices that somebody else speaks with its own key', () => {
    const state = stateOf(simulation, 'P01');
    const own = forge(simulation, 'P01', 'P01', { ...advertise, seq: state.chain.seq + 1 });
    expect(reasonFor(simulation, 'P01', own)).toBe('not-sent-by-us');
  });

  it('takes no harm from bytes that are no message', () => {
    const before = withoutPosition(stateOf(simulation, 'P01'));
    const valid = forge(simulation, 'P01', 'P02', advertise);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc.tuple(fc.nat(valid.length - 1), fc.integer({ min: 1, max: 255 })).map(([at, change]) => {
            const bytes = valid.slice();
            bytes[at]! ^= change;
            return bytes;
          }),
        ),
        (bytes) => {
          expect(reasonFor(simulation, 'P01', bytes)).toMatch(/wrong-shape|signature-does-not-hold|unknown-sender/);
        },
      ),
      { numRuns: 200 },
    );
    expect(withoutPosition(stateOf(simulation, 'P01'))).toEqual(before);
  });
});

describe('a coordinator that cheats', () => {
  const survivors = (step: string, list: unknown) => ({
    type: 'SURVIVORS' as const,
    body: { step, list, closesAt: null },
  });

  it('cannot put its own keys in the place of a partner’s', async () => {
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
    expect(reasonFor(fresh, 'P01', forge(fresh, 'P01', 'coordinator', survivors('keys', swapped)))).toBe('other-keys');
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

  it('cannot show two lists of uploads: no partner reveals a share, and one that hears of it says so', async () => {
    const simulation = await upTo('CONSISTENCY');
    const { attempt } = stateOf(simulation, 'P01');
    expect(attempt!.part.phase).toBe('confirmed');
    const shorter = attempt!.lists.uploads!.slice(0, 3);
    const second = survivors('uploads', shorter);
    expect(reasonFor(simulation, 'P01', forge(simulation, 'P01', 'coordinator', second))).toBe('second-answer');
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

describe('what is revealed', () => {
  it('is for each partner one share and never both: of its self mask in the sum, of its mask secret when it dropped out', async () => {
    const simulation = await upTo('apply-result', ['P02']);
    const answers = simulation.log.filter(({ message }) => message.type === 'UNMASK');
    expect(answers.length).toBeGreaterThanOrEqual(3);
    for (const { message } of answers) {
      if (message.type !== 'UNMASK') continue;
      const shares = openRevealed(message.body, boxSecretKey(simulation.consortium.coordinatorKeys.secretKey))!;
      expect(shares.map(({ of, secret }) => `${of} ${secret}`)).toEqual([
        'P01 self',
        'P02 mask',
        'P03 self',
        'P04 self',
      ]);
      const strange = boxSecretKey(simulation.consortium.keys.P03!.secretKey);
      expect(openRevealed(message.body, strange)).toBeUndefined();
    }
  });

  it('is enough although one partner answers with wrong shares, which are refused by its name', async () => {
    const simulation = await upTo('UNMASK');
    const { coordinator } = simulation;
    expect(coordinator().attempt?.phase).toBe('confirming');
    // Of four answers three are needed; the wrong one comes first.
    const state = stateOf(simulation, 'P04');
    const unmask = state.outbox.find(({ type }) => type === 'UNMASK')!;
    const { message } = JSON.parse(unmask.text) as { message: Message & { type: 'UNMASK' } };
    const wrong = ['P01', 'P02', 'P03', 'P04'].map((of) => ({ of, secret: 'self' as const, value: 'A'.repeat(43) }));
    const sealed = sealRevealed(
      wrong,
      boxPublicKey(simulation.consortium.coordinatorKeys.publicKey),
      randomFrom('wrong'),
    );
    const lying = { ...message, body: { uploadsHash: message.body.uploadsHash, ...sealed } };
    simulation.post(sealMessage(lying, simulation.consortium.keys.P04!.secretKey).bytes);
    for (const id of ['P01', 'P02', 'P03']) {
      for (const { text } of stateOf(simulation, id).outbox) simulation.post(new TextEncoder().encode(text));
    }
    expect(simulation.refusals).toEqual([{ from: 'P04', type: 'UNMASK', reason: 'wrong-share' }]);
    expect(coordinator().attempt?.phase).toBe('summing');
  });
});

describe('a partner that deals its shares badly', () => {
  /** The shares of P02 come changed, signed with its own key; then it is silent. */
  async function dealt(
    change: (body: Bodies['SHARE'], simulation: Simulation) => Bodies['SHARE'],
  ): Promise<Simulation> {
    let stopped = true;
    const simulation = simulate(makeConsortium(4, { rounds: 2 }), {
      survives: (_, effect) => !(stopped && effect.kind === 'send' && effect.type === 'SHARE'),
    });
    for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
    await simulation.settle();
    stopped = false;
    for (const id of simulation.consortium.ids) {
      const { text } = stateOf(simulation, id).outbox.find(({ type }) => type === 'SHARE')!;
      const { message } = JSON.parse(text) as { message: Message & { type: 'SHARE' } };
      const said = id === 'P02' ? { ...message, body: change(message.body, simulation) } : message;
      simulation.post(sealMessage(said, secretOf(simulation.consortium, id)).bytes);
    }
    for (const id of ['P01', 'P03', 'P04']) simulation.revive(id);
    return simulation;
  }

  const refusalsOf = (simulation: Simulation, id: string) =>
    simulation.partners.get(id)!.notices.flatMap((notice) => (notice.kind === 'refuse' ? [notice] : []));

  it('is named by everyone whose box does not open or holds another share than committed to', async () => {
    const simulation = await dealt((body) => ({
      ...body,
      boxes: body.boxes.map((box) => {
        if (box.to === 'P01') return { ...box, box: 'A'.repeat(box.box.length) };
        return box.to === 'P03' ? { ...box, self: hexHash('f') } : box;
      }),
    }));
    await simulation.settle();
    for (const id of ['P01', 'P03']) {
      expect(refusalsOf(simulation, id)).toEqual([
        { kind: 'refuse', from: 'P02', type: 'SHARE', reason: 'share-unreadable' },
      ]);
    }
    expect(refusalsOf(simulation, 'P04')).toEqual([]);
    await simulation.run();

    const refused = simulation.log.find(({ message }) => message.type === 'REFUSED')!.message;
    expect(refused.body).toEqual({ reason: 'shares-unreadable', missing: ['P02'] });
    const revealed = simulation.log.filter(
      ({ message }) => message.type === 'UNMASK' && message.round === 1 && message.attempt === 1,
    );
    expect(revealed).toEqual([]);
    // The others go on without it.
    expect(simulation.sums[0]).toMatchObject({ round: 1, survivors: ['P01', 'P03', 'P04'] });
  });

  it('is named by the coordinator when its shares fit its commitments but give no secret: nothing is opened, and the others go on', async () => {
    const simulation = await dealt((body, { consortium, partners }) => {
      const { keys, part } = stateOf({ partners } as Simulation, 'P02').attempt!;
      const { box } = (part as { readonly secrets: { readonly box: string } }).secrets;
      const place = { planHash: consortium.planHash, round: 1, attempt: 1, from: 'P02' };
      const random = randomFrom('no polynomial');
      return {
        ...body,
        boxes: body.boxes.map(({ to }) =>
          boxShares(
            { ...place, to },
            { self: random(32), mask: random(32) },
            keyPair(fromBase64url(box)),
            fromBase64url(keys[to]!.boxKey),
            random,
          ),
        ),
      };
    });
    await simulation.run();
    const closed = simulation.log.filter(({ message }) => message.type === 'REFUSED').map(({ message }) => message);
    expect(closed.map(({ attempt, body }) => ({ attempt, body }))).toEqual([
      { attempt: 1, body: { reason: 'shares-wrong', missing: ['P02'] } },
    ]);
    expect(simulation.sums.map(({ survivors }) => survivors)).toEqual(Array(2).fill(['P01', 'P03', 'P04']));
    expect(simulation.refusals).toEqual([]);
  });
});

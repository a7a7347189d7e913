import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { fromBase64url } from '../../src-main/federation/canonical.ts';
import { boxPublicKey, boxSecretKey } from '../../src-main/federation/identity.ts';
import { keyPair } from '../../src-main/federation/masks.ts';
import { type Bodies, type Message, sealMessage } from '../../src-main/federation/messages.ts';
import type { PartnerState } from '../../src-main/federation/partner-state.ts';
import { boxShares, openRevealed, sealRevealed } from '../../src-main/federation/share-boxes.ts';
import { makeConsortium, randomFrom } from './consortium.ts';
import { forge, hexHash, keyText, reasonFor, secretOf, upTo } from './forging.ts';
import { type Simulation, simulate, stateOf } from './simulation.ts';

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

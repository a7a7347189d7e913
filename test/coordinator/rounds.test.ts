import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listConnections } from '../../src-main/catalog/connections.ts';
import { messagesOfAttempt, receiptOf } from '../../src-main/catalog/messages.ts';
import { listRounds } from '../../src-main/catalog/rounds.ts';
import { type Coordinator, startCoordinator } from '../../src-main/coordinator/start.ts';
import { addPacked, packedBytes, type RingBits } from '../../src-main/federation/ring.ts';
import { type Consortium, makeConsortium } from '../federation/consortium.ts';
import { type DrivenPartner, drivePartner } from './partner-driver.ts';

let folder: string;
let closing: (() => Promise<void>)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-rounds-'));
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

const start = async (
  { signedRoster, plan, coordinatorKeys }: Consortium,
  port = 0,
): Promise<Coordinator & { closeOnce: () => Promise<void> }> => {
  const failures: unknown[] = [];
  const coordinator = await startCoordinator({
    folder: join(folder, 'coordinator'),
    roster: signedRoster,
    plan,
    key: coordinatorKeys,
    port,
    failed: (error) => failures.push(error),
  });
  let closed: Promise<void> | undefined;
  const closeOnce = () => {
    closed ??= coordinator.close();
    return closed;
  };
  closing.push(async () => {
    await closeOnce();
    expect(failures).toEqual([]);
  });
  return { ...coordinator, closeOnce };
};

const drive = (
  consortium: Consortium,
  id: string,
  url: string,
  before?: Parameters<typeof drivePartner>[2]['before'],
) => {
  const partner = drivePartner(consortium, id, { folder, url, ...(before === undefined ? {} : { before }) });
  closing.push(partner.close);
  return partner;
};

function expectExact(partners: readonly DrivenPartner[], round: number, ringBits: RingBits = 32): void {
  const plain = new Uint8Array(partners[0]!.encoded.get(round)!.length);
  for (const { encoded } of partners) addPacked(plain, encoded.get(round)!, ringBits);
  for (const { sums } of partners) expect(sums.get(round)).toEqual(plain);
}

describe('rounds over HTTP', () => {
  // A chunk and a bit.
  const tensors = [{ name: 'trunk.0.weight', shape: [300_000], offset: 0 }];

  it('give three partners the exact sum and one trunk, and leave a trace of every step', async () => {
    const consortium = makeConsortium(3, { rounds: 2, tensors });
    const coordinator = await start(consortium);
    const partners = consortium.ids.map((id) => drive(consortium, id, coordinator.url));
    await Promise.all(partners.map(({ run }) => run()));

    for (const round of [1, 2]) expectExact(partners, round);
    expect(new Set(partners.map(({ state }) => state().base.hash)).size).toBe(1);
    expect(partners.flatMap(({ notices }) => notices.map(({ kind }) => kind))).toEqual(Array(3).fill('finished'));

    const { catalog } = partners[0]!;
    const rounds = listRounds(catalog, 'decima-1', 10);
    expect(rounds.map(({ round, phase, survivors }) => [round, phase, survivors])).toEqual([
      [2, 'finished', 3],
      [1, 'finished', 3],
    ]);
    const messages = messagesOfAttempt(catalog, 'decima-1', 2, 1);
    const counted = Object.groupBy(messages, ({ type }) => type);
    for (const type of ['ADVERTISE', 'SHARE', 'MANIFEST', 'CONSISTENCY']) expect(counted[type]).toHaveLength(3);
    expect(counted.UNMASK).toHaveLength(1); // only its own: the others' go to the coordinator alone

    const { connections } = listConnections(catalog, { limit: 100 });
    expect(new Set(connections.map(({ host }) => host))).toEqual(new Set([new URL(coordinator.url).host]));
    expect(connections.every(({ outcome }) => outcome !== 'denied')).toBe(true);
    const up = connections.filter(({ purpose }) => purpose === 'chunk-up');
    expect(up.map(({ packageHash }) => packageHash).every((hash) => hash !== null)).toBe(true);
  });

  it.each([
    { ringBits: 8, valueBits: 4 },
    { ringBits: 12, valueBits: 8 },
    { ringBits: 16, valueBits: 8 },
  ] as const)(
    'give the exact sum of $valueBits-bit values in $ringBits bits, and so many fewer bytes',
    async (bits) => {
      const numbers = 1_100_001; // more than a chunk in every ring, and an odd one at the end
      const consortium = makeConsortium(3, {
        rounds: 2,
        tensors: [{ name: 'trunk.0.weight', shape: [numbers], offset: 0 }],
        encoding: { ...bits, scale: { first: 0.01, factor: 3, atLeast: 1e-9 } },
      });
      const coordinator = await start(consortium);
      const partners = consortium.ids.map((id) => drive(consortium, id, coordinator.url));
      await Promise.all(partners.map(({ run }) => run()));

      for (const round of [1, 2]) expectExact(partners, round, bits.ringBits);
      expect(new Set(partners.map(({ state }) => state().base.hash)).size).toBe(1);
      expect(partners[0]!.sums.get(2)).toHaveLength(packedBytes(numbers, bits.ringBits));
      expect(partners[0]!.state().base.clips[0]).not.toBe(0.01);
    },
  );

  it('go on when the coordinator is restarted in the middle, from what it has stored', async () => {
    const consortium = makeConsortium(3, { rounds: 2, tensors });
    const first = await start(consortium);
    const port = Number(new URL(first.url).port);
    let restarted = false;
    const partners = consortium.ids.map((id) =>
      drive(consortium, id, first.url, async (effect) => {
        const now = id === 'P02' && effect.kind === 'upload' && effect.round === 1;
        if (!now || restarted) return;
        restarted = true;
        await first.closeOnce();
        await start(consortium, port);
      }),
    );
    await Promise.all(partners.map(({ run }) => run()));
    expect(restarted).toBe(true);
    for (const round of [1, 2]) expectExact(partners, round);
  });

  it('go on when a partner is stopped after its keys are out and started again from its catalog', async () => {
    const consortium = makeConsortium(3, { rounds: 1, tensors });
    const coordinator = await start(consortium);
    const others = ['P01', 'P03'].map((id) => drive(consortium, id, coordinator.url));
    let stopped: DrivenPartner | undefined;
    const first = drive(consortium, 'P02', coordinator.url, async (effect) => {
      if (effect.kind !== 'upload') return;
      stopped = first;
      throw new Error('killed');
    });
    const running = others.map(({ run }) => run());
    await expect(first.run()).rejects.toThrow('killed');
    expect(stopped).toBe(first);
    const encoded = first.encoded.get(1)!;
    closing.splice(closing.indexOf(first.close), 1);
    await first.close();

    // What was frozen lies in the vault of a real partner; here it is frozen again, from the same seeds.
    const again = drive(consortium, 'P02', coordinator.url);
    expect(again.state().attempt?.part.phase).toBe('uploading');
    again.refreeze(1);
    await Promise.all([...running, again.run()]);
    expect(again.encoded.get(1)).toEqual(encoded);
    expectExact([...others, again], 1);
  });

  it('leave receipts that the coordinator has signed, one chained to the other', async () => {
    const consortium = makeConsortium(3, { rounds: 1, tensors });
    const coordinator = await start(consortium);
    const partners = consortium.ids.map((id) => drive(consortium, id, coordinator.url));
    await Promise.all(partners.map(({ run }) => run()));
    const receipts = partners.flatMap(({ catalog, id }) =>
      catalog.db
        .prepare('select hash from message where sender = ?')
        .pluck()
        .all(id)
        .map((hash) => JSON.parse(receiptOf(catalog, hash as string)!).document as { position: number }),
    );
    expect(receipts).toHaveLength(3 * 7); // APPROVE, PRESENT and five answers
    expect(new Set(receipts.map(({ position }) => position)).size).toBe(receipts.length);
  });

  it('keep the uploads of the last round only, and every file readable by the owner alone', async () => {
    const consortium = makeConsortium(3, { rounds: 2, tensors });
    const coordinator = await start(consortium);
    const partners = consortium.ids.map((id) => drive(consortium, id, coordinator.url));
    await Promise.all(partners.map(({ run }) => run()));
    await coordinator.closeOnce();
    const chunks = join(folder, 'coordinator', 'chunks');
    const files = readdirSync(chunks, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    // Of round 2: three uploads of two chunks, and the sum; the sum of round 1 was applied by all.
    expect(files).toHaveLength(3 * 2 + 2);
    if (process.platform === 'win32') return;
    for (const { parentPath, name } of files) expect(statSync(join(parentPath, name)).mode & 0o777).toBe(0o600);
  });
});

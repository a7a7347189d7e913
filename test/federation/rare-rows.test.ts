import { describe, expect, it } from 'vitest';
import { haltOf } from '../../src-main/federation/partner-review.ts';
import { planHash, readPlan, uploadBytes, vectorLength } from '../../src-main/federation/plan.ts';
import {
  fewestPartnersOf,
  keptRowsOf,
  planOfRound,
  rowsOf,
  touchedRows,
  withoutFrozen,
} from '../../src-main/federation/rare-rows.ts';
import { pack, unpack } from '../../src-main/federation/ring.ts';
import { makeConsortium } from './consortium.ts';
import { changeOf, type Interference, type Simulation, simulate, stateOf } from './simulation.ts';

const rows = 40;
const width = 8;
const rareRows = { compounds: 2, partners: 3 };

/** Row r is touched by the first r % 5 partners; the others have one compound of it, which is too few. */
const touching: NonNullable<Interference['touching']> = (id) =>
  Uint32Array.from({ length: rows }, (_, row) => (Number(id.slice(1)) <= row % 5 ? 2 + row : 1));

/** By that, of four partners or more. */
const keptRows = Array.from({ length: rows }, (_, row) => row).filter((row) => row % 5 >= 3);

async function play(partners: number, interference: Interference = {}, rounds = 2): Promise<Simulation> {
  const simulation = simulate(makeConsortium(partners, { rounds, rareRows }), { touching, ...interference });
  for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
  await simulation.run();
  return simulation;
}

describe('the round before the first', () => {
  it('tells how many partners touch each row, exactly, and nothing of who does', async () => {
    const simulation = await play(4);
    const [counting] = simulation.sums;
    expect(counting!.round).toBe(0);
    expect([...unpack(counting!.sum, 32)]).toEqual(Array.from({ length: rows }, (_, row) => row % 5));
    const uploads = [...simulation.partners.values()].map(({ masked }) => masked.get('0.1')!);
    for (const upload of uploads)
      expect(unpack(upload, 32).every((number) => number === 0 || number === 1)).toBe(false);
  });

  it('makes the same list of rows at every partner, and only these are sent from then on', async () => {
    const simulation = await play(4);
    for (const [id, { kept }] of simulation.partners) {
      expect([...kept!]).toEqual(keptRows);
      expect(stateOf(simulation, id).keptRows).toBe(keptRows.length);
    }
    expect(simulation.coordinator().keptRows).toBe(keptRows.length);
    const sizes = simulation.log.flatMap(({ message }) =>
      message.type === 'MANIFEST' ? [`${message.round}: ${message.body.bytes}`] : [],
    );
    const sent = (keptRows.length * width + width) * 4;
    expect(new Set(sizes)).toEqual(new Set([`0: ${rows * 4}`, `1: ${sent}`, `2: ${sent}`]));
    expect(simulation.refusals).toEqual([]);
  });

  it('is run again without one who drops out, and refused with fewer than are needed', async () => {
    const without = await play(4, { survives: (id, effect) => !(id === 'P04' && effect.kind === 'upload') });
    expect([...unpack(without.sums[0]!.sum, 32)]).toEqual(
      Array.from({ length: rows }, (_, row) => Math.min(3, row % 5)),
    );
    const tooFew = await play(4, { survives: (id, effect) => !(id >= 'P03' && effect.kind === 'upload') });
    expect(tooFew.sums).toEqual([]);
  });

  it('goes on after any kill, byte for byte', async () => {
    const killed = await play(3, { restartAlways: true });
    expect(killed.log.map(({ hash }) => hash)).toEqual((await play(3)).log.map(({ hash }) => hash));
  });

  it('ends the series, with a reason that every partner found for itself, where no row is touched by enough', async () => {
    const simulation = await play(3, { touching: () => new Uint32Array(rows) });
    expect(simulation.sums.map(({ round }) => round)).toEqual([0]);
    expect(simulation.coordinator()).toMatchObject({ attempt: null, opensAt: null, roundsDone: 0 });
    const { plan } = makeConsortium(3, { rounds: 2, rareRows });
    for (const id of simulation.partners.keys()) expect(haltOf(stateOf(simulation, id), plan)).toBe('no-common-rows');
    const proposals = simulation.log.filter(({ message }) => message.type === 'PROPOSE');
    expect(proposals.map(({ message: { round } }) => round)).toEqual([0]);
  });

  it('is caught up with by a partner that was away', async () => {
    let died = false;
    const simulation = simulate(makeConsortium(4, { rounds: 2, rareRows }), {
      touching,
      survives: (id, effect) => {
        if (id !== 'P04' || died || effect.kind !== 'apply-result') return true;
        died = true;
        return false;
      },
    });
    for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
    await simulation.run();
    simulation.revive('P04');
    await simulation.run();
    expect(stateOf(simulation, 'P04').base).toEqual(stateOf(simulation, 'P01').base);
    expect([...simulation.partners.get('P04')!.kept!]).toEqual(keptRows);
  });
});

describe('a frozen row', () => {
  it('is not sent, and neither its numbers nor its moments change at any partner', async () => {
    const simulation = await play(4, {}, 3);
    const { global } = simulation.partners.get('P01')!;
    for (let row = 0; row < rows; row++) {
      const of = (vector: Float32Array) => vector.subarray(row * width, (row + 1) * width);
      const isFrozen = !keptRows.includes(row);
      expect(of(global.values).every((number) => number === Math.fround(0.1))).toBe(isFrozen);
      expect(of(global.firstMoment).every((number) => number === 0)).toBe(isFrozen);
    }
    expect(global.values.at(-1)).not.toBe(Math.fround(0.1));
    for (const { global: other } of simulation.partners.values()) expect(other).toEqual(global);
  });

  it('leaves the sums of the others as exact as they were', async () => {
    const simulation = await play(4);
    const { sum } = simulation.sums.find(({ round }) => round === 1)!;
    const plain = new Int32Array(unpack(sum, 32).length);
    for (const { encoded } of simulation.partners.values()) {
      unpack(encoded.get('1.1')!, 32).forEach((number, i) => {
        plain[i] = plain[i]! + number;
      });
    }
    expect(unpack(sum, 32)).toEqual(plain);
  });

  it('comes and goes with a voided result as any other does', async () => {
    const voiding = { fall: 0.05, spreads: 5, share: 0.5, mostInRound: 2, seconds: 60 };
    const judges: Interference['judges'] = (_id, { round, attempt }) => ({
      fall: round === 1 && attempt === 1 ? 0.2 : null,
    });
    const simulation = simulate(makeConsortium(3, { rounds: 1, rareRows, voiding }), { touching, judges });
    for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
    await simulation.run();
    expect(simulation.sums.map(({ round }) => round)).toEqual([0, 1, 1]);
    expect(simulation.log.filter(({ message }) => message.round === 0 && message.type === 'VERDICT')).toEqual([]);
    for (const id of simulation.partners.keys()) expect(stateOf(simulation, id).base.rounds).toBe(1);
  });
});

describe('a plan', () => {
  it('without rare rows is what it was, to its hash, and its series begins with round 1', async () => {
    const { plan } = makeConsortium(3);
    expect('rareRows' in plan).toBe(false);
    expect(planOfRound(plan, 1, null)).toBe(plan);
    const simulation = simulate(makeConsortium(3));
    for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
    await simulation.run();
    expect(simulation.sums.map(({ round }) => round)).toEqual([1, 2]);
    expect(planHash(plan)).not.toBe(planHash(makeConsortium(3, { rareRows }).plan));
  });

  it('asks for no fewer than three partners of a row, and for rows that can be counted', () => {
    const { plan, roster } = makeConsortium(3, { rareRows });
    expect(() => readPlan({ ...plan, rareRows: { compounds: 1, partners: 2 } }, roster)).toThrow(/wrong-shape/);
    const flat = { ...plan, tensors: [{ name: 'trunk.0.bias', shape: [8], offset: 0 }] };
    expect(() => readPlan(flat, roster)).toThrow(/no-rows-to-count/);
  });

  it('has vectors that begin with the kept rows and end as the trunk does', () => {
    const { plan } = makeConsortium(3, { rareRows });
    const kept = Uint32Array.of(1, 7, 39);
    const learning = planOfRound(plan, 1, kept.length);
    expect(vectorLength(learning)).toBe(3 * width + width);
    expect(uploadBytes(learning)).toBe(32 * 4);
    const change = changeOf('P01', 1, vectorLength(plan));
    const sent = withoutFrozen(plan, change, kept);
    expect([...sent.subarray(width, 2 * width)]).toEqual([...change.subarray(7 * width, 8 * width)]);
    expect([...sent.subarray(3 * width)]).toEqual([...change.subarray(rows * width)]);
  });

  it('says which rows a partner touches, which are kept, and how many partners touch the rarest of these', () => {
    const { plan } = makeConsortium(3, { rareRows });
    expect(rowsOf(plan)).toBe(rows);
    expect([...touchedRows(plan, Uint32Array.of(0, 1, 2, 3))]).toEqual([0, 0, 1, 1]);
    const sum = pack(
      Int32Array.from({ length: rows }, (_, row) => row),
      32,
    );
    expect(keptRowsOf(plan, sum).length).toBe(rows - 3);
    expect(fewestPartnersOf(plan, sum)).toBe(3);
    expect(keptRowsOf(plan, new Uint8Array(rows * 4)).length).toBe(0);
  });
});

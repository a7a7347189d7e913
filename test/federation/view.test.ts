import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setParticipation, setParticipationJob } from '../../src-main/catalog/consortium.ts';
import { addIdentity } from '../../src-main/catalog/identity.ts';
import { type Catalog, openCatalog } from '../../src-main/catalog/open.ts';
import { writeRoundValidation, writeStanding } from '../../src-main/catalog/rounds.ts';
import { federationStatus } from '../../src-main/contract/federation.ts';
import type { PartnerEffect } from '../../src-main/federation/partner.ts';
import { readPartnerState, storePartnerState, writeConsortium } from '../../src-main/federation/series.ts';
import { describeStatus, findRound, summariseRounds } from '../../src-main/federation/view.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { makeConsortium } from './consortium.ts';
import { type Interference, simulate } from './simulation.ts';

const series = 'decima-1';
const at = '2025-11-25T13:40:00.000Z';

let folder: string;
let catalog: Catalog;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-view-'));
  catalog = openCatalog(join(folder, 'catalog.sqlite'), Buffer.alloc(32, 1));
});
afterEach(() => {
  catalog.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Rounds of four in which everybody dies before `point`; P01 keeps its catalog. */
async function storedUpTo(
  point: string,
  round = 1,
  { judges, touching, ...rules }: Pick<Interference, 'judges' | 'touching'> & Parameters<typeof makeConsortium>[1] = {},
): Promise<void> {
  const consortium = makeConsortium(4, { rounds: 3, ...rules });
  const { plan, planHash, roster, signedRoster, keys, coordinatorKeys } = consortium;
  addIdentity(catalog, { partnerId: 'P01', name: 'Aldera', ...keys.P01!, madeAt: at });
  writeConsortium(catalog, {
    ...{ series, name: roster.name, signedRoster, rosterHash: plan.rosterHash, plan, planHash, joinedAt: at },
    coordinator: { url: 'https://coordinator.decima.example', key: coordinatorKeys.publicKey, certificate: null },
  });
  const simulation = simulate(consortium, {
    survives: (_id, effect) => !isAt(effect, point, round),
    ...(judges && { judges }),
    ...(touching && { touching }),
    stored: (id, state, input) => {
      if (id === 'P01') storePartnerState(catalog, series, state, input, at);
    },
  });
  for (const id of simulation.partners.keys()) simulation.feed(id, { kind: 'start' });
  await simulation.settle();
}

const isAt = (effect: PartnerEffect, point: string, round: number) =>
  'round' in effect &&
  effect.round === round &&
  (effect.kind === point || (effect.kind === 'send' && effect.type === point));

const status = () => federationStatus.parse(describeStatus(catalog, () => true));
const steps = () =>
  status().round!.steps.map(({ name, state, count, needed }) => `${name} ${state} ${count}/${needed}`);

describe('the status of a consortium', () => {
  it('is empty before there is an identity', () => {
    expect(status()).toEqual({
      identity: null,
      consortium: null,
      round: null,
      connection: { open: false, sending: false },
    });
  });

  it('tells in steps how far the round is and whose answer is waited for', async () => {
    await storedUpTo('upload');
    expect(steps()).toEqual([
      'plan done 4/4',
      'keys done 4/3',
      'shares done 4/3',
      'upload running 0/3',
      'confirm waiting 0/3',
      'unmask waiting 0/3',
      'model waiting 0/1',
    ]);
    expect(status().round!.waitedFor.map(({ kind }) => kind)).toEqual(['upload', 'partner', 'partner', 'partner']);
    const { round } = status();
    writeStanding(
      catalog,
      { series, round: 1, attempt: 1 },
      JSON.stringify({
        ...{ round: 1, attempt: 1 },
        partners: [
          { id: 'P02', state: 'uploaded', bytesSent: 1312 },
          { id: 'P03', state: 'uploading', bytesSent: 800 },
        ],
      }),
    );
    const told = status().round!;
    expect(told.partners.map(({ id, state, bytesSent }) => `${id} ${state} ${bytesSent}`)).toEqual([
      'P01 uploading 0',
      'P02 uploaded 1312',
      'P03 uploading 800',
      'P04 shares 0',
    ]);
    expect(told.steps[3]).toMatchObject({ name: 'upload', state: 'running', count: 1 });
    expect(round).toMatchObject({ round: 1, of: 3, state: 'running', enough: 3 });
  });

  it('names the own people first when they hold the round up', async () => {
    await storedUpTo('await-approval');
    const { waitedFor, partners } = status().round!;
    expect(waitedFor[0]).toMatchObject({ kind: 'approval', since: at });
    expect(partners[0]).toMatchObject({ id: 'P01', you: true, state: 'approval' });
    expect(waitedFor.slice(1)).toEqual(
      ['P02', 'P03', 'P04'].map((partner) => ({ kind: 'partner', partner, step: 'upload' })),
    );
  });

  it.each(['train', 'freeze'])('asks nobody to decide while this machine is at work: %s', async (work) => {
    await storedUpTo(work);
    const { waitedFor, partners } = status().round!;
    expect(waitedFor[0]).toMatchObject({ kind: 'training' });
    expect(partners[0]).toMatchObject({ you: true, state: 'training' });
  });

  it('says for a finished round who was in the sum, and keeps its steps', async () => {
    await storedUpTo('SHARE', 2);
    const first = findRound(catalog, series, 1);
    expect(first).toMatchObject({
      state: 'finished',
      survivors: 4,
      waitedFor: [],
      trunkHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(first.steps.map(({ state }) => state)).toEqual(Array(7).fill('done'));
    expect(status().round).toMatchObject({ round: 2, attempt: 1 });
    expect(readPartnerState(catalog, series)?.base.rounds).toBe(1);
    expect(() => findRound(catalog, series, 9)).toThrow(/NOT_FOUND/);
  });

  it('names who objected to a result that was taken back, and keeps what the own fold said of it', async () => {
    const objecting = { P02: true, P03: true, P04: true } as Readonly<Record<string, boolean>>;
    await storedUpTo('SHARE', 2, {
      voiding: usualVoiding,
      judges: (id, { round, attempt }) => {
        if (id === 'P01') writeRoundValidation(catalog, series, round, 0.4 + attempt / 10);
        return { fall: round === 1 && attempt === 1 && objecting[id] === true ? 0.2 : null };
      },
    });
    const rounds = summariseRounds(catalog, series, 10);
    expect(rounds.map(({ round, attempt, state, objectors }) => ({ round, attempt, state, objectors }))).toEqual([
      { round: 2, attempt: 1, state: 'running', objectors: [] },
      { round: 1, attempt: 2, state: 'finished', objectors: [] },
      { round: 1, attempt: 1, state: 'voided', objectors: ['P02', 'P03', 'P04'] },
    ]);
    expect(findRound(catalog, series, 1, 1)).toMatchObject({
      reason: 'objections',
      objectors: ['P02', 'P03', 'P04'],
      review: { state: 'voided', objected: 3, own: 'accept' },
    });
    expect(describeStatus(catalog, () => true).consortium).toMatchObject({ halted: null });
  });

  it('is halted once a round was taken back as often as the plan allows', async () => {
    await storedUpTo('SHARE', 2, { voiding: usualVoiding, judges: () => ({ fall: 0.2 }) });
    expect(summariseRounds(catalog, series, 10).map(({ state }) => state)).toEqual(['voided', 'voided']);
    expect(describeStatus(catalog, () => true).consortium).toMatchObject({ halted: 'voided-too-often', roundsDone: 0 });
  });

  it('counts the rows that are left to be sent, in a round before the first', async () => {
    await storedUpTo('ADVERTISE', 1, {
      rareRows: { compounds: 1, partners: 3 },
      touching: (id) => Uint32Array.from({ length: 40 }, (_, row) => (row < 30 || id < 'P03' ? 1 : 0)),
    });
    expect(findRound(catalog, series, 0)).toMatchObject({
      kind: 'counting',
      state: 'finished',
      validationAucPr: null,
      rows: { kept: 30, of: 40 },
    });
  });

  it('knows from the job, not from the catalog alone, whether this partner takes part', async () => {
    await storedUpTo('upload');
    setParticipationJob(catalog, series, 'job-1');
    expect(describeStatus(catalog, () => true)).toMatchObject({
      consortium: { participation: 'running', jobId: 'job-1', roundsDone: 0 },
      connection: { open: true, sending: true },
    });
    setParticipation(catalog, series, 'pausing');
    expect(describeStatus(catalog, () => true).consortium?.participation).toBe('pausing');
    expect(describeStatus(catalog, () => false)).toMatchObject({
      consortium: { participation: 'stopped', jobId: null },
      connection: { open: false, sending: false },
    });
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { setConsortiumState, setParticipation } from '../../src-main/catalog/consortium.ts';
import { listStandingApprovals } from '../../src-main/catalog/decisions.ts';
import { listPackages } from '../../src-main/catalog/packages.ts';
import { listRounds } from '../../src-main/catalog/rounds.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { type Participation, participate } from '../../src-main/engine/participation/participate.ts';
import { usualRareRows } from '../../src-main/engine/pilot/consortium.ts';
import { checkSum } from '../../src-main/engine/pilot/sum-check.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { stopStanding } from '../../src-main/release/standing.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { refusalsOf, saidTwice } from './coordinator-log.ts';
import {
  type Disturbance,
  type DisturbingRelay,
  openDisturbingRelay,
  type Relayed,
  type Watch,
} from './disturbing-relay.ts';
import {
  officer,
  openConsortium,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  steward,
  until,
} from './small-consortium.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // seconds on a quiet machine

const series = 'test-1';
const lax = { amber: 1, red: 1 };

let companies: SmallCompanies;
let consortium: SmallConsortium;
let relay: DisturbingRelay;

beforeAll(async () => {
  companies = await prepareCompanies('outages', 150);
});

afterAll(() => companies.remove());

afterEach(async () => {
  await relay.close();
  await consortium.close();
});

/** One round among three partners who reach the coordinator through the relay alone; a large one is of five chunks. */
async function open(watch: Watch, size: 'small' | 'large' = 'small'): Promise<void> {
  const recipe = { rounds: 1, localSteps: 2, dropout: 0.2, serverRate: 0.01, uploadSeconds: 3600 };
  consortium = await openConsortium(
    companies,
    size === 'small' ? { ...recipe, hidden: [8], rareRows: usualRareRows } : { ...recipe, hidden: [70], ringBits: 16 },
    [1, 1, 1],
    (agreed) => ({
      ...agreed,
      deadlines: { gather: 3600, keys: 3600, shares: 3600, upload: 3600 },
      voiding: { ...usualVoiding, fall: 1 },
      disclosure: { fewestCompounds: 0, membershipAuc: lax, membershipTpr: lax, membershipTrunk: lax },
    }),
    async (url) => {
      relay = await openDisturbingRelay(() => url, watch);
      return relay.url;
    },
  );
}

const takePart = (workspace: Workspace, signal = unattended.signal): Promise<Participation> =>
  participate(workspace, { series, preparedBy: steward }, { signal, report: () => {} }, { jobId: null, spawnTraining });

async function expectExactSum(): Promise<void> {
  const ended = await Promise.all(consortium.workspaces.map((workspace) => takePart(workspace)));
  expect(ended.map(({ ended: how }) => how)).toEqual(Array(3).fill('finished'));
  const ring = { series, ringBits: consortium.plan.encoding.ringBits };
  expect(checkSum(consortium.workspaces, ring, 1)).toMatchObject({ partners: 3, mismatches: 0 });
  expect(refusalsOf(consortium.folder)).toEqual([]);
  expect(saidTwice(consortium.folder)).toEqual([]);
}

describe('partners in an exact sum', () => {
  it('lose each kind of request before it is there, in its middle, after it has been done, and in the middle of its answer', async () => {
    const [first, second, third] = companies.partners.map(({ id }) => id);
    const seen = new Map<string, number>();
    const isTurn = ({ partner, what }: Relayed, place: string, turn: number): boolean => {
      const key = `${partner} ${what} ${place}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return seen.get(key) === turn;
    };
    const disturbed = new Set<string>();
    const disturb = (request: Relayed, how: Exclude<Disturbance, number>): typeof how => {
      disturbed.add(request.what);
      return how;
    };
    await open({
      before(request) {
        if (request.partner === first && isTurn(request, 'before', 1)) return disturb(request, 'hang-up');
        if (request.partner === second && isTurn(request, 'before', 1)) return disturb(request, 'cut');
        return undefined;
      },
      after(request) {
        if (request.partner === third && isTurn(request, 'after', 1)) return disturb(request, 'hang-up');
        if (request.partner === second && isTurn(request, 'after', 1)) return disturb(request, 'cut');
        return undefined;
      },
    });
    await expectExactSum();
    expect([...disturbed].sort()).toEqual([
      ...['ADVERTISE', 'APPROVE', 'CONSISTENCY', 'GET chunk', 'GET messages', 'GET missing', 'GET standing'],
      ...['MANIFEST', 'PRESENT', 'PUT chunk', 'SHARE', 'UNMASK', 'VERDICT'],
    ]);
  });

  it('are told at every fourth request that the coordinator is not up yet, or that its disk is full', async () => {
    let asked = 0;
    await open({ before: () => (++asked % 4 === 0 ? (asked % 8 === 0 ? 503 : 500) : undefined) });
    await expectExactSum();
    expect(asked).toBeGreaterThan(40);
  });

  it('are refused each connection for longer than a call is tried again, in the middle of an upload', async () => {
    const uploaded: string[] = [];
    let back: Promise<void> | undefined;
    await open(
      {
        after({ what, chunk }, status) {
          if (what !== 'PUT chunk' || status !== 200) return undefined;
          uploaded.push(chunk!);
          back ??= relay
            .goAway()
            .then(() => new Promise((resolve) => setTimeout(resolve, 6000)))
            .then(() => relay.comeBack());
          return undefined;
        },
      },
      'large',
    );
    await expectExactSum();
    await back;
    expect(uploaded.length).toBeGreaterThan(3);
    expect(new Set(uploaded).size).toBe(uploaded.length);
  });
});

describe('partners whose coordinator', () => {
  it('is away when one of them pauses rest once it hears so, and go on from there', async () => {
    let away = true;
    await open({ before: () => (away ? 'hang-up' : undefined) });
    const [first] = consortium.workspaces;
    setParticipation(first.catalog, series, 'pausing');
    const pausing = takePart(first);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    away = false;
    expect((await pausing).ended).toBe('paused');
    setParticipation(first.catalog, series, 'running');
    await expectExactSum();
  });

  it('is away when one of them leaves let it go without an answer, and take it back', async () => {
    let away = true;
    await open({ before: () => (away ? 'hang-up' : undefined) });
    const [first] = consortium.workspaces;
    setConsortiumState(first.catalog, series, 'left');
    expect((await takePart(first)).ended).toBe('left');
    away = false;
    setConsortiumState(first.catalog, series, 'joined');
    await expectExactSum();
  });
});

describe('an approval that is taken back in the middle of an upload', () => {
  it('lets no further chunk leave: the round is refused by the name of that partner, and nothing is sent again', async () => {
    const chunks: Relayed[] = [];
    let withdraw = () => {};
    const id = companies.partners[0]!.id;
    await open(
      {
        before(request) {
          if (request.partner !== id || request.what !== 'PUT chunk') return undefined;
          chunks.push(request);
          if (chunks.length === 1) withdraw();
          return undefined;
        },
      },
      'large',
    );
    const [first, second] = consortium.workspaces;
    withdraw = () => {
      const [standing] = listStandingApprovals(first.catalog, { series });
      stopStanding(first, standing!.id, officer);
    };
    const stop = new AbortController();
    const running = consortium.workspaces.map((workspace) => takePart(workspace, stop.signal).catch(() => {}));
    await until(() => listRounds(second.catalog, series, 9).some(({ phase }) => phase === 'refused'));
    stop.abort();
    await Promise.all(running);
    const atOnce = 4;
    expect(chunks.length).toBeLessThanOrEqual(atOnce);
    expect(new Set(chunks.map(({ chunk }) => chunk)).size).toBe(chunks.length);
    expect(listPackages(first.catalog, { states: ['void'], limit: 9 })).toHaveLength(1);
    expect(listPackages(first.catalog, { states: ['sent'], limit: 9 })).toEqual([]);
    expect(consortium.coordinator.state()).toMatchObject({ roundsDone: 0 });
  });
});

import { readdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { listRounds } from '../../src-main/catalog/rounds.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { participate } from '../../src-main/engine/participation/participate.ts';
import { usualRareRows } from '../../src-main/engine/pilot/consortium.ts';
import { checkSum } from '../../src-main/engine/pilot/sum-check.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { type CoordinatorLives, startCoordinatorLives } from '../coordinator/coordinator-lives.ts';
import { refusalsOf, saidTwice } from './coordinator-log.ts';
import {
  openConsortium,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  steward,
} from './small-consortium.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // half a minute on a quiet machine

const series = 'test-1';

let companies: SmallCompanies;
let consortium: SmallConsortium;
let coordinator: CoordinatorLives | undefined;

beforeAll(async () => {
  companies = await prepareCompanies('mortal', 150);
});

afterAll(() => companies.remove());

afterEach(async () => {
  await coordinator?.end();
  await consortium.close();
});

const takePart = (workspace: Workspace) =>
  participate(
    workspace,
    { series, preparedBy: steward },
    { signal: unattended.signal, report: () => {} },
    { jobId: null, spawnTraining },
  );

const aroundStoring = (type: string) => [`before storing ${type}`, `after storing ${type}`];

const points = [
  ...['APPROVE', 'PRESENT', 'ADVERTISE', 'SHARE', 'MANIFEST', 'CONSISTENCY', 'UNMASK', 'VERDICT'].flatMap(
    aroundStoring,
  ),
  ...['PROPOSE', 'SURVIVORS', 'RESULT', 'SETTLED'].flatMap(aroundStoring),
  ...['before chunk 1', 'after chunk 1', 'while summing', 'after part of the sum', 'while handing out the sum'],
];

describe('partners whose coordinator is killed with SIGKILL at each of its steps', () => {
  it('count their rows and learn one round: both sums are exact, and nobody says anything twice', async () => {
    consortium = await openConsortium(
      companies,
      {
        ...{ rounds: 1, hidden: [8], localSteps: 2, dropout: 0.2, serverRate: 0.01, uploadSeconds: 3600 },
        rareRows: usualRareRows,
      },
      [1, 1, 1],
      (agreed) => ({
        ...agreed,
        deadlines: { gather: 3600, keys: 3600, shares: 3600, upload: 3600 },
        voiding: { ...usualVoiding, fall: 1 },
      }),
    );
    const { folder, workspaces, plan } = consortium;
    await consortium.coordinator.close();
    const { port } = new URL(consortium.coordinator.url);
    coordinator = await startCoordinatorLives(folder, { ...consortium, signedRoster: consortium.roster }, points, port);

    const ended = await Promise.all(workspaces.map(takePart));
    expect(ended.map(({ ended: how }) => how)).toEqual(Array(3).fill('finished'));
    const died = readdirSync(folder).filter((name) => name.endsWith('.died'));
    expect(died.sort()).toEqual(points.map((point) => `coordinator ${point}.died`).sort());
    for (const round of [0, 1]) {
      const ring = { series, ringBits: plan.encoding.ringBits };
      expect(checkSum(workspaces, ring, round)).toMatchObject({ partners: 3, mismatches: 0 });
    }
    const trunks = workspaces.map(({ catalog }) => listRounds(catalog, series, 9).map(({ trunkHash }) => trunkHash));
    expect(trunks[1]).toEqual(trunks[0]);
    expect(trunks[2]).toEqual(trunks[0]);
    expect(refusalsOf(folder)).toEqual([]);
    expect(saidTwice(folder)).toEqual([]);
  });
});

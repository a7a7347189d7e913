import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { assaysOfNewestTaskSet, readHeldOut } from '../../src-main/catalog/membership.ts';
import { listPackages } from '../../src-main/catalog/packages.ts';
import { listRounds } from '../../src-main/catalog/rounds.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { type Participation, participate } from '../../src-main/engine/participation/participate.ts';
import { usualRareRows } from '../../src-main/engine/pilot/consortium.ts';
import { inventPerson } from '../../src-main/release/accounts.ts';
import { amendSeries } from '../../src-main/release/amend.ts';
import { decide } from '../../src-main/release/decide.ts';
import { readManifest } from '../../src-main/release/manifest.ts';
import { viewPackage } from '../../src-main/release/view.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import {
  openConsortium,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  steward,
  until,
} from './small-consortium.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // seconds on a quiet machine

const series = 'test-1';

let companies: SmallCompanies;
let consortium: SmallConsortium;

beforeAll(async () => {
  companies = await prepareCompanies('amended', 420);
});

afterAll(() => companies.remove());

beforeEach(async () => {
  const recipe = { rounds: 1, hidden: [8], localSteps: 4, dropout: 0.2, serverRate: 0.01, uploadSeconds: 600 };
  // The first partner's officer decides on round 1 by hand.
  consortium = await openConsortium(companies, { ...recipe, rareRows: usualRareRows }, [0, 1, 1]);
});

afterEach(() => consortium.close());

const takePart = (workspace: Workspace): Promise<Participation> => {
  const host = { jobId: null, spawnTraining };
  return participate(workspace, { series, preparedBy: steward }, { ...unattended, report: () => {} }, host);
};

const waiting = ({ catalog }: Workspace, round: number) =>
  listPackages(catalog, { states: ['frozen'], series, limit: 5 }).find((row) => row.round === round);

describe('a round whose package has to be changed', () => {
  it('is frozen once more in the same attempt, without what the steward left out, and goes on with that one', async () => {
    const [first, ...others] = consortium.workspaces;
    const { catalog } = first;
    const running = consortium.workspaces.map(takePart);
    await until(() => waiting(first, 1) !== undefined);
    const before = waiting(first, 1)!;
    const { trainedOn, membership } = readManifest(before.manifest, before.hash);

    // What is held out of training is attacked, and the report names compounds by what the company calls them.
    const heldOut = readHeldOut(catalog, series)!;
    expect(membership).toMatchObject({ round: 1, members: trainedOn.compounds });
    expect(membership!.heldOut).toBe(Math.floor(heldOut.members / 10));
    expect(trainedOn.compounds + membership!.heldOut).toBe(heldOut.members);
    const { exposed } = viewPackage(first, before.hash, null).membership!;
    expect(exposed[0]!.companyIds.length).toBeGreaterThan(0);
    expect(before.manifest).not.toContain(exposed[0]!.companyIds[0]);

    const officer = await inventPerson(catalog, { name: 'Ono Emi', role: 'compliance' });
    const comment = 'One compound stands out';
    const request = { packageHash: before.hash, verdict: 'request-changes', comment } as const;
    decide(first, { ...request, person: officer.person }, officer.keys);
    const { person, keys } = await inventPerson(catalog, { name: 'Mori Ken', role: 'steward' });
    const [smallest] = assaysOfNewestTaskSet(catalog);
    const leftOut = { assays: [smallest!.id], compounds: [exposed[0]!.smiles] };
    amendSeries(first, { packageHash: before.hash, comment: 'Both left out', leftOut, person }, keys);

    await until(() => waiting(first, 1) !== undefined);
    const after = waiting(first, 1)!;
    expect(after).toMatchObject({ round: 1, attempt: before.attempt });
    const amended = readManifest(after.manifest, after.hash);
    expect(amended.trainedOn.tasks).toBe(trainedOn.tasks - smallest!.tasks);
    expect(amended.trainedOn.compounds).toBeLessThan(trainedOn.compounds);
    expect(amended.membership?.members).toBe(amended.trainedOn.compounds);
    decide(
      first,
      { packageHash: after.hash, verdict: 'approve', comment: '', fieldsRead: [], person: officer.person },
      officer.keys,
    );
    for (const { roundsDone } of await Promise.all(running)) expect(roundsDone).toBe(1);
    const [sent] = listPackages(catalog, { states: ['sent'], series, limit: 1 });
    expect(sent?.hash).toBe(after.hash);
    expect(listRounds(catalog, series, 9).find(({ round }) => round === 1)?.survivors).toBe(1 + others.length);
  });
});

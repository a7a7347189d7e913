import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeBackup } from '../../src-main/catalog/backup.ts';
import { setConsortiumState } from '../../src-main/catalog/consortium.ts';
import { openWorkspace, type Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { participate } from '../../src-main/engine/participation/participate.ts';
import { joinWithApproval } from '../../src-main/engine/pilot/pilot-partner.ts';
import { restoreWorkspace } from '../../src-main/engine/restore.ts';
import { restoredSeries } from '../../src-main/federation/restored.ts';
import { readConsortium, readPartnerState } from '../../src-main/federation/series.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import {
  openConsortium,
  passphrase,
  people,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  steward,
  until,
} from './small-consortium.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // seconds on a quiet machine

const series = 'test-1';
const rounds = 2;
let companies: SmallCompanies;
let consortium: SmallConsortium;

beforeAll(async () => {
  companies = await prepareCompanies('restored', 60);
});
afterAll(() => companies.remove());
beforeEach(async () => {
  const recipe = { rounds, hidden: [8], localSteps: 1, dropout: 0.2, serverRate: 0.01, uploadSeconds: 600 };
  consortium = await openConsortium(companies, recipe, [rounds, rounds, rounds]);
});
afterEach(() => consortium.close());

const takePart = (workspace: Workspace, signal = unattended.signal) =>
  participate(workspace, { series, preparedBy: steward }, { signal, report: () => {} }, { jobId: null, spawnTraining });

const stateOf = ({ catalog }: Workspace) => readPartnerState(catalog, series);

/** What the others have heard of a partner, by kind, round and attempt. */
const saidBy = ({ catalog }: Workspace, partner: string): string[] =>
  catalog.db
    .prepare(
      `select type || ' ' || round || '/' || attempt from message
       where sender = ? and type not in ('PRESENT', 'WITHDRAW', 'APPROVE') order by seq`,
    )
    .pluck()
    .all(partner) as string[];

describe('a partner that was restored from a backup of the middle of a round', () => {
  it('answers nothing twice, catches up, and goes on in the next round', async () => {
    const [first, second, third] = consortium.workspaces;
    const others = [takePart(second), takePart(third)];
    const stop = new AbortController();
    const before = takePart(first, stop.signal).catch(() => 'stopped');
    await until(() => ['shared', 'freezing', 'approval'].includes(stateOf(first)?.attempt?.part.phase ?? ''));
    const file = join(consortium.folder, 'middle.backup');
    writeBackup(first, file, new Date().toISOString(), unattended);
    await until(() => (stateOf(first)?.base.rounds ?? 0) >= 1);
    stop.abort();
    await before;
    const said = stateOf(first)!.chain.seq;

    const folder = join(consortium.folder, 'restored');
    expect(restoreWorkspace(file, passphrase, folder, unattended)).toMatchObject({
      series: [series],
      standingApprovals: 1,
    });
    const restored = openWorkspace(folder, passphrase);
    const state = stateOf(restored)!;
    expect(state.chain.seq).toBeLessThan(said);
    expect(state).toMatchObject({ outbox: [], standing: 'paused', attempt: { part: { phase: 'watching' } } });
    expect(JSON.stringify(state)).not.toContain('"secrets"');
    expect(readConsortium(restored.catalog, series)?.state).toBe('left');
    expect(restoredSeries(restored.catalog)).toEqual([series]);

    setConsortiumState(restored.catalog, series, 'joined');
    await joinWithApproval(restored, consortium.invitation, people, rounds);
    const [own, ...rest] = await Promise.all([takePart(restored), ...others]);
    for (const each of [own, ...rest]) expect(each).toMatchObject({ ended: 'finished', roundsDone: rounds });
    expect(restoredSeries(restored.catalog)).toEqual([]);
    expect(stateOf(restored)!.chain.seq).toBeGreaterThan(said);
    expect(stateOf(restored)!.base.hash).toBe(stateOf(second)!.base.hash);
    const heard = saidBy(second, consortium.roster.roster.partners[0]!.id);
    expect(new Set(heard).size).toBe(heard.length);
    const uploads = heard.filter((what) => what.startsWith('MANIFEST'));
    expect([uploads.length, uploads[0]]).toEqual([2, 'MANIFEST 1/1']);
    restored.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

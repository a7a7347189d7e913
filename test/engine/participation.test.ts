import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { listPackages } from '../../src-main/catalog/packages.ts';
import { listRounds } from '../../src-main/catalog/rounds.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { isChoraleError } from '../../src-main/contract/errors.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import type { Verdict } from '../../src-main/contract/release.ts';
import { agreedTasks, notCompared, requireAgreedTasks } from '../../src-main/engine/participation/agreed-tasks.ts';
import { type Participation, participate } from '../../src-main/engine/participation/participate.ts';
import { usualRareRows } from '../../src-main/engine/pilot/consortium.ts';
import { checkSum } from '../../src-main/engine/pilot/sum-check.ts';
import type { Plan } from '../../src-main/federation/plan.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { addAccount, openKeys } from '../../src-main/release/accounts.ts';
import { verifyWholeAudit } from '../../src-main/release/audit.ts';
import { decide } from '../../src-main/release/decide.ts';
import { buildTasks } from '../../src-main/tasks/build.ts';
import { writeCatalogue } from '../../src-main/tasks/catalogue.ts';
import { writeTaskRules } from '../../src-main/tasks/rules.ts';
import { describeModels } from '../../src-main/training/overview.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { ownPassphrase, quickAccounts } from './sign-in.ts';
import {
  openConsortium,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  smallRules,
  steward,
  until,
} from './small-consortium.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // seconds on a quiet machine

const rounds = 2;
const ring = (): Parameters<typeof checkSum>[1] => ({ series: 'test-1', ringBits: plan.encoding.ringBits });

let companies: SmallCompanies;
let consortium: SmallConsortium;
let workspaces: SmallConsortium['workspaces'];
let plan: Plan;

/** Imports and chemistry once; every test works on a copy. */
beforeAll(async () => {
  companies = await prepareCompanies('participation', 150);
});

afterAll(() => companies.remove());

beforeEach(async () => {
  const recipe = { rounds, hidden: [8], localSteps: 2, dropout: 0.2, serverRate: 0.01, uploadSeconds: 600 };
  // The last round waits for a person at the first partner; whatever its small folds say, no result is voided.
  consortium = await openConsortium(
    companies,
    { ...recipe, rareRows: usualRareRows },
    [1, rounds, rounds],
    (agreed) => ({
      ...agreed,
      voiding: { ...usualVoiding, fall: 1 },
    }),
  );
  ({ workspaces, plan } = consortium);
});

afterEach(() => consortium.close());

const request = { series: 'test-1', preparedBy: steward };

const takePart = (workspace: Workspace, signal = unattended.signal): Promise<Participation> =>
  participate(workspace, request, { signal, report: () => {} }, { jobId: null, spawnTraining });

const waiting = ({ catalog }: Workspace) => listPackages(catalog, { states: ['frozen'], limit: 1 })[0];

async function decideAs(workspace: Workspace, packageHash: string, verdict: Verdict, comment = ''): Promise<void> {
  const passphrase = ownPassphrase;
  const account = { name: 'Ono Emi', role: 'compliance', passphrase, by: 'Ada Berg' } as const;
  const person = await addAccount(workspace.catalog, account, quickAccounts);
  const keys = await openKeys(workspace.catalog, person.id, passphrase);
  decide(workspace, { packageHash, verdict, comment, person }, keys!);
}

const approve = (workspace: Workspace, packageHash: string) => decideAs(workspace, packageHash, 'approve');

const plansTasks = agreedTasks(smallRules, undefined);

describe('a partner of another build', () => {
  it('does not begin the series, and says why', async () => {
    const [first] = workspaces;
    const other = JSON.stringify({ ...plan, buildHash: 'chorale 0.0.0' });
    first.catalog.db.prepare('update consortium set plan = ?').run(other);
    await expect(takePart(first)).rejects.toThrow(/PLAN_INVALID.*other-build/);
  });
});

describe('a partner whose chemistry is not the agreed one', () => {
  it('takes no part in a round, and says which stage differs', async () => {
    const [first] = workspaces;
    const other = { ...plan.consistency, 'chemistry.tautomer': 'e'.repeat(64), 'chemistry.fold': 'e'.repeat(64) };
    const changed = JSON.stringify({ ...plan, consistency: other });
    first.catalog.db.prepare('update consortium set plan = ?').run(changed);
    await expect(takePart(first)).rejects.toThrow(/PLAN_INVALID.*other-tautomer/);
    first.catalog.db
      .prepare('update consortium set plan = ?')
      .run(JSON.stringify({ ...plan, consistency: plansTasks }));
    await expect(takePart(first)).rejects.toThrow(/PLAN_INVALID.*other-toolkit/);
  });
});

describe('a partner whose tasks are not made as agreed', () => {
  const catalogue = { name: 'T_cat.csv', hash: 'c'.repeat(64), thresholds: [5], tasks: [] };
  const agree = ({ catalog }: Workspace, change: Readonly<Record<string, string>>) => {
    const { 'task-rules': _, catalogue: __, ...chemistry } = plan.consistency;
    const changed = { ...plan, consistency: { ...chemistry, ...change } };
    catalog.db.prepare('update consortium set plan = ?').run(JSON.stringify(changed));
  };

  it('takes no part in a round, and says what differs', async () => {
    const [first] = workspaces;
    const other = agreedTasks({ ...smallRules, sandwich: 1 }, undefined);
    agree(first, other);
    await expect(takePart(first)).rejects.toThrow(/PLAN_INVALID.*other-task-rules/);
    agree(first, agreedTasks(smallRules, catalogue));
    await expect(takePart(first)).rejects.toThrow(/PLAN_INVALID.*other-catalogue/);
  });

  it('is held to the set that it learns from, not to what was chosen since', () => {
    const [{ catalog }] = workspaces;
    writeCatalogue(catalog, catalogue);
    writeTaskRules(catalog, { ...smallRules, sandwich: 1 });
    expect(() => requireAgreedTasks(catalog, plan)).not.toThrow();
    buildTasks(workspaces[0], smallRules, unattended);
    expect(() => requireAgreedTasks(catalog, plan)).toThrow(/other-catalogue/);
  });

  it('is heard only where the plan says that it compares, or that it does not', () => {
    const [{ catalog }] = workspaces;
    writeCatalogue(catalog, catalogue);
    buildTasks(workspaces[0], { ...smallRules, sandwich: 1 }, unattended);
    const stated = { 'task-rules': notCompared, catalogue: notCompared };
    expect(() => requireAgreedTasks(catalog, { ...plan, consistency: stated })).not.toThrow();
    expect(() => requireAgreedTasks(catalog, { ...plan, consistency: {} })).toThrow(/PLAN_INVALID.*unnamed-task-rules/);
  });
});

describe('three partners in a series of rounds', () => {
  it('reach the same global model by exact sums, and nothing leaves before an officer has approved it', async () => {
    const [first] = workspaces;
    const all = Promise.all(workspaces.map((workspace) => takePart(workspace)));

    await until(() => waiting(first)?.round === rounds);
    const held = waiting(first)!;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(waiting(first)?.hash).toBe(held.hash);
    expect(listRounds(first.catalog, 'test-1', 1)[0]).toMatchObject({ round: 2, phase: 'approval', bytesOut: 0 });

    await approve(first, held.hash);
    const ended = await all;
    expect(ended.map(({ ended: how, roundsDone }) => [how, roundsDone])).toEqual(Array(3).fill(['finished', rounds]));

    const trunks = workspaces.map(({ catalog }) => listRounds(catalog, 'test-1', 9).map(({ trunkHash }) => trunkHash));
    expect(trunks[1]).toEqual(trunks[0]);
    expect(trunks[2]).toEqual(trunks[0]);
    for (let round = 1; round <= rounds; round++) {
      expect(checkSum(workspaces, ring(), round)).toMatchObject({
        partners: 3,
        mismatches: 0,
      });
    }
    for (const workspace of workspaces) {
      expect(describeModels(workspace.catalog, 'global')[0]).toMatchObject({ kind: 'global', series: 'test-1' });
      expect((await verifyWholeAudit(workspace.catalog, unattended)).state).toBe('intact');
      expect(
        listPackages(workspace.catalog, { states: ['sent'], limit: 9 }).every(({ receipt }) => receipt !== ''),
      ).toBe(true);
    }
  });

  it('go on after one of them was stopped in the middle of a round', async () => {
    const [first, second, third] = workspaces;
    const others = [takePart(second), takePart(third)];
    const stop = new AbortController();
    const stopped = takePart(first, stop.signal);
    await until(() => waiting(first)?.round === rounds);
    stop.abort();
    await expect(stopped).rejects.toSatisfy((error) => isChoraleError(error) && error.code === 'CANCELLED');

    const before = waiting(first)!.hash;
    const again = takePart(first);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(waiting(first)?.hash).toBe(before);
    await approve(first, before);
    expect((await again).ended).toBe('finished');
    await Promise.all(others);
    expect(checkSum(workspaces, ring(), 2)).toMatchObject({
      partners: 3,
      mismatches: 0,
    });
  });

  it('send nothing of a package that its officer refuses, and give the round up', async () => {
    const [first, second] = workspaces;
    const stop = new AbortController();
    const running = workspaces.map((workspace) => takePart(workspace, stop.signal).catch(() => {}));
    await until(() => waiting(first)?.round === rounds);
    const { hash } = waiting(first)!;
    await decideAs(first, hash, 'refuse', 'Not this round.');
    // Fewer than three are left.
    await until(() => listRounds(second.catalog, 'test-1', 9).some(({ phase }) => phase === 'refused'));
    expect(listPackages(first.catalog, { states: ['refused'], limit: 9 }).map((row) => row.hash)).toEqual([hash]);
    expect(listRounds(first.catalog, 'test-1', 9).find(({ round }) => round === 2)?.bytesOut).toBe(0);
    stop.abort();
    await Promise.all(running);
  });
});

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listPackages } from '../../src-main/catalog/packages.ts';
import { listRounds } from '../../src-main/catalog/rounds.ts';
import { createWorkspace, openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { isChoraleError } from '../../src-main/contract/errors.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import type { Person } from '../../src-main/contract/settings.ts';
import { type Coordinator, startCoordinator } from '../../src-main/coordinator/start.ts';
import { agreedTasks, notCompared, requireAgreedTasks } from '../../src-main/engine/participation/agreed-tasks.ts';
import { type Participation, participate } from '../../src-main/engine/participation/participate.ts';
import {
  type AgreedChemistry,
  agreedChemistry,
  planOf,
  rosterOf,
  usualRareRows,
} from '../../src-main/engine/pilot/consortium.ts';
import { joinWithApproval, type PreparedPartner, preparePartner } from '../../src-main/engine/pilot/pilot-partner.ts';
import { checkSum } from '../../src-main/engine/pilot/sum-check.ts';
import { writeSampleExports } from '../../src-main/engine/sample/data.ts';
import { signingKeys } from '../../src-main/federation/identity.ts';
import { signRosterText, writeInvitation } from '../../src-main/federation/invitation.ts';
import type { Plan } from '../../src-main/federation/plan.ts';
import { readCompleteRoster, type SignedRoster } from '../../src-main/federation/roster.ts';
import { verifyWholeAudit } from '../../src-main/release/audit.ts';
import { decide } from '../../src-main/release/decide.ts';
import { buildTasks } from '../../src-main/tasks/build.ts';
import { writeCatalogue } from '../../src-main/tasks/catalogue.ts';
import { defaultTaskRules, writeTaskRules } from '../../src-main/tasks/rules.ts';
import { describeModels } from '../../src-main/training/overview.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';

const chemistryKey = 'a key that three companies share';
const steward: Person = { name: 'Mara Lindner', role: 'steward' };
const officer: Person = { name: 'Jonas Wirth', role: 'compliance' };
const rounds = 2;

let prepared: string;
let partners: PreparedPartner[];
let keys: Uint8Array[];

let folder: string;
let workspaces: Workspace[];
let coordinator: Coordinator;
let plan: Plan;
let chemistry: AgreedChemistry;

/** Imports and chemistry once; every test works on a copy. */
beforeAll(async () => {
  prepared = mkdtempSync(join(tmpdir(), 'chorale-prepared-'));
  const companies = await writeSampleExports(join(prepared, 'exports'), 'participation');
  partners = [];
  keys = [];
  for (const { name, file } of companies) {
    const workspace = createWorkspace(join(prepared, name.toLowerCase()), 'correct horse battery');
    const settings = {
      id: name.toLowerCase(),
      name,
      files: [file] as const,
      steward,
      chemistryKey,
      keepLast: null,
      workers: 1,
    };
    partners.push(await preparePartner(workspace, { ...settings, rules: defaultTaskRules }, unattended));
    keys.push(workspace.key);
    workspace.close();
  }
  chemistry = await agreedChemistry(chemistryParameters(chemistryKey));
}, 120_000);

afterAll(() => rmSync(prepared, { recursive: true, force: true }));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-rounds-'));
  workspaces = partners.map(({ id }, index) => {
    cpSync(join(prepared, id), join(folder, id), { recursive: true });
    return openWorkspaceWithKey(join(folder, id), keys[index]!);
  });
  const coordinatorKeys = signingKeys(Uint8Array.from({ length: 32 }, (_, i) => i));
  const unsigned = JSON.stringify({ roster: rosterOf('Test', partners), signatures: {} } satisfies SignedRoster);
  const signed = workspaces.reduce((text, { catalog }) => signRosterText(catalog, text).roster, unsigned);
  const roster = readCompleteRoster(JSON.parse(signed));
  plan = planOf(
    roster.roster,
    { rounds, hidden: [8], localSteps: 2, dropout: 0.2, serverRate: 0.01, uploadSeconds: 600, rareRows: usualRareRows },
    { series: 'test-1', chemistry, tasks: plansTasks, coordinatorKey: coordinatorKeys.publicKey },
  );
  coordinator = await startCoordinator({ folder: join(folder, 'coordinator'), roster, plan, key: coordinatorKeys });
  const invitation = writeInvitation({ coordinatorUrl: coordinator.url, roster, plan, chemistryKey });
  for (const workspace of workspaces)
    joinWithApproval(workspace, invitation, officer, workspace === workspaces[0] ? 1 : rounds);
});

afterEach(async () => {
  await coordinator.close();
  for (const workspace of workspaces) workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const request = { series: 'test-1', preparedBy: steward };

const takePart = (workspace: Workspace, signal = unattended.signal): Promise<Participation> =>
  participate(workspace, request, { signal, report: () => {} }, { jobId: null, spawnTraining });

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

const waiting = ({ catalog }: Workspace) => listPackages(catalog, { states: ['frozen'], limit: 1 })[0];

const approve = (workspace: Workspace, packageHash: string) =>
  decide(workspace, { packageHash, verdict: 'approve', comment: '', person: officer });

const plansTasks = agreedTasks(defaultTaskRules, undefined);

describe('a partner whose chemistry is not the agreed one', () => {
  it('takes no part in a round, and says which stage differs', async () => {
    const [first] = workspaces as [Workspace, Workspace, Workspace];
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
    const [first] = workspaces as [Workspace, Workspace, Workspace];
    const other = agreedTasks({ ...defaultTaskRules, sandwich: 1 }, undefined);
    agree(first, other);
    await expect(takePart(first)).rejects.toThrow(/PLAN_INVALID.*other-task-rules/);
    agree(first, agreedTasks(defaultTaskRules, catalogue));
    await expect(takePart(first)).rejects.toThrow(/PLAN_INVALID.*other-catalogue/);
  });

  it('is held to the set that it learns from, not to what was chosen since', () => {
    const [{ catalog }] = workspaces as [Workspace, Workspace, Workspace];
    writeCatalogue(catalog, catalogue);
    writeTaskRules(catalog, { ...defaultTaskRules, sandwich: 1 });
    expect(() => requireAgreedTasks(catalog, plan)).not.toThrow();
    buildTasks(workspaces[0]!, defaultTaskRules, unattended);
    expect(() => requireAgreedTasks(catalog, plan)).toThrow(/other-catalogue/);
  });

  it('is heard only where the plan says that it compares, or that it does not', () => {
    const [{ catalog }] = workspaces as [Workspace, Workspace, Workspace];
    writeCatalogue(catalog, catalogue);
    buildTasks(workspaces[0]!, { ...defaultTaskRules, sandwich: 1 }, unattended);
    const stated = { 'task-rules': notCompared, catalogue: notCompared };
    expect(() => requireAgreedTasks(catalog, { ...plan, consistency: stated })).not.toThrow();
    expect(() => requireAgreedTasks(catalog, { ...plan, consistency: {} })).toThrow(/PLAN_INVALID.*unnamed-task-rules/);
  });
});

describe('three partners in a series of rounds', () => {
  it('reach the same global model by exact sums, and nothing leaves before an officer has approved it', async () => {
    const [first] = workspaces as [Workspace, Workspace, Workspace];
    const all = Promise.all(workspaces.map((workspace) => takePart(workspace)));

    await until(() => waiting(first)?.round === 2);
    const held = waiting(first)!;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(waiting(first)?.hash).toBe(held.hash);
    expect(listRounds(first.catalog, 'test-1', 1)[0]).toMatchObject({ round: 2, phase: 'approval', bytesOut: 0 });

    approve(first, held.hash);
    const ended = await all;
    expect(ended.map(({ ended: how, roundsDone }) => [how, roundsDone])).toEqual(Array(3).fill(['finished', rounds]));

    const trunks = workspaces.map(({ catalog }) => listRounds(catalog, 'test-1', 9).map(({ trunkHash }) => trunkHash));
    expect(trunks[1]).toEqual(trunks[0]);
    expect(trunks[2]).toEqual(trunks[0]);
    for (let round = 1; round <= rounds; round++) {
      expect(checkSum(workspaces, { series: 'test-1', ringBits: plan.encoding.ringBits }, round)).toMatchObject({
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
    const [first, second, third] = workspaces as [Workspace, Workspace, Workspace];
    const others = [takePart(second), takePart(third)];
    const stop = new AbortController();
    const stopped = takePart(first, stop.signal);
    await until(() => waiting(first) !== undefined);
    stop.abort();
    await expect(stopped).rejects.toSatisfy((error) => isChoraleError(error) && error.code === 'CANCELLED');

    const before = waiting(first)!.hash;
    const again = takePart(first);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(waiting(first)?.hash).toBe(before);
    approve(first, before);
    expect((await again).ended).toBe('finished');
    await Promise.all(others);
    expect(checkSum(workspaces, { series: 'test-1', ringBits: plan.encoding.ringBits }, 2)).toMatchObject({
      partners: 3,
      mismatches: 0,
    });
  });

  it('send nothing of a package that its officer refuses, and give the round up', async () => {
    const [first, second] = workspaces as [Workspace, Workspace, Workspace];
    const stop = new AbortController();
    const running = workspaces.map((workspace) => takePart(workspace, stop.signal).catch(() => {}));
    await until(() => waiting(first) !== undefined);
    const { hash } = waiting(first)!;
    decide(first, { packageHash: hash, verdict: 'refuse', comment: 'Not this round.', person: officer });
    // Fewer than three are left.
    await until(() => listRounds(second.catalog, 'test-1', 9).some(({ phase }) => phase === 'refused'));
    expect(listPackages(first.catalog, { states: ['refused'], limit: 9 }).map((row) => row.hash)).toEqual([hash]);
    expect(listRounds(first.catalog, 'test-1', 9).find(({ round }) => round === 2)?.bytesOut).toBe(0);
    stop.abort();
    await Promise.all(running);
  });
});

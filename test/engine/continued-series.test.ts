import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findAuditRows } from '../../src-main/catalog/audit.ts';
import { openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { type Coordinator, startCoordinator } from '../../src-main/coordinator/start.ts';
import { createEngine } from '../../src-main/engine/engine.ts';
import { participate } from '../../src-main/engine/participation/participate.ts';
import { joinWithApproval } from '../../src-main/engine/pilot/pilot-partner.ts';
import { signRosterText, writeInvitation } from '../../src-main/federation/invitation.ts';
import { type Plan, planFor, planHash } from '../../src-main/federation/plan.ts';
import { type Roster, readCompleteRoster, rosterHash, type SignedRoster } from '../../src-main/federation/roster.ts';
import { readConsortium, readPartnerState } from '../../src-main/federation/series.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { transports } from './engine-for-tests.ts';
import { quickAccounts, signIn } from './sign-in.ts';
import {
  chemistryKey,
  officer,
  openConsortium,
  passphrase,
  people,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  steward,
} from './small-consortium.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // seconds on a quiet machine

let companies: SmallCompanies;
let before: SmallConsortium;
/** Two that were in the series, and one whose machine knows nothing of it. */
let members: Workspace[];
let folder: string;
let plan: Plan;
let coordinator: Coordinator;
let invitation: string;

const takePart = (workspace: Workspace, series: string) =>
  participate(workspace, { series, preparedBy: steward }, unattended, { jobId: null, spawnTraining });

const unspoilt = (agreed: Plan): Plan => ({ ...agreed, voiding: { ...usualVoiding, fall: 1 } });

/** One round of a series, then the invitation to one that goes on from its trunk. */
beforeAll(async () => {
  companies = await prepareCompanies('continued', 150);
  const recipe = { rounds: 1, hidden: [8], localSteps: 2, dropout: 0, serverRate: 0.01, uploadSeconds: 600 };
  before = await openConsortium(companies, recipe, [1, 1, 1], unspoilt);
  await Promise.all(before.workspaces.map((workspace) => takePart(workspace, 'test-1')));

  folder = mkdtempSync(join(tmpdir(), 'chorale-continued-'));
  members = [before.workspaces[0], before.workspaces[1], companies.copy(folder)[2]!];
  const [first, ...others] = before.roster.roster.partners;
  const changed = { ...first!, weight: first!.weight + 1 };
  const document: Roster = {
    ...before.roster.roster,
    previous: rosterHash(before.roster.roster),
    partners: [changed, ...others],
  };
  const unsigned = JSON.stringify({ roster: document, signatures: {} } satisfies SignedRoster);
  const roster = readCompleteRoster(
    JSON.parse(members.reduce((text, { catalog }) => signRosterText(catalog, text).roster, unsigned)),
  );
  const { base } = readPartnerState(members[0]!.catalog, 'test-1')!;
  const { format: _, rosterHash: __, weights: ___, threshold: ____, minimumSurvivors: _____, ...chosen } = before.plan;
  plan = planFor(document, {
    ...chosen,
    series: 'test-2',
    continueFrom: { series: 'test-1', planHash: planHash(before.plan), rounds: 1, trunkHash: base.hash },
  });
  coordinator = await startCoordinator({
    folder: join(folder, 'coordinator'),
    roster,
    plan,
    key: before.coordinatorKeys,
  });
  invitation = writeInvitation({ coordinatorUrl: coordinator.url, roster, plan, chemistryKey });
});

afterAll(async () => {
  await coordinator.close();
  for (const workspace of members) workspace.close();
  await before.close();
  companies.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Over the routes, as the page does; the workspace is open in that engine alone meanwhile. */
async function throughTheEngine<Result>(index: number, work: (client: Client) => Promise<Result>): Promise<Result> {
  const { folder: place, key } = members[index]!;
  const kept = key.slice();
  members[index]!.close();
  const host = { kind: 'serve', configurationFolder: join(folder, 'configuration'), log: () => {} } as const;
  const engine = await createEngine({ folder: place, host, accounts: quickAccounts });
  try {
    await engine.context.access.unlock(passphrase, false);
    const { client, close } = await transports[1]!.open(engine);
    return await work(client).finally(close);
  } finally {
    await engine.close();
    members[index] = openWorkspaceWithKey(place, kept);
  }
}

type Client = Awaited<ReturnType<(typeof transports)[number]['open']>>['client'];

describe('a partner that left', () => {
  it('rejoins over its route: once, by an officer alone, and the log says so', async () => {
    await throughTheEngine(2, async ({ federation, people }) => {
      await signIn({ people }, officer);
      const { plan: offered } = await federation.readInvitation({ invitation: before.invitation });
      expect(offered.rounds).toBe(1);
      await federation.join({ invitation: before.invitation });
      const series = 'test-1';
      await expect(federation.rejoin({ series })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      expect((await federation.leave({ series })).consortium).toMatchObject({ state: 'left' });
      await signIn({ people }, { name: 'Aiko Ito', role: 'scientist' });
      await expect(federation.start({ series })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      await expect(federation.rejoin({ series })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
      await signIn({ people }, officer);
      expect((await federation.rejoin({ series })).consortium).toMatchObject({
        state: 'joined',
        participation: 'stopped',
      });
      await expect(federation.rejoin({ series: 'unknown' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });
    const acts = ['consortium-joined', 'consortium-left'];
    const { rows } = findAuditRows(members[2]!.catalog, { acts, limit: 9 });
    expect(rows.map(({ act }) => act)).toEqual(['consortium-joined', 'consortium-left', 'consortium-joined']);
    expect(JSON.parse(rows[0]!.detail)).toMatchObject({ again: 1, roster: rosterHash(before.roster.roster) });
  });
});

describe('the invitation to a series that goes on from another', () => {
  it('says from which trunk, and what has changed for a partner that was in it', async () => {
    const { continues } = await throughTheEngine(0, async (client) => {
      await signIn(client, officer);
      return client.federation.readInvitation({ invitation });
    });
    const { id, name } = before.roster.roster.partners[0]!;
    expect(continues).toEqual({
      ...{ series: 'test-1', rounds: 1, trunkHash: plan.continueFrom!.trunkHash },
      ...{ known: true, added: [], removed: [], changed: [{ id, name }], keys: [] },
    });
    await expect(
      throughTheEngine(1, async (client) => {
        await signIn(client, officer);
        return client.federation.readInvitation({ invitation: withTrunk('c'.repeat(64)) });
      }),
    ).rejects.toMatchObject({ code: 'PLAN_INVALID', data: { reason: 'other-trunk' } });
  });

  it('lets in one that did not come as far as the others, who then takes the trunk from one of them', async () => {
    const { continues } = await throughTheEngine(2, async (client) => {
      await signIn(client, officer);
      return client.federation.readInvitation({ invitation });
    });
    expect(continues).toMatchObject({ series: 'test-1', known: true });
  });

  const withTrunk = (trunkHash: string): string => {
    const { plan: agreed, ...rest } = JSON.parse(invitation);
    return JSON.stringify({ ...rest, plan: { ...agreed, continueFrom: { ...agreed.continueFrom, trunkHash } } });
  };
});

describe('the series that goes on', () => {
  it('begins with the last trunk at all, also at one that was handed it as a file', async () => {
    for (const workspace of members) await joinWithApproval(workspace, invitation, people, 1);
    expect(readConsortium(members[0]!.catalog, 'test-1')!.state).toBe('finished');
    await expect(takePart(members[2]!, 'test-2')).rejects.toThrow(/PLAN_INVALID.*no-trunk-to-continue/);

    const file = join(folder, 'trunk');
    const written = await chorale(0, '--series', 'test-1', '--write', file);
    expect(written).toMatchObject({ code: 0, answer: { series: 'test-1', hash: plan.continueFrom!.trunkHash } });
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
    const spoilt = readFileSync(file);
    spoilt[5]! ^= 1;
    const other = join(folder, 'other');
    writeFileSync(other, spoilt);
    expect(await chorale(2, '--series', 'test-2', '--take', other)).toMatchObject({
      code: 1,
      answer: { error: { code: 'PLAN_INVALID', data: { reason: 'other-trunk' } } },
    });
    expect((await chorale(2, '--series', 'test-2')).answer).toMatchObject({ error: { code: 'INPUT_INVALID' } });
    expect((await chorale(2, '--series', 'test-2', '--take', file)).code).toBe(0);

    const ended = await Promise.all(members.map((workspace) => takePart(workspace, 'test-2')));
    expect(ended.map(({ ended: how, roundsDone }) => [how, roundsDone])).toEqual(Array(3).fill(['finished', 1]));
    const bases = members.map(({ catalog }) => readPartnerState(catalog, 'test-2')!.base);
    expect(bases[1]).toEqual(bases[0]);
    expect(bases[2]).toEqual(bases[0]);
    expect(bases[0]!.hash).not.toBe(plan.continueFrom!.trunkHash);
  });
});

const program = fileURLToPath(new URL('../../src-main/engine/cli.ts', import.meta.url));

/** `chorale trunk` at one partner, whose workspace is closed meanwhile. */
async function chorale(index: number, ...args: readonly string[]) {
  const { folder: place, key } = members[index]!;
  const kept = key.slice();
  members[index]!.close();
  const env = { ...process.env, CHORALE_PASSPHRASE: passphrase, XDG_CONFIG_HOME: join(folder, 'configuration') };
  const all = [program, 'trunk', ...args, '--workspace', place, '--json'];
  const result = await new Promise<{ readonly code: number; readonly answer: unknown }>((resolve) => {
    const child = execFile(process.execPath, all, { env }, (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, answer: stdout === '' ? null : JSON.parse(stdout) }),
    );
  });
  members[index] = openWorkspaceWithKey(place, kept);
  return result;
}

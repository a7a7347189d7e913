import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noteConnection } from '../../src-main/catalog/connections.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { planHash } from '../../src-main/federation/plan.ts';
import { appendAudit } from '../../src-main/release/audit.ts';
import { freezePackage } from '../../src-main/release/freeze.ts';
import { markSent, openForSending } from '../../src-main/release/send.ts';
import type { Client } from '../../src-renderer/link/connect.ts';
import { startTestEngine, type TestEngine, transports } from '../engine/engine-for-tests.ts';
import { signIn } from '../engine/sign-in.ts';
import { joinSeries, jonas, mara, planOf, updateOf } from './frozen.ts';

const plan = planOf();
let test: TestEngine;
let client: Client;
let disconnect: () => Promise<void>;

beforeEach(async () => {
  test = await startTestEngine({ prepared: true });
  ({ client, close: disconnect } = await transports[1]!.open(test.engine));
  await client.workspace.unlockRemembered();
  await signIn(client, mara);
});
afterEach(async () => {
  await disconnect();
  await test.close();
});

const workspace = () => test.engine.context.workspace();
const freeze = (round: number) => freezePackage(workspace(), updateOf(plan, round), unattended);

describe('the review through the engine', () => {
  beforeEach(() => joinSeries(workspace(), plan));

  it('takes a package from the queue to the submissions, by the right person only', async () => {
    const { hash } = await freeze(1);
    expect(await client.release.list({ states: ['frozen'] })).toMatchObject([{ name: 'S-0001', hash }]);
    const refused = () => client.release.decide({ hash, verdict: 'approve' });
    await expect(refused()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await client.people.signOut();
    await expect(refused()).rejects.toMatchObject({ code: 'SIGN_IN_NEEDED' });
    await signIn(client, mara);
    expect((await client.release.read({ hash })).may.approve).toEqual({ allowed: false, reason: 'role' });
    await signIn(client, jonas);
    expect(await client.release.decide({ hash, verdict: 'approve' })).toMatchObject({
      state: 'approved',
      decidedBy: 'Jonas Wirth',
    });
    openForSending(workspace(), hash);
    markSent(workspace(), hash, '{"seq":1}');
    expect(await client.release.list({ states: ['sent'] })).toMatchObject([{ name: 'S-0001', receipt: '{"seq":1}' }]);
  });

  it('shows bytes, reads the file back, rebuilds from escrow and exports the document', async () => {
    const { hash } = await freeze(1);
    const { masked } = updateOf(plan, 1).prepared;
    const window = await client.release.bytes({ hash, offset: 32, length: 64 });
    expect(Buffer.from(window.masked, 'base64').equals(masked.subarray(32, 96))).toBe(true);
    expect(window.encoded).toHaveLength(16);
    const { masked: shown, total } = await client.release.bytes({ hash, offset: 0, length: 1 << 16 });
    const bytes = Buffer.from(shown, 'base64');
    const find = async (sought: Uint8Array, from = 0) =>
      (await client.release.readPlace({ hash, sought: Buffer.from(sought).toString('base64'), from })).offset;
    expect(await find(bytes.subarray(700, 712))).toBe(700);
    expect(await find(bytes.subarray(700, 712), 701)).toBeNull();
    expect(await find(bytes.subarray(total - 9))).toBe(total - 9);
    expect(await find(Buffer.from('CIT-004711'))).toBeNull();
    expect(await client.release.readBack({ hash })).toMatchObject({ agrees: true, firstBadChunk: null });
    expect(await client.release.rebuild({ hash })).toMatchObject({ commitmentAgrees: true, merkleRootAgrees: true });
    await signIn(client, jonas);
    const { fileName, json } = await client.release.exportDocument({ hash });
    const exported: Buffer[] = [];
    for await (const piece of await client.release.exportBytes({ hash })) exported.push(Buffer.from(piece, 'base64'));
    expect(Buffer.concat(exported).equals(masked)).toBe(true);
    expect(fileName).toBe('S-0001.json');
    expect(JSON.parse(json)).toMatchObject({ hash, manifest: { name: 'S-0001' } });
  });

  it('approves what waits when a standing approval is given, and stops it', async () => {
    const { hash } = await freeze(1);
    await signIn(client, jonas);
    const given = await client.release.standing.give({ series: plan.series, planHash: planHash(plan), lastRound: 5 });
    expect(given).toMatchObject({ used: 1, stoppedAt: null });
    expect(await client.release.read({ hash })).toMatchObject({ state: 'approved' });
    await signIn(client, mara);
    expect(await client.release.standing.stop({ id: given.id })).toMatchObject({ stoppedBy: 'Mara Lindner' });
    expect(await client.release.standing.list()).toHaveLength(1);
  });

  it('says what has left, and what was refused at the door', async () => {
    const { hash } = await freeze(1);
    await signIn(client, jonas);
    await client.release.decide({ hash, verdict: 'approve' });
    markSent(workspace(), hash, 'receipt');
    const call = { at: new Date().toISOString(), purpose: 'chunk-up', bytesIn: 10, reason: null, proxy: null };
    const host = 'coordinator.decima.example:443';
    noteConnection(workspace().catalog, { ...call, host, bytesOut: 14_000, packageHash: hash, outcome: 'allowed' });
    const denied = { ...call, bytesIn: 0, bytesOut: 0, packageHash: null, outcome: 'denied' as const, reason: 'host' };
    noteConnection(workspace().catalog, { ...denied, host: 'updates.example:443' });

    expect(await client.audit.egress()).toMatchObject({
      submissions: { count: 1, hosts: [host] },
      otherCalls: 0,
      deniedCalls: 1,
      bytesOut: 14_000,
      hosts: [
        { host, calls: 1, allowed: 1 },
        { host: 'updates.example:443', denied: 1 },
      ],
      months: [{ submissions: 1 }],
    });
    const { connections, matching } = await client.audit.connections({ outcome: 'allowed' });
    expect([matching, connections[0]?.packageName]).toEqual([1, 'S-0001']);
    const home = await client.home.read();
    expect(home.left).toMatchObject({ submissions: 1, hosts: [host], otherCalls: 0, deniedCalls: 1 });
    expect(home.blocked).toMatchObject([{ cause: 'connection-denied', severity: 'wait' }]);
  });
});

describe('the log through the engine', () => {
  it('is filtered, paged and verified with progress, and the outcome is remembered', async () => {
    const { catalog } = workspace();
    const { entries: before } = await client.audit.state();
    const all = before + 4500;
    catalog.db
      .transaction(() => {
        for (let entry = 0; entry < 4500; entry++) {
          appendAudit(catalog, { person: 'Mara Lindner', act: 'tasks-built', subject: `task set ${entry}` });
        }
      })
      .immediate();
    expect(await client.audit.state()).toMatchObject({ entries: all, lastVerification: null });
    const page = await client.audit.entries({ group: 'data', search: 'task set 4', limit: 5 });
    expect(page.entries[0]?.subject).toBe('task set 4499');
    expect(page.matching).toBe(611);
    const states: string[] = [];
    for await (const { state, checked } of await client.audit.verify()) states.push(`${state} ${checked}`);
    expect(states).toEqual(['running 2000', 'running 4000', `running ${all}`, `intact ${all}`]);
    expect(await client.audit.state()).toMatchObject({ lastVerification: { state: 'intact', checked: all } });
  });
});

describe('Home through the engine', () => {
  it('begins with the first import in an empty workspace, and with the package for the officer', async () => {
    expect(await client.home.read()).toMatchObject({
      next: { step: 'import-file', station: 'import' },
      blocked: [],
      left: { submissions: 0, otherCalls: 0 },
      stations: { import: { measurements: 0 }, score: { model: null } },
    });
    joinSeries(workspace(), plan);
    const { hash } = await freeze(1);
    await signIn(client, jonas);
    expect(await client.home.read()).toMatchObject({
      next: { step: 'review-package', target: hash, facts: { name: 'S-0001' } },
      blocked: [{ cause: 'package-waits', severity: 'wait', target: hash }],
      recent: [
        { act: 'person-added', person: 'Ada Berg', subject: 'Jonas Wirth' },
        { act: 'package-frozen', subject: 'S-0001' },
        { act: 'person-added', subject: 'Mara Lindner' },
        { act: 'person-added', subject: 'Ada Berg' },
        { act: 'workspace-opened' },
        { act: 'workspace-made' },
      ],
      stations: { review: { waiting: 1 } },
    });
  });
});

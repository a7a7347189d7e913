import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAuditRows } from '../../src-main/catalog/audit.ts';
import { requireSession } from '../../src-main/engine/permissions.ts';
import type { Client } from '../../src-renderer/link/connect.ts';
import { startTestEngine, type TestEngine, transports } from './engine-for-tests.ts';
import { ownPassphrase, signIn } from './sign-in.ts';

const minute = 60_000;
const ada = { name: 'Ada Berg', role: 'administrator' } as const;
const jonas = { name: 'Jonas Wirth', role: 'compliance' } as const;

let clock: number;
let test: TestEngine;
let client: Client;
let disconnect: () => Promise<void>;

beforeEach(async () => {
  clock = Date.parse('2025-03-03T09:00:00.000Z');
  test = await startTestEngine({ prepared: true, now: () => clock });
  ({ client, close: disconnect } = await transports[1]!.open(test.engine));
  await client.workspace.unlockRemembered();
});
afterEach(async () => {
  await disconnect();
  await test.close();
});

const idOf = async ({ name }: { readonly name: string }) =>
  (await client.people.session()).people.find((person) => person.name === name)!.id;
const entries = () => findAuditRows(test.engine.context.workspace().catalog, { limit: 20 }).rows;
const keys = () => requireSession(test.engine.context, 'people.changePassphrase').keys;

describe('a session', () => {
  it('begins with the first account of a workspace, which is made once', async () => {
    expect(await client.people.session()).toMatchObject({ state: 'no-accounts', person: null, people: [] });
    await expect(client.home.read()).rejects.toMatchObject({ code: 'SIGN_IN_NEEDED' });
    expect(await client.people.begin({ name: 'Ada Berg', passphrase: ownPassphrase })).toMatchObject({
      state: 'signed-in',
      person: ada,
    });
    const again = client.people.begin({ name: 'Somebody Else', passphrase: ownPassphrase });
    await expect(again).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  });

  it('locks after the idle time of the workspace, is kept open by a key or a click, and wipes its key', async () => {
    await signIn(client, ada);
    const held = keys();
    clock += 14 * minute;
    expect(await client.people.active()).toMatchObject({ state: 'signed-in' });
    clock += 14 * minute;
    expect(await client.people.session()).toMatchObject({ state: 'signed-in' });
    expect(held.secretKey.some((byte) => byte !== 0)).toBe(true);
    clock += minute;
    expect(await client.people.session()).toMatchObject({ state: 'locked', person: ada });
    expect(held.secretKey.every((byte) => byte === 0)).toBe(true);
    await expect(client.home.read()).rejects.toMatchObject({ code: 'SIGN_IN_NEEDED' });
    expect(entries()[0]).toMatchObject({ act: 'signed-out', person: 'Ada Berg' });
    expect(JSON.parse(entries()[0]!.detail)).toEqual({ reason: 'idle' });
    await client.people.signIn({ id: await idOf(ada), passphrase: ownPassphrase });
    await client.people.setRules({ idleMinutes: 1 });
    clock += minute;
    expect(await client.people.session()).toMatchObject({ state: 'locked' });
    expect(await client.people.signOut()).toMatchObject({ state: 'nobody', person: null });
  });

  it('tells the page as it begins and ends', async () => {
    await signIn(client, ada);
    const stop = new AbortController();
    const states: string[] = [];
    for await (const { state } of await client.people.watch(undefined, { signal: stop.signal })) {
      states.push(state);
      if (states.length === 1) await client.people.signOut();
      if (states.length === 2) await client.people.signIn({ id: await idOf(ada), passphrase: ownPassphrase });
      if (states.length === 3) break;
    }
    expect(states).toEqual(['signed-in', 'nobody', 'signed-in']);
  });

  it('is in memory only: it ends with the workspace, and no job ends with it', async () => {
    await signIn(client, ada);
    const held = keys();
    const { id } = await test.engine.context.jobs().start('sample', { to: 40, pause: 2 });
    await client.people.signOut();
    expect(await test.engine.context.jobs().finished(id)).toMatchObject({ state: 'done' });
    await client.people.signIn({ id: await idOf(ada), passphrase: ownPassphrase });
    await client.workspace.lock();
    await client.workspace.unlockRemembered();
    expect(await client.people.session()).toMatchObject({ state: 'nobody' });
    expect(held.secretKey.every((byte) => byte === 0)).toBe(true);
  });

  it('takes wrong passphrases one after the other, later and later, and says how long', async () => {
    await signIn(client, ada);
    await client.people.signOut();
    const id = await idOf(ada);
    const wrong = () => client.people.signIn({ id, passphrase: 'wrong horse battery' });
    for (let guess = 0; guess < 3; guess++) await expect(wrong()).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    const right = () => client.people.signIn({ id, passphrase: ownPassphrase });
    await expect(right()).rejects.toMatchObject({ code: 'TOO_MANY_TRIES', data: { seconds: 1 } });
    clock += 1000;
    await expect(wrong()).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    await expect(wrong()).rejects.toMatchObject({ code: 'TOO_MANY_TRIES', data: { seconds: 2 } });
    expect(entries().filter(({ act }) => act === 'sign-in-refused')).toHaveLength(4);
    expect(entries()[0]).toMatchObject({ subject: 'Ada Berg', person: expect.stringMatching(/@machine$/) });
    clock += 2000;
    expect(await right()).toMatchObject({ state: 'signed-in' });
    const change = client.people.changePassphrase({ passphrase: 'wrong horse battery', next: ownPassphrase });
    await expect(change).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
  });

  it('follows the account: another role counts at once, a disabled one is signed out', async () => {
    await signIn(client, ada);
    await client.people.add({ ...jonas, passphrase: ownPassphrase });
    const { id } = (await client.people.list())[1]!;
    await client.people.changeRole({ id, role: 'administrator' });
    await client.people.signIn({ id, passphrase: ownPassphrase });
    const other = await idOf(ada);
    await client.people.changeRole({ id: other, role: 'scientist' });
    await client.people.signIn({ id: other, passphrase: ownPassphrase });
    await expect(client.people.disable({ id })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await client.people.signIn({ id, passphrase: ownPassphrase });
    await client.people.changeRole({ id: other, role: 'administrator' });
    await client.people.disable({ id });
    expect(await client.people.session()).toMatchObject({ state: 'nobody' });
    const disabled = client.people.signIn({ id, passphrase: ownPassphrase });
    await expect(disabled).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the rules of people', () => {
  it('are changed by an administrator only, and each change is logged', async () => {
    await signIn(client, jonas);
    await expect(client.people.setRules({ fourEyes: 'never' })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await signIn(client, ada);
    expect(await client.people.rules()).toEqual({ idleMinutes: 15, fourEyes: 'when-two-people' });
    expect(await client.people.setRules({ fourEyes: 'always' })).toMatchObject({ fourEyes: 'always' });
    expect(entries()[0]).toMatchObject({ act: 'settings-changed', subject: 'four eyes', person: 'Ada Berg' });
    const { seq } = entries()[0]!;
    await client.people.setRules({ fourEyes: 'always' });
    expect(entries()[0]!.seq).toBe(seq);
  });
});

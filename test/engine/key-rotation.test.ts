/** A key that is replaced, as people do it: by the commands on files, and by the door of the page with what is signed under the old one. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { addIdentity, readIdentity } from '../../src-main/catalog/identity.ts';
import type { Catalog } from '../../src-main/catalog/open.ts';
import { listCertificates } from '../../src-main/catalog/people.ts';
import { createWorkspace } from '../../src-main/catalog/workspace.ts';
import { readRoster, type SignedRoster, withSignature } from '../../src-main/federation/roster.ts';
import { addAccount } from '../../src-main/release/accounts.ts';
import { findAudit } from '../../src-main/release/audit.ts';
import { certificateHolds } from '../../src-main/release/people.ts';
import { continuing, firstInvitation, keys, replaced, signedByOthers, signedRoster } from '../federation/rotation.ts';
import { startTestEngine, transports } from './engine-for-tests.ts';
import { ownPassphrase, quickAccounts, signIn } from './sign-in.ts';

vi.setConfig({ testTimeout: 120_000 }); // seconds on a quiet machine

const become = (catalog: Catalog) =>
  addIdentity(catalog, { partnerId: 'P04', name: 'Citra', ...keys.P04!, madeAt: '2026-11-23T12:00:00.000Z' });

it('certifies everybody anew under the new key, once the series that names it is joined', async () => {
  const test = await startTestEngine({ prepared: true });
  const { client, close } = await transports[1]!.open(test.engine);
  try {
    await client.workspace.unlockRemembered();
    const { catalog } = test.engine.context.workspace();
    become(catalog);
    await signIn(client, { name: 'Mara Lindner', role: 'steward' });
    await signIn(client, { name: 'Jonas Wirth', role: 'compliance' });
    await client.federation.join({ invitation: firstInvitation });
    const before = readIdentity(catalog)!.publicKey;
    const holdUnder = (key: Uint8Array) =>
      listCertificates(catalog).map((certificate) => [certificate.name, certificateHolds(certificate, key)]);
    const everybody = ['Ada Berg', 'Mara Lindner', 'Jonas Wirth'];
    expect(holdUnder(before)).toEqual(everybody.map((name) => [name, true]));

    const { next } = await client.federation.prepareKey({ reason: 'rotation' });
    expect(holdUnder(before)).toEqual(everybody.map((name) => [name, true]));
    const half = signedByOthers(replaced('P04', next!.publicKey), ['P04']);
    const { roster } = await client.federation.signRoster({ roster: JSON.stringify(half) });
    await client.federation.join({ invitation: continuing(JSON.parse(roster)) });
    const { publicKey } = readIdentity(catalog)!;
    expect(Buffer.from(publicKey).toString('base64url')).toBe(next!.publicKey);
    expect(holdUnder(publicKey)).toEqual(everybody.map((name) => [name, true]));
    expect(holdUnder(before)).toEqual(everybody.map((name) => [name, false]));
    const acts = findAudit(catalog, { group: 'access', limit: 9 }).entries.map(({ act }) => act);
    expect(acts.slice(0, 2)).toEqual(['key-replaced', 'key-prepared']);
  } finally {
    await close();
    await test.close();
  }
});

it('goes from a prepared key to a roster that all have signed by commands alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chorale-key-command-'));
  try {
    const passphrase = 'correct horse battery';
    const workspace = createWorkspace(join(folder, 'Citra'), passphrase);
    become(workspace.catalog);
    const officer = { name: 'Jonas Wirth', role: 'compliance', passphrase: ownPassphrase, by: 'Ada Berg' } as const;
    await addAccount(workspace.catalog, { ...officer, name: 'Ada Berg', role: 'administrator' }, quickAccounts);
    await addAccount(workspace.catalog, officer, quickAccounts);
    workspace.close();
    writeFileSync(join(folder, 'own'), `${ownPassphrase}\n`);
    writeFileSync(join(folder, 'before.json'), JSON.stringify(signedRoster));
    const chorale = (...args: readonly string[]) =>
      new Promise<{ readonly code: number; readonly answer: unknown }>((resolve) => {
        const program = fileURLToPath(new URL('../../src-main/engine/cli.ts', import.meta.url));
        const env = { ...process.env, CHORALE_PASSPHRASE: passphrase, XDG_CONFIG_HOME: folder };
        const all = [program, ...args, '--json', '--workspace', 'Citra'];
        const child = execFile(process.execPath, all, { cwd: folder, env }, (_, stdout) =>
          resolve({ code: child.exitCode ?? -1, answer: JSON.parse(stdout) }),
        );
      });
    const asJonas = ['--as', 'Jonas Wirth', '--own-passphrase-file', 'own'];

    expect(await chorale('key', 'prepare', '--reason', 'rotation')).toMatchObject({
      answer: { error: { code: 'SIGN_IN_NEEDED' } },
    });
    expect(await chorale('key', 'prepare', '--reason', 'rotation', ...asJonas)).toMatchObject({ code: 0 });
    expect(await chorale('key', 'card', '--out', 'card.json')).toMatchObject({
      code: 0,
      answer: { partner: 'P04', prepared: true, endorsed: true },
    });
    const weights = ['--weight', 'P01=1500'];
    expect(
      await chorale('roster', 'next', '--previous', 'before.json', '--card', 'card.json', ...weights),
    ).toMatchObject({
      code: 0,
      answer: { changes: { added: [], removed: [], changed: ['P01', 'P04'] }, keys: [{ by: 'nobody' }] },
    });
    expect(await chorale('roster', 'sign', 'roster.json', ...asJonas)).toMatchObject({ code: 0 });
    const show = () => chorale('roster', 'show', 'roster.json', '--previous', 'before.json');
    expect(await show()).toMatchObject({ code: 3, answer: { keys: [{ id: 'P04', by: 'old-key' }] } });
    const half = readRoster(JSON.parse(readFileSync(join(folder, 'roster.json'), 'utf8')));
    const whole = ['P01', 'P02', 'P03'].reduce((so: SignedRoster, id) => withSignature(so, id, keys[id]!), half);
    writeFileSync(join(folder, 'roster.json'), JSON.stringify(whole));
    expect(await show()).toMatchObject({ code: 0 });
    expect(await chorale('key', 'show')).toMatchObject({
      code: 0,
      answer: { present: { partnerId: 'P04' }, next: { reason: 'rotation' }, replaced: [] },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

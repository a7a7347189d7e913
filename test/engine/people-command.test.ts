import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findAuditRows } from '../../src-main/catalog/audit.ts';
import { createWorkspace, openWorkspace } from '../../src-main/catalog/workspace.ts';
import { addAccount } from '../../src-main/release/accounts.ts';
import { ownPassphrase, quickAccounts } from './sign-in.ts';

const passphrase = 'correct horse battery';
const program = fileURLToPath(new URL('../../src-main/engine/cli.ts', import.meta.url));
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-people-command-'));
  createWorkspace(folder, passphrase).close();
  file = join(folder, 'own');
  writeFileSync(file, `${ownPassphrase}\n`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const people = (...args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly answer: unknown }>((resolve) => {
    const environment = { ...process.env, CHORALE_PASSPHRASE: passphrase, XDG_CONFIG_HOME: folder };
    const all = [program, 'people', ...args, '--json', '--workspace', folder];
    const child = execFile(process.execPath, all, { env: environment }, (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, answer: JSON.parse(stdout) }),
    );
  });

it('adds people in the name of an administrator only, and says honestly who opened the workspace', async () => {
  const workspace = openWorkspace(folder, passphrase);
  const ada = { name: 'Ada Berg', role: 'administrator', passphrase: ownPassphrase, by: 'Ada Berg' } as const;
  await addAccount(workspace.catalog, ada, quickAccounts);
  workspace.close();

  const jonas = ['add', 'Jonas Wirth', '--role', 'compliance', '--new-passphrase-file', file];
  expect(await people(...jonas)).toMatchObject({ code: 1, answer: { error: { code: 'SIGN_IN_NEEDED' } } });
  const asAda = ['--as', 'Ada Berg', '--own-passphrase-file', file];
  expect(await people(...jonas, ...asAda)).toMatchObject({
    code: 0,
    answer: { name: 'Jonas Wirth', addedBy: 'Ada Berg', canSignIn: true },
  });

  const { catalog, close } = openWorkspace(folder, passphrase);
  const said = findAuditRows(catalog, { limit: 50 }).rows.map(({ act, person }) => [act, person]);
  close();
  expect(said).toContainEqual(['signed-in', 'Ada Berg']);
  const openings = said.filter(([act]) => act === 'workspace-opened' || act === 'workspace-made');
  expect(openings).toHaveLength(2);
  for (const [, person] of openings) expect(person).toMatch(/@machine$/);
});

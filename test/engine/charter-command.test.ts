import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readCharter } from '../../src-main/federation/charter.ts';
import { charteredConsortium, charteredWorkspace, ownPassphrase, people } from '../fixtures/chartered-workspace.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // seconds on a quiet machine

const passphrase = 'correct horse battery';
const program = fileURLToPath(new URL('../../src-main/engine/cli.ts', import.meta.url));
const consortium = charteredConsortium();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-charter-command-'));
  const { roster, plan, charter } = consortium;
  const { charterHash: _, ...bare } = plan;
  write('roster.json', { roster, signatures: {} });
  write('plan.json', bare);
  write('later.json', { ...bare, deadlines: { ...bare.deadlines, upload: 99 } });
  write('charter.json', { charter: charter.charter, signatures: {} });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, value: unknown) => writeFileSync(join(folder, name), JSON.stringify(value));

const charter = (...args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly answer: unknown }>((resolve) => {
    const environment = { ...process.env, CHORALE_PASSPHRASE: passphrase, XDG_CONFIG_HOME: folder };
    const command = [program, 'charter', ...args, '--json', '--workspace', 'Citra'];
    const child = execFile(process.execPath, command, { cwd: folder, env: environment }, (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, answer: JSON.parse(stdout) }),
    );
  });

const agreed = ['--roster', 'roster.json', '--plan', 'plan.json'] as const;

it('writes a charter whose open places it names, and fills those that it is told', async () => {
  write('fill.json', { use: 'Research only.', 'steward.P02': 'Sato Yumi' });
  const { code, answer } = await charter('new', ...agreed, '--fill', 'fill.json', '--out', 'new.json');
  expect(code).toBe(2);
  const { faults, hash } = answer as { readonly faults: readonly { readonly place: string }[]; readonly hash: null };
  expect(hash).toBeNull();
  const places = faults.map(({ place }) => place);
  expect(places).toContain('changes');
  expect(places).not.toContain('purpose');
  expect(places).not.toContain('contacts.3.name');
  expect(readFileSync(join(folder, 'new.json'), 'utf8')).toContain('Research only.');
});

it('lets a complete charter pass, and names where it is not what the plan says', async () => {
  expect(await charter('check', 'charter.json', ...agreed)).toMatchObject({
    code: 0,
    answer: { hash: consortium.plan.charterHash, faults: [] },
  });
  const { code, answer } = await charter('check', 'charter.json', '--roster', 'roster.json', '--plan', 'later.json');
  expect(code).toBe(2);
  expect(answer).toMatchObject({
    faults: expect.arrayContaining([
      { place: 'rounds.deadlines.upload', reason: 'differs', found: consortium.plan.deadlines.upload, expected: 99 },
    ]),
  });
});

it('signs only for somebody who is signed in, and shows whose consent is missing', async () => {
  await charteredWorkspace(join(folder, 'Citra'), passphrase, consortium);
  expect(await charter('sign', 'charter.json')).toMatchObject({
    code: 1,
    answer: { error: { code: 'SIGN_IN_NEEDED', data: { action: 'consent.sign' } } },
  });
  writeFileSync(join(folder, 'own'), `${ownPassphrase}\n`);
  const as = (name: string) => ['--as', name, '--own-passphrase-file', 'own', '--out', 'signed.json'];
  expect(await charter('sign', 'charter.json', ...as(people.steward.name))).toMatchObject({
    code: 1,
    answer: { error: { code: 'NOT_ALLOWED' } },
  });
  expect(await charter('sign', 'charter.json', ...as(people.officer.name))).toMatchObject({
    code: 0,
    answer: { hash: consortium.plan.charterHash, version: 1, signed: 1, of: 3 },
  });
  const signed = readCharter(JSON.parse(readFileSync(join(folder, 'signed.json'), 'utf8')));
  expect(Object.keys(signed.signatures)).toEqual([consortium.ids[0]]);
  expect(await charter('show')).toMatchObject({
    code: 3,
    answer: { state: 'needed', missing: ['steward', 'compliance'] },
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, openWorkspace, workspaceId } from '../../src-main/catalog/workspace.ts';
import { describeProgress } from '../../src-main/engine/commands/progress-line.ts';
import { userConfigurationFolder } from '../../src-main/engine/host.ts';
import { askAt, findPassphrase } from '../../src-main/engine/passphrase.ts';
import { exchangeToken, passphrase } from './engine-for-tests.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'chorale-command-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const bin = fileURLToPath(new URL('../../src-main/engine/chorale.js', import.meta.url));

function chorale(args: readonly string[], environment: Record<string, string> = {}, program = bin) {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, XDG_CONFIG_HOME: join(root, 'configuration'), ...environment },
  });
  const ended = Promise.all([child.stdout.toArray(), child.stderr.toArray(), once(child, 'exit')]).then(
    ([stdout, stderr, [code]]) => ({ code, stdout: stdout.join(''), stderr: stderr.join('') }),
  );
  return { child, ended };
}

describe('the command line', () => {
  it('says what each command does', async () => {
    const { code, stdout } = await chorale(['--help']).ended;
    expect(code).toBe(0);
    expect(stdout).toContain('serve');
  });

  it('serves at the printed address until it is told to stop', async () => {
    const folder = join(root, 'workspace');
    const { child, ended } = chorale(['serve', '--json', '--workspace', folder], { CHORALE_PASSPHRASE: passphrase });
    const lines = createInterface(child.stdout);
    let text = '';
    for await (const line of lines) {
      text += line;
      if (line === '}') break;
    }
    const { address, workspace } = JSON.parse(text) as { readonly address: string; readonly workspace: string };
    expect(workspace).toBe(folder);
    expect(await exchangeToken(address)).toMatch(/^chorale-\d+=/);
    expect(existsSync(join(folder, 'workspace.json'))).toBe(true);
    child.kill('SIGINT');
    expect((await ended).code).toBe(0);
  });

  it('says in words and as JSON that a passphrase is wrong', async () => {
    createWorkspace(join(root, 'workspace'), passphrase).close();
    const args = ['serve', '--workspace', join(root, 'workspace')];
    const { code, stderr } = await chorale(args, { CHORALE_PASSPHRASE: 'correct horse staple' }).ended;
    expect([code, stderr]).toEqual([1, 'chorale: the passphrase is wrong\n']);
    writeFileSync(join(root, 'passphrase'), 'correct horse staple\n');
    const { stdout } = await chorale([...args, '--json', '--passphrase-file', join(root, 'passphrase')]).ended;
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'WRONG_PASSPHRASE', data: {} } });
  });
});

describe('the passphrase of a command', () => {
  const said: string[] = [];
  const sources = () => ({
    file: undefined,
    environment: {},
    ask: undefined,
    configurationFolder: join(root, 'configuration'),
    say: (line: string) => void said.push(line),
  });

  it('is made once for automation, kept outside the workspace for this user only, and found again', async () => {
    const folder = join(root, 'workspace');
    const made = await findPassphrase(folder, sources());
    createWorkspace(folder, made.passphrase).close();
    made.keep();
    const kept = join(root, 'configuration', 'passphrases', workspaceId(folder));
    expect(said).toEqual([`made a passphrase for ${folder} and keep it in ${kept}`]);
    if (process.platform !== 'win32') expect(statSync(kept).mode & 0o077).toBe(0);
    expect(readdirSync(join(root, 'configuration', 'passphrases'))).toEqual([workspaceId(folder)]);
    expect(readFileSync(join(folder, 'workspace.json'), 'utf8')).not.toContain(made.passphrase);
    const found = await findPassphrase(folder, sources());
    openWorkspace(folder, found.passphrase).close();
  });

  it('comes from the file, then the environment, then the terminal', async () => {
    const folder = join(root, 'workspace');
    createWorkspace(folder, passphrase).close();
    writeFileSync(join(root, 'file'), 'from the file\n');
    const environment = { CHORALE_PASSPHRASE: 'from the environment' };
    const ask = async () => 'from the terminal';
    const find = async (over: object) => (await findPassphrase(folder, { ...sources(), ...over })).passphrase;
    expect(await find({ file: join(root, 'file'), environment, ask })).toBe('from the file');
    expect(await find({ environment, ask })).toBe('from the environment');
    expect(await find({ ask })).toBe('from the terminal');
    await expect(find({})).rejects.toThrow(/PASSPHRASE_NEEDED/);
    await expect(find({ file: join(root, 'none') })).rejects.toThrow(/FILE_UNREADABLE/);
  });

  it('is asked twice for a new workspace, and typed without being shown', async () => {
    const answers = ['one', 'other'];
    const ask = async () => answers.shift() ?? '';
    await expect(findPassphrase(join(root, 'new'), { ...sources(), ask })).rejects.toThrow(/WRONG_PASSPHRASE/);

    const input = new PassThrough();
    const output = new PassThrough();
    const typed = askAt(input, output)('Passphrase: ');
    input.write('horsf\u007fe\r');
    expect(await typed).toBe('horse');
    expect(output.read().toString()).toBe('Passphrase: \n');
    const stopped = askAt(input, output)('Passphrase: ');
    input.write('\u0003');
    await expect(stopped).rejects.toThrow(/CANCELLED/);
  });
});

describe("the user's configuration folder", () => {
  it('lies where the operating system wants it', () => {
    expect(userConfigurationFolder({ XDG_CONFIG_HOME: '/c' }, 'linux')).toBe(join('/c', 'chorale'));
    expect(userConfigurationFolder({ APPDATA: '/r' }, 'win32')).toBe(join('/r', 'chorale'));
    expect(userConfigurationFolder({}, 'linux')).toMatch(/\.config.chorale$/);
  });
});

describe('the progress line', () => {
  it('says the step, how much of it is done, and its facts', () => {
    expect(describeProgress({ step: 'import.rows', done: 12_000, total: 48_000 })).toBe(
      'import.rows  12,000 of 48,000 (25 %)',
    );
    expect(describeProgress({ step: 'epoch', done: 3, detail: { loss: 0.5 } })).toBe('epoch  3  loss 0.5');
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';

const program = fileURLToPath(new URL('../../src-main/engine/chorale.js', import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-command-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function chorale(input: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: {
      ...process.env,
      CHORALE_PASSPHRASE: 'correct horse battery',
      XDG_CONFIG_HOME: join(folder, 'configuration'),
    },
  });
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, 'exit'),
  ]);
  return { code: code as number, stdout: stdout.join(''), stderr: stderr.join('') };
}

const cells = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));

describe('chorale standardise', () => {
  it('answers line by line, names what failed, and says so by its exit code', async () => {
    const input = 'OC(=O)c1ccccc1.[Na+] benzoic acid\r\n\nc1ccc(\tbroken\nCCN\n';
    const { code, stdout, stderr } = await chorale(input, 'standardise');
    expect(code).toBe(2);
    expect(stderr).toContain('no key');
    expect(stderr).toContain('1 of 3 structures');
    const [benzoic, broken, amine] = cells(stdout);
    expect(benzoic!.slice(0, 2)).toEqual(['benzoic acid', 'O=C(O)c1ccccc1']);
    expect(benzoic![2]).toMatch(/^[0-4]$/);
    expect(benzoic![3]).toMatch(/^\d+(,\d+)+$/);
    expect(broken!.slice(0, 4)).toEqual(['broken', '', '', '']);
    expect(broken![4]).toMatch(/^unreadable: /);
    expect(amine!.slice(0, 2)).toEqual(['4', 'CCN']);
  });

  it("numbers the bits by a consortium's key, or plainly, and writes objects", async () => {
    writeFileSync(join(folder, 'key.json'), '{"key": "a secret of the consortium"}');
    writeFileSync(join(folder, 'in.smi'), 'CCO\tone\n');
    const read = async (...args: readonly string[]) => {
      const { code, stdout } = await chorale('', 'standardise', 'in.smi', '--json', '--key-file', 'key.json', ...args);
      expect(code).toBe(0);
      return JSON.parse(stdout) as { readonly bits: readonly number[]; readonly fold: number };
    };
    const scrambled = await read();
    const plain = await read('--plain-bits');
    expect(scrambled).toMatchObject({ id: 'one', ok: true, smiles: 'CCO', scaffold: '', fold: 2 });
    expect(plain).toMatchObject({ fold: 2, bits: [386, 8272, 8737, 22311, 24614, 30686] });
    expect(scrambled.bits).toHaveLength(6);
    expect(scrambled.bits).not.toEqual(plain.bits);
  });

  it('refuses what cannot be read', async () => {
    expect(await chorale('', 'standardise', 'no-such-file')).toMatchObject({ code: 1, stdout: '' });
    expect(await chorale('CCO\n', 'standardise', '--key-file', 'no-such-key')).toMatchObject({ code: 1, stdout: '' });
  });
});

// Commands open the workspace with its passphrase, which takes its time on purpose: few of them, on little data.
describe('chorale tasks and chorale export', () => {
  const own = () => ['--workspace', join(folder, 'own')];

  it('make tasks of what was imported, by the rules that are given', { timeout: 180_000 }, async () => {
    const rows = inventedSmiles(40).map((smiles, at) => `C-${at},${smiles},A1,${at % 2 === 0 ? 8.1 : 5.3}`);
    writeFileSync(join(folder, 'results.csv'), ['ID,SMILES,Assay,pIC50', ...rows, 'C-99,c1ccc(,A1,7'].join('\n'));
    expect((await chorale('', 'import', 'results.csv', ...own())).code).toBe(0);

    writeFileSync(join(folder, 'rules.json'), '{"trainingQuorum": {"actives": 20, "inactives": 20}}');
    writeFileSync(
      join(folder, 'T0.csv'),
      'input_assay_id,parent_assay_id,use_in_regression\nA1,P1,False\nA2,P1,True\n',
    );
    const files = ['--rules', 'rules.json', '--assays', 'T0.csv'];
    const { code, stdout } = await chorale('', 'tasks', '--json', ...files, ...own());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      taskSetId: 1,
      status: { ready: 0, 'not-evaluated': 1, 'too-few': 0 },
      trainingTasks: 3,
      compounds: 40,
      labels: 120,
      annotated: { assays: 1, unknown: 1 },
      assays: [{ code: 'A1', compounds: 40, regression: 'off', thresholds: [{}, { method: 'median' }, {}] }],
    });
  });

  it('write structures and tasks down, and lend the key of the workspace', { timeout: 180_000 }, async () => {
    const structures = await chorale('', 'export', 'structures', '--json', ...own());
    const rows = JSON.parse(structures.stdout) as Record<string, string>[];
    expect(rows).toHaveLength(41);
    expect(rows.at(-1)).toMatchObject({ compound_id: 'C-99', state: 'failed', failure: 'unreadable' });
    const tasks = await chorale('', 'export', 'tasks', ...own());
    expect(tasks.stdout.split(/\r?\n/)[2]).toMatch(/^1,A1,OTHER,6\.7,median,high,0,1,/);
    const files = await chorale('', 'export', 'sparsechem', '--out', 'matrices of A1', ...own());
    expect(files).toMatchObject({ code: 0, stdout: expect.stringContaining('40 compounds, 3 tasks with 120 labels') });
    expect(readdirSync(join(folder, 'matrices of A1', 'matrices', 'wo_aux'))).toEqual(['cls']);
    expect((await chorale('', 'export', 'sparsechem', ...own())).code).toBe(1);
    const keyed = await chorale('CCO\n', 'standardise', ...own());
    expect(keyed).toMatchObject({ code: 0, stderr: expect.not.stringContaining('no key') });
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src-main/catalog/vault.ts';
import { createWorkspace } from '../../src-main/catalog/workspace.ts';
import { readModelAbout } from '../../src-main/training/model-file.ts';
import { passphrase } from '../engine/engine-for-tests.ts';
import { learnTwoModels } from './two-models.ts';

const program = fileURLToPath(new URL('../../src-main/engine/cli.ts', import.meta.url));

describe('the commands report and fuse', () => {
  let root: string;
  let ownId: string;
  let globalId: string;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'chorale-report-'));
    const workspace = createWorkspace(join(root, 'workspace'), passphrase);
    ({ ownId, globalId } = await learnTwoModels(workspace));
    workspace.close();
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  async function chorale(args: readonly string[], input = '') {
    const child = spawn(process.execPath, [program, ...args, '--workspace', join(root, 'workspace')], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, XDG_CONFIG_HOME: join(root, 'configuration'), CHORALE_PASSPHRASE: passphrase },
    });
    child.stdin.end(input);
    const [stdout, [code]] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
    return { code, stdout: stdout.join('') };
  }
  const rowsOf = (text: string) => parse<Record<string, string>>(text, { columns: true });

  it('write every metric of the newest global model, or of another, as CSV and as JSON', async () => {
    const groups = rowsOf((await chorale(['report'])).stdout);
    expect(groups).toHaveLength(2 * 2 * 10);
    expect(groups[0]).toMatchObject({ fold: 'validation', group: 'all', metric: 'auc_pr', model: globalId });
    const written = await chorale(['report', '--model', ownId, '--json', '--out', 'own.json']);
    expect(JSON.parse(written.stdout)).toMatchObject({ file: expect.stringMatching(/own\.json$/) });
    const json = JSON.parse(readFileSync(join(root, 'own.json'), 'utf8'));
    expect(json.model.id).toBe(ownId);
    expect(json.test.tasks).toHaveLength(6);
  });

  it('write a model as the .onnx file that training made, and nothing without a file to write to', async () => {
    const { code, stdout } = await chorale(['export', 'model', '--model', ownId, '--out', 'own.onnx', '--json']);
    expect(code).toBe(0);
    const bytes = readFileSync(join(root, 'own.onnx'));
    expect(JSON.parse(stdout)).toMatchObject({ id: ownId, kind: 'alone', bytes: bytes.length, hash: sha256(bytes) });
    expect(readModelAbout(bytes, ownId)).toMatchObject({ kind: 'alone', tasks: { length: 6 } });
    expect((await chorale(['export', 'model'])).code).toBe(1);
  });

  it('write what the consortium adds by any metric, and refuse a model that is not there', async () => {
    const tasks = rowsOf((await chorale(['report', 'benefit', '--metric', 'aucRoc', '--rows', 'tasks'])).stdout);
    expect(tasks).toHaveLength(6);
    expect(tasks[0]).toMatchObject({ metric: 'aucRoc', alone: expect.stringMatching(/^0\.\d/) });
    expect((await chorale(['report', 'benefit', '--own-model', 'nobody'])).code).toBe(1);
  });

  it('fuse both models into one that reports and scores like any other', async () => {
    const { code, stdout } = await chorale(['fuse', '--json']);
    expect(code).toBe(0);
    const { fusion, reached } = JSON.parse(stdout);
    expect(fusion).toMatchObject({ ownModelId: ownId, globalModelId: globalId });
    expect(reached.map(({ name }: { name: string }) => name)).toEqual(['own', 'global', 'fused']);
    expect(reached[2]).toMatchObject({ model: fusion.modelId, test: { tasks: 6 } });

    const scored = await chorale(
      ['score', '--global-model', fusion.modelId, '--own-model', ownId],
      'c1ccncc1C first\n',
    );
    expect(scored.code).toBe(0);
    const [row] = rowsOf(scored.stdout);
    expect(row).toMatchObject({ global_model: fusion.modelId, own_model: ownId });
    const probability = (name: string) => Number(row![`${name}_probability`]);
    expect(probability('global')).toBeGreaterThan(0);
    expect(probability('global')).not.toBe(probability('own'));
  });
});

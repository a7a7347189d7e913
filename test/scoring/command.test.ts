import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace } from '../../src-main/catalog/workspace.ts';
import { passphrase } from '../engine/engine-for-tests.ts';
import { storeFragments } from './fragment-tasks.ts';

const program = fileURLToPath(new URL('../../src-main/engine/cli.ts', import.meta.url));

describe('the commands train and score', () => {
  let root: string;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'chorale-score-'));
    const workspace = createWorkspace(join(root, 'workspace'), passphrase);
    await (await storeFragments(workspace)).chemistry.close();
    workspace.close();
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  async function chorale(args: readonly string[], input = '') {
    const child = spawn(process.execPath, [program, ...args, '--workspace', join(root, 'workspace')], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, XDG_CONFIG_HOME: join(root, 'configuration'), CHORALE_PASSPHRASE: passphrase },
    });
    child.stdin.end(input);
    const [stdout, stderr, [code]] = await Promise.all([
      child.stdout.toArray(),
      child.stderr.toArray(),
      once(child, 'exit'),
    ]);
    return { code, stdout: stdout.join(''), stderr: stderr.join('') };
  }

  let model: { readonly hash: string };

  it('need something to learn from and a model, and train it', async () => {
    const early = await chorale(['score'], 'CCO\n');
    expect([early.code, early.stderr.split('\n').at(-2)]).toEqual([
      1,
      expect.stringContaining('no model to score with'),
    ]);

    const trained = await chorale(['train', '--json', '--hidden', '8', '--steps', '40', '--seed', '3']);
    expect(trained.code).toBe(0);
    const { run, test, curve } = JSON.parse(trained.stdout);
    ({ model } = JSON.parse(trained.stdout));
    expect(run).toMatchObject({ state: 'done', hidden: [8], steps: 40 });
    expect(model.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(test.tasks).toBe(2);
    expect(curve[0].step).toBe(0);
  });

  it('score what is given, and print the tasks of the assays that were asked for', async () => {
    const scored = await chorale(['score', '--assay', 'A-2'], 'c1ccncc1C first\nbad( second\n');
    expect(scored.code).toBe(2);
    const rows = parse<Record<string, string>>(scored.stdout, { columns: true });
    expect(rows.map(({ compound_id, assay, failure }) => [compound_id, assay, failure])).toEqual([
      ['first', 'A-2', ''],
      ['second', '', 'unreadable'],
    ]);
    expect(rows[0]!.own_model_hash).toBe(model.hash);
  });

  it('score a file as JSON, and write what came out as a file of the kind that its name says', async () => {
    writeFileSync(join(root, 'two.smi'), 'c1ccncc1C first\nC1CCNCC1CC second\n');
    const output = join(root, 'scores.sdf');
    const asJson = await chorale(['score', join(root, 'two.smi'), '--json', '--output', output]);
    expect(asJson.code).toBe(0);
    const sheet = JSON.parse(asJson.stdout);
    expect(sheet).toMatchObject({ sheet: { scored: 2, failed: 0, name: 'two.smi', ownModel: { hash: model.hash } } });
    expect(sheet.rows[0].scores).toHaveLength(sheet.tasks.length);
    const records = readFileSync(output, 'utf8').split('$$$$\n');
    expect(records).toHaveLength(3);
    const { own } = sheet.rows[1].scores[0];
    expect(records[1]).toContain(`> <A-1 high 6 own probability>\n${Number(own.toFixed(4))}\n`);
    expect(records[1]).toContain(`> <own_model_hash>\n${model.hash}\n`);
  });
});

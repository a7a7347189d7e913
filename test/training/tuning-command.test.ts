import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace } from '../../src-main/catalog/workspace.ts';
import { passphrase } from '../engine/engine-for-tests.ts';
import { learnTwoModels } from './two-models.ts';

const program = fileURLToPath(new URL('../../src-main/engine/cli.ts', import.meta.url));

describe('the commands scan, final-fit and retrain', () => {
  let root: string;
  let globalId: string;
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'chorale-tuning-'));
    const workspace = createWorkspace(join(root, 'workspace'), passphrase);
    ({ globalId } = await learnTwoModels(workspace));
    workspace.close();
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  async function chorale(...args: readonly string[]) {
    const child = spawn(process.execPath, [program, ...args, '--workspace', join(root, 'workspace')], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_CONFIG_HOME: join(root, 'configuration'), CHORALE_PASSPHRASE: passphrase },
    });
    const [stdout, stderr, [code]] = await Promise.all([
      child.stdout.toArray(),
      child.stderr.toArray(),
      once(child, 'exit'),
    ]);
    return { code, stdout: stdout.join(''), stderr: stderr.join('') };
  }

  it("try a person's own grid, and fit finally what the validation fold chose", async () => {
    const scanned = await chorale('scan', '--hidden', '8/12,8', '--steps', '40', '--json');
    expect(scanned.stderr).not.toMatch(/wrong/i);
    expect(scanned.code).toBe(0);
    const { cells, best } = JSON.parse(scanned.stdout);
    expect(cells.map(({ settings }: { settings: { hidden: number[] } }) => settings.hidden)).toEqual([
      ...[[256], [8], [12, 8]],
    ]);
    const fitted = await chorale('final-fit', '--json');
    expect(fitted.code).toBe(0);
    expect(JSON.parse(fitted.stdout)).toMatchObject({
      chosenIn: cells[best].runId,
      run: { kind: 'final', state: 'done', hidden: cells[best].settings.hidden, steps: cells[best].step },
      test: { tasks: expect.any(Number) },
    });
    expect((await chorale('scan', '--dropout', 'much')).code).toBe(1);
  });

  it('take rates that fall, weights that decay and more axes of the grid, and refuse what is no number of steps', async () => {
    const course = ['--steps', '20', '--decay-steps', '10', '--decay-factor', '0.5', '--class-hidden', '6'];
    const scanned = await chorale('scan', '--weight-decay', '0.001', ...course, '--json');
    expect(scanned.code).toBe(0);
    const asked = { steps: 20, decaySteps: [10], decayFactor: 0.5, heads: { classHidden: [6] } };
    const { cells } = JSON.parse(scanned.stdout);
    expect(cells.map(({ settings }: { settings: unknown }) => settings)).toMatchObject([
      ...[asked, { ...asked, weightDecay: 0.001 }],
    ]);
    expect((await chorale('train', '--decay-steps', 'soon')).code).toBe(1);
  });

  it('train a new head on the newest global model, and say whether it is kept', async () => {
    const { code, stdout } = await chorale('retrain', '--steps', '50', '--keep', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      globalModelId: globalId,
      modelId: expect.any(String),
      test: { tasks: expect.any(Number) },
    });
  });
});

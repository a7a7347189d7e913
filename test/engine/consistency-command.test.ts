import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../src-main/engine/cli.ts', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-consistency-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const chorale = (...args: readonly string[]) =>
  new Promise<{ readonly code: number; readonly output: string }>((resolve) => {
    const env = { ...process.env, CHORALE_PASSPHRASE: 'correct horse battery' };
    const all = [program, ...args, '--workspace', join(folder, 'workspace')];
    const child = execFile(process.execPath, all, { env }, (_, stdout) =>
      resolve({ code: child.exitCode ?? -1, output: stdout }),
    );
  });

describe('chorale consistency', () => {
  it("agrees with another machine's answer, and names the stage and the molecules that differ", async () => {
    const keyFile = join(folder, 'key.json');
    writeFileSync(keyFile, '{"key": "a secret of the consortium"}');
    const first = await chorale('consistency', '--key-file', keyFile, '--json');
    expect(first.code).toBe(0);
    const answer = JSON.parse(first.output);
    const saved = join(folder, 'first.json');
    writeFileSync(saved, first.output);
    expect(await chorale('consistency', '--key-file', keyFile, '--compare', saved)).toMatchObject({
      code: 0,
      output: expect.stringContaining('All stages agree'),
    });

    answer.stages.tautomer = 'f'.repeat(64);
    answer.structures[3].tautomer = 'C';
    writeFileSync(saved, JSON.stringify(answer));
    const other = await chorale('consistency', '--key-file', keyFile, '--compare', saved, '--json');
    expect(other.code).toBe(3);
    expect(JSON.parse(other.output).compared).toMatchObject({
      differing: ['tautomer'],
      structures: [{ there: { tautomer: 'C' } }],
    });
    expect((await chorale('consistency', '--compare', keyFile)).code).toBe(1);
  });
});

describe('chorale chemistry', () => {
  it('chooses the rules of a workspace that is in no consortium', async () => {
    const chosen = await chorale('chemistry', '--fold-rule', 'tuner-scaffold', '--json');
    expect(JSON.parse(chosen.output)).toMatchObject({ foldRule: 'tuner-scaffold', tautomer: 'canonical' });
    const shown = await chorale('chemistry', '--json');
    expect(JSON.parse(shown.output)).toEqual(JSON.parse(chosen.output));
    expect((await chorale('chemistry', '--fold-rule', 'random')).code).toBe(1);
    expect((await chorale('consistency', '--fold-rule', 'scaffold')).code).toBe(1);
  });
});

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

describe.skipIf(!existsSync(join(root, 'out/main/engine/cli.js')))('the built engine (needs `npm run build`)', () => {
  it('has the same command line as its source', async () => {
    const built = await run(process.execPath, [join(root, 'out/main/engine/cli.js'), '--help']);
    const source = await run(process.execPath, [join(root, 'src-main/engine/cli.ts'), '--help']);
    expect(built.stdout).toBe(source.stdout);
  });

  it('runs a job in a thread of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chorale-built-'));
    try {
      const { stdout } = await run(process.execPath, [
        fileURLToPath(new URL('./run-built.ts', import.meta.url)),
        folder,
      ]);
      expect(JSON.parse(stdout)).toMatchObject({ state: 'done', result: { counted: 3 } });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

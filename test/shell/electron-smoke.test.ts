import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { electronPlaces, findElectron } from '../../src-main/shell/find-electron.ts';

const binary = process.env.ELECTRON_OVERRIDE_DIST_PATH === undefined ? undefined : findElectron(electronPlaces());

describe.skipIf(binary === undefined)(
  'a real Electron (skipped unless ELECTRON_OVERRIDE_DIST_PATH points at one)',
  () => {
    it('opens its window on the page, gets an answer from the engine, and quits', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'chorale-electron-'));
      const root = fileURLToPath(new URL('../..', import.meta.url));
      const child = spawn(
        binary ?? '',
        [
          root,
          '--workspace',
          join(folder, 'workspace'),
          '--remote-debugging-port=0',
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ],
        { env: { ...process.env, XDG_CONFIG_HOME: folder }, stdio: ['ignore', 'ignore', 'pipe'] },
      );
      try {
        let said = '';
        for await (const text of child.stderr) {
          said += text;
          const port = /ws:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
          if (port === undefined) continue;
          expect(await titleOfPage(port)).toBe('Chorale');
          break;
        }
      } finally {
        child.kill();
        await once(child, 'exit');
        rmSync(folder, { recursive: true, force: true });
      }
    });
  },
);

async function titleOfPage(port: string): Promise<string | undefined> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const targets = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as readonly {
      readonly url: string;
      readonly title: string;
    }[];
    const page = targets.find(({ url }) => url.startsWith('app://chorale/'));
    if (page !== undefined && page.title !== '') return page.title;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}

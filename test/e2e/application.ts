/** The application as a person has it: `chorale serve` on a temporary workspace, and its page in a real browser. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { ensureBuilt } from './build.ts';

export const passphrase = 'correct horse battery staple';

export type OpenPage = {
  readonly page: Page;
  /** Everything that went wrong in the page so far: policy violations, console errors, exceptions. Empty when all is well. */
  readonly problems: () => Promise<readonly string[]>;
  /** Serious and critical findings of axe on what is shown now. */
  readonly accessibility: () => Promise<readonly string[]>;
};

export type Application = {
  /** Of the workspace; it is made by the page or by `prepare`. */
  readonly folder: string;
  readonly browser: Browser;
  readonly open: (options?: BrowserContextOptions) => Promise<OpenPage>;
  readonly close: () => Promise<void>;
};

const root = join(import.meta.dirname, '..', '..');

/**
 * @param workspace a folder that is there already; a temporary one otherwise
 * @param unlocked opens the workspace at once with `secret`, making it where it is absent
 */
export async function startApplication({
  workspace,
  unlocked = false,
  secret = passphrase,
}: {
  readonly workspace?: string;
  readonly unlocked?: boolean;
  readonly secret?: string;
} = {}): Promise<Application> {
  ensureBuilt();
  const home = mkdtempSync(join(tmpdir(), 'chorale-e2e-'));
  const folder = workspace ?? join(home, 'Citra');
  const { CHORALE_PASSPHRASE: _, ...environment } = process.env;
  const server = spawn(
    process.execPath,
    [join(root, 'src-main', 'engine', 'cli.ts'), 'serve', '--workspace', folder, '--json'],
    {
      cwd: home,
      env: { ...environment, XDG_CONFIG_HOME: home, ...(unlocked ? { CHORALE_PASSPHRASE: secret } : {}) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [browser, address] = await Promise.all([launchBrowser(), firstAddress(server)]).catch((error) => {
    server.kill();
    throw error;
  });
  return {
    folder,
    browser,
    open: (options) => openPage(browser, address, options),
    async close() {
      await browser.close();
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function firstAddress(server: ChildProcess): Promise<string> {
  const errors: string[] = [];
  server.stderr?.on('data', (text) => errors.push(String(text)));
  const lines = createInterface({ input: server.stdout! });
  const text: string[] = [];
  for await (const line of lines) {
    text.push(line);
    const address = /"address":\s*"([^"]+)"/.exec(text.join('\n'))?.[1];
    if (address !== undefined) return address;
  }
  throw new Error(`chorale serve ended before it listened: ${errors.join('')}`);
}

async function openPage(browser: Browser, address: string, options?: BrowserContextOptions): Promise<OpenPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    colorScheme: 'light',
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  const seen: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') seen.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => seen.push(`exception: ${error.message}`));
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(globalThis, { violations });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      violations.push(`${violatedDirective} ${blockedURI} ${sourceFile}`);
    });
  });
  page.setDefaultTimeout(15_000);
  await page.goto(address);
  return {
    page,
    async problems() {
      const violations = await page.evaluate(() => (globalThis as { violations?: string[] }).violations ?? []);
      return [...seen, ...violations.map((violation) => `policy: ${violation}`)];
    },
    async accessibility() {
      const { violations } = await new AxeBuilder({ page }).analyze();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    },
  };
}

/** Which Chromium drives the page: one that is named, the machine's own, or the one inside the npm package. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const installed = [
  process.env.CHORALE_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const found = installed.find((path) => path !== undefined && path !== '' && existsSync(path));

/** The package holds a Chromium for Linux on x64 only. */
export const hasBrowser = found !== undefined || (process.platform === 'linux' && process.arch === 'x64');

export async function launchBrowser(): Promise<Browser> {
  // Not the package's own arguments: they turn web security off and run everything in one process.
  const executablePath = found ?? (await oneAtATime(() => sparticuz.executablePath()));
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--font-render-hinting=none'] });
}

/** The package unpacks its Chromium into the temporary folder; two test files must not do so at once. */
async function oneAtATime<Result>(work: () => Promise<Result>): Promise<Result> {
  const lock = join(tmpdir(), 'chorale-chromium.lock');
  const patience = Date.now() + 60_000;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      // A lock that outlived its test is nobody's.
      if (Date.now() > patience) rmSync(lock, { recursive: true, force: true });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

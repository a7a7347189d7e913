/** A compliance officer's way through Review by keyboard alone: queue, package, depths, bytes, decision. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace } from '../../src-main/catalog/workspace.ts';
import { addPackage, addPackages } from '../fixtures/packages.ts';
import { jonas, planOf } from '../release/frozen.ts';
import { type Application, type OpenPage, passphrase, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { signIn } from './sign-in.ts';

const withBrowser = describe.skipIf(!hasBrowser);

withBrowser(`Review by keyboard alone${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  let home: string;
  let application: Application;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'chorale-keyboard-'));
    const folder = join(home, 'Citra');
    const workspace = createWorkspace(folder, passphrase);
    await addPackages(workspace, { rounds: 2 });
    await addPackage(workspace, planOf(), 3);
    workspace.close();
    application = await startApplication({ workspace: folder, unlocked: true });
    open = await application.open();
    page = open.page;
    await signIn(page, jonas);
  }, 180_000);

  afterAll(async () => {
    await application?.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** What has the focus, by its role and name, as a screen reader says it. */
  const focused = () => page.locator(':focus');
  const key = (name: string) => page.keyboard.press(name);
  /** Presses Tab until the focus is on this. */
  async function tabTo(what: ReturnType<Page['getByRole']>, most = 20, press = 'Tab'): Promise<number> {
    for (let pressed = 0; pressed <= most; pressed++) {
      if (await what.evaluate((element) => element === document.activeElement)) return pressed;
      await key(press);
    }
    throw new Error(`not within ${most} presses of Tab`);
  }

  it('is opened by a command, and the page itself is what comes next', async () => {
    await key('Control+k');
    await page.keyboard.type('Review');
    await page
      .getByRole('option', { name: /Review/ })
      .first()
      .waitFor();
    await key('Enter');
    await page.getByRole('heading', { name: 'Package S-0002' }).waitFor();
    expect(await tabTo(page.getByRole('button', { name: 'Read back again' }), 4)).toBeLessThanOrEqual(3);
  });

  it('goes through the queue with arrows, and keeps the place in it', async () => {
    await tabTo(page.getByRole('radio', { name: /^S-0002/ }));
    await key('ArrowRight');
    await page.getByRole('heading', { name: 'Package S-0003' }).waitFor();
    const now = page.getByRole('radio', { name: /^S-0003/ });
    expect(await now.evaluate((element) => element === document.activeElement)).toBe(true);
    await key('ArrowLeft');
    await page.getByRole('heading', { name: 'Package S-0002' }).waitFor();
  });

  it('opens the explanations of the checks', async () => {
    await tabTo(page.getByRole('button', { name: 'Explain each check' }));
    await key('Enter');
    await page.getByText('The file on the disk is the one that was hashed.').waitFor();
  });

  it('looks for a compound and for bytes among all that leave', async () => {
    await tabTo(page.getByRole('radio', { name: 'Summary' }), 12, 'Shift+Tab');
    await key('ArrowRight');
    await page.getByRole('grid', { name: /^All fields/ }).waitFor();
    await key('ArrowRight');
    const sought = page.getByRole('textbox', { name: 'Text, or hexadecimal as 0x4f2a' });
    await sought.waitFor();
    await tabTo(sought);
    await page.keyboard.type('CIT-004711');
    await key('Enter');
    await page.getByText('Nowhere in 13,680 bytes').waitFor();
    const grid = page.getByRole('grid', { name: /^Bytes 0 to 4,079/ });
    const line = (await grid.getByRole('row').nth(5).getByRole('gridcell').nth(1).textContent())!;
    const bytes = line.match(/[0-9a-f]{2}/g)!.slice(0, 6);
    await key('Control+a');
    await page.keyboard.type(bytes.join(' '));
    await key('Enter');
    await page.getByText(/^At byte \d+$/).waitFor();
    expect((await page.locator('mark').allTextContents()).join(' ')).toBe(bytes.join(' '));
    expect(await open.accessibility()).toEqual([]);
  });

  it('asks for the reason of a refusal where it is written, and decides', async () => {
    await tabTo(page.getByRole('button', { name: 'Request changes' }));
    await key('Enter');
    await page.getByText('Say why: Mara Lindner reads it').waitFor();
    await page.keyboard.type('Leave out the assay of the joint project.');
    await tabTo(page.getByRole('button', { name: 'Request changes' }), 3);
    await key('Enter');
    const panel = page.getByRole('complementary');
    await panel.getByText('Leave out the assay of the joint project.').waitFor();
    expect(await page.getByRole('heading', { name: 'Package S-0002' }).isVisible()).toBe(true);
    expect(await focused().evaluate((element) => element !== document.body)).toBe(true);
    expect(await open.problems()).toEqual([]);
  });
});

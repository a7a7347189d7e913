/** A compliance officer's quarter of an hour: read a frozen package at three depths, ask, refuse, approve. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace } from '../../src-main/catalog/workspace.ts';
import { addPackages } from '../fixtures/packages.ts';
import { jonas } from '../release/frozen.ts';
import { type Application, type OpenPage, passphrase, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { goTo, signIn } from './sign-in.ts';

const withBrowser = describe.skipIf(!hasBrowser);

withBrowser(`the review of a package${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  let home: string;
  let application: Application;
  let open: OpenPage;
  let page: Page;
  let hash: string;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'chorale-review-'));
    const folder = join(home, 'Citra');
    const workspace = createWorkspace(folder, passphrase);
    hash = (await addPackages(workspace, { rounds: 2 })).hash;
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

  it('counts the package that waits in the rail, and opens it', async () => {
    await page
      .getByRole('navigation', { name: 'Stations' })
      .getByRole('link', { name: /^Review/ })
      .click();
    await page.getByRole('heading', { name: 'Package S-0002' }).waitFor();
    expect(await page.getByRole('link', { name: 'Review 1 waits here for you' }).isVisible()).toBe(true);
  });

  it('says in one sentence what leaves, and lists what leaves and what stays', async () => {
    const shown = await page.getByRole('main').textContent();
    expect(shown).toContain('to the coordinator of Decima');
    expect(shown).toContain('It holds no structures, no compound or assay names, and no measured values.');
    expect(shown).toMatch(/Leaves this machine complete list, 5/);
    expect(shown).toMatch(/Stays on this machine complete list, 5/);
  });

  it('shows tensors whose bytes add up to the package', async () => {
    const tensors = page.getByRole('grid', { name: 'Tensors' });
    const bytes = await tensors
      .getByRole('row')
      .evaluateAll((rows) =>
        rows
          .slice(1)
          .map((row) => Number(row.querySelectorAll('[role=gridcell]')[3]?.textContent?.replaceAll(',', ''))),
      );
    const sum = bytes.filter(Number.isFinite).reduce((total, amount) => total + amount, 0);
    expect(sum).toBe((64 * 40 + 40 + 40 * 20 + 20) * 4);
    expect(await tensors.textContent()).toContain(sum.toLocaleString('en-GB'));
  });

  it('has read the frozen file again and found the same hash', async () => {
    await page.getByText(/^Read back .*, hash agrees$/).waitFor();
    const [shown] = await page.getByRole('complementary').allInnerTexts();
    expect(shown!.replaceAll(/\s/g, '')).toContain(hash);
  });

  it('gives the three answers the same size, and ticks nothing beforehand', async () => {
    const boxes = await Promise.all(
      ['Approve', 'Request changes', 'Refuse'].map((name) =>
        page.getByRole('button', { name, exact: true }).boundingBox(),
      ),
    );
    const [first] = boxes;
    for (const box of boxes) {
      expect(box!.width).toBeCloseTo(first!.width, 0);
      expect(box!.height).toBe(first!.height);
    }
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Approve the following rounds' }).click();
    expect(await page.getByRole('checkbox', { checked: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Cancel' }).click();
  });

  it('meets the accessibility rules in both themes', async () => {
    expect(await open.accessibility()).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await open.accessibility()).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  it('lists every field with what becomes of it', async () => {
    await page.getByRole('radio', { name: /^Fields/ }).click({ force: true });
    const fields = page.getByRole('grid', { name: 'All fields of package S-0002' });
    await fields.waitFor();
    expect(await fields.getByRole('row', { name: /preparedBy\.person Mara Lindner/ }).textContent()).toContain(
      'Stays here',
    );
    await page.getByLabel('Field or value').fill('merkleRoot');
    expect(await fields.getByRole('row').count()).toBe(2);
    expect(await fields.textContent()).toContain('Leaves');
    expect(await open.accessibility()).toEqual([]);
  });

  it('shows the bytes that leave beside the numbers that stay, window by window', async () => {
    await page.getByRole('radio', { name: 'Bytes' }).click({ force: true });
    await page.getByText('Bytes 0 to 4,079 of 13,680').waitFor();
    const grid = page.getByRole('grid', { name: /^Bytes 0 to 4,079/ });
    await expect.poll(() => grid.getByRole('row').nth(1).textContent()).toMatch(/([0-9a-f]{2} ){7}[0-9a-f]{2}/);
    await page.getByRole('button', { name: 'Last bytes' }).click();
    await page.getByText('Bytes 12,240 to 13,679 of 13,680').waitFor();
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('radio', { name: 'Summary' }).click({ force: true });
  });

  it('does not take a refusal without a reason', async () => {
    await page.getByRole('button', { name: 'Refuse', exact: true }).click();
    await page.getByText('Say why: Mara Lindner reads it').waitFor();
    expect(await page.getByRole('link', { name: 'Review 1 waits here for you' }).isVisible()).toBe(true);
  });

  it('approves: the state, the queue and the log change', async () => {
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    const panel = page.getByRole('complementary');
    await panel.getByText('It is sent as soon as the round asks for it.').waitFor();
    expect(await panel.getByText('signature agrees').isVisible()).toBe(true);
    await goTo(page, '/review');
    await page.getByRole('heading', { name: 'No package waits for a decision' }).waitFor();
    await goTo(page, '/audit');
    const newest = page.getByRole('grid', { name: 'Entries of the log, newest first' }).getByRole('row').nth(1);
    await newest.getByText('Package approved').waitFor();
    expect(await newest.textContent()).toContain('Jonas Wirth');
    await page.getByText('Chain intact').waitFor();
    expect(await open.accessibility()).toEqual([]);
  });

  it('lists what was sent with its receipt, and rebuilds it from the escrow', async () => {
    await goTo(page, '/submissions');
    const grid = page.getByRole('grid', { name: 'Packages, newest first' });
    await grid.waitFor();
    await grid.getByRole('row').nth(1).filter({ hasText: 'Approved' }).waitFor();
    await grid.getByRole('row').nth(2).click();
    await page.getByText('receipt of S-0001').waitFor();
    await page.getByRole('button', { name: 'Rebuild and compare' }).click();
    await page.getByText('Agrees').first().waitFor();
    expect(await page.getByText('Agrees').count()).toBe(2);
    expect(await open.accessibility()).toEqual([]);
  });

  it('goes through all of it without a policy violation or an error in the console', async () => {
    expect(await open.problems()).toEqual([]);
  });
});

/** A newcomer's first minutes: the sample with its consortium, and the one package that waits for a person's approval. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Application, type OpenPage, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { goTo, signIn } from './sign-in.ts';

const withBrowser = describe.skipIf(!hasBrowser);

withBrowser(`the sample and its consortium${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  let application: Application;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    application = await startApplication({ unlocked: true });
    open = await application.open();
    page = open.page;
    await signIn(page, { name: 'Ada Berg', role: 'administrator' });
  }, 120_000);

  afterAll(() => application?.close());

  it('imports, learns alone and takes part in rounds until a package waits for a person', async () => {
    await goTo(page, '/import');
    await page.getByRole('button', { name: 'Try with sample data' }).first().click();
    await goTo(page, '/');
    await page
      .getByText(/^Package S-0008 is not approved/)
      .first()
      .waitFor({ timeout: 240_000 });
    await page.getByText('Masked upload').first().waitFor();
    expect(await open.accessibility()).toEqual([]);
  }, 300_000);

  it('says who the open round waits for, and what leaving undoes and what it cannot, before anybody leaves', async () => {
    await goTo(page, '/train?view=rounds');
    const panel = page.getByRole('complementary', { name: 'Round 8', exact: true });
    await panel.getByText('Approval of the package').waitFor();
    await panel.getByText(/^until /).waitFor();
    const leave = page.getByRole('button', { name: 'Leave the consortium' });
    await leave.focus();
    await page.keyboard.press('Enter');
    await page.getByText('Cannot be undone').waitFor();
    await page.getByText('Can be undone').waitFor();
    expect(await open.accessibility()).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByText('Cannot be undone').waitFor({ state: 'detached' });
    await expect.poll(() => leave.evaluate((button) => button === document.activeElement)).toBe(true);
  }, 60_000);

  it('sends the package once it is approved, and takes over the last global model', async () => {
    await goTo(page, '/review');
    await page.getByRole('heading', { name: 'Package S-0008' }).waitFor();
    await page.getByText(/^Read back .*, hash agrees$/).waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await goTo(page, '/submissions');
    const sent = page.getByRole('row').filter({ hasText: 'S-0008' });
    await sent.getByText('Sent').waitFor();
    await sent.getByText('Stored').waitFor();
    await goTo(page, '/');
    await page.getByText('R8').first().waitFor();
  }, 120_000);

  it('lists every round with its bytes, its own validation and its trunk, and opens one by the keyboard', async () => {
    await goTo(page, '/train?view=rounds');
    const list = page.getByRole('grid', { name: 'Rounds, newest first' });
    await page.getByText('8 of 8', { exact: true }).waitFor({ timeout: 60_000 });
    await list.getByText('Running').waitFor({ state: 'detached' });
    expect(await list.getAttribute('aria-rowcount')).toBe('9');
    for (const row of (await list.getByRole('row').allInnerTexts()).slice(1)) {
      expect(row).toMatch(/Finished/);
      expect(row).toMatch(/0\.\d{3}/);
      expect(row).toMatch(/\d\sMB/);
    }
    await list.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('Control+End');
    const panel = page.getByRole('complementary', { name: 'Round 1', exact: true });
    await panel.getByText('Global model 1').waitFor();
    await panel.getByText('S-0001').waitFor();
    await panel.getByText('Signed by the coordinator').waitFor();
    expect(await panel.getByRole('row').count()).toBeGreaterThan(3);
    expect(await open.accessibility()).toEqual([]);
    await panel.getByRole('button', { name: 'Open in Review' }).click();
    await page.getByRole('heading', { name: 'Package S-0001' }).waitFor();
  }, 60_000);

  it('scores five compounds with the model that came back, beside the own one', async () => {
    await goTo(page, '/score');
    await page.getByRole('button', { name: 'Try with five known drugs' }).click();
    await page.getByRole('button', { name: 'Score 5 compounds' }).click();
    const table = page.getByRole('grid').first();
    await table.getByText('5', { exact: true }).first().waitFor({ timeout: 60_000 });
    expect(await page.getByRole('main').textContent()).toMatch(/Round 8/);
    expect(await open.problems()).toEqual([]);
  }, 120_000);

  it('keeps a log whose chain holds, and has spoken to the coordinator alone', async () => {
    await goTo(page, '/audit');
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText('Chain intact').waitFor();
    await page.getByText('0 to any other').or(page.getByText('to any other')).first().waitFor();
    expect(await page.getByRole('complementary').first().textContent()).toMatch(/0\s*to any other/);
  }, 60_000);
});

/** Settings: the page in another language and appearance, a role, and the identity that others recognise by words. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Application, type OpenPage, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { goTo, signIn } from './sign-in.ts';

const withBrowser = describe.skipIf(!hasBrowser);

withBrowser(`settings${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  let application: Application;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    application = await startApplication({ unlocked: true });
    open = await application.open();
    page = open.page;
    await signIn(page, { name: 'Sato Yumi', role: 'administrator' });
    await goTo(page, '/settings');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
  }, 180_000);

  afterAll(() => application?.close());

  it('speaks Japanese at once, says so to screen readers, and remembers it', async () => {
    await page.getByRole('radio', { name: '日本語' }).click({ force: true });
    await page.getByRole('heading', { name: '設定' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('ja');
    expect(await page.getByText('現在、送信はありません').isVisible()).toBe(true);
    expect(await open.accessibility()).toEqual([]);
    await page.reload();
    await page.getByRole('heading', { name: '設定' }).waitFor();
    await page.getByRole('radio', { name: 'English' }).click({ force: true });
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
  });

  it('turns dark and light', async () => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.getByRole('radio', { name: 'Dark' }).click({ force: true });
    await expect.poll(ground).toBe('rgb(17, 17, 20)');
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('radio', { name: 'Light' }).click({ force: true });
    await expect.poll(ground).toBe('rgb(243, 243, 245)');
  });

  it('lets an administrator set when a session locks and whether two people are needed', async () => {
    const always = page.getByRole('radio', { name: 'Always' });
    await always.click();
    await expect.poll(() => always.isChecked()).toBe(true);
    await page.waitForTimeout(500);
    await page.reload();
    await expect.poll(() => always.isChecked()).toBe(true);
  });

  it('makes an identity and shows the twelve words by which others recognise it', async () => {
    await page.getByLabel('Partner ID').fill('-wrong');
    await page.getByText('Begin with a letter or a figure').waitFor();
    await page.getByLabel('Partner ID').fill('P10');
    await page.getByLabel('Name').last().fill('Javan');
    await page.getByRole('button', { name: 'Make the identity' }).click();
    await page.getByText('Key in words').waitFor();
    const words = page.getByRole('main').locator('ol').first().getByRole('listitem');
    expect(await words.count()).toBe(12);
    expect(await open.accessibility()).toEqual([]);
  });

  it('refuses an invitation that is none, and says that nothing was joined', async () => {
    await page.getByLabel('Invitation, as text').fill('{"not":"an invitation"}');
    await page.getByRole('button', { name: 'Read the invitation' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByText('This workspace is in no consortium.').isVisible()).toBe(true);
  });

  it('goes through all of it without a policy violation or an error in the console', async () => {
    expect(await open.problems()).toEqual([]);
  });
});

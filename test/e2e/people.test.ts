/** Accounts as people use them: the first one, another one, wrong passphrases, a new key, the last administrator. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Application, type OpenPage, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { add, enter, goTo, ownPassphrase, signOut } from './sign-in.ts';

const withBrowser = describe.skipIf(!hasBrowser);

withBrowser(`people and their accounts${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  let application: Application;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    application = await startApplication({ unlocked: true });
    open = await application.open();
    page = open.page;
  }, 180_000);

  afterAll(() => application?.close());

  it('makes the first account by the keyboard alone, and it is the administrator', async () => {
    await page.getByRole('heading', { name: 'Who works here first?' }).waitFor();
    expect(await open.accessibility()).toEqual([]);
    await page.keyboard.type('Ada Berg');
    await page.keyboard.press('Tab');
    await page.keyboard.type(ownPassphrase);
    await page.getByLabel('Your own passphrase again').focus();
    await page.keyboard.type(`${ownPassphrase}r`);
    await page.getByText('The two passphrases are not the same').waitFor();
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /Ada Berg\s*Administrator/ }).waitFor();
  });

  it('says who is alone, and lists a second person with the words of her key', async () => {
    await goTo(page, '/people');
    await page.getByText('You are the only one here.').waitFor();
    await add(page, { name: 'Jonas Wirth', role: 'compliance' });
    const panel = page.getByRole('complementary', { name: 'Account: Jonas Wirth' });
    expect(await panel.locator('ol').getByRole('listitem').count()).toBe(12);
    await expect.poll(() => page.getByText('You are the only one here.').count()).toBe(0);
    await page.getByText('2 accounts in use').waitFor();
    expect(await open.accessibility()).toEqual([]);
  });

  it('refuses a name that is taken, and to disable the last administrator, and says why', async () => {
    await page.getByRole('button', { name: 'Add a person' }).click();
    expect(await open.accessibility()).toEqual([]);
    await page.getByLabel('Name', { exact: true }).fill('jonas wirth');
    await page.getByLabel('First passphrase').fill(ownPassphrase);
    await page.getByRole('button', { name: 'Add jonas wirth' }).click();
    await page.getByText('jonas wirth has an account already').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('row').filter({ hasText: 'Ada Berg' }).first().click();
    await page.getByRole('button', { name: 'Disable Ada Berg' }).click();
    await page.getByRole('button', { name: 'Yes, disable Ada Berg' }).click();
    await page.getByText('Ada Berg is the only administrator').waitFor();
  });

  it('lets nobody in with a wrong passphrase, and an officer change no account', async () => {
    await signOut(page);
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('radio', { name: 'Jonas Wirth' }).check();
    await page.getByLabel('Own passphrase').fill('another horse battery');
    await page.keyboard.press('Enter');
    await page.getByText('The passphrase is wrong').waitFor();
    await enter(page, 'Jonas Wirth');
    await goTo(page, '/people');
    await page.getByText('Only an administrator changes accounts.').waitFor();
    expect(await page.getByRole('button', { name: 'Add a person' }).count()).toBe(0);
    await goTo(page, '/settings');
    await page.getByText('An administrator sets both.').waitFor();
  });

  it('changes the own passphrase, which the next sign-in asks for', async () => {
    const next = 'quite another horse';
    await page.getByLabel('Current passphrase').fill(ownPassphrase);
    await page.getByLabel('New passphrase', { exact: true }).fill(next);
    await page.getByLabel('New passphrase again').fill(next);
    await page.getByRole('button', { name: 'Change my passphrase' }).click();
    await page.getByText('Changed. Your key is the same.').waitFor();
    await signOut(page);
    await enter(page, 'Jonas Wirth', next);
    await signOut(page);
    await enter(page, 'Ada Berg');
  });

  it('gives a new key to somebody who forgot, and keeps the name of whoever is disabled', async () => {
    await goTo(page, '/people');
    await page.getByRole('row').filter({ hasText: 'Jonas Wirth' }).click();
    const panel = page.getByRole('complementary', { name: 'Account: Jonas Wirth' });
    const words = () => panel.locator('ol').textContent();
    const before = await words();
    await panel.getByLabel('New passphrase').fill(ownPassphrase);
    await panel.getByRole('button', { name: 'Give Jonas Wirth a new key' }).click();
    await panel.getByText('New key given').waitFor();
    expect(await words()).not.toBe(before);
    await panel.getByRole('button', { name: 'Disable Jonas Wirth' }).click();
    await panel.getByRole('button', { name: 'Yes, disable Jonas Wirth' }).click();
    await page.getByText('1 account in use · 1 disabled').waitFor();
    await page.getByRole('radio', { name: /^Disabled/ }).click({ force: true });
    await page.getByRole('row').filter({ hasText: 'Jonas Wirth' }).waitFor();
    expect(await open.problems()).toEqual([]);
  });
});

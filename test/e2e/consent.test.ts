/** A charter in the browser: read, consented to by two people, changed, withdrawn; by keyboard, and heard by a screen reader. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { charteredConsortium, charteredWorkspace, people } from '../fixtures/chartered-workspace.ts';
import { type Application, type OpenPage, passphrase, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { enter, goTo, signOut } from './sign-in.ts';

const withBrowser = describe.skipIf(!hasBrowser);

withBrowser(`consent to a charter${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  const consortium = charteredConsortium();
  let home: string;
  let application: Application;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'chorale-consent-'));
    const folder = join(home, 'Citra');
    await charteredWorkspace(folder, passphrase, consortium);
    writeFileSync(
      join(home, 'charter-2.json'),
      consortium.next((charter) => ({ ...charter, retention: { ...charter.retention, escrowMonths: 36 } })),
    );
    application = await startApplication({ workspace: folder, unlocked: true });
    open = await application.open();
    page = open.page;
    await enter(page, people.steward.name);
    await page
      .getByRole('navigation', { name: 'Stations' })
      .getByRole('link', { name: /^Consent/ })
      .click();
  }, 180_000);

  afterAll(async () => {
    await application?.close();
    rmSync(home, { recursive: true, force: true });
  });

  const answer = (name: string) => page.getByRole('button', { name, exact: true });
  const as = async (name: string) => {
    await signOut(page);
    await enter(page, name);
    await goTo(page, '/consent');
    await page.getByRole('heading', { name: 'Purpose' }).waitFor();
  };

  it('says first what the company agrees to, then the charter in numbered articles', async () => {
    await page.getByRole('heading', { name: 'Purpose' }).waitFor();
    const shown = await page.getByRole('article').textContent();
    expect(shown).toContain('Partner P01 agrees to learn one shared model with 2 other partners, in 40 rounds.');
    expect(shown).toContain('12Changes and law');
    expect(shown).toContain('above 0.70');
    const words = page.getByRole('row', { name: /^Partner P02/ });
    expect((await words.getByRole('cell').first().textContent())?.split(' ')).toHaveLength(12);
    expect(await open.accessibility()).toEqual([]);
  });

  it('waits for a second person after the first has consented, by the keyboard', async () => {
    expect(await answer('Withdraw').isDisabled()).toBe(true);
    expect(await page.getByRole('checkbox').count()).toBe(0);
    const statement = page.getByText(/^I have read version 1 of the charter of Decima/);
    expect(await statement.textContent()).toContain('As data steward of Partner P01 I consent');
    await answer('Consent').focus();
    await page.keyboard.press('Enter');
    await page.getByText('Waits for the second person').first().waitFor();
    expect(await answer('Consent').isDisabled()).toBe(true);
    await page.getByText('You have consented already.').waitFor();
  });

  it('stands once the officer has consented too', async () => {
    await as(people.officer.name);
    await answer('Consent').click();
    await page.getByText('Two people have consented to version 1.').waitFor();
    expect(await page.getByText('Signature holds').count()).toBe(2);
    expect(await open.accessibility()).toEqual([]);
  });

  it('asks again for a new version, and says what it changes', async () => {
    await page.getByLabel('Choose a file').setInputFiles(join(home, 'charter-2.json'));
    await page.getByText('signed by 3 of 3').waitFor();
    await answer('Take it in').click();
    const changes = page.getByRole('list', { name: 'Changed since version 1, which had consent' });
    await changes.waitFor();
    expect(await changes.textContent()).toBe('~changed: Escrow, months2436');
    await answer('Consent').click();
    await page.getByText('Waits for the second person').first().waitFor();
    await as(people.steward.name);
    await answer('Consent').click();
    await page.getByText('Two people have consented to version 2.').waitFor();
  });

  it('shows what a withdrawal stops and cannot undo before it is signed, and asks for a reason', async () => {
    await answer('Withdraw').click();
    await page.getByText('Rounds without this company from now on: 40.', { exact: false }).waitFor();
    await page.getByRole('heading', { name: 'What it cannot undo' }).first().waitFor();
    await answer('Withdraw consent').click();
    await page.getByText('Say why. The reason stands beside your signature.').waitFor();
    await answer('Keep consent').click();
    await answer('Withdraw').click();
    await page.getByLabel('Reason, kept in the log of this company').fill('The contract has ended.');
    expect(await open.accessibility()).toEqual([]);
    await answer('Withdraw consent').click();
    await page.getByText('The consent to version 2 was withdrawn.', { exact: false }).waitFor();
    await page.getByText('The contract has ended.').first().waitFor();
    expect(await answer('Consent').isDisabled()).toBe(false);
  });

  it('keeps the versions before it to be read, and the log of every answer', async () => {
    await page.getByRole('link', { name: 'Version 1' }).click();
    await page.getByText('Version 1 is read here. Another one has taken its place.').waitFor();
    await page.getByRole('link', { name: 'Read version 2, which holds' }).click();
    await goTo(page, '/audit');
    await page.getByText('Consent withdrawn').first().waitFor();
    expect(await page.getByRole('row').filter({ hasText: 'Consent given' }).count()).toBe(4);
    expect(await open.problems()).toEqual([]);
  });
});

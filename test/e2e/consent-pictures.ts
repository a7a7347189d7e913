/** The page Consent in each of its states, on a workspace of its own: no consortium, no charter, then one answer after the other. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createWorkspace } from '../../src-main/catalog/workspace.ts';
import { addAccount } from '../../src-main/release/accounts.ts';
import { charteredConsortium, charteredWorkspace, ownPassphrase, people } from '../fixtures/chartered-workspace.ts';
import { type Application, passphrase, startApplication } from './application.ts';
import { enter, goTo, signOut } from './sign-in.ts';

export const consentPictures = [
  'consent-empty',
  'consent-none',
  'consent-needed',
  'consent-half',
  'consent-given',
  'consent-changed',
  'consent-withdraw',
  'consent-withdrawn',
];

/** Shows what is open now in every variant; `prepare` brings a fresh page to where the picture is taken. */
export type ShootAll = (
  application: Application,
  name: string,
  prepare: (page: Page) => Promise<void>,
) => Promise<void>;

export async function shootConsent(shootAll: ShootAll): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'chorale-consent-pictures-'));
  const consortium = charteredConsortium();
  const toConsent = async (page: Page) => {
    await goTo(page, '/consent');
    await page.waitForTimeout(500);
  };
  const within = async (name: string, act: (application: Application, page: Page) => Promise<void>) => {
    const application = await startApplication({ workspace: join(home, name), unlocked: true });
    try {
      const { page } = await application.open();
      await enter(page, people.steward.name);
      await act(application, page);
    } finally {
      await application.close();
    }
  };
  const answer = async (page: Page, name: string) => {
    await toConsent(page);
    await page.getByRole('button', { name, exact: true }).click();
  };
  const as = async (page: Page, name: string) => {
    await signOut(page);
    await enter(page, name);
  };
  try {
    const bare = createWorkspace(join(home, 'bare'), passphrase);
    const cost = { operations: 1, memory: 8192 };
    await addAccount(bare.catalog, { ...people.steward, passphrase: ownPassphrase, by: people.steward.name }, { cost });
    bare.close();
    await within('bare', (application) => shootAll(application, 'consent-empty', toConsent));
    await charteredWorkspace(join(home, 'without'), passphrase, consortium, consortium.withoutCharter);
    await within('without', (application) => shootAll(application, 'consent-none', toConsent));
    await charteredWorkspace(join(home, 'Citra'), passphrase, consortium);
    await within('Citra', async (application, page) => {
      await shootAll(application, 'consent-needed', toConsent);
      await answer(page, 'Consent');
      await shootAll(application, 'consent-half', toConsent);
      await as(page, people.officer.name);
      await answer(page, 'Consent');
      await shootAll(application, 'consent-given', toConsent);
      const file = join(home, 'charter-2.json');
      writeFileSync(
        file,
        consortium.next((charter) => ({
          ...charter,
          purpose: charter.purpose.replace('This is a pilot', 'This is the second year of a pilot'),
          retention: { ...charter.retention, escrowMonths: 36, modelMonths: 120 },
          liability: charter.liability.slice(0, 3),
        })),
      );
      await toConsent(page);
      await page.getByLabel('Choose a file').setInputFiles(file);
      await page.getByRole('button', { name: 'Take it in' }).click();
      await page.getByText('Changed since version 1').first().waitFor();
      await shootAll(application, 'consent-changed', toConsent);
      await answer(page, 'Consent');
      await as(page, people.steward.name);
      await answer(page, 'Consent');
      await shootAll(application, 'consent-withdraw', async (shown) => {
        await toConsent(shown);
        await shown.getByRole('button', { name: /^(Withdraw|撤回する)$/ }).click();
      });
      await answer(page, 'Withdraw');
      await page.getByLabel(/^Reason/).fill('The agreement between the companies has ended.');
      await page.getByRole('button', { name: 'Withdraw consent' }).click();
      await shootAll(application, 'consent-withdrawn', toConsent);
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

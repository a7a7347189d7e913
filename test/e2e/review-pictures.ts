/** The page Review in each of its depths and answers, on workspaces of its own: a package that may leave, and one that a check blocks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { createWorkspace } from '../../src-main/catalog/workspace.ts';
import { addPackages, type PackagesChoices } from '../fixtures/packages.ts';
import { jonas, mara } from '../release/frozen.ts';
import { type Application, passphrase, startApplication } from './application.ts';
import type { ShootAll } from './consent-pictures.ts';
import { add, administrator, enter, goTo, signIn, signOut } from './sign-in.ts';

export const reviewPictures = [
  'review-checks',
  'review-fields',
  'review-bytes',
  'review-reason',
  'review-standing',
  'review-changes',
  'review-amend',
  'review-kept',
  'review-blocked',
  'review-override',
];

const small: PackagesChoices = { rounds: 3, hidden: [256, 64], bits: 2048 };

export async function shootReview(shootAll: ShootAll): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'chorale-review-pictures-'));
  try {
    await withPackages(join(home, 'Citra'), small, async (application, page, hash) => {
      const package_ = `/review?package=${hash}`;
      const at = (address: string) => async (shown: Page) => {
        await goTo(shown, address);
        await shown.waitForTimeout(500);
      };
      await shootAll(application, 'review-checks', async (shown) => {
        await at(package_)(shown);
        await shown.getByRole('button', { name: /^(Explain each check|各検査の説明)$/ }).scrollIntoViewIfNeeded();
      });
      await shootAll(application, 'review-fields', at(`${package_}&view=fields`));
      await shootAll(application, 'review-bytes', at(`${package_}&view=bytes`));
      await shootAll(application, 'review-reason', async (shown) => {
        await at(package_)(shown);
        await shown.getByRole('button', { name: /^(Refuse|却下する)$/ }).click();
      });
      await shootAll(application, 'review-standing', async (shown) => {
        await at(package_)(shown);
        const offer = shown.getByRole('button', { name: /^(Approve the following rounds|次回以降のラウンドも承認)$/ });
        await offer.click();
        await shown.getByRole('button', { name: /^(Cancel|やめる)$/ }).scrollIntoViewIfNeeded();
      });
      await at(package_)(page);
      await page.getByLabel(/^Comment to/).fill('Leave the assay of the partner hospital out of this series.');
      await page.getByRole('button', { name: 'Request changes', exact: true }).click();
      await page.getByText('A changed package gets a new name and a new hash.').waitFor();
      await shootAll(application, 'review-changes', at(package_));
      await signOut(page);
      await enter(page, administrator);
      await add(page, mara);
      await signOut(page);
      await enter(page, mara.name);
      await shootAll(application, 'review-amend', async (shown) => {
        await at(package_)(shown);
        await shown.getByRole('button', { name: /^(Make changes|修正する)$/ }).click();
        await shown.getByRole('button', { name: /^(Cancel|やめる)$/ }).scrollIntoViewIfNeeded();
      });
      await shootAll(application, 'review-kept', at('/submissions'));
    });
    const fewCompounds = { tasks: 1, smallestTask: 3, compounds: 3 };
    await withPackages(
      join(home, 'Blocked'),
      { ...small, lastTrainedOn: fewCompounds },
      async (application, page, hash) => {
        const open = async (shown: Page) => {
          await goTo(shown, `/review?package=${hash}`);
          await shown.waitForTimeout(500);
        };
        await shootAll(application, 'review-blocked', open);
        await open(page);
        await page.getByLabel('Reason').fill('An assay of a public paper.');
        await page.getByRole('button', { name: 'Ask for an override' }).click();
        await page.getByText('An assay of a public paper.').first().waitFor();
        await shootAll(application, 'review-override', open);
      },
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** With the compliance officer signed in; the steward has an account too. */
async function withPackages(
  folder: string,
  choices: PackagesChoices,
  act: (application: Application, page: Page, hash: string) => Promise<void>,
): Promise<void> {
  const workspace = createWorkspace(folder, passphrase);
  const { hash } = await addPackages(workspace, choices);
  workspace.close();
  const application = await startApplication({ workspace: folder, unlocked: true });
  try {
    const { page } = await application.open();
    await signIn(page, jonas);
    await act(application, page, hash);
  } finally {
    await application.close();
  }
}

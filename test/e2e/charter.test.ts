/** A charter that comes from the coordinator: fetched before joining, and its next version signed, taken in and shown with what it changes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Catalog, openCatalog } from '../../src-main/catalog/open.ts';
import { createWorkspace } from '../../src-main/catalog/workspace.ts';
import { type Coordinator, startCoordinator } from '../../src-main/coordinator/start.ts';
import { fetchCharter, handInCharter, lookAtCoordinator } from '../../src-main/engine/charter-meeting.ts';
import { joinByInvitation } from '../../src-main/federation/invitation.ts';
import { nextCharter } from '../../src-main/release/charter-template.ts';
import { becomePartner, charteredConsortium, people } from '../fixtures/chartered-workspace.ts';
import { type Application, type OpenPage, passphrase, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { enter, goTo } from './sign-in.ts';

const withBrowser = describe.skipIf(!hasBrowser);

withBrowser(`a charter at the coordinator${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  const consortium = charteredConsortium();
  const { roster, signedRoster, plan, charter, coordinatorKeys, ids } = consortium;
  const officer = people.officer.name;
  let home: string;
  let coordinator: Coordinator;
  let invitation: string;
  let others: Catalog[];
  let application: Application;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'chorale-charter-'));
    coordinator = await startCoordinator({
      folder: join(home, 'coordinator'),
      ...{ roster: signedRoster, plan, key: coordinatorKeys, charter },
    });
    invitation = consortium.invitationTo(coordinator.url);
    const folder = join(home, 'Citra');
    const workspace = createWorkspace(folder, passphrase);
    await becomePartner(workspace.catalog, consortium, ids[0]!);
    workspace.close();
    others = [];
    for (const id of ids.slice(1)) {
      const catalog = openCatalog(join(home, `${id}.sqlite`), Buffer.alloc(32, 7));
      await becomePartner(catalog, consortium, id);
      const fetched = await fetchCharter(catalog, invitation);
      joinByInvitation(catalog, invitation, '2026-03-02T09:00:00.000Z', fetched ?? undefined);
      others.push(catalog);
    }
    application = await startApplication({ workspace: folder, unlocked: true });
    open = await application.open();
    page = open.page;
    await enter(page, officer);
  }, 180_000);

  afterAll(async () => {
    await application?.close();
    await coordinator?.close();
    for (const catalog of others) catalog.close();
    rmSync(home, { recursive: true, force: true });
  });

  const answer = (name: string) => page.getByRole('button', { name, exact: true });

  it('is not with the invitation, and nobody joins without it', async () => {
    await goTo(page, '/settings');
    await page.getByLabel('Invitation, as text').fill(invitation);
    await answer('Read the invitation').click();
    await page.getByText('Nobody joins without it.', { exact: false }).waitFor();
    expect(await answer('Join Decima').isDisabled()).toBe(true);
  });

  it('is fetched, named with its version, hash and signatures, and then joined under', async () => {
    await answer('Fetch the charter from the coordinator').click();
    await page.getByText('Decima, version 1').waitFor();
    await page.getByText('3 of 3', { exact: true }).waitFor();
    await page.getByText('Partner P01, Partner P02, Partner P03').waitFor();
    expect(await open.accessibility()).toEqual([]);
    await answer('Join Decima').click();
    await page.getByText('Joined', { exact: true }).first().waitFor();
    await goTo(page, '/consent');
    await page.getByRole('heading', { name: 'Purpose' }).waitFor();
    await page.getByText('It has no version that is not here.', { exact: false }).waitFor();
  });

  it('shows what a proposed version changes, one row for a row, and signs it by the coordinator', async () => {
    const [first, second] = others as [Catalog, Catalog];
    const draft = nextCharter(charter.charter, roster, plan, '2026-06-01');
    const auditor = { who: 'The auditor', for: 'What the auditor keeps.' };
    const changed = { ...draft, liability: [draft.liability[0]!, auditor, ...draft.liability.slice(1)] };
    await handInCharter(first, JSON.stringify({ charter: changed, signatures: {} }), officer);
    await handInCharter(second, (await lookAtCoordinator(second))!.proposals[0]!.text, officer);

    await answer('Ask again').click();
    await page.getByText('signed by 2 of 3').waitFor();
    const changes = page.getByRole('list', { name: /^Changed since version 1/ });
    expect(await changes.getByRole('listitem').allTextContents()).toEqual([
      '+new: Who answers for what: The auditorWhat the auditor keeps.',
    ]);
    expect(await open.accessibility()).toEqual([]);
    await answer('Sign and hand to the coordinator').click();
    await page.getByText('All partners have signed the next version.', { exact: false }).waitFor();
  });

  it('is taken in from there, and waits for consent with the same changes', async () => {
    await answer('Take it in').click();
    await page.getByText('Version 2', { exact: true }).first().waitFor();
    await page.getByText('Nobody has consented to version 2.', { exact: false }).waitFor();
    await page.getByText('It has no version that is not here.', { exact: false }).waitFor();
    await goTo(page, '/audit');
    await page.getByText('Charter handed to the coordinator').first().waitFor();
    expect(await open.problems()).toEqual([]);
  });

  it('says that the coordinator cannot be reached where it cannot, and leaves the page as it is', async () => {
    await coordinator.close();
    await goTo(page, '/consent');
    const section = page.locator('section').filter({ hasText: 'Charters at the coordinator' });
    await answer('Ask again').click();
    await section.getByText(/reach/).first().waitFor();
    await page.getByRole('heading', { name: 'Purpose' }).waitFor();
    expect(await open.accessibility()).toEqual([]);
  });
});

/** What people answer for beyond one package: an override by two persons, and a standing approval within limits that is stopped at once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorkspace, openWorkspace } from '../../src-main/catalog/workspace.ts';
import type { Person } from '../../src-main/contract/settings.ts';
import { approveByStanding, type StandingOutcome } from '../../src-main/release/standing.ts';
import { addPackage, addPackages, type PackagesChoices } from '../fixtures/packages.ts';
import { planOf } from '../release/frozen.ts';
import { type Application, type OpenPage, passphrase, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { enter, goTo, signIn, signOut } from './sign-in.ts';

const jonas: Person = { name: 'Jonas Wirth', role: 'compliance' };
const administrator = 'Ada Berg';
const withBrowser = describe.skipIf(!hasBrowser);
const reasonIfNot = hasBrowser ? '' : ' (skipped: no Chromium for this machine)';

let home: string;
let folder: string;
let application: Application;
let open: OpenPage;
let page: Page;

async function begin(choices: PackagesChoices): Promise<void> {
  home = mkdtempSync(join(tmpdir(), 'chorale-answers-'));
  folder = join(home, 'Citra');
  const workspace = createWorkspace(folder, passphrase);
  await addPackages(workspace, choices);
  workspace.close();
  application = await startApplication({ workspace: folder, unlocked: true });
  open = await application.open();
  page = open.page;
  await signIn(page, jonas);
  await goTo(page, '/review');
}

async function end(): Promise<void> {
  await application?.close();
  rmSync(home, { recursive: true, force: true });
}

const panel = () => page.getByRole('complementary');
const button = (name: string) => panel().getByRole('button', { name, exact: true });
const as = async (name: string) => {
  await signOut(page);
  await enter(page, name);
  await goTo(page, '/review');
};

withBrowser(`what a check blocks${reasonIfNot}`, () => {
  beforeAll(() => begin({ rounds: 1, lastTrainedOn: { tasks: 97, smallestTask: 4, compounds: 10_199 } }), 180_000);
  afterAll(end);

  it('cannot be approved, and says why', async () => {
    await page.getByRole('heading', { name: 'Package S-0001' }).waitFor();
    await page.getByText('1 blocks', { exact: true }).waitFor();
    expect(await button('Approve').isDisabled()).toBe(true);
    expect(await button('Refuse').isDisabled()).toBe(false);
  });

  it('is answered for by one person with a reason, and not without', async () => {
    await button('Ask for an override').click();
    await panel().getByText('Say why it may leave all the same').waitFor();
    await panel().getByLabel('Reason', { exact: true }).fill('The compounds are published already.');
    await button('Ask for an override').click();
    await panel().getByText('Waits for another person to confirm').waitFor();
    await panel().getByText('You have asked for it. Another person confirms.').waitFor();
    expect(await panel().getByRole('button', { name: 'Confirm and sign' }).count()).toBe(0);
    expect(await button('Approve').isDisabled()).toBe(true);
    expect(await open.accessibility()).toEqual([]);
  });

  it('is confirmed by another person, who reads the reason, and then still waits for an approval', async () => {
    await as(administrator);
    await panel().getByText('The compounds are published already.').first().waitFor();
    await panel().getByText('Jonas Wirth asks to let it leave although it is blocked', { exact: false }).waitFor();
    await button('Confirm and sign').click();
    await panel().getByText('Confirmed by Ada Berg, Administrator').waitFor();
    const thread = panel().getByRole('listitem').filter({ hasText: 'Override' });
    expect(await thread.count()).toBe(2);
    await expect.poll(() => button('Approve').isDisabled()).toBe(false);
    await panel().getByText('Waits', { exact: false }).first().waitFor();
  });

  it('shows beside each signature the words of the key that made it', async () => {
    await button('Approve').click();
    await panel().getByText('It is sent as soon as the round asks for it.').waitFor();
    const signed = panel().getByRole('listitem').filter({ hasText: 'signature agrees' });
    const keys = (await signed.allTextContents()).map((text) => /Key: ((?:[a-z]+ ){11}[a-z]+)/.exec(text)?.[1]);
    expect(keys).toHaveLength(3);
    expect(keys[0]).toMatch(/^([a-z]+ ){11}[a-z]+$/);
    expect(keys[1]).toBe(keys[2]);
    expect(keys[0]).not.toBe(keys[1]);
    await goTo(page, '/people');
    await page.getByRole('main').getByText(administrator).first().click();
    await page.getByText(keys[1]!.split(' ')[0]!).first().waitFor();
    expect(await open.problems()).toEqual([]);
  });
});

withBrowser(`a standing approval${reasonIfNot}`, () => {
  beforeAll(() => begin({ rounds: 2 }), 180_000);
  afterAll(end);

  /** As a round does: freezes the package, and lets a standing approval look at it first. */
  async function freeze(round: number): Promise<StandingOutcome> {
    const workspace = openWorkspace(folder, passphrase);
    try {
      const { hash } = await addPackage(workspace, planOf(), round);
      return approveByStanding(workspace, hash);
    } finally {
      workspace.close();
    }
  }

  /** The page hears nothing of packages that this process freezes: it asks anew where its last answer is old. */
  async function openPackage(name: string): Promise<void> {
    const heading = page.getByRole('heading', { name: `Package ${name}` });
    await expect
      .poll(
        async () => {
          await goTo(page, '/submissions');
          await page.getByRole('grid', { name: 'Packages, newest first' }).waitFor();
          await goTo(page, '/review');
          return heading.isVisible();
        },
        { timeout: 15_000, interval: 500 },
      )
      .toBe(true);
  }

  it('is opened on purpose, lists what it covers, and is given only with a tick', async () => {
    await page.getByRole('heading', { name: 'Package S-0002' }).waitFor();
    await button('Approve the following rounds').click();
    await panel().getByText('It covers').waitFor();
    await panel().getByText('4 tensors, none other').waitFor();
    await panel().getByText('Packages are counted, not rounds', { exact: false }).waitFor();
    await panel().getByLabel('Up to round', { exact: true }).fill('4');
    await panel().getByLabel('Packages at most', { exact: true }).fill('1');
    for (const check of await panel().getByRole('group').getByRole('checkbox').all()) await check.check();
    await button('Approve rounds 3 to 4').click();
    await panel().getByText('Tick the sentence to go on').waitFor();
    await panel().getByLabel('I approve rounds 3 to 4 within these limits').check();
    expect(await open.accessibility()).toEqual([]);
    await button('Approve rounds 3 to 4').click();
    await panel().getByText('Rounds 3 to 4 are approved under plan', { exact: false }).waitFor();
    await panel().getByText('0 of 1 packages', { exact: false }).waitFor();
  });

  it('does not touch the package that waited before it, which is decided on by hand', async () => {
    expect(await button('Approve').isDisabled()).toBe(false);
    await button('Approve').click();
    await panel().getByText('It is sent as soon as the round asks for it.').waitFor();
  });

  it('lets the next package go with a decision of its own, and then asks by hand since its packages are used up', async () => {
    expect(await freeze(3)).toMatchObject({ covered: true });
    expect(await freeze(4)).toEqual({ covered: false, reason: 'too-many-rounds' });
    await openPackage('S-0004');
    await goTo(page, '/submissions');
    const grid = page.getByRole('grid', { name: 'Packages, newest first' });
    await grid.getByRole('row', { name: /S-0003/ }).waitFor();
    expect(await grid.getByRole('row', { name: /S-0003/ }).textContent()).toContain('Approved');
    await goTo(page, '/audit');
    const log = page.getByRole('grid', { name: 'Entries of the log, newest first' });
    await log.getByRole('row').filter({ hasText: 'Package approved' }).first().waitFor();
  });

  it('is stopped at once, also by a steward, and covers nothing from then on', async () => {
    await openPackage('S-0004');
    await button('Approve the following rounds').click();
    await panel().getByLabel('Packages at most', { exact: true }).fill('9');
    for (const check of await panel().getByRole('group').getByRole('checkbox').all()) await check.check();
    await panel().getByLabel('I approve rounds 5 to 20 within these limits').check();
    await button('Approve rounds 5 to 20').click();
    await panel().getByText('Rounds 5 to 20 are approved', { exact: false }).waitFor();
    await button('Stop it at once').click();
    await button('Approve the following rounds').waitFor();
    expect(await freeze(5)).toEqual({ covered: false, reason: 'stopped' });
    await goTo(page, '/audit');
    await page.getByText('Standing approval stopped').first().waitFor();
  });

  it('asks by hand for a round beyond its last one', async () => {
    await openPackage('S-0004');
    await button('Approve the following rounds').click();
    await panel().getByLabel('Up to round', { exact: true }).fill('6');
    await page.keyboard.press('Tab');
    for (const check of await panel().getByRole('group').getByRole('checkbox').all()) await check.check();
    await panel().getByLabel('I approve rounds 5 to 6 within these limits').check();
    await panel().getByRole('button', { name: 'Approve rounds 5 to 6' }).click();
    await panel()
      .getByText(/^Rounds 5 to 6 are approved/)
      .waitFor();
    expect(await freeze(6)).toMatchObject({ covered: true });
    expect(await freeze(7)).toEqual({ covered: false, reason: 'round-beyond' });
    expect(await open.problems()).toEqual([]);
  });
});

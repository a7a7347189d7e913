/** A steward's first half hour in a real browser: make a workspace, bring a file in, see the structures. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Application, type OpenPage, passphrase, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { begin, ownPassphrase } from './sign-in.ts';
import { smallExport } from './small-export.ts';

const withBrowser = describe.skipIf(!hasBrowser);

withBrowser(`the steward's journey${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  let folder: string;
  let application: Application;
  let open: OpenPage;
  let page: Page;
  const small = smallExport();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-journey-'));
    writeFileSync(join(folder, 'citra_Messwerte.csv'), `\uFEFF${small.text}`);
    application = await startApplication();
    open = await application.open();
    page = open.page;
  });

  afterAll(async () => {
    await application?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes a workspace with a passphrase typed twice, by keyboard alone', async () => {
    await page.getByRole('heading', { name: 'Make a workspace' }).waitFor();
    expect(await open.accessibility()).toEqual([]);
    const make = page.getByRole('button', { name: 'Make the workspace' });
    await page.keyboard.type(passphrase);
    expect(await make.isDisabled()).toBe(true);
    await page.getByLabel('Passphrase again').focus();
    await page.keyboard.type(passphrase);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Who works here first?' }).waitFor();
  });

  it('makes the first account and arrives at Home, where nothing has left', async () => {
    await begin(page, 'Mara Lindner');
    await page.getByRole('heading', { name: 'Import the first export' }).waitFor();
    expect(await page.getByText('Nothing is being sent').isVisible()).toBe(true);
    expect(await open.accessibility()).toEqual([]);
  });

  it('takes a file in and proposes a mapping with confidence and reasons', async () => {
    await page.getByRole('link', { name: 'Open Import' }).click();
    await page.getByRole('heading', { name: 'Drop the first export here' }).waitFor();
    expect(await open.accessibility()).toEqual([]);
    await page.locator('input[type=file]').setInputFiles(join(folder, 'citra_Messwerte.csv'));
    const grid = page.getByRole('grid', { name: 'Columns of the file' });
    await grid.waitFor();
    for (const [column, target] of [
      ['Substanz', 'Compound ID'],
      ['Strukturformel (SMILES)', 'Structure'],
      ['Prüfung', 'Assay'],
      ['Operator', 'Relation'],
      ['Messwert', 'Value'],
      ['Einheit', 'Unit'],
      ['Bearbeiter', 'Not used'],
    ] as const) {
      const select = page.getByRole('combobox', { name: `Target of ${column}` });
      expect(await select.inputValue(), column).toBe(target);
    }
    expect(await page.getByText('Names of people; never a target').isVisible()).toBe(true);
    expect(await open.accessibility()).toEqual([]);
  });

  it('walks the columns with the arrow keys and names the active cell', async () => {
    const grid = page.getByRole('grid', { name: 'Columns of the file' });
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const selected = grid.getByRole('row', { selected: true });
    expect(await selected.count()).toBe(1);
    const active = await grid.getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${active}"]`).count()).toBe(1);
  });

  it('changes a target by keyboard, takes it back, and has it again', async () => {
    const target = () => page.getByRole('combobox', { name: 'Target of Operator' }).inputValue();
    await page.getByRole('grid', { name: 'Columns of the file' }).focus();
    await page.keyboard.press('Control+Home');
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'Enter', 'ArrowDown', 'ArrowUp', 'Enter']) {
      await page.keyboard.press(key);
    }
    await expect.poll(target).toBe('Not used');
    await page.getByRole('button', { name: 'Undo: Operator is Not used' }).click();
    await expect.poll(target).toBe('Relation');
  });

  it('checks every row with the code of the commit, and the parts add up', async () => {
    await page.getByRole('button', { name: `Check ${small.rows} rows` }).click();
    await page.getByRole('button', { name: /^Commit/ }).waitFor();
    const sum = await page.getByRole('region', { name: /rows in the file =/ }).getAttribute('aria-label');
    const [all, ready, warned, blocked, ignored] = (sum?.match(/\d[\d,]*/g) ?? []).map((text) =>
      Number(text.replaceAll(',', '')),
    );
    expect(all).toBe(small.rows);
    expect(ready! + warned! + blocked! + ignored!).toBe(all);
    expect(blocked).toBe(small.rejected);
    expect(ignored).toBe(small.duplicates);
    expect(await page.getByText('Value is not a number').first().isVisible()).toBe(true);
    expect(await open.accessibility()).toEqual([]);
  });

  it('commits, says what has changed, and offers the rejected rows', async () => {
    await page.getByRole('button', { name: /^Commit/ }).click();
    await page.getByText('Batch 1 is in the catalogue').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: new RegExp(`^Download ${small.rejected} rejected row`) }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('citra_Messwerte-rejected.csv');
    expect(await open.accessibility()).toEqual([]);
  });

  it('standardises the structures and shows them as given and in their standard form', async () => {
    await page.getByRole('button', { name: 'Standardise the structures' }).click();
    const grid = page.getByRole('grid', { name: 'Structures' });
    await grid.waitFor();
    await page.getByText('Structures read').first().waitFor();
    const drawings = grid.getByRole('img');
    await expect.poll(() => drawings.count()).toBeGreaterThan(8);
    expect(await grid.getAttribute('aria-rowcount')).toBe('61');
    await page.getByLabel(/^Changed/).check();
    await expect.poll(() => page.getByText('Salt removed').count()).toBeGreaterThan(2);
    expect(await open.accessibility()).toEqual([]);
  });

  it('withdraws the whole batch, after saying what that means', async () => {
    await page
      .getByRole('link', { name: /^Import/ })
      .first()
      .click();
    const grid = page.getByRole('grid', { name: 'Batches' });
    await grid.waitFor();
    await grid.focus();
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Withdraw batch 1' }).click();
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('button', { name: /^Withdraw \d+ measurements/ }).click();
    await grid.getByText('Withdrawn').waitFor();
  });

  it('stops a running job from the job bar', async () => {
    await page.getByRole('link', { name: 'Home' }).click();
    await page.getByRole('button', { name: 'Try with sample data' }).click();
    const bar = page.getByRole('region', { name: 'Jobs' });
    await bar.getByRole('progressbar', { name: 'Sample data' }).waitFor();
    await bar.getByRole('button', { name: 'Cancel' }).click();
    await bar.getByText('Sample data cancelled').first().waitFor();
  });

  it('speaks Japanese and turns dark at once, and says so to assistive technology', async () => {
    await page.getByRole('button', { name: /Mara Lindner/ }).click();
    await page.getByRole('menuitem', { name: '日本語' }).click();
    await page
      .getByRole('link', { name: /^取り込み/ })
      .first()
      .waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ja');
    await page.getByRole('button', { name: /Mara Lindner/ }).click();
    await page.getByRole('menuitem', { name: '暗い表示' }).click();
    await expect.poll(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.getByRole('link', { name: 'ホーム' }).click();
    await page.getByText('次にすること').waitFor();
    expect(await open.accessibility()).toEqual([]);
  });

  it('locks, forgets what it showed, and opens again with the passphrase only', async () => {
    await page.getByRole('button', { name: /Mara Lindner/ }).click();
    await page.getByRole('menuitem', { name: 'ワークスペースをロック' }).click();
    await page.getByRole('heading', { name: 'ワークスペースを開く' }).waitFor();
    await page.keyboard.type('not the passphrase');
    await page.keyboard.press('Enter');
    await page.getByText('このパスフレーズでは開きません').waitFor();
    expect(await open.accessibility()).toEqual([]);
    await page.getByLabel('パスフレーズ').fill(passphrase);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'サインイン' }).waitFor();
    await page.getByLabel('本人のパスフレーズ').fill(ownPassphrase);
    await page.keyboard.press('Enter');
    await page.getByText('次にすること').waitFor();
  });

  it('has broken no rule of the content policy and logged no error on the way', async () => {
    expect(await open.problems()).toEqual([]);
  });
});

const ibex = new URL('../../../shared/data/federation/partners/P09_ibex_eln.csv.gz', import.meta.url).pathname;
const hasReal = existsSync(ibex);

describe.skipIf(!hasBrowser || !hasReal)(
  `a real export, P09${hasReal ? '' : ' (skipped: ../shared/data is not there)'}`,
  () => {
    it('goes through the wizard as proposed, with every row accounted for', async () => {
      const application = await startApplication({ unlocked: true });
      try {
        const { page, problems } = await application.open();
        await begin(page, 'Mara Lindner');
        await page.getByRole('link', { name: 'Open Import' }).click();
        await page.locator('input[type=file]').setInputFiles(ibex);
        await page.getByRole('button', { name: 'Check 2,982 rows' }).click();
        await page.getByRole('button', { name: 'Commit 2,982 measurements' }).click();
        await page.getByText('2,982 measurements of 2,021 compounds in 60 assays').waitFor();
        expect(await problems()).toEqual([]);
      } finally {
        await application.close();
      }
    });
  },
);

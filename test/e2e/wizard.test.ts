/** What a file's way through the import keeps and offers: drafts, templates, structures before and after, a second file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Application, type OpenPage, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { joinedExport } from './joined-export.ts';
import { enter, goTo, signIn } from './sign-in.ts';
import { smallExport } from './small-export.ts';

const steward = { name: 'Mara Lindner', role: 'steward' } as const;

describe.skipIf(!hasBrowser)(`the import wizard${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  let folder: string;
  let application: Application;
  let open: OpenPage;
  let page: Page;
  const small = smallExport();

  const begin = async () => {
    application = await startApplication({ workspace: join(folder, 'Citra'), unlocked: true });
    open = await application.open({ viewport: { width: 1280, height: 800 } });
    page = open.page;
  };
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const bring = async (...files: string[]) => {
    await goTo(page, '/import');
    await page.getByLabel('Choose files').setInputFiles(files);
    await page.getByRole('grid', { name: 'Columns of the file' }).waitFor();
  };
  const targetOf = (column: string) => page.getByRole('combobox', { name: `Target of ${column}` });
  const choose = async (label: string | RegExp, option: string | RegExp) => {
    await page.getByRole('combobox', { name: label }).click();
    await page.getByRole('option', { name: option }).first().click();
  };
  /** Nothing may need a scroll bar across: neither the page nor one of its regions. */
  const overflow = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('header, nav, footer, section, aside, [class*=toolbar], [class*=footer]')]
        .filter(
          (region) => region.scrollWidth > region.clientWidth + 1 && getComputedStyle(region).overflowX === 'visible',
        )
        .map((region) => `${region.tagName} ${region.className}`),
    );

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-wizard-'));
    await begin();
    await signIn(page, steward);
  });

  afterAll(async () => {
    await application?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps a draft after each decision, says when, and has it again after a reload', async () => {
    await bring(write('citra_Messwerte.csv', small.text));
    await choose('Target of Operator', 'Not used');
    await choose('Target of Einheit', 'Not used');
    await page.getByText(/^Draft saved \d\d:\d\d$/).waitFor();
    await page.getByRole('button', { name: '2 decisions' }).waitFor();
    await page.waitForTimeout(600);
    await page.reload();
    await page.getByRole('button', { name: '2 decisions' }).waitFor();
    expect(await targetOf('Operator').inputValue()).toBe('Not used');
  });

  it('takes decisions back by key, though the focus stands in a list of choices, and has them again', async () => {
    await targetOf('Einheit').focus();
    await page.keyboard.press('Control+z');
    await expect.poll(() => targetOf('Einheit').inputValue()).toBe('Unit');
    await page.keyboard.press('Control+z');
    await expect.poll(() => targetOf('Operator').inputValue()).toBe('Relation');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => targetOf('Operator').inputValue()).toBe('Not used');
  });

  it('lists what is unfinished after a restart, and goes on where it stopped', async () => {
    await page.waitForTimeout(600);
    expect(await open.problems()).toEqual([]);
    await application.close();
    await begin();
    await enter(page, steward.name);
    await page.getByRole('navigation', { name: 'Stations' }).waitFor();
    await goTo(page, '/import');
    await page.getByRole('heading', { name: 'Unfinished' }).waitFor();
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('button', { name: 'Go on with citra_Messwerte.csv' }).click();
    await page.getByRole('button', { name: '1 decision' }).waitFor();
    expect(await targetOf('Operator').inputValue()).toBe('Not used');
    await page.getByRole('button', { name: 'Redo: Einheit is Not used' }).click();
    await expect.poll(() => targetOf('Einheit').inputValue()).toBe('Not used');
    await page.getByRole('button', { name: '2 decisions' }).click();
    await page.getByRole('menuitem', { name: 'As proposed' }).click();
    await expect.poll(() => targetOf('Einheit').inputValue()).toBe('Unit');
  });

  it('saves the mapping as a template, by keyboard alone', async () => {
    await page.getByRole('button', { name: 'Save as template' }).focus();
    await page.keyboard.press('Enter');
    const name = page.getByLabel('Name of the template');
    await expect.poll(() => name.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await open.accessibility()).toEqual([]);
    await name.fill('Citra screening');
    await page.keyboard.press('Enter');
    await page.getByText('Citra screening, version 1, is saved').waitFor();
    await page.keyboard.press('Escape');
  });

  it('shows the structures before and after once every row has been checked', async () => {
    await page.getByRole('button', { name: `Check ${small.rows} rows` }).click();
    const section = page.getByRole('region', { name: 'Salt removed', exact: true });
    await section.waitFor();
    await page.getByText(/^of \d+: .*lose a salt or solvent.*unchanged/).waitFor();
    await expect.poll(() => section.getByRole('img').count()).toBe(2);
    const raw = page.getByRole('region', { name: 'Raw rows of the file' });
    expect(await raw.getByRole('row').count()).toBeGreaterThan(5);
    await section.getByRole('button', { name: 'Next example: Salt removed', exact: true }).click();
    await section.getByText(/^2 of \d+$/).waitFor();
    expect(await overflow()).toEqual([]);
    expect(await open.accessibility()).toEqual([]);
  });

  it('hands out the rejected rows before anything is imported', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: new RegExp(`^Download ${small.rejected} rejected row`) }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('citra_Messwerte-rejected.csv');
  });

  it('puts one row right by hand, says so as a cause of its own, and takes it back', async () => {
    await page.getByRole('button', { name: 'Correct this row only' }).click();
    const value = page.getByRole('textbox', { name: 'Messwert' });
    expect(await value.inputValue()).toBe('n.b.');
    await value.fill('12,5');
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('button', { name: /^Correct line \d+$/ }).click();
    const causes = page.getByRole('grid', { name: 'Causes' });
    await causes.getByText('Corrected by hand', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /^Download \d+ rejected row/ }).count()).toBe(0);
    await page.keyboard.press('Control+z');
    await page.getByRole('button', { name: `Check ${small.rows} rows` }).click();
    await page.getByRole('button', { name: new RegExp(`^Download ${small.rejected} rejected row`) }).waitFor();
  });

  it('asks for a new check once a decision has been changed', async () => {
    await page.getByRole('button', { name: 'Apply' }).first().click();
    await page.getByRole('button', { name: `Check ${small.rows} rows` }).waitFor();
    await page.goBack();
    await page.getByRole('button', { name: `Check ${small.rows} rows` }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: /^Commit/ }).count()).toBe(0);
    await page.getByRole('button', { name: `Check ${small.rows} rows` }).click();
    await page.getByRole('button', { name: /^Commit/ }).click();
    await page.getByText('Batch 1 is in the catalogue').waitFor();
    expect(await open.accessibility()).toEqual([]);
    await goTo(page, '/import');
    await page.getByRole('grid', { name: 'Batches' }).waitFor();
    await expect.poll(() => page.getByRole('heading', { name: 'Unfinished' }).count()).toBe(0);
  });

  it('offers the template on the next file with what differs, takes it by one click, and gives it back', async () => {
    const other = small.text
      .replace('Prüfung;Operator', 'PRÜFUNG;Operator')
      .replaceAll('\r\n', ';x\r\n')
      .replace(';x\r\n', ';Labor\r\n')
      .replaceAll('PRF93126', 'PRF70001');
    await bring(write('citra_2.csv', other));
    const offers = page.getByRole('list', { name: 'Templates that fit this file' });
    await offers.getByRole('button', { name: /differences?$/ }).click();
    await offers.getByText('Labor').waitFor();
    await offers.getByText('PRF70001').waitFor();
    expect(await open.accessibility()).toEqual([]);
    await offers.getByRole('button', { name: 'Use template Citra screening, version 1' }).click();
    await page.getByRole('button', { name: 'Undo: Template Citra screening, version 1' }).waitFor();
    await expect.poll(() => offers.count()).toBe(0);
    await page.keyboard.press('Control+z');
    await offers.waitFor();
  });

  it('renames and removes templates', async () => {
    await goTo(page, '/import');
    await page.getByRole('button', { name: '1 template' }).click();
    await page.getByRole('button', { name: 'Rename Citra screening' }).click();
    await page.getByLabel('Name of the template').fill('Citra');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Remove Citra' }).click();
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('button', { name: 'Remove template' }).click();
    await expect.poll(() => page.getByRole('button', { name: '1 template' }).count()).toBe(0);
  });

  it('lets a draft go when somebody says so twice', async () => {
    await page.getByRole('button', { name: 'Discard the draft of citra_2.csv' }).click();
    await page.getByRole('button', { name: 'Discard draft and file copy' }).click();
    await expect.poll(() => page.getByRole('heading', { name: 'Unfinished' }).count()).toBe(0);
  });

  it('joins two files that come together, whichever is dropped first, and counts what matches', async () => {
    const { results, structures, keys, found, rows } = joinedExport();
    await bring(write('structures.csv', structures), write('results.csv', results));
    expect(await page.getByRole('heading', { name: 'results.csv' }).count()).toBe(1);
    await page.getByText(`${keys} keys in the results`).waitFor();
    expect(await page.getByRole('combobox', { name: 'Key in the structures' }).inputValue()).toBe('molecule_ref');
    expect(await open.accessibility()).toEqual([]);
    expect(await overflow()).toEqual([]);
    await page.getByRole('button', { name: /^Reading/ }).click();
    await page.getByRole('heading', { name: 'How the second file was read' }).waitFor();
    expect(await open.accessibility()).toEqual([]);
    const separator = page.getByRole('combobox', { name: 'Separator' }).last();
    await separator.click();
    await page.getByRole('option', { name: 'tab' }).click();
    await page.getByRole('button', { name: 'Undo: Second file read anew: Separator' }).click();
    expect(await page.getByRole('combobox', { name: 'Key in the structures' }).inputValue()).toBe('molecule_ref');
    await page.getByRole('button', { name: `Check ${rows} rows` }).click();
    await page.getByRole('heading', { name: 'Structures joined by key' }).waitFor();
    await page.getByRole('button', { name: `Commit ${found * 2} measurements` }).click();
    await page.getByText(`${found * 2} measurements of ${found} compounds in 2 assays`).waitFor();
  });

  it('brings compounds in that have no values, once somebody has said so, and tells them apart from measurements', async () => {
    const rows = Array.from({ length: 24 }, (_, i) => `CIT-9${i + 100},${'C'.repeat(i + 1)}Oc1ccccc1,\n`).join('');
    await bring(write('library.csv', `Compound ID,SMILES,IC50 [nM]\n${rows}CIT-9999,,\nCIT-9998,C1CC(,\n`));
    const check = page.getByRole('button', { name: 'Check 26 rows' });
    expect(await check.isEnabled()).toBe(false);
    await page.getByRole('button', { name: 'Bring in the compounds alone' }).click();
    await check.click();
    await page.getByText('25 compounds go to the catalogue, without a measurement').waitFor();
    await page.getByText('Set aside: stored as they are, not learned from').waitFor();
    expect(await page.getByText(/0 assays/).count()).toBe(0);
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('button', { name: 'Commit 25 compounds' }).click();
    await page.getByText('25 compounds, without a measurement.').waitFor();
    await page.getByText(/Results that come later find these compounds by their IDs/).waitFor();
    await goTo(page, '/import');
    await page.getByRole('heading', { name: 'Batch 3' }).waitFor();
    expect(await page.locator('dt:text-is("Compounds") + dd').textContent()).toBe('25');
    expect(await page.locator('dt:text-is("Measurements") + dd').textContent()).toBe('0');
  });

  it('has broken no rule of the content policy and logged no error on the way', async () => {
    expect(await open.problems()).toEqual([]);
  });
});

/** From thresholds to scores: move a threshold by key and by button, train and stop, score five compounds, export them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLearntWorkspace } from '../fixtures/learnt-workspace.ts';
import { type Application, type OpenPage, passphrase, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { goTo, signIn } from './sign-in.ts';

const withBrowser = describe.skipIf(!hasBrowser);

withBrowser(`tasks, training and scores${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  let home: string;
  let application: Application;
  let open: OpenPage;
  let page: Page;

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'chorale-learning-'));
    const folder = join(home, 'Citra');
    await makeLearntWorkspace(folder, passphrase);
    application = await startApplication({ workspace: folder, unlocked: true });
    open = await application.open();
    page = open.page;
    await signIn(page, { name: 'Mara Lindner', role: 'administrator' });
  }, 300_000);

  afterAll(async () => {
    await application?.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('lists the assays by size and opens the largest', async () => {
    await goTo(page, '/tasks');
    const list = page.getByRole('grid', { name: 'Assays by number of compounds' });
    await list.getByRole('row').nth(1).waitFor();
    const sizes = await list
      .getByRole('row')
      .evaluateAll((rows) =>
        rows
          .slice(1)
          .map((row) => Number(row.querySelectorAll('[role=gridcell]')[2]?.textContent?.replaceAll(',', ''))),
      );
    expect(sizes).toEqual([...sizes].sort((one, other) => other - one));
    await expect.poll(() => list.getByRole('row').nth(1).getAttribute('aria-selected')).toBe('true');
    expect(await open.accessibility()).toEqual([]);
  });

  it('moves a threshold by arrow keys and by plus, counts again, and goes back to the suggestion', async () => {
    const flag = page.getByRole('slider').first();
    const before = Number(await flag.getAttribute('aria-valuenow'));
    await flag.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(async () => Number(await flag.getAttribute('aria-valuenow'))).toBeCloseTo(before + 0.05, 6);
    await page.getByRole('button', { name: 'More' }).first().click();
    await expect.poll(async () => Number(await flag.getAttribute('aria-valuenow'))).toBeCloseTo(before + 0.1, 6);
    await page.getByText('Kept for the next build').waitFor();
    await page.getByText('Data or thresholds have changed since').waitFor();
    await page.getByRole('button', { name: 'Back to suggested' }).click();
    await expect.poll(async () => Number(await flag.getAttribute('aria-valuenow'))).toBeCloseTo(before, 6);
  });

  it('counts classes by fold so that they add up', async () => {
    const table = page.getByRole('table', { name: 'Class counts by fold' });
    const counts = await table
      .getByRole('row')
      .evaluateAll((rows) =>
        rows.map((row) =>
          [...row.querySelectorAll('td')]
            .map((cell) => Number(cell.textContent?.replace(/^.*:/, '').replaceAll(',', '')))
            .filter((value) => Number.isInteger(value)),
        ),
      );
    const folds = counts.slice(1, 6).map(([actives]) => actives!);
    expect(folds.reduce((sum, count) => sum + count, 0)).toBe(counts[6]![0]);
  });

  it('shows the curve of the run, and starts and stops another one', async () => {
    await goTo(page, '/train');
    await page.getByRole('img', { name: /^Mean AUC-PR on the validation fold: / }).waitFor();
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('button', { name: 'Train alone again' }).click();
    await page.getByRole('button', { name: 'Stop training' }).click();
    await page.getByRole('button', { name: 'Train alone again' }).waitFor();
    await page.getByRole('radio', { name: /^Runs/ }).click({ force: true });
    await page.getByRole('grid', { name: 'Runs, newest first' }).getByText('Cancelled').waitFor();
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('radio', { name: 'Tasks', exact: true }).click({ force: true });
    await page.getByRole('grid', { name: 'Results by task, most labels first' }).waitFor();
    expect(await open.accessibility()).toEqual([]);
  });

  it('shows what values reached beside classes, task by task', async () => {
    await page.getByRole('radio', { name: /^Values/ }).click({ force: true });
    const list = page.getByRole('grid', { name: 'Results by regression task, most values first' });
    await list.getByRole('row').nth(1).waitFor();
    expect(await list.getByRole('row').nth(1).textContent()).toMatch(/\d\.\d{3}/);
    expect(await open.accessibility()).toEqual([]);
  });

  it('trains what a person has set: two layers, values beside classes, rates that fall', async () => {
    await page.getByRole('radio', { name: 'Now', exact: true }).click({ force: true });
    const write = async (name: string, text: string) => {
      await page.getByRole('textbox', { name, exact: true }).fill(text);
      await page.keyboard.press('Enter');
    };
    await page.getByRole('button', { name: 'More settings' }).click();
    await page.getByRole('radio', { name: /^Values too/ }).click({ force: true });
    await write('Hidden units', '16, 8');
    await write('Steps at most', '50');
    await write('Rates fall after', '20, 40');
    await page.getByRole('textbox', { name: 'Then times' }).waitFor();
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('button', { name: 'Train alone again' }).click();
    await page.getByRole('radio', { name: /^Runs/ }).click({ force: true });
    const newest = page.getByRole('grid', { name: 'Runs, newest first' }).getByRole('row').nth(1);
    await expect.poll(() => newest.textContent(), { timeout: 60_000 }).toMatch(/Done[\s\S]*16 → 8[\s\S]*50/);
    const download = page.waitForEvent('download');
    await page.getByRole('radio', { name: 'Benefit', exact: true }).click({ force: true });
    await page.getByRole('button', { name: 'Download' }).click();
    await page.getByRole('menuitem', { name: 'Weights, ONNX' }).first().click();
    expect((await download).suggestedFilename()).toMatch(/^model-alone-[0-9a-f]{8}\.onnx$/);
  });

  it('scores five compounds in the order of the input, each with drawing, both models, call and domain', async () => {
    await goTo(page, '/score');
    await page.getByLabel('Paste SMILES').waitFor();
    expect(await open.accessibility()).toEqual([]);
    await page.getByRole('button', { name: 'Try with five known drugs' }).click();
    await page.getByLabel('Name of the sheet').fill('five drugs');
    await page.getByRole('button', { name: 'Score 5 compounds' }).click();
    const sheet = page.getByRole('grid', { name: /^Scores of five drugs/ });
    await expect.poll(() => sheet.getByRole('img').count(), { timeout: 60_000 }).toBe(5);
    const rows = await sheet.getByRole('row').allInnerTexts();
    expect(rows.slice(1).map((row) => /aspirin|caffeine|ibuprofen|imatinib|metformin/.exec(row)?.[0])).toEqual([
      'aspirin',
      'caffeine',
      'ibuprofen',
      'imatinib',
      'metformin',
    ]);
    for (const row of rows.slice(1)) expect(row).toMatch(/(Active|Inactive|No call)/);
    expect(await page.getByText('Global model', { exact: true }).first().isVisible()).toBe(true);
    expect(await open.accessibility()).toEqual([]);
  });

  it('selects a row by arrow key, and says what is known of it and what is not', async () => {
    const sheet = page.getByRole('grid', { name: /^Scores of five drugs/ });
    await sheet.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const panel = page.getByRole('complementary');
    await panel.getByText('row 3').waitFor();
    expect(await panel.textContent()).toMatch(/The global model says 0\.\d\d, the own model 0\.\d\d\./);
  });

  it('exports the scores with the full hash of both models in every row', async () => {
    await page.getByRole('button', { name: 'Export 5 scores' }).click();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'CSV' }).first().click(),
    ]);
    expect(file.suggestedFilename()).toBe('five-drugs-scores.csv');
    const rows: Record<string, string>[] = parse(readFileSync(await file.path()), { columns: true, bom: true });
    expect(rows).toHaveLength(5);
    for (const row of rows) {
      for (const model of ['global', 'own']) expect(row[`${model}_model_hash`]).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('exports all tasks as a workbook, and as structures with their predictions', async () => {
    const saved = async (name: RegExp) => {
      await page.getByRole('button', { name: 'Export 5 scores' }).click();
      const [file] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('menuitem', { name }).last().click(),
      ]);
      return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
    };
    const book = await saved(/XLSX/);
    expect(book.name).toBe('five-drugs-scores.xlsx');
    expect(book.bytes.subarray(0, 2).toString()).toBe('PK');
    const structures = await saved(/SDF/);
    expect(structures.name).toBe('five-drugs-scores.sdf');
    expect(structures.bytes.toString().split('$$$$\n')).toHaveLength(6);
  });

  it('shows predicted values in the unit of their assay, with an interval and without a call', async () => {
    await page.getByRole('combobox', { name: 'Task', exact: true }).click();
    await page
      .getByRole('option', { name: /, value in −log₁₀\(mol\/L\)$/ })
      .first()
      .click();
    const sheet = page.getByRole('grid', { name: /^Scores of five drugs under .*value in/ });
    await expect.poll(() => sheet.getByText(/^\d\.\d\d to \d+\.\d\d$/).count(), { timeout: 10_000 }).toBe(10);
    expect(await sheet.getByRole('columnheader', { name: 'Call' }).count()).toBe(0);
    const panel = page.getByRole('complementary');
    await panel.getByText('90 % interval').waitFor();
    expect(await panel.textContent()).toMatch(/The global model says \d\.\d\d \(\d\.\d\d to \d+\.\d\d\)/);
    expect(await open.accessibility()).toEqual([]);
  });

  it('keeps its length while a sheet of hundreds is scrolled, and brings a point of the plot into sight', async () => {
    await goTo(page, '/score?enter=true');
    const series = Array.from(
      { length: 320 },
      (_, index) => `${'C'.repeat(1 + (index % 40))}N${'C'.repeat(1 + Math.floor(index / 40))} X-${index}`,
    );
    await page.getByLabel('Paste SMILES').fill(series.join('\n'));
    await page.getByLabel('Name of the sheet').fill('amines');
    await page.getByRole('button', { name: 'Score 320 compounds' }).click();
    const sheet = page.getByRole('grid', { name: /^Scores of amines/ });
    await expect.poll(() => sheet.getAttribute('aria-rowcount'), { timeout: 60_000 }).toBe('321');
    await sheet.focus();
    await page.keyboard.press('Control+End');
    await sheet.getByText('X-319', { exact: true }).waitFor();
    expect(await sheet.getAttribute('aria-rowcount')).toBe('321');
    await page.keyboard.press('Control+Home');
    await sheet.getByText('X-0', { exact: true }).waitFor();
  });

  it('removes the sheets when the history is cleared, after saying that it cannot be undone', async () => {
    await page.getByRole('button', { name: 'Clear history' }).click();
    await page.getByText('This cannot be undone').waitFor();
    await page.getByRole('button', { name: 'Remove 2 sheets' }).click();
    await page.getByLabel('Paste SMILES').waitFor();
  });

  it('goes through all of it without a policy violation or an error in the console', async () => {
    expect(await open.problems()).toEqual([]);
  });
});

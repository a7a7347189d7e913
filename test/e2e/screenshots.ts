/**
 * Writes every page as a picture, in light and dark, English and Japanese, small and large:
 * `node test/e2e/screenshots.ts FOLDER [--workspace DIR] [--only home,import-mapping] [--small]`.
 * Without a workspace it makes one and fills it with the sample data; the passphrase of another is CHORALE_PASSPHRASE.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type Application, passphrase, startApplication } from './application.ts';
import { smallExport } from './small-export.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { workspace: { type: 'string' }, only: { type: 'string' }, small: { type: 'boolean', default: false } },
});
const [target] = positionals;
if (target === undefined) {
  process.stderr.write('Say the folder to write to.\n');
  process.exit(1);
}
const only = values.only?.split(',');
mkdirSync(resolve(target), { recursive: true });

const variants = (['light', 'dark'] as const).flatMap((theme) =>
  (['en', 'ja'] as const).flatMap((language) =>
    (values.small
      ? ([[1280, 800]] as const)
      : ([
          [1280, 800],
          [1920, 1080],
        ] as const)
    ).map(([width, height]) => ({
      theme,
      language,
      width,
      height,
    })),
  ),
);
type Variant = (typeof variants)[number];

const stations = [
  'home',
  'import',
  'structures',
  'tasks',
  'train',
  'review',
  'submissions',
  'score',
  'audit',
  'settings',
];

const wanted = (name: string) => only === undefined || only.includes(name);

async function shoot(page: Page, name: string, { theme, language, width, height }: Variant): Promise<void> {
  if (!wanted(name)) return;
  await page.waitForTimeout(900);
  await page.screenshot({ path: join(resolve(target!), `${name}-${theme}-${language}-${width}x${height}.png`) });
}

async function inEachVariant(
  application: Application,
  visit: (page: Page, variant: Variant) => Promise<void>,
): Promise<void> {
  for (const variant of variants) {
    const { page, problems } = await application.open({
      viewport: { width: variant.width, height: variant.height },
      colorScheme: variant.theme,
      locale: variant.language === 'ja' ? 'ja-JP' : 'en-GB',
    });
    await visit(page, variant);
    for (const problem of await problems()) process.stderr.write(`${JSON.stringify(variant)} ${problem}\n`);
    await page.context().close();
  }
}

async function goTo(page: Page, address: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, address);
}

/** The wizard on a small file, up to the check. */
async function walkTheWizard(page: Page, variant: Variant, file: string): Promise<void> {
  await goTo(page, '/import');
  await page.locator('input[type=file]').setInputFiles(file);
  const check = page.getByRole('button', { name: /^Check|行を確認する$/ });
  await check.waitFor();
  await shoot(page, 'import-mapping', variant);
  await check.click();
  await page.getByRole('button', { name: /^Commit|を確定する$/ }).waitFor();
  await shoot(page, 'import-check', variant);
}

const folder = mkdtempSync(join(tmpdir(), 'chorale-pictures-'));
const file = join(folder, 'citra_Messwerte.csv');
writeFileSync(file, `\uFEFF${smallExport(400).text}`);
const application = await startApplication(
  values.workspace === undefined
    ? {}
    : { workspace: resolve(values.workspace), unlocked: true, secret: process.env.CHORALE_PASSPHRASE ?? passphrase },
);
try {
  if (values.workspace === undefined) {
    await inEachVariant(application, (page, variant) => shoot(page, 'start', variant));
    const { page } = await application.open();
    await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
    await page.getByLabel('Passphrase again').fill(passphrase);
    await page.keyboard.press('Enter');
    await page.getByLabel('Name').waitFor();
    await inEachVariant(application, (shown, variant) => shoot(shown, 'start-person', variant));
    await page.getByLabel('Name').fill('Mara Lindner');
    await page.keyboard.press('Enter');
    await page.getByText('Next step for you').waitFor();
    await inEachVariant(application, async (shown, variant) => {
      await shoot(shown, 'home-empty', variant);
      await goTo(shown, '/import');
      await shoot(shown, 'import-empty', variant);
    });
    await page.getByRole('button', { name: 'Try with sample data' }).first().click();
    // It ends with a package that waits for a person.
    await page
      .getByText(/^Package .* is not approved/)
      .first()
      .waitFor({ timeout: 300_000 });
  }
  await inEachVariant(application, async (page, variant) => {
    for (const station of stations.filter(wanted)) {
      await goTo(page, station === 'home' ? '/' : `/${station}`);
      await page.waitForTimeout(600);
      await shoot(page, station, variant);
    }
    if (wanted('import-mapping') || wanted('import-check')) await walkTheWizard(page, variant, file);
  });
} finally {
  await application.close();
  rmSync(folder, { recursive: true, force: true });
}

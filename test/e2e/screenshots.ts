/**
 * Writes every page as a picture, in light and dark, English and Japanese, small and large:
 * `node test/e2e/screenshots.ts FOLDER [--workspace DIR] [--only home,import-mapping] [--small] [--file PATH]…`.
 * Without a workspace it makes one and fills it with the sample data; the passphrase of another is CHORALE_PASSPHRASE.
 * The wizard walks with a file that it makes itself, or with one or two that are named.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { type Application, passphrase, startApplication } from './application.ts';
import { consentPictures, type ShootAll, shootConsent } from './consent-pictures.ts';
import { reviewPictures, shootReview } from './review-pictures.ts';
import { begin, goTo, ownPassphrase, signOut } from './sign-in.ts';
import { smallExport } from './small-export.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    workspace: { type: 'string' },
    only: { type: 'string' },
    small: { type: 'boolean', default: false },
    file: { type: 'string', multiple: true },
  },
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
  'consent',
  'review',
  'submissions',
  'score',
  'audit',
  'people',
  'settings',
];

/** Views of a station that have an address of their own. */
const views: Readonly<Record<string, string>> = {
  'train-benefit': '/train?view=benefit',
  'train-rounds': '/train?view=rounds',
  'audit-connections': '/audit?view=connections',
};

/** Views that somebody opens on a station, after its own picture: what they press there. */
const opened: Readonly<Record<string, { readonly at: string; readonly open: (page: Page) => Promise<void> }>> = {
  'audit-entry': {
    at: '/audit',
    open: (page) => page.getByRole('grid').getByRole('row').nth(1).click(),
  },
  'people-add': {
    at: '/people',
    open: (page) => page.getByRole('button', { name: /^(Add a person|利用者を追加)$/ }).click(),
  },
  'people-other': {
    at: '/people',
    open: (page) => page.getByRole('row').filter({ hasText: 'Jonas Wirth' }).click(),
  },
  'settings-lower': {
    at: '/settings',
    open: (page) => page.getByText('npx chorale restore').scrollIntoViewIfNeeded(),
  },
};

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

const wizardPictures = [
  'import-mapping',
  'import-reading',
  'import-check',
  'import-structures',
  'import-replicates',
  'import-drafts',
];

/** The wizard, up to the check; its draft then stands in the list of what is unfinished. */
async function walkTheWizard(page: Page, variant: Variant, files: readonly string[]): Promise<void> {
  await goTo(page, '/import');
  await page
    .locator('input[type=file]')
    .first()
    .setInputFiles([...files]);
  const check = page.getByRole('button', { name: /^Check|行を確認する$/ });
  await check.waitFor();
  await shoot(page, 'import-mapping', variant);
  await page.getByRole('button', { name: /^Reading|^読み取り/ }).click();
  await shoot(page, 'import-reading', variant);
  await page.getByRole('button', { name: /^Go on to the mapping|^対応付けへ進む/ }).click();
  await check.click();
  await page.getByRole('button', { name: /^Commit|を確定する$/ }).waitFor({ timeout: 120_000 });
  await shoot(page, 'import-check', variant);
  const structures = page.getByText(/^of .*unchanged|^[\d,]+ 件のうち.*変更なし/).first();
  await structures.waitFor({ timeout: 180_000 });
  await structures.scrollIntoViewIfNeeded();
  await page.mouse.move(variant.width / 2, variant.height / 2);
  await page.mouse.wheel(0, 420);
  await shoot(page, 'import-structures', variant);
  await page.mouse.wheel(0, 4_000);
  await shoot(page, 'import-replicates', variant);
  await goTo(page, '/import');
  await page.getByRole('heading', { name: /^Unfinished|^途中のファイル/ }).waitFor();
  await shoot(page, 'import-drafts', variant);
}

const shootAll: ShootAll = (shown, name, prepare) =>
  wanted(name)
    ? inEachVariant(shown, async (page, variant) => {
        await prepare(page);
        await shoot(page, name, variant);
      })
    : Promise.resolve();
if (consentPictures.some(wanted)) await shootConsent(shootAll);
if (reviewPictures.some(wanted)) await shootReview(shootAll);
// Those have workspaces of their own: nothing else is started for them alone.
if (only?.every((name) => consentPictures.includes(name) || reviewPictures.includes(name))) process.exit();

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
    await page.getByLabel('Your name').waitFor();
    await inEachVariant(application, (shown, variant) => shoot(shown, 'start-account', variant));
    await begin(page, 'Sato Yumi');
    await page.getByText('Next step for you').waitFor();
    await inEachVariant(application, async (shown, variant) => {
      if (!wanted('people-alone')) return;
      await goTo(shown, '/people');
      await shoot(shown, 'people-alone', variant);
    });
    await inEachVariant(application, async (shown, variant) => {
      await shoot(shown, 'home-empty', variant);
      await goTo(shown, '/import');
      await shoot(shown, 'import-empty', variant);
    });
    await page.getByRole('button', { name: 'Try with sample data' }).first().click();
    // The package of its last round waits for a person; those before it are approved by the sample itself.
    await page.getByText('7 of 8 rounds').waitFor({ timeout: 300_000 });
    await page.getByText('waits for an approval').waitFor({ timeout: 60_000 });
  }
  await inEachVariant(application, async (page, variant) => {
    for (const station of stations.filter(wanted)) {
      await goTo(page, station === 'home' ? '/' : `/${station}`);
      await page.waitForTimeout(600);
      await shoot(page, station, variant);
    }
    for (const [name, address] of Object.entries(views)) {
      if (!wanted(name)) continue;
      await goTo(page, address);
      await shoot(page, name, variant);
    }
    for (const [name, { at, open }] of Object.entries(opened)) {
      if (!wanted(name)) continue;
      await goTo(page, at);
      await page.waitForTimeout(600);
      await open(page);
      await shoot(page, name, variant);
    }
    if (wizardPictures.some(wanted)) await walkTheWizard(page, variant, values.file ?? [file]);
  });
  const { page } = await application.open();
  if (wanted('audit-bundle')) {
    await goTo(page, '/audit');
    await page.getByRole('button', { name: 'Export bundle' }).click();
    await page.getByRole('button', { name: /^Download / }).waitFor({ timeout: 120_000 });
    await inEachVariant(application, async (shown, variant) => {
      await goTo(shown, '/audit');
      await shoot(shown, 'audit-bundle', variant);
    });
  }
  if (wanted('locked')) {
    await goTo(page, '/settings');
    await page.getByLabel('Lock a session after').fill('1');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Locked' }).waitFor({ timeout: 120_000 });
    await inEachVariant(application, (shown, variant) => shoot(shown, 'locked', variant));
    await page.getByLabel('Own passphrase').fill(ownPassphrase);
    await page.getByRole('button', { name: 'Unlock' }).click();
    await page.getByRole('navigation', { name: 'Stations' }).waitFor();
  }
  if (wanted('sign-in') || wanted('unlock')) {
    await signOut(page);
    await inEachVariant(application, (shown, variant) => shoot(shown, 'sign-in', variant));
  }
  if (wanted('unlock')) {
    await page.getByRole('button', { name: 'Lock the workspace' }).click();
    await page.getByRole('heading', { name: 'Unlock the workspace' }).waitFor();
    await inEachVariant(application, (shown, variant) => shoot(shown, 'unlock', variant));
  }
} finally {
  await application.close();
  rmSync(folder, { recursive: true, force: true });
}

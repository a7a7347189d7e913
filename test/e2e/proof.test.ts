/** Two rounds as a company's people live them: prepared, questioned, amended, approved, sent; tampered with and void; and proved elsewhere. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listPackages } from '../../src-main/catalog/packages.ts';
import { openWorkspace } from '../../src-main/catalog/workspace.ts';
import { type Participation, participate } from '../../src-main/engine/participation/participate.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import {
  steward as invented,
  openConsortium,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  passphrase as smallPassphrase,
} from '../engine/small-consortium.ts';
import { type Application, type OpenPage, startApplication } from './application.ts';
import { hasBrowser } from './browser.ts';
import { add, begin, enter, goTo, signOut } from './sign-in.ts';

const withBrowser = describe.skipIf(!hasBrowser);
const commandLine = join(import.meta.dirname, '..', '..', 'src-main', 'engine', 'cli.ts');

const administrator = 'Ada Berg';
const steward = { name: 'Sofia Brandt', role: 'steward' } as const;
const officer = { name: 'Tomas Keller', role: 'compliance' } as const;

withBrowser(`what left, and the proof of it${hasBrowser ? '' : ' (skipped: no Chromium for this machine)'}`, () => {
  let companies: SmallCompanies;
  let consortium: SmallConsortium;
  let folder: string;
  let application: Application;
  let open: OpenPage;
  let page: Page;
  let others: Promise<readonly Participation[]>;
  const stop = new AbortController();

  beforeAll(async () => {
    companies = await prepareCompanies('proof', 150);
    const recipe = { rounds: 2, hidden: [8], localSteps: 2, dropout: 0.2, serverRate: 0.01, uploadSeconds: 600 };
    // The first company's packages wait for its officer, those of the others go by themselves.
    consortium = await openConsortium(
      companies,
      recipe,
      [0, 2, 2],
      (plan) => ({ ...plan, voiding: { ...usualVoiding, fall: 1 } }),
      undefined,
      true,
    );
    const [first, ...rest] = consortium.workspaces;
    folder = first.folder;
    first.close();
    others = Promise.all(
      rest.map((workspace) =>
        participate(
          workspace,
          { series: 'test-1', preparedBy: invented },
          { signal: stop.signal, report: () => {} },
          { jobId: null, spawnTraining },
        ),
      ),
    );
    others.catch(() => {});
    application = await startApplication({ workspace: folder, unlocked: true, secret: smallPassphrase });
    open = await application.open();
    page = open.page;
  }, 300_000);

  afterAll(async () => {
    stop.abort();
    await others.catch(() => {});
    await application?.close();
    await consortium?.close();
    companies?.remove();
  }, 60_000);

  const waitsForDecision = (name: string) =>
    page.getByRole('heading', { name: `Package ${name}` }).waitFor({ timeout: 120_000 });

  async function become({ name }: { readonly name: string }): Promise<void> {
    await signOut(page);
    await enter(page, name);
  }

  it('has an account for a steward and one for an officer', async () => {
    await begin(page, administrator);
    await add(page, steward);
    await add(page, officer);
    await become(steward);
  }, 120_000);

  it('lets the steward take part, and freezes a package that a person has to look at', async () => {
    await goTo(page, '/train');
    await page.getByRole('button', { name: 'Take part in rounds' }).first().click();
    await goTo(page, '/review');
    await waitsForDecision('S-0001');
    expect(await page.getByText('Compliance decides. You are signed in as data steward.').isVisible()).toBe(true);
  }, 180_000);

  it('takes the officer’s request for changes with its reason', async () => {
    await become(officer);
    await goTo(page, '/review');
    await waitsForDecision('S-0001');
    await page.getByLabel(/^Comment to Sofia Brandt/).fill('Leave the first assay out, please.');
    await page.getByRole('button', { name: 'Request changes', exact: true }).click();
    await page.getByText('A changed package gets a new name and a new hash.').waitFor();
  }, 60_000);

  it('makes the package anew without what the steward leaves out', async () => {
    await become(steward);
    await goTo(page, '/review');
    await page.getByText('Leave the first assay out, please.').waitFor();
    await page.getByRole('button', { name: 'Make changes' }).click();
    const assays = page.getByRole('group', { name: 'Assays to leave out' });
    await assays.getByRole('checkbox').first().check();
    await page.getByLabel('What was changed').fill('Left out.');
    await page.getByRole('button', { name: 'Leave out and make the package anew' }).click();
    await waitsForDecision('S-0002');
    expect(await open.accessibility()).toEqual([]);
  }, 180_000);

  it('sends the new package once the officer has approved it', async () => {
    await become(officer);
    await goTo(page, '/review');
    await waitsForDecision('S-0002');
    await page.getByText(/^Read back .*, hash agrees$/).waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await goTo(page, '/submissions');
    const sent = page.getByRole('row').filter({ hasText: 'S-0002' });
    await sent.getByText('Sent').waitFor({ timeout: 120_000 });
    await sent.getByText('Stored').waitFor({ timeout: 60_000 });
  }, 240_000);

  it('voids a package of which a byte changes before it is sent', async () => {
    await goTo(page, '/review');
    await waitsForDecision('S-0003');
    const workspace = openWorkspace(folder, smallPassphrase);
    const [frozen] = listPackages(workspace.catalog, { states: ['frozen'], limit: 1 });
    workspace.close();
    flipOneByte(join(folder, 'vault', frozen!.payloadFile));
    await page.getByRole('button', { name: 'Approve', exact: true }).click();
    await goTo(page, '/submissions');
    await page.getByRole('row').filter({ hasText: 'S-0003' }).getByText('Void').waitFor({ timeout: 60_000 });
  }, 240_000);

  it('exports a bundle that verifies in an empty folder, without a workspace, and no longer with a bit turned', async () => {
    await goTo(page, '/audit');
    await page.getByRole('combobox', { name: 'Escrow' }).click();
    await page.getByRole('option', { name: 'With the escrow of 1 package, sealed' }).click();
    await page.getByRole('button', { name: 'Export bundle' }).click();
    const download = page.getByRole('button', { name: /^Download / });
    await download.waitFor({ timeout: 60_000 });
    const [saved] = await Promise.all([page.waitForEvent('download'), download.click()]);
    const empty = mkdtempSync(join(tmpdir(), 'chorale-auditor-'));
    try {
      const bundle = join(empty, saved.suggestedFilename());
      await saved.saveAs(bundle);
      const sound = verify(bundle, empty);
      expect(sound.verdict).toMatchObject({ sound: true, counts: { sent: 1, amendments: 1, escrows: 1 } });
      expect(sound.status).toBe(0);
      flipOneByte(bundle);
      const turned = verify(bundle, empty);
      expect(turned.verdict).toMatchObject({ sound: false });
      expect(turned.status).toBe(2);
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
    await page.getByRole('button', { name: 'Key of the escrow' }).click();
    await page.getByText('Hand it to the auditor by another way than the bundle.').waitFor();
    expect(await open.accessibility()).toEqual([]);
    expect(await open.problems()).toEqual([]);
  }, 240_000);
});

/** On an auditor's machine: nothing but the file. */
function verify(bundle: string, folder: string): { readonly status: number | null; readonly verdict: unknown } {
  const { CHORALE_PASSPHRASE: _, ...environment } = process.env;
  const { status, stdout } = spawnSync(process.execPath, [commandLine, 'verify', bundle, '--json'], {
    cwd: folder,
    env: { ...environment, HOME: folder, XDG_CONFIG_HOME: folder },
    encoding: 'utf8',
  });
  return { status, verdict: JSON.parse(stdout) };
}

function flipOneByte(file: string): void {
  const bytes = readFileSync(file);
  bytes[Math.floor(bytes.length / 2)]! ^= 1;
  writeFileSync(file, bytes);
}

/** Signs people in at the door, so that a test begins where its work does; accounts are made on the page, as people make them. */
import type { Page } from 'playwright-core';
import type { Person } from '../../src-main/contract/settings.ts';

export const roleLabels = {
  steward: 'Data steward',
  compliance: 'Compliance',
  scientist: 'Scientist',
  administrator: 'Administrator',
} as const satisfies Readonly<Record<Person['role'], string>>;

export const ownPassphrase = 'my own horse battery';
/** Who makes the first account of a workspace where nobody else does. */
export const administrator = 'Ada Berg';

/** Whoever comes first to a workspace makes the administrator's account; anybody else is added by them. */
export async function signIn(page: Page, { name, role }: Person): Promise<void> {
  await page.getByRole('heading', { name: /^(Who works here first\?|Sign in|Locked)$/ }).waitFor();
  if (await page.getByRole('heading', { name: 'Who works here first?' }).isVisible()) {
    await begin(page, role === 'administrator' ? name : administrator);
    if (role === 'administrator') return;
    await add(page, { name, role });
    await signOut(page);
  }
  await enter(page, name);
}

/** The first account of a workspace. */
export async function begin(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Your own passphrase', { exact: true }).fill(ownPassphrase);
  await page.getByLabel('Your own passphrase again').fill(ownPassphrase);
  await page.getByRole('button', { name: 'Make the account' }).click();
  await page.getByRole('navigation', { name: 'Stations' }).waitFor();
}

/** From the sign-in door. */
export async function enter(page: Page, name: string, passphrase = ownPassphrase): Promise<void> {
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
  await page.getByRole('radio', { name }).check();
  await page.getByLabel('Own passphrase').fill(passphrase);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('navigation', { name: 'Stations' }).waitFor();
}

/** By an administrator, on the page People. */
export async function add(page: Page, { name, role }: Person): Promise<void> {
  await goTo(page, '/people');
  await page.getByRole('button', { name: 'Add a person' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('radio', { name: roleLabels[role] }).check();
  await page.getByLabel('First passphrase').fill(ownPassphrase);
  await page.getByRole('button', { name: `Add ${name}` }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /(Data steward|Compliance|Scientist|Administrator)$/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in', exact: true }).waitFor();
}

/** The part of the address after `#` is the page's own. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((place) => {
    window.location.hash = place;
  }, path);
}

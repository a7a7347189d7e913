/** Says at the door who is there, so that a test begins where its work does. */
import type { Page } from 'playwright-core';
import type { Person } from '../../src-main/contract/settings.ts';

const labels = {
  steward: 'Data steward',
  compliance: 'Compliance',
  scientist: 'Scientist',
  administrator: 'Administrator',
} as const satisfies Readonly<Record<Person['role'], string>>;

export async function signIn(page: Page, { name, role }: Person): Promise<void> {
  await page.getByRole('heading', { name: 'Who is at this machine?' }).waitFor();
  await page.getByLabel('Name').fill(name);
  await page.getByRole('radio', { name: labels[role] }).check();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('navigation', { name: 'Stations' }).waitFor();
}

/** The part of the address after `#` is the page's own. */
export async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((place) => {
    window.location.hash = place;
  }, path);
}

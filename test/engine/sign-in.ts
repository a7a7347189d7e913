/** People through the door that the page uses: their accounts are made when a test first asks for them. */
import type { Person } from '../../src-main/contract/settings.ts';
import type { AccountOptions } from '../../src-main/release/accounts.ts';
import type { Client } from '../../src-renderer/link/connect.ts';

/** The smallest that argon2id takes here: a test has nothing to protect. */
export const quickAccounts: AccountOptions = { cost: { operations: 1, memory: 8192 } };

export const ownPassphrase = 'my own horse battery';
const administrator = { name: 'Ada Berg', role: 'administrator' } as const;

/** Signs this person in; an administrator adds them before, if they have no account. */
export async function signIn({ people }: Pick<Client, 'people'>, { name, role }: Person): Promise<void> {
  let session = await people.session();
  if (session.state === 'no-accounts') {
    const first = role === 'administrator' ? name : administrator.name;
    session = await people.begin({ name: first, passphrase: ownPassphrase });
  }
  const enter = async (who: string) => {
    const id = session.people.find((known) => known.name === who)?.id ?? 'unknown';
    session = await people.signIn({ id, passphrase: ownPassphrase });
  };
  if (!session.people.some((known) => known.name === name)) {
    await enter(session.people.find((known) => known.role === 'administrator')!.name);
    const known = (await people.list()).find((account) => account.name === name);
    if (known === undefined) await people.add({ name, role, passphrase: ownPassphrase });
    else await people.reset({ id: known.id, passphrase: ownPassphrase });
    session = await people.session();
  }
  if (session.person?.name !== name || session.state !== 'signed-in') await enter(name);
}

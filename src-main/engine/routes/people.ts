/** Accounts and the session as the page asks for them. */
import { keyInUse, listCertificates, listPeople, type PersonRow } from '../../catalog/people.ts';
import { readSetting, writeSetting } from '../../catalog/settings.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import type { Account, PeopleRules } from '../../contract/people.ts';
import { fingerprintOf } from '../../federation/identity.ts';
import {
  addAccount,
  addAndKeepKeys,
  changeOwnPassphrase,
  changeRole,
  disableAccount,
  peopleWhoCanSignIn,
  resetAccount,
} from '../../release/accounts.ts';
import { type FourEyes, fourEyesByDefault, fourEyesSetting } from '../../release/permissions.ts';
import { auditAct } from '../audited.ts';
import { requireSession } from '../permissions.ts';
import { procedures } from '../procedures.ts';
import { idleMinutes, idleSetting } from '../sessions.ts';

export const peopleRoutes = {
  session: procedures.people.session.handler(({ context }) => context.sessions().state()),
  watch: procedures.people.watch.handler(async function* ({ context, signal }) {
    const changes = context.events.follow('session', signal);
    yield context.sessions().state();
    yield* changes;
  }),
  begin: procedures.people.begin.handler(async ({ context, input: { name, passphrase } }) => {
    const { catalog } = context.workspace();
    const first = { name, role: 'administrator', passphrase, by: name } as const;
    const { person, keys } = await addAndKeepKeys(catalog, first, { ...context.accounts, first: true });
    context.sessions().enter(person, keys);
    return context.sessions().state();
  }),
  signIn: procedures.people.signIn.handler(async ({ context, input: { id, passphrase } }) => {
    await context.sessions().signIn(id, passphrase);
    return context.sessions().state();
  }),
  signOut: procedures.people.signOut.handler(({ context }) => {
    context.sessions().signOut();
    return context.sessions().state();
  }),
  active: procedures.people.active.handler(({ context }) => {
    context.sessions().active();
    return context.sessions().state();
  }),
  list: procedures.people.list.handler(({ context }) => {
    const workspace = context.workspace();
    return [...describeAccounts(workspace)];
  }),
  add: procedures.people.add.handler(async ({ context, input }) => {
    const workspace = context.workspace();
    const { person } = requireSession(context, 'people.add');
    const added = await addAccount(workspace.catalog, { ...input, by: person.name }, context.accounts);
    return describeAccount(workspace, added);
  }),
  disable: procedures.people.disable.handler(({ context, input: { id } }) => {
    const workspace = context.workspace();
    const { person } = requireSession(context, 'people.disable');
    return describeAccount(workspace, disableAccount(workspace.catalog, id, person.name));
  }),
  changeRole: procedures.people.changeRole.handler(({ context, input: { id, role } }) => {
    const workspace = context.workspace();
    const { person } = requireSession(context, 'people.changeRole');
    return describeAccount(workspace, changeRole(workspace.catalog, id, role, person.name));
  }),
  reset: procedures.people.reset.handler(async ({ context, input: { id, passphrase } }) => {
    const workspace = context.workspace();
    const { person } = requireSession(context, 'people.reset');
    return describeAccount(
      workspace,
      await resetAccount(workspace.catalog, id, passphrase, person.name, context.accounts),
    );
  }),
  changePassphrase: procedures.people.changePassphrase.handler(async ({ context, input: { passphrase, next } }) => {
    const { catalog } = context.workspace();
    const { id } = requireSession(context, 'people.changePassphrase').person;
    const sessions = context.sessions();
    await sessions.guess(id, () => changeOwnPassphrase(catalog, id, passphrase, next, context.accounts));
    return sessions.state();
  }),
  rules: procedures.people.rules.handler(({ context }) => readRules(context.workspace())),
  setRules: procedures.people.setRules.handler(({ context, input }) => {
    const workspace = context.workspace();
    requireSession(context, 'people.setRules');
    const before = readRules(workspace);
    const after = { ...before, ...input } as PeopleRules;
    if (after.idleMinutes !== before.idleMinutes) {
      writeSetting(workspace.catalog, idleSetting, after.idleMinutes);
      const detail = { before: before.idleMinutes, minutes: after.idleMinutes };
      auditAct(workspace, { act: 'settings-changed', subject: 'idle time', detail });
    }
    if (after.fourEyes !== before.fourEyes) {
      writeSetting(workspace.catalog, fourEyesSetting, after.fourEyes);
      const detail = { before: before.fourEyes, rule: after.fourEyes };
      auditAct(workspace, { act: 'settings-changed', subject: 'four eyes', detail });
    }
    return readRules(workspace);
  }),
};

const readRules = (workspace: Workspace): PeopleRules => ({
  idleMinutes: idleMinutes(workspace),
  fourEyes: readSetting<FourEyes>(workspace.catalog, fourEyesSetting) ?? fourEyesByDefault,
});

/** In the order in which they were added. */
export const describeAccounts = (workspace: Workspace): readonly Account[] =>
  listPeople(workspace.catalog).map((row) => describeAccount(workspace, row));

function describeAccount({ catalog }: Workspace, row: PersonRow): Account {
  const key = keyInUse(catalog, row.id);
  const certificates = listCertificates(catalog).filter(({ personId }) => personId === row.id);
  const keys = new Set(certificates.map(({ publicKey }) => Buffer.from(publicKey).toString('hex')));
  const { hex, words } = key === undefined ? { hex: '', words: [] } : fingerprintOf(key.publicKey);
  return {
    ...row,
    fingerprint: key === undefined ? null : { hex, words: [...words] },
    keyMadeAt: key?.madeAt ?? null,
    certified: certificates.some(({ validUntil, signature }) => validUntil === null && signature !== null),
    canSignIn: peopleWhoCanSignIn(catalog).some(({ id }) => id === row.id),
    keysBefore: keys.size - (key === undefined ? 0 : 1),
  };
}

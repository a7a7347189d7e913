/** `chorale people`: lists, adds, disables and resets the accounts of a workspace, in the name of an administrator. */
import type { Command } from 'commander';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';
import { role } from '../../contract/settings.ts';
import { addAccount, changeRole, disableAccount, isUnclaimed, resetAccount } from '../../release/accounts.ts';
import { requireSession } from '../permissions.ts';
import { describeAccounts } from '../routes/people.ts';
import { type AddCommand, defineCommand, exitCodes, type WritingWork } from './command.ts';
import { newOwnPassphrase } from './own-passphrase.ts';

const listed = defineCommand({
  name: 'list',
  summary: 'List the accounts with the fingerprints of their keys',
  options: z.object({}),
  workspace: 'read',
  async run({ workspace, print }) {
    const accounts = describeAccounts(workspace);
    const lines = accounts.map(({ name, role: held, disabledAt, fingerprint }) =>
      [name, held, disabledAt === null ? (fingerprint?.words.join(' ') ?? '') : `disabled ${disabledAt}`].join('  '),
    );
    print(accounts, lines.length === 0 ? 'There is no account yet' : lines.join('\n'));
    return exitCodes.success;
  },
});

const added = defineCommand({
  name: 'add <name>',
  summary: 'Add a person; the first one is the administrator and needs no --as',
  declare: (command) => withNewPassphrase(command.requiredOption('--role <role>', role.options.join(', '))),
  options: z.object({ role, newPassphraseFile: z.string().optional() }),
  workspace: 'write',
  async run(work) {
    const { workspace, context, args, options, print } = work;
    const [name] = args;
    const first = isUnclaimed(workspace.catalog);
    if (first && options.role !== 'administrator') {
      throw new ChoraleError('NOT_ALLOWED', { action: 'people.begin', needs: 'administrator' });
    }
    const by = first ? name! : requireSession(context, 'people.add').person.name;
    const passphrase = await newOwnPassphrase(name!, options.newPassphraseFile);
    const account = { name: name!, role: options.role, passphrase, by };
    const { id } = await addAccount(workspace.catalog, account, { ...context.accounts, first });
    return say(work, id, print);
  },
});

const disabled = defineCommand({
  name: 'disable <name>',
  summary: 'Disable an account; its key is forgotten, what it has signed stays valid',
  options: z.object({}),
  workspace: 'write',
  async run(work) {
    const { person } = requireSession(work.context, 'people.disable');
    const { id } = disableAccount(work.workspace.catalog, find(work), person.name);
    return say(work, id, work.print);
  },
});

const reset = defineCommand({
  name: 'reset <name>',
  summary: 'Give a person who has forgotten their passphrase a new key under a new one',
  declare: (command) => withNewPassphrase(command),
  options: z.object({ newPassphraseFile: z.string().optional() }),
  workspace: 'write',
  async run(work) {
    const { context, workspace, args, options } = work;
    const { person } = requireSession(context, 'people.reset');
    const id = find(work);
    const passphrase = await newOwnPassphrase(args[0]!, options.newPassphraseFile);
    await resetAccount(workspace.catalog, id, passphrase, person.name, context.accounts);
    return say(work, id, work.print);
  },
});

const moved = defineCommand({
  name: 'role <name> <role>',
  summary: 'Give a person another role',
  options: z.object({}),
  workspace: 'write',
  async run(work) {
    const { person } = requireSession(work.context, 'people.changeRole');
    const next = role.safeParse(work.args[1]);
    if (!next.success) {
      throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'role', message: role.options.join(' | ') }] });
    }
    const { id } = changeRole(work.workspace.catalog, find(work), next.data, person.name);
    return say(work, id, work.print);
  },
});

export const people: AddCommand = (program, exit) => {
  const group = program.command('people').description('List, add, disable and reset the accounts of a workspace');
  for (const add of [listed, added, disabled, reset, moved]) add(group, exit);
};

const withNewPassphrase = (command: Command): Command =>
  command.option('--new-passphrase-file <file>', "file that holds the person's passphrase; else you are asked");

type Work = Pick<WritingWork<unknown>, 'workspace' | 'args' | 'print'>;

function find({ workspace, args: [name] }: Work): string {
  const account = describeAccounts(workspace).find((known) => known.name === name);
  if (account === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'person', id: name! });
  return account.id;
}

function say({ workspace }: Work, id: string, print: Work['print']) {
  const account = describeAccounts(workspace).find((known) => known.id === id)!;
  const key = account.fingerprint === null ? 'no key any more' : account.fingerprint.words.join(' ');
  print(account, `${account.name}, ${account.role}: ${account.disabledAt === null ? key : 'disabled'}`);
  return exitCodes.success;
}

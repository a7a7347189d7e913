/** `chorale passphrase`: another passphrase for the workspace; what it holds stays as it is. */
import * as z from 'zod';
import { replacePassphrase } from '../../catalog/workspace.ts';
import { auditAct } from '../audited.ts';
import { askAt, forgetKeptPassphrase, newPassphrase } from '../passphrase.ts';
import { defineCommand, exitCodes } from './command.ts';

export const passphrase = defineCommand({
  name: 'passphrase',
  summary: 'Change the passphrase of the workspace',
  declare: (command) =>
    command
      .option(
        '--new-passphrase-file <file>',
        'file that holds the new one; else $CHORALE_NEW_PASSPHRASE, else you are asked',
      )
      .addHelpText(
        'after',
        '\nThe key of the workspace is sealed anew, which takes a second however large it is. Whoever has an old copy of\nworkspace.json, as in a backup, and knows the old passphrase can still open the workspace: destroy such copies.',
      ),
  options: z.object({ newPassphraseFile: z.string().optional() }),
  workspace: 'write',
  async run({ folder, workspace, options, host, print }) {
    const next = await newPassphrase(folder, {
      file: options.newPassphraseFile,
      environment: process.env,
      ask: process.stdin.isTTY ? askAt(process.stdin, process.stderr) : undefined,
    });
    replacePassphrase(folder, workspace.key, next);
    forgetKeptPassphrase(folder, host.configurationFolder);
    auditAct(workspace, { act: 'passphrase-changed', subject: 'workspace' });
    print({ changed: true }, `The passphrase of ${folder} is changed. The old one opens it no more.`);
    return exitCodes.success;
  },
});

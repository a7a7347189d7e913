/** `chorale restore`: a workspace from a backup, where there is none. */
import { resolve } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';
import { askAt, passphraseGiven } from '../passphrase.ts';
import { restoreWorkspace } from '../restore.ts';
import { defineCommand, exitCodes } from './command.ts';

export const restore = defineCommand({
  name: 'restore <file>',
  summary: 'Make the workspace from a backup, where there is none',
  declare: (command) =>
    command.addHelpText(
      'after',
      '\nThe passphrase is that of when the backup was made. No job goes on by itself, standing approvals end, and a running\nseries waits for somebody to rejoin it: before this partner says anything there, it reads what it has said since the\nbackup, so that it answers no round twice. Never run the restored workspace beside the one it is a copy of.',
    ),
  options: z.object({ passphraseFile: z.string().optional() }),
  workspace: 'none',
  async run({ folder, args: [file = ''], options: { passphraseFile }, control, print }) {
    const ask = process.stdin.isTTY ? askAt(process.stdin, process.stderr) : undefined;
    const passphrase =
      passphraseGiven({ file: passphraseFile, environment: process.env }) ?? (await ask?.(`Passphrase of ${file}: `));
    if (passphrase === undefined) throw new ChoraleError('PASSPHRASE_NEEDED', { folder: file });
    const restored = restoreWorkspace(resolve(file), passphrase, folder, control);
    const { madeAt, series, standingApprovals } = restored;
    const waiting = series.length === 0 ? '' : `\nWaits for somebody to rejoin: ${series.join(', ')}.`;
    const ended = standingApprovals === 0 ? '' : `\nStanding approvals that ended: ${standingApprovals}.`;
    print({ folder, ...restored }, `${folder} is as it was at ${madeAt}.${waiting}${ended}`);
    return exitCodes.success;
  },
});

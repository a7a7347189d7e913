/** `chorale backup`: the workspace in one encrypted file, also while it is open elsewhere. */
import { resolve } from 'node:path';
import * as z from 'zod';
import { writeBackup } from '../../catalog/backup.ts';
import { auditAct } from '../audited.ts';
import { defineCommand, exitCodes } from './command.ts';

export const backup = defineCommand({
  name: 'backup',
  summary: 'Copy the workspace into one encrypted file, and read it back',
  declare: (command) =>
    command
      .requiredOption('--out <file>', 'the backup; a file that exists is not written over')
      .addHelpText(
        'after',
        '\nWorks while the workspace is open elsewhere. The file opens with the passphrase that the workspace has now, also\nafter it is changed. It holds everything: structures, values, keys, log. Files brought for an import that is not\nfinished are not in it.',
      ),
  options: z.object({ out: z.string().min(1) }),
  workspace: 'read',
  async run({ workspace, options: { out }, control, print }) {
    const report = writeBackup(workspace, resolve(out), new Date().toISOString(), control);
    const { files, bytes } = report;
    auditAct(workspace, { act: 'backup-made', subject: 'workspace', detail: { files, bytes } });
    print(report, `Backup in ${report.file}: ${files} files, ${bytes} bytes, read back.`);
    return exitCodes.success;
  },
});

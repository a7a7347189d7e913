/** `chorale audit`: recomputes the log from its first entry and lists the newest ones; `export` writes it as a bundle. */
import { InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import { type AuditEntry, auditGroup, type Verification } from '../../contract/audit.ts';
import { findAudit, verifyWholeAudit } from '../../release/audit.ts';
import { auditExport } from './audit-export.ts';
import { type AddCommand, defineCommand, exitCodes } from './command.ts';

const listed = defineCommand({
  name: 'audit',
  summary: 'Verify the hash-chained log, and list its newest entries',
  declare: (command) =>
    command
      .option('--limit <count>', 'entries to list', count, 20)
      .addOption(new Option('--group <group>', 'only entries of this group').choices(auditGroup.options))
      .option('--search <text>', 'only entries with this in person, subject, facts or hash')
      .addHelpText(
        'after',
        '\nEnds with 0 when the chain is intact, with 2 when it is broken; the first wrong entry is named.',
      ),
  options: z.object({ limit: z.number(), group: auditGroup.optional(), search: z.string().optional() }),
  workspace: 'read',
  async run({ workspace: { catalog }, options, control, print }) {
    const verification = await verifyWholeAudit(catalog, control);
    const { entries, matching } = findAudit(catalog, options);
    print({ verification, matching, entries }, [sentence(verification), ...entries.map(line)].join('\n'));
    return verification.state === 'intact' ? exitCodes.success : exitCodes.rejected;
  },
});

export const audit: AddCommand = (program, exit) => {
  listed(program, exit);
  const parent = program.commands.find((command) => command.name() === 'audit');
  // Both take the options of every command: those behind `export` are its own.
  if (parent !== undefined) auditExport(parent.enablePositionalOptions(), exit);
};

const sentence = ({ state, checked, total, head, broken }: Verification): string =>
  state === 'intact'
    ? `Chain intact: all ${total} entries recomputed, head ${head}`
    : `Chain broken at entry ${broken?.seq} (${broken?.reason}): ${checked} of ${total} entries before it are intact`;

const line = ({ seq, at, person, act, subject, hash }: AuditEntry): string =>
  [String(seq).padStart(6), at, act.padEnd(26), subject, person, hash.slice(0, 12)].join('  ');

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError('Not a number of entries.');
  return number;
}

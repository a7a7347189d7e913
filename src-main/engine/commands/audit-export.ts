/** `chorale audit export`: one signed file with what proves what left, for an auditor who checks it elsewhere. */
import { closeSync, fsyncSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import type { ExportedBundle } from '../../contract/bundle.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { startBundle } from '../bundle-export.ts';
import { bundleBytes, escrowKeyOf } from '../bundle-job.ts';
import { defineCommand, exitCodes, followJob } from './command.ts';

const copiedAtOnce = 1 << 20;

export const auditExport = defineCommand({
  name: 'export',
  summary:
    'Write an audit bundle: log, decisions, messages, receipts and keys in one signed file, with a report as PDF',
  declare: (command) =>
    command
      .requiredOption('--out <file>', 'file to write to, such as audit.zip; one that is there is not replaced')
      .option('--from <time>', 'only what is of this day or time or later, such as 2026-03-01', moment)
      .option('--to <time>', 'and of this one or earlier', endOf)
      .option(
        '--escrow <packages...>',
        'with the sealed escrow of these packages; its key is written to FILE.escrow-key',
      )
      .addOption(new Option('--language <code>', 'of the report').choices(['en', 'ja']).default('en'))
      .addHelpText(
        'after',
        `
With --as NAME the bundle is signed by this person beside the partner. Check it with: chorale verify FILE
Who has the key of the escrow and the bundle can read the clear change of the model in these packages: hand them over
by two ways.`,
      ),
  options: z.object({
    out: z.string(),
    from: z.string().optional(),
    to: z.string().optional(),
    escrow: z.array(z.string()).default([]),
    language: z.enum(['en', 'ja']),
  }),
  workspace: 'write',
  async run({ context, workspace, person, options, control, print }) {
    const { from = null, to = null, escrow, language } = options;
    const id = await startBundle(context, { from, to, escrowOf: escrow, language }, person);
    const made = await followJob<ExportedBundle>(context, id, control);
    const out = resolve(options.out);
    const file = create(out);
    try {
      for (let at = 0; at < made.bytes; at += copiedAtOnce) {
        writeSync(file, bundleBytes(workspace, made.file, at, at + copiedAtOnce));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const keyFile = made.sealedEscrow ? `${out}.escrow-key` : null;
    if (keyFile !== null) {
      writeFileSync(keyFile, `${escrowKeyOf(workspace, made.file)}\n`, { mode: 0o600, flag: 'wx' });
    }
    const { counts, head, sha256, bytes } = made;
    print(
      { ...made, file: out, escrowKeyFile: keyFile },
      [
        `${out}: ${bytes} bytes, SHA-256 ${sha256}`,
        `${counts.entries} entries up to ${head.seq} (${head.hash})`,
        `${counts.packages} packages, ${counts.sent} sent; ${counts.decisions} decisions, ${counts.messages} messages, ${counts.receipts} receipts`,
        ...(keyFile === null ? [] : [`key of the escrow in ${keyFile}: hand it over by another way`]),
      ].join('\n'),
    );
    return exitCodes.success;
  },
});

function create(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file: path, reason: 'cannot be made here' }, { cause: error });
  }
}

function moment(text: string): string {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Not a day or time, such as 2026-03-01.');
  return new Date(time).toISOString();
}

/** A day alone means its end. */
const endOf = (text: string): string =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) ? moment(`${text}T23:59:59.999Z`) : moment(text);

/** `chorale trunk`: hands the global trunk of a series to a partner that comes new, and takes it there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';
import { bytesOf } from '../../federation/chunks.ts';
import { trunkHash } from '../../federation/server-optimiser.ts';
import { findConsortium } from '../../federation/view.ts';
import { lastTrunk, takeBeginning } from '../participation/beginning.ts';
import { defineCommand, exitCodes } from './command.ts';

export const trunk = defineCommand({
  name: 'trunk',
  summary: 'Hand the global trunk of a series to a partner that comes new, or take it',
  declare: (command) =>
    command
      .requiredOption('--series <name>', 'with --write the series that was, with --take the one that continues it')
      .option('--write <file>', 'write the trunk as it stands here')
      .option('--take <file>', 'take the trunk that another partner has written')
      .addHelpText(
        'after',
        `
The trunk is what all partners of the series hold; nothing of this partner's own is in it. A file that is taken must be
the trunk that the signed plan of the new series names by its hash.`,
      ),
  options: z.object({ series: z.string(), write: z.string().optional(), take: z.string().optional() }),
  workspace: 'write',
  async run({ workspace, options, print }) {
    const { series, write, take } = options;
    if ((write === undefined) === (take === undefined)) {
      const message = 'one of --write and --take';
      throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'write', message }] });
    }
    if (write !== undefined) {
      const values = lastTrunk(workspace, series);
      writeFileSync(resolve(write), bytesOf(values), { mode: 0o600 });
      const hash = trunkHash(values);
      print({ series, hash, numbers: values.length }, `${values.length} numbers, ${hash}`);
      return exitCodes.success;
    }
    const { plan } = findConsortium(workspace.catalog, series);
    takeBeginning(workspace, plan, readTrunkFile(take!));
    print({ series, hash: plan.continueFrom!.trunkHash }, `taken: ${plan.continueFrom!.trunkHash}`);
    return exitCodes.success;
  },
});

/** @throws FILE_UNREADABLE */
function readTrunkFile(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(resolve(file)));
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'not-readable' }, { cause: error });
  }
}

/** `chorale coordinator`: the place that partners meet at, standing alone. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';
import { coordinatorKeys, readSeries } from '../../coordinator/documents.ts';
import { startCoordinator } from '../../coordinator/start.ts';
import { toBase64url } from '../../federation/canonical.ts';
import { fingerprintOf } from '../../federation/identity.ts';
import { planHash } from '../../federation/plan.ts';
import { toKnownError } from '../known-error.ts';
import { defineCommand, exitCodes } from './command.ts';

export const coordinator = defineCommand({
  name: 'coordinator',
  summary: 'Run the coordinator of a series of rounds, until Ctrl-C',
  declare: (command) =>
    command
      .requiredOption('--data <folder>', 'where it keeps its key, messages and chunks')
      .option('--roster <file>', 'the roster, signed by every partner')
      .option('--plan <file>', 'the plan that the partners agreed on')
      .option('--host <address>', 'address to listen at (default: 127.0.0.1, this machine only)')
      .option('--port <number>', 'port to listen at (default: any free one)', Number)
      .option('--keep-uploads <rounds>', 'finished rounds whose masked uploads are kept for an auditor', Number)
      .option('--keep-sums <rounds>', 'rounds whose sums wait for partners that are away (default: 50)', Number)
      .addHelpText(
        'after',
        '\nWithout --roster and --plan it makes its key, prints it for the plan, and ends. It speaks plain HTTP; before a\nnetwork, put it behind a proxy that speaks TLS. It holds no key of a partner and reads no update, only sums.',
      ),
  options: z.object({
    data: z.string().min(1),
    roster: z.string().optional(),
    plan: z.string().optional(),
    host: z.string().default('127.0.0.1'),
    port: z.number().int().min(0).max(65535).default(0),
    keepUploads: z.number().int().min(0).default(1),
    keepSums: z.number().int().min(1).default(50),
  }),
  workspace: 'none',
  async run({ options, control, host: { log }, print }) {
    const folder = resolve(options.data);
    const key = coordinatorKeys(folder, () => randomBytes(32));
    const fingerprint = fingerprintOf(key.publicKey);
    const identity = { publicKey: toBase64url(key.publicKey), fingerprint };
    const words = fingerprint.words.join(' ');
    if (options.roster === undefined && options.plan === undefined) {
      print(identity, `Key of this coordinator, for the plan: ${identity.publicKey}\n${words}`);
      return exitCodes.success;
    }
    if (options.roster === undefined || options.plan === undefined) {
      throw new ChoraleError('INPUT_INVALID', {
        issues: [{ path: options.roster === undefined ? 'roster' : 'plan', message: 'needed with the other' }],
      });
    }
    const { roster, plan } = readSeries(resolve(options.roster), resolve(options.plan));
    const { url, close } = await startCoordinator({
      folder,
      roster,
      plan,
      key,
      host: options.host,
      port: options.port,
      retention: { uploads: options.keepUploads, sums: options.keepSums },
      failed: (error) => toKnownError(error, log),
    });
    print(
      { ...identity, url, series: plan.series, planHash: planHash(plan) },
      `Coordinator of ${roster.roster.name} at ${url}\n${words}`,
    );
    await stopped(control.signal);
    await close();
    return exitCodes.success;
  },
});

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

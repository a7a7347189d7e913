/** `chorale coordinator`: the place that partners meet at, standing alone. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';
import { ownCertificate, type TlsIdentity, tlsFingerprint } from '../../coordinator/certificate.ts';
import { coordinatorKeys, readSeries } from '../../coordinator/documents.ts';
import { startCoordinator } from '../../coordinator/start.ts';
import { toBase64url } from '../../federation/canonical.ts';
import { readCompleteCharter } from '../../federation/charter.ts';
import { fingerprintOf } from '../../federation/identity.ts';
import { planHash } from '../../federation/plan.ts';
import { toKnownError } from '../known-error.ts';
import { defineCommand, exitCodes } from './command.ts';
import { readJsonFile, readTextFile } from './json-file.ts';

export const coordinator = defineCommand({
  name: 'coordinator',
  summary: 'Run the coordinator of a series of rounds, until Ctrl-C',
  declare: (command) =>
    command
      .requiredOption('--data <folder>', 'where it keeps its key, messages and chunks')
      .option('--roster <file>', 'the roster, signed by every partner')
      .option('--plan <file>', 'the plan that the partners agreed on')
      .option('--charter <file>', 'the charter, signed by every partner, for those whose invitation comes without it')
      .option('--host <address>', 'address to listen at (default: 127.0.0.1, this machine only)')
      .option('--port <number>', 'port to listen at (default: any free one)', Number)
      .option('--tls <names>', 'speak HTTPS under a certificate made here, for these host names or addresses')
      .option('--tls-cert <file>', 'speak HTTPS under this certificate (PEM)')
      .option('--tls-key <file>', 'its private key (PEM)')
      .option('--keep-uploads <rounds>', 'finished rounds whose masked uploads are kept for an auditor', Number)
      .option('--keep-sums <rounds>', 'rounds whose sums wait for partners that are away (default: 50)', Number)
      .addHelpText(
        'after',
        '\nWithout --roster and --plan it makes its key, prints it for the plan, and ends. Without --tls or\n--tls-cert it speaks plain HTTP: on this machine only, or behind a proxy that speaks TLS. It prints the fingerprint of\nits certificate, which `chorale invite --certificate` puts into invitations: partners then speak to no other. It holds no key of a partner and reads no update, only sums.',
      ),
  options: z.object({
    data: z.string().min(1),
    roster: z.string().optional(),
    plan: z.string().optional(),
    charter: z.string().optional(),
    host: z.string().default('127.0.0.1'),
    port: z.number().int().min(0).max(65535).default(0),
    tls: z.string().min(1).optional(),
    tlsCert: z.string().optional(),
    tlsKey: z.string().optional(),
    keepUploads: z.number().int().min(0).default(1),
    keepSums: z.number().int().min(1).default(50),
  }),
  workspace: 'none',
  async run({ options, control, host: { log }, print }) {
    const folder = resolve(options.data);
    const key = coordinatorKeys(folder, () => randomBytes(32));
    const fingerprint = fingerprintOf(key.publicKey);
    const tls = tlsIdentity(folder, options);
    const certificate = tls === undefined ? null : tlsFingerprint(tls);
    const identity = { publicKey: toBase64url(key.publicKey), fingerprint, certificate };
    const words = `${fingerprint.words.join(' ')}${certificate === null ? '' : `\nCertificate, for the invitations: ${certificate}`}`;
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
      charter: options.charter === undefined ? undefined : readCompleteCharter(readJsonFile(resolve(options.charter))),
      key,
      ...(tls === undefined ? {} : { tls }),
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

type TlsOptions = { readonly [Name in 'tls' | 'tlsCert' | 'tlsKey']?: string | undefined };

/** @throws FILE_UNREADABLE, INPUT_INVALID when one of certificate and key is missing, or both ways are asked for */
function tlsIdentity(folder: string, { tls, tlsCert, tlsKey }: TlsOptions): TlsIdentity | undefined {
  if (tls === undefined && tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tls !== undefined && tlsCert === undefined && tlsKey === undefined) {
    const names = tls.split(/[\s,]+/).filter((name) => name !== '');
    return ownCertificate(folder, names, new Date());
  }
  if (tls !== undefined || tlsCert === undefined || tlsKey === undefined) {
    const message = tls === undefined ? 'needed with the other' : 'not with --tls-cert and --tls-key';
    const path = tls !== undefined ? 'tls' : tlsCert === undefined ? 'tls-cert' : 'tls-key';
    throw new ChoraleError('INPUT_INVALID', { issues: [{ path, message }] });
  }
  return { certificate: readTextFile(resolve(tlsCert)), key: readTextFile(resolve(tlsKey)) };
}

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** `chorale invite`: writes the invitation that every partner reads before it joins. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';
import { readSeries } from '../../coordinator/documents.ts';
import { readCompleteCharter } from '../../federation/charter.ts';
import { hash } from '../../federation/formats.ts';
import { writeInvitation } from '../../federation/invitation.ts';
import { planHash } from '../../federation/plan.ts';
import { defineCommand, exitCodes } from './command.ts';
import { readJsonFile, readTextFile } from './json-file.ts';

export const invite = defineCommand({
  name: 'invite',
  summary: 'Write the invitation to a series of rounds, for every partner alike',
  declare: (command) =>
    command
      .requiredOption('--roster <file>', 'the roster, signed by every partner')
      .requiredOption('--plan <file>', 'the plan that the partners agreed on')
      .requiredOption('--url <address>', 'where the coordinator is found, such as https://coordinator.example:8443')
      .requiredOption('--chemistry-key-file <file>', 'the key that scrambles the fingerprints of the consortium')
      .requiredOption('--out <file>', 'the invitation')
      .option('--charter <file>', 'the charter, signed by every partner')
      .option('--certificate <fingerprint>', 'of the coordinator, as it prints it: partners speak to no other')
      .addHelpText(
        'after',
        '\nAn invitation is secret: it holds the chemistry key, which the coordinator must not know. Run this where a partner\nworks, and hand the file to the others over a way that the coordinator does not read.',
      ),
  options: z.object({
    roster: z.string(),
    plan: z.string(),
    url: z.url({ protocol: /^https?$/ }),
    chemistryKeyFile: z.string(),
    out: z.string(),
    charter: z.string().optional(),
    certificate: hash.optional(),
  }),
  workspace: 'none',
  async run({ options: { url, certificate, out, ...files }, print }) {
    if (certificate !== undefined && new URL(url).protocol !== 'https:') {
      throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'url', message: 'https with --certificate' }] });
    }
    const { roster, plan } = readSeries(resolve(files.roster), resolve(files.plan));
    const chemistryKey = readKey(resolve(files.chemistryKeyFile));
    const pinned = certificate === undefined ? {} : { coordinatorCertificate: certificate };
    const charter =
      files.charter === undefined ? {} : { charter: readCompleteCharter(readJsonFile(resolve(files.charter))) };
    const invitation = writeInvitation({ coordinatorUrl: url, ...pinned, ...charter, roster, plan, chemistryKey });
    writeFileSync(resolve(out), invitation, { mode: 0o600 });
    print(
      { file: resolve(out), series: plan.series, planHash: planHash(plan), certificate: certificate ?? null },
      `Invitation to ${roster.roster.name} in ${resolve(out)}. It is secret.`,
    );
    return exitCodes.success;
  },
});

const fewestCharacters = 16;

function readKey(file: string): string {
  const key = readTextFile(file).trim();
  if (key.length < fewestCharacters) throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'no-chemistry-key' });
  return key;
}

/** `chorale verify`: checks an audit bundle with nothing but the file, and names the first thing that is wrong. */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { openVault } from '../../catalog/vault.ts';
import type { BundleVerdict } from '../../contract/bundle.ts';
import { ChoraleError } from '../../contract/errors.ts';
import type { BundleBytes } from '../../release/bundle-file.ts';
import { type VerifyOptions, verifyBundle } from '../../release/verify.ts';
import { defineCommand, exitCodes } from './command.ts';

export const verify = defineCommand({
  name: 'verify <bundle>',
  summary: 'Check an audit bundle on any machine: no workspace, no passphrase',
  declare: (command) =>
    command
      .option('--partner-key <fingerprint>', 'of the partner, in its twelve words or in hex, as its people tell it')
      .option('--coordinator-key <fingerprint>', 'of the coordinator, the same')
      .option('--escrow-key <file>', 'key of the escrow: makes anew what left, and compares it bit for bit')
      .addHelpText(
        'after',
        `
Without the fingerprints everything is checked as well, but under keys that the bundle itself names: compare those that
are printed by voice. Ends with 0 when nothing is wrong, and with 2 when something is; the first such place is named.`,
      ),
  options: z.object({
    partnerKey: z.string().optional(),
    coordinatorKey: z.string().optional(),
    escrowKey: z.string().optional(),
  }),
  workspace: 'none',
  async run({ args: [path = ''], options: { partnerKey, coordinatorKey, escrowKey }, control, print }) {
    const key = escrowKey === undefined ? undefined : keyIn(escrowKey);
    const file = openFile(resolve(path));
    const folder = key === undefined ? undefined : mkdtempSync(join(tmpdir(), 'chorale-escrow-'));
    try {
      const escrow = folder === undefined ? undefined : unsealing(folder, key!);
      const verdict = await verifyBundle(file, { partnerKey, coordinatorKey, escrow }, control);
      print(verdict, sentences(verdict).join('\n'));
      return verdict.sound ? exitCodes.success : exitCodes.rejected;
    } finally {
      file.close();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }
  },
});

function openFile(path: string): BundleBytes & { readonly close: () => void } {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file: path, reason: 'not there' }, { cause: error });
  }
  const status = fstatSync(descriptor);
  if (!status.isFile()) {
    closeSync(descriptor);
    throw new ChoraleError('FILE_UNREADABLE', { file: path, reason: 'not a file' });
  }
  const bytes = status.size;
  return {
    bytes,
    read(from, to) {
      const part = new Uint8Array(Math.max(0, Math.min(to, bytes) - from));
      let at = 0;
      for (let read = -1; at < part.length && read !== 0; at += read) {
        read = readFrom(path, () => readSync(descriptor, part, at, part.length - at, from + at));
      }
      return part.subarray(0, at);
    },
    close: () => closeSync(descriptor),
  };
}

function readFrom<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ChoraleError('FILE_UNREADABLE', { file, reason }, { cause: error });
  }
}

/** The sealed bytes lie in a folder of their own while they are read, each under the name that it was sealed with. */
const unsealing =
  (folder: string, key: Uint8Array): NonNullable<VerifyOptions['escrow']> =>
  (name, parts) => {
    const own = join(folder, randomBytes(8).toString('hex'));
    mkdirSync(own, { mode: 0o700 });
    const file = openSync(join(own, name), 'wx', 0o600);
    try {
      for (const part of parts) writeSync(file, part);
    } finally {
      closeSync(file);
    }
    return openVault(own, key);
  };

function keyIn(path: string): Uint8Array {
  const text = readFrom(path, () => readFileSync(resolve(path), 'utf8')).trim();
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new ChoraleError('FILE_UNREADABLE', { file: path, reason: 'no key of an escrow' });
  return new Uint8Array(Buffer.from(text, 'hex'));
}

function sentences(verdict: BundleVerdict): string[] {
  const { sound, wrong, checked, company, madeAt, madeBy, head, period, keys, open } = verdict;
  const about =
    company === null
      ? []
      : [
          `Bundle of ${company.name} (${company.id}), made ${madeAt} by ${madeBy}`,
          `Period ${period?.from ?? 'from the first entry'} to ${period?.to ?? 'the last'}, head ${head?.seq} ${head?.hash}`,
        ];
  const counts = checked.map(({ check, count }) => `  ${check.padEnd(12)}${count}`);
  const compare = keys.map(
    ({ of, name, fingerprint, compared }) =>
      `${compared ? 'Compared' : 'Compare by voice'}: key of the ${of} ${name}\n  ${fingerprint.words.join(' ')}\n  ${fingerprint.hex}`,
  );
  const cannot = open.map(({ what, where }) => `Not proved: ${what}, ${where}`);
  const end =
    wrong === null
      ? [sound ? 'Nothing is wrong with this bundle' : '']
      : [`WRONG at ${wrong.where}: ${wrong.rule}`, `  expected ${wrong.expected}`, `  found    ${wrong.found}`];
  return [...about, 'Checked:', ...counts, ...compare, ...cannot, ...end];
}

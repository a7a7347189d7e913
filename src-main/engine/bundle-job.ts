/** The job that writes an audit bundle into the vault, from where the page or the command line fetches it. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readSetting, writeSetting } from '../catalog/settings.ts';
import type { Vault } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { type ExportedBundle, exportedBundle } from '../contract/bundle.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Control } from '../contract/progress.ts';
import { fromBase64url } from '../federation/canonical.ts';
import { certifyPeople } from '../release/accounts.ts';
import { writeBundle } from '../release/bundle.ts';
import { bundleReport } from '../release/bundle-report.ts';
import type { ExportBundleRequest } from './bundle-request.ts';
import type { JobHost } from './host.ts';
import { version } from './version.ts';

const lastSetting = 'audit.lastBundle';

/** The bundle that was made last by this version; null before the first one. */
export const lastBundle = ({ catalog }: Workspace): ExportedBundle | null =>
  exportedBundle.safeParse(readSetting(catalog, lastSetting)).data ?? null;

/** @throws as `writeBundle`; SIGN_IN_NEEDED when the person has signed out meanwhile; CANCELLED */
export async function exportBundle(
  workspace: Workspace,
  { from, to, escrowOf, language, madeBy, key }: ExportBundleRequest,
  control: Control,
  { jobId, sign }: Pick<JobHost, 'jobId' | 'sign'>,
): Promise<ExportedBundle> {
  const { catalog, vault } = workspace;
  const folder = join(workspace.folder, `bundle-${jobId}`);
  const file = `bundles/${jobId}`;
  const madeAt = new Date().toISOString();
  const escrowKey = new Uint8Array(randomBytes(32));
  mkdirSync(folder, { mode: 0o700 });
  certifyPeople(catalog); // such as after a stop right behind a change of keys
  const sink = hashed(vault, file);
  try {
    const manifest = await writeBundle(
      workspace,
      {
        ...{ period: { from, to }, escrowOf, madeBy, madeAt, escrowKey, folder },
        signer: key === null ? null : { publicKey: fromBase64url(key), sign },
        program: `Chorale ${version}`,
        report: (facts) => bundleReport(facts, language),
      },
      sink.write,
      control,
    );
    const { bytes, sha256 } = sink.end();
    if (escrowOf.length > 0) vault.write(keyFileOf(file), escrowKey);
    const { company, period, log, counts } = manifest;
    const made: ExportedBundle = {
      fileName: `audit-${company.id}-${madeAt.slice(0, 10)}.zip`,
      ...{ file, bytes, sha256, madeAt, madeBy: madeBy.name, period, head: log.head, counts },
      sealedEscrow: escrowOf.length > 0,
    };
    forget(vault, readSetting(catalog, lastSetting));
    writeSetting(catalog, lastSetting, made);
    return made;
  } finally {
    sink.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens the escrow in the bundle. @throws NOT_FOUND where it has none, or another one was made since */
export function escrowKeyOf({ vault }: Workspace, file: string): string {
  return Buffer.from(vault.read(keyFileOf(known(file)))).toString('hex');
}

/** @throws NOT_FOUND when another one was made since */
export function bundleBytes({ vault }: Workspace, file: string, from: number, to: number): Uint8Array<ArrayBuffer> {
  const opened = vault.open(known(file));
  try {
    return opened.read(from, to);
  } finally {
    opened.close();
  }
}

const keyFileOf = (file: string): string => `${file}.key`;

function known(file: string): string {
  if (!/^bundles\/[\w-]+$/.test(file)) throw new ChoraleError('NOT_FOUND', { kind: 'bundle', id: file });
  return file;
}

function forget(vault: Vault, before: Pick<ExportedBundle, 'file'> | undefined): void {
  if (before === undefined) return;
  vault.remove(before.file);
  vault.remove(keyFileOf(before.file));
}

function hashed(vault: Vault, name: string) {
  const file = vault.create(name);
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    write(part: Uint8Array) {
      hash.update(part);
      bytes += part.length;
      file.write(part);
    },
    end() {
      file.close();
      return { bytes, sha256: hash.digest('hex') };
    },
    discard: file.discard,
  };
}

/** A backup of a workspace: one sealed file with the catalog as it stood at one moment and the vault's files, read back after it was written. */
import { createHash, hkdfSync, randomUUID } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { BackupReport } from '../contract/workspace.ts';
import { ownerOnly } from './open.ts';
import { createSealedFile, readSealedFile, type SealedReader } from './sealed-file.ts';
import { openWorkspaceWithKey, type Workspace, workspaceId } from './workspace.ts';
import { readWorkspaceKey, subkey, workspaceFile } from './workspace-key.ts';

const firstLine = 'chorale backup 1\n';
const catalogName = 'catalog.sqlite';
const partBytes = 1 << 20;
const mostHeadBytes = 1 << 16;

const about = z.object({ format: z.literal(1), workspace: z.string(), madeAt: z.string() });

/**
 * Beside whoever works in the workspace: catalog and vault are taken at one moment, then packed at leisure. Files that are
 * brought for an import and not in the catalog yet are left out.
 * @throws FILE_UNREADABLE where the file exists or cannot be written, WORKSPACE_DAMAGED when what was written does not read
 *   back, CANCELLED; then there is no file
 */
export function writeBackup(workspace: Workspace, file: string, madeAt: string, control: Control): BackupReport {
  const target = resolve(file);
  if (existsSync(target)) throw new ChoraleError('FILE_UNREADABLE', { file: target, reason: 'exists' });
  const place = join(workspace.folder, `backup-${randomUUID()}.partial`);
  const removePartials = () => {
    for (const name of readdirSync(workspace.folder)) {
      if (/^backup-.*\.partial$/.test(name)) rmSync(join(workspace.folder, name), { recursive: true, force: true });
    }
  };
  removePartials(); // of a backup that was killed
  const head = headOf(readFileSync(join(workspace.folder, workspaceFile)));
  const digests = new Map<string, string>();
  try {
    control.report({ step: 'backup.catalog', done: 0 });
    takeSnapshot(workspace, place, control);
    const sealed = createSealedFile(target, keyOf(workspace.key), head);
    try {
      const id = workspaceId(workspace.folder);
      const described = { format: 1, workspace: id, madeAt } satisfies z.infer<typeof about>;
      writeEntry(sealed.write, 'about', new TextEncoder().encode(JSON.stringify(described)));
      const names = [catalogName, ...vaultFiles(place).map(({ name }) => name)];
      for (const [at, name] of names.entries()) {
        control.report({ step: 'backup.write', done: at, total: names.length });
        digests.set(name, copyIn(sealed.write, name, join(place, name), control));
      }
      sealed.write(lengths(0, 0));
      sealed.close();
    } catch (error) {
      sealed.discard();
      throw error;
    }
  } finally {
    removePartials();
  }
  try {
    const read = readBack(target, workspace.key, digests, control);
    return { ...read, madeAt, files: digests.size };
  } catch (error) {
    rmSync(target, { force: true });
    throw error;
  }
}

/**
 * Into a folder beside the one that is asked for, which takes its place when all is there and reads.
 * @param prepare has the restored catalog before anybody works in it
 * @throws WORKSPACE_EXISTS where the folder holds anything, WRONG_PASSPHRASE (of when the backup was made), FILE_UNREADABLE
 *   for what is no backup, WORKSPACE_DAMAGED, WORKSPACE_TOO_NEW, CANCELLED; then there is no folder
 */
export function readBackup<Prepared>(
  file: string,
  passphrase: string,
  folder: string,
  control: Control,
  { prepare, settle }: Restoring<Prepared>,
): Prepared & { readonly madeAt: string } {
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new ChoraleError('WORKSPACE_EXISTS', { folder });
  const place = `${resolve(folder)}.restoring-${randomUUID().slice(0, 8)}`;
  const opened = openFile(file);
  let reader: SealedReader | undefined;
  try {
    const head = readHead(opened, file);
    mkdirSync(place, { recursive: true, mode: 0o700 });
    writeFileSync(join(place, workspaceFile), head.description, { mode: 0o600, flush: true });
    const key = readWorkspaceKey(place, passphrase);
    reader = readSealedFile(opened, file, keyOf(key), head.bytes);
    const { madeAt } = copyOut(reader, place, control);
    const workspace = openWorkspaceWithKey(place, key);
    let prepared: Prepared;
    try {
      if (workspace.catalog.db.pragma('quick_check', { simple: true }) !== 'ok') throw damaged(catalogName);
      prepared = prepare(workspace, madeAt);
    } finally {
      workspace.close();
      key.fill(0);
    }
    settle(place, folder);
    return { ...prepared, madeAt };
  } catch (error) {
    rmSync(place, { recursive: true, force: true });
    throw error;
  } finally {
    if (reader === undefined) closeSync(opened);
    else reader.close();
  }
}

export type Restoring<Prepared> = {
  readonly prepare: (workspace: Workspace, madeAt: string) => Prepared;
  /** Puts the finished folder in its place. */
  readonly settle: (from: string, to: string) => void;
};

const keyOf =
  (key: Uint8Array) =>
  (salt: Uint8Array): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', subkey(key, 'backup'), salt, 'chorale backup 1', 32));

const damaged = (file: string, cause?: unknown): ChoraleError =>
  new ChoraleError('WORKSPACE_DAMAGED', { file }, { cause });

/** What a passphrase needs to open it stands before the sealed part, as in the workspace itself. */
function headOf(description: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(description.length);
  return Buffer.concat([Buffer.from(firstLine), length, description]);
}

function readHead(file: number, name: string): { readonly description: Uint8Array; readonly bytes: number } {
  const start = Buffer.alloc(firstLine.length + 4);
  const read = readSync(file, start, 0, start.length, 0);
  const length = read === start.length ? start.readUInt32BE(firstLine.length) : 0;
  if (start.subarray(0, firstLine.length).toString() !== firstLine || length === 0 || length > mostHeadBytes) {
    throw new ChoraleError('FILE_UNREADABLE', { file: name, reason: 'no-backup' });
  }
  const description = Buffer.alloc(length);
  if (readSync(file, description, 0, length, start.length) !== length) throw damaged(name);
  return { description, bytes: start.length + length };
}

function openFile(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'unreadable' }, { cause: error });
  }
}

type VaultFile = { readonly name: string; readonly version: string };

/** Sorted by name, with `/`. A file is never changed, only replaced, so its inode and times tell its content. */
const vaultFiles = (folder: string): VaultFile[] =>
  existsSync(join(folder, 'vault'))
    ? readdirSync(join(folder, 'vault'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.partial'))
        .flatMap((entry) => {
          const path = join(entry.parentPath, entry.name);
          const found = statSync(path, { bigint: true, throwIfNoEntry: false });
          if (found === undefined) return [];
          const name = path.slice(folder.length + 1).replaceAll('\\', '/');
          return [{ name, version: `${name} ${found.ino} ${found.mtimeNs} ${found.size}` }];
        })
        .sort((a, b) => (a.name < b.name ? -1 : 1))
    : [];

const mostTries = 20;

/**
 * The catalog in one reading, and a second name for each of the vault's files, where they stay when they are replaced. Where
 * the vault has changed meanwhile it is done again, so that both belong together; in a workspace that never rests, at last
 * with a catalog that is older than the vault by the time that its copy takes.
 */
function takeSnapshot({ folder, catalog }: Workspace, place: string, control: Control): void {
  for (let tries = 1; ; tries += 1) {
    stopIfAsked(control);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { mode: 0o700 });
    const before = vaultFiles(folder);
    ownerOnly(join(place, catalogName));
    catalog.db.prepare('vacuum into ?').run(join(place, catalogName));
    const files = tries < mostTries ? before : vaultFiles(folder);
    const isWhole = files.every(({ name }) => nameAgain(join(folder, name), join(place, name)));
    const isSame = isWhole && versionsOf(vaultFiles(folder)) === versionsOf(files);
    if (isSame || tries >= 2 * mostTries) return;
  }
}

const versionsOf = (files: readonly VaultFile[]): string => files.map(({ version }) => version).join('\n');

/** @returns false when the file has gone */
function nameAgain(from: string, to: string): boolean {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    copyFileSync(from, to); // a file system without second names
  }
  return true;
}

type Write = (bytes: Uint8Array) => void;

const prefixBytes = 12;

/** Bytes of the name and of the content; a name of 0 bytes ends the backup. */
function lengths(name: number, content: number): Uint8Array {
  const prefix = Buffer.alloc(prefixBytes);
  prefix.writeUInt32BE(name);
  prefix.writeBigUInt64BE(BigInt(content), 4);
  return prefix;
}

function writeEntry(write: Write, name: string, content: Uint8Array): void {
  writeEntryHead(write, name, content.length);
  write(content);
}

/** @returns SHA-256 */
function copyIn(write: Write, name: string, path: string, control: Control): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    writeEntryHead(write, name, size);
    const hash = createHash('sha256');
    const part = Buffer.alloc(partBytes);
    for (let at = 0; at < size; ) {
      stopIfAsked(control);
      const read = readSync(file, part, 0, Math.min(partBytes, size - at), at);
      if (read === 0) throw damaged(name);
      hash.update(part.subarray(0, read));
      write(part.subarray(0, read));
      at += read;
    }
    return hash.digest('hex');
  } finally {
    closeSync(file);
  }
}

function writeEntryHead(write: Write, name: string, size: number): void {
  const named = Buffer.from(name);
  write(lengths(named.length, size));
  write(named);
}

type Entry = { readonly name: string; readonly from: number; readonly bytes: number };

/** Every entry in turn; what follows the last one must be the end. */
function* entriesIn(reader: SealedReader): Generator<Entry> {
  for (let at = 0; ; ) {
    const prefix = Buffer.from(reader.read(at, at + prefixBytes));
    if (prefix.length < prefixBytes) throw damaged('backup');
    const [nameBytes, bytes] = [prefix.readUInt32BE(0), Number(prefix.readBigUInt64BE(4))];
    if (nameBytes === 0) return;
    const from = at + prefixBytes + nameBytes;
    if (nameBytes > 1024 || from + bytes > reader.bytes) throw damaged('backup');
    yield { name: Buffer.from(reader.read(at + prefixBytes, from)).toString(), from, bytes };
    at = from + bytes;
  }
}

function* partsOf(reader: SealedReader, { from, bytes }: Entry): Generator<Uint8Array> {
  for (let at = from; at < from + bytes; at += partBytes) yield reader.read(at, Math.min(at + partBytes, from + bytes));
}

/** Every byte of the new file, compared with what went in. */
function readBack(
  file: string,
  key: Uint8Array,
  digests: ReadonlyMap<string, string>,
  control: Control,
): Pick<BackupReport, 'file' | 'workspace' | 'bytes'> {
  const opened = openFile(file);
  const { size } = fstatSync(opened);
  const reader = readSealedFile(opened, file, keyOf(key), readHead(opened, file).bytes);
  try {
    const seen = new Set<string>();
    let described: z.infer<typeof about> | undefined;
    for (const entry of entriesIn(reader)) {
      control.report({ step: 'backup.verify', done: seen.size, total: digests.size });
      const hash = createHash('sha256');
      for (const part of partsOf(reader, entry)) {
        stopIfAsked(control);
        hash.update(part);
      }
      if (entry.name === 'about') described = readAbout(reader, entry);
      else if (hash.digest('hex') !== digests.get(entry.name)) throw damaged(entry.name);
      else seen.add(entry.name);
    }
    if (described === undefined || seen.size !== digests.size) throw damaged(file);
    return { file, workspace: described.workspace, bytes: size };
  } finally {
    reader.close();
  }
}

function readAbout(reader: SealedReader, { from, bytes }: Entry): z.infer<typeof about> {
  return about.parse(JSON.parse(Buffer.from(reader.read(from, from + bytes)).toString()));
}

/** SECURITY: only what a workspace is made of, so that no backup writes anywhere else. */
const mayBe = /^(catalog\.sqlite|vault(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+)$/;

function copyOut(reader: SealedReader, folder: string, control: Control): { readonly madeAt: string } {
  let described: z.infer<typeof about> | undefined;
  for (const entry of entriesIn(reader)) {
    control.report({ step: 'restore.read', done: entry.from, total: reader.bytes });
    if (entry.name === 'about') {
      described = readAbout(reader, entry);
      continue;
    }
    if (!mayBe.test(entry.name)) throw damaged(entry.name);
    const path = join(folder, entry.name);
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, 'wx', 0o600);
    try {
      for (const part of partsOf(reader, entry)) {
        stopIfAsked(control);
        for (let written = 0; written < part.length; ) written += writeSync(file, part, written);
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
  if (described === undefined) throw damaged('backup');
  return { madeAt: described.madeAt };
}

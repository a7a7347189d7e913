/**
 * The key of a workspace and the passphrase that opens it: `workspace.json` holds the key, sealed under one that argon2id
 * derives from the passphrase, so that another passphrase needs only another seal.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../contract/errors.ts';
import { type CostOfGuess, costOfGuess, keyFromPassphrase, newSalt } from './passphrase-key.ts';
import { sha256 } from './vault.ts';

const derivation = {
  salt: z.string(),
  operations: z.number().int().min(1).max(64),
  memory: z.number().int().min(8192).max(4_294_967_296),
  check: z.string(), // a keyed hash that tells a wrong passphrase from a damaged file
};

/** Until 2026-11 the derived key was the workspace's own; such a file is written anew when it is opened. */
const firstFormat = z.object({ format: z.literal(1), ...derivation });
const secondFormat = z.object({
  format: z.literal(2),
  /** Names the workspace outside its folder, the same for every copy of it. */
  id: z.string().regex(/^[0-9a-f]{32}$/),
  ...derivation,
  /** Base64: nonce, sealed key and tag of AES-256-GCM. */
  sealedKey: z.string(),
});
const description = z.discriminatedUnion('format', [firstFormat, secondFormat]);

type Description = z.infer<typeof description>;

export const passphraseAtLeast = 12;

export const workspaceFile = 'workspace.json';

export const workspaceExists = (folder: string): boolean => existsSync(join(folder, workspaceFile));

export function workspaceId(folder: string): string {
  const found = describe(folder);
  return found.format === 1 ? idOf(found.salt) : found.id;
}

/** @throws PASSPHRASE_TOO_SHORT */
export function requireLongEnough(passphrase: string): void {
  if ([...passphrase].length < passphraseAtLeast) {
    throw new ChoraleError('PASSPHRASE_TOO_SHORT', { atLeast: passphraseAtLeast });
  }
}

/** @returns 32 random bytes: the key of a workspace that is made now */
export const newWorkspaceKey = (): Uint8Array => new Uint8Array(randomBytes(32));

/** Writes the file of a new workspace; from then on it exists. */
export function writeNewWorkspaceKey(folder: string, key: Uint8Array, passphrase: string, cost: CostOfGuess): void {
  write(folder, seal(randomBytes(16).toString('hex'), key, passphrase, cost));
}

/** @throws WORKSPACE_MISSING, WRONG_PASSPHRASE, WORKSPACE_DAMAGED, WORKSPACE_TOO_NEW */
export function readWorkspaceKey(folder: string, passphrase: string): Uint8Array {
  const found = describe(folder);
  const derived = keyFromPassphrase(passphrase, new Uint8Array(Buffer.from(found.salt, 'base64url')), found);
  try {
    if (checkOf(derived) !== found.check) throw new ChoraleError('WRONG_PASSPHRASE', {});
    if (found.format === 2) return unseal(found.sealedKey, found.id, derived);
    const key = new Uint8Array(derived);
    const { salt, operations, memory, check } = found;
    const id = idOf(salt);
    write(folder, { format: 2, id, salt, operations, memory, check, sealedKey: sealKey(key, id, derived) });
    return key;
  } finally {
    derived.fill(0);
  }
}

/**
 * Replaces the passphrase. Nothing but the one small file changes, in one rename: after a kill at any step the old passphrase
 * opens the workspace or the new one does, and its key is the same.
 * @throws WRONG_PASSPHRASE, PASSPHRASE_TOO_SHORT, WORKSPACE_DAMAGED
 */
export function changePassphrase(folder: string, current: string, next: string, cost?: CostOfGuess): void {
  requireLongEnough(next);
  const key = readWorkspaceKey(folder, current);
  try {
    replacePassphrase(folder, key, next, cost);
  } finally {
    key.fill(0);
  }
}

/** By whoever has the workspace open. @throws PASSPHRASE_TOO_SHORT */
export function replacePassphrase(
  folder: string,
  key: Uint8Array,
  next: string,
  cost: CostOfGuess = costOfGuess,
): void {
  requireLongEnough(next);
  write(folder, seal(workspaceId(folder), key, next, cost));
}

function seal(id: string, key: Uint8Array, passphrase: string, cost: CostOfGuess): Description {
  const salt = newSalt();
  const derived = keyFromPassphrase(passphrase, salt, cost);
  try {
    const { operations, memory } = cost;
    const sealedKey = sealKey(key, id, derived);
    const text = Buffer.from(salt).toString('base64url');
    return { format: 2, id, salt: text, operations, memory, check: checkOf(derived), sealedKey };
  } finally {
    derived.fill(0);
  }
}

const nonceBytes = 12;
const tagBytes = 16;

function sealKey(key: Uint8Array, id: string, derived: Uint8Array): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', subkey(derived, 'seal'), nonce).setAAD(Buffer.from(id));
  return Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

function unseal(sealedKey: string, id: string, derived: Uint8Array): Uint8Array {
  try {
    const bytes = Buffer.from(sealedKey, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', subkey(derived, 'seal'), bytes.subarray(0, nonceBytes));
    decipher.setAAD(Buffer.from(id)).setAuthTag(bytes.subarray(-tagBytes));
    const key = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    return new Uint8Array(key);
  } catch (error) {
    throw new ChoraleError('WORKSPACE_DAMAGED', { file: workspaceFile }, { cause: error });
  }
}

function describe(folder: string): Description {
  if (!workspaceExists(folder)) throw new ChoraleError('WORKSPACE_MISSING', { folder });
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(folder, workspaceFile), 'utf8'));
  } catch (error) {
    throw new ChoraleError('WORKSPACE_DAMAGED', { file: workspaceFile }, { cause: error });
  }
  const format = z.object({ format: z.number() }).safeParse(content).data?.format ?? 0;
  if (format > 2) throw new ChoraleError('WORKSPACE_TOO_NEW', { found: format, known: 2 });
  const parsed = description.safeParse(content);
  if (!parsed.success) throw new ChoraleError('WORKSPACE_DAMAGED', { file: workspaceFile }, { cause: parsed.error });
  return parsed.data;
}

/** Whole or not at all, and on the disk when it returns. */
function write(folder: string, content: Description): void {
  const partial = join(folder, `${workspaceFile}.${randomBytes(8).toString('hex')}.partial`);
  const file = openSync(partial, 'wx', 0o600);
  try {
    writeSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  renameSync(partial, join(folder, workspaceFile));
  syncFolder(folder);
}

/** Where the system lets a folder be opened, so that a power cut does not undo the rename. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const opened = openSync(folder, 'r');
  try {
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
}

const idOf = (salt: string): string => sha256(salt).slice(0, 32);

export const subkey = (key: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `chorale workspace 1 ${purpose}`, 32));

const checkOf = (derived: Uint8Array): string => Buffer.from(subkey(derived, 'check')).toString('hex');

/** Encrypted files of a workspace: models, packages, escrow, uploads. Written whole or not at all, readable by the owner only. */
import { createHash, hkdfSync } from 'node:crypto';
import { openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ChoraleError } from '../contract/errors.ts';
import { createSealedFile, readSealedFile, type SealedReader, type SealedWriter } from './sealed-file.ts';

export type { SealedReader as VaultReader, SealedWriter as VaultWriter } from './sealed-file.ts';

export type Vault = {
  /** Replaces the file atomically and returns once it is on the disk. */
  readonly write: (name: string, bytes: Uint8Array) => void;
  /** @throws NOT_FOUND, or WORKSPACE_DAMAGED when a byte of the file was changed or it was cut short */
  readonly read: (name: string) => Uint8Array;
  /** A file that is written part by part, and is there from `close` on: for what need not lie in memory as a whole. */
  readonly create: (name: string) => SealedWriter;
  /** @throws NOT_FOUND, or WORKSPACE_DAMAGED when its length is none that a file can have */
  readonly open: (name: string) => SealedReader;
  readonly remove: (name: string) => void;
};

/**
 * @param folder where the files lie; names may hold `/`
 * @param key 32 bytes
 *
 * Each file's own key comes by HKDF from the vault's key, a random salt and the file's name, so that two files cannot be
 * exchanged. node:crypto seals about three times as fast as libsodium's secretstream does in WebAssembly, and a round seals
 * the model five times.
 */
export function openVault(folder: string, key: Uint8Array): Vault {
  const path = (name: string) => {
    if (!/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/.test(name) || name.split('/').includes('..')) {
      throw new ChoraleError('NOT_FOUND', { kind: 'vault file', id: name });
    }
    return join(folder, name);
  };
  const fileKey = (salt: Uint8Array, name: string) =>
    new Uint8Array(hkdfSync('sha256', key, salt, `chorale vault 1 ${name}`, 32));

  const create = (name: string): SealedWriter => {
    const target = path(name);
    return createSealedFile(target, (salt) => fileKey(salt, name));
  };
  const open = (name: string): SealedReader =>
    readSealedFile(openSealed(path(name), name), name, (salt) => fileKey(salt, name));

  return {
    create,
    open,
    write(name, bytes) {
      const file = create(name);
      file.write(bytes);
      file.close();
    },
    read(name) {
      const file = open(name);
      try {
        return file.read(0, file.bytes);
      } finally {
        file.close();
      }
    },
    remove: (name) => rmSync(path(name), { force: true }),
  };
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

function openSealed(path: string, name: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new ChoraleError('NOT_FOUND', { kind: 'vault file', id: name }, { cause: error });
  }
}

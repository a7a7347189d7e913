/** Encrypted files of a workspace: models, packages, escrow, uploads. Written whole or not at all, readable by the owner only. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ChoraleError } from '../contract/errors.ts';

export type Vault = {
  /** Replaces the file atomically and returns once it is on the disk. */
  readonly write: (name: string, bytes: Uint8Array) => void;
  /** @throws NOT_FOUND, or WORKSPACE_DAMAGED when a byte of the file was changed or it was cut short */
  readonly read: (name: string) => Uint8Array;
  readonly remove: (name: string) => void;
};

const chunkBytes = 1 << 20;
const saltBytes = 32;
const tagBytes = 16;
const sealedChunkBytes = chunkBytes + tagBytes;

/**
 * @param folder where the files lie; names may hold `/`
 * @param key 32 bytes
 *
 * Each file is sealed with AES-256-GCM in chunks of 1 MiB after the STREAM construction (Hoang et al. 2015): its own
 * key comes by HKDF from the vault's key, a random salt and the file's name, so that two files cannot be exchanged; the
 * nonce is the chunk's number and whether it is the last, so that none can be moved, dropped or added. node:crypto
 * seals about three times as fast as libsodium's secretstream does in WebAssembly, and a round seals the model five times.
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

  return {
    write(name, bytes) {
      const target = path(name);
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      const partial = `${target}.${randomUUID()}.partial`;
      const salt = randomBytes(saltBytes);
      const ownKey = fileKey(salt, name);
      const file = openSync(partial, 'wx', 0o600);
      try {
        writeSync(file, salt);
        const chunks = Math.max(1, Math.ceil(bytes.length / chunkBytes));
        for (let chunk = 0; chunk < chunks; chunk++) {
          const cipher = createCipheriv('aes-256-gcm', ownKey, nonceOf(chunk, chunk === chunks - 1));
          writeSync(file, cipher.update(bytes.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes)));
          cipher.final();
          writeSync(file, cipher.getAuthTag());
        }
        fsyncSync(file);
      } catch (error) {
        rmSync(partial, { force: true });
        throw error;
      } finally {
        closeSync(file);
      }
      renameSync(partial, target);
    },

    read(name) {
      const sealed = readSealed(path(name), name);
      const damaged = (cause?: unknown) => new ChoraleError('WORKSPACE_DAMAGED', { file: name }, { cause });
      if (sealed.length < saltBytes + tagBytes) throw damaged();
      const ownKey = fileKey(sealed.subarray(0, saltBytes), name);
      const chunks = Math.ceil((sealed.length - saltBytes) / sealedChunkBytes);
      const clear = new Uint8Array(sealed.length - saltBytes - chunks * tagBytes);
      for (let chunk = 0; chunk < chunks; chunk++) {
        const from = saltBytes + chunk * sealedChunkBytes;
        const part = sealed.subarray(from, from + sealedChunkBytes);
        const decipher = createDecipheriv('aes-256-gcm', ownKey, nonceOf(chunk, chunk === chunks - 1));
        try {
          decipher.setAuthTag(part.subarray(-tagBytes));
          clear.set(decipher.update(part.subarray(0, -tagBytes)), chunk * chunkBytes);
          decipher.final();
        } catch (error) {
          throw damaged(error);
        }
      }
      return clear;
    },

    remove: (name) => rmSync(path(name), { force: true }),
  };
}

export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

function readSealed(path: string, name: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ChoraleError('NOT_FOUND', { kind: 'vault file', id: name }, { cause: error });
  }
}

function nonceOf(chunk: number, last: boolean): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(chunk, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

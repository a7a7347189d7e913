/** Encrypted files of a workspace: models, packages, escrow, uploads. Written whole or not at all, readable by the owner only. */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ChoraleError } from '../contract/errors.ts';

export type Vault = {
  /** Replaces the file atomically and returns once it is on the disk. */
  readonly write: (name: string, bytes: Uint8Array) => void;
  /** @throws NOT_FOUND, or WORKSPACE_DAMAGED when a byte of the file was changed or it was cut short */
  readonly read: (name: string) => Uint8Array;
  /** A file that is written part by part, and is there from `close` on: for what need not lie in memory as a whole. */
  readonly create: (name: string) => VaultWriter;
  /** @throws NOT_FOUND, or WORKSPACE_DAMAGED when its length is none that a file can have */
  readonly open: (name: string) => VaultReader;
  readonly remove: (name: string) => void;
};

export type VaultWriter = {
  readonly write: (bytes: Uint8Array) => void;
  /** Puts the file in the place of an older one and returns once it is on the disk. */
  readonly close: () => void;
  /** Forgets what was written; nothing once it is closed. */
  readonly discard: () => void;
};

export type VaultReader = {
  readonly bytes: number;
  /**
   * A copy of the bytes; beyond the end there are none. A file that was cut shows it where it is read to its end.
   * @throws WORKSPACE_DAMAGED when a byte of the chunks behind them was changed
   */
  readonly read: (from: number, to: number) => Uint8Array<ArrayBuffer>;
  readonly close: () => void;
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

  function create(name: string): VaultWriter {
    const target = path(name);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    const partial = `${target}.${randomUUID()}.partial`;
    const salt = randomBytes(saltBytes);
    const ownKey = fileKey(salt, name);
    const file = openSync(partial, 'wx', 0o600);
    const waiting = Buffer.alloc(chunkBytes);
    let filled = 0;
    let chunks = 0;
    let isOpen = true;

    function sealChunk(last: boolean): void {
      const cipher = createCipheriv('aes-256-gcm', ownKey, nonceOf(chunks++, last));
      writeSync(file, cipher.update(waiting.subarray(0, filled)));
      cipher.final();
      writeSync(file, cipher.getAuthTag());
      filled = 0;
    }
    function discard(): void {
      if (!isOpen) return;
      isOpen = false;
      closeSync(file);
      rmSync(partial, { force: true });
    }
    function orDiscard(work: () => void): void {
      try {
        work();
      } catch (error) {
        discard();
        throw error;
      }
    }

    orDiscard(() => writeSync(file, salt));
    return {
      write: (bytes) =>
        orDiscard(() => {
          for (let from = 0; from < bytes.length; ) {
            if (filled === chunkBytes) sealChunk(false); // which is the last one is known only at the end
            const part = bytes.subarray(from, from + chunkBytes - filled);
            waiting.set(part, filled);
            filled += part.length;
            from += part.length;
          }
        }),
      close() {
        orDiscard(() => {
          sealChunk(true);
          fsyncSync(file);
        });
        isOpen = false;
        closeSync(file);
        renameSync(partial, target);
      },
      discard,
    };
  }

  function open(name: string): VaultReader {
    const file = openSealed(path(name), name);
    const damaged = (cause?: unknown) => new ChoraleError('WORKSPACE_DAMAGED', { file: name }, { cause });
    const sealedBytes = fstatSync(file).size - saltBytes;
    const chunks = Math.ceil(sealedBytes / sealedChunkBytes);
    const bytes = sealedBytes - chunks * tagBytes;
    if (sealedBytes < tagBytes || bytes < 0) {
      closeSync(file);
      throw damaged();
    }
    const salt = new Uint8Array(saltBytes);
    readSync(file, salt, 0, saltBytes, 0);
    const ownKey = fileKey(salt, name);
    const sealed = new Uint8Array(Math.min(sealedChunkBytes, sealedBytes));
    let known: { readonly chunk: number; readonly clear: Uint8Array } | undefined;

    function clearChunk(chunk: number): Uint8Array {
      if (known?.chunk === chunk) return known.clear;
      const length = readSync(file, sealed, 0, sealed.length, saltBytes + chunk * sealedChunkBytes);
      const decipher = createDecipheriv('aes-256-gcm', ownKey, nonceOf(chunk, chunk === chunks - 1));
      try {
        decipher.setAuthTag(sealed.subarray(length - tagBytes, length));
        const clear = decipher.update(sealed.subarray(0, length - tagBytes));
        decipher.final();
        known = { chunk, clear };
        return clear;
      } catch (error) {
        throw damaged(error);
      }
    }

    return {
      bytes,
      read(from, to) {
        const wanted = new Uint8Array(Math.max(0, Math.min(to, bytes) - from));
        for (let at = 0; at < wanted.length; ) {
          const within = (from + at) % chunkBytes;
          const part = clearChunk((from + at - within) / chunkBytes).subarray(within, within + wanted.length - at);
          wanted.set(part, at);
          at += part.length;
        }
        // What is empty has one chunk too, and whoever reads it learns that it is as it was written.
        if (bytes === 0) clearChunk(0);
        return wanted;
      },
      close: () => closeSync(file),
    };
  }

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

function nonceOf(chunk: number, last: boolean): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(chunk, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Encrypted files of a workspace: models, packages, escrow, uploads. Written whole or not at all, readable by the owner only. */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sodium from 'libsodium-wrappers-sumo';
import { ChoraleError } from '../contract/errors.ts';

await sodium.ready;

export type Vault = {
  /** Replaces the file atomically and returns once it is on the disk. */
  readonly write: (name: string, bytes: Uint8Array) => void;
  /** @throws NOT_FOUND, or WORKSPACE_DAMAGED when a byte of the file was changed or it was cut short */
  readonly read: (name: string) => Uint8Array;
  readonly remove: (name: string) => void;
};

const chunkBytes = 1 << 20;
const authenticationBytes = sodium.crypto_secretstream_xchacha20poly1305_ABYTES;
const headerBytes = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES;

/**
 * @param folder where the files lie; names may hold `/`
 * @param key 32 bytes
 * Each file is one libsodium secretstream (XChaCha20-Poly1305) in chunks of 1 MiB; its name is authenticated with it,
 * so that two files cannot be exchanged.
 */
export function openVault(folder: string, key: Uint8Array): Vault {
  const path = (name: string) => {
    if (!/^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/.test(name) || name.split('/').includes('..')) {
      throw new ChoraleError('NOT_FOUND', { kind: 'vault file', id: name });
    }
    return join(folder, name);
  };

  return {
    write(name, bytes) {
      const target = path(name);
      mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
      const partial = `${target}.${process.pid}.partial`;
      const file = openSync(partial, 'w', 0o600);
      try {
        const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key);
        writeSync(file, header);
        const chunks = Math.max(1, Math.ceil(bytes.length / chunkBytes));
        for (let chunk = 0; chunk < chunks; chunk++) {
          const tag =
            chunk === chunks - 1
              ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
              : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE;
          const clear = bytes.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
          writeSync(file, sodium.crypto_secretstream_xchacha20poly1305_push(state, clear, name, tag));
        }
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(partial, target);
    },

    read(name) {
      const sealed = readSealed(path(name), name);
      const damaged = () => new ChoraleError('WORKSPACE_DAMAGED', { file: name });
      if (sealed.length < headerBytes + authenticationBytes) throw damaged();
      const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(sealed.subarray(0, headerBytes), key);
      const chunks = Math.ceil((sealed.length - headerBytes) / (chunkBytes + authenticationBytes));
      const clear = new Uint8Array(sealed.length - headerBytes - chunks * authenticationBytes);
      for (let chunk = 0; chunk < chunks; chunk++) {
        const from = headerBytes + chunk * (chunkBytes + authenticationBytes);
        const opened = sodium.crypto_secretstream_xchacha20poly1305_pull(
          state,
          sealed.subarray(from, from + chunkBytes + authenticationBytes),
          name,
        );
        const last = opened && opened.tag === sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL;
        if (!opened || last !== (chunk === chunks - 1)) throw damaged();
        clear.set(opened.message, chunk * chunkBytes);
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

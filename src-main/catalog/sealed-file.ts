/**
 * A file sealed with AES-256-GCM in chunks of 1 MiB after the STREAM construction (Hoang et al. 2015): the nonce is the
 * chunk's number and whether it is the last, so that none can be changed, moved, dropped or added.
 */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ChoraleError } from '../contract/errors.ts';

export type SealedWriter = {
  readonly write: (bytes: Uint8Array) => void;
  /** Puts the file in the place of an older one and returns once it is on the disk. */
  readonly close: () => void;
  /** Forgets what was written; nothing once it is closed. */
  readonly discard: () => void;
};

export type SealedReader = {
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
 * Written part by part, and there from `close` on.
 * @param keyOf 32 bytes for this file alone, from its random salt
 * @param head stands before the sealed bytes in plain; whoever reads it must not trust it
 */
export function createSealedFile(
  target: string,
  keyOf: (salt: Uint8Array) => Uint8Array,
  head: Uint8Array = new Uint8Array(),
): SealedWriter {
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const partial = `${target}.${randomUUID()}.partial`;
  const salt = randomBytes(saltBytes);
  const ownKey = keyOf(salt);
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

  orDiscard(() => writeSync(file, Buffer.concat([head, salt])));
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

/**
 * @param file open for reading; closed with the reader, and when this throws
 * @param name under which it is called damaged
 * @param headBytes before the sealed ones
 * @throws WORKSPACE_DAMAGED when its length is none that a file can have
 */
export function readSealedFile(
  file: number,
  name: string,
  keyOf: (salt: Uint8Array) => Uint8Array,
  headBytes = 0,
): SealedReader {
  const start = headBytes + saltBytes;
  const damaged = (cause?: unknown) => new ChoraleError('WORKSPACE_DAMAGED', { file: name }, { cause });
  const sealedBytes = fstatSync(file).size - start;
  const chunks = Math.ceil(sealedBytes / sealedChunkBytes);
  const bytes = sealedBytes - chunks * tagBytes;
  if (sealedBytes < tagBytes || bytes < 0) {
    closeSync(file);
    throw damaged();
  }
  const salt = new Uint8Array(saltBytes);
  readSync(file, salt, 0, saltBytes, headBytes);
  const ownKey = keyOf(salt);
  const sealed = new Uint8Array(Math.min(sealedChunkBytes, sealedBytes));
  let known: { readonly chunk: number; readonly clear: Uint8Array } | undefined;

  function clearChunk(chunk: number): Uint8Array {
    if (known?.chunk === chunk) return known.clear;
    const length = readSync(file, sealed, 0, sealed.length, start + chunk * sealedChunkBytes);
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

function nonceOf(chunk: number, last: boolean): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(chunk, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

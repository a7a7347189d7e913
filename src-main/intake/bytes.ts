/** Bytes that can be read anywhere: a file on the disk, watched for changes while it is read, or one that was unpacked into memory. */
import type { Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { ChoraleError } from '../contract/errors.ts';
import type { FileReason } from './file-reasons.ts';

export type Bytes = {
  readonly size: number;
  /** At most `length` bytes from `position` on; fewer at the end. */
  readonly at: (position: number, length: number) => Promise<Buffer>;
  /** From `start` until before `end`, piece by piece. */
  readonly stream: (start?: number, end?: number) => AsyncIterable<Buffer>;
};

const pieceBytes = 1 << 16;

/**
 * @throws FILE_UNREADABLE with a reason: missing, no-permission, not-a-file, empty, and `changed` from a read of a file that
 *   is no longer what it was when it was opened
 */
export async function bytesOfFile(path: string): Promise<Bytes> {
  const before = await stat(path).catch((error) => {
    throw unreadable(path, openingReasons.get(error.code) ?? 'unreadable', error);
  });
  if (!before.isFile()) throw unreadable(path, before.isDirectory() ? 'not-a-file' : 'no-regular-file');
  if (before.size === 0) throw unreadable(path, 'empty');
  const opened = () => openUnchanged(path, before);
  return {
    size: before.size,
    async at(position, length) {
      const file = await opened();
      try {
        return await readFully(file, position, Math.max(0, Math.min(length, before.size - position)), path);
      } finally {
        await file.close();
      }
    },
    async *stream(start = 0, end = before.size) {
      const file = await opened();
      try {
        for (let position = start; position < end; ) {
          const piece = await readFully(file, position, Math.min(pieceBytes, end - position), path);
          position += piece.length;
          yield piece;
        }
        refuseChange(path, before, await file.stat());
      } finally {
        await file.close();
      }
    },
  };
}

export const bytesInMemory = (content: Buffer): Bytes => ({
  size: content.length,
  at: async (position, length) => content.subarray(position, position + length),
  async *stream(start = 0, end = content.length) {
    for (let at = start; at < end; at += pieceBytes) yield content.subarray(at, Math.min(end, at + pieceBytes));
  },
});

const openingReasons = new Map<string, FileReason>([
  ['ENOENT', 'missing'],
  ['ENOTDIR', 'missing'],
  ['EACCES', 'no-permission'],
  ['EPERM', 'no-permission'],
  ['ELOOP', 'link-loop'],
]);

async function openUnchanged(path: string, before: Stats): Promise<FileHandle> {
  const file = await open(path).catch((error) => {
    throw unreadable(path, openingReasons.get(error.code) ?? 'unreadable', error);
  });
  try {
    refuseChange(path, before, await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function refuseChange(path: string, before: Stats, now: Stats): void {
  if (now.size !== before.size || now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) {
    throw unreadable(path, 'changed');
  }
}

async function readFully(file: FileHandle, position: number, length: number, path: string): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled).catch((error) => {
      throw unreadable(path, 'unreadable', error);
    });
    if (bytesRead === 0) throw unreadable(path, 'changed');
    filled += bytesRead;
  }
  return buffer;
}

export const unreadable = (path: string, reason: FileReason, cause?: unknown): ChoraleError =>
  new ChoraleError('FILE_UNREADABLE', { file: fileName(path), reason }, { cause });

export const fileName = (path: string): string => path.split(/[\\/]/).at(-1) ?? path;

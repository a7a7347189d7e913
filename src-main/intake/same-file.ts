/** Whether a file is still the one that was looked at: by its fingerprint, read again only where anything about it has moved. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { bytesOfFile, unreadable } from './bytes.ts';
import type { FileReason } from './file-reasons.ts';

/** Hex. @throws FILE_UNREADABLE, CANCELLED */
export async function fingerprintOfFile(path: string, control: Control): Promise<string> {
  const file = await bytesOfFile(path);
  const hash = createHash('sha256');
  let read = 0;
  for await (const piece of file.stream()) {
    stopIfAsked(control);
    hash.update(piece);
    read += piece.length;
    control.report({ step: 'import.fingerprint', done: read, total: file.size });
  }
  return hash.digest('hex');
}

export type FileWatch = {
  /** @throws FILE_UNREADABLE with `reason` when the file is another one than that of the fingerprint */
  readonly refuseOther: (sha256: string, reason: FileReason, control: Control) => Promise<void>;
};

/**
 * From now on, before the fingerprint is taken: a file whose size, place and times (that of its last change of any kind among
 * them, which no program sets) are as they were is not read again.
 */
export async function watchFile(path: string): Promise<FileWatch> {
  const before = await standingOf(path);
  return {
    async refuseOther(sha256, reason, control) {
      const now = await standingOf(path);
      if (now !== '' && now === before) return;
      if ((await fingerprintOfFile(path, control)) !== sha256) throw unreadable(path, reason);
    },
  };
}

/** Size, place and times; empty where there is no file. */
export async function standingOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? '' : [found.size, found.dev, found.ino, found.mtimeNs, found.ctimeNs].join(' ');
}

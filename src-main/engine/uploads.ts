/** Files that the page brings: written chunk by chunk into the workspace's `uploads/`, taken by token, gone after use. */
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { KeptUpload } from '../catalog/drafts.ts';
import { ChoraleError } from '../contract/errors.ts';
import { chunkBytes } from '../contract/upload.ts';

export type UploadedFile = {
  /** Readable by this user only; what no job needs any more goes when the workspace is locked. */
  readonly path: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
};

export type Uploads = {
  readonly begin: (name: string, size: number) => string;
  /** @returns how many bytes are there now @throws INPUT_INVALID when the chunk is not the next one, or too long */
  readonly chunk: (id: string, offset: number, bytes: Uint8Array) => number;
  /** @throws INPUT_INVALID when bytes are missing */
  readonly finish: (id: string) => UploadedFile;
  /** What a finished upload's token stands for. @throws NOT_FOUND */
  readonly file: (token: string) => UploadedFile;
  /** After use, or when the person thinks better of it. A token that is gone already is no error. */
  readonly remove: (token: string) => void;
  /** Removes it unless a job or a draft still needs it. */
  readonly letGo: (token: string) => void;
  /** What a draft has to know of a finished upload to find it again after a restart. @throws NOT_FOUND */
  readonly keep: (token: string) => KeptUpload;
  readonly close: () => void;
};

type Unfinished = Omit<UploadedFile, 'sha256'> & {
  readonly descriptor: number;
  readonly hash: Hash;
  received: number;
};

/** A format may be told by its ending, such as `.csv.gz`; nothing else of the page's name gets into a path. */
const endings = /(\.[A-Za-z0-9]{1,8}){1,2}$/;

/**
 * @param inUse tells whether a job or a draft still needs the file of this token, so that it can go on after a kill
 * @param kept finished uploads of earlier openings, which drafts are about
 */
export function openUploads(
  workspaceFolder: string,
  inUse: (token: string) => boolean,
  kept: readonly KeptUpload[] = [],
): Uploads {
  const folder = join(workspaceFolder, 'uploads');
  const unfinished = new Map<string, Unfinished>();
  const finished = new Map<string, UploadedFile>();
  const sweep = () => {
    for (const token of readdirSync(folder)) {
      if (!inUse(token)) rmSync(join(folder, token), { recursive: true, force: true });
    }
  };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  sweep();
  for (const { token, name, ending, size, sha256 } of kept) {
    const path = join(folder, token, `file${ending}`);
    if (existsSync(path)) finished.set(token, { path, name, size, sha256 });
  }

  const find = (id: string): Unfinished => {
    const upload = unfinished.get(id);
    if (upload === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'upload', id });
    return upload;
  };
  const refuse = (path: string, message: string) => new ChoraleError('INPUT_INVALID', { issues: [{ path, message }] });

  const finishedUpload = (token: string): UploadedFile => {
    const file = finished.get(token);
    if (file === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'upload', id: token });
    return file;
  };
  function remove(token: string): void {
    const upload = unfinished.get(token);
    if (upload !== undefined) closeSync(upload.descriptor);
    if (upload !== undefined || finished.has(token)) rmSync(join(folder, token), { recursive: true, force: true });
    unfinished.delete(token);
    finished.delete(token);
  }

  return {
    begin(name, size) {
      const id = randomBytes(16).toString('hex');
      mkdirSync(join(folder, id), { mode: 0o700 });
      const path = join(folder, id, `file${endings.exec(name)?.[0] ?? ''}`);
      const descriptor = openSync(path, 'wx', 0o600);
      unfinished.set(id, { path, name: basename(name), size, descriptor, hash: createHash('sha256'), received: 0 });
      return id;
    },
    chunk(id, offset, bytes) {
      const upload = find(id);
      if (offset !== upload.received) throw refuse('offset', `expected ${upload.received}`);
      if (bytes.length > chunkBytes || offset + bytes.length > upload.size) throw refuse('bytes', 'too many');
      for (let written = 0; written < bytes.length; ) written += writeSync(upload.descriptor, bytes, written);
      upload.hash.update(bytes);
      upload.received += bytes.length;
      return upload.received;
    },
    finish(id) {
      const { path, name, size, received, descriptor, hash } = find(id);
      if (received !== size) throw refuse('size', `received ${received} of ${size}`);
      fsyncSync(descriptor);
      closeSync(descriptor);
      unfinished.delete(id);
      const file = { path, name, size, sha256: hash.digest('hex') };
      finished.set(id, file);
      return file;
    },
    file: finishedUpload,
    remove,
    letGo(token) {
      if (!inUse(token)) remove(token);
    },
    keep(token) {
      const { path, name, size, sha256 } = finishedUpload(token);
      return { token, name, ending: basename(path).slice('file'.length), size, sha256 };
    },
    close() {
      for (const { descriptor } of unfinished.values()) closeSync(descriptor);
      sweep();
    },
  };
}

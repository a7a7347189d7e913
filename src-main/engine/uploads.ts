/**
 * Files that the page brings: written chunk by chunk into the workspace's `uploads/`, taken by token, gone after use. While
 * the workspace is open they lie there as they are, readable by this user only, also after a kill; a lock encrypts them.
 */
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { KeptUpload } from '../catalog/drafts.ts';
import type { Vault } from '../catalog/vault.ts';
import { ChoraleError } from '../contract/errors.ts';
import { chunkBytes } from '../contract/upload.ts';
import { openSeal } from './uploads-seal.ts';

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
  /** Of all that are finished. */
  readonly tokens: () => readonly string[];
  /** Removes it unless a job or a draft still needs it. */
  readonly letGo: (token: string) => void;
  /** What a draft has to know of a finished upload to find it again after a restart. @throws NOT_FOUND */
  readonly keep: (token: string) => KeptUpload;
  /** Encrypts what a job or a draft still needs, and removes the rest. */
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
 * @param vault where they lie while the workspace is locked
 * @param neededNow tells whether a job that goes on at once needs the file of this token
 * @param inUse tells whether a job or a draft still needs it, so that it can go on after a kill
 * @param kept finished uploads of earlier openings, which drafts are about
 */
export function openUploads(
  workspaceFolder: string,
  vault: Vault,
  neededNow: (token: string) => boolean,
  inUse: (token: string) => boolean,
  kept: readonly KeptUpload[] = [],
): Uploads {
  const folder = join(workspaceFolder, 'uploads');
  const seal = openSeal(folder, vault);
  const unfinished = new Map<string, Unfinished>();
  const finished = new Map<string, UploadedFile>();
  const sweep = () => {
    for (const token of readdirSync(folder)) {
      if (inUse(token)) continue;
      rmSync(join(folder, token), { recursive: true, force: true });
      seal.remove(token);
    }
  };
  const contentOf = (token: string): string | undefined =>
    readdirSync(join(folder, token)).find((name) => name.startsWith('file') && !name.endsWith('.partial'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  sweep();
  for (const { token, name, ending, size, sha256 } of kept) {
    const path = join(folder, token, `file${ending}`);
    if (existsSync(join(folder, token))) finished.set(token, { path, name, size, sha256 });
  }
  for (const token of readdirSync(folder)) {
    if (neededNow(token) && contentOf(token) === undefined) seal.open(token);
  }

  const find = (id: string): Unfinished => {
    const upload = unfinished.get(id);
    if (upload === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'upload', id });
    return upload;
  };
  const refuse = (path: string, message: string) => new ChoraleError('INPUT_INVALID', { issues: [{ path, message }] });

  const finishedUpload = (token: string): UploadedFile => {
    const file = finished.get(token);
    if (file === undefined || (!existsSync(file.path) && seal.open(token) === undefined)) {
      throw new ChoraleError('NOT_FOUND', { kind: 'upload', id: token });
    }
    return file;
  };
  function remove(token: string): void {
    const upload = unfinished.get(token);
    if (upload !== undefined) closeSync(upload.descriptor);
    if (upload !== undefined || finished.has(token)) {
      rmSync(join(folder, token), { recursive: true, force: true });
      seal.remove(token);
    }
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
    tokens: () => [...finished.keys()],
    letGo(token) {
      if (!inUse(token)) remove(token);
    },
    keep(token) {
      const { path, name, size, sha256 } = finishedUpload(token);
      return { token, name, ending: basename(path).slice('file'.length), size, sha256 };
    },
    close() {
      for (const { descriptor } of unfinished.values()) closeSync(descriptor);
      unfinished.clear();
      sweep();
      for (const token of readdirSync(folder)) {
        const content = contentOf(token);
        if (content !== undefined) seal.close(token, join(folder, token, content));
      }
    },
  };
}

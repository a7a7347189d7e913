/** Chunks as files named by their hash: written once, on the disk before they count, readable by the owner only. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { access, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChoraleError } from '../contract/errors.ts';
import type { ChunkStore } from './store.ts';

export function openChunkFiles(folder: string): ChunkStore {
  const path = (hash: string) => {
    if (!/^[0-9a-f]{64}$/.test(hash)) throw new ChoraleError('NOT_FOUND', { kind: 'chunk', id: hash });
    return join(folder, hash.slice(0, 2), hash);
  };
  const has = (hash: string): Promise<boolean> =>
    access(path(hash)).then(
      () => true,
      () => false,
    );

  return {
    has,

    async put(hash, chunk) {
      const target = path(hash);
      if (await has(hash)) return;
      const made = await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      if (made !== undefined) await syncFolder(dirname(made));
      const partial = `${target}.${randomBytes(6).toString('hex')}${partialEnding}`;
      const file = await open(partial, 'wx', 0o600);
      try {
        await file.writeFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(partial, target);
      await syncFolder(dirname(target));
    },

    async get(hash) {
      try {
        return await readFile(path(hash));
      } catch (error) {
        throw new ChoraleError('NOT_FOUND', { kind: 'chunk', id: hash }, { cause: error });
      }
    },

    remove: (hash) => rm(path(hash), { force: true }),
  };
}

/** What a kill has left half written; to be asked before anybody writes. */
export async function removePartialChunks(folder: string): Promise<void> {
  const names = existsSync(folder) ? await readdir(folder, { recursive: true }) : [];
  const partial = names.filter((name) => name.endsWith(partialEnding));
  await Promise.all(partial.map((name) => rm(join(folder, name), { force: true })));
}

const partialEnding = '.partial';

/** The new name is on the disk only when its folder is; Windows opens no folders and needs none of it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Uploads of a locked workspace: encrypted like everything else in it, and brought back when somebody asks for them. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Vault } from '../catalog/vault.ts';

export type Seal = {
  /** Encrypts the file, unless that was done before, and takes it from the disk. */
  readonly close: (token: string, path: string) => void;
  /** Brings it back. False when it was never sealed. @throws WORKSPACE_DAMAGED */
  readonly open: (token: string) => string | undefined;
  readonly remove: (token: string) => void;
};

/** Large files are sealed part by part, so that none of them is ever in memory as a whole. */
const partBytes = 1 << 24;

type About = { readonly file: string; readonly parts: number };

/** @param folder of the uploads; each lies in a folder of its own, called by its token */
export function openSeal(folder: string, vault: Vault): Seal {
  const aboutName = (token: string) => `uploads/${token}/about`;
  const partName = (token: string, part: number) => `uploads/${token}/part-${part}`;

  function about(token: string): About | undefined {
    try {
      return JSON.parse(Buffer.from(vault.read(aboutName(token))).toString('utf8')) as About;
    } catch (error) {
      if ((error as { readonly code?: string }).code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  return {
    close(token, path) {
      if (!existsSync(path)) return;
      // An upload never changes, so what was sealed once still is the same.
      if (about(token) === undefined) {
        const parts = Math.ceil(statSync(path).size / partBytes);
        const buffer = Buffer.allocUnsafe(partBytes);
        const file = openSync(path, 'r');
        try {
          for (let part = 0; part < parts; part += 1) {
            let filled = 0;
            for (let read = -1; read !== 0 && filled < partBytes; filled += read) {
              read = readSync(file, buffer, filled, partBytes - filled, part * partBytes + filled);
            }
            vault.write(partName(token, part), buffer.subarray(0, filled));
          }
        } finally {
          closeSync(file);
        }
        const said: About = { file: path.slice(dirname(path).length + 1), parts };
        vault.write(aboutName(token), Buffer.from(JSON.stringify(said)));
      }
      rmSync(path, { force: true });
    },
    open(token) {
      const sealed = about(token);
      if (sealed === undefined) return undefined;
      const path = join(folder, token, sealed.file);
      const partial = `${path}.partial`;
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      rmSync(partial, { force: true });
      const file = openSync(partial, 'wx', 0o600);
      try {
        for (let part = 0; part < sealed.parts; part += 1) {
          const bytes = vault.read(partName(token, part));
          for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
        }
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(partial, path);
      return path;
    },
    remove(token) {
      const parts = about(token)?.parts ?? 0;
      vault.remove(aboutName(token));
      for (let part = 0; part < parts; part += 1) vault.remove(partName(token, part));
    },
  };
}

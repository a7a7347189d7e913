/** A Vulkan driver in software for WebGPU without a device: SwiftShader, out of the npm package that browser tests use. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const archive = fileURLToPath(
  new URL('../../node_modules/@sparticuz/chromium/bin/swiftshader.tar.br', import.meta.url),
);

/** Why it cannot be had here; undefined where it can. */
export const noSwiftshader: string | undefined =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? `its package holds a driver for Linux on x64 only, not for ${process.platform} on ${process.arch}`
    : existsSync(archive)
      ? undefined
      : 'its package has no SwiftShader';

export type Driver = {
  /** What a process must be started with to find it: the loader is read when a process begins. */
  readonly environment: Readonly<Record<string, string>>;
  readonly remove: () => void;
};

export function unpackSwiftshader(): Driver {
  const folder = mkdtempSync(join(tmpdir(), 'chorale-swiftshader-'));
  for (const { name, bytes } of filesOf(brotliDecompressSync(readFileSync(archive)))) {
    writeFileSync(join(folder, basename(name)), bytes);
  }
  return {
    environment: { VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'), LD_LIBRARY_PATH: folder },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Plain files of a tar archive: a header of 512 bytes, then the contents, filled up to 512. */
function* filesOf(tar: Buffer): Generator<{ readonly name: string; readonly bytes: Buffer }> {
  const block = 512;
  for (let at = 0; at + block <= tar.length; ) {
    const name = textAt(at, 100);
    if (name === '') return;
    const length = Number.parseInt(textAt(at + 124, 12), 8);
    const start = at + block;
    if (/^[0\0]?$/.test(tar.toString('latin1', at + 156, at + 157))) {
      yield { name, bytes: tar.subarray(start, start + length) };
    }
    at = start + Math.ceil(length / block) * block;
  }

  function textAt(from: number, length: number): string {
    return tar
      .toString('latin1', from, from + length)
      .replace(/\0.*$/s, '')
      .trim();
  }
}

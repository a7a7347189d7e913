/** A workspace of its own for each test, under a key instead of a passphrase, so that no test waits for argon2id. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { exportMeasurements } from '../../src-main/catalog/measurements.ts';
import { openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { type ImportOrder, importFile } from '../../src-main/intake/import.ts';

export const testKey = new Uint8Array(32).fill(7);

export type Bench = {
  readonly folder: () => string;
  readonly workspace: () => Workspace;
  /** @returns the path of a file with this content */
  readonly file: (name: string, content: string | Uint8Array) => string;
  readonly bring: (path: string, order?: Partial<ImportOrder>) => ReturnType<typeof importFile>;
  readonly exported: () => ReturnType<typeof exportMeasurements> extends IterableIterator<infer Row> ? Row[] : never;
};

export function bench(): Bench {
  let folder: string;
  let workspace: Workspace;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-intake-'));
    workspace = openWorkspaceWithKey(folder, testKey);
  });
  afterEach(() => {
    workspace.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder: () => folder,
    workspace: () => workspace,
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    bring: (path, order = {}) => importFile(workspace, { path, person: 'Mara Lindner', ...order }, unattended),
    exported: () => [...exportMeasurements(workspace.catalog, null)],
  };
}

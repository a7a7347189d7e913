/** A workspace with nothing in it, in a folder of its own. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';

export type EmptyWorkspace = { readonly workspace: Workspace; readonly remove: () => void };

export function emptyWorkspace(): EmptyWorkspace {
  const folder = mkdtempSync(join(tmpdir(), 'chorale-empty-'));
  const workspace = openWorkspaceWithKey(folder, randomBytes(32));
  return {
    workspace,
    remove() {
      workspace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

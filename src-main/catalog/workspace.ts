/** A workspace is one folder that can be copied: the catalog, the vault, and the file that seals their key under a passphrase. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChoraleError } from '../contract/errors.ts';
import { type Catalog, openCatalog } from './open.ts';
import { type CostOfGuess, costOfGuess } from './passphrase-key.ts';
import { openVault, type Vault } from './vault.ts';
import {
  newWorkspaceKey,
  readWorkspaceKey,
  requireLongEnough,
  subkey,
  workspaceExists,
  writeNewWorkspaceKey,
} from './workspace-key.ts';

export {
  changePassphrase,
  passphraseAtLeast,
  replacePassphrase,
  workspaceExists,
  workspaceId,
} from './workspace-key.ts';

export type Workspace = {
  readonly folder: string;
  readonly catalog: Catalog;
  readonly vault: Vault;
  /** 32 bytes. Workers are handed it to open the same workspace. */
  readonly key: Uint8Array;
  /** The keys of catalog and vault are wiped; `key` is wiped by whoever holds it. */
  readonly close: () => void;
};

/** @throws WORKSPACE_EXISTS, PASSPHRASE_TOO_SHORT */
export function createWorkspace(folder: string, passphrase: string, cost: CostOfGuess = costOfGuess): Workspace {
  if (workspaceExists(folder)) throw new ChoraleError('WORKSPACE_EXISTS', { folder });
  requireLongEnough(passphrase);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = newWorkspaceKey();
  const workspace = openWorkspaceWithKey(folder, key);
  try {
    writeNewWorkspaceKey(folder, key, passphrase, cost);
    return workspace;
  } catch (error) {
    workspace.close();
    throw error;
  }
}

/** @throws WORKSPACE_MISSING, WRONG_PASSPHRASE, WORKSPACE_DAMAGED, WORKSPACE_TOO_NEW */
export const openWorkspace = (folder: string, passphrase: string): Workspace =>
  openWorkspaceWithKey(folder, readWorkspaceKey(folder, passphrase));

/** For workers and helper processes, which are handed the key instead of the passphrase. */
export function openWorkspaceWithKey(folder: string, key: Uint8Array): Workspace {
  const catalogKey = subkey(key, 'catalog');
  const vaultKey = subkey(key, 'vault');
  const catalog = openCatalog(join(folder, 'catalog.sqlite'), catalogKey);
  catalogKey.fill(0);
  const vault = openVault(join(folder, 'vault'), vaultKey);
  return {
    folder,
    catalog,
    vault,
    key,
    close() {
      catalog.close();
      vaultKey.fill(0);
    },
  };
}

/** A workspace is one folder that can be copied: the catalog, the vault, and the salt that turns a passphrase into their keys. */
import { hkdfSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sodium from 'libsodium-wrappers-sumo';
import * as z from 'zod';
import { ChoraleError } from '../contract/errors.ts';
import { type Catalog, openCatalog } from './open.ts';
import { costOfGuess, keyFromPassphrase, newSalt } from './passphrase-key.ts';
import { openVault, sha256, type Vault } from './vault.ts';

await sodium.ready;

export type Workspace = {
  readonly folder: string;
  readonly catalog: Catalog;
  readonly vault: Vault;
  /** 32 bytes, from the passphrase by argon2id. Workers are handed it to open the same workspace. */
  readonly key: Uint8Array;
  readonly close: () => void;
};

const description = z.object({
  format: z.literal(1),
  salt: z.string(),
  operations: z.number().int(),
  memory: z.number().int(),
  check: z.string(), // a keyed hash that tells a wrong passphrase from a damaged catalog
});

export const passphraseAtLeast = 12;

export const workspaceExists = (folder: string): boolean => existsSync(join(folder, 'workspace.json'));

/** Names the workspace outside its folder, the same for every copy of it: from its salt. */
export const workspaceId = (folder: string): string => sha256(describe(folder).salt).slice(0, 32);

/** @throws WORKSPACE_EXISTS, PASSPHRASE_TOO_SHORT */
export function createWorkspace(folder: string, passphrase: string): Workspace {
  if (workspaceExists(folder)) throw new ChoraleError('WORKSPACE_EXISTS', { folder });
  if ([...passphrase].length < passphraseAtLeast) {
    throw new ChoraleError('PASSPHRASE_TOO_SHORT', {
      atLeast: passphraseAtLeast,
    });
  }
  const salt = newSalt();
  const key = keyFromPassphrase(passphrase, salt, costOfGuess);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const workspace = openWorkspaceWithKey(folder, key);
  writeFileSync(
    join(folder, 'workspace.json'),
    `${JSON.stringify({ format: 1, salt: sodium.to_base64(salt), ...costOfGuess, check: check(key) }, null, 2)}\n`,
    { mode: 0o600, flush: true },
  );
  return workspace;
}

/** @throws WORKSPACE_MISSING, WRONG_PASSPHRASE, WORKSPACE_DAMAGED, WORKSPACE_TOO_NEW */
export function openWorkspace(folder: string, passphrase: string): Workspace {
  const { salt, check: expected, ...cost } = describe(folder);
  const key = keyFromPassphrase(passphrase, sodium.from_base64(salt), cost);
  if (check(key) !== expected) throw new ChoraleError('WRONG_PASSPHRASE', {});
  return openWorkspaceWithKey(folder, key);
}

/** For workers and helper processes, which are handed the key instead of the passphrase. */
export function openWorkspaceWithKey(folder: string, key: Uint8Array): Workspace {
  const catalog = openCatalog(join(folder, 'catalog.sqlite'), subkey(key, 'catalog'));
  const vault = openVault(join(folder, 'vault'), subkey(key, 'vault'));
  return { folder, catalog, vault, key, close: catalog.close };
}

function describe(folder: string): z.infer<typeof description> {
  if (!workspaceExists(folder)) throw new ChoraleError('WORKSPACE_MISSING', { folder });
  try {
    return description.parse(JSON.parse(readFileSync(join(folder, 'workspace.json'), 'utf8')));
  } catch (error) {
    throw new ChoraleError('WORKSPACE_DAMAGED', { file: 'workspace.json' }, { cause: error });
  }
}

const subkey = (key: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', key, new Uint8Array(), `chorale workspace 1 ${purpose}`, 32));

const check = (key: Uint8Array): string => Buffer.from(subkey(key, 'check')).toString('hex');

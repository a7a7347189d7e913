/** The one workspace of this engine: absent, locked or open; made, unlocked and locked again. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockWorkspace } from '../catalog/lock.ts';
import {
  changePassphrase,
  createWorkspace,
  openWorkspace,
  openWorkspaceWithKey,
  passphraseAtLeast,
  type Workspace,
  workspaceExists,
  workspaceId,
} from '../catalog/workspace.ts';
import { ChoraleError, isChoraleError } from '../contract/errors.ts';
import type { WorkspaceStatus } from '../contract/workspace.ts';
import type { EventHub } from './event-hub.ts';
import { noteFailedUnlock } from './failed-unlocks.ts';
import type { Host } from './host.ts';
import { forgetKeptPassphrase } from './passphrase.ts';
import { version } from './version.ts';

export type Access = {
  readonly status: () => WorkspaceStatus;
  readonly create: (passphrase: string, remember: boolean) => Promise<void>;
  readonly unlock: (passphrase: string, remember: boolean) => Promise<void>;
  /** @throws NOT_FOUND when the operating system keeps no key for it */
  readonly unlockRemembered: () => Promise<void>;
  readonly forget: () => void;
  /** Needs no open workspace, and what is open stays open: its key is the same. @throws WRONG_PASSPHRASE, PASSPHRASE_TOO_SHORT */
  readonly changePassphrase: (current: string, next: string) => Promise<void>;
  readonly lock: () => Promise<void>;
};

/** @param opened starts what lives as long as the workspace is open (jobs, uploads); its `close` runs before the lock goes */
export function openAccess(
  folder: string,
  host: Host,
  events: EventHub,
  opened: (workspace: Workspace) => Promise<() => Promise<void>>,
): Access {
  let open: (() => Promise<void>) | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  /** Opening and closing never overlap. */
  function inTurn(act: () => Promise<void>): Promise<void> {
    const mine = turn.then(act);
    turn = mine.catch(() => {});
    return mine;
  }

  const keyFile = () => join(host.configurationFolder, 'keys', workspaceId(folder));
  const status = (): WorkspaceStatus => {
    const exists = workspaceExists(folder);
    return {
      state: open !== undefined ? 'open' : exists ? 'locked' : 'absent',
      folder,
      host: host.kind,
      canRemember: host.keyKeeper !== undefined,
      remembered: host.keyKeeper !== undefined && exists && existsSync(keyFile()),
      passphraseAtLeast,
      version,
    };
  };
  const changed = () => events.publish('workspace', status());

  /** The lock comes first, so that a workspace in use is not even touched. */
  async function enter(make: () => Workspace, remember: boolean): Promise<void> {
    if (open !== undefined) return;
    const unlock = lockWorkspace(folder);
    try {
      const workspace = make();
      try {
        if (remember) await keep(workspace.key);
        const close = await opened(workspace);
        open = async () => {
          await close();
          workspace.close();
          workspace.key.fill(0);
          unlock();
        };
      } catch (error) {
        workspace.close();
        throw error;
      }
    } catch (error) {
      unlock();
      throw error;
    }
    changed();
  }

  async function keep(key: Uint8Array): Promise<void> {
    if (host.keyKeeper === undefined) throw new ChoraleError('KEY_STORE_UNSAFE', { store: 'none' });
    const wrapped = await host.keyKeeper.wrap(key);
    mkdirSync(dirname(keyFile()), { recursive: true, mode: 0o700 });
    writeFileSync(keyFile(), wrapped, { mode: 0o600 });
  }

  return {
    status,
    create: (passphrase, remember) =>
      inTurn(async () => {
        if (workspaceExists(folder)) throw new ChoraleError('WORKSPACE_EXISTS', { folder });
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        await enter(() => createWorkspace(folder, passphrase), remember);
      }),
    unlock: (passphrase, remember) =>
      inTurn(async () => {
        if (!workspaceExists(folder)) throw new ChoraleError('WORKSPACE_MISSING', { folder });
        await enter(() => noting(folder, () => openWorkspace(folder, passphrase)), remember);
      }),
    unlockRemembered: () =>
      inTurn(async () => {
        if (!status().remembered || host.keyKeeper === undefined) {
          throw new ChoraleError('NOT_FOUND', { kind: 'remembered key', id: folder });
        }
        const key = await host.keyKeeper.unwrap(readFileSync(keyFile()));
        await enter(() => openWorkspaceWithKey(folder, key), false);
      }),
    forget() {
      if (workspaceExists(folder)) rmSync(keyFile(), { force: true });
      changed();
    },
    changePassphrase: (current, next) =>
      inTurn(async () => {
        noting(folder, () => changePassphrase(folder, current, next));
        forgetKeptPassphrase(folder, host.configurationFolder);
      }),
    lock: () =>
      inTurn(async () => {
        const close = open;
        open = undefined;
        await close?.();
        changed();
      }),
  };
}

/** The log is behind the passphrase, so a wrong one is noted beside it until the right one comes. */
function noting<Result>(folder: string, open: () => Result): Result {
  try {
    return open();
  } catch (error) {
    if (isChoraleError(error) && error.code === 'WRONG_PASSPHRASE') noteFailedUnlock(folder, new Date().toISOString());
    throw error;
  }
}

/** One engine: a workspace's folder, its jobs, uploads and settings, behind the context that routes and commands are given. */
import { extname } from 'node:path';
import { ChoraleError } from '../contract/errors.ts';
import type { AccountOptions } from '../release/accounts.ts';
import { openAccess } from './access.ts';
import type { EngineContext } from './context.ts';
import { createEventHub } from './event-hub.ts';
import type { Host } from './host.ts';
import type { Opened } from './opened.ts';
import { openPreferences } from './preferences.ts';

export type Engine = {
  readonly context: EngineContext;
  /** Interrupts what runs, closes the workspace and lets go of its lock. */
  readonly close: () => Promise<void>;
};

export type EngineOptions = {
  /** Of the workspace; need not exist yet. */
  readonly folder: string;
  readonly host: Host;
  /** URL of a module whose `jobKinds` are run instead of the engine's own. */
  readonly kinds?: string;
  /** What models can learn on is checked once unasked; the application and its server say so. */
  readonly checksProviders?: boolean;
  /** For tests: what a guess of a person's passphrase costs, and the clock that tells how long nobody was here. */
  readonly accounts?: AccountOptions;
  readonly now?: () => number;
};

const ownKinds = new URL(`./job-kinds${extname(import.meta.url)}`, import.meta.url).href;

export async function createEngine({
  folder,
  host,
  kinds = ownKinds,
  checksProviders = false,
  accounts = {},
  now = Date.now,
}: EngineOptions): Promise<Engine> {
  const events = createEventHub();
  let open: Opened | undefined;
  const opened = (): Opened => {
    if (open === undefined) throw new ChoraleError('WORKSPACE_LOCKED', {});
    return open;
  };

  const access = openAccess(folder, host, events, async (workspace) => {
    // Loaded when argon2id has given its memory back, so that the two are never held together.
    const { openParts } = await import('./opened.ts');
    const parts = await openParts(workspace, events, { folder, host, kinds, checksProviders, now });
    open = parts;
    return () => {
      open = undefined;
      return parts.close();
    };
  });

  return {
    context: {
      host,
      events,
      access,
      preferences: openPreferences(host.configurationFolder),
      workspace: () => opened().workspace,
      jobs: () => opened().jobs,
      sessions: () => opened().sessions,
      accounts,
      uploads: () => opened().uploads,
      looks: () => opened().looks,
      chemistry: () => opened().chemistry(),
    },
    close: access.lock,
  };
}

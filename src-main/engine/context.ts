/** What the engine's routes and commands work with: the open workspace or none, jobs, uploads, and who is signed in. */
import type { Workspace } from '../catalog/workspace.ts';
import type { Chemistry } from '../chemistry/pool.ts';
import type { AccountOptions } from '../release/accounts.ts';
import type { Access } from './access.ts';
import type { EventHub } from './event-hub.ts';
import type { Host } from './host.ts';
import type { Jobs } from './jobs.ts';
import type { Looks } from './looks.ts';
import type { Preferences } from './preferences.ts';
import type { Sessions } from './sessions.ts';
import type { Uploads } from './uploads.ts';

export type EngineContext = {
  readonly host: Host;
  readonly events: EventHub;
  readonly preferences: Preferences;
  readonly access: Access;
  /** @throws WORKSPACE_LOCKED when none is open; so do the functions below */
  readonly workspace: () => Workspace;
  readonly jobs: () => Jobs;
  /** Who is signed in. */
  readonly sessions: () => Sessions;
  /** What new accounts and passphrases cost to guess. */
  readonly accounts: AccountOptions;
  readonly uploads: () => Uploads;
  /** At files that are not imported yet, in a thread beside the engine's. */
  readonly looks: () => Looks;
  /** The pool for drawings and other short questions; jobs have their own. */
  readonly chemistry: () => Promise<Chemistry>;
};

/** What the engine is given by whoever runs it: Electron's shell, `serve`, or the command line. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Chemistry } from '../chemistry/pool.ts';
import type { WorkspaceStatus } from '../contract/workspace.ts';
import type { SpawnTraining } from '../training/spawn.ts';

/** Wraps the workspace's key with a secret of the operating system. */
export type KeyKeeper = {
  /** @throws KEY_STORE_UNSAFE when the operating system would keep it in plain text */
  readonly wrap: (key: Uint8Array) => Promise<Uint8Array>;
  readonly unwrap: (wrapped: Uint8Array) => Promise<Uint8Array>;
};

export type Host = {
  readonly kind: WorkspaceStatus['host'];
  /** Of the user, outside every workspace: preferences, wrapped keys, passphrases of automation. */
  readonly configurationFolder: string;
  readonly keyKeeper?: KeyKeeper;
  /** How a training process is started; absent where Node's own child processes do (all but Electron). */
  readonly spawnTraining?: SpawnTraining;
  readonly log: (entry: LogEntry) => void;
};

export type LogEntry = { readonly logId: string; readonly at: string; readonly error: string };

/** What a running job is given besides the workspace. */
export type JobHost = {
  readonly jobId: string;
  readonly spawnTraining: SpawnTraining;
  readonly configurationFolder: string;
  /** One pool for this job, started at the first call and closed at its end. */
  readonly chemistry: () => Promise<Chemistry>;
  /** What an earlier life of this job saved; null at its first start. */
  readonly checkpoint: unknown;
  readonly saveCheckpoint: (checkpoint: unknown) => Promise<void>;
  /** Signs for the person who started the job. @throws SIGN_IN_NEEDED when nobody does, or they have signed out meanwhile */
  readonly sign: JobSigner<Promise<Uint8Array>>;
};

export type JobSigner<Signed = Uint8Array> = (bytes: Uint8Array) => Signed;

export function userConfigurationFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const base =
    platform === 'win32'
      ? (environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'))
      : (environment.XDG_CONFIG_HOME ?? join(homedir(), '.config'));
  return join(base, 'chorale');
}

/** Of the user: where the application keeps the workspace when it is not told another place. */
export function userDataFolder(
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'Chorale');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Chorale');
  return join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'chorale');
}

/** One line on stderr: what happened and where, under the id that the person is shown. */
export const logToStderr = (entry: LogEntry): void => {
  process.stderr.write(`${JSON.stringify(entry)}\n`);
};

/** The workspace as the page sees it: made, unlocked, locked, and whether this machine remembers its key. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './procedure.ts';

export const workspaceStatus = z.object({
  state: z.enum(['absent', 'locked', 'open']),
  folder: z.string(),
  /** What the engine runs under: the page offers native dialogs and "remember" only where they exist. */
  host: z.enum(['electron', 'serve', 'command-line']),
  /** The operating system can keep the key, so that the passphrase need not be typed again. */
  canRemember: z.boolean(),
  remembered: z.boolean(),
  passphraseAtLeast: z.number().int(),
  version: z.string(),
});

const passphrase = z.string().min(1).max(1024);

export const backupRequest = z.object({
  /** Path on the engine's machine; a file that exists is not written over. */
  file: z.string().trim().min(1).max(4096),
});

/** Result of the job. */
export const backupReport = z.object({
  file: z.string(),
  workspace: z.string(),
  madeAt: z.string(),
  /** Catalog and vault files. */
  files: z.number().int(),
  bytes: z.number().int(),
});

export const workspaceContract = {
  status: procedure.output(workspaceStatus),
  /** The status now, then every change of it. */
  watch: procedure.output(eventIterator(workspaceStatus)),
  create: procedure.input(z.object({ passphrase, remember: z.boolean().default(false) })).output(workspaceStatus),
  unlock: procedure.input(z.object({ passphrase, remember: z.boolean().default(false) })).output(workspaceStatus),
  /** Opens with the key that the operating system keeps; NOT_FOUND when it keeps none. */
  unlockRemembered: procedure.output(workspaceStatus),
  forget: procedure.output(workspaceStatus),
  lock: procedure.output(workspaceStatus),
  /** Seals the key under another passphrase; the workspace stays open. @throws WRONG_PASSPHRASE, PASSPHRASE_TOO_SHORT */
  changePassphrase: procedure.input(z.object({ current: passphrase, next: passphrase })).output(workspaceStatus),
  /** Starts the job that writes a backup and reads it back; its result is a `backupReport`. */
  backup: procedure.input(backupRequest).output(z.object({ jobId: z.string() })),
  /** Starts the job that fills the open workspace with data that the application generates itself. */
  sample: procedure.output(z.object({ jobId: z.string() })),
};

export type BackupReport = z.infer<typeof backupReport>;
export type WorkspaceStatus = z.infer<typeof workspaceStatus>;

/** What the engine's thread and a job's thread say to each other. */
import type { MessagePort } from 'node:worker_threads';
import type { JobKind } from '../contract/jobs.ts';
import type { Progress } from '../contract/progress.ts';
import type { LogEntry } from './host.ts';

export type JobStart = {
  readonly id: string;
  readonly kind: JobKind;
  readonly request: unknown;
  /** Name of who asked for it. */
  readonly person: string;
  readonly checkpoint: unknown;
  readonly folder: string;
  readonly key: Uint8Array;
  /** URL of the module whose `jobKinds` hold the kind. */
  readonly kinds: string;
  /** A `StopReason` on it stops the job. A port of its own, so that code which never yields can look for it too. */
  readonly stop: MessagePort;
  /** Training processes are started by the engine's host and not by this thread. */
  readonly relayTraining: boolean;
  readonly configurationFolder: string;
};

/** Whether a person has cancelled the job, or it is to go on at the next opening. */
export type StopReason = 'cancel' | 'put-off';

export type FromJob =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'checkpoint'; readonly checkpoint: unknown; readonly saved: MessagePort }
  | { readonly type: 'sign'; readonly bytes: Uint8Array; readonly signed: MessagePort }
  | { readonly type: 'training'; readonly port: MessagePort }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { readonly type: 'outcome'; readonly outcome: JobOutcome };

export type JobOutcome =
  | { readonly state: 'done'; readonly result: unknown }
  | { readonly state: 'failed'; readonly error: { readonly code: string; readonly data: unknown } }
  | { readonly state: 'cancelled' };

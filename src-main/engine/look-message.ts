/** What the engine's thread and the thread that looks at files say to each other: each question has a port of its own. */
import type { MessagePort } from 'node:worker_threads';
import { ChoraleError, type ErrorCode, type ErrorData } from '../contract/errors.ts';
import type { Mapping } from '../contract/intake.ts';
import type { GivenForm } from '../intake/interpret.ts';
import type { ReadingByHand } from '../intake/reading.ts';
import type { LogEntry } from './host.ts';

export type LookStart = { readonly folder: string; readonly key: Uint8Array };

/** A file on this machine and its name as the person knows it. */
export type LookedAt = { readonly path: string; readonly name: string };

export type Look =
  | (LookedAt & {
      readonly kind: 'inspect';
      readonly reading: ReadingByHand;
      /** Asks about this mapping instead of proposing one. */
      readonly mapping?: Mapping | undefined;
      readonly companion?: (LookedAt & { readonly reading: ReadingByHand }) | undefined;
    })
  | (LookedAt & { readonly kind: 'rejected-csv'; readonly mapping: Mapping; readonly companion: string | null });

export type Question = { readonly look: Look; readonly port: MessagePort };

export type ToLook =
  | { readonly type: 'stop' }
  | { readonly type: 'weights'; readonly weights: readonly (number | undefined)[] }
  | { readonly type: 'not-weighed'; readonly error: { readonly code: string; readonly data: unknown } }
  /** The last piece of text has been taken. */
  | { readonly type: 'next' };

export type FromLook =
  | { readonly type: 'weigh'; readonly structures: readonly GivenForm[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'answer'; readonly answer: unknown }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { readonly type: 'failed'; readonly error: { readonly code: string; readonly data: unknown } };

/** An error as it was thrown in the other thread. */
export const revived = ({ code, data }: { readonly code: string; readonly data: unknown }): ChoraleError =>
  new ChoraleError(code as ErrorCode, data as ErrorData<ErrorCode>);

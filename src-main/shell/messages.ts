/** What the shell's main process and its engine process say to each other; ports travel beside the message. */
import type { LogEntry } from '../engine/host.ts';

export type ToEngine =
  | {
      readonly type: 'start';
      readonly folder: string;
      readonly configurationFolder: string;
      /** The operating system keeps secrets for this user, and not in plain text. */
      readonly keepsKeys: boolean;
    }
  /** With one port: the window's end is with the page. */
  | { readonly type: 'window' }
  /** With one port to a training process, in answer to 'training'. */
  | { readonly type: 'training'; readonly id: number }
  | { readonly type: 'bytes'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'refused'; readonly id: number; readonly reason: string }
  /** The page tried to reach this host, and was kept from it. */
  | { readonly type: 'denied'; readonly host: string }
  | { readonly type: 'close' };

export type FromEngine =
  | { readonly type: 'training'; readonly id: number }
  | { readonly type: 'end-training'; readonly id: number }
  | { readonly type: 'wrap' | 'unwrap'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'log'; readonly entry: LogEntry }
  | { readonly type: 'closed' };

/** Heads of the log that were told to others: each message names one, and a log that was written anew does not hold them. */
import type { AuditHead } from '../catalog/audit.ts';
import type { OwnMessageRow } from '../catalog/messages.ts';
import { decodeCanonical } from '../federation/canonical.ts';
import { type Message, messageHash } from '../federation/messages.ts';
import { chainStart } from './audit-chain.ts';

export type ToldHead = {
  /** Hash of the message that names it. */
  readonly message: string;
  readonly head: string;
  readonly at: string;
  /** Whether the coordinator has countersigned the message. */
  readonly receipted: boolean;
};

/** @returns undefined for what is no message, or not the one that its row says */
export function toldHead({ bytes, hash, at, receipt }: OwnMessageRow): ToldHead | undefined {
  try {
    const { message } = decodeCanonical(bytes) as unknown as { readonly message: Message };
    if (messageHash(message) !== hash) return undefined;
    return { message: hash, head: message.logHead, at, receipted: receipt !== null };
  } catch {
    return undefined;
  }
}

export type HeadCheck = {
  /** The next entry of the chain. */
  readonly pass: (head: AuditHead) => void;
  /** The first message whose head is not on the chain, or stands before one that was told earlier. */
  readonly end: () => { readonly told: ToldHead; readonly after: number } | undefined;
};

/**
 * @param told in the order in which they were said
 * @param start what stands before the first entry that is passed
 */
export function headCheck(told: readonly ToldHead[], start: AuditHead = chainStart): HeadCheck {
  const wanted = new Set(told.map(({ head }) => head));
  const found = new Map<string, number>([[start.hash, start.seq]]);
  return {
    pass({ seq, hash }) {
      if (wanted.has(hash)) found.set(hash, seq);
    },
    end() {
      let last = 0;
      for (const one of told) {
        const seq = found.get(one.head);
        if (seq === undefined || seq < last) return { told: one, after: last };
        last = seq;
      }
      return undefined;
    },
  };
}

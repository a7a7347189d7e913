/** Every signed message that this partner has heard or sent, in order of arrival. */
import type { Catalog } from './open.ts';

export type MessageRow = {
  readonly series: string;
  readonly round: number;
  readonly attempt: number;
  readonly sender: string;
  readonly type: string;
  readonly hash: string;
  /** Whether this partner sent it. */
  readonly sent: boolean;
  readonly at: string;
  /** Canonical JSON of the message and its signature. */
  readonly bytes: Uint8Array;
};

/** A message that is known already, such as the own one that comes back through the log, stays as it is. */
export function addMessage(catalog: Catalog, row: MessageRow): void {
  catalog.db
    .prepare(
      `insert into message (series, round, attempt, sender, type, hash, sent, at, bytes)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (hash) do nothing`,
    )
    .run(row.series, row.round, row.attempt, row.sender, row.type, row.hash, row.sent ? 1 : 0, row.at, row.bytes);
}

/** Keeps the coordinator's receipt for a message that was sent; the first one stands. */
export function addReceipt(catalog: Catalog, hash: string, receipt: string): void {
  catalog.db.prepare('update message set receipt = coalesce(receipt, ?) where hash = ?').run(receipt, hash);
}

export const receiptOf = (catalog: Catalog, hash: string): string | null =>
  (catalog.db.prepare('select receipt from message where hash = ?').pluck().get(hash) as string | null | undefined) ??
  null;

export type HeardMessage = Pick<MessageRow, 'sender' | 'type' | 'at' | 'bytes'>;

/** Oldest first. */
export const messagesOfAttempt = (
  catalog: Catalog,
  series: string,
  round: number,
  attempt: number,
): readonly HeardMessage[] =>
  catalog.db
    .prepare('select sender, type, at, bytes from message where series = ? and round = ? and attempt = ? order by seq')
    .all(series, round, attempt) as HeardMessage[];

/** Who has signed the plan, and when the last of them did. */
export const approvalsOf = (
  catalog: Catalog,
  series: string,
): { readonly partners: number; readonly lastAt: string | null } =>
  catalog.db
    .prepare(
      `select count(distinct sender) as partners, max(at) as lastAt from message where series = ? and type = 'APPROVE'`,
    )
    .get(series) as { partners: number; lastAt: string | null };

export type OwnMessageRow = Omit<MessageRow, 'sent'> & {
  /** Canonical JSON of the coordinator's receipt; null before it has come. */
  readonly receipt: string | null;
};

/** What this partner has said, in the order in which it did; between two times where these are given. */
export const ownMessages = (
  catalog: Catalog,
  { from, to }: { readonly from: string | null; readonly to: string | null } = { from: null, to: null },
): Iterable<OwnMessageRow> =>
  catalog.db
    .prepare(
      `select series, round, attempt, sender, type, hash, at, bytes, receipt from message
       where sent = 1 and (? is null or at >= ?) and (? is null or at <= ?) order by seq`,
    )
    .iterate(from, from, to, to) as Iterable<OwnMessageRow>;

/** Messages of these types that this partner has heard from `sender`, in order of arrival; between two times where given. */
export const heardMessages = (
  catalog: Catalog,
  { sender, types }: { readonly sender: string; readonly types: readonly string[] },
  { from, to }: { readonly from: string | null; readonly to: string | null },
): readonly Omit<MessageRow, 'sent'>[] =>
  catalog.db
    .prepare(
      `select series, round, attempt, sender, type, hash, at, bytes from message
       where sent = 0 and sender = ? and type in (select value from json_each(?))
         and (? is null or at >= ?) and (? is null or at <= ?) order by seq`,
    )
    .all(sender, JSON.stringify(types), from, from, to, to) as Omit<MessageRow, 'sent'>[];

/** The last message of this partner that the coordinator has countersigned and others can read. */
export const lastReceipted = (catalog: Catalog): OwnMessageRow | undefined =>
  catalog.db
    .prepare(
      `select series, round, attempt, sender, type, hash, at, bytes, receipt from message
       where sent = 1 and receipt is not null and type <> 'UNMASK' order by seq desc limit 1`,
    )
    .get() as OwnMessageRow | undefined;

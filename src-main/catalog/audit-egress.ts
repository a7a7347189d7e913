/** What has been sent, by month, and to whom this workspace may send at all. */
import type { Catalog } from './open.ts';

export type SubmissionMonth = { readonly month: string; readonly submissions: number; readonly bytes: number };

/** By calendar month (`2025-11`), oldest first. */
export const submissionsByMonth = (catalog: Catalog): readonly SubmissionMonth[] =>
  catalog.db
    .prepare(
      `select substr(sent_at, 1, 7) as month, count(*) as submissions,
         sum(json_extract(manifest, '$.content.payload.bytes')) as bytes
       from package where state = 'sent' group by month order by month`,
    )
    .all() as SubmissionMonth[];

/** Addresses that packages were sent to. */
export const submissionAddresses = (catalog: Catalog): readonly string[] =>
  catalog.db
    .prepare(
      `select distinct json_extract(manifest, '$.content.recipient.url') as url from package where state = 'sent'`,
    )
    .pluck()
    .all() as string[];

/** Addresses of the coordinators that this partner has agreed to. */
export const coordinatorAddresses = (catalog: Catalog): readonly string[] =>
  catalog.db.prepare('select distinct coordinator_url from consortium').pluck().all() as string[];

export const lastSentAt = (catalog: Catalog): string | null =>
  catalog.db.prepare(`select max(sent_at) from package where state = 'sent'`).pluck().get() as string | null;

/** Names of packages by hash, to say what a connection carried. */
export const packageNames = (catalog: Catalog): ReadonlyMap<string, string> =>
  new Map(catalog.db.prepare('select hash, name from package').raw().all() as [string, string][]);

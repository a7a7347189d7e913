/** What a series leaves out of training here after a reviewer asked for changes. */
import type { Catalog } from './open.ts';

export type AmendmentRow = {
  readonly id: number;
  readonly series: string;
  readonly round: number;
  readonly attempt: number;
  /** The package that it answers; null where it answers none. */
  readonly packageHash: string | null;
  readonly person: string;
  readonly role: string;
  readonly comment: string;
  /** JSON: all that is left out from now on. */
  readonly leftOut: string;
  readonly madeAt: string;
  readonly signature: Uint8Array;
  /** 32 bytes that its structures are hashed with; null for one of earlier versions. */
  readonly salt: Uint8Array | null;
  /** As of a decision. */
  readonly personId: string | null;
  readonly signedBy: Uint8Array | null;
};

const columns = `id, series, round, attempt, package_hash as packageHash, person, role, comment, left_out as leftOut,
  made_at as madeAt, signature, salt, person_id as personId, signed_by as signedBy`;

export function addAmendment(catalog: Catalog, row: Omit<AmendmentRow, 'id'>): number {
  const { lastInsertRowid } = catalog.db
    .prepare(
      `insert into amendment (series, round, attempt, package_hash, person, role, comment, left_out, made_at, signature,
         salt, person_id, signed_by)
       values (@series, @round, @attempt, @packageHash, @person, @role, @comment, @leftOut, @madeAt, @signature,
         @salt, @personId, @signedBy)`,
    )
    .run(row);
  return Number(lastInsertRowid);
}

/** The one in force. */
export const lastAmendment = (catalog: Catalog, series: string): AmendmentRow | undefined =>
  catalog.db.prepare(`select ${columns} from amendment where series = ? order by id desc limit 1`).get(series) as
    | AmendmentRow
    | undefined;

/** Oldest first. */
export const amendmentsOfRound = (catalog: Catalog, series: string, round: number): readonly AmendmentRow[] =>
  catalog.db
    .prepare(`select ${columns} from amendment where series = ? and round = ? order by id`)
    .all(series, round) as AmendmentRow[];

/** Of every series, oldest first; between two times where these are given. */
export const listAmendments = (
  catalog: Catalog,
  { from, to }: { readonly from: string | null; readonly to: string | null },
): readonly AmendmentRow[] =>
  catalog.db
    .prepare(
      `select ${columns} from amendment where (? is null or made_at >= ?) and (? is null or made_at <= ?) order by id`,
    )
    .all(from, from, to, to) as AmendmentRow[];

export const amendmentOfPackage = (catalog: Catalog, packageHash: string): AmendmentRow | undefined =>
  catalog.db
    .prepare(`select ${columns} from amendment where package_hash = ? order by id desc limit 1`)
    .get(packageHash) as AmendmentRow | undefined;

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
  /** As of a decision. */
  readonly personId: string | null;
  readonly signedBy: Uint8Array | null;
};

const columns = `id, series, round, attempt, package_hash as packageHash, person, role, comment, left_out as leftOut,
  made_at as madeAt, signature, person_id as personId, signed_by as signedBy`;

export function addAmendment(catalog: Catalog, row: Omit<AmendmentRow, 'id'>): number {
  const { lastInsertRowid } = catalog.db
    .prepare(
      `insert into amendment (series, round, attempt, package_hash, person, role, comment, left_out, made_at, signature,
         person_id, signed_by)
       values (@series, @round, @attempt, @packageHash, @person, @role, @comment, @leftOut, @madeAt, @signature,
         @personId, @signedBy)`,
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

export const amendmentOfPackage = (catalog: Catalog, packageHash: string): AmendmentRow | undefined =>
  catalog.db
    .prepare(`select ${columns} from amendment where package_hash = ? order by id desc limit 1`)
    .get(packageHash) as AmendmentRow | undefined;

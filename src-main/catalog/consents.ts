/** The charters that this partner has received, and what people here have said of each. */
import type { Catalog } from './open.ts';

export type CharterRow = {
  readonly hash: string;
  readonly series: string;
  readonly version: number;
  /** Canonical JSON of the charter and its signatures. */
  readonly document: string;
  readonly receivedAt: string;
};

export type ConsentRow = {
  readonly id: number;
  readonly charterHash: string;
  readonly version: number;
  readonly kind: 'given' | 'withdrawn';
  readonly capacity: 'steward' | 'compliance';
  /** The workspace knew one person, who speaks in both capacities. */
  readonly alone: boolean;
  readonly person: string;
  readonly role: string;
  /** Ed25519, of the person. */
  readonly key: Uint8Array;
  /** The words that the person had before them. */
  readonly statement: string;
  /** Of a withdrawal; empty for a consent. */
  readonly reason: string;
  readonly at: string;
  readonly signature: Uint8Array;
};

const charterColumns = 'hash, series, version, document, received_at as receivedAt';

const consentColumns = `id, charter_hash as charterHash, version, kind, capacity, alone, person, role, key, statement,
  reason, at, signature`;

/** @returns false when this charter is known already */
export const addCharter = (catalog: Catalog, row: CharterRow): boolean =>
  catalog.db
    .prepare(
      `insert into charter (hash, series, version, document, received_at)
       values (@hash, @series, @version, @document, @receivedAt) on conflict (hash) do nothing`,
    )
    .run(row).changes > 0;

export const charterRow = (catalog: Catalog, hash: string): CharterRow | undefined =>
  catalog.db.prepare(`select ${charterColumns} from charter where hash = ?`).get(hash) as CharterRow | undefined;

/** The one that holds: the newest version. */
export const newestCharter = (catalog: Catalog, series: string): CharterRow | undefined =>
  chartersOf(catalog, series)[0];

/** Newest version first. */
export const chartersOf = (catalog: Catalog, series: string): readonly CharterRow[] =>
  catalog.db
    .prepare(`select ${charterColumns} from charter where series = ? order by version desc`)
    .all(series) as CharterRow[];

/** In the order in which they were said. */
export const consentsTo = (catalog: Catalog, charterHash: string): readonly ConsentRow[] =>
  catalog.db
    .prepare(`select ${consentColumns} from consent where charter_hash = ? order by id`)
    .all(charterHash)
    .map((row) => {
      const { alone, ...rest } = row as Omit<ConsentRow, 'alone'> & { readonly alone: number };
      return { ...rest, alone: alone === 1 };
    });

export function addConsent(catalog: Catalog, { alone, ...row }: Omit<ConsentRow, 'id'>): void {
  catalog.db
    .prepare(
      `insert into consent
         (charter_hash, version, kind, capacity, alone, person, role, key, statement, reason, at, signature)
       values
         (@charterHash, @version, @kind, @capacity, @alone, @person, @role, @key, @statement, @reason, @at, @signature)`,
    )
    .run({ ...row, alone: alone ? 1 : 0 });
}

/** Frozen packages: one row each, from freezing to receipt. */
import type { Catalog } from './open.ts';

export type PackageState = 'frozen' | 'approved' | 'refused' | 'changes-requested' | 'sent' | 'void';

export type PackageRow = {
  readonly id: number;
  readonly name: string;
  readonly series: string;
  readonly round: number;
  readonly attempt: number;
  readonly hash: string;
  readonly contentHash: string;
  readonly planHash: string;
  /** Canonical JSON. */
  readonly manifest: string;
  readonly payloadFile: string;
  readonly escrowFile: string;
  readonly preparedBy: string;
  readonly preparedRole: string;
  /** The account; null where there was none. */
  readonly preparedById: string | null;
  readonly state: PackageState;
  readonly frozenAt: string;
  readonly sentAt: string | null;
  readonly receipt: string | null;
  readonly filesRemovedAt: string | null;
};

export type NewPackage = Omit<PackageRow, 'id' | 'state' | 'sentAt' | 'receipt' | 'filesRemovedAt'>;

const columns = `id, name, series, round, attempt, hash, content_hash as contentHash, plan_hash as planHash, manifest,
  payload_file as payloadFile, escrow_file as escrowFile, prepared_by as preparedBy, prepared_role as preparedRole,
  prepared_by_id as preparedById,  state, frozen_at as frozenAt, sent_at as sentAt, receipt, files_removed_at as filesRemovedAt`;

export function addPackage(catalog: Catalog, row: NewPackage): void {
  catalog.db
    .prepare(
      `insert into package (name, series, round, attempt, hash, content_hash, plan_hash, manifest, payload_file,
         escrow_file, prepared_by, prepared_role, prepared_by_id, state, frozen_at)
       values (@name, @series, @round, @attempt, @hash, @contentHash, @planHash, @manifest, @payloadFile,
         @escrowFile, @preparedBy, @preparedRole, @preparedById, 'frozen', @frozenAt)`,
    )
    .run(row);
}

/** S-0001 and on; names are never given twice. */
export function nextPackageName(catalog: Catalog): string {
  const last = catalog.db.prepare('select coalesce(max(id), 0) from package').pluck().get() as number;
  return `S-${String(last + 1).padStart(4, '0')}`;
}

export const readPackage = (catalog: Catalog, hash: string): PackageRow | undefined =>
  catalog.db.prepare(`select ${columns} from package where hash = ?`).get(hash) as PackageRow | undefined;

/** All packages of one attempt of a round, newest first. */
export const packagesOfAttempt = (
  catalog: Catalog,
  series: string,
  round: number,
  attempt: number,
): readonly PackageRow[] =>
  catalog.db
    .prepare(`select ${columns} from package where series = ? and round = ? and attempt = ? order by id desc`)
    .all(series, round, attempt) as PackageRow[];

export type PackageFilter = {
  readonly states?: readonly PackageState[] | undefined;
  readonly series?: string | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
};

/** Newest first. */
export function listPackages(
  catalog: Catalog,
  { states, series, before, limit }: PackageFilter,
): readonly PackageRow[] {
  const ofStates = states === undefined ? '' : `and state in (${states.map(() => '?').join(', ')})`;
  return catalog.db
    .prepare(
      `select ${columns} from package
       where id < ? and (? is null or series = ?) ${ofStates} order by id desc limit ?`,
    )
    .all(before ?? Number.MAX_SAFE_INTEGER, series ?? null, series ?? null, ...(states ?? []), limit) as PackageRow[];
}

/**
 * The newest package of the series that was approved or sent, and is older than `before`: for a round that counts rows
 * (round 0) among those, for one that learns among those.
 */
export const lastApprovedPackage = (
  catalog: Catalog,
  { series, round }: Pick<PackageRow, 'series' | 'round'>,
  before?: number,
): PackageRow | undefined =>
  catalog.db
    .prepare(
      `select ${columns} from package
       where series = ? and state in ('approved', 'sent') and id < ? and (round = 0) = (? = 0) order by id desc limit 1`,
    )
    .get(series, before ?? Number.MAX_SAFE_INTEGER, round) as PackageRow | undefined;

/** How many packages of a series are in each of the states that it has any of. */
export const countPackages = (catalog: Catalog, series: string): Readonly<Partial<Record<PackageState, number>>> =>
  Object.fromEntries(
    catalog.db.prepare('select state, count(*) from package where series = ? group by state').raw().all(series) as [
      PackageState,
      number,
    ][],
  );

export const setPackageState = (catalog: Catalog, hash: string, state: PackageState): void => {
  catalog.db.prepare('update package set state = ? where hash = ?').run(state, hash);
};

export const setPackageSent = (catalog: Catalog, hash: string, sentAt: string, receipt: string): void => {
  catalog.db
    .prepare(`update package set state = 'sent', sent_at = ?, receipt = ? where hash = ?`)
    .run(sentAt, receipt, hash);
};

export const setFilesRemoved = (catalog: Catalog, hash: string, at: string): void => {
  catalog.db.prepare('update package set files_removed_at = ? where hash = ?').run(at, hash);
};

/** Packages whose files are still kept although they are done with, newest first; each file under its newest owner only. */
export const finishedPackagesWithFiles = (catalog: Catalog): readonly PackageRow[] =>
  catalog.db
    .prepare(
      `select ${columns} from package
       where files_removed_at is null and state not in ('frozen', 'approved')
         and not exists (select 1 from package newer where newer.payload_file = package.payload_file
                           and newer.id > package.id and newer.files_removed_at is null)
       order by id desc`,
    )
    .all() as PackageRow[];

export type WorkspaceCounts = {
  readonly structures: number;
  readonly compoundIds: number;
  readonly assays: number;
  readonly measurements: number;
  readonly files: number;
};

/** What the workspace holds and a package must not: for the list of what stays. */
export const countWorkspace = (catalog: Catalog): WorkspaceCounts =>
  catalog.db
    .prepare(
      `select (select count(distinct structure_key) from committed_compound) as structures,
              (select count(distinct company_id) from committed_compound) as compoundIds,
              (select count(*) from assay) as assays,
              (select count(*) from committed_measurement) as measurements,
              (select count(*) from source) as files`,
    )
    .get() as WorkspaceCounts;

/** Compound ids, assay codes, structures as given and standardised, and names of files: each may occur more than once. */
export const workspaceTexts = (catalog: Catalog): Iterable<string> =>
  catalog.db
    .prepare(
      `select company_id from compound union all select code from assay union all select structure from compound
       union all select smiles from standard_structure where smiles is not null union all select name from source`,
    )
    .pluck()
    .iterate() as Iterable<string>;

/** No fewer than `workspaceTexts` gives. */
export const countWorkspaceTexts = (catalog: Catalog): number =>
  catalog.db
    .prepare(
      `select 2 * (select count(*) from compound) + (select count(*) from assay)
         + (select count(*) from standard_structure) + (select count(*) from source)`,
    )
    .pluck()
    .get() as number;

/** Plan and roster that this partner has agreed to in the series, as federation wrote them down. */
export const agreedHashes = (
  catalog: Catalog,
  series: string,
): { readonly planHash: string | null; readonly rosterHash: string } | undefined =>
  catalog.db
    .prepare('select plan_hash as planHash, roster_hash as rosterHash from consortium where series = ?')
    .get(series) as { readonly planHash: string | null; readonly rosterHash: string } | undefined;

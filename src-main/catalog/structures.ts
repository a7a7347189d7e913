/** Standard structures: what chemistry made of each structure that came in, and what is still waiting. */
import type {
  AppliedStep,
  StandardisationStep,
  StructureFailure,
  StructureFilter,
  StructureNotice,
  StructureRow,
  StructuresSummary,
} from '../contract/chemistry.ts';
import type { Catalog } from './open.ts';
import { bitsToBlob } from './tasks.ts';

export type WaitingStructure = {
  readonly key: string;
  readonly kind: 'smiles' | 'molblock';
  readonly text: string;
};

export type StandardStructureRow =
  | {
      readonly key: string;
      readonly ok: true;
      readonly smiles: string;
      readonly scaffold: string;
      readonly fold: number;
      readonly bits: Uint16Array;
      readonly changes: readonly AppliedStep[];
      readonly notices: readonly StructureNotice[];
      readonly heavyAtoms: number;
    }
  | { readonly key: string; readonly ok: false; readonly failure: StructureFailure; readonly detail: string };

export type StructureCounts = {
  readonly structures: number;
  readonly standardised: number;
  readonly failed: number;
  /** Of the failed, those that the next run looks at again. */
  readonly tryAgain: number;
};

/** A failure of this machine on this day, not of the structure: looked at again by as many later runs as this allows. */
const tryAgain = `s.state = 'failed' and s.failure in ('timed-out', 'crashed-toolkit') and s.attempts < 3`;

/** Distinct structures of committed batches. */
export function countStructures(catalog: Catalog, parameterHash: string): StructureCounts {
  const row = catalog.db
    .prepare(
      `select count(*) as structures,
         count(*) filter (where s.state = 'ok') as standardised,
         count(*) filter (where s.state = 'failed') as failed, count(*) filter (where ${tryAgain}) as tryAgain
       from (select distinct structure_key from committed_compound) c
       left join standard_structure s on s.structure_key = c.structure_key and s.parameter_hash = ?`,
    )
    .get(parameterHash);
  return row as StructureCounts;
}

/**
 * Structures of committed batches that have no standard structure under these parameters yet, and those that are to be
 * tried again; by key, after a key.
 */
export const readWaitingStructures = (
  catalog: Catalog,
  parameterHash: string,
  after: string,
  limit: number,
): readonly WaitingStructure[] =>
  catalog.db
    .prepare(
      `select c.structure_key as key, min(c.structure_kind) as kind, min(c.structure) as text
       from committed_compound c
       where c.structure_key > ? and not exists (
         select 1 from standard_structure s
         where s.structure_key = c.structure_key and s.parameter_hash = ? and not (${tryAgain}))
       group by c.structure_key order by c.structure_key limit ?`,
    )
    .all(after, parameterHash, limit) as WaitingStructure[];

export function addStandardStructures(
  catalog: Catalog,
  parameterHash: string,
  rows: readonly StandardStructureRow[],
): void {
  const addOk = catalog.db.prepare(
    `insert or replace into standard_structure
       (structure_key, parameter_hash, state, smiles, steps, changes, notices, scaffold, fold, bits, heavy_atoms)
     values (?, ?, 'ok', ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addRemoved = catalog.db.prepare(
    'insert or ignore into removed_fragment (parameter_hash, smiles, structure_key, kind) values (?, ?, ?, ?)',
  );
  const addFailed = catalog.db.prepare(
    `insert into standard_structure (structure_key, parameter_hash, state, failure, failure_detail)
     values (?, ?, 'failed', ?, ?)
     on conflict do update set failure = excluded.failure, failure_detail = excluded.failure_detail,
       attempts = attempts + 1 where state = 'failed'`,
  );
  catalog.db
    .transaction(() => {
      for (const row of rows) {
        if (row.ok) {
          const { key, smiles, changes, scaffold, fold, bits, heavyAtoms } = row;
          const steps = JSON.stringify([...new Set(changes.map(({ step }) => step))]);
          const notices = JSON.stringify(row.notices);
          const written = JSON.stringify(changes);
          const fingerprint = bitsToBlob(bits);
          addOk.run(key, parameterHash, smiles, steps, written, notices, scaffold, fold, fingerprint, heavyAtoms);
          for (const fragment of changes.flatMap(({ removed }) => removed)) {
            addRemoved.run(parameterHash, fragment.smiles, key, fragment.kind);
          }
        } else {
          addFailed.run(row.key, parameterHash, row.failure, row.detail);
        }
      }
    })
    .immediate();
}

type Summary = Omit<StructuresSummary, 'parameters' | 'folds'> & {
  readonly folds: readonly { readonly fold: number; readonly standardStructures: number }[];
};

const standardOfCommitted = `
  standard_structure s where s.parameter_hash = ?
    and s.structure_key in (select structure_key from committed_compound)`;

export function summariseStructures(catalog: Catalog, parameterHash: string): Summary {
  const { db } = catalog;
  const { structures, standardised, failed } = countStructures(catalog, parameterHash);
  const steps = countNames<StandardisationStep>(catalog, parameterHash, 'steps');
  const notices = countNames<StructureNotice>(catalog, parameterHash, 'notices');
  const unchanged = db
    .prepare(`select count(*) from ${standardOfCommitted} and s.state = 'ok' and s.steps = '[]'`)
    .pluck()
    .get(parameterHash) as number;
  const shared = db
    .prepare(
      `select count(*) as standard, coalesce(sum(structures), 0) as structures from (
         select count(*) as structures from ${standardOfCommitted} and s.state = 'ok'
         group by s.smiles having count(*) > 1)`,
    )
    .get(parameterHash) as { readonly standard: number; readonly structures: number };
  const folds = db
    .prepare(
      `select fold, count(*) as standardStructures from (
         select s.smiles, s.fold from ${standardOfCommitted} and s.state = 'ok' group by s.smiles)
       group by fold order by fold`,
    )
    .all(parameterHash) as { readonly fold: number; readonly standardStructures: number }[];
  const failures = db
    .prepare(
      `select s.failure, count(*) as structures from ${standardOfCommitted} and s.state = 'failed'
       group by s.failure order by structures desc, s.failure`,
    )
    .all(parameterHash) as { failure: StructureFailure; structures: number }[];
  return {
    structures,
    standardised,
    failed,
    waiting: structures - standardised - failed,
    failures,
    steps: { ...noSteps, ...steps },
    unchanged,
    notices: { ...noNotices, ...notices },
    duplicates: { structures: shared.structures, standardStructures: shared.standard },
    standardStructures: folds.reduce((sum, { standardStructures }) => sum + standardStructures, 0),
    folds,
  };
}

const noSteps: Readonly<Record<StandardisationStep, number>> = {
  stereo: 0,
  metal: 0,
  'functional-group': 0,
  fragment: 0,
  charge: 0,
  isotope: 0,
  tautomer: 0,
};

const noNotices: Readonly<Record<StructureNotice, number>> = {
  mixture: 0,
  'equal-fragments': 0,
  organometallic: 0,
  'many-tautomers': 0,
};

/** Structures by each name in a column that holds a JSON list of distinct names. */
function countNames<Name extends string>(
  catalog: Catalog,
  parameterHash: string,
  column: 'steps' | 'notices',
): Partial<Record<Name, number>> {
  const rows = catalog.db
    .prepare(
      `select one.value as name, sum(lists.structures) as structures from (
         select s.${column} as list, count(*) as structures from ${standardOfCommitted} and s.${column} <> '[]'
         group by s.${column}) lists, json_each(lists.list) one
       group by one.value`,
    )
    .all(parameterHash) as { readonly name: Name; readonly structures: number }[];
  return Object.fromEntries(rows.map(({ name, structures }) => [name, structures])) as Partial<Record<Name, number>>;
}

export type StructureQuery = {
  readonly filter: StructureFilter;
  readonly step?: StandardisationStep | undefined;
  readonly failure?: StructureFailure | undefined;
  readonly notice?: StructureNotice | undefined;
  /** SMILES of a fragment that was taken away. */
  readonly removed?: string | undefined;
  readonly search: string;
};

export type FoundStructure = Omit<StructureRow, 'role'>;

export function countStructureRows(catalog: Catalog, parameterHash: string, query: StructureQuery): number {
  const { from, values } = selection(parameterHash, query);
  return catalog.db.prepare(`select count(*) ${from}`).pluck().get(values) as number;
}

/** One row per compound and structure, in the order in which they came in. */
export function readStructureRows(
  catalog: Catalog,
  parameterHash: string,
  query: StructureQuery,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): readonly FoundStructure[] {
  const { from, values } = selection(parameterHash, query);
  return catalog.db
    .prepare(`select ${columns} ${from} order by c.id limit :limit offset :offset`)
    .all({ ...values, offset, limit })
    .map(toFoundStructure);
}

/** Every row, one at a time, for exports. */
export function* iterateStructureRows(catalog: Catalog, parameterHash: string): Iterable<FoundStructure> {
  const { from, values } = selection(parameterHash, { filter: 'all', search: '' });
  for (const row of catalog.db.prepare(`select ${columns} ${from} order by c.id`).iterate(values)) {
    yield toFoundStructure(row);
  }
}

const columns = `
  c.id, c.company_id, c.structure_kind, c.structure, c.line, s.state, s.smiles, s.steps, s.changes, s.notices,
  s.scaffold, s.fold,
  s.heavy_atoms, s.failure, s.failure_detail,
  (select count(*) - 1 from standard_structure d
    where d.parameter_hash = s.parameter_hash and d.smiles = s.smiles
      and d.structure_key in (select structure_key from committed_compound)) as duplicates`;

function selection(parameterHash: string, query: StructureQuery) {
  const { filter, step = null, failure = null, notice = null, removed = null, search } = query;
  const conditions: Readonly<Record<StructureFilter, string>> = {
    all: 'true',
    changed: `s.state = 'ok' and s.steps <> '[]'`,
    failed: `s.state = 'failed'`,
    waiting: 's.state is null',
    duplicate: `s.smiles in (
      select d.smiles from standard_structure d
      where d.parameter_hash = :parameterHash and d.state = 'ok'
        and d.structure_key in (select structure_key from committed_compound)
      group by d.smiles having count(*) > 1)`,
  };
  return {
    from: `
      from committed_compound c
      left join standard_structure s on s.structure_key = c.structure_key and s.parameter_hash = :parameterHash
      where ${conditions[filter]}
        and (:step is null or s.steps like '%"' || :step || '"%')
        and (:failure is null or s.failure = :failure)
        and (:notice is null or s.notices like '%"' || :notice || '"%')
        and (:removed is null or exists (
          select 1 from removed_fragment r
          where r.parameter_hash = :parameterHash and r.smiles = :removed and r.structure_key = c.structure_key))
        and (:search = '' or instr(c.company_id, :search) > 0 or instr(c.structure, :search) > 0
          or instr(s.smiles, :search) > 0)`,
    values: { parameterHash, step, failure, notice, removed, search },
  };
}

const listFrom = <Item>(cell: string | number | null | undefined): Item[] =>
  typeof cell === 'string' ? (JSON.parse(cell) as Item[]) : [];

function toFoundStructure(found: unknown): FoundStructure {
  const row = found as Record<string, string | number | null>;
  return {
    id: Number(row.id),
    companyId: String(row.company_id),
    kind: row.structure_kind as FoundStructure['kind'],
    structure: String(row.structure),
    line: Number(row.line),
    state: (row.state ?? 'waiting') as FoundStructure['state'],
    smiles: row.smiles as string | null,
    steps: listFrom<StandardisationStep>(row.steps),
    changes: listFrom<AppliedStep>(row.changes),
    notices: listFrom<StructureNotice>(row.notices),
    scaffold: row.scaffold as string | null,
    fold: row.fold as number | null,
    heavyAtoms: row.heavy_atoms as number | null,
    duplicates: row.smiles === null ? 0 : Number(row.duplicates),
    failure: row.failure as StructureFailure | null,
    failureDetail: row.failure_detail as string | null,
  };
}

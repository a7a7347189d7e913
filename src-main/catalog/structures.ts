/** Standard structures: what chemistry made of each structure that came in, and what is still waiting. */
import type {
  StandardisationStep,
  StructureFailure,
  StructureFilter,
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
      readonly steps: readonly StandardisationStep[];
      readonly heavyAtoms: number;
    }
  | { readonly key: string; readonly ok: false; readonly failure: StructureFailure; readonly detail: string };

export type StructureCounts = {
  readonly structures: number;
  readonly standardised: number;
  readonly failed: number;
};

/** Distinct structures of committed batches. */
export function countStructures(catalog: Catalog, parameterHash: string): StructureCounts {
  const row = catalog.db
    .prepare(
      `select count(*) as structures,
         count(*) filter (where s.state = 'ok') as standardised, count(*) filter (where s.state = 'failed') as failed
       from (select distinct structure_key from committed_compound) c
       left join standard_structure s on s.structure_key = c.structure_key and s.parameter_hash = ?`,
    )
    .get(parameterHash);
  return row as StructureCounts;
}

/** Structures of committed batches that have no standard structure under these parameters yet, by key, after a key. */
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
         select 1 from standard_structure s where s.structure_key = c.structure_key and s.parameter_hash = ?)
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
       (structure_key, parameter_hash, state, smiles, steps, scaffold, fold, bits, heavy_atoms)
     values (?, ?, 'ok', ?, ?, ?, ?, ?, ?)`,
  );
  const addFailed = catalog.db.prepare(
    `insert or replace into standard_structure (structure_key, parameter_hash, state, failure, failure_detail)
     values (?, ?, 'failed', ?, ?)`,
  );
  catalog.db
    .transaction(() => {
      for (const row of rows) {
        if (row.ok) {
          const { key, smiles, steps, scaffold, fold, bits, heavyAtoms } = row;
          addOk.run(key, parameterHash, smiles, JSON.stringify(steps), scaffold, fold, bitsToBlob(bits), heavyAtoms);
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
  const counts = countStructures(catalog, parameterHash);
  const steps = db
    .prepare(
      `select
         count(*) filter (where s.steps like '%"fragment"%') as fragment,
         count(*) filter (where s.steps like '%"charge"%') as charge,
         count(*) filter (where s.steps like '%"isotope"%') as isotope,
         count(*) filter (where s.steps like '%"stereo"%') as stereo,
         count(*) filter (where s.steps = '[]') as unchanged
       from ${standardOfCommitted} and s.state = 'ok'`,
    )
    .get(parameterHash) as Record<StandardisationStep | 'unchanged', number>;
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
  const { unchanged, ...changed } = steps;
  return {
    ...counts,
    waiting: counts.structures - counts.standardised - counts.failed,
    failures,
    steps: changed,
    unchanged,
    duplicates: { structures: shared.structures, standardStructures: shared.standard },
    standardStructures: folds.reduce((sum, { standardStructures }) => sum + standardStructures, 0),
    folds,
  };
}

export type StructureQuery = {
  readonly filter: StructureFilter;
  readonly step?: StandardisationStep | undefined;
  readonly failure?: StructureFailure | undefined;
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
  c.id, c.company_id, c.structure_kind, c.structure, c.line, s.state, s.smiles, s.steps, s.scaffold, s.fold,
  s.heavy_atoms, s.failure, s.failure_detail,
  (select count(*) - 1 from standard_structure d
    where d.parameter_hash = s.parameter_hash and d.smiles = s.smiles
      and d.structure_key in (select structure_key from committed_compound)) as duplicates`;

function selection(parameterHash: string, { filter, step, failure, search }: StructureQuery) {
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
        and (:search = '' or instr(c.company_id, :search) > 0 or instr(c.structure, :search) > 0
          or instr(s.smiles, :search) > 0)`,
    values: { parameterHash, step: step ?? null, failure: failure ?? null, search },
  };
}

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
    steps: row.steps === null ? [] : (JSON.parse(String(row.steps)) as StandardisationStep[]),
    scaffold: row.scaffold as string | null,
    fold: row.fold as number | null,
    heavyAtoms: row.heavy_atoms as number | null,
    duplicates: row.smiles === null ? 0 : Number(row.duplicates),
    failure: row.failure as StructureFailure | null,
    failureDetail: row.failure_detail as string | null,
  };
}

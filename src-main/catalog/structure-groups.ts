/** Groups of structures: what was taken away from them, and which of them share one standard structure. */
import type { DuplicateGroup, RemovedFragment } from '../contract/chemistry.ts';
import type { Catalog } from './open.ts';

type Page = { readonly offset: number; readonly limit: number };

const removedFromCommitted = `
  removed_fragment r where r.parameter_hash = ?
    and r.structure_key in (select structure_key from committed_compound)`;

export const countRemovedFragments = (catalog: Catalog, parameterHash: string): number =>
  catalog.db
    .prepare(`select count(distinct r.smiles) from ${removedFromCommitted}`)
    .pluck()
    .get(parameterHash) as number;

/** Most frequent first. */
export const readRemovedFragments = (
  catalog: Catalog,
  parameterHash: string,
  { offset, limit }: Page,
): readonly RemovedFragment[] =>
  catalog.db
    .prepare(
      `select r.smiles, min(r.kind) as kind, count(*) as structures from ${removedFromCommitted}
       group by r.smiles order by structures desc, r.smiles limit ? offset ?`,
    )
    .all(parameterHash, limit, offset) as RemovedFragment[];

const membersPerGroup = 50;

/** Standard structures of committed compounds that more than one given structure or company id has come to. */
const groups = `
  from committed_compound c
  join standard_structure s on s.structure_key = c.structure_key and s.parameter_hash = :parameterHash
  where s.state = 'ok'
  group by s.smiles
  having (count(distinct c.structure_key) > 1 or count(distinct c.company_id) > 1)
    and (:search = '' or instr(s.smiles, :search) > 0 or max(instr(c.company_id, :search)) > 0)`;

export const countDuplicateGroups = (catalog: Catalog, parameterHash: string, search: string): number =>
  catalog.db.prepare(`select count(*) from (select 1 ${groups})`).pluck().get({ parameterHash, search }) as number;

/** Largest group first. */
export function readDuplicateGroups(
  catalog: Catalog,
  parameterHash: string,
  search: string,
  { offset, limit }: Page,
): readonly DuplicateGroup[] {
  const found = catalog.db
    .prepare(
      `select s.smiles, min(s.fold) as fold, count(distinct c.structure_key) as structures,
         count(distinct c.company_id) as companyIds ${groups}
       order by structures desc, companyIds desc, s.smiles limit :limit offset :offset`,
    )
    .all({ parameterHash, search, offset, limit }) as Omit<DuplicateGroup, 'members'>[];
  const members = catalog.db.prepare(
    `select c.id, c.company_id as companyId, c.structure_kind as kind, c.structure, c.line, s.steps
     from standard_structure s join committed_compound c on c.structure_key = s.structure_key
     where s.parameter_hash = ? and s.smiles = ? order by c.id limit ${membersPerGroup}`,
  );
  return found.map((group) => ({
    ...group,
    members: (members.all(parameterHash, group.smiles) as MemberRow[]).map((row) => ({
      ...row,
      steps: JSON.parse(row.steps) as DuplicateGroup['members'][number]['steps'],
    })),
  }));
}

type MemberRow = Omit<DuplicateGroup['members'][number], 'steps'> & { readonly steps: string };

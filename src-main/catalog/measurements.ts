/** Measurements and the compounds they belong to: staged row by row, exported as they were given and as they are stored. */
import { createHash } from 'node:crypto';
import type { AssayType } from '../contract/tasks.ts';
import { assayFinder } from './assays.ts';
import type { Catalog } from './open.ts';

export type StagedMeasurement = {
  readonly line: number;
  readonly companyId: string;
  readonly structure: string;
  readonly structureKind: 'smiles' | 'molblock';
  readonly assay: string;
  readonly assayType: AssayType;
  readonly relation: '=' | '<' | '>';
  readonly value: number;
  readonly scale: 'p' | 'log10' | 'linear';
  readonly givenRelation: string;
  readonly givenValue: string;
  readonly givenUnit: string;
};

/** Key of a structure's standardisation: equal texts of one kind are standardised once. */
export const structureKey = (kind: 'smiles' | 'molblock', structure: string): string =>
  createHash('sha256').update(`${kind}\n${structure}`).digest('hex');

/** Compounds that are remembered instead of looked up; beyond that the index answers. */
const rememberedCompounds = 50_000;

/** @returns adds one measurement to the staged batch; call it inside a transaction */
export function measurementStager(catalog: Catalog, batchId: number): (measurement: StagedMeasurement) => void {
  const assayId = assayFinder(catalog);
  const addCompound = catalog.db
    .prepare(
      `insert into compound (batch_id, company_id, structure, structure_kind, structure_key, line)
       values (?, ?, ?, ?, ?, ?)
       on conflict (batch_id, company_id, structure_key) do update set line = line returning id`,
    )
    .pluck();
  const addMeasurement = catalog.db.prepare(
    `insert into measurement (batch_id, compound_id, assay_id, relation, value, scale, given_relation, given_value,
       given_unit, line) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const compounds = new Map<string, number>();

  const compoundId = ({ companyId, structure, structureKind, line }: StagedMeasurement): number => {
    const name = `${companyId}\n${structureKind}\n${structure}`;
    const known = compounds.get(name);
    if (known !== undefined) return known;
    const key = structureKey(structureKind, structure);
    const id = addCompound.get(batchId, companyId, structure, structureKind, key, line) as number;
    if (compounds.size >= rememberedCompounds) compounds.clear();
    compounds.set(name, id);
    return id;
  };

  return (measurement) => {
    const { relation, value, scale, givenRelation, givenValue, givenUnit, line } = measurement;
    const assay = assayId(measurement.assay, measurement.assayType);
    const compound = compoundId(measurement);
    addMeasurement.run(
      ...[batchId, compound, assay, relation, value, scale, givenRelation, givenValue, givenUnit, line],
    );
  };
}

export type ExportedMeasurement = {
  readonly companyId: string;
  /** As given; empty for a mol block. */
  readonly smiles: string;
  /** Empty until it is standardised under the parameters in force. */
  readonly standardSmiles: string;
  readonly assay: string;
  readonly relation: '=' | '<' | '>';
  readonly value: number;
  readonly scale: 'p' | 'log10' | 'linear';
  readonly givenRelation: string;
  readonly givenValue: string;
  readonly givenUnit: string;
  readonly file: string;
  readonly line: number;
};

/** Committed measurements in the order in which they came in. */
export const exportMeasurements = (
  catalog: Catalog,
  parameterHash: string | null,
): IterableIterator<ExportedMeasurement> =>
  catalog.db
    .prepare(
      `select c.company_id as companyId, case c.structure_kind when 'smiles' then c.structure else '' end as smiles,
         coalesce(n.smiles, '') as standardSmiles, a.code as assay, m.relation, m.value, m.scale,
         m.given_relation as givenRelation, m.given_value as givenValue, m.given_unit as givenUnit, s.name as file, m.line
       from committed_measurement m
       join compound c on c.id = m.compound_id
       join assay a on a.id = m.assay_id
       join batch b on b.id = m.batch_id
       join source s on s.id = b.source_id
       left join standard_structure n on n.structure_key = c.structure_key and n.parameter_hash = ?
       order by m.id`,
    )
    .iterate(parameterHash) as IterableIterator<ExportedMeasurement>;

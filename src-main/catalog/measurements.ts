/** Measurements and the compounds they belong to: as a batch stages them, and exported as they were given and as they are stored. */
import { hash } from 'node:crypto';
import type { Scale } from '../contract/intake.ts';
import type { AssayType } from '../contract/tasks.ts';
import type { Catalog } from './open.ts';

export type StagedCompound = {
  /** Within its batch, from 0, in the order of the file. */
  readonly number: number;
  readonly companyId: string;
  readonly structure: string;
  readonly structureKind: 'smiles' | 'molblock';
  readonly structureKey: string;
  readonly line: number;
};

export type StagedMeasurement = {
  readonly line: number;
  /** Number of its compound within the batch. */
  readonly compound: number;
  readonly assay: string;
  readonly assayType: AssayType;
  readonly relation: '=' | '<' | '>';
  readonly value: number;
  readonly scale: Scale;
  readonly givenRelation: string;
  readonly givenValue: string;
  readonly givenUnit: string;
};

/** Key of a structure's standardisation: equal texts of one kind are standardised once. */
export const structureKey = (kind: 'smiles' | 'molblock', structure: string): string =>
  hash('sha256', `${kind}\n${structure}`, 'hex');

export type ExportedMeasurement = {
  readonly companyId: string;
  /** As given; empty for a mol block. */
  readonly smiles: string;
  /** Empty until it is standardised under the parameters in force. */
  readonly standardSmiles: string;
  readonly assay: string;
  readonly relation: '=' | '<' | '>';
  readonly value: number;
  readonly scale: Scale;
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

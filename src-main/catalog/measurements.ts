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

/** A value as it was given and as it is stored. */
type StoredMeasurement = {
  readonly assay: string;
  readonly relation: '=' | '<' | '>';
  readonly value: number;
  readonly scale: Scale;
  readonly givenRelation: string;
  readonly givenValue: string;
  readonly givenUnit: string;
};

export type StagedMeasurement = StoredMeasurement & { readonly assayType: AssayType };

/** Key of a structure's standardisation: equal texts of one kind are standardised once. */
export const structureKey = (kind: 'smiles' | 'molblock', structure: string): string =>
  hash('sha256', `${kind}\n${structure}`, 'hex');

export type StoredValue = { readonly assay: string; readonly givenValue: string };

/**
 * What a batch holds of a line of its file. Measurements lie in the order of their batches and lines, so that a line is
 * found by halving, without an index.
 */
export function storedOfLine({ db }: Catalog, batchId: number): (line: number) => readonly StoredValue[] {
  const at = db.prepare('select id, batch_id, line from measured_value where id >= ? order by id limit 1').raw();
  const from = db.prepare(
    `select m.id, m.batch_id as batchId, m.line, a.code as assay, m.given_value as givenValue
     from measured_value m join assay a on a.id = m.assay_id where m.id >= ? order by m.id`,
  );
  const end = (db.prepare('select max(id) from measured_value').pluck().get() as number | null) ?? 0;
  type Place = { readonly batchId: number; readonly line: number };
  const lineIsReached = (id: number, line: number): boolean => {
    const found = at.get(id) as readonly [number, number, number] | undefined;
    return found === undefined || found[1] > batchId || (found[1] === batchId && found[2] >= line);
  };
  return (line) => {
    let low = 1;
    for (let high = end + 1; low < high; ) {
      const middle = Math.floor((low + high) / 2);
      if (lineIsReached(middle, line)) high = middle;
      else low = middle + 1;
    }
    const stored: StoredValue[] = [];
    for (const row of from.iterate(low)) {
      const { batchId: batch, line: ofRow, assay, givenValue } = row as Place & StoredValue;
      if (batch !== batchId || ofRow !== line) break;
      stored.push({ assay, givenValue });
    }
    return stored;
  };
}

export type ExportedMeasurement = StoredMeasurement & {
  readonly companyId: string;
  /** As given; empty for a mol block. */
  readonly smiles: string;
  /** Empty until it is standardised under the parameters in force. */
  readonly standardSmiles: string;
  readonly file: string;
  readonly line: number;
};

const rowsAtOnce = 1000;

/** Committed measurements in the order in which they came in. The connection is free for others between any two of them. */
export function* exportMeasurements(catalog: Catalog, parameterHash: string | null): Generator<ExportedMeasurement> {
  const page = catalog.db.prepare(
    `select m.id, c.company_id as companyId, case c.structure_kind when 'smiles' then c.structure else '' end as smiles,
         coalesce(n.smiles, '') as standardSmiles, a.code as assay, m.relation, m.value, m.scale,
         m.given_relation as givenRelation, m.given_value as givenValue, m.given_unit as givenUnit, s.name as file, m.line
       from committed_measurement m
       join compound c on c.id = m.compound_id
       join assay a on a.id = m.assay_id
       join batch b on b.id = m.batch_id
       join source s on s.id = b.source_id
       left join standard_structure n on n.structure_key = c.structure_key and n.parameter_hash = ?
       where m.id > ?
       order by m.id limit ${rowsAtOnce}`,
  );
  for (let last = 0; ; ) {
    const rows = page.all(parameterHash, last) as readonly (ExportedMeasurement & { readonly id: number })[];
    for (const { id, ...row } of rows) {
      last = id;
      yield row;
    }
    if (rows.length < rowsAtOnce) return;
  }
}

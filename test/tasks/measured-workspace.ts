/** A workspace whose catalog holds measurements and standard structures that were written there directly. */
import { bitsToBlob } from '../../src-main/catalog/tasks.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { parameterHash, readChemistryParameters } from '../../src-main/chemistry/parameters.ts';
import type { AssayType } from '../../src-main/contract/tasks.ts';

export type TestStructure = { readonly smiles: string; readonly fold: number; readonly bits: readonly number[] };

export type TestAssay = {
  readonly code: string;
  readonly type: AssayType;
  readonly direction?: 'low' | 'high';
  readonly expertThresholds?: readonly number[];
};

export type TestMeasurement = {
  readonly assay: string;
  /** Place in the structures; null for one that failed, undefined for one that waits. */
  readonly structure: number | null | undefined;
  readonly relation?: '=' | '<' | '>';
  readonly value: number;
  readonly scale?: 'p' | 'log10' | 'linear' | 'binary';
};

/** One committed batch of them; compounds are called C-0, C-1 and so on by their structure's place. */
export function addBatch(
  { catalog }: Workspace,
  structures: readonly TestStructure[],
  assays: readonly TestAssay[],
  measurements: Iterable<TestMeasurement>,
): number {
  const { db } = catalog;
  const hash = parameterHash(readChemistryParameters(catalog));
  return db
    .transaction(() => {
      const source = db
        .prepare(`insert into source (name, sha256, bytes, format, added_at) values ('made', 'made', 0, 'csv', '')`)
        .run().lastInsertRowid;
      const batch = Number(
        db
          .prepare(
            `insert into batch (source_id, state, mapping, person, created_at) values (?, 'committed', '{}', 'Test', '')`,
          )
          .run(source).lastInsertRowid,
      );
      const addCompound = db.prepare(
        `insert into compound (batch_id, company_id, structure, structure_kind, structure_key, line)
         values (?, ?, ?, 'smiles', ?, 1)`,
      );
      const addStructure = db.prepare(
        `insert or ignore into standard_structure (structure_key, parameter_hash, state, smiles, fold, bits, heavy_atoms)
         values (?, ?, 'ok', ?, ?, ?, 1)`,
      );
      const compounds = structures.map(({ smiles, fold, bits }, at) => {
        const key = `key of ${at} ${smiles}`;
        addStructure.run(key, hash, smiles, fold, bitsToBlob(Uint16Array.from(bits)));
        return Number(addCompound.run(batch, `C-${at}`, smiles, key).lastInsertRowid);
      });
      db.prepare(
        `insert or ignore into standard_structure (structure_key, parameter_hash, state, failure)
         values ('failed', ?, 'failed', 'unreadable')`,
      ).run(hash);
      const failed = Number(addCompound.run(batch, 'C-failed', 'c1ccc(', 'failed').lastInsertRowid);
      const waiting = Number(addCompound.run(batch, 'C-waiting', 'CCO', 'waiting').lastInsertRowid);
      const addAssay = db.prepare(
        `insert into assay (code, assay_type, direction, expert_thresholds) values (?, ?, ?, ?)
         on conflict (code) do update set code = code returning id`,
      );
      const ids = new Map(
        assays.map(({ code, type, direction, expertThresholds }) => [
          code,
          (
            addAssay.get(code, type, direction ?? null, JSON.stringify(expertThresholds ?? [])) as {
              readonly id: number;
            }
          ).id,
        ]),
      );
      const addForm = db
        .prepare(
          `insert into given_form (relation, scale, given_relation, given_unit) values (?, ?, '', '')
           on conflict do update set relation = relation returning id`,
        )
        .pluck();
      const forms = new Map<string, number>();
      const formOf = (relation: string, scale: string): number => {
        const known = forms.get(relation + scale) ?? (addForm.get(relation, scale) as number);
        forms.set(relation + scale, known);
        return known;
      };
      const addMeasurement = db.prepare(
        `insert into measured_value (batch_id, compound_id, assay_id, form_id, value, given_value, line)
         values (?, ?, ?, ?, ?, '', 1)`,
      );
      for (const { assay, structure, relation, value, scale } of measurements) {
        const compound = structure === undefined ? waiting : structure === null ? failed : compounds[structure]!;
        addMeasurement.run(batch, compound, ids.get(assay), formOf(relation ?? '=', scale ?? 'p'), value);
      }
      db.prepare(
        `insert into measurement_of_assay
         select assay_id, id from measured_value where batch_id = ? order by assay_id, id`,
      ).run(batch);
      return batch;
    })
    .immediate();
}

/** Structures of no chemistry, one fold after the other, each with bits of its own. */
export const madeStructures = (count: number): TestStructure[] =>
  Array.from({ length: count }, (_, at) => ({
    smiles: `C${'C'.repeat(at % 30)}N${at}`,
    fold: at % 5,
    bits: [at % 32_000, (at * 7 + 1) % 32_000, (at * 13 + 5) % 32_000].sort((a, b) => a - b),
  }));

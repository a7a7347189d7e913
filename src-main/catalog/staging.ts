/** A batch on its way in: rows out of sight, piece by piece, so that a killed import goes on; then committed or purged as a whole. */
import type { Mapping, RowCounts, RowFinding } from '../contract/intake.ts';
import { type AssaysSaid, assayFinder, describeAssays } from './assays.ts';
import { type BulkValue, bulkInsert } from './bulk.ts';
import { discardDraft } from './drafts.ts';
import type { StagedCompound, StagedMeasurement } from './measurements.ts';
import type { Catalog } from './open.ts';
import { findingStager } from './rejected-rows.ts';
import { addSource, type Source } from './sources.ts';
import { inOneTransaction } from './transaction.ts';

export type BatchTotals = {
  readonly rows: RowCounts;
  readonly measurements: number;
  readonly censored: number;
  readonly compounds: number;
  readonly assays: number;
};

export type Staged = {
  readonly batchId: number;
  /** Of what is written already, in the order of the file: an import that goes on leaves out as many. */
  readonly measurements: number;
  readonly compounds: number;
  readonly findings: number;
  /** The last measurement that is written; undefined before the first. */
  readonly last: { readonly line: number; readonly compound: number; readonly value: number } | undefined;
};

export type BatchOrder = {
  readonly source: Source;
  readonly mapping: Mapping;
  readonly person: string;
  /** Of all that decides what the rows become. */
  readonly fingerprint: string;
  readonly now: Date;
};

/** Nothing of the batch is visible to other rooms until it is committed. */
export function beginBatch(catalog: Catalog, { source, mapping, person, fingerprint, now }: BatchOrder): Staged {
  const { db } = catalog;
  return inOneTransaction(catalog, () => {
    const { template } = mapping;
    const { lastInsertRowid } = db
      .prepare(
        `insert into batch (source_id, state, mapping, person, created_at, template_id, template_version)
         values (?, 'staging', ?, ?, ?, ?, ?)`,
      )
      .run(
        addSource(catalog, source, now),
        JSON.stringify(mapping),
        person,
        now.toISOString(),
        template?.id ?? null,
        template?.version ?? null,
      );
    const batchId = Number(lastInsertRowid);
    db.prepare(
      `insert into staging (batch_id, fingerprint, first_measurement, first_compound, first_assay, first_form)
       select ?, ?, ${['measured_value', 'compound', 'assay', 'given_form'].map(nextId).join(', ')}`,
    ).run(batchId, fingerprint);
    return { batchId, measurements: 0, compounds: 0, findings: 0, last: undefined };
  });
}

const nextId = (table: string): string => `coalesce((select max(id) from ${table}), 0) + 1`;

/** What a kill left of an import of the very same file under the same mapping. */
export function stagedBatch({ db }: Catalog, fingerprint: string): Staged | undefined {
  const begun = db.prepare('select * from staging where fingerprint = ?').get(fingerprint) as StagingRow | undefined;
  if (begun === undefined) return undefined;
  const { batch_id: batchId, first_measurement, first_compound } = begun;
  const count = (table: string, from: number) =>
    ((db.prepare(`select max(id) from ${table}`).pluck().get() as number | null) ?? from - 1) - from + 1;
  const last = db
    .prepare('select line, compound_id, value from measured_value where id >= ? order by id desc limit 1')
    .get(first_measurement) as
    | { readonly line: number; readonly compound_id: number; readonly value: number }
    | undefined;
  return {
    batchId,
    measurements: count('measured_value', first_measurement),
    compounds: count('staged_compound', first_compound),
    findings: db.prepare('select count(*) from rejected_row where batch_id = ?').pluck().get(batchId) as number,
    last: last && { line: last.line, compound: last.compound_id - first_compound, value: last.value },
  };
}

const compoundColumns = ['id', 'batch_id', 'company_id', 'structure', 'structure_kind', 'structure_key', 'line'];

const compoundRow = (
  { batch_id, first_compound }: StagingRow,
  { number, companyId, structure, structureKind, structureKey, line }: StagedCompound,
): readonly BulkValue[] => [first_compound + number, batch_id, companyId, structure, structureKind, structureKey, line];

export type BatchStager = {
  /** Takes the next measurement of the file; `compound` is the number of its compound within the batch. */
  readonly add: (line: number, compound: number, measurement: StagedMeasurement) => void;
  /** Measurements that wait to be written. */
  readonly waiting: () => number;
  /** Writes them, the compounds and the findings in one transaction; all go on where the piece before it ended. */
  readonly write: (compounds: Iterable<StagedCompound>, findings: readonly RowFinding[]) => void;
};

export function batchStager(catalog: Catalog, batchId: number): BatchStager {
  writeMuch(catalog);
  const begun = stagingOf(catalog, batchId);
  const assays = numberedAssays(catalog);
  const forms = numberedForms(catalog);
  const compoundRows = bulkInsert(catalog, 'staged_compound', compoundColumns);
  const measurementRows = bulkInsert(catalog, 'measured_value', [
    ...['batch_id', 'compound_id', 'assay_id', 'form_id', 'value', 'given_value', 'line'],
  ]);
  const addFinding = findingStager(catalog, batchId);
  // By columns, so that nothing of a row outlives its block but its numbers and the text of its value.
  let numbers = new Int32Array(4 * firstCapacity);
  let values = new Float64Array(firstCapacity);
  let givenValues: string[] = [];

  return {
    add(line, compound, measurement) {
      const at = givenValues.length;
      if (at === values.length) {
        numbers = grown(numbers, new Int32Array(2 * numbers.length));
        values = grown(values, new Float64Array(2 * values.length));
      }
      numbers[4 * at] = line;
      numbers[4 * at + 1] = compound;
      numbers[4 * at + 2] = assays.number(measurement);
      numbers[4 * at + 3] = forms.number(measurement);
      values[at] = measurement.value;
      givenValues.push(measurement.givenValue);
    },
    waiting: () => givenValues.length,
    write(compounds, findings) {
      inOneTransaction(catalog, () => {
        for (const compound of compounds) compoundRows.add(...compoundRow(begun, compound));
        for (let at = 0; at < givenValues.length; at += 1) {
          measurementRows.add(
            batchId,
            begun.first_compound + numbers[4 * at + 1]!,
            assays.id(numbers[4 * at + 2]!),
            forms.id(numbers[4 * at + 3]!),
            values[at]!,
            givenValues[at]!,
            numbers[4 * at]!,
          );
        }
        for (const finding of findings) addFinding(finding);
        compoundRows.end();
        measurementRows.end();
      });
      givenValues = [];
    },
  };
}

const firstCapacity = 1 << 15;

function grown<Numbers extends Float64Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

/**
 * For this connection, until its commit. A piece that a power failure takes is read once more, so it need not be on the
 * disk at once; after the kill of the process it is there.
 */
function writeMuch({ db }: Catalog): void {
  db.pragma('synchronous = NORMAL');
  db.pragma('wal_autocheckpoint = 16000'); // pages: 64 MB
  db.pragma('cache_size = -16384'); // KiB
}

/** Rows of one step: short enough for a cancel to be heard between two of them, and few enough to be sorted in 15 MB. */
const indexedAtOnce = 250_000;

/** All that can be done ahead of the commit, in steps. Yields the share that is done. */
export function* prepareCommit(catalog: Catalog, batchId: number): Generator<number> {
  const { db } = catalog;
  const { first_measurement: first } = stagingOf(catalog, batchId);
  db.prepare('update staging set indexing = 1 where batch_id = ?').run(batchId);
  const last = (db.prepare('select max(id) from measured_value').pluck().get() as number | null) ?? 0;
  const index = db.prepare(
    `insert or ignore into measurement_of_assay
     select assay_id, id from measured_value where id between ? and ? order by assay_id, id`,
  );
  for (let from = first; from <= last; from += indexedAtOnce) {
    index.run(from, from + indexedAtOnce - 1);
    yield Math.min(1, (from + indexedAtOnce - first) / (last - first + 1));
  }
}

/** All compounds of a batch: how many, and those of them that are not staged, which come after the staged ones. */
export type BatchCompounds = { readonly count: number; readonly waiting: Iterable<StagedCompound> };

export type BatchEnd = {
  readonly totals: BatchTotals;
  readonly compounds: BatchCompounds;
  readonly assays: AssaysSaid;
  readonly now: Date;
  /** Token of the draft that ends with it. */
  readonly draft?: string | undefined;
};

/** One transaction makes the whole batch visible. */
export function commitBatch(
  catalog: Catalog,
  id: number,
  { totals, compounds: all, assays: said, now, draft }: BatchEnd,
): void {
  const { db } = catalog;
  const { rows, measurements, censored, compounds, assays } = totals;
  db.pragma('synchronous = FULL');
  inOneTransaction(catalog, () => {
    moveCompounds(catalog, stagingOf(catalog, id), all);
    describeAssays(catalog, said);
    db.prepare('delete from staging where batch_id = ?').run(id);
    if (draft !== undefined) discardDraft(catalog, draft);
    db.prepare(
      `update batch set state = 'committed', committed_at = :now, rows_in = :in, rows_ready = :ready,
         rows_warned = :warned, rows_rejected = :rejected, rows_ignored = :ignored, measurements = :measurements,
         censored = :censored, compounds = :compounds, assays = :assays
       where id = :id and state = 'staging'`,
    ).run({ id, now: now.toISOString(), ...rows, measurements, censored, compounds, assays });
  });
}

/** In random order an index takes longer to add to than to sort anew, unless it is far larger than what is added. */
function moveCompounds(catalog: Catalog, begun: StagingRow, { count, waiting }: BatchCompounds): void {
  const { db } = catalog;
  const anew = count * 4 > (db.prepare('select coalesce(max(id), 0) from compound').pluck().get() as number);
  const indexes = !anew
    ? []
    : (db
        .prepare(`select name, sql from sqlite_master where type = 'index' and tbl_name = 'compound'`)
        .all() as readonly { readonly name: string; readonly sql: string }[]);
  for (const { name } of indexes) db.exec(`drop index ${name}`);
  const columns = compoundColumns.join(', ');
  db.exec(`insert into compound (${columns}) select ${columns} from staged_compound order by id`);
  db.exec('delete from staged_compound');
  const rows = bulkInsert(catalog, 'compound', compoundColumns);
  for (const compound of waiting) rows.add(...compoundRow(begun, compound));
  rows.end();
  for (const { sql } of indexes) db.exec(sql);
}

/** Everything of a batch that was never committed, with its file, and the assays that came with it. */
export function purgeBatch(catalog: Catalog, id: number): void {
  const { db } = catalog;
  // Pages that are about to go need not be moved from the log into the file before.
  db.pragma('wal_autocheckpoint = 0');
  inOneTransaction(catalog, () => {
    const batch = db.prepare(`select source_id from batch where id = ? and state = 'staging'`).get(id) as
      | { readonly source_id: number }
      | undefined;
    if (batch === undefined) return;
    const { first_measurement, first_assay, first_form, indexing } = stagingOf(catalog, id);
    if (indexing === 1) {
      const ofAssay = db.prepare('delete from measurement_of_assay where assay_id = ? and measurement_id >= ?');
      for (const assay of db.prepare('select id from assay').pluck().all()) ofAssay.run(assay, first_measurement);
    }
    db.prepare('delete from measured_value where id >= ?').run(first_measurement);
    db.prepare('delete from staged_compound').run();
    db.prepare('delete from rejected_row where batch_id = ?').run(id);
    db.prepare('delete from batch where id = ?').run(id);
    db.prepare('delete from source where id = ?').run(batch.source_id);
    db.prepare('delete from assay where id >= ?').run(first_assay);
    db.prepare('delete from given_form where id >= ?').run(first_form);
  });
  giveBackPages(catalog);
}

/**
 * Removes what kills left behind. A workspace has one engine, and the engine stages one batch at a time, so every batch
 * that is still staged when the next one begins is nobody's, but for the one that goes on.
 * @param except fingerprint
 */
export function purgeStaleBatches(catalog: Catalog, except: string | null = null): number {
  const stale = catalog.db
    .prepare(`select batch_id from staging where ? is null or fingerprint <> ?`)
    .pluck()
    .all(except, except) as number[];
  for (const id of stale) purgeBatch(catalog, id);
  return stale.length;
}

/** The file shrinks by what a purge freed; a workspace of an earlier version keeps the pages for its next batch. */
function giveBackPages({ db }: Catalog): void {
  db.pragma('incremental_vacuum');
  db.pragma('wal_autocheckpoint = 1000');
  db.pragma('wal_checkpoint(PASSIVE)');
}

/** Texts of the rows by small numbers, and those by the ids that the rows get when they are written. */
type Numbered = {
  readonly number: (measurement: StagedMeasurement) => number;
  /** Inside a transaction: what is new is added. */
  readonly id: (number: number) => number;
};

function numberedAssays(catalog: Catalog): Numbered {
  const numbers = new Map<string, number>();
  const found: Pick<StagedMeasurement, 'assay' | 'assayType'>[] = [];
  const ids: number[] = [];
  const idOf = assayFinder(catalog);
  return {
    number({ assay, assayType }) {
      const known = numbers.get(assay);
      if (known !== undefined) return known;
      numbers.set(assay, found.length);
      return found.push({ assay, assayType }) - 1;
    },
    id(number) {
      const { assay, assayType } = found[number]!;
      ids[number] ??= idOf(assay, assayType);
      return ids[number];
    },
  };
}

function numberedForms({ db }: Catalog): Numbered {
  const forms: Form[] = [];
  const numbers = new Map<string, number>();
  const ids: number[] = [];
  const find = db
    .prepare('select id from given_form where relation = ? and scale = ? and given_relation = ? and given_unit = ?')
    .pluck();
  const add = db.prepare('insert into given_form (relation, scale, given_relation, given_unit) values (?, ?, ?, ?)');
  return {
    number(measurement) {
      // A file has few of them: to compare with the first ones is quicker than to name one.
      for (let number = 0; number < forms.length && number < formsCompared; number += 1) {
        if (isSameForm(forms[number]!, measurement)) return number;
      }
      const { relation, scale, givenRelation, givenUnit } = measurement;
      const name = `${relation}${scale} ${givenRelation}\n${givenUnit}`;
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, forms.length);
      return forms.push({ relation, scale, givenRelation, givenUnit }) - 1;
    },
    id(number) {
      const known = ids[number];
      if (known !== undefined) return known;
      const { relation, scale, givenRelation, givenUnit } = forms[number]!;
      const form = [relation, scale, givenRelation, givenUnit] as const;
      const id = (find.get(...form) as number | undefined) ?? Number(add.run(...form).lastInsertRowid);
      ids[number] = id;
      return id;
    },
  };
}

type Form = Pick<StagedMeasurement, 'relation' | 'scale' | 'givenRelation' | 'givenUnit'>;

const formsCompared = 4;

const isSameForm = (one: Form, other: Form): boolean =>
  one.relation === other.relation &&
  one.scale === other.scale &&
  one.givenRelation === other.givenRelation &&
  one.givenUnit === other.givenUnit;

type StagingRow = {
  readonly batch_id: number;
  readonly first_measurement: number;
  readonly first_compound: number;
  readonly first_assay: number;
  readonly first_form: number;
  readonly indexing: number;
};

const stagingOf = ({ db }: Catalog, batchId: number): StagingRow =>
  db.prepare('select * from staging where batch_id = ?').get(batchId) as StagingRow;

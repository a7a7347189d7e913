/** What task sets are made from: assays with all that is said of them, and their measurements in columns. */
import { createHash } from 'node:crypto';
import type { AssayType } from '../contract/tasks.ts';
import { bitsFromBlob } from './bits.ts';
import type { Catalog } from './open.ts';

export type Direction = 'low' | 'high';

export type AssayRecord = {
  readonly assayId: number;
  readonly code: string;
  readonly type: AssayType;
  readonly direction: Direction | null;
  /** From the files. */
  readonly expertThresholds: readonly number[];
  /** Set by a person here; undefined where nobody has. */
  readonly chosenThresholds: readonly number[] | undefined;
  readonly useInRegression: boolean | null;
  /** Said of it; values in the scale `binary` speak for themselves. */
  readonly binary: boolean;
  readonly catalogueAssayId: string | null;
  readonly parentAssay: string | null;
};

/** By the number that stands in `MeasurementColumns.scales`. */
export const scales = ['p', 'log10', 'linear', 'binary'] as const;

/** Stand in the place of a vector's number. */
export const vectorWaiting = -1;
export const vectorFailed = -2;

/** Measurements of one assay in the order in which they came in, one entry of each column per measurement. */
export type MeasurementColumns = {
  /** Number of the compound's vector, or `vectorWaiting`, `vectorFailed`. Compounds of one vector are replicates. */
  readonly vectors: Int32Array;
  /** Of the vector; 0 without one. */
  readonly folds: Uint8Array;
  readonly values: Float64Array;
  /** -1 for `<`, 0 for `=`, 1 for `>`. */
  readonly censors: Int8Array;
  /** Places in `scales`. */
  readonly scales: Uint8Array;
};

/** What makes two compounds one: the same standard structure, or, as in MELLODDY-TUNER, the same bits and fold. */
export type VectorIdentity = 'structure' | 'fingerprint';

/** Every committed compound's vector, numbered in the order of SMILES or of bits. */
export type Vectors = {
  readonly count: number;
  /** By compound id. */
  readonly ofCompound: Int32Array;
  /** By vector. */
  readonly folds: Uint8Array;
  /** By vector: the compound whose standard structure stands for it. */
  readonly compounds: Int32Array;
  /** SHA-256 over all of them in their order. */
  readonly hash: string;
};

/** Assays that have committed measurements, by code. */
export const readAssays = (catalog: Catalog): readonly AssayRecord[] =>
  catalog.db
    .prepare(
      `${assayColumns}
       where exists (
         select 1 from measurement_of_assay x join measured_value m on m.id = x.measurement_id
         join batch b on b.id = m.batch_id where x.assay_id = a.id and b.state = 'committed')
       order by a.code`,
    )
    .all()
    .map(toAssay);

export function readAssay(catalog: Catalog, assayId: number): AssayRecord | undefined {
  const row = catalog.db.prepare(`${assayColumns} where a.id = ?`).get(assayId);
  return row === undefined ? undefined : toAssay(row);
}

/** Measurements that are read into memory at once: 22 bytes each. */
const measurementsAtOnce = 4_000_000;
const page = 20_000;

/**
 * Every assay of the list with its measurements, in the order of the list. Reads the table from beginning to end, once
 * for every four million measurements, since a look-up of each one would read the encrypted file many times over.
 */
export function* readMeasurementColumns(
  catalog: Catalog,
  assays: readonly AssayRecord[],
  vectors: Vectors,
  onPage: () => void,
): Iterable<{ readonly assay: AssayRecord; readonly measured: MeasurementColumns }> {
  const counts = countMeasurements(catalog);
  let from = 0;
  while (from < assays.length) {
    let [to, total] = [from, 0];
    while (
      to < assays.length &&
      (to === from || total + (counts.get(assays[to]!.assayId) ?? 0) <= measurementsAtOnce)
    ) {
      total += counts.get(assays[to]!.assayId) ?? 0;
      to++;
    }
    const group = assays.slice(from, to);
    const columns = readGroup(catalog, group, counts, total, vectors, onPage);
    let start = 0;
    for (const assay of group) {
      const end = start + (counts.get(assay.assayId) ?? 0);
      yield { assay, measured: sliceOf(columns, start, end) };
      start = end;
    }
    from = to;
  }
}

/** One assay; its vectors are numbered on their own, in the order of SMILES or of bits. */
export function readMeasurementsOfAssay(
  catalog: Catalog,
  assayId: number,
  parameterHash: string,
  identity: VectorIdentity,
): MeasurementColumns {
  const key = identity === 'structure' ? 's.smiles' : 's.bits';
  const rows = catalog.db
    .prepare(
      `select ${key}, s.state, s.fold, m.value, ${encodedForm}
       from measurement_of_assay x cross join measured_value m on m.id = x.measurement_id
       join batch b on b.id = m.batch_id and b.state = 'committed'
       join given_form f on f.id = m.form_id
       join compound c on c.id = m.compound_id
       left join standard_structure s on s.structure_key = c.structure_key and s.parameter_hash = ?
       where x.assay_id = ? order by ${key}, s.fold, m.id`,
    )
    .raw()
    .all(parameterHash, assayId) as readonly (readonly [
    string | Buffer | null,
    string | null,
    number | null,
    number,
    number,
    number,
  ])[];
  const columns = emptyColumns(rows.length);
  let vector = -1;
  let known: { readonly key: string | Buffer; readonly fold: number } | undefined;
  rows.forEach(([found, state, fold, value, censor, scale], at) => {
    if (found === null || fold === null) {
      columns.vectors[at] = state === null ? vectorWaiting : vectorFailed;
    } else {
      if (known === undefined || known.fold !== fold || !sameKey(known.key, found)) vector++;
      known = { key: found, fold };
      columns.vectors[at] = vector;
      columns.folds[at] = fold;
    }
    columns.values[at] = value;
    columns.censors[at] = censor;
    columns.scales[at] = scale;
  });
  return columns;
}

/** All committed compounds under these parameters. */
export function numberVectors(
  catalog: Catalog,
  parameterHash: string,
  identity: VectorIdentity,
  onPage: () => void,
): Vectors {
  const { db } = catalog;
  const key = identity === 'structure' ? 's.smiles' : 's.bits';
  const ofCompound = new Int32Array(((db.prepare('select max(id) from compound').pluck().get() as number) ?? 0) + 1);
  ofCompound.fill(vectorWaiting);
  const committed = committedCompounds(catalog, ofCompound.length, onPage);
  const folds: number[] = [];
  const compounds: number[] = [];
  const hash = createHash('sha256');
  let known: string | Buffer | undefined;
  let seen = 0;
  // Both tables lie in the order of the key: read along it, and sorted afterwards.
  const rows = db
    .prepare(
      `select c.id, s.fold, ${key} from compound c indexed by compound_by_structure
       cross join standard_structure s on s.structure_key = c.structure_key and s.parameter_hash = ?
       order by ${key}, s.fold, c.id`,
    )
    .raw()
    .iterate(parameterHash) as Iterable<readonly [number, number | null, string | Buffer | null]>;
  for (const [compound, fold, found] of rows) {
    if (++seen % page === 0) onPage();
    if (committed[compound] === 0) continue;
    if (found === null || fold === null) {
      ofCompound[compound] = vectorFailed;
      continue;
    }
    if (known === undefined || folds.at(-1) !== fold || !sameKey(known, found)) {
      folds.push(fold);
      compounds.push(compound);
      hash.update(found).update(`\n${fold}\n`);
      known = found;
    }
    ofCompound[compound] = folds.length - 1;
  }
  return {
    count: folds.length,
    ofCompound,
    folds: Uint8Array.from(folds),
    compounds: Int32Array.from(compounds),
    hash: hash.digest('hex'),
  };
}

/** Committed compounds that have a standard structure, by structure key. */
export function* iterateCompoundStructures(
  catalog: Catalog,
  parameterHash: string,
): Iterable<{
  readonly companyId: string;
  readonly smiles: string;
  readonly fold: number;
  readonly bits: Uint16Array;
}> {
  const rows = catalog.db
    .prepare(
      `select c.company_id, s.smiles, s.fold, s.bits, c.batch_id from compound c indexed by compound_by_structure
       cross join standard_structure s on s.structure_key = c.structure_key and s.parameter_hash = ? and s.state = 'ok'
       order by c.structure_key, c.id`,
    )
    .raw()
    .iterate(parameterHash) as Iterable<readonly [string, string, number, Buffer, number]>;
  const committed = committedBatches(catalog);
  for (const [companyId, smiles, fold, bits, batch] of rows) {
    if (committed.has(batch)) yield { companyId, smiles, fold, bits: bitsFromBlob(bits) };
  }
}

/** What a task set depends on besides rules and parameters: committed batches, structures that are known, choices. */
export const describeSource = (catalog: Catalog, parameterHash: string): unknown => [
  ...describeMeasured(catalog, parameterHash),
  catalog.db.prepare('select assay_id, thresholds from threshold_choice order by assay_id').raw().all(),
  catalog.db.prepare('select id, assay_type, direction, expert_thresholds from assay order by id').raw().all(),
  catalog.db
    .prepare(
      `select assay_id, assay_type, direction, use_in_regression, is_binary, expert_thresholds, catalogue_assay_id
       from assay_annotation order by assay_id`,
    )
    .raw()
    .all(),
];

/** What the values of assays depend on besides rules, parameters and what is said of the assay. */
export const describeMeasured = (catalog: Catalog, parameterHash: string): readonly unknown[] => [
  [...committedBatches(catalog)],
  catalog.db.prepare('select count(*) from standard_structure where parameter_hash = ?').pluck().get(parameterHash),
];

/** The same as long as nobody has written to the catalog, whoever it is. */
export const writeCount = ({ db }: Catalog): string =>
  `${db.pragma('data_version', { simple: true })} ${db.prepare('select total_changes()').pluck().get()}`;

const assayColumns = `
  select a.id, a.code, coalesce(n.assay_type, a.assay_type) as assay_type, coalesce(n.direction, a.direction) as direction,
    coalesce(n.expert_thresholds, a.expert_thresholds) as expert_thresholds, c.thresholds, n.use_in_regression, n.is_binary,
    n.catalogue_assay_id, n.parent_assay
  from assay a left join threshold_choice c on c.assay_id = a.id left join assay_annotation n on n.assay_id = a.id`;

const encodedForm = `(f.relation = '>') - (f.relation = '<'),
  case f.scale when 'p' then 0 when 'log10' then 1 when 'binary' then 3 else 2 end`;

const committedBatches = ({ db }: Catalog): ReadonlySet<number> =>
  new Set(db.prepare(`select id from batch where state = 'committed' order by id`).pluck().all() as number[]);

/** By compound id: 1 where its batch is committed. */
function committedCompounds(catalog: Catalog, length: number, onPage: () => void): Uint8Array {
  const committed = committedBatches(catalog);
  const found = new Uint8Array(length);
  const read = catalog.db.prepare(`select id, batch_id from compound where id > ? order by id limit ${page}`).raw();
  for (let last = 0; ; ) {
    const rows = read.all(last) as readonly (readonly [number, number])[];
    for (const [compound, batch] of rows) found[compound] = committed.has(batch) ? 1 : 0;
    if (rows.length < page) return found;
    last = rows.at(-1)![0];
    onPage();
  }
}

const countMeasurements = ({ db }: Catalog): ReadonlyMap<number, number> =>
  new Map(
    db
      .prepare(
        `select m.assay_id, count(*) from measured_value m join batch b on b.id = m.batch_id
         where b.state = 'committed' group by m.assay_id`,
      )
      .raw()
      .all() as [number, number][],
  );

function readGroup(
  catalog: Catalog,
  group: readonly AssayRecord[],
  counts: ReadonlyMap<number, number>,
  total: number,
  { ofCompound, folds }: Vectors,
  onPage: () => void,
): MeasurementColumns {
  const columns = emptyColumns(total);
  const places = new Map<number, number>();
  let start = 0;
  for (const { assayId } of group) {
    places.set(assayId, start);
    start += counts.get(assayId) ?? 0;
  }
  const committed = committedBatches(catalog);
  const forms = new Map(
    (catalog.db.prepare(`select f.id, ${encodedForm} from given_form f`).raw().all() as [number, number, number][]).map(
      ([form, censor, scale]) => [form, { censor, scale }],
    ),
  );
  const read = catalog.db
    .prepare(
      `select id, batch_id, assay_id, compound_id, form_id, value from measured_value
       where id > ? order by id limit ${page}`,
    )
    .raw();
  let last = 0;
  for (;;) {
    const rows = read.all(last) as readonly (readonly [number, number, number, number, number, number])[];
    for (const [, batch, assay, compound, form, value] of rows) {
      const place = places.get(assay);
      if (place === undefined || !committed.has(batch)) continue;
      places.set(assay, place + 1);
      const vector = ofCompound[compound]!;
      const { censor, scale } = forms.get(form)!;
      columns.vectors[place] = vector;
      if (vector >= 0) columns.folds[place] = folds[vector]!;
      columns.values[place] = value;
      columns.censors[place] = censor;
      columns.scales[place] = scale;
    }
    if (rows.length < page) return columns;
    last = rows.at(-1)![0];
    onPage();
  }
}

const emptyColumns = (length: number): MeasurementColumns => ({
  vectors: new Int32Array(length),
  folds: new Uint8Array(length),
  values: new Float64Array(length),
  censors: new Int8Array(length),
  scales: new Uint8Array(length),
});

const sliceOf = (columns: MeasurementColumns, start: number, end: number): MeasurementColumns => ({
  vectors: columns.vectors.subarray(start, end),
  folds: columns.folds.subarray(start, end),
  values: columns.values.subarray(start, end),
  censors: columns.censors.subarray(start, end),
  scales: columns.scales.subarray(start, end),
});

const sameKey = (one: string | Buffer, other: string | Buffer): boolean =>
  typeof one === 'string' ? one === other : typeof other !== 'string' && one.equals(other);

function toAssay(found: unknown): AssayRecord {
  const row = found as Record<string, string | number | null>;
  const numbers = (text: unknown) => JSON.parse(String(text)) as number[];
  return {
    assayId: Number(row.id),
    code: String(row.code),
    type: row.assay_type as AssayType,
    direction: row.direction as Direction | null,
    expertThresholds: numbers(row.expert_thresholds),
    chosenThresholds: row.thresholds === null ? undefined : numbers(row.thresholds),
    useInRegression: row.use_in_regression === null ? null : row.use_in_regression === 1,
    binary: row.is_binary === 1,
    catalogueAssayId: row.catalogue_assay_id as string | null,
    parentAssay: row.parent_assay as string | null,
  };
}

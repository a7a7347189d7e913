/** Task sets: learning tasks of classes and of values, the compounds they label, and the labels themselves. */
import {
  type AssayRow,
  type AssayType,
  type CatalogueMatch,
  type RegressionDetail,
  type TaskRules,
  type ThresholdMethod,
  type ThresholdReason,
  taskRules,
} from '../contract/tasks.ts';
import { bitsFromBlob, bitsToBlob } from './bits.ts';
import { readOldLabels } from './old-labels.ts';
import type { Catalog } from './open.ts';
import { type AssayRecord, type Direction, readAssay, readAssays } from './task-sources.ts';
import { inOneTransaction } from './transaction.ts';

export { chooseThresholds } from './assay-annotations.ts';
export { bitsFromBlob, bitsToBlob } from './bits.ts';
export type { AssayRecord, Direction } from './task-sources.ts';
export { readAssay, readAssays } from './task-sources.ts';

export type TaskSetRow = {
  readonly id: number;
  readonly createdAt: string;
  readonly parameterHash: string;
  readonly rules: TaskRules;
  readonly builtFrom: string;
  readonly hash: string;
  /** Null in sets of earlier versions. */
  readonly foldsSeen: FoldsSeen | null;
  /** Of the consortium's catalogue; empty where it had none, null in sets of earlier versions. */
  readonly catalogueHash: string | null;
};

/** Folds that hold values of any assay, catalogue panels and the others apart. */
export type FoldsSeen = { readonly panels: readonly number[]; readonly others: readonly number[] };

/** What was said of an assay when a set was made. */
export type AssayAsBuilt = Omit<AssayRecord, 'assayId' | 'code'>;

export type FoldCount = {
  readonly fold: number;
  readonly actives: number;
  readonly inactives: number;
  readonly ambiguous: number;
};

export type TaskRow = {
  readonly taskId: number;
  /** Column of the training table; -1 below the training quorum. */
  readonly position: number;
  readonly assayId: number;
  readonly threshold: number;
  readonly method: ThresholdMethod;
  readonly direction: Direction;
  /** Large values of either sign are active. */
  readonly twoSided: boolean;
  readonly auxiliary: boolean;
  /** Type whose quorums it was held to; null in sets of earlier versions: the assay's own. */
  readonly judgedAs: AssayType | null;
  readonly catalogue: CatalogueMatch | null;
  readonly trainingQuorum: boolean;
  readonly evaluationQuorum: boolean;
  readonly trainingWeight: number;
  readonly aggregationWeight: number;
  readonly counts: readonly FoldCount[];
};

export type TaskAssayFacts = Pick<AssayRow, 'regression' | 'nearMiss' | 'conflicts' | 'structureFailed'>;

export type TaskAssayRow = {
  readonly assayId: number;
  readonly scale: string;
  readonly direction: Direction;
  readonly compounds: number;
  readonly censored: number;
  readonly reason: ThresholdReason;
  readonly facts: TaskAssayFacts;
  /** Null in sets of earlier versions. */
  readonly said: AssayAsBuilt | null;
};

export type RegressionTaskRow = {
  readonly regressionTaskId: number;
  /** Column among the regression tasks; -1 below the training quorum. */
  readonly position: number;
  readonly assayId: number;
  readonly detail: RegressionDetail;
};

export type TaskCompoundRow = { readonly smiles: string; readonly fold: number; readonly bits: Uint16Array };

/** Of one task, by row of the training table, ascending. */
export type TaskLabels = {
  readonly rows: Uint32Array;
  /** 1 active, -1 inactive. */
  readonly classes: Int8Array;
};

/** Of one regression task, by row of the training table, ascending. */
export type TaskValues = {
  readonly rows: Uint32Array;
  /** In the assay's scale. */
  readonly values: Float64Array;
  /** -1 the true value is lower, 0 it is this one, 1 it is higher. */
  readonly censors: Int8Array;
};

export type NewTaskSet = Omit<TaskSetRow, 'id' | 'createdAt'> & {
  readonly assays: readonly TaskAssayRow[];
  /** With labels where `position` is one of the training table. */
  readonly tasks: readonly (Omit<TaskRow, 'taskId'> & { readonly labels: TaskLabels | null })[];
  readonly regressionTasks: readonly (Omit<RegressionTaskRow, 'regressionTaskId'> & {
    readonly values: TaskValues | null;
  })[];
  /** In any order; rows without a class come after those that have one. */
  readonly compounds: Iterable<TaskCompoundRow & { readonly position: number; readonly classified: boolean }>;
};

/** Whole or not at all. @returns the id of the new set */
export function addTaskSet(catalog: Catalog, set: NewTaskSet): number {
  const { db } = catalog;
  return inOneTransaction(catalog, () => {
    const setId = Number(
      db
        .prepare(
          `insert into task_set (created_at, parameter_hash, rules, built_from, hash, folds_seen, catalogue_hash)
           values (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          ...[new Date().toISOString(), set.parameterHash, JSON.stringify(set.rules), set.builtFrom, set.hash],
          ...[set.foldsSeen && JSON.stringify(set.foldsSeen), set.catalogueHash],
        ).lastInsertRowid,
    );
    addAssays(catalog, setId, set.assays);
    addTasks(catalog, setId, set.tasks);
    addRegressionTasks(catalog, setId, set.regressionTasks);
    // The id follows the row, so that rows which come in any order lie in theirs.
    const before = db.prepare('select coalesce(max(id), 0) from task_compound').pluck().get() as number;
    const addCompound = db.prepare(
      'insert into task_compound (id, task_set_id, position, smiles, fold, bits, classified) values (?, ?, ?, ?, ?, ?, ?)',
    );
    for (const { position, smiles, fold, bits, classified } of set.compounds) {
      addCompound.run(before + 1 + position, setId, position, smiles, fold, bitsToBlob(bits), Number(classified));
    }
    return setId;
  });
}

export function readTaskSet(catalog: Catalog, id: number): TaskSetRow | undefined {
  return toTaskSet(catalog.db.prepare('select * from task_set where id = ?').get(id));
}

export function newestTaskSet(catalog: Catalog): TaskSetRow | undefined {
  return toTaskSet(catalog.db.prepare('select * from task_set order by id desc limit 1').get());
}

/** In the order in which they were written. */
export const readTasks = (catalog: Catalog, taskSetId: number): readonly TaskRow[] =>
  catalog.db.prepare('select * from task where task_set_id = ? order by id').all(taskSetId).map(toTask);

/** Without their values. In the order in which they were written. */
export const readRegressionTasks = (catalog: Catalog, taskSetId: number): readonly RegressionTaskRow[] =>
  catalog.db
    .prepare('select id, position, assay_id, detail from regression_task where task_set_id = ? order by id')
    .all(taskSetId)
    .map((found) => {
      const row = found as Record<string, string | number>;
      return {
        regressionTaskId: Number(row.id),
        position: Number(row.position),
        assayId: Number(row.assay_id),
        detail: JSON.parse(String(row.detail)) as RegressionDetail,
      };
    });

export const readTaskAssays = (catalog: Catalog, taskSetId: number): readonly TaskAssayRow[] =>
  catalog.db
    .prepare('select * from task_assay where task_set_id = ? order by assay_id')
    .all(taskSetId)
    .map((found) => {
      const row = found as Record<string, string | number | null>;
      return {
        assayId: Number(row.assay_id),
        scale: String(row.scale),
        direction: row.direction as Direction,
        compounds: Number(row.compounds),
        censored: Number(row.censored),
        reason: JSON.parse(String(row.reason)) as ThresholdReason,
        facts: { ...noFacts, ...(JSON.parse(String(row.facts)) as Partial<TaskAssayFacts>) },
        said: saidOf(row),
      };
    });

/** By id, with what was said of them when the set was made; of a set of an earlier version, with what is said now. */
export function readAssaysOf(catalog: Catalog, taskSetId: number): ReadonlyMap<number, AssayRecord> {
  const now = new Map(readAssays(catalog).map((record) => [record.assayId, record]));
  return new Map(
    readTaskAssays(catalog, taskSetId).map(({ assayId, said }) => [
      assayId,
      { ...(now.get(assayId) ?? readAssay(catalog, assayId)!), ...said },
    ]),
  );
}

/** Those with a class, in the order of the training table's rows. */
export const readTaskCompounds = (catalog: Catalog, taskSetId: number): readonly TaskCompoundRow[] => [
  ...iterateTaskCompounds(catalog, taskSetId, { classifiedOnly: true }),
];

/** By row of the training table, those with values only among them. */
export const readTaskFolds = (catalog: Catalog, taskSetId: number): Uint8Array =>
  Uint8Array.from(
    catalog.db
      .prepare('select fold from task_compound where task_set_id = ? order by position')
      .pluck()
      .all(taskSetId) as number[],
  );

const compoundsAtOnce = 2000;

/** In the order of the training table's rows; those with values only come last. */
export function* iterateTaskCompounds(
  catalog: Catalog,
  taskSetId: number,
  { classifiedOnly }: { readonly classifiedOnly: boolean },
): Iterable<TaskCompoundRow> {
  const read = catalog.db.prepare(
    `select smiles, fold, bits, position from task_compound
     where task_set_id = ? and position > ? and classified >= ? order by position limit ${compoundsAtOnce}`,
  );
  for (let last = -1; ; ) {
    const found = read.all(taskSetId, last, Number(classifiedOnly)) as {
      smiles: string;
      fold: number;
      bits: Buffer;
      position: number;
    }[];
    for (const { smiles, fold, bits } of found) yield { smiles, fold, bits: bitsFromBlob(bits) };
    if (found.length < compoundsAtOnce) return;
    last = found.at(-1)!.position;
  }
}

export function countTaskCompounds(catalog: Catalog, taskSetId: number): { compounds: number; labels: number } {
  const { db } = catalog;
  return {
    compounds: db.prepare('select count(*) from task_compound where task_set_id = ?').pluck().get(taskSetId) as number,
    labels: db
      .prepare(
        `select (select count(*) from label l join task t on t.id = l.task_id where t.task_set_id = :set)
           + (select coalesce(sum(length(l.classes)), 0) from task_label l join task t on t.id = l.task_id
              where t.task_set_id = :set)`,
      )
      .pluck()
      .get({ set: taskSetId }) as number,
  };
}

/** Of a task that trains; no rows for another. */
export function readTaskLabels(catalog: Catalog, taskId: number): TaskLabels {
  const found = catalog.db.prepare('select rows, classes from task_label where task_id = ?').get(taskId) as
    | { readonly rows: Buffer; readonly classes: Buffer }
    | undefined;
  if (found === undefined) return readOldLabels(catalog, taskId);
  return { rows: new Uint32Array(bytesOf(found.rows)), classes: new Int8Array(bytesOf(found.classes)) };
}

/** Of a regression task that trains; no rows for another. */
export function readTaskValues(catalog: Catalog, regressionTaskId: number): TaskValues {
  const { rows, vals, censors } = catalog.db
    .prepare('select rows, vals, censors from regression_task where id = ?')
    .get(regressionTaskId) as Record<'rows' | 'vals' | 'censors', Buffer>;
  return {
    rows: new Uint32Array(bytesOf(rows)),
    values: new Float64Array(bytesOf(vals)),
    censors: new Int8Array(bytesOf(censors)),
  };
}

/** Standard structures of these compounds, in any order. */
export function* readStructuresOf(
  catalog: Catalog,
  parameterHash: string,
  compounds: { readonly has: (compound: number) => boolean },
): Iterable<TaskCompoundRow & { readonly compound: number }> {
  // By structure key, in which both tables lie in order; a page at a time, since a reader that stands open forbids to write.
  const read = catalog.db
    .prepare(
      `select c.structure_key, c.id, s.smiles, s.fold, s.bits from compound c indexed by compound_by_structure
       cross join standard_structure s on s.structure_key = c.structure_key and s.parameter_hash = ? and s.state = 'ok'
       where (c.structure_key, c.id) > (?, ?) order by c.structure_key, c.id limit ${compoundsAtOnce}`,
    )
    .raw();
  for (let last: readonly [string, number] = ['', 0]; ; ) {
    const found = read.all(parameterHash, ...last) as [string, number, string, number, Buffer][];
    for (const [, compound, smiles, fold, bits] of found) {
      if (compounds.has(compound)) yield { compound, smiles, fold, bits: bitsFromBlob(bits) };
    }
    if (found.length < compoundsAtOnce) return;
    last = [found.at(-1)![0], found.at(-1)![1]];
  }
}

/** Of sets of earlier versions. */
const noFacts: TaskAssayFacts = { regression: 'off', nearMiss: null, conflicts: 0, structureFailed: 0 };

function addAssays({ db }: Catalog, setId: number, assays: NewTaskSet['assays']): void {
  const add = db.prepare(
    `insert into task_assay (task_set_id, assay_id, scale, direction, compounds, censored, reason, facts, assay_type,
       annotation)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const { assayId, scale, direction, compounds, censored, reason, facts, said } of assays) {
    const { type, ...annotation } = said ?? { type: null };
    add.run(
      ...[setId, assayId, scale, direction, compounds, censored, JSON.stringify(reason), JSON.stringify(facts)],
      ...[type, said && JSON.stringify(annotation)],
    );
  }
}

function addTasks({ db }: Catalog, setId: number, tasks: NewTaskSet['tasks']): void {
  const add = db.prepare(
    `insert into task (task_set_id, position, assay_id, threshold, method, direction, two_sided, auxiliary, judged_as,
       catalogue, training_quorum, evaluation_quorum, training_weight, aggregation_weight, counts)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const addLabels = db.prepare('insert into task_label (task_id, rows, classes) values (?, ?, ?)');
  for (const task of tasks) {
    const { lastInsertRowid } = add.run(
      ...[setId, task.position, task.assayId, task.threshold, task.method, task.direction, Number(task.twoSided)],
      ...[Number(task.auxiliary), task.judgedAs, task.catalogue && JSON.stringify(task.catalogue)],
      ...[Number(task.trainingQuorum), Number(task.evaluationQuorum), task.trainingWeight, task.aggregationWeight],
      JSON.stringify(task.counts),
    );
    if (task.labels !== null) addLabels.run(lastInsertRowid, blobOf(task.labels.rows), blobOf(task.labels.classes));
  }
}

function addRegressionTasks({ db }: Catalog, setId: number, tasks: NewTaskSet['regressionTasks']): void {
  const add = db.prepare(
    `insert into regression_task (task_set_id, position, assay_id, detail, rows, vals, censors)
     values (?, ?, ?, ?, ?, ?, ?)`,
  );
  const none: TaskValues = { rows: new Uint32Array(), values: new Float64Array(), censors: new Int8Array() };
  for (const { position, assayId, detail, values } of tasks) {
    const blobs = [(values ?? none).rows, (values ?? none).values, (values ?? none).censors].map(blobOf);
    add.run(setId, position, assayId, JSON.stringify(detail), ...blobs);
  }
}

const blobOf = ({ buffer, byteOffset, byteLength }: Uint32Array | Int8Array | Float64Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** A copy that begins where typed arrays may begin. */
const bytesOf = (blob: Buffer): ArrayBuffer => Uint8Array.from(blob).buffer;

function toTaskSet(found: unknown): TaskSetRow | undefined {
  if (found === undefined) return undefined;
  const row = found as Record<string, string | number | null>;
  return {
    id: Number(row.id),
    createdAt: String(row.created_at),
    parameterHash: String(row.parameter_hash),
    rules: taskRules.parse(JSON.parse(String(row.rules))),
    builtFrom: String(row.built_from),
    hash: String(row.hash),
    foldsSeen: row.folds_seen === null ? null : (JSON.parse(String(row.folds_seen)) as FoldsSeen),
    catalogueHash: row.catalogue_hash as string | null,
  };
}

function saidOf(row: Record<string, string | number | null>): AssayAsBuilt | null {
  if (row.assay_type === null) return null;
  const { chosenThresholds, ...annotation } = JSON.parse(String(row.annotation)) as Omit<AssayAsBuilt, 'type'>;
  return { type: row.assay_type as AssayType, ...annotation, chosenThresholds };
}

function toTask(found: unknown): TaskRow {
  const row = found as Record<string, string | number | null>;
  return {
    taskId: Number(row.id),
    position: Number(row.position),
    assayId: Number(row.assay_id),
    threshold: Number(row.threshold),
    method: row.method as ThresholdMethod,
    direction: row.direction as Direction,
    twoSided: row.two_sided === 1,
    auxiliary: row.auxiliary === 1,
    judgedAs: row.judged_as as AssayType | null,
    catalogue: row.catalogue === null ? null : (JSON.parse(String(row.catalogue)) as CatalogueMatch),
    trainingQuorum: row.training_quorum === 1,
    evaluationQuorum: row.evaluation_quorum === 1,
    trainingWeight: Number(row.training_weight),
    aggregationWeight: Number(row.aggregation_weight),
    counts: JSON.parse(String(row.counts)) as FoldCount[],
  };
}

/** Task sets: tasks, the compounds they label, and the thresholds that persons chose. */
import type { AssayType, TaskRules, ThresholdMethod, ThresholdReason } from '../contract/tasks.ts';
import type { Catalog } from './open.ts';

export type TaskSetRow = {
  readonly id: number;
  readonly createdAt: string;
  readonly parameterHash: string;
  readonly rules: TaskRules;
  readonly builtFrom: string;
  readonly hash: string;
};

export type Direction = 'low' | 'high';

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
  readonly auxiliary: boolean;
  readonly trainingQuorum: boolean;
  readonly evaluationQuorum: boolean;
  readonly trainingWeight: number;
  readonly aggregationWeight: number;
  readonly counts: readonly FoldCount[];
};

export type TaskAssayRow = {
  readonly assayId: number;
  readonly scale: string;
  readonly direction: Direction;
  readonly compounds: number;
  readonly censored: number;
  readonly reason: ThresholdReason;
};

export type TaskCompoundRow = { readonly smiles: string; readonly fold: number; readonly bits: Uint16Array };

/** Labels by place in the lists that they are written with. */
export type SparseLabels = {
  readonly labelRows: Uint32Array;
  readonly labelTasks: Uint32Array;
  readonly labelValues: Int8Array;
};

export type NewTaskSet = Omit<TaskSetRow, 'id' | 'createdAt'> & {
  readonly assays: readonly TaskAssayRow[];
  readonly tasks: readonly Omit<TaskRow, 'taskId'>[];
  /** In the order of the training table's rows. */
  readonly compounds: readonly TaskCompoundRow[];
  /** `labelTasks` are columns of the training table. */
  readonly labels: SparseLabels;
};

export type AssayRecord = {
  readonly assayId: number;
  readonly code: string;
  readonly type: AssayType;
  readonly direction: Direction | null;
  /** From the files. */
  readonly expertThresholds: readonly number[];
  /** Set by a person here; undefined where nobody has. */
  readonly chosenThresholds: readonly number[] | undefined;
};

/** A committed measurement with what chemistry made of its structure. */
export type MeasuredCompound = {
  readonly relation: '=' | '<' | '>';
  readonly value: number;
  readonly scale: string;
  /** `waiting` until chemistry has seen the structure under the parameters of now. */
  readonly state: 'ok' | 'failed' | 'waiting';
  readonly smiles: string | null;
  readonly fold: number | null;
};

/** Whole or not at all. @returns the id of the new set */
export function addTaskSet(catalog: Catalog, set: NewTaskSet): number {
  const { db } = catalog;
  return db
    .transaction(() => {
      const setId = Number(
        db
          .prepare(`insert into task_set (created_at, parameter_hash, rules, built_from, hash) values (?, ?, ?, ?, ?)`)
          .run(new Date().toISOString(), set.parameterHash, JSON.stringify(set.rules), set.builtFrom, set.hash)
          .lastInsertRowid,
      );
      const addAssay = db.prepare(
        `insert into task_assay (task_set_id, assay_id, scale, direction, compounds, censored, reason)
         values (?, ?, ?, ?, ?, ?, ?)`,
      );
      for (const { assayId, scale, direction, compounds, censored, reason } of set.assays) {
        addAssay.run(setId, assayId, scale, direction, compounds, censored, JSON.stringify(reason));
      }
      const addTask = db.prepare(
        `insert into task (task_set_id, position, assay_id, threshold, method, direction, auxiliary, training_quorum,
           evaluation_quorum, training_weight, aggregation_weight, counts) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      );
      const taskIds = new Map<number, number>();
      for (const task of set.tasks) {
        const { lastInsertRowid } = addTask.run(
          setId,
          task.position,
          task.assayId,
          task.threshold,
          task.method,
          task.direction,
          Number(task.auxiliary),
          Number(task.trainingQuorum),
          Number(task.evaluationQuorum),
          task.trainingWeight,
          task.aggregationWeight,
          JSON.stringify(task.counts),
        );
        if (task.position >= 0) taskIds.set(task.position, Number(lastInsertRowid));
      }
      const addCompound = db.prepare(
        'insert into task_compound (task_set_id, position, smiles, fold, bits) values (?, ?, ?, ?, ?)',
      );
      const compoundIds = set.compounds.map(({ smiles, fold, bits }, position) =>
        Number(addCompound.run(setId, position, smiles, fold, bitsToBlob(bits)).lastInsertRowid),
      );
      const addLabel = db.prepare('insert into label (task_id, task_compound_id, value) values (?, ?, ?)');
      const { labelRows, labelTasks, labelValues } = set.labels;
      labelRows.forEach((row, at) => {
        addLabel.run(taskIds.get(labelTasks[at]!), compoundIds[row], labelValues[at]);
      });
      return setId;
    })
    .immediate();
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

export const readTaskAssays = (catalog: Catalog, taskSetId: number): readonly TaskAssayRow[] =>
  catalog.db
    .prepare('select * from task_assay where task_set_id = ? order by assay_id')
    .all(taskSetId)
    .map((found) => {
      const row = found as Record<string, string | number>;
      return {
        assayId: Number(row.assay_id),
        scale: String(row.scale),
        direction: row.direction as Direction,
        compounds: Number(row.compounds),
        censored: Number(row.censored),
        reason: JSON.parse(String(row.reason)) as ThresholdReason,
      };
    });

/** In the order of the training table's rows. */
export const readTaskCompounds = (catalog: Catalog, taskSetId: number): readonly TaskCompoundRow[] =>
  catalog.db
    .prepare('select smiles, fold, bits from task_compound where task_set_id = ? order by position')
    .all(taskSetId)
    .map((found) => {
      const { smiles, fold, bits } = found as { smiles: string; fold: number; bits: Buffer };
      return { smiles, fold, bits: bitsFromBlob(bits) };
    });

export function countTaskCompounds(catalog: Catalog, taskSetId: number): { compounds: number; labels: number } {
  const { db } = catalog;
  return {
    compounds: db.prepare('select count(*) from task_compound where task_set_id = ?').pluck().get(taskSetId) as number,
    labels: db
      .prepare('select count(*) from label l join task t on t.id = l.task_id where t.task_set_id = ?')
      .pluck()
      .get(taskSetId) as number,
  };
}

/** Rows and columns of the training table, sorted by row, then column. */
export function readTaskLabels(catalog: Catalog, taskSetId: number): SparseLabels {
  const found = catalog.db
    .prepare(
      `select c.position, t.position, l.value
       from label l join task t on t.id = l.task_id join task_compound c on c.id = l.task_compound_id
       where t.task_set_id = ? order by c.position, t.position`,
    )
    .raw()
    .all(taskSetId) as readonly (readonly [number, number, number])[];
  return {
    labelRows: Uint32Array.from(found, ([row]) => row),
    labelTasks: Uint32Array.from(found, ([, task]) => task),
    labelValues: Int8Array.from(found, ([, , value]) => value),
  };
}

/** Assays that have committed measurements, by code. */
export const readAssays = (catalog: Catalog): readonly AssayRecord[] =>
  catalog.db
    .prepare(
      `select a.id, a.code, a.assay_type, a.direction, a.expert_thresholds, c.thresholds
       from assay a left join threshold_choice c on c.assay_id = a.id
       where exists (select 1 from committed_measurement m where m.assay_id = a.id) order by a.code`,
    )
    .all()
    .map(toAssay);

export function readAssay(catalog: Catalog, assayId: number): AssayRecord | undefined {
  const row = catalog.db
    .prepare(
      `select a.id, a.code, a.assay_type, a.direction, a.expert_thresholds, c.thresholds
       from assay a left join threshold_choice c on c.assay_id = a.id where a.id = ?`,
    )
    .get(assayId);
  return row === undefined ? undefined : toAssay(row);
}

/** In the order in which they came in. */
export const readMeasuredCompounds = (
  catalog: Catalog,
  assayId: number,
  parameterHash: string,
): readonly MeasuredCompound[] =>
  catalog.db
    .prepare(
      `select m.relation, m.value, m.scale, coalesce(s.state, 'waiting') as state, s.smiles, s.fold
       from committed_measurement m
       join compound c on c.id = m.compound_id
       left join standard_structure s on s.structure_key = c.structure_key and s.parameter_hash = ?
       where m.assay_id = ? order by m.id`,
    )
    .all(parameterHash, assayId) as MeasuredCompound[];

/** Bits of the standard structures of committed compounds, by SMILES in the order of its code units. */
export function* readFingerprints(catalog: Catalog, parameterHash: string): Iterable<TaskCompoundRow> {
  const found = catalog.db
    .prepare(
      `select s.smiles, s.fold, s.bits from standard_structure s
       where s.parameter_hash = ? and s.state = 'ok'
         and s.structure_key in (select structure_key from committed_compound)
       group by s.smiles order by s.smiles`,
    )
    .iterate(parameterHash) as Iterable<{ smiles: string; fold: number; bits: Buffer }>;
  for (const { smiles, fold, bits } of found) yield { smiles, fold, bits: bitsFromBlob(bits) };
}

/** What a task set depends on besides rules and parameters: committed batches, structures that are known, choices. */
export function describeSource(catalog: Catalog, parameterHash: string): unknown {
  const { db } = catalog;
  return [
    db.prepare(`select id from batch where state = 'committed' order by id`).pluck().all(),
    db.prepare('select count(*) from standard_structure where parameter_hash = ?').pluck().get(parameterHash),
    db.prepare('select assay_id, thresholds from threshold_choice order by assay_id').raw().all(),
    db.prepare('select id, assay_type, direction, expert_thresholds from assay order by id').raw().all(),
  ];
}

/** An empty list gives the assay back to the rule. */
export function chooseThresholds(
  catalog: Catalog,
  assayId: number,
  thresholds: readonly number[],
  person: string,
): void {
  if (thresholds.length === 0) {
    catalog.db.prepare('delete from threshold_choice where assay_id = ?').run(assayId);
    return;
  }
  catalog.db
    .prepare(
      `insert into threshold_choice (assay_id, thresholds, person, chosen_at) values (?, ?, ?, ?)
       on conflict (assay_id) do update set thresholds = excluded.thresholds, person = excluded.person,
         chosen_at = excluded.chosen_at`,
    )
    .run(assayId, JSON.stringify(thresholds), person, new Date().toISOString());
}

/** Uint16 little endian, as the columns `bits` hold them. */
export function bitsToBlob(bits: Uint16Array): Buffer {
  const blob = Buffer.allocUnsafe(2 * bits.length);
  bits.forEach((bit, at) => {
    blob.writeUInt16LE(bit, 2 * at);
  });
  return blob;
}

export const bitsFromBlob = (blob: Uint8Array): Uint16Array => {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  return Uint16Array.from({ length: blob.byteLength / 2 }, (_, at) => view.getUint16(2 * at, true));
};

function toTaskSet(found: unknown): TaskSetRow | undefined {
  if (found === undefined) return undefined;
  const row = found as Record<string, string | number>;
  return {
    id: Number(row.id),
    createdAt: String(row.created_at),
    parameterHash: String(row.parameter_hash),
    rules: JSON.parse(String(row.rules)) as TaskRules,
    builtFrom: String(row.built_from),
    hash: String(row.hash),
  };
}

function toTask(found: unknown): TaskRow {
  const row = found as Record<string, string | number>;
  return {
    taskId: Number(row.id),
    position: Number(row.position),
    assayId: Number(row.assay_id),
    threshold: Number(row.threshold),
    method: row.method as ThresholdMethod,
    direction: row.direction as Direction,
    auxiliary: row.auxiliary === 1,
    trainingQuorum: row.training_quorum === 1,
    evaluationQuorum: row.evaluation_quorum === 1,
    trainingWeight: Number(row.training_weight),
    aggregationWeight: Number(row.aggregation_weight),
    counts: JSON.parse(String(row.counts)) as FoldCount[],
  };
}

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
  };
}

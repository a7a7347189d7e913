/** Models that training made, and what each task reached with them. */
import { randomUUID } from 'node:crypto';
import type { AssayType } from '../contract/tasks.ts';
import type { Catalog } from './open.ts';

export type ModelKind = 'alone' | 'global';

export type ModelRow = {
  readonly id: string;
  readonly runId: string;
  readonly kind: ModelKind;
  readonly taskSetId: number;
  readonly series: string | null;
  readonly step: number;
  readonly hash: string;
  readonly trunkHash: string;
  /** Name in the vault. */
  readonly file: string;
  readonly bytes: number;
  readonly createdAt: string;
  /** Of the chemistry that its task set was built on. */
  readonly parameterHash: string;
  /** Columns of its output. */
  readonly tasks: number;
};

export type NewModel = Pick<ModelRow, 'runId' | 'kind' | 'step' | 'hash' | 'trunkHash' | 'file' | 'bytes'>;

export type EvaluatedRole = 'validation' | 'test';

export type TaskMetricRow = {
  readonly taskId: number;
  readonly role: EvaluatedRole;
  readonly actives: number;
  readonly inactives: number;
  readonly aucRoc: number | null;
  readonly aucPr: number | null;
  readonly calibrationError: number | null;
};

/** A column of a model's output, in the words of the assay that it comes from. */
export type TaskColumn = {
  readonly taskId: number;
  readonly assay: string;
  readonly assayType: AssayType;
  readonly threshold: number;
  readonly scale: string;
  readonly direction: 'low' | 'high';
  readonly auxiliary: boolean;
  readonly aggregationWeight: number;
  readonly labels: number;
};

/** The model with its metrics, whole or not at all. @returns its id */
export function addModel(catalog: Catalog, model: NewModel, metrics: readonly TaskMetricRow[]): string {
  const id = randomUUID();
  const { db } = catalog;
  db.transaction(() => {
    db.prepare(
      `insert into model (id, run_id, kind, step, hash, trunk_hash, file, bytes, created_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      id,
      model.runId,
      model.kind,
      model.step,
      model.hash,
      model.trunkHash,
      model.file,
      model.bytes,
      new Date().toISOString(),
    );
    const add = db.prepare(
      `insert into task_metric (model_id, task_id, fold_role, actives, inactives, auc_roc, auc_pr, calibration_error)
       values (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    for (const { taskId, role, actives, inactives, aucRoc, aucPr, calibrationError } of metrics) {
      add.run(id, taskId, role, actives, inactives, aucRoc, aucPr, calibrationError);
    }
  }).immediate();
  return id;
}

const modelColumns = `m.*, r.task_set_id, r.series, s.parameter_hash,
  (select count(*) from task t where t.task_set_id = r.task_set_id and t.position >= 0) as tasks
  from model m join run r on r.id = m.run_id join task_set s on s.id = r.task_set_id`;

export function readModel(catalog: Catalog, id: string): ModelRow | undefined {
  const row = catalog.db.prepare(`select ${modelColumns} where m.id = ?`).get(id);
  return row === undefined ? undefined : toModel(row);
}

/** Newest first. */
export const listModels = (catalog: Catalog): readonly ModelRow[] =>
  catalog.db.prepare(`select ${modelColumns} order by m.created_at desc, m.rowid desc`).all().map(toModel);

export function modelOfRun(catalog: Catalog, runId: string): ModelRow | undefined {
  const row = catalog.db
    .prepare(`select ${modelColumns} where m.run_id = ? order by m.created_at desc, m.rowid desc limit 1`)
    .get(runId);
  return row === undefined ? undefined : toModel(row);
}

/** Other models of the run, as long as no score sheet was made with them. @returns their files in the vault */
export const removeSupersededModels = (catalog: Catalog, runId: string, kept: string): readonly string[] =>
  catalog.db
    .prepare(
      `delete from model where run_id = ? and id <> ? and not exists
         (select 1 from score_sheet s where model.id in (s.global_model_id, s.own_model_id)) returning file`,
    )
    .pluck()
    .all(runId, kept) as string[];

/** In the order of the model's columns. */
export const readTaskMetrics = (catalog: Catalog, modelId: string, role: EvaluatedRole): readonly TaskMetricRow[] =>
  catalog.db
    .prepare(
      `select m.* from task_metric m join task t on t.id = m.task_id where m.model_id = ? and m.fold_role = ?
       order by t.position`,
    )
    .all(modelId, role)
    .map((found) => {
      const row = found as Record<string, number | null>;
      return {
        taskId: Number(row.task_id),
        role,
        actives: Number(row.actives),
        inactives: Number(row.inactives),
        aucRoc: row.auc_roc ?? null,
        aucPr: row.auc_pr ?? null,
        calibrationError: row.calibration_error ?? null,
      };
    });

/** Columns of the models of a task set, in their order. */
export const readTaskColumns = (catalog: Catalog, taskSetId: number): readonly TaskColumn[] =>
  catalog.db
    .prepare(
      `select t.id, a.code, a.assay_type, t.threshold, coalesce(x.scale, 'linear') as scale, t.direction, t.auxiliary,
         t.aggregation_weight,
         coalesce((select length(l.classes) from task_label l where l.task_id = t.id),
           (select count(*) from label l where l.task_id = t.id)) as labels
       from task t join assay a on a.id = t.assay_id
       left join task_assay x on x.task_set_id = t.task_set_id and x.assay_id = t.assay_id
       where t.task_set_id = ? and t.position >= 0 order by t.position`,
    )
    .all(taskSetId)
    .map((found) => {
      const row = found as Record<string, string | number>;
      return {
        taskId: Number(row.id),
        assay: String(row.code),
        assayType: row.assay_type as AssayType,
        threshold: Number(row.threshold),
        scale: String(row.scale),
        direction: row.direction as 'low' | 'high',
        auxiliary: row.auxiliary === 1,
        aggregationWeight: Number(row.aggregation_weight),
        labels: Number(row.labels),
      };
    });

function toModel(found: unknown): ModelRow {
  const row = found as Record<string, string | number | null>;
  return {
    id: String(row.id),
    runId: String(row.run_id),
    kind: row.kind as ModelKind,
    taskSetId: Number(row.task_set_id),
    series: row.series as string | null,
    step: Number(row.step),
    hash: String(row.hash),
    trunkHash: String(row.trunk_hash),
    file: String(row.file),
    bytes: Number(row.bytes),
    createdAt: String(row.created_at),
    parameterHash: String(row.parameter_hash),
    tasks: Number(row.tasks),
  };
}

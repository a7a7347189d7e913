/** Models that training made, and what each task reached with them. */
import { randomUUID } from 'node:crypto';
import type { AssayType } from '../contract/tasks.ts';
import type { Model } from '../contract/training.ts';
import type { Catalog } from './open.ts';

export type ModelKind = Model['kind'];

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
  /** Values that it predicts beside them. */
  readonly values: number;
};

export type NewModel = Pick<ModelRow, 'runId' | 'kind' | 'step' | 'hash' | 'trunkHash' | 'file' | 'bytes'>;

export type EvaluatedRole = 'validation' | 'test';

/** Metrics by the names of their columns; models of earlier versions have the two areas and the calibration error only. */
const metricColumns = {
  aucRoc: 'auc_roc',
  aucPr: 'auc_pr',
  aucPrCalibrated: 'auc_pr_calibrated',
  f1Max: 'f1_max',
  f1MaxAt: 'f1_max_at',
  kappa: 'kappa',
  kappaMax: 'kappa_max',
  kappaMaxAt: 'kappa_max_at',
  brier: 'brier',
  logLoss: 'log_loss',
  calibrationError: 'calibration_error',
  adaptiveCalibrationError: 'adaptive_calibration_error',
} as const;

const regressionMetricColumns = {
  rmse: 'rmse',
  rmseUncensored: 'rmse_uncensored',
  r2: 'r2',
  pearson: 'pearson',
  error90: 'error_90',
} as const;

export type TaskMetricRow = Readonly<Record<keyof typeof metricColumns, number | null>> & {
  readonly taskId: number;
  readonly role: EvaluatedRole;
  readonly actives: number;
  readonly inactives: number;
};

export type RegressionMetricRow = Readonly<Record<keyof typeof regressionMetricColumns, number | null>> & {
  readonly regressionTaskId: number;
  readonly role: EvaluatedRole;
  readonly labels: number;
  readonly uncensored: number;
};

/** A column of a model's output, in the words of the assay that it comes from. */
export type TaskColumn = {
  readonly taskId: number;
  readonly assayId: number;
  readonly assay: string;
  readonly assayType: AssayType;
  readonly threshold: number;
  readonly scale: string;
  readonly direction: 'low' | 'high';
  readonly auxiliary: boolean;
  readonly aggregationWeight: number;
  readonly labels: number;
};

/** A value that the regression head predicts, in the words of the assay that it comes from. */
export type RegressionColumn = {
  readonly regressionTaskId: number;
  readonly assayId: number;
  readonly assay: string;
  readonly assayType: AssayType;
  /** 'p' is -log10(mol/L), else 'log10' or 'linear' of the assay's own unit. */
  readonly scale: string;
  readonly auxiliary: boolean;
  readonly aggregationWeight: number;
  /** Values of all folds, censored ones among them. */
  readonly labels: number;
};

/** The model with its metrics, whole or not at all. @returns its id */
export function addModel(
  catalog: Catalog,
  model: NewModel,
  metrics: readonly TaskMetricRow[],
  regression: readonly RegressionMetricRow[] = [],
): string {
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
      insertOf('task_metric', ['task_id', 'actives', 'inactives', ...Object.values(metricColumns)]),
    );
    for (const { taskId, role, actives, inactives, ...metric } of metrics) {
      add.run(id, role, taskId, actives, inactives, ...keysOf(metricColumns).map((name) => metric[name]));
    }
    const addRegression = db.prepare(
      insertOf('regression_metric', [
        'regression_task_id',
        'labels',
        'uncensored',
        ...Object.values(regressionMetricColumns),
      ]),
    );
    for (const { regressionTaskId, role, labels, uncensored, ...metric } of regression) {
      const figures = keysOf(regressionMetricColumns).map((name) => metric[name]);
      addRegression.run(id, role, regressionTaskId, labels, uncensored, ...figures);
    }
  }).immediate();
  return id;
}

const insertOf = (table: string, columns: readonly string[]): string =>
  `insert into ${table} (model_id, fold_role, ${columns.join(', ')}) values (?, ?, ${columns.map(() => '?').join(', ')})`;

const keysOf = <Key extends string>(columns: Readonly<Record<Key, string>>) => Object.keys(columns) as Key[];

const modelColumns = `m.*, r.task_set_id, r.series, s.parameter_hash,
  (select count(*) from task t where t.task_set_id = r.task_set_id and t.position >= 0) as tasks,
  (select count(*) from regression_metric v where v.model_id = m.id and v.fold_role = 'test') as value_columns
  from model m join run r on r.id = m.run_id join task_set s on s.id = r.task_set_id`;

export function readModel(catalog: Catalog, id: string): ModelRow | undefined {
  const row = catalog.db.prepare(`select ${modelColumns} where m.id = ?`).get(id);
  return row === undefined ? undefined : toModel(row);
}

/** Newest first. */
export const listModels = (catalog: Catalog): readonly ModelRow[] =>
  catalog.db.prepare(`select ${modelColumns} order by m.created_at desc, m.rowid desc`).all().map(toModel);

/** The newest one that the run has trained itself. */
export function modelOfRun(catalog: Catalog, runId: string): ModelRow | undefined {
  const row = catalog.db
    .prepare(
      `select ${modelColumns} where m.run_id = ? and m.kind <> 'fused' order by m.created_at desc, m.rowid desc limit 1`,
    )
    .get(runId);
  return row === undefined ? undefined : toModel(row);
}

/**
 * Other models that the run has trained, as long as no score sheet was made with them. Those fused from them stay: they
 * are whole without them.
 * @returns their files in the vault
 */
export const removeSupersededModels = (catalog: Catalog, runId: string, kept: string): readonly string[] =>
  catalog.db
    .prepare(
      `delete from model where run_id = ? and id <> ? and kind <> 'fused' and not exists
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
        ...figuresOf(row, metricColumns),
      };
    });

/** In the order of the values that the model predicts. */
export const readRegressionMetrics = (
  catalog: Catalog,
  modelId: string,
  role: EvaluatedRole,
): readonly RegressionMetricRow[] =>
  catalog.db
    .prepare(
      `select m.* from regression_metric m join regression_task t on t.id = m.regression_task_id
       where m.model_id = ? and m.fold_role = ? order by t.position`,
    )
    .all(modelId, role)
    .map((found) => {
      const row = found as Record<string, number | null>;
      return {
        regressionTaskId: Number(row.regression_task_id),
        role,
        labels: Number(row.labels),
        uncensored: Number(row.uncensored),
        ...figuresOf(row, regressionMetricColumns),
      };
    });

const figuresOf = <Key extends string>(
  row: Readonly<Record<string, number | null>>,
  columns: Readonly<Record<Key, string>>,
) =>
  Object.fromEntries(keysOf(columns).map((name) => [name, row[columns[name]] ?? null])) as Record<Key, number | null>;

/** Columns of the models of a task set, in their order. */
export const readTaskColumns = (catalog: Catalog, taskSetId: number): readonly TaskColumn[] =>
  catalog.db
    .prepare(
      `select t.id, t.assay_id, a.code, a.assay_type, t.threshold, coalesce(x.scale, 'linear') as scale, t.direction, t.auxiliary,
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
        assayId: Number(row.assay_id),
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

/** Regression tasks of a task set that meet the training quorum, in their order. */
export const readRegressionColumns = (catalog: Catalog, taskSetId: number): readonly RegressionColumn[] =>
  catalog.db
    .prepare(
      `select t.id, t.assay_id, a.code, a.assay_type, coalesce(x.scale, 'linear') as scale, length(t.censors) as labels,
         json_extract(t.detail, '$.auxiliary') as auxiliary,
         json_extract(t.detail, '$.aggregationWeight') as aggregation_weight
       from regression_task t join assay a on a.id = t.assay_id
       left join task_assay x on x.task_set_id = t.task_set_id and x.assay_id = t.assay_id
       where t.task_set_id = ? and t.position >= 0 order by t.position`,
    )
    .all(taskSetId)
    .map((found) => {
      const row = found as Record<string, string | number>;
      return {
        regressionTaskId: Number(row.id),
        assayId: Number(row.assay_id),
        assay: String(row.code),
        assayType: row.assay_type as AssayType,
        scale: String(row.scale),
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
    values: Number(row.value_columns),
  };
}

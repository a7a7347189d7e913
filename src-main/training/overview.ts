/** What training has done, as the page asks for it: runs, means over tasks, and task by task. */
import type { FusionRow } from '../catalog/fusions.ts';
import {
  listModels,
  type ModelRow,
  modelOfRun,
  readModel,
  readTaskColumns,
  readTaskMetrics,
  type TaskColumn,
  type TaskMetricRow,
} from '../catalog/models.ts';
import type { Catalog } from '../catalog/open.ts';
import { readRunProvider } from '../catalog/run-providers.ts';
import { bestRunPoint, countRunPoints, type RunRow, readRun } from '../catalog/runs.ts';
import { newestTaskSet, readRegressionTasks } from '../catalog/tasks.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Fusion, Model, Run, TaskResult } from '../contract/training.ts';
import { readTrainingTable } from '../tasks/training-table.ts';
import { catalogueOf } from './labels.ts';
import { meansOf } from './metrics-means.ts';
import { rowsOfRole } from './roles.ts';

type Role = 'validation' | 'test';

/** Settings that a run of either kind keeps under these names. */
type RunSettings = {
  readonly hidden?: readonly number[];
  readonly steps?: number;
  readonly rounds?: number;
  readonly minimumPerClass?: number;
};

const defaultMinimumPerClass = 5;

/** Of the newest task set; null when there is none. */
export function readyToTrain(catalog: Catalog) {
  const set = newestTaskSet(catalog);
  if (set === undefined) return null;
  const table = readTrainingTable(catalog, set.id);
  const compounds = (role: Role | 'train') => rowsOfRole(table, role).length;
  return {
    taskSetId: set.id,
    tasks: table.tasks.length,
    compounds: { train: compounds('train'), validation: compounds('validation'), test: compounds('test') },
    labels: table.labelRows.length,
    valueTasks: readRegressionTasks(catalog, set.id).filter(({ position }) => position >= 0).length,
    catalogueTasks: catalogueOf(table).tasks,
  };
}

export function describeRun(catalog: Catalog, row: RunRow): Run {
  const { id, kind, state, taskSetId, jobId, series, createdAt, finishedAt } = row;
  const settings = row.settings as RunSettings;
  return {
    id,
    kind,
    state,
    taskSetId,
    jobId,
    series,
    hidden: [...(settings.hidden ?? [])],
    steps: settings.rounds ?? settings.steps ?? 0,
    points: countRunPoints(catalog, id),
    best: bestRunPoint(catalog, id) ?? null,
    modelId: modelOfRun(catalog, id)?.id ?? null,
    provider: readRunProvider(catalog, id),
    createdAt,
    finishedAt,
  };
}

export const describeModel = ({
  file: _file,
  parameterHash: _hash,
  tasks: _tasks,
  values: _values,
  ...model
}: ModelRow): Model => model;

export const describeFusion = ({ id: _id, looks, valueLooks, ...fusion }: FusionRow): Fusion => ({
  ...fusion,
  looks: [...looks],
  valueLooks: [...valueLooks],
});

/** Newest first. */
export const describeModels = (catalog: Catalog, kind: Model['kind'] | undefined): Model[] =>
  listModels(catalog)
    .filter((model) => kind === undefined || model.kind === kind)
    .map(describeModel);

/** @throws NOT_FOUND */
export function findModel(catalog: Catalog, id: string): ModelRow {
  const model = readModel(catalog, id);
  if (model === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'model', id });
  return model;
}

/** @throws NOT_FOUND */
export function findRun(catalog: Catalog, id: string): RunRow {
  const row = readRun(catalog, id);
  if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'run', id });
  return row;
}

/** Means over the tasks that are not auxiliary and have enough of both classes in the fold. @throws NOT_FOUND */
export function readMeans(catalog: Catalog, modelId: string, role: Role) {
  const model = findModel(catalog, modelId);
  const judged = judgedTasks(catalog, model, role);
  const { tasks, aucPr, aucRoc, aucPrInterval } = meansOf(
    judged.map(({ metric }) => metric),
    judged.map(({ column }) => column.aggregationWeight),
    minimumPerClass(catalog, model),
  );
  return { tasks, aucPr, aucRoc, aucPrInterval };
}

/** Of the tasks that either model was judged by, most labels first. @throws NOT_FOUND */
export function readTaskResults(
  catalog: Catalog,
  aloneModelId: string | null,
  globalModelId: string | null,
  role: Role,
): TaskResult[] {
  const metricsOf = (modelId: string | null) =>
    modelId === null
      ? new Map<number, JudgedTask>()
      : new Map(judgedTasks(catalog, findModel(catalog, modelId), role).map((task) => [task.column.taskId, task]));
  const alone = metricsOf(aloneModelId);
  const global = metricsOf(globalModelId);
  const reached = (judged: JudgedTask | undefined) =>
    judged === undefined ? null : { aucPr: judged.metric.aucPr, aucRoc: judged.metric.aucRoc };
  return [...new Map([...alone, ...global]).values()]
    .sort((a, b) => b.column.labels - a.column.labels)
    .map(({ column, metric }) => ({
      taskId: column.taskId,
      assay: column.assay,
      assayType: column.assayType,
      threshold: column.threshold,
      direction: column.direction,
      actives: metric.actives,
      inactives: metric.inactives,
      alone: reached(alone.get(column.taskId)),
      global: reached(global.get(column.taskId)),
    }));
}

type JudgedTask = { readonly column: TaskColumn; readonly metric: TaskMetricRow };

function judgedTasks(catalog: Catalog, model: ModelRow, role: Role): JudgedTask[] {
  const metrics = new Map(readTaskMetrics(catalog, model.id, role).map((metric) => [metric.taskId, metric]));
  return readTaskColumns(catalog, model.taskSetId).flatMap((column) => {
    const metric = metrics.get(column.taskId);
    return metric === undefined || column.auxiliary ? [] : [{ column, metric }];
  });
}

/** From how many of each class on a fold a task counts for this model. */
export const minimumPerClass = (catalog: Catalog, { runId }: ModelRow): number =>
  (readRun(catalog, runId)?.settings as RunSettings | undefined)?.minimumPerClass ?? defaultMinimumPerClass;

/** Score sheets as the page asks for them: their counts and models, a page of rows, the points of the plot, a task's card. */
import { givenUnitOf } from '../catalog/assays.ts';
import {
  readModel,
  readRegressionColumns,
  readRegressionMetrics,
  readTaskColumns,
  readTaskMetrics,
} from '../catalog/models.ts';
import type { Catalog } from '../catalog/open.ts';
import {
  countSheet,
  listSheets,
  pageOfSheet,
  pointsOfSheet,
  type RowFilter,
  readSheet,
  type ScoreColumn,
  type SheetRow,
} from '../catalog/scores.ts';
import { readTaskFolds, readTasks, readTaskValues } from '../catalog/tasks.ts';
import { ChoraleError } from '../contract/errors.ts';
import {
  type ClassCard,
  type ClassTask,
  type Domain,
  domainLimits,
  domainOf,
  type ScoreOrder,
  type ScoreRow,
  type Sheet,
  type SheetTask,
  type TaskCard,
  type TaskReference,
  type ValueCard,
  type ValueTask,
} from '../contract/scoring.ts';
import { storedUnit } from '../intake/units.ts';
import { roleOfFold } from '../tasks/folds.ts';
import { scoringModels } from './models.ts';

/** @throws NOT_FOUND */
export function findSheet(catalog: Catalog, id: string): SheetRow {
  const row = readSheet(catalog, id);
  if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'score sheet', id });
  return row;
}

/** Newest first. */
export const describeSheets = (catalog: Catalog): Sheet[] =>
  listSheets(catalog).map((row) => describeSheet(catalog, row));

export function describeSheet(catalog: Catalog, row: SheetRow): Sheet {
  const { id, name, createdAt, compounds } = row;
  const counts = countSheet(catalog, id, domainLimits.edge, domainLimits.inside);
  const models = scoringModels(catalog);
  const model = (modelId: string | null) => models.find((one) => one.id === modelId) ?? null;
  return {
    id,
    name,
    createdAt,
    compounds,
    scored: counts.scored,
    failed: counts.failed,
    duplicates: counts.duplicates,
    domains: { inside: counts.inside, edge: counts.edge, outside: counts.outside },
    globalModel: model(row.globalModelId),
    ownModel: model(row.ownModelId),
  };
}

/** A task and where its predictions stand. */
export type PlacedTask = { readonly task: SheetTask; readonly column: ScoreColumn };

/** In the order of the models' columns: the classes, then the values where one of the sheet's models predicts them. */
export function placedTasks(catalog: Catalog, { taskSetId, globalModelId, ownModelId }: SheetRow): PlacedTask[] {
  const classes = readTaskColumns(catalog, taskSetId).map(
    ({ assayId: _, aggregationWeight: __, ...task }, index): PlacedTask => ({
      task: { kind: 'class', ...task },
      column: { kind: 'class', index },
    }),
  );
  const predictsValues = [globalModelId, ownModelId].some(
    (id) => id !== null && (readModel(catalog, id)?.values ?? 0) > 0,
  );
  if (!predictsValues) return classes;
  const values = readRegressionColumns(catalog, taskSetId).map(
    ({ regressionTaskId, assayId, assay, assayType, scale, auxiliary, labels }, index): PlacedTask => {
      const given = givenUnitOf(catalog, assayId, scale);
      const unit = given === undefined && scale !== 'p' ? null : storedUnit(given ?? '', scale);
      return {
        task: { kind: 'value', taskId: regressionTaskId, assay, assayType, scale, unit, auxiliary, labels },
        column: { kind: 'value', index },
      };
    },
  );
  return [...classes, ...values];
}

export const sheetTasks = (catalog: Catalog, sheet: SheetRow): SheetTask[] =>
  placedTasks(catalog, sheet).map(({ task }) => task);

export type PageOfRows = {
  readonly task: TaskReference;
  readonly offset: number;
  readonly limit: number;
  readonly filter: { readonly domain?: Domain | undefined; readonly failed?: boolean | undefined };
  readonly order: ScoreOrder;
  readonly descending: boolean;
};

/** @throws NOT_FOUND when the sheet has no such task */
export function readRows(
  catalog: Catalog,
  sheet: SheetRow,
  { task, filter, ...page }: PageOfRows,
): { total: number; rows: ScoreRow[] } {
  const { column } = findTask(catalog, sheet, task);
  const { total, rows } = pageOfSheet(catalog, sheet.id, column, { ...page, filter: rowFilter(filter) });
  return {
    total,
    rows: rows.map((row) => ({
      ...row,
      domain: row.nearestSimilarity === null ? null : domainOf(row.nearestSimilarity),
      difference: row.global === null || row.own === null ? null : row.global - row.own,
    })),
  };
}

const mostPoints = 20_000;

/** Spread evenly over the sheet where it has more than 20,000 scored rows. @throws NOT_FOUND */
export function readPoints(catalog: Catalog, sheet: SheetRow, task: TaskReference) {
  const { column } = findTask(catalog, sheet, task);
  const { scored } = countSheet(catalog, sheet.id, domainLimits.edge, domainLimits.inside);
  const points = [];
  let seen = 0;
  for (const { position, companyId, global, own, nearestSimilarity } of pointsOfSheet(catalog, sheet.id, column)) {
    const place = Math.floor((seen * mostPoints) / scored);
    const taken = scored <= mostPoints || place !== Math.floor(((seen - 1) * mostPoints) / scored);
    seen++;
    if (taken) points.push({ position, companyId, global, own, domain: domainOf(nearestSimilarity ?? 0) });
  }
  return points;
}

/** What both models reached on the test fold, and what they learned the task from. @throws NOT_FOUND */
export function readTaskCard(catalog: Catalog, sheet: SheetRow, reference: TaskReference): TaskCard {
  const { task } = findTask(catalog, sheet, reference);
  return task.kind === 'class' ? classCard(catalog, sheet, task) : valueCard(catalog, sheet, task);
}

function classCard(catalog: Catalog, sheet: SheetRow, task: ClassTask): ClassCard {
  const counts = readTasks(catalog, sheet.taskSetId).find(({ taskId }) => taskId === task.taskId)?.counts ?? [];
  const trained = counts.filter(({ fold }) => roleOfFold(fold) === 'train');
  const actives = trained.reduce((sum, count) => sum + count.actives, 0);
  const trainedOn = actives + trained.reduce((sum, count) => sum + count.inactives, 0);
  const resultOf = (modelId: string | null) => {
    const metrics = modelId === null ? [] : readTaskMetrics(catalog, modelId, 'test');
    const metric = metrics.find(({ taskId }) => taskId === task.taskId);
    if (metric === undefined) return null;
    const { actives, inactives, aucPr, aucRoc, calibrationError } = metric;
    return { actives, inactives, aucPr, aucRoc, calibrationError };
  };
  return {
    ...task,
    trainedOn,
    baseRate: trainedOn === 0 ? null : actives / trainedOn,
    global: resultOf(sheet.globalModelId),
    own: resultOf(sheet.ownModelId),
  };
}

function valueCard(catalog: Catalog, sheet: SheetRow, task: ValueTask): ValueCard {
  const { rows, values, censors } = readTaskValues(catalog, task.taskId);
  const folds = readTaskFolds(catalog, sheet.taskSetId);
  const trained = [...rows.keys()].filter((at) => roleOfFold(folds[rows[at]!]!) === 'train');
  return {
    ...task,
    trainedOn: trained.length,
    censored: trained.filter((at) => censors[at] !== 0).length,
    range:
      trained.length === 0
        ? null
        : trained.reduce(
            ({ least, most }, at) => ({ least: Math.min(least, values[at]!), most: Math.max(most, values[at]!) }),
            { least: Number.POSITIVE_INFINITY, most: Number.NEGATIVE_INFINITY },
          ),
    global: valueResultOf(catalog, sheet.globalModelId, task.taskId),
    own: valueResultOf(catalog, sheet.ownModelId, task.taskId),
  };
}

/** What a model reached on the values of the test fold; null where it predicts none. */
export function valueResultOf(catalog: Catalog, modelId: string | null, taskId: number): ValueCard['global'] {
  const metrics = modelId === null ? [] : readRegressionMetrics(catalog, modelId, 'test');
  const metric = metrics.find(({ regressionTaskId }) => regressionTaskId === taskId);
  if (metric === undefined) return null;
  const { labels: values, uncensored, rmse, rmseUncensored, r2, error90: interval } = metric;
  return { values, uncensored, rmse, rmseUncensored, r2, interval };
}

function findTask(catalog: Catalog, sheet: SheetRow, { kind, taskId }: TaskReference): PlacedTask {
  const found = placedTasks(catalog, sheet).find(({ task }) => task.kind === kind && task.taskId === taskId);
  if (found === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'task', id: String(taskId) });
  return found;
}

function rowFilter({ domain, failed }: PageOfRows['filter']): RowFilter {
  const { edge, inside } = domainLimits;
  const ranges = {
    inside: { least: inside, below: 2 },
    edge: { least: edge, below: inside },
    outside: { least: 0, below: edge },
  };
  return {
    ...(domain === undefined ? {} : { similarity: ranges[domain] }),
    ...(failed === undefined ? {} : { failed }),
  };
}

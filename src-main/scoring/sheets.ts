/** Score sheets as the page asks for them: their counts and models, a page of rows, the points of the plot, a task's card. */
import { type ModelRow, readModel, readTaskColumns, readTaskMetrics, type TaskColumn } from '../catalog/models.ts';
import type { Catalog } from '../catalog/open.ts';
import {
  countSheet,
  listSheets,
  pageOfSheet,
  pointsOfSheet,
  type RowFilter,
  readSheet,
  type SheetRow,
} from '../catalog/scores.ts';
import { readTasks } from '../catalog/tasks.ts';
import { ChoraleError } from '../contract/errors.ts';
import {
  type Domain,
  domainLimits,
  domainOf,
  type ScoreOrder,
  type ScoreRow,
  type Sheet,
  type SheetTask,
  type TaskCard,
} from '../contract/scoring.ts';
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

/** In the order of the models' columns. */
export const sheetTasks = (catalog: Catalog, { taskSetId }: SheetRow): SheetTask[] =>
  readTaskColumns(catalog, taskSetId).map(toSheetTask);

export type PageOfRows = {
  readonly taskId: number;
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
  { taskId, filter, ...page }: PageOfRows,
): { total: number; rows: ScoreRow[] } {
  const { index } = findTask(catalog, sheet, taskId);
  const { total, rows } = pageOfSheet(catalog, sheet.id, index, { ...page, filter: rowFilter(filter) });
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
export function readPoints(catalog: Catalog, sheet: SheetRow, taskId: number) {
  const { index } = findTask(catalog, sheet, taskId);
  const { scored } = countSheet(catalog, sheet.id, domainLimits.edge, domainLimits.inside);
  const points = [];
  let seen = 0;
  for (const { position, companyId, global, own, nearestSimilarity } of pointsOfSheet(catalog, sheet.id, index)) {
    const place = Math.floor((seen * mostPoints) / scored);
    const taken = scored <= mostPoints || place !== Math.floor(((seen - 1) * mostPoints) / scored);
    seen++;
    if (taken) points.push({ position, companyId, global, own, domain: domainOf(nearestSimilarity ?? 0) });
  }
  return points;
}

/** What both models reached on the test fold, and what they learned the task from. @throws NOT_FOUND */
export function readTaskCard(catalog: Catalog, sheet: SheetRow, taskId: number): TaskCard {
  const { column } = findTask(catalog, sheet, taskId);
  const counts = readTasks(catalog, sheet.taskSetId).find((task) => task.taskId === taskId)?.counts ?? [];
  const trained = counts.filter(({ fold }) => roleOfFold(fold) === 'train');
  const actives = trained.reduce((sum, count) => sum + count.actives, 0);
  const trainedOn = actives + trained.reduce((sum, count) => sum + count.inactives, 0);
  const resultOf = (modelId: string | null) => {
    const model: ModelRow | undefined = modelId === null ? undefined : readModel(catalog, modelId);
    const metric = model && readTaskMetrics(catalog, model.id, 'test').find((one) => one.taskId === taskId);
    if (metric === undefined) return null;
    const { actives, inactives, aucPr, aucRoc, calibrationError } = metric;
    return { actives, inactives, aucPr, aucRoc, calibrationError };
  };
  return {
    ...toSheetTask(column),
    trainedOn,
    baseRate: trainedOn === 0 ? null : actives / trainedOn,
    global: resultOf(sheet.globalModelId),
    own: resultOf(sheet.ownModelId),
  };
}

function findTask(catalog: Catalog, sheet: SheetRow, taskId: number): { column: TaskColumn; index: number } {
  const columns = readTaskColumns(catalog, sheet.taskSetId);
  const index = columns.findIndex((column) => column.taskId === taskId);
  const column = columns[index];
  if (column === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'task', id: String(taskId) });
  return { column, index };
}

const toSheetTask = ({
  taskId,
  assay,
  assayType,
  threshold,
  scale,
  direction,
  auxiliary,
  labels,
}: TaskColumn): SheetTask => ({
  taskId,
  assay,
  assayType,
  threshold,
  scale,
  direction,
  auxiliary,
  labels,
});

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

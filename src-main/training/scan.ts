/** What a scan has found: each cell's figures on the validation fold, the best cell, and how sure it is to be better. */
import { readTaskColumns, type TaskColumn } from '../catalog/models.ts';
import type { Catalog } from '../catalog/open.ts';
import { readRun } from '../catalog/runs.ts';
import { type CellReached, type CellRow, readCells, readScan } from '../catalog/scans.ts';
import { ChoraleError } from '../contract/errors.ts';
import { aloneSettings } from '../contract/training.ts';
import type { Difference, Scan, ScanCell } from '../contract/tuning.ts';
import { clusterBootstrap, counts, mean, meansOf } from './metrics-means.ts';
import { worthOf } from './worth.ts';

/** @throws NOT_FOUND */
export function describeScan(catalog: Catalog, id: string): Scan {
  const row = readScan(catalog, id);
  if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'scan', id });
  const columns = readTaskColumns(catalog, row.taskSetId).filter(({ auxiliary }) => !auxiliary);
  const rows = readCells(catalog, id);
  const first = rows[0]?.reached ?? null;
  const cells = rows.map((cell) => describeCell(catalog, cell, first, columns));
  const best = bestCell(cells, rows);
  const interval = best === null ? null : (cells[best]!.against?.interval ?? null);
  return { ...row, cells, best, clearlyBetter: interval !== null && interval.low > 0 };
}

function describeCell(
  catalog: Catalog,
  { position, settings: written, runId, reached }: CellRow,
  first: CellReached | null,
  columns: readonly TaskColumn[],
): ScanCell {
  const settings = aloneSettings.parse(JSON.parse(written));
  const known = { position, settings, runId };
  if (reached === null) {
    const run = runId === null ? undefined : readRun(catalog, runId);
    const state = run === undefined ? 'waiting' : run.state === 'running' ? 'running' : 'stopped';
    const none = { step: null, tasks: null, aucPr: null, aucPrInterval: null, aucRoc: null, against: null };
    return { ...known, state, ...none };
  }
  const { minimumPerClass } = settings;
  const judged = columns.flatMap(({ taskId, aggregationWeight }) => {
    const metric = reached.tasks.find((task) => task.taskId === taskId);
    return metric === undefined ? [] : [{ ...metric, aggregationWeight }];
  });
  const weights = judged.map(({ aggregationWeight }) => aggregationWeight);
  const { tasks, aucPr, aucRoc, aucPrInterval } = meansOf(judged, weights, minimumPerClass);
  const against =
    first === null || position === 0 ? null : compare(columns, first.tasks, reached.tasks, minimumPerClass);
  return { ...known, state: 'done', step: reached.step, tasks, aucPr, aucRoc, aucPrInterval, against };
}

/** By what ends training early, too; the first of equals. */
function bestCell(cells: readonly ScanCell[], rows: readonly CellRow[]): number | null {
  const done = rows.flatMap(({ position, reached }) => {
    if (reached === null) return [];
    const { aucPr, settings } = cells[position]!;
    return [{ position, worth: worthOf({ ...reached, aucPr }, settings.heads?.regressionWeight) }];
  });
  return done.length === 0 ? null : done.reduce((best, one) => (one.worth > best.worth ? one : best)).position;
}

type Measured = {
  readonly taskId: number;
  readonly actives: number;
  readonly inactives: number;
  readonly aucPr: number | null;
};

/**
 * One model's mean AUC-PR minus another's, task by task over those that count on the fold; the thresholds of an assay
 * are drawn together.
 */
export function compare(
  columns: readonly TaskColumn[],
  before: readonly Measured[],
  after: readonly Measured[],
  minimumPerClass: number,
): Difference {
  const assays = new Map<number, [number, number]>();
  const differences = columns.flatMap(({ taskId, assayId }) => {
    const [one, other] = [before, after].map((tasks) => tasks.find((task) => task.taskId === taskId));
    if (one === undefined || other === undefined || !counts(other, minimumPerClass)) return [];
    const difference = other.aucPr! - one.aucPr!;
    const [tasks, sum] = assays.get(assayId) ?? [0, 0];
    assays.set(assayId, [tasks + 1, sum + difference]);
    return [difference];
  });
  const [interval] = clusterBootstrap([...assays.values()], [([tasks, sum]) => sum! / tasks!]);
  return { tasks: differences.length, assays: assays.size, difference: mean(differences), interval: interval! };
}

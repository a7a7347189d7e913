/** The job `scan`: trains each cell of a small grid and keeps what it reached on the validation fold. */
import {
  addScan,
  type CellReached,
  type CellRow,
  readCells,
  scanOfJob,
  setCell,
  trainedCell,
} from '../catalog/scans.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { UsedProvider } from '../contract/providers.ts';
import { type AloneSettings, aloneSettings } from '../contract/training.ts';
import { type ScanRequest, scanCells, settingsKey } from '../contract/tuning.ts';
import type { TrainingTable } from '../tasks/training-table.ts';
import { curveInto, inRun } from './kept-run.ts';
import { describeScan } from './scan.ts';
import type { SpawnTraining } from './spawn.ts';
import { tableToLearn } from './train-alone-job.ts';
import { type AloneResult, startTrainer, type Trainer } from './trainer.ts';

export type ScanResult = { readonly scanId: string; readonly bestRunId: string | null };

/**
 * After a kill the scan of the same job goes on: cells that are done are not trained again, neither are those that any
 * scan before has trained with the same settings on the same tasks. No model is kept, and no look is taken at the test
 * fold.
 * @throws NOTHING_TO_LEARN, NOT_FOUND, TRAINING_FAILED, CANCELLED
 */
export async function scanJob(
  workspace: Workspace,
  { taskSetId, settings, grid }: ScanRequest,
  control: Control,
  spawn: SpawnTraining,
  jobId: string | null = null,
  provider: UsedProvider = { name: 'cpu', trouble: null },
): Promise<ScanResult> {
  const { catalog } = workspace;
  const begun = jobId === null ? undefined : scanOfJob(catalog, jobId);
  const learnt = tableToLearn(catalog, begun?.taskSetId ?? taskSetId, settings.heads);
  const cells = scanCells(settings, grid).map(settingsKey);
  const scanId = begun?.id ?? addScan(catalog, { taskSetId: learnt.taskSetId, jobId, cells });
  control.report({ step: 'scan.start', done: 0 });

  for (const cell of readCells(catalog, scanId)) {
    const before = cell.reached === null ? trainedCell(catalog, learnt.taskSetId, cell.settings) : undefined;
    if (before?.reached) setCell(catalog, scanId, cell.position, before.runId, before.reached);
  }
  const waiting = readCells(catalog, scanId).filter(({ reached }) => reached === null);
  if (waiting.length > 0) {
    const trainer = await startTrainer(spawn, provider);
    try {
      await trainer.load(learnt.table);
      for (const cell of waiting) {
        stopIfAsked(control);
        await trainCell(workspace, trainer, { ...learnt, scanId, jobId, cell, cells: cells.length }, control);
      }
    } finally {
      await trainer.close();
    }
  }
  const { best, cells: done } = describeScan(catalog, scanId);
  return { scanId, bestRunId: best === null ? null : done[best]!.runId };
}

type CellToTrain = {
  readonly taskSetId: number;
  readonly table: TrainingTable;
  readonly scanId: string;
  readonly jobId: string | null;
  readonly cell: CellRow;
  readonly cells: number;
};

async function trainCell(
  { catalog }: Workspace,
  trainer: Trainer,
  { taskSetId, table, scanId, jobId, cell, cells }: CellToTrain,
  control: Control,
): Promise<void> {
  const settings = aloneSettings.parse(JSON.parse(cell.settings));
  const run = { kind: 'scan', taskSetId, jobId, series: null, settings } as const;
  await inRun(catalog, run, control, async (runId) => {
    setCell(catalog, scanId, cell.position, runId, null);
    const result = await trainer.trainAlone(
      settings,
      withinScan(control, cell.position, cells, settings),
      curveInto(catalog, runId, trainer),
    );
    setCell(catalog, scanId, cell.position, runId, reached(result, table));
  });
}

/** Progress over the whole scan, as if every cell took all its steps: one that ends early only jumps ahead. */
const withinScan = (control: Control, position: number, cells: number, { steps }: AloneSettings): Control => ({
  signal: control.signal,
  report: ({ done, detail }) =>
    control.report({
      step: 'scan.steps',
      done: position * steps + done,
      total: cells * steps,
      detail: { ...detail, cell: position + 1, cells },
    }),
});

const reached = ({ step, validation }: AloneResult, { tasks }: TrainingTable): CellReached => ({
  step,
  loss: validation.loss,
  regressionLoss: validation.regressionLoss ?? null,
  tasks: validation.tasks.map(({ actives, inactives, aucPr, aucRoc }, column) => ({
    taskId: tasks[column]!.taskId,
    actives,
    inactives,
    aucPr,
    aucRoc,
  })),
});

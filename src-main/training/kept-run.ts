/** A run that the catalog knows: begun, with its curve as it grows, and ended by how the work ends. */

import type { Catalog } from '../catalog/open.ts';
import { forgetRunPoints, setRunProvider } from '../catalog/run-providers.ts';
import { addRun, addRunPoint, endAbandonedRuns, finishRun, type NewRun } from '../catalog/runs.ts';
import type { Control } from '../contract/progress.ts';
import type { RunPoint } from '../contract/training.ts';
import type { Trainer } from './trainer.ts';

/** A run that a killed process left behind is marked as failed first. */
export async function inRun<Result>(
  catalog: Catalog,
  run: NewRun,
  control: Control,
  work: (runId: string) => Promise<Result>,
): Promise<Result> {
  endAbandonedRuns(catalog);
  const runId = addRun(catalog, run);
  try {
    const result = await work(runId);
    finishRun(catalog, runId, 'done');
    return result;
  } catch (error) {
    finishRun(catalog, runId, control.signal.aborted ? 'cancelled' : 'failed');
    throw error;
  }
}

/** The curve begins with step 0, and once more when another provider takes over. */
export const curveInto =
  (catalog: Catalog, runId: string, trainer: Pick<Trainer, 'provider'>) =>
  (point: RunPoint): void => {
    if (point.step === 0) {
      forgetRunPoints(catalog, runId);
      setRunProvider(catalog, runId, trainer.provider());
    }
    addRunPoint(catalog, runId, point);
  };

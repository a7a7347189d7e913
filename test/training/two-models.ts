/** An own and a global model of one task set, as training leaves them. */
import { addRun } from '../../src-main/catalog/runs.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { parameterHash, readChemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { trainRequest } from '../../src-main/contract/training.ts';
import { readTrainingTable } from '../../src-main/tasks/training-table.ts';
import { saveModel } from '../../src-main/training/save-model.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { trainAloneJob } from '../../src-main/training/train-alone-job.ts';
import { initialTrunk, localRecipe, startTrainer } from '../../src-main/training/trainer.ts';
import { tableFrom } from './tables.ts';
import { storeTable } from './task-workspace.ts';

/** 600 compounds under 6 tasks. */
export const table = tableFrom(21, { rows: 600, tasks: 6, bits: 60, bitsPerCompound: 10, labelsPerCompound: 3 });

/** Both trained, neither to the end. */
export async function learnTwoModels(workspace: Workspace) {
  const { catalog } = workspace;
  const taskSetId = storeTable(workspace, table, parameterHash(readChemistryParameters(catalog)), (row) => `C${row}`);
  const { settings } = trainRequest.parse({
    settings: { hidden: [12], dropout: 0.2, inputDropout: 0.1, trunkRate: 5e-3, steps: 40, evaluateEvery: 20 },
  });
  const own = await trainAloneJob(workspace, { taskSetId, settings }, unattended, spawnTraining);
  const runId = addRun(catalog, { kind: 'federated', taskSetId, jobId: null, series: 's', settings: { rounds: 1 } });
  const trainer = await startTrainer(spawnTraining);
  await trainer.load(readTrainingTable(catalog, taskSetId));
  const local = { ...localRecipe, steps: 40, batch: 32, dropout: 0 };
  const { trunk } = await trainer.localRound({ trunk: initialTrunk([10], 1), settings: local, seed: 1 }, unattended);
  const [validation, test] = [
    await trainer.evaluate({ trunk, role: 'validation' }),
    await trainer.evaluate({ trunk, role: 'test' }),
  ];
  const globalId = await saveModel(workspace, trainer, { runId, kind: 'global', step: 7, trunk, validation, test });
  await trainer.close();
  return { ownId: own.modelId, globalId, runId };
}

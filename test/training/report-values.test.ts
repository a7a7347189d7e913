import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addRun } from '../../src-main/catalog/runs.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { trainRequest } from '../../src-main/contract/training.ts';
import { readTrainingTable } from '../../src-main/tasks/training-table.ts';
import { readBenefit } from '../../src-main/training/benefit.ts';
import { fuseModels } from '../../src-main/training/fuse-job.ts';
import { readReport, reportGroupsAsCsv, reportTasksAsCsv } from '../../src-main/training/report.ts';
import { saveModel } from '../../src-main/training/save-model.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { trainAloneJob } from '../../src-main/training/train-alone-job.ts';
import { startTrainer } from '../../src-main/training/trainer.ts';
import { emptyWorkspace } from '../catalog/empty-workspace.ts';
import { tableFrom } from './tables.ts';
import { storeTable } from './task-workspace.ts';

const table = tableFrom(21, {
  rows: 500,
  tasks: 6,
  bits: 60,
  bitsPerCompound: 10,
  labelsPerCompound: 3,
  valueTasks: 5,
});
const { settings } = trainRequest.parse({
  settings: {
    ...{ hidden: [12], dropout: 0.1, inputDropout: 0.1, trunkRate: 5e-3, headRate: 5e-3, steps: 60, evaluateEvery: 20 },
    heads: { values: true },
  },
});

describe('models that learn values beside classes', () => {
  let workspace: Workspace;
  let remove: () => void;
  let ownId: string;
  let globalId: string;
  beforeAll(async () => {
    ({ workspace, remove } = emptyWorkspace());
    const { catalog } = workspace;
    const taskSetId = storeTable(workspace, table, 'parameters', (row) => `C${row}`);
    ownId = (await trainAloneJob(workspace, { taskSetId, settings }, unattended, spawnTraining)).modelId;
    const runId = addRun(catalog, { kind: 'federated', taskSetId, jobId: null, series: 's', settings: { rounds: 1 } });
    const trainer = await startTrainer(spawnTraining);
    await trainer.load(readTrainingTable(catalog, taskSetId, { regression: true }));
    const { trunk } = await trainer.trainAlone({ ...settings, steps: 160, seed: 2 }, unattended);
    const [validation, test] = [
      await trainer.evaluate({ trunk, role: 'validation' }),
      await trainer.evaluate({ trunk, role: 'test' }),
    ];
    globalId = await saveModel(workspace, trainer, { runId, kind: 'global', step: 1, trunk, validation, test });
    await trainer.close();
  });
  afterAll(() => remove());

  it('are reported with the errors of every regression task, and their means', () => {
    const report = readReport(workspace.catalog, globalId);
    const { regressionTasks, regressionGroups } = report.test;
    expect(regressionTasks).toHaveLength(5);
    for (const { labels, uncensored, counts, metrics } of regressionTasks) {
      expect(labels).toBeGreaterThan(uncensored);
      expect(counts).toBe(true);
      expect(metrics.r2).toBeGreaterThan(0);
      expect(metrics.rmse).toBeGreaterThan(0);
    }
    const [all] = regressionGroups;
    expect(all).toMatchObject({ group: 'all', tasks: 5 });
    expect(all!.metrics.pearson.interval!.low).toBeGreaterThan(0);
    expect([...reportTasksAsCsv(report)]).toHaveLength(1 + 2 * (6 + 5));
    expect([...reportGroupsAsCsv(report)]).toHaveLength(1 + 2 * 2 * (10 + 4));
  });

  it('are compared by R2 and by their error, which is better when it is smaller', () => {
    const byError = readBenefit(workspace.catalog, ownId, globalId, 'rmse');
    const byShare = readBenefit(workspace.catalog, ownId, globalId, 'r2');
    expect(byError.tasks).toHaveLength(5);
    expect(byError.tasks[0]).toMatchObject({ threshold: null, direction: null });
    const [errors, shares] = [byError.gains[0]!, byShare.gains[0]!];
    expect(errors.difference).toBeLessThan(0);
    expect(errors.gained).toBeGreaterThan(errors.lost);
    expect(shares.difference).toBeGreaterThan(0);
    expect(shares.riptop).toBeGreaterThan(0);
    expect(errors.riptop).toBeGreaterThan(0);
  });

  it('are fused in their classes and their values', async () => {
    const { catalog } = workspace;
    const { modelId, weight } = await fuseModels(
      workspace,
      { ownModelId: ownId, globalModelId: globalId },
      unattended,
      spawnTraining,
    );
    expect(modelId === null).toBe(weight === 0 || weight === 1);
    if (modelId === null) return;
    const { tasks, regressionTasks } = readReport(catalog, modelId).test;
    expect(tasks).toHaveLength(6);
    const own = readReport(catalog, ownId).test.regressionTasks;
    expect(own.length).toBeGreaterThan(0);
    expect(regressionTasks.map(({ assay }) => assay)).toEqual(own.map(({ assay }) => assay));
  });
});

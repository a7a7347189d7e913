import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModel, readTaskColumns } from '../../src-main/catalog/models.ts';
import { addRun, listRuns, readRun, readRunPoints } from '../../src-main/catalog/runs.ts';
import { sha256 } from '../../src-main/catalog/vault.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { type Control, type Progress, unattended } from '../../src-main/contract/progress.ts';
import { trainRequest } from '../../src-main/contract/training.ts';
import { readTrainingTable } from '../../src-main/tasks/training-table.ts';
import { readBenefit } from '../../src-main/training/benefit.ts';
import { readModelAbout } from '../../src-main/training/model-file.ts';
import {
  describeModels,
  describeRun,
  readMeans,
  readTaskResults,
  readyToTrain,
} from '../../src-main/training/overview.ts';
import { saveModel } from '../../src-main/training/save-model.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { trainAloneJob } from '../../src-main/training/train-alone-job.ts';
import { initialTrunk, localRecipe, startTrainer } from '../../src-main/training/trainer.ts';
import { emptyWorkspace } from '../catalog/empty-workspace.ts';
import { tableFrom } from './tables.ts';
import { storeTable } from './task-workspace.ts';

const table = tableFrom(21, { rows: 500, tasks: 3, bits: 60, bitsPerCompound: 10 });
const request = trainRequest.parse({
  settings: { hidden: [12], dropout: 0.2, inputDropout: 0.1, trunkRate: 5e-3, steps: 60, evaluateEvery: 20 },
});

let workspace: Workspace;
let remove: () => void;
beforeEach(() => {
  ({ workspace, remove } = emptyWorkspace());
});
afterEach(() => remove());

const store = () => storeTable(workspace, table, 'parameters', (row) => `C${row}`);

describe('the job that trains alone', () => {
  it('leaves a run with its curve, a model that says what it is, and the metrics of both folds', async () => {
    const taskSetId = store();
    expect(readTrainingTable(workspace.catalog, taskSetId).labelRows).toEqual(table.labelRows);
    const reports: Progress[] = [];
    const control: Control = { signal: unattended.signal, report: (progress) => reports.push(progress) };
    const { runId, modelId } = await trainAloneJob(workspace, request, control, spawnTraining, 'job-1');

    const { catalog, vault } = workspace;
    const run = describeRun(catalog, readRun(catalog, runId)!);
    expect(run).toMatchObject({ state: 'done', kind: 'alone', taskSetId, jobId: 'job-1', hidden: [12], modelId });
    expect(readRunPoints(catalog, runId, -1).map(({ step }) => step)).toEqual([0, 20, 40, 60]);
    expect(readRunPoints(catalog, runId, 20).map(({ step }) => step)).toEqual([40, 60]);
    expect(reports.find(({ step }) => step === 'train.steps')?.detail).toMatchObject({ loss: expect.any(Number) });

    const model = readModel(catalog, modelId)!;
    const bytes = vault.read(model.file);
    expect(sha256(bytes)).toBe(model.hash);
    const about = readModelAbout(bytes, modelId);
    expect(about).toMatchObject({ kind: 'alone', step: run.best!.step, parameterHash: 'parameters' });
    expect(about.trunkHash).toBe(model.trunkHash);
    expect(about.tasks.map(({ taskId }) => taskId)).toEqual(
      readTaskColumns(catalog, taskSetId).map(({ taskId }) => taskId),
    );

    expect(readMeans(catalog, modelId, 'validation').aucPr).toBeCloseTo(run.best!.validationAucPr!, 12);
    const results = readTaskResults(catalog, modelId, null, 'test');
    expect(results).toHaveLength(3);
    for (const { actives, inactives, alone, global } of results) {
      expect(actives + inactives).toBeGreaterThan(20);
      expect(alone!.aucRoc).toBeGreaterThan(0.5);
      expect(global).toBeNull();
    }
    expect(describeModels(catalog, 'alone')).toHaveLength(1);
    expect(describeModels(catalog, 'global')).toHaveLength(0);
    expect(readyToTrain(catalog)).toMatchObject({ taskSetId, tasks: 3, labels: table.labelRows.length });
  });

  it('marks the run when it is cancelled, and what a killed one left behind when it starts again', async () => {
    const taskSetId = store();
    const killed = addRun(workspace.catalog, { kind: 'alone', taskSetId, jobId: 'job-1', series: null, settings: {} });
    const stop = new AbortController();
    const control: Control = {
      signal: stop.signal,
      report: ({ step }) => {
        if (step === 'train.steps') stop.abort();
      },
    };
    await expect(trainAloneJob(workspace, request, control, spawnTraining)).rejects.toThrow(/CANCELLED/);
    const runs = listRuns(workspace.catalog, 10);
    expect(runs.find(({ id }) => id === killed)?.state).toBe('failed');
    expect(runs.find(({ id }) => id !== killed)?.state).toBe('cancelled');
    expect(describeModels(workspace.catalog, undefined)).toEqual([]);
  });

  it('refuses to begin without tasks, or without labels to learn from', async () => {
    const train = () => trainAloneJob(workspace, request, unattended, spawnTraining);
    await expect(train()).rejects.toThrow(/NOTHING_TO_LEARN.*no-task-set/);
    storeTable(workspace, { ...table, folds: table.folds.map(() => 0) }, 'parameters', (row) => `C${row}`);
    await expect(train()).rejects.toThrow(/NOTHING_TO_LEARN.*no-training-labels/);
  });
});

describe('the gain over training alone', () => {
  it('is the difference per task on the test fold, in groups', async () => {
    const taskSetId = store();
    const { catalog } = workspace;
    const { modelId } = await trainAloneJob(workspace, request, unattended, spawnTraining);
    const runId = addRun(catalog, { kind: 'federated', taskSetId, jobId: null, series: 's', settings: { rounds: 1 } });
    const trainer = await startTrainer(spawnTraining);
    await trainer.load(readTrainingTable(catalog, taskSetId));
    const settings = { ...localRecipe, steps: 5, batch: 32 };
    const { trunk } = await trainer.localRound({ trunk: initialTrunk([12], 1), settings, seed: 1 }, unattended);
    const [validation, test] = [
      await trainer.evaluate({ trunk, role: 'validation' }),
      await trainer.evaluate({ trunk, role: 'test' }),
    ];
    const globalId = await saveModel(workspace, trainer, { runId, kind: 'global', step: 1, trunk, validation, test });
    await trainer.close();

    const results = readTaskResults(catalog, modelId, globalId, 'test');
    const expected =
      results.reduce((sum, { alone, global }) => sum + global!.aucPr! - alone!.aucPr!, 0) / results.length;
    const { gains } = readBenefit(catalog, modelId, globalId, 'aucPr');
    expect(gains.map(({ group }) => group)).toEqual(['all', 'OTHER', 'size']);
    expect(gains[0]!.difference).toBeCloseTo(expected, 12);
    expect(gains[0]!).toMatchObject({ tasks: 3, interval: null });
    expect(readModel(catalog, globalId)).toMatchObject({ series: 's', kind: 'global', tasks: 3 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fusionOf, fusionOfModel } from '../../src-main/catalog/fusions.ts';
import { modelOfRun, readModel, removeSupersededModels } from '../../src-main/catalog/models.ts';
import { sha256 } from '../../src-main/catalog/vault.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { benefitTasksAsCsv, gainsAsCsv, readBenefit } from '../../src-main/training/benefit.ts';
import { fuseModels } from '../../src-main/training/fuse-job.ts';
import { bestWeight, chooseWeight, fusedLogit, logitOfProbability } from '../../src-main/training/fusion.ts';
import { fusedModelFile } from '../../src-main/training/fusion-file.ts';
import { modelFile, readModelAbout } from '../../src-main/training/model-file.ts';
import { classifying } from '../../src-main/training/network-shape.ts';
import { readMeans } from '../../src-main/training/overview.ts';
import { readReport, reportGroupsAsCsv, reportTasksAsCsv } from '../../src-main/training/report.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { readModelFile } from '../../src-main/training/stored-model.ts';
import { initialTrunk, startPredictor } from '../../src-main/training/trainer.ts';
import { emptyWorkspace } from '../catalog/empty-workspace.ts';
import { learnTwoModels, table } from './two-models.ts';

let workspace: Workspace;
let remove: () => void;
let ownId: string;
let globalId: string;
let globalRun: string;
beforeAll(async () => {
  ({ workspace, remove } = emptyWorkspace());
  ({ ownId, globalId, runId: globalRun } = await learnTwoModels(workspace));
});
afterAll(() => remove());

describe('the weight of a fusion', () => {
  it('is the one that is best on the validation fold, of equals the one nearest to the global model', () => {
    const look = (weight: number, aucPr: number | null, loss = 0) => ({ weight, aucPr, loss });
    expect(bestWeight([look(0, 0.5), look(0.5, 0.7), look(1, 0.6)])).toBe(0.5);
    expect(bestWeight([look(0, 0.7), look(0.5, 0.7), look(1, 0.7)])).toBe(1);
    expect(bestWeight([look(0, 0.7), look(0.5, 0.6), look(1, 0.6)])).toBe(0);
    expect(bestWeight([look(0, null, 0.4), look(0.5, null, 0.3), look(1, null, 0.5)])).toBe(0.5);
  });

  it('is an end of the grid where the other model only does harm', () => {
    const truth = new Map<string, number>();
    table.labelRows.forEach((row, at) => {
      truth.set(`${row} ${table.labelTasks[at]}`, table.labelValues[at]!);
    });
    const right = (row: number, task: number) => truth.get(`${row} ${task}`)!;
    const wrong = (row: number, task: number) => -3 * right(row, task);
    expect(chooseWeight(table, wrong, right, 5).weight).toBe(1);
    const { weight, looks } = chooseWeight(table, right, wrong, 5);
    expect(weight).toBeLessThanOrEqual(0.2);
    expect(looks.map(({ weight }) => weight)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect(fusedLogit(right, wrong, 0.25)(table.labelRows[0]!, table.labelTasks[0]!)).toBeCloseTo(0, 12);
  });

  it('takes probabilities back to logits, those that were rounded to 0 and 1 among them', () => {
    for (const logit of [-30, -3, 0, 0.5, 9]) {
      expect(logitOfProbability(1 / (1 + Math.exp(-logit)))).toBeCloseTo(logit, 6);
    }
    expect(logitOfProbability(1)).toBeGreaterThan(16);
    expect(logitOfProbability(0)).toBeLessThan(-80);
  });
});

describe('a fused model file', () => {
  it('gives the mean of both logits, says what it was made of, and opens like any other model', async () => {
    const { catalog } = workspace;
    const part = (id: string) => ({ id, bytes: readModelFile(workspace, readModel(catalog, id)!) });
    const [own, global] = [part(ownId), part(globalId)];
    const fused = fusedModelFile(own, global, { logits: 0.3, values: null });
    expect(readModelAbout(fused, 'fused')).toMatchObject({ kind: 'fused', series: 's', step: 7 });
    const predictor = await startPredictor(spawnTraining);
    try {
      const bits = Int32Array.from([0, 533, 1066, 1599, 533, 1066, -1, -1]);
      const predict = async (bytes: Uint8Array) => [
        ...(await predictor.predict(await predictor.openModel(bytes), bits, 2)).probabilities,
      ];
      const [a, b, both] = [await predict(own.bytes), await predict(global.bytes), await predict(fused)];
      expect(both).toHaveLength(12);
      both.forEach((probability, at) => {
        const logit = 0.7 * logitOfProbability(a[at]!) + 0.3 * logitOfProbability(b[at]!);
        expect(probability).toBeCloseTo(1 / (1 + Math.exp(-logit)), 5);
      });
    } finally {
      await predictor.close();
    }
  });

  it('is not made of what is no model, or of models of other tasks', () => {
    const { catalog } = workspace;
    const bytes = readModelFile(workspace, readModel(catalog, ownId)!);
    const own = { id: ownId, bytes };
    const half = { logits: 0.5, values: null };
    expect(() => fusedModelFile(own, { id: 'x', bytes: new Uint8Array(9) }, half)).toThrow(/MODEL_UNREADABLE/);
    const other = modelFile(
      initialTrunk([4], 1),
      {
        heads: classifying(1),
        tensors: { 'head.weight': new Float32Array(4), 'head.bias': new Float32Array(1) },
        catalogue: [-1],
        scale: { means: [], deviations: [] },
      },
      { ...readModelAbout(bytes, ownId), tasks: [{ taskId: 99, assay: 'B', threshold: 1, direction: 'high' }] },
    );
    expect(() => fusedModelFile(own, { id: 'x', bytes: other }, half)).toThrow(/MODEL_UNREADABLE.*other-tasks/);
  });
});

describe('the job that fuses', () => {
  it('keeps the weight, every look at the validation fold, and where it helps a model with its metrics', async () => {
    const { catalog } = workspace;
    const { modelId, weight } = await fuseModels(
      workspace,
      { ownModelId: ownId, globalModelId: globalId },
      unattended,
      spawnTraining,
    );
    const fusion = fusionOf(catalog, ownId, globalId)!;
    expect(fusion).toMatchObject({ weight, modelId, ownHash: readModel(catalog, ownId)!.hash });
    // The ends of the grid are the two models themselves.
    expect(fusion.looks[0]!.aucPr).toBeCloseTo(readMeans(catalog, ownId, 'validation').aucPr!, 4);
    expect(fusion.looks[10]!.aucPr).toBeCloseTo(readMeans(catalog, globalId, 'validation').aucPr!, 4);
    expect(weight).toBeGreaterThan(0);
    expect(weight).toBeLessThan(1);

    const model = readModel(catalog, modelId!)!;
    expect(model).toMatchObject({ kind: 'fused', series: 's', step: 7, tasks: 6 });
    const bytes = readModelFile(workspace, model);
    expect(sha256(bytes)).toBe(model.hash);
    expect(fusionOfModel(catalog, model.id)!.globalHash).toBe(readModel(catalog, globalId)!.hash);
    const chosen = fusion.looks.find((look) => look.weight === weight)!;
    expect(readMeans(catalog, model.id, 'validation').aucPr).toBeCloseTo(chosen.aucPr!, 4);
    expect(readMeans(catalog, model.id, 'test').tasks).toBe(6);
  });

  it('leaves the fused model when the round trains a better global one, and is no model of that run', () => {
    const { catalog } = workspace;
    const fused = fusionOf(catalog, ownId, globalId)!.modelId!;
    expect(modelOfRun(catalog, globalRun)!.id).toBe(globalId);
    expect(removeSupersededModels(catalog, globalRun, globalId)).toEqual([]);
    expect(readModel(catalog, fused)).toBeDefined();
  });

  it('refuses two models that are no pair', async () => {
    const fuse = (ownModelId: string, globalModelId: string) =>
      fuseModels(workspace, { ownModelId, globalModelId }, unattended, spawnTraining);
    await expect(fuse(globalId, globalId)).rejects.toThrow(/INPUT_INVALID.*not trained alone/);
    await expect(fuse(ownId, ownId)).rejects.toThrow(/INPUT_INVALID.*not a global model/);
    await expect(fuse('nobody', globalId)).rejects.toThrow(/NOT_FOUND/);
  });
});

describe('the report of a model', () => {
  it('has every metric of every task on both folds, and means over all and by assay type', () => {
    const { catalog } = workspace;
    const report = readReport(catalog, ownId);
    expect(report.model.id).toBe(ownId);
    for (const fold of [report.validation, report.test]) {
      expect(fold.tasks).toHaveLength(6);
      expect(fold.groups.map(({ group }) => group)).toEqual(['all', 'OTHER']);
      expect(fold.regressionTasks).toEqual([]);
    }
    const { aucPr, brier, kappaMax } = report.test.groups[0]!.metrics;
    const { aucPr: mean, aucPrInterval } = readMeans(catalog, ownId, 'test');
    expect(aucPr.mean).toBeCloseTo(mean!, 12);
    expect(aucPr.interval).toEqual(aucPrInterval);
    expect(aucPr.weighted).toBeCloseTo(mean!, 12);
    expect(brier.mean).toBeLessThan(0.3);
    expect(kappaMax.tasks).toBe(6);
    expect(report.test.tasks.every(({ metrics }) => metrics.f1Max! > 0 && metrics.logLoss! > 0)).toBe(true);
  });

  it('is written as CSV with a row per task and fold, or per group and metric, each with the full hash', () => {
    const report = readReport(workspace.catalog, ownId);
    const tasks = [...reportTasksAsCsv(report)];
    expect(tasks).toHaveLength(1 + 12);
    expect(tasks[0]).toContain('auc_pr,auc_pr_calibrated,auc_roc,f1_max');
    expect(tasks[1]).toMatch(
      new RegExp(`^validation,classification,A-1,OTHER,6,high,0,1,1,.*${report.model.hash}\r\n$`),
    );
    const width = tasks[0]!.split(',').length;
    expect(tasks.every((line) => line.split(',').length === width)).toBe(true);
    const groups = [...reportGroupsAsCsv(report)];
    expect(groups).toHaveLength(1 + 2 * 2 * 10);
    expect(groups[1]).toMatch(/^validation,classification,all,auc_pr,6,0\.\d+,/);
  });
});

describe('the benefit of a partner', () => {
  it('compares both models task by task on the test fold, most gained first', () => {
    const { catalog } = workspace;
    const benefit = readBenefit(catalog, ownId, globalId, 'aucPr');
    const [all] = benefit.gains;
    expect(all).toMatchObject({ group: 'all', tasks: 6, assays: 6 });
    expect(all!.alone).toBeCloseTo(readMeans(catalog, ownId, 'test').aucPr!, 12);
    expect(all!.global).toBeCloseTo(readMeans(catalog, globalId, 'test').aucPr!, 12);
    expect(all!.interval).not.toBeNull();
    const differences = benefit.tasks.map(({ alone, global }) => global - alone);
    expect(differences).toEqual([...differences].sort((a, b) => b - a));
    expect(readBenefit(catalog, ownId, globalId, 'r2')).toMatchObject({ gains: [], tasks: [] });
    expect([...benefitTasksAsCsv(benefit)]).toHaveLength(7);
    const lines = [...gainsAsCsv(benefit)];
    expect(lines).toHaveLength(1 + benefit.gains.length);
    const width = lines[0]!.split(',').length;
    expect(lines.every((line) => line.split(',').length === width)).toBe(true);
    expect(lines.at(-1)).toMatch(/^labels \d+ to \d+,aucPr,/);
  });
});

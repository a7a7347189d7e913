import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModel, readTaskMetrics } from '../../src-main/catalog/models.ts';
import { retrainingOf } from '../../src-main/catalog/retrainings.ts';
import { listRuns, readRun, readRunPoints } from '../../src-main/catalog/runs.ts';
import { addScan, newestScan, readCells } from '../../src-main/catalog/scans.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { type Control, unattended } from '../../src-main/contract/progress.ts';
import { aloneSettings, trainRequest } from '../../src-main/contract/training.ts';
import { defaultGrid, retrainRequest, scanCells, scanRequest, settingsKey } from '../../src-main/contract/tuning.ts';
import { choosePair } from '../../src-main/scoring/models.ts';
import { compactTrunk } from '../../src-main/training/compaction.ts';
import { openCpuStepper } from '../../src-main/training/cpu/stepper.ts';
import { finalFitJob, withValidationLearnt } from '../../src-main/training/final-fit-job.ts';
import { openHeadStepper } from '../../src-main/training/head-stepper.ts';
import { headsOf, labelsOfHeads } from '../../src-main/training/labels.ts';
import { namedTrunk, prepareLesson } from '../../src-main/training/lesson.ts';
import { createDeck, draw, keptShare, minibatch } from '../../src-main/training/minibatch.ts';
import { readModelAbout, readTrunk, trunkHash } from '../../src-main/training/model-file.ts';
import { initialHeads, initialTrunk } from '../../src-main/training/network.ts';
import { readMeans } from '../../src-main/training/overview.ts';
import { randomFrom } from '../../src-main/training/random.ts';
import { readReport } from '../../src-main/training/report.ts';
import { retrainJob } from '../../src-main/training/retrain-job.ts';
import { rowsOfRole } from '../../src-main/training/roles.ts';
import { describeScan } from '../../src-main/training/scan.ts';
import { scanJob } from '../../src-main/training/scan-job.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { trainAloneJob } from '../../src-main/training/train-alone-job.ts';
import { emptyWorkspace } from '../catalog/empty-workspace.ts';
import { tableFrom } from './tables.ts';
import { storeTable } from './task-workspace.ts';
import { learnTwoModels } from './two-models.ts';

const table = tableFrom(21, { rows: 600, tasks: 6, bits: 60, bitsPerCompound: 10, labelsPerCompound: 3 });
const quick = { hidden: [12], dropout: 0.2, inputDropout: 0.1, trunkRate: 5e-3, steps: 60, evaluateEvery: 20 };

let workspace: Workspace;
let remove: () => void;
beforeEach(() => {
  ({ workspace, remove } = emptyWorkspace());
});
afterEach(() => remove());

const store = () => storeTable(workspace, table, 'parameters', (row) => `C${row}`);

describe('the cells of a scan', () => {
  it('are what it begins from and every combination of its grid, each once', () => {
    const from = aloneSettings.parse({});
    const cells = scanCells(from, defaultGrid);
    expect(cells).toHaveLength(8);
    expect(cells[0]).toEqual(from);
    expect(new Set(cells.map(settingsKey)).size).toBe(8);
    expect(scanCells(from, {})).toEqual([from]);
    expect(scanCells(from, { dropout: [0.3, 0.5], headRate: [1e-3] })).toHaveLength(3);
  });

  it('are no more than a scan may have', () => {
    const ten = Array.from({ length: 10 }, (_, at) => at / 20);
    expect(scanRequest.safeParse({ grid: { dropout: ten, inputDropout: ten } }).success).toBe(false);
  });
});

describe('the job that scans settings', () => {
  const request = scanRequest.parse({ settings: quick, grid: { hidden: [[12], [8]], trunkRate: [5e-3, 1e-5] } });

  it('trains each cell, names the best by the validation fold, and keeps no model', async () => {
    const taskSetId = store();
    const { scanId, bestRunId } = await scanJob(workspace, request, unattended, spawnTraining, 'job-1');
    const { catalog } = workspace;
    const scan = describeScan(catalog, scanId);
    expect(scan).toMatchObject({ taskSetId, jobId: 'job-1' });
    expect(scan.cells.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
    const best = scan.cells[scan.best!]!;
    expect(best.aucPr).toBe(Math.max(...scan.cells.map(({ aucPr }) => aucPr!)));
    expect(best.settings.trunkRate).toBe(5e-3);
    expect(best.runId).toBe(bestRunId);
    expect(scan.cells[0]!.against).toBeNull();
    for (const { aucPr, against, runId, step } of scan.cells.slice(1)) {
      expect(against!.tasks).toBe(6);
      expect(against!.difference).toBeCloseTo(aucPr! - scan.cells[0]!.aucPr!, 12);
      expect(readRun(catalog, runId!)).toMatchObject({ kind: 'scan', state: 'done' });
      const points = readRunPoints(catalog, runId!, -1);
      expect(points.find((point) => point.step === step)!.validationAucPr).toBeCloseTo(aucPr!, 12);
    }
    expect(scan.clearlyBetter).toBe((best.against?.interval?.low ?? 0) > 0);
    expect(catalog.db.prepare('select count(*) from model').pluck().get()).toBe(0);
  });

  it('goes on after a kill where it was, and says the same as one that was not stopped', async () => {
    store();
    const { catalog } = workspace;
    const stop = new AbortController();
    const control: Control = {
      signal: stop.signal,
      report: ({ step, detail }) => {
        if (step === 'scan.steps' && detail?.cell === 3) stop.abort();
      },
    };
    await expect(scanJob(workspace, request, control, spawnTraining, 'job-1')).rejects.toThrow(/CANCELLED/);
    const scanId = newestScan(catalog)!.id;
    expect(describeScan(catalog, scanId).cells.map(({ state }) => state)).toEqual([
      ...['done', 'done', 'stopped', 'waiting'],
    ]);
    // As a killed process leaves its run.
    catalog.db.prepare("update run set state = 'running' where state = 'cancelled'").run();
    const before = readCells(catalog, scanId);

    expect((await scanJob(workspace, request, unattended, spawnTraining, 'job-1')).scanId).toBe(scanId);
    const cells = describeScan(catalog, scanId).cells;
    expect(cells.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
    expect(cells.slice(0, 2).map(({ runId }) => runId)).toEqual(before.slice(0, 2).map(({ runId }) => runId));
    expect(readRun(catalog, before[2]!.runId!)!.state).toBe('failed');
    expect(listRuns(catalog, 20)).toHaveLength(5);

    const other = emptyWorkspace();
    storeTable(other.workspace, table, 'parameters', (row) => `C${row}`);
    const whole = await scanJob(other.workspace, request, unattended, spawnTraining);
    expect(describeScan(other.workspace.catalog, whole.scanId).cells.map(({ aucPr, step }) => [aucPr, step])).toEqual(
      cells.map(({ aucPr, step }) => [aucPr, step]),
    );
    other.remove();
  });

  it('takes over cells that an earlier scan has trained, unless the tasks are others', async () => {
    const taskSetId = store();
    const { catalog } = workspace;
    await scanJob(workspace, { ...request, grid: {} }, unattended, spawnTraining);
    const wider = await scanJob(workspace, { ...request, grid: { hidden: [[8]] } }, unattended, spawnTraining);
    expect(describeScan(catalog, wider.scanId).cells.map(({ state }) => state)).toEqual(['done', 'done']);
    expect(listRuns(catalog, 20)).toHaveLength(2);
    store();
    const anew = await scanJob(workspace, { ...request, grid: {} }, unattended, spawnTraining);
    expect(describeScan(catalog, anew.scanId).taskSetId).not.toBe(taskSetId);
    expect(listRuns(catalog, 20)).toHaveLength(3);
  });

  it('says which cell is clearly better only when the interval over assays leaves zero', () => {
    const taskSetId = store();
    const { catalog } = workspace;
    const settings = [0.1, 0.2, 0.3].map((dropout) => settingsKey(aloneSettings.parse({ ...quick, dropout })));
    const scanId = addScan(catalog, { taskSetId, jobId: null, cells: settings });
    const taskIds = catalog.db.prepare('select id from task order by position').pluck().all() as number[];
    const reach = (position: number, aucPrs: readonly number[]) =>
      catalog.db.prepare('update scan_cell set reached = ? where scan_id = ? and position = ?').run(
        JSON.stringify({
          ...{ step: 20, loss: 1, regressionLoss: null },
          tasks: taskIds.map((taskId, at) => ({ taskId, actives: 9, inactives: 9, aucPr: aucPrs[at], aucRoc: 0.5 })),
        }),
        scanId,
        position,
      );
    expect(describeScan(catalog, scanId)).toMatchObject({ best: null, clearlyBetter: false });
    reach(0, [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]);
    reach(1, [0.9, 0.1, 0.9, 0.1, 0.9, 0.2]);
    expect(describeScan(catalog, scanId)).toMatchObject({ best: 1, clearlyBetter: false });
    reach(2, [0.6, 0.61, 0.62, 0.6, 0.61, 0.62]);
    expect(describeScan(catalog, scanId)).toMatchObject({ best: 2, clearlyBetter: true });
  });
});

describe('the final fit', () => {
  it('learns from training and validation folds for the chosen steps, and has no figure of the validation fold', async () => {
    const taskSetId = store();
    const { catalog, vault } = workspace;
    const { settings } = trainRequest.parse({ settings: { ...quick, steps: 80, patience: 2 } });
    const first = await trainAloneJob(workspace, { taskSetId, settings }, unattended, spawnTraining);
    const chosen = readModel(catalog, first.modelId)!.step;
    expect(chosen).toBeGreaterThan(0);

    const final = await finalFitJob(workspace, { runId: first.runId }, unattended, spawnTraining, 'job-2');
    const run = readRun(catalog, final.runId)!;
    expect(run).toMatchObject({ kind: 'final', state: 'done', taskSetId });
    expect(run.settings).toMatchObject({ hidden: [12], steps: chosen, batch: 64, chosenIn: first.runId });
    const model = readModel(catalog, final.modelId)!;
    expect(model).toMatchObject({ kind: 'final', step: chosen });
    expect(model.trunkHash).not.toBe(readModel(catalog, first.modelId)!.trunkHash);
    expect(readModelAbout(vault.read(model.file), 'final')).toMatchObject({
      kind: 'final',
      learntFrom: 'training and validation folds',
    });
    expect(readTaskMetrics(catalog, model.id, 'validation')).toEqual([]);
    expect(readMeans(catalog, model.id, 'validation')).toMatchObject({ tasks: 0, aucPr: null });
    expect(readMeans(catalog, model.id, 'test').aucPr).toBeGreaterThan(0.5);
    expect(readReport(catalog, model.id).validation.tasks).toEqual([]);
    expect(readRunPoints(catalog, final.runId, -1).every(({ validationAucPr }) => validationAucPr === null)).toBe(true);
    const pair = choosePair([model, readModel(catalog, first.modelId)!], { globalModelId: null, ownModelId: model.id });
    expect(pair.own!.id).toBe(model.id);
  });

  it('leaves the test fold as it is, and takes the settings of a cell of a scan', async () => {
    const learnt = withValidationLearnt(table);
    expect(rowsOfRole(learnt, 'test')).toEqual(rowsOfRole(table, 'test'));
    expect(rowsOfRole(learnt, 'validation')).toHaveLength(0);
    expect(rowsOfRole(learnt, 'train').length).toBe(
      rowsOfRole(table, 'train').length + rowsOfRole(table, 'validation').length,
    );
    store();
    const request = scanRequest.parse({ settings: quick, grid: { hidden: [[8]] } });
    const { scanId } = await scanJob(workspace, request, unattended, spawnTraining);
    const cell = describeScan(workspace.catalog, scanId).cells[1]!;
    const { runId } = await finalFitJob(workspace, { runId: cell.runId! }, unattended, spawnTraining);
    expect(readRun(workspace.catalog, runId)!.settings).toMatchObject({ hidden: [8], steps: cell.step });
    await expect(finalFitJob(workspace, { runId }, unattended, spawnTraining)).rejects.toThrow(/INPUT_INVALID/);
  });
});

describe('a new head on the global trunk', () => {
  it('leaves the trunk bit for bit, is compared task by task, and kept where it is better', async () => {
    const { globalId, ownId } = await learnTwoModels(workspace);
    const { catalog, vault } = workspace;
    const request = retrainRequest.parse({
      globalModelId: globalId,
      settings: { dropout: 0.2, headRate: 5e-3, steps: 200, evaluateEvery: 20 },
    });
    const { modelId, runId } = await retrainJob(workspace, request, unattended, spawnTraining, 'job-3');
    const outcome = retrainingOf(catalog, globalId)!;
    expect(outcome).toMatchObject({ runId, modelId, globalModelId: globalId });
    const global = readModel(catalog, globalId)!;
    const kept = readModel(catalog, modelId!)!;
    expect(kept).toMatchObject({ kind: 'retrained', trunkHash: global.trunkHash, series: 's' });
    expect(trunkHash(readTrunk(vault.read(kept.file), kept.id))).toBe(global.trunkHash);
    expect(outcome.against.difference).toBeGreaterThan(0);
    expect(outcome.aucPr).toBeCloseTo(readMeans(catalog, modelId!, 'validation').aucPr!, 12);
    expect(outcome.aucPr! - outcome.globalAucPr!).toBeCloseTo(outcome.against.difference!, 12);
    expect(readMeans(catalog, modelId!, 'test').tasks).toBeGreaterThan(0);
    expect(readRun(catalog, runId)).toMatchObject({ kind: 'retrained', state: 'done' });
    expect(choosePair([kept, global], { globalModelId: kept.id, ownModelId: null }).global!.id).toBe(kept.id);
    const own = retrainRequest.parse({ globalModelId: ownId });
    await expect(retrainJob(workspace, own, unattended, spawnTraining)).rejects.toThrow(/not a global model/);
  });

  it('is not kept where it is worse, unless it is asked for', async () => {
    const { globalId } = await learnTwoModels(workspace);
    const { catalog } = workspace;
    // A rate at which nothing is learnt.
    const settings = { dropout: 0, headRate: 1e-9, steps: 20, evaluateEvery: 20 };
    const drop = retrainRequest.parse({ globalModelId: globalId, settings });
    const dropped = await retrainJob(workspace, drop, unattended, spawnTraining);
    expect(dropped.modelId).toBeNull();
    expect(retrainingOf(catalog, globalId)!.against.difference).toBeLessThan(0);
    const { modelId } = await retrainJob(workspace, { ...drop, keep: true }, unattended, spawnTraining);
    expect(readModel(catalog, modelId!)).toMatchObject({ kind: 'retrained' });
  });

  it('takes the steps that training the whole network would take if its trunk had no rate', async () => {
    const mixed = tableFrom(5, { rows: 300, tasks: 4, bits: 60, valueTasks: 2, catalogueTasks: 2 });
    const settings = { values: true, catalogue: true, classHidden: [6] };
    const { compaction, trainingRows } = prepareLesson(mixed);
    const heads = headsOf(mixed, settings);
    const shape = { rows: compaction.trained, hidden: [8], heads, batch: 32 };
    const start = {
      ...namedTrunk(compactTrunk(initialTrunk([8], 3), compaction, compaction.trained)),
      ...initialHeads(8, heads, 3),
    };
    const placeOfRow = new Int32Array(mixed.rows).fill(-1);
    const values = new Float32Array(trainingRows.length * 8);
    trainingRows.forEach((row, place) => {
      placeOfRow[row] = place;
      const top = values.subarray(place * 8, place * 8 + 8).fill(0.1);
      for (const bit of mixed.bitIndices.subarray(mixed.bitOffsets[row], mixed.bitOffsets[row + 1])) {
        const weight = start['trunk.0.weight']!.subarray(8 * compaction.rowOfBit[bit]!);
        for (let unit = 0; unit < 8; unit++) top[unit]! += weight[unit]!;
      }
    });
    const whole = await openCpuStepper(shape, 'sgd', compaction, start);
    const alone = await openHeadStepper({ heads, batch: 32, width: 8 }, { values, placeOfRow }, start);
    const labels = labelsOfHeads(mixed, heads, settings);
    const [random, deck] = [randomFrom(1, 2), createDeck(trainingRows, randomFrom(1, 1))];
    const dropout = { units: 0.4, bits: 0 };
    const rates = { trunk: 0, head: 1e-2, keptBits: 1, keptUnits: keptShare(0.4) };
    for (let taken = 0; taken < 64; taken += 16) {
      const batches = Array.from({ length: 16 }, () =>
        minibatch(mixed, labels, draw(deck, 32), shape, dropout, random),
      );
      const [one, other] = [await whole.run(batches, rates, taken), await alone.run(batches, rates, taken)];
      one.forEach((loss, at) => {
        expect(other[at]).toBeCloseTo(loss, 4);
      });
    }
    const [reference, state] = [await whole.state(), await alone.state()];
    for (const [name, tensor] of Object.entries(state)) {
      tensor.forEach((value, at) => {
        expect(Math.abs(value - reference[name]![at]!), name).toBeLessThan(1e-3 * (1 + Math.abs(value)));
      });
    }
    await whole.close();
    await alone.close();
  });
});

import { parse } from 'csv-parse/sync';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fusionOf } from '../../src-main/catalog/fusions.ts';
import { readModel, readRegressionMetrics } from '../../src-main/catalog/models.ts';
import { addRun } from '../../src-main/catalog/runs.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import type { Chemistry } from '../../src-main/chemistry/pool.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { type ScoreRequest, scoreRequest, type ValueCard } from '../../src-main/contract/scoring.ts';
import { aloneSettings } from '../../src-main/contract/training.ts';
import { retrainRequest } from '../../src-main/contract/tuning.ts';
import { scoresAs } from '../../src-main/scoring/export.ts';
import { scoreStructures } from '../../src-main/scoring/score.ts';
import { describeSheet, findSheet, readRows, readTaskCard, sheetTasks } from '../../src-main/scoring/sheets.ts';
import { readTrainingTable } from '../../src-main/tasks/training-table.ts';
import { finalFitJob } from '../../src-main/training/final-fit-job.ts';
import { fuseModels } from '../../src-main/training/fuse-job.ts';
import { readModelAbout } from '../../src-main/training/model-file.ts';
import { retrainJob } from '../../src-main/training/retrain-job.ts';
import { saveModel } from '../../src-main/training/save-model.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { readModelFile } from '../../src-main/training/stored-model.ts';
import { trainAloneJob } from '../../src-main/training/train-alone-job.ts';
import { initialTrunk, localRecipe, startTrainer } from '../../src-main/training/trainer.ts';
import { emptyWorkspace } from '../catalog/empty-workspace.ts';
import { type FragmentCompound, nitrogenValue, storeFragments } from './fragment-tasks.ts';

/** A model trained alone and a global one that both know classes and values. */
let workspace: Workspace;
let remove: () => void;
let chemistry: Chemistry;
let known: readonly FragmentCompound[];
let ownRun: string;
let ownId: string;
let globalId: string;

beforeAll(async () => {
  ({ workspace, remove } = emptyWorkspace());
  const { catalog } = workspace;
  const stored = await storeFragments(workspace, { values: true });
  ({ chemistry, known } = stored);
  const { taskSetId } = stored;
  const heads = { values: true };
  const settings = aloneSettings.parse({
    ...{ hidden: [16], steps: 120, evaluateEvery: 40, trunkRate: 1e-2, headRate: 1e-2 },
    ...{ dropout: 0, inputDropout: 0, heads },
  });
  ({ modelId: ownId, runId: ownRun } = await trainAloneJob(
    workspace,
    { taskSetId, settings },
    unattended,
    spawnTraining,
  ));
  const runId = addRun(catalog, { kind: 'federated', taskSetId, jobId: null, series: 'decima', settings: { heads } });
  const trainer = await startTrainer(spawnTraining);
  await trainer.load(readTrainingTable(catalog, taskSetId, { regression: true }));
  const local = { ...localRecipe, steps: 60, rate: 0.5, batch: 32, heads };
  const { trunk } = await trainer.localRound({ trunk: initialTrunk([16], 3), settings: local, seed: 1 }, unattended);
  const [validation, test] = [
    await trainer.evaluate({ trunk, role: 'validation' }),
    await trainer.evaluate({ trunk, role: 'test' }),
  ];
  globalId = await saveModel(workspace, trainer, { runId, kind: 'global', step: 3, trunk, validation, test });
  await trainer.close();
});
afterAll(async () => {
  await chemistry.close();
  remove();
});

async function score(smiles: readonly string[], more: Partial<ScoreRequest> = {}) {
  const text = smiles.map((one, at) => `${one} C-${at}`).join('\n');
  const request = scoreRequest.parse({ sheetId: `sheet-${Math.random()}`, source: { kind: 'text', text }, ...more });
  const { sheetId } = await scoreStructures(workspace, request, chemistry, spawnTraining, unattended);
  return findSheet(workspace.catalog, sheetId);
}

const fold = (number: number) => known.filter((one) => one.fold === number).map(({ smiles }) => smiles);

async function exported(format: 'csv' | 'xlsx' | 'sdf', sheet: Awaited<ReturnType<typeof score>>): Promise<Buffer> {
  const pieces = scoresAs(format, workspace.catalog, sheet, null, async () => chemistry);
  const held: Buffer[] = [];
  for await (const piece of pieces) held.push(Buffer.from(piece));
  return Buffer.concat(held);
}

describe('predicted values', () => {
  it('stand beside the classes as a task of their own, in the unit of the assay', async () => {
    const { catalog } = workspace;
    const sheet = await score([...fold(0), 'bad('].slice(-20));
    const tasks = sheetTasks(catalog, sheet);
    expect(tasks.map(({ kind, assay }) => [kind, assay])).toEqual([
      ['class', 'A-1'],
      ['class', 'A-2'],
      ['value', 'A-2'],
    ]);
    expect(tasks[2]).toMatchObject({ scale: 'linear', unit: null });
    expect(describeSheet(catalog, sheet)).toMatchObject({ globalModel: { values: 1 }, ownModel: { values: 1 } });

    const page = { offset: 0, limit: 100, filter: {}, order: 'own' as const, descending: true };
    const { rows } = readRows(catalog, sheet, { ...page, task: tasks[2]! });
    expect(rows.at(-1)).toMatchObject({ failure: 'unreadable', own: null, global: null });
    const scored = rows.slice(0, -1);
    const errors = scored.map(({ own, smiles }) => Math.abs(own! - nitrogenValue(smiles!)));
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.8);
    expect(scored.map(({ own }) => own)).toEqual(scored.map(({ own }) => own).toSorted((a, b) => b! - a!));
  });

  it('come with an interval that was measured on the test fold, and with what they were learnt from', async () => {
    const { catalog } = workspace;
    const sheet = await score(fold(0));
    const value = sheetTasks(catalog, sheet)[2]!;
    const card = readTaskCard(catalog, sheet, value) as ValueCard;
    const training = known.filter(({ fold }) => fold > 1);
    expect(card.trainedOn).toBe(training.length);
    expect(card.censored).toBeGreaterThan(0);
    expect(card.range).toMatchObject({ least: expect.closeTo(4.7, 6) });
    const [metric] = readRegressionMetrics(catalog, ownId, 'test');
    expect(card.own).toMatchObject({ rmse: metric!.rmse, interval: metric!.error90, uncensored: metric!.uncensored });
    const page = { offset: 0, limit: 100, filter: {}, order: 'input' as const, descending: false };
    const { rows } = readRows(catalog, sheet, { ...page, task: value });
    const places = known.map(({ fold }, row) => ({ fold, row })).filter((one) => one.fold === 0);
    const uncensored = rows.filter((_, at) => places[at]!.row % 7 !== 3);
    const within = uncensored.filter(
      ({ own, smiles }) => Math.abs(own! - nitrogenValue(smiles!)) <= card.own!.interval!,
    );
    expect(within.length / uncensored.length).toBeGreaterThanOrEqual(0.9);
  });

  it('are in every export, with their interval, and with the hash of each model', async () => {
    const { catalog } = workspace;
    const sheet = await score([...fold(0).slice(0, 3), 'bad(']);
    const hash = readModel(catalog, globalId)!.hash;
    const csv = parse<Record<string, string>>((await exported('csv', sheet)).toString(), { columns: true });
    expect(csv.map(({ kind }) => kind)).toEqual([...new Array(3).fill(['class', 'class', 'value']).flat(), '']);
    const first = csv[2]!;
    expect(first).toMatchObject({ assay: 'A-2', threshold: '', global_probability: '', global_model_hash: hash });
    expect(Number(first.difference)).toBeCloseTo(Number(first.global_value) - Number(first.own_value), 4);
    expect(Number(first.own_value_interval_90)).toBeGreaterThan(0);
    expect(csv[0]).toMatchObject({ global_value: '', own_value_interval_90: '' });

    const book = new ExcelJS.Workbook();
    const bytes = await exported('xlsx', sheet);
    await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
    const [scores, models] = book.worksheets;
    const head = scores!.getRow(1).values as string[];
    expect(scores!.rowCount).toBe(1 + csv.length);
    expect(scores!.getRow(4).getCell(head.indexOf('own_value')).value).toBe(Number(first.own_value));
    expect(models!.getColumn(2).values).toContain(hash);

    const records = (await exported('sdf', sheet)).toString().split('$$$$\n');
    expect(records).toHaveLength(5);
    expect(records[0]).toMatch(/^C-0\n/);
    expect(records[0]).toContain(`> <A-2 linear own value>\n${first.own_value}\n`);
    expect(records[0]).toContain(`> <A-1 high 6 global probability>\n${Number(csv[0]!.global_probability)}\n`);
    expect(records[0]).toContain(`> <global_model_hash>\n${hash}\n`);
    expect(records[3]).toContain('> <failure>\nunreadable\n');
    const again = await chemistry.standardise(
      records.slice(0, 3).map((text) => ({ kind: 'molblock' as const, text })),
      unattended,
    );
    expect(again.map((one) => one.ok && one.smiles)).toEqual(
      csv.filter(({ kind }) => kind === 'value').map((row) => row.standard_smiles),
    );
  });
});

describe('other models of a sheet', () => {
  it('may be a new head on the global trunk in the place of the global one, and a final fit beside it', async () => {
    const { catalog } = workspace;
    const request = retrainRequest.parse({ globalModelId: globalId, settings: { steps: 40 }, keep: true });
    const { modelId: retrained } = await retrainJob(workspace, request, unattended, spawnTraining);
    const { modelId: final } = await finalFitJob(workspace, { runId: ownRun }, unattended, spawnTraining);
    const sheet = await score(fold(0).slice(0, 2), { globalModelId: retrained, ownModelId: final });
    expect(describeSheet(catalog, sheet)).toMatchObject({
      globalModel: { kind: 'retrained', values: 1 },
      ownModel: { kind: 'final', values: 1 },
    });
    const { rows } = readRows(catalog, sheet, {
      ...{ task: sheetTasks(catalog, sheet)[2]!, offset: 0, limit: 10, filter: {} },
      ...{ order: 'input', descending: false },
    });
    expect(rows.every(({ global, own }) => global !== null && own !== null)).toBe(true);
  });

  it('may be a fused one, which keeps the values with a weight of their own', async () => {
    const { catalog } = workspace;
    const { modelId } = await fuseModels(
      workspace,
      { ownModelId: ownId, globalModelId: globalId },
      unattended,
      spawnTraining,
    );
    const { valueWeight, valueLooks } = fusionOf(catalog, ownId, globalId)!;
    expect(valueLooks.map(({ weight }) => weight)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    const least = Math.min(...valueLooks.map(({ loss }) => loss!));
    expect(valueLooks.find(({ weight }) => weight === valueWeight)!.loss).toBe(least);
    const model = readModel(catalog, modelId!)!;
    expect(model).toMatchObject({ kind: 'fused', values: 1 });
    expect(readModelAbout(readModelFile(workspace, model), 'fused').values).toEqual([
      { regressionTaskId: expect.any(Number), assay: 'A-2' },
    ]);
    const one = fold(0).slice(0, 4);
    const valuesOf = async (globalModelId: string) => {
      const sheet = await score(one, { globalModelId });
      const task = sheetTasks(catalog, sheet)[2]!;
      const page = { task, offset: 0, limit: 10, filter: {}, order: 'input' as const, descending: false };
      return readRows(catalog, sheet, page).rows;
    };
    const [fused, parts] = [await valuesOf(modelId!), await valuesOf(globalId)];
    fused.forEach(({ global }, at) => {
      expect(global).toBeCloseTo(valueWeight! * parts[at]!.global! + (1 - valueWeight!) * parts[at]!.own!, 4);
    });
  });
});

import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel, readTaskMetrics } from '../../src-main/catalog/models.ts';
import { addRun } from '../../src-main/catalog/runs.ts';
import { readScoredCompounds, removeSheets } from '../../src-main/catalog/scores.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { type Chemistry, openChemistry } from '../../src-main/chemistry/pool.ts';
import { type Control, unattended } from '../../src-main/contract/progress.ts';
import { type ClassCard, type ScoreRequest, scoreRequest } from '../../src-main/contract/scoring.ts';
import { aloneSettings } from '../../src-main/contract/training.ts';
import { failuresAsCsv, scoresAsCsv } from '../../src-main/scoring/export.ts';
import { scoringModels } from '../../src-main/scoring/models.ts';
import { scoreStructures } from '../../src-main/scoring/score.ts';
import {
  describeSheet,
  findSheet,
  readPoints,
  readRows,
  readTaskCard,
  sheetTasks,
} from '../../src-main/scoring/sheets.ts';
import { readTrainingTable } from '../../src-main/tasks/training-table.ts';
import { saveModel } from '../../src-main/training/save-model.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { trainAloneJob } from '../../src-main/training/train-alone-job.ts';
import { initialTrunk, localRecipe, startTrainer } from '../../src-main/training/trainer.ts';
import { emptyWorkspace } from '../catalog/empty-workspace.ts';
import { type FragmentCompound, storeFragments } from './fragment-tasks.ts';

let workspace: Workspace;
let remove: () => void;
let chemistry: Chemistry;
let ownId: string;
let globalId: string;
let known: readonly FragmentCompound[];

beforeAll(async () => {
  ({ workspace, remove } = emptyWorkspace());
  const { catalog } = workspace;
  const stored = await storeFragments(workspace);
  ({ chemistry, known } = stored);
  const { taskSetId } = stored;
  const settings = aloneSettings.parse({ hidden: [8], steps: 40, evaluateEvery: 20, trunkRate: 1e-2 });
  ownId = (await trainAloneJob(workspace, { taskSetId, settings }, unattended, spawnTraining)).modelId;
  const runId = addRun(catalog, { kind: 'federated', taskSetId, jobId: null, series: 'decima', settings: {} });
  const trainer = await startTrainer(spawnTraining);
  await trainer.load(readTrainingTable(catalog, taskSetId));
  const local = { ...localRecipe, steps: 20, rate: 1, batch: 32 };
  const { trunk } = await trainer.localRound({ trunk: initialTrunk([8], 3), settings: local, seed: 1 }, unattended);
  const validation = await trainer.evaluate({ trunk, role: 'validation' });
  const test = await trainer.evaluate({ trunk, role: 'test' });
  globalId = await saveModel(workspace, trainer, { runId, kind: 'global', step: 14, trunk, validation, test });
  await trainer.close();
});
afterAll(async () => {
  await chemistry.close();
  remove();
});

const trained = () => known.find(({ fold }) => fold === 3)!.smiles;

const request = (text: string, more: Partial<ScoreRequest> = {}): ScoreRequest =>
  scoreRequest.parse({ sheetId: `sheet-${Math.random()}`, source: { kind: 'text', text }, ...more });

const score = (text: string, more: Partial<ScoreRequest> = {}, control: Control = unattended) =>
  scoreStructures(workspace, request(text, more), chemistry, spawnTraining, control);

const pageOf = (sheetId: string, more: object = {}) => {
  const { catalog } = workspace;
  const sheet = findSheet(catalog, sheetId);
  const [task] = sheetTasks(catalog, sheet);
  const page = { task: task!, offset: 0, limit: 100, filter: {}, order: 'input' as const, descending: false, ...more };
  return readRows(catalog, sheet, page);
};

describe('a score sheet', () => {
  it('keeps the order of the input, names what cannot be read, and notes duplicates by their standard structure', async () => {
    const text = [`${trained()} first`, 'not-a-smiles second', 'CCCCCCCC third', `${trained()}.Cl salt`].join('\n');
    const result = await score(text, { name: 'four' });
    expect(result).toMatchObject({ compounds: 4, scored: 3, failed: 1, duplicates: 1 });

    const { rows, total } = pageOf(result.sheetId);
    expect(total).toBe(4);
    expect(rows.map(({ companyId }) => companyId)).toEqual(['first', 'second', 'third', 'salt']);
    expect(rows[1]).toMatchObject({ smiles: null, failure: 'unreadable', global: null, own: null, domain: null });
    expect(rows[3]).toMatchObject({ duplicateOf: 0, smiles: rows[0]!.smiles, global: rows[0]!.global });
    expect(rows[0]).toMatchObject({ nearestSimilarity: 1, domain: 'inside', duplicateOf: null });
    expect(rows[2]).toMatchObject({ domain: 'outside' });
    for (const { global, own, difference, failure } of rows) {
      if (failure !== null) continue;
      expect(global).toBeGreaterThan(0);
      expect(global).toBeLessThan(1);
      expect(difference).toBeCloseTo(global! - own!, 12);
    }

    const sheet = describeSheet(workspace.catalog, findSheet(workspace.catalog, result.sheetId));
    expect(sheet).toMatchObject({
      name: 'four',
      compounds: 4,
      scored: 3,
      failed: 1,
      duplicates: 1,
      domains: { inside: 2, edge: 0, outside: 1 },
      globalModel: { id: globalId, kind: 'global', series: 'decima', step: 14, current: true, usable: true, tasks: 2 },
      ownModel: { id: ownId, kind: 'alone' },
    });
    expect(sheet.globalModel!.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('tells each task apart, as both models learned it', async () => {
    const { sheetId } = await score(known.map(({ smiles }) => smiles).join('\n'));
    const compounds = readScoredCompounds(workspace.catalog, sheetId, -1, 1000);
    expect(compounds).toHaveLength(known.length);
    const meanOf = (task: number, active: (smiles: string) => boolean) => {
      const values = compounds.filter(({ smiles }) => active(smiles!)).map(({ own }) => own!.probabilities[task]!);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    const [nitrogen, oxygen] = [(smiles: string) => /[Nn]/.test(smiles), (smiles: string) => smiles.includes('O')];
    expect(meanOf(0, nitrogen)).toBeGreaterThan(meanOf(0, (smiles) => !nitrogen(smiles)) + 0.2);
    expect(meanOf(1, oxygen)).toBeGreaterThan(meanOf(1, (smiles) => !oxygen(smiles)) + 0.2);
  });

  it('sorts and filters without losing a row, rows without a value last', async () => {
    const { sheetId } = await score(['CCCCCCCC', 'bad(', ...known.slice(0, 30).map(({ smiles }) => smiles)].join('\n'));
    const all = pageOf(sheetId).rows;
    for (const order of ['global', 'own', 'difference'] as const) {
      for (const descending of [false, true]) {
        const { rows, total } = pageOf(sheetId, { order, descending });
        expect(total).toBe(all.length);
        const values = rows.map((row) => row[order]).filter((value) => value !== null);
        expect(values).toEqual(values.toSorted((a, b) => (descending ? b - a : a - b)));
        expect(rows.at(-1)!.failure).not.toBeNull();
      }
    }
    const counts = (filter: object) => pageOf(sheetId, { filter }).total;
    const { inside, edge, outside } = describeSheet(workspace.catalog, findSheet(workspace.catalog, sheetId)).domains;
    expect([counts({ domain: 'inside' }), counts({ domain: 'edge' }), counts({ domain: 'outside' })]).toEqual([
      inside,
      edge,
      outside,
    ]);
    expect(counts({ failed: true })).toBe(1);
    expect(pageOf(sheetId, { offset: 30, limit: 5 }).rows).toEqual(all.slice(30, 35));
    const { catalog } = workspace;
    const sheet = findSheet(catalog, sheetId);
    expect(readPoints(catalog, sheet, sheetTasks(catalog, sheet)[0]!)).toHaveLength(all.length - 1);
  });

  it('comes with a card for each task: what it was learned from and what both models reached on the test fold', async () => {
    const { sheetId } = await score('CCO');
    const { catalog } = workspace;
    const sheet = findSheet(catalog, sheetId);
    const [task] = sheetTasks(catalog, sheet);
    const card = readTaskCard(catalog, sheet, task!) as ClassCard;
    const training = known.filter(({ fold }) => fold > 1);
    expect(card).toMatchObject({ assay: 'A-1', threshold: 6, trainedOn: training.length });
    expect(card.baseRate).toBeCloseTo(
      training.filter(({ smiles }) => /[Nn]/.test(smiles)).length / training.length,
      12,
    );
    const metric = readTaskMetrics(catalog, globalId, 'test').find((one) => one.taskId === card.taskId)!;
    expect(card.global).toMatchObject({ aucPr: metric.aucPr, actives: metric.actives, calibrationError: null });
    expect(card.own!.aucPr).not.toBeNull();
  });

  it('stops when it is told to, and can be cleared', async () => {
    const stop = new AbortController();
    const control: Control = { signal: stop.signal, report: () => stop.abort() };
    await expect(score(new Array(2000).fill('CCO').join('\n'), {}, control)).rejects.toThrow(/CANCELLED/);
    expect(removeSheets(workspace.catalog, null)).toBeGreaterThan(0);
    expect(removeSheets(workspace.catalog, null)).toBe(0);
  });
});

describe('the CSV export', () => {
  it('has a row per compound and task with models, full hashes and time, and one for each failure', async () => {
    const { sheetId } = await score(`${trained()} "quoted, id"\nbad( =HYPERLINK("x")`);
    const { catalog } = workspace;
    const sheet = findSheet(catalog, sheetId);
    const rows = parse<Record<string, string>>([...scoresAsCsv(catalog, sheet, null)].join(''), { columns: true });
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      row: '1',
      compound_id: '"quoted, id"',
      assay: 'A-1',
      threshold: '6',
      domain: 'inside',
      kind: 'class',
      nearest_similarity: '1',
      global_model: globalId,
      global_model_hash: readModel(catalog, globalId)!.hash,
      global_model_step: '14',
      own_model_hash: readModel(catalog, ownId)!.hash,
      scored_at: sheet.createdAt,
    });
    const [global, own] = [Number(rows[0]!.global_probability), Number(rows[0]!.own_probability)];
    expect(Number(rows[0]!.difference)).toBeCloseTo(global - own, 3);
    expect(rows[2]).toMatchObject({ row: '2', failure: 'unreadable', assay: '', compound_id: `'=HYPERLINK("x")` });

    const second = sheetTasks(catalog, sheet)[1]!;
    const one = parse<Record<string, string>>([...scoresAsCsv(catalog, sheet, [second])].join(''), { columns: true });
    expect(one.map(({ assay }) => assay)).toEqual(['A-2', '']);
    expect(parse([...failuresAsCsv(catalog, sheet)].join(''), { columns: true })).toHaveLength(1);
  });
});

describe('the models of a sheet', () => {
  it('can be chosen, and must be there', async () => {
    const { sheetId } = await score('CCO', { globalModelId: globalId, ownModelId: ownId });
    expect(findSheet(workspace.catalog, sheetId)).toMatchObject({ globalModelId: globalId, ownModelId: ownId });
    await expect(score('CCO', { globalModelId: ownId })).rejects.toThrow(/NOT_FOUND/);
    await expect(score('CCO', { ownModelId: 'none' })).rejects.toThrow(/NOT_FOUND/);
  });

  it('are refused when a byte of a file is not the one that was trained', async () => {
    const { vault, catalog } = workspace;
    const { file } = readModel(catalog, ownId)!;
    const bytes = vault.read(file);
    vault.write(file, bytes.with(bytes.length - 1, bytes.at(-1)! ^ 1));
    await expect(score('CCO')).rejects.toThrow(/MODEL_UNREADABLE.*hash/);
    vault.write(file, bytes);
  });

  it('cannot be used once the chemistry has another key', async () => {
    const other = await openChemistry({ parameters: { ...chemistry.parameters, key: 'another' }, workers: 1 });
    const asked = request('CCO');
    await expect(scoreStructures(workspace, asked, other, spawnTraining, unattended)).rejects.toThrow(/NO_MODEL/);
    await other.close();
    expect(scoringModels(workspace.catalog).every(({ usable }) => usable)).toBe(true);
  });
});

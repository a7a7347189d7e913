import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Job } from '../../src-main/contract/jobs.ts';
import { createEngine, type Engine } from '../../src-main/engine/engine.ts';
import type { Client } from '../../src-renderer/link/connect.ts';
import { uploadFile } from '../../src-renderer/link/upload.ts';
import { passphrase, transports } from '../engine/engine-for-tests.ts';
import { quickAccounts, signIn } from '../engine/sign-in.ts';
import { storeFragments } from './fragment-tasks.ts';

/** From training to the exported score, as the page asks for it: by its contract, with the engine's own jobs. */
describe('training and scoring over the contract', () => {
  let folder: string;
  let engine: Engine;
  let client: Client;
  let disconnect: () => Promise<void>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-contract-'));
    engine = await createEngine({
      folder: join(folder, 'workspace'),
      host: { kind: 'serve', configurationFolder: join(folder, 'configuration'), log: () => {} },
      accounts: quickAccounts,
    });
    await engine.context.access.create(passphrase, false);
    await (await storeFragments(engine.context.workspace())).chemistry.close();
    const overMessagePort = transports.find(({ name }) => name === 'a MessagePort')!;
    ({ client, close: disconnect } = await overMessagePort.open(engine));
    await signIn(client, { name: 'Ito Aiko', role: 'scientist' });
  });
  afterAll(async () => {
    await disconnect();
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const finished = (jobId: string): Promise<Job> => engine.context.jobs().finished(jobId);
  const textOf = async (pieces: AsyncIterable<string>) => {
    let text = '';
    for await (const piece of pieces) text += piece;
    return text;
  };
  const train = async () => {
    const settings = { hidden: [8], steps: 40, evaluateEvery: 20, trunkRate: 1e-2 };
    const { jobId } = await client.training.start({ settings });
    return finished(jobId);
  };

  it('says what there is to learn from, trains, and shows run, curve, means and tasks', async () => {
    expect(await client.training.ready()).toMatchObject({ tasks: 2 });
    const job = await train();
    expect(job).toMatchObject({ state: 'done', kind: 'train', error: null });
    const { runId, modelId } = job.result as { readonly runId: string; readonly modelId: string };
    expect(await client.training.run({ id: runId })).toMatchObject({
      state: 'done',
      jobId: job.id,
      points: 3,
      modelId,
    });
    expect((await client.training.runs({})).map(({ id }) => id)).toContain(runId);
    expect((await client.training.curve({ runId, after: 0 })).map(({ step }) => step)).toEqual([20, 40]);
    expect((await client.training.models({ kind: 'alone' })).map(({ id }) => id)).toContain(modelId);
    expect((await client.training.means({ modelId })).test).toMatchObject({ tasks: 2, aucPrInterval: null });
    expect(await client.training.tasks({ aloneModelId: modelId, globalModelId: null })).toHaveLength(2);
    await expect(client.training.run({ id: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('scores what is pasted and what is uploaded, and gives it back as rows, points and CSV', async () => {
    const { modelId } = (await train()).result as { readonly modelId: string };
    expect((await client.scoring.models()).find(({ id }) => id === modelId)).toMatchObject({
      current: true,
      usable: true,
    });
    const pasted = await client.scoring.start({ source: { kind: 'text', text: 'CCO a\nbad( b\nc1ccncc1C c' } });
    expect(await finished(pasted.jobId)).toMatchObject({
      state: 'done',
      result: { sheetId: pasted.sheetId, compounds: 3, scored: 2, failed: 1, duplicates: 0 },
    });
    const { sheetId } = pasted;
    const sheet = await client.scoring.sheet({ sheetId });
    expect(sheet).toMatchObject({ compounds: 3, failed: 1, ownModel: { id: modelId }, globalModel: null });
    const [task] = sheet.tasks;
    const { rows } = await client.scoring.page({ sheetId, task: task! });
    expect(rows.map(({ companyId, failure }) => [companyId, failure])).toEqual([
      ['a', null],
      ['b', 'unreadable'],
      ['c', null],
    ]);
    expect(await client.scoring.points({ sheetId, task: task! })).toHaveLength(2);
    expect(await client.scoring.task({ sheetId, task: task! })).toMatchObject({ taskId: task!.taskId, global: null });
    const exported = await client.scoring.export({ sheetId, tasks: [task!], format: 'csv' });
    const csv = parse(await textOf(exported), { columns: true });
    expect(csv).toHaveLength(3);
    expect(await textOf(await client.scoring.exportFailures({ sheetId }))).toContain('2,b,bad(,,unreadable');

    const file = new File(['ID,SMILES\nX-1,c1ccccc1C(=O)O\nX-2,C1CCNCC1CC\n'], 'two.csv');
    await signIn(client, { name: 'Mara Lindner', role: 'compliance' });
    const { token } = await uploadFile(client, file);
    const uploaded = await client.scoring.start({ source: { kind: 'upload', token } });
    expect(await finished(uploaded.jobId)).toMatchObject({ state: 'done', result: { scored: 2 } });
    expect((await client.scoring.sheets()).map(({ id, name }) => [id, name])).toEqual([
      [uploaded.sheetId, 'two.csv'],
      [sheetId, ''],
    ]);
    expect(await client.scoring.clear({ sheetId: null })).toEqual({ removed: 2 });
    await expect(client.scoring.sheet({ sheetId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('ends a training job within moments of being asked to', async () => {
    await signIn(client, { name: 'Ito Aiko', role: 'scientist' });
    const { jobId } = await client.training.start({ settings: { hidden: [8], steps: 100_000, patience: 1000 } });
    for await (const job of engine.context.events.follow('job', new AbortController().signal)) {
      if (job.id === jobId && job.step === 'train.steps') break;
    }
    await client.jobs.cancel({ id: jobId });
    expect(await finished(jobId)).toMatchObject({ state: 'cancelled' });
    expect((await client.training.runs({ limit: 1 }))[0]).toMatchObject({ state: 'cancelled', jobId });
  });
});

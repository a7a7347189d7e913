import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { createEngine, type Engine } from '../../src-main/engine/engine.ts';
import { router } from '../../src-main/engine/router.ts';
import { writeSampleExports } from '../../src-main/engine/sample/data.ts';
import { importFile } from '../../src-main/intake/import.ts';
import { quickAccounts, signIn } from '../engine/sign-in.ts';

let root: string;
let engine: Engine;
const client = () => createRouterClient(router, { context: engine.context });
const finished = async ({ jobId }: { readonly jobId: string }) => {
  const job = await engine.context.jobs().finished(jobId);
  expect(job.error).toBeNull();
  return job.result;
};

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'chorale-way-'));
  engine = await createEngine({
    folder: join(root, 'workspace'),
    host: { kind: 'serve', configurationFolder: join(root, 'configuration'), log: () => {} },
    accounts: quickAccounts,
  });
  await client().workspace.create({ passphrase: 'correct horse battery' });
  await signIn(client(), { name: 'Mara Lindner', role: 'steward' });
  const [company] = await writeSampleExports(root, 'test');
  await importFile(engine.context.workspace(), { path: company!.file, person: 'Mara Lindner' }, unattended);
});
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

// One way through the pages Structures and Tasks; each step starts where the one before ended.
describe("the page's procedures for structures and tasks", () => {
  it('standardise what came in, and list it with drawings', async () => {
    const waiting = await client().chemistry.summary();
    expect(waiting).toMatchObject({ standardised: 0, failed: 0, waiting: waiting.structures, standardStructures: 0 });
    await finished(await client().chemistry.standardise());

    const summary = await client().chemistry.summary();
    expect(summary).toMatchObject({ structures: waiting.structures, waiting: 0, failed: 2 });
    expect(summary.standardised + summary.failed).toBe(summary.structures);
    expect(summary.folds.map(({ role }) => role)).toEqual(['test', 'validation', 'train', 'train', 'train']);
    expect(summary.folds.reduce((sum, fold) => sum + fold.standardStructures, 0)).toBe(summary.standardStructures);
    expect(JSON.stringify(summary)).not.toContain('key"');

    const all = await client().chemistry.list({ limit: 20 });
    expect(all.rows).toHaveLength(20);
    expect(all.total).toBe(summary.structures);
    const next = await client().chemistry.list({ offset: 20, limit: 5 });
    expect(next.rows[0]!.id).toBeGreaterThan(all.rows.at(-1)!.id);

    const failed = await client().chemistry.list({ filter: 'failed' });
    expect(failed.rows.map(({ failure, smiles }) => [failure, smiles])).toEqual([
      ['unreadable', null],
      ['unreadable', null],
    ]);
    const salts = await client().chemistry.list({ filter: 'changed', step: 'fragment', limit: 500 });
    expect(salts.total).toBe(summary.steps.fragment);
    expect(salts.rows.every(({ structure, smiles }) => structure.includes('.') && !smiles!.includes('.'))).toBe(true);
    const twice = await client().chemistry.list({ filter: 'duplicate' });
    expect(twice.total).toBe(summary.duplicates.structures);
    expect(twice.rows.every(({ duplicates }) => duplicates === 1)).toBe(true);
    const { total, rows } = await client().chemistry.duplicates({ limit: 200 });
    expect(rows).toHaveLength(total);
    expect(rows.filter(({ structures }) => structures > 1)).toHaveLength(summary.duplicates.standardStructures);
    const taken = await client().chemistry.salts({});
    expect(taken.rows).toHaveLength(taken.total);
    for (const { smiles, structures } of taken.rows) {
      const { total: carrying } = await client().chemistry.list({ removed: smiles });
      expect(carrying).toBeGreaterThanOrEqual(structures);
    }
    const found = await client().chemistry.list({ search: all.rows[3]!.companyId });
    expect(found.rows).toEqual([all.rows[3]]);

    const { svg } = await client().chemistry.depict({
      kind: 'smiles',
      text: all.rows[0]!.structure,
      width: 132,
      height: 68,
      theme: 'dark',
      alignTo: { kind: 'smiles', text: all.rows[0]!.smiles! },
    });
    expect(svg).toContain('<svg');
  });

  it('build tasks, try a threshold, and keep it only for somebody who is signed in', async () => {
    expect(await client().tasks.list({})).toMatchObject({ taskSet: null, assays: [] });
    const { taskSetId } = (await finished(await client().tasks.rebuild({}))) as { readonly taskSetId: number };
    const { taskSet, assays } = await client().tasks.list({});
    expect(taskSet).toMatchObject({ id: taskSetId, stale: false });

    const { assayId } = assays.find(({ type }) => type === 'OTHER')!;
    const tried = await client().tasks.detail({ assayId, thresholds: [6.4] });
    expect(tried.tasks.find(({ auxiliary }) => !auxiliary)).toMatchObject({ threshold: 6.4, position: null });
    const change = { assayId, thresholds: [6.4] };
    await client().people.signOut();
    await expect(client().tasks.setThresholds(change)).rejects.toMatchObject({ code: 'SIGN_IN_NEEDED' });
    await signIn(client(), { name: 'Mara Lindner', role: 'steward' });
    expect(await client().tasks.setThresholds(change)).toMatchObject({ chosen: [6.4], tasks: tried.tasks });
    expect((await client().tasks.list({})).taskSet?.stale).toBe(true);
    const annotated = await client().tasks.annotate({ assayId, annotation: { useInRegression: false } });
    expect(annotated.regression).toMatchObject({ status: 'off', off: 'not-used' });
    const text = 'catalog_assay_id,catalog_task_id,threshold,threshold_method,expert_threshold_1\n1,10,6,expert,6\n';
    expect(await client().tasks.setCatalogue({ name: 'T_cat.csv', text })).toEqual({ thresholds: [6], tasks: 1 });
    expect((await client().tasks.list({})).catalogue).toMatchObject({ name: 'T_cat.csv', tasks: 1 });
    expect(await client().tasks.setCatalogue({ name: '', text: '' })).toEqual({ thresholds: [], tasks: 0 });
    const file = { name: 'T0.csv', text: `input_assay_id,use_in_regression\n${tried.assay.code},\nELSEWHERE,True\n` };
    expect(await client().tasks.annotateFromFile(file)).toEqual({ assays: 1, unknown: 1 });
    expect((await client().tasks.detail({ assayId })).annotation.useInRegression).toBeNull();
    await expect(client().tasks.detail({ assayId: 9999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client().tasks.list({ taskSetId: 9999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });

    await finished(await client().tasks.rebuild({}));
    const rebuilt = (await client().tasks.list({})).assays.find((assay) => assay.assayId === assayId)!;
    expect(rebuilt.thresholds.map(({ threshold }) => threshold)).toEqual([5.9, 6.4, 6.9]);
    expect((await client().tasks.list({ taskSetId })).taskSet?.id).toBe(taskSetId);
  });
});

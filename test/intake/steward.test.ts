import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportMeasurements } from '../../src-main/catalog/measurements.ts';
import { checkReport, importOutcome } from '../../src-main/contract/intake.ts';
import { createEngine, type Engine } from '../../src-main/engine/engine.ts';
import { router } from '../../src-main/engine/router.ts';
import { quickAccounts, signIn } from '../engine/sign-in.ts';
import { smiles } from './molecules.ts';

let root: string;
let engine: Engine;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'chorale-steward-'));
  engine = await createEngine({
    folder: join(root, 'workspace'),
    host: { kind: 'serve', configurationFolder: join(root, 'configuration'), log: () => {} },
    accounts: quickAccounts,
  });
});
afterEach(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

const text = ['ID,SMILES,Assay,IC50 (nM)']
  .concat(Array.from({ length: 40 }, (_, i) => `C-${i},${smiles(i)},A${i % 2},${i === 5 ? 'n.b.' : `>${i + 1}`}`))
  .join('\n');

describe("a steward's way through the page's procedures", () => {
  it('goes from an upload over inspection and preview to a batch that can be read and withdrawn', async () => {
    const client = createRouterClient(router, { context: engine.context });
    await client.workspace.create({ passphrase: 'correct horse battery' });
    const bytes = new TextEncoder().encode(text);
    const upload = async () => {
      const { id } = await client.upload.begin({ name: 'results.csv', size: bytes.length });
      await client.upload.chunk({ id, offset: 0, bytes: new Blob([bytes]) });
      return client.upload.finish({ id });
    };
    await expect(upload()).rejects.toMatchObject({ code: 'SIGN_IN_NEEDED' });
    await signIn(client, { name: 'Ono Emi', role: 'compliance' });
    const { token: file, sha256 } = await upload();

    const { mapping, decisions, file: seen } = await client.intake.inspect({ file });
    expect([seen.name, seen.sha256, decisions]).toEqual(['results.csv', sha256, []]);
    const changed = { ...mapping, constants: { ...mapping.constants, assay: null } };
    expect((await client.intake.inspect({ file, mapping: changed })).required.map(({ state }) => state)).toContain(
      'met',
    );

    const finished = async (jobId: string) => (await engine.context.jobs().finished(jobId)).result;
    await expect(client.intake.preview({ file, mapping })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(client.intake.import({ file, mapping })).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await signIn(client, { name: 'Mara Lindner', role: 'steward' });
    const preview = checkReport.parse(await finished((await client.intake.preview({ file, mapping })).jobId));
    expect(preview.rows).toEqual({ in: 40, ready: 39, warned: 0, rejected: 1, ignored: 0 });
    expect(await client.intake.batches()).toEqual([]);

    const outcome = importOutcome.parse(await finished((await client.intake.import({ file, mapping })).jobId));
    expect([outcome.outcome, outcome.report]).toEqual(['imported', preview]);

    const [batch] = await client.intake.batches();
    expect(batch).toMatchObject({ name: 'results.csv', person: 'Mara Lindner', measurements: 39, state: 'committed' });
    expect((await client.intake.batch({ id: batch!.id })).mapping).toEqual(outcome.mapping);
    expect(await client.intake.findings({ batchId: batch!.id })).toMatchObject({
      total: 1,
      rows: [{ line: 7, found: 'n.b.' }],
    });
    expect(await client.intake.assays()).toMatchObject([
      { code: 'A0', measurements: 20, censored: 20 },
      { code: 'A1' },
    ]);
    let csv = '';
    for await (const piece of await client.intake.rejectedCsv({ batchId: batch!.id })) csv += piece;
    expect(csv.split('\r\n')[1]).toBe(`C-5,${smiles(5)},A1,n.b.,7,not-a-number`);

    const { token: again } = await upload();
    expect((await client.intake.inspect({ file: again })).decisions).toMatchObject([{ kind: 'seen-before' }]);
    expect((await client.intake.withdraw({ id: batch!.id })).state).toBe('withdrawn');
    expect(await client.intake.assays()).toEqual([]);
  });

  it('brings results and structures in from two uploads, masses weighed by the real toolkit', {
    timeout: 60_000,
  }, async () => {
    const client = createRouterClient(router, { context: engine.context });
    await client.workspace.create({ passphrase: 'correct horse battery' });
    await signIn(client, { name: 'Mara Lindner', role: 'steward' });
    const upload = async (name: string, content: string) => {
      const bytes = new TextEncoder().encode(content);
      const { id } = await client.upload.begin({ name, size: bytes.length });
      await client.upload.chunk({ id, offset: 0, bytes: new Blob([bytes]) });
      return (await client.upload.finish({ id })).token;
    };
    const ids = Array.from({ length: 12 }, (_, i) => i);
    const file = await upload(
      'results.csv',
      ['ID,Assay,Type,Value,Unit', ...ids.map((i) => `C-${i},K,IC50,60.052,ug/mL`)].join('\n'),
    );
    const companion = await upload('structures.csv', ['ID,SMILES', ...ids.map((i) => `C-${i},CC(=O)O`)].join('\n'));

    const { mapping, join: joined, decisions } = await client.intake.inspect({ file, companion });
    expect([joined?.confidence, joined?.counts?.found]).toEqual(['high', 12]);
    expect(decisions.map(({ id, state }) => [id, state])).toEqual([['unit-spelling:ug/mL', 'suggested']]);
    const result = async (jobId: string) => (await engine.context.jobs().finished(jobId)).result;
    const preview = checkReport.parse(await result((await client.intake.preview({ file, companion, mapping })).jobId));
    expect(preview.rows).toEqual({ in: 12, ready: 12, warned: 0, rejected: 0, ignored: 0 });
    const { jobId } = await client.intake.import({ file, companion, mapping });
    const outcome = importOutcome.parse(await result(jobId));
    expect([outcome.outcome, outcome.report]).toEqual(['imported', preview]);
    // 60.052 ug/mL of acetic acid, 60.052 g/mol, are 1 mmol/L.
    const { catalog } = engine.context.workspace();
    for (const { value } of exportMeasurements(catalog, null)) expect(value).toBeCloseTo(3, 3);
  });
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { importOutcome } from '../../src-main/contract/intake.ts';
import { createEngine, type Engine } from '../../src-main/engine/engine.ts';
import { router } from '../../src-main/engine/router.ts';
import { quickAccounts, signIn } from '../engine/sign-in.ts';
import { smiles } from './molecules.ts';

let root: string;
let engine: Engine;
const start = () =>
  createEngine({
    folder: join(root, 'workspace'),
    host: {
      kind: 'serve',
      configurationFolder: join(root, 'configuration'),
      log: () => {},
      keyKeeper: { wrap: async (key) => key, unwrap: async (wrapped) => wrapped },
    },
    accounts: quickAccounts,
  });
const client = () => createRouterClient(router, { context: engine.context });
const uploads = () => readdirSync(join(root, 'workspace', 'uploads'));

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'chorale-drafts-'));
  engine = await start();
  await client().workspace.create({ passphrase: 'correct horse battery', remember: true });
  await signIn(client(), { name: 'Mara Lindner', role: 'steward' });
});
afterEach(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

const text = ['ID,SMILES,Assay,IC50 (nM)']
  .concat(Array.from({ length: 40 }, (_, i) => `C-${i},${smiles(i)},A${i % 2},${i === 5 ? 'n.b.' : i + 1}`))
  .join('\n');

async function upload(name = 'results.csv'): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const { id } = await client().upload.begin({ name, size: bytes.length });
  await client().upload.chunk({ id, offset: 0, bytes: new Blob([bytes]) });
  return (await client().upload.finish({ id })).token;
}

/** It is removed when the engine hears of the commit, which may be after the test does. */
const gone = (file: string) => vi.waitFor(() => expect(uploads()).not.toContain(file));

const decided = { kind: 'unit', column: 'IC50 (nM)', unit: 'uM' };
async function drafted(file: string) {
  const { mapping } = await client().intake.inspect({ file });
  return client().intake.drafts.save({
    file,
    name: 'results.csv',
    reading: { decimalMark: '.' },
    history: [
      { decided: { kind: 'proposal' }, mapping },
      { decided, mapping: null },
    ],
    at: 0,
    step: 'mapping',
    jobId: null,
  });
}

async function restart(): Promise<void> {
  await engine.close();
  engine = await start();
  await client().workspace.unlockRemembered();
  await signIn(client(), { name: 'Mara Lindner', role: 'steward' });
}

describe('a draft', () => {
  it('is there again after a restart, with its decisions, what was taken back, its place and its file', async () => {
    const file = await upload('results.csv');
    const other = await upload('forgotten.csv');
    const saved = await drafted(file);
    expect(saved).toMatchObject({ person: 'Mara Lindner', others: [] });
    await restart();
    expect(await client().intake.drafts.read({ file })).toEqual(saved);
    expect(saved.history[1]).toEqual({ decided, mapping: null });
    expect(await client().intake.drafts.list()).toMatchObject([
      { file, name: 'results.csv', step: 'mapping', decisions: 0, bytes: text.length },
    ]);
    const { file: known, decisions } = await client().intake.inspect({ file });
    expect([known.name, decisions]).toEqual(['results.csv', []]);
    expect(uploads()).toEqual([file]);
    expect(existsSync(join(root, 'workspace', 'uploads', other))).toBe(false);
  });

  it('lets its file go when it is discarded, and is no error twice', async () => {
    const file = await upload();
    await drafted(file);
    await client().intake.drafts.discard({ file });
    await client().intake.drafts.discard({ file });
    expect([await client().intake.drafts.read({ file }), uploads()]).toEqual([null, []]);
  });

  it('ends with the commit of its file, and not with an import that was refused', async () => {
    const file = await upload();
    const { history } = await drafted(file);
    const mapping = history[0]!.mapping!;
    const bring = async (token = file) => {
      const { jobId } = await client().intake.import({ file: token, mapping });
      return importOutcome.parse((await engine.context.jobs().finished(jobId)).result).outcome;
    };
    expect(await bring()).toBe('imported');
    expect(await client().intake.drafts.list()).toEqual([]);
    await gone(file);
    const again = await upload();
    await drafted(again);
    expect(await bring(again)).toBe('refused');
    expect([(await client().intake.drafts.list()).length, uploads()]).toEqual([1, [again]]);
  });

  it('and its file are no plain text while the workspace is locked, nor is the file of an import that goes on', async () => {
    const file = await upload();
    await drafted(file);
    const { jobId } = await client().intake.import({ file });
    await engine.close();
    const lying = readdirSync(join(root, 'workspace'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    expect(lying.filter((bytes) => bytes.includes('C-7,'))).toEqual([]);
    engine = await start();
    await client().workspace.unlockRemembered();
    await signIn(client(), { name: 'Mara Lindner', role: 'steward' });
    expect((await engine.context.jobs().finished(jobId)).result).toMatchObject({ outcome: 'imported' });
    await gone(file);
    expect(readdirSync(join(root, 'workspace', 'vault', 'uploads'), { recursive: true })).not.toContain('about');
  });

  it('is nothing to people who may not import', async () => {
    const file = await upload();
    const saved = await drafted(file);
    const { mapping } = saved.history[0]!;
    await signIn(client(), { name: 'Ono Emi', role: 'compliance' });
    const { person: _, createdAt: __, changedAt: ___, ...content } = saved;
    for (const act of [
      () => client().intake.drafts.discard({ file }),
      () => client().intake.drafts.save(content),
      () => client().intake.preview({ file, mapping: mapping! }),
      () => client().intake.checkStructures({ file, mapping: mapping! }),
    ]) {
      await expect(act()).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    }
    await client().upload.abort({ id: file });
    expect([await client().intake.drafts.read({ file }), uploads()]).toEqual([saved, [file]]);
  });

  it('is about a file that is there', async () => {
    const file = await upload();
    await drafted(file);
    const content = { name: 'x', reading: {}, history: [], at: -1, step: 'reading' as const, jobId: null };
    await expect(client().intake.drafts.save({ file: 'nothing', ...content })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(client().intake.drafts.save({ file, others: ['nothing'], ...content })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect((await client().intake.drafts.read({ file }))?.step).toBe('mapping');
  });
});

import { describe, expect, it } from 'vitest';
import { readBatch } from '../../src-main/catalog/batches.ts';
import { pageOfFindings } from '../../src-main/catalog/rejected-rows.ts';
import type { Correction, Mapping } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { checkFile, noSink } from '../../src-main/intake/check.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { asTemplate } from '../../src-main/intake/templates.ts';
import { smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported, workspace } = bench();

const rows = Array.from({ length: 30 }, (_, i) => [`C-${i}`, smiles(i), 'A-1', i === 4 ? '12o' : 10 + i, 'nM']);
const text = [['ID', 'SMILES', 'Assay', 'IC50', 'Unit'], ...rows].map((row) => `${row.join(',')}\n`).join('');

const mappingOf = async (path: string, corrections: readonly Correction[]): Promise<Mapping> => ({
  ...(await inspectFile(path, {}, unattended)).mapping,
  corrections: [...corrections],
});

const typo: Correction = { line: 6, column: 'IC50', found: '12o', text: '120' };

describe('a cell that was put right by hand', () => {
  it('counts as a group of its own, and the row is ready with what was put in', async () => {
    const path = file('results.csv', text);
    const before = await checkFile(path, await mappingOf(path, []), noSink, unattended);
    expect(before.rows).toMatchObject({ ready: 29, rejected: 1 });

    const report = await checkFile(path, await mappingOf(path, [typo]), noSink, unattended);
    expect(report.rows).toMatchObject({ in: 30, ready: 29, warned: 1, rejected: 0 });
    expect(report.groups).toMatchObject([
      {
        reason: 'corrected-by-hand',
        severity: 'warned',
        rows: 1,
        found: '12o',
        examples: [{ line: 6, column: 'IC50', expected: { key: 'corrected-to', data: { text: '120' } } }],
      },
    ]);
  });

  it('is stored as it was put right, and kept with the batch beside what the file says', async () => {
    const path = file('results.csv', text);
    const { batchId } = await bring(path, { mapping: await mappingOf(path, [typo]) });
    const stored = exported().find(({ companyId }) => companyId === 'C-4')!;
    expect(stored).toMatchObject({ givenValue: '120', relation: '=' });
    expect(stored.value).toBeCloseTo(9 - Math.log10(120), 6);
    const { catalog } = workspace();
    expect(readBatch(catalog, batchId!).mapping.corrections).toEqual([typo]);
    expect(pageOfFindings(catalog, { batchId: batchId!, offset: 0, limit: 10 }).rows).toMatchObject([
      { line: 6, reason: 'corrected-by-hand', found: '12o', cells: ['C-4', smiles(4), 'A-1', '12o', 'nM'] },
    ]);
  });

  it('says why a row still stays out', async () => {
    const path = file('results.csv', text);
    const report = await checkFile(path, await mappingOf(path, [{ ...typo, text: 'high' }]), noSink, unattended);
    expect(report.groups).toMatchObject([{ reason: 'not-a-number', found: 'high', rows: 1 }]);
  });

  it('is left alone where the file says something else by now, and is no part of a template', async () => {
    const path = file('results.csv', text);
    const mapping = await mappingOf(path, [{ ...typo, found: '12O' }]);
    const report = await checkFile(path, mapping, noSink, unattended);
    expect(report.groups).toMatchObject([{ reason: 'not-a-number', found: '12o' }]);
    expect(asTemplate(mapping)).not.toHaveProperty('corrections');
  });
});

import { describe, expect, it } from 'vitest';
import { listBatches, withdrawBatch } from '../../src-main/catalog/batches.ts';
import { structuresByCompanyId } from '../../src-main/catalog/compounds.ts';
import { type Control, putOff, unattended } from '../../src-main/contract/progress.ts';
import { importFile, previewImport } from '../../src-main/intake/import.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { structuresOf } from '../../src-main/intake/structures.ts';
import { smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported, workspace } = bench();
const catalog = () => workspace().catalog;
const rows = (count: number) => Array.from({ length: count }, (_, i) => `C-${i},${smiles(i)},Lab ${i % 3}\n`).join('');
const head = 'Compound ID,SMILES,Origin\n';
const count = (table: string) => catalog().db.prepare(`select count(*) from ${table}`).pluck().get();

describe('a file of structures and ids without values', () => {
  it('brings its compounds in and says so, with every row accounted for', async () => {
    const path = file('library.csv', `${head}${rows(30)}C-30,,Lab 1\n,CCO,Lab 1\nC-2,${smiles(2)},Lab 2\n\n`);
    const { outcome, report, decisions, mapping } = await bring(path);
    expect(outcome).toBe('imported');
    expect(mapping.layout).toBe('structures');
    expect(decisions).toMatchObject([{ id: 'structures-only', state: 'suggested', data: { columns: 0 } }]);
    expect(report.rows).toEqual({ in: 34, ready: 30, warned: 0, rejected: 2, ignored: 2 });
    expect([report.measurements, report.compounds, report.assays]).toEqual([0, 30, 0]);
    expect(report.groups.map(({ reason, rows: of }) => [reason, of])).toEqual([
      ['no-structure', 1],
      ['no-compound-id', 1],
      ['duplicate-row', 1],
      ['blank-row', 1],
    ]);
    expect([count('compound'), exported()]).toEqual([30, []]);
    expect(structuresByCompanyId(catalog())('C-7')).toEqual([{ structure: smiles(7), structureKind: 'smiles' }]);
    expect(listBatches(catalog())).toMatchObject([{ state: 'committed', measurements: 0, compounds: 30 }]);
  });

  it('is previewed as it is imported, and its structures can be looked at before', async () => {
    const path = file('library.csv', head + rows(30));
    const { mapping } = await inspectFile(path, {}, unattended);
    const preview = await previewImport(path, mapping, unattended);
    const given = [];
    for await (const block of structuresOf(path, mapping, unattended)) given.push(...block);
    expect(given.map(({ text }) => text)).toEqual(Array.from({ length: 30 }, (_, i) => smiles(i)));
    expect((await bring(path)).report).toEqual(preview);
  });

  it('asks first where a column may hold values, and goes in without them once a person has said so', async () => {
    const text = rows(30).replaceAll('\n', ',\n');
    const path = file('empty-results.csv', `Compound ID,SMILES,Origin,IC50 [nM]\n${text}`);
    const asked = await bring(path);
    expect(asked.outcome).toBe('needs-decision');
    expect(asked.decisions).toMatchObject([
      { id: 'structures-only', state: 'open', data: { columns: 1, column: 'IC50 [nM]' } },
    ]);
    const mapping = { ...asked.mapping, confirmed: ['structures-only'] };
    expect(await bring(path, { mapping })).toMatchObject({ outcome: 'imported', report: { compounds: 30 } });
  });

  it('is not taken for one where a column names assays: its values are missing', async () => {
    const text = rows(30).replaceAll(/Lab \d/g, 'AS-17,none yet');
    const { outcome, mapping, decisions } = await bring(file('open.csv', `Compound ID,SMILES,Assay,Remark\n${text}`));
    expect([outcome, mapping.layout]).toEqual(['needs-decision', 'long']);
    expect(decisions).toMatchObject([{ id: 'target:value', state: 'open' }]);
  });

  it('names an id that has two structures', async () => {
    const path = file('library.csv', `${head}${rows(30)}C-3,CCO,Lab 1\n`);
    const { report } = await bring(path);
    expect(report.replicates.twoStructures).toMatchObject({ ids: 1, examples: [{ companyId: 'C-3', lines: [5, 32] }] });
  });

  it('serves later results that have no structures of their own, and is withdrawn like any other batch', async () => {
    const { batchId } = await bring(file('library.csv', head + rows(30)));
    const results = Array.from({ length: 30 }, (_, i) => `C-${i},A1,${i + 1}.5,nM\n`).join('');
    const path = file('results.csv', `Compound ID,Assay,IC50,Unit\n${results}`);
    const { outcome, report } = await bring(path);
    expect([outcome, report.measurements]).toEqual(['imported', 30]);
    withdrawBatch(catalog(), batchId!);
    expect(structuresByCompanyId(catalog())('C-7')).toHaveLength(1);
  });

  it('is refused where no row holds a compound', async () => {
    const { mapping } = await inspectFile(file('library.csv', head + rows(30)), {}, unattended);
    const path = file('none.csv', `${head}C-1,,Lab 1\n`);
    expect(await bring(path, { mapping })).toMatchObject({
      outcome: 'refused',
      refusal: { key: 'nothing-to-store' },
    });
    expect(count('batch')).toBe(0);
  });

  it('goes on where it was put off, with each compound once', async () => {
    const broken = Array.from({ length: 25_000 }, (_, i) => `X-${i},,Lab 1\n`).join('');
    const path = file('library.csv', `${head}${rows(30)}${broken}${rows(40)}`);
    const stop = new AbortController();
    const control: Control = {
      signal: stop.signal,
      report: ({ step, done }) => {
        if (step === 'import.rows' && done > 22_000) stop.abort(putOff);
      },
    };
    await expect(importFile(workspace(), { path, person: 'Mara Lindner' }, control)).rejects.toThrow('CANCELLED');
    expect([count('staging'), count('compound')]).toEqual([1, 0]);
    const { report } = await bring(path);
    expect(report.rows).toEqual({ in: 25_070, ready: 40, warned: 0, rejected: 25_000, ignored: 30 });
    expect([count('compound'), count('rejected_row'), count('staging')]).toEqual([40, 25_000, 0]);
  });
});

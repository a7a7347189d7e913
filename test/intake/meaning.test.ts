import { describe, expect, it } from 'vitest';
import { listAssays } from '../../src-main/catalog/assays.ts';
import { withdrawBatch } from '../../src-main/catalog/batches.ts';
import type { Mapping } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { type InspectOptions, inspectFile } from '../../src-main/intake/inspect.ts';
import { table } from './made-table.ts';
import { smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported, workspace } = bench();
const inspect = (text: string, options: InspectOptions = {}) =>
  inspectFile(file('file.csv', text), options, unattended);
const stored = () => exported().map(({ relation, value, scale }) => [relation, Number(value.toFixed(4)), scale]);

describe('a mass per volume', () => {
  const text = table(['ID', 'SMILES', 'MW', 'Assay', 'Type', 'Value', 'Unit'], (i) => [
    ...[
      `C-${i}`,
      smiles(i),
      300,
      i % 2 === 0 ? 'K' : 'S',
      i % 2 === 0 ? 'IC50' : 'ADME',
      '>3',
      ['ug/mL', 'ng/mL', 'mg/mL'][i % 3]!,
    ],
  ]);

  it('becomes a concentration by the weight that the file gives, and stays a mass where it is a solubility', async () => {
    const { mapping, conversions } = await inspect(text);
    expect(mapping.columns.find(({ column }) => column === 'MW')?.target).toBe('molecular-weight');
    expect(conversions.find(({ unit }) => unit === 'ug/mL')?.examples[0]).toMatchObject({
      weight: 300,
      relation: '<',
      stored: 5,
    });
    const { report } = await bring(file('file.csv', text));
    expect(report.rows).toMatchObject({ in: 30, rejected: 0 });
    // 3 ug/mL of 300 g/mol are 1e-5 mol/L
    expect(new Set(stored().map((one) => JSON.stringify(one)))).toEqual(
      new Set(
        [
          ['<', 5, 'p'],
          ['<', 8, 'p'],
          ['<', 2, 'p'],
          ['>', 0.4771, 'log10'],
          ['>', -2.5229, 'log10'],
          ['>', 3.4771, 'log10'],
        ].map((one) => JSON.stringify(one)),
      ),
    );
  });

  it('asks for the weight of the structure where the file has none, once for each structure', async () => {
    const bare = table(['ID', 'SMILES', 'Assay', 'Type', 'Value', 'Unit'], (i) => [
      ...[`C-${i}`, smiles(i % 5), 'K', 'IC50', i + 1, 'ug/mL'],
    ]);
    const asked: string[] = [];
    const weigh = async (structures: readonly { readonly text: string }[]) => {
      asked.push(...structures.map(({ text: one }) => one));
      return structures.map(({ text: one }) => (one === smiles(4) ? undefined : 200));
    };
    const { report } = await bring(file('file.csv', bare), { weigh });
    expect(report.rows).toMatchObject({ in: 30, ready: 24, rejected: 6 });
    expect(report.groups).toMatchObject([{ reason: 'unit-needs-weight', rows: 6 }]);
    expect(stored()[0]).toEqual(['=', 5.301, 'p']);
    // A few for the conversions that are shown, then each once.
    expect(asked.length).toBeLessThanOrEqual(6 + 5);
    const without = await bring(file('file.csv', bare), { again: true });
    expect(without.report.rows).toMatchObject({ rejected: 30 });
  });

  it('stays open where nothing says whether it is a potency or a solubility', async () => {
    const { decisions } = await inspect(
      table(['ID', 'SMILES', 'Assay', 'Value', 'Unit'], (i) => [`C-${i}`, smiles(i), 'X1', i + 1, 'ug/mL']),
    );
    expect(decisions).toMatchObject([{ id: 'unit-spelling:ug/mL', state: 'open' }]);
  });
});

describe('a logarithm of a concentration', () => {
  it.each([
    ['log IC50 (M)', '<-6.5', ['>', 6.5]],
    ['log10 IC50 [nM]', '<2.5', ['>', 6.5]],
    ['-log IC50 (M)', '<6.5', ['<', 6.5]],
    ['-log Ki (uM)', '<0.5', ['<', 6.5]],
  ])('named in the header %j turns %j into %j', async (header, cell, [relation, value]) => {
    const text = table(['ID', 'SMILES', 'Assay', header], (i) => [`C-${i}`, smiles(i), 'K', cell]);
    await bring(file('file.csv', text));
    expect(new Set(stored().map(String))).toEqual(new Set([[relation, value, 'p'].join(',')]));
  });
});

describe('words for values', () => {
  it('0 and 1 side by side are binary assays, blanks are nothing, and that 1 is active is said', async () => {
    const text = table(['ID', 'SMILES', 'NR-A', 'SR-B'], (i) => [
      `C-${i}`,
      smiles(i),
      i % 2,
      i % 3 === 0 ? '' : (i + 1) % 2,
    ]);
    const { mapping, decisions, categories, report } = await bring(file('file.csv', text)).then(async (outcome) => ({
      ...outcome,
      ...(await inspect(text)),
    }));
    expect(mapping.layout).toBe('wide');
    expect(mapping.assays).toMatchObject([
      { code: 'NR-A', scale: 'binary' },
      { code: 'SR-B', scale: 'binary' },
    ]);
    expect(decisions).toMatchObject([
      { kind: 'category', state: 'suggested', data: { columns: 2 }, columns: ['NR-A', 'SR-B'] },
    ]);
    expect(categories).toMatchObject([
      { column: 'NR-A', spelling: '0', rows: 15, label: 'inactive', confidence: 'middle' },
      { column: 'NR-A', spelling: '1', rows: 15, label: 'active' },
      { column: 'SR-B' },
      { column: 'SR-B' },
    ]);
    expect([report.measurements, report.rows.ready]).toEqual([50, 30]);
    expect(new Set(stored().map(String))).toEqual(new Set(['=,1,binary', '=,-1,binary']));
  });

  it('active, inactive and inconclusive are read, "-" beside "+" means inactive, and unknown words wait for a person', async () => {
    const words = ['Active', 'inactive', 'inconclusive'];
    const plain = table(['ID', 'SMILES', 'Assay', 'Outcome'], (i) => [`C-${i}`, smiles(i), 'K', words[i % 3]!]);
    const { report, outcome } = await bring(file('words.csv', plain));
    expect([outcome, report.rows]).toEqual(['imported', { in: 30, ready: 20, warned: 0, rejected: 0, ignored: 10 }]);
    expect(report.groups).toMatchObject([{ reason: 'category-left-out', rows: 10, found: 'inconclusive' }]);

    const signs = table(['ID', 'SMILES', 'Assay', 'Result'], (i) => [
      `C-${i}`,
      smiles(i),
      'L',
      i % 2 === 0 ? '+' : '-',
    ]);
    expect((await bring(file('signs.csv', signs))).report.rows.ready).toBe(30);

    const odd = table(['ID', 'SMILES', 'Assay', 'Result'], (i) => [
      `C-${i}`,
      smiles(i),
      'M',
      ['Active', 'inactive', 'zappy'][i % 3]!,
    ]);
    const path = file('odd.csv', odd);
    const { mapping } = await inspectFile(path, {}, unattended);
    const asValue: Mapping = {
      ...mapping,
      columns: mapping.columns.map((one) => (one.column === 'Result' ? { ...one, target: 'value' } : one)),
    };
    const open = await bring(path, { mapping: asValue });
    expect(open.decisions).toMatchObject([{ kind: 'category', state: 'open', data: { spelling: 'zappy', rows: 10 } }]);
    expect(open.report.groups).toMatchObject([
      {
        reason: 'unknown-category',
        rows: 10,
        repairs: [{ kind: 'read-category-as', column: 'Result', spelling: 'zappy' }],
      },
    ]);
    const categories = [...open.mapping.categories, { column: 'Result', spelling: 'zappy', label: 'active' as const }];
    const settled = await bring(path, { mapping: { ...asValue, categories } });
    expect([settled.outcome, settled.report.rows.ready]).toEqual(['imported', 30]);
    expect(listAssays(workspace().catalog).map(({ code, scale }) => [code, scale])).toContainEqual(['M', 'binary']);
  });

  it('of relations and types that nobody knows are named, and read as a person says', async () => {
    const text = table(['ID', 'SMILES', 'Assay', 'Assay Type', 'Relation', 'pIC50'], (i) => [
      ...[
        `C-${i}`,
        smiles(i),
        `A${i % 2}`,
        i % 2 === 0 ? 'IC50' : 'Sicherheit',
        i % 10 === 0 ? 'above ca' : '=',
        5 + i / 10,
      ],
    ]);
    const path = file('file.csv', text);
    const asProposed = await bring(path);
    withdrawBatch(workspace().catalog, asProposed.batchId!);
    expect(asProposed.decisions.map(({ id, state, data }) => [id, state, data.rows])).toEqual([
      ['relation-spelling:above ca', 'suggested', 3],
      ['assay-type-spelling:Sicherheit', 'suggested', 15],
    ]);
    expect(asProposed.report.groups).toMatchObject([{ reason: 'unknown-relation', rows: 3 }]);
    const { mapping } = asProposed;
    const settled = await bring(path, {
      again: true,
      mapping: {
        ...mapping,
        relations: [{ spelling: 'above ca', relation: '>' }],
        assayTypes: [{ spelling: 'Sicherheit', assayType: 'NON-CATALOG-PANEL' }],
        assays: [],
      },
    });
    expect([settled.decisions.filter(({ kind }) => kind !== 'seen-before'), settled.report.rows.rejected]).toEqual([
      [],
      0,
    ]);
    expect(settled.mapping.assays).toContainEqual(
      expect.objectContaining({ code: 'A1', assayType: 'NON-CATALOG-PANEL' }),
    );
  });
});

describe('what a file lacks', () => {
  it('is set once for all rows: relation, type, and the structure or the row in the place of an id', async () => {
    const text = table(['SMILES', 'pIC50'], (i) => [smiles(i % 10), 5 + i / 10]);
    const path = file('no-ids.csv', text);
    const { mapping, decisions } = await inspectFile(path, {}, unattended);
    expect(decisions.map(({ id, state }) => [id, state])).toEqual([
      ['no-compound-id', 'open'],
      ['target:assay', 'open'],
    ]);
    const constants = { ...mapping.constants, assay: 'K', relation: '<' as const, assayType: 'AUX_HTS' as const };
    const byStructure = await bring(path, {
      mapping: { ...mapping, constants: { ...constants, compoundId: 'structure' } },
    });
    expect([byStructure.outcome, byStructure.report.compounds]).toEqual(['imported', 10]);
    expect(exported()[0]).toMatchObject({ companyId: smiles(0), relation: '<', assay: 'K' });
    expect(listAssays(workspace().catalog)).toMatchObject([{ code: 'K', assayType: 'AUX_HTS' }]);
    const byRow = await bring(path, {
      again: true,
      mapping: { ...mapping, constants: { ...constants, compoundId: 'row-number' } },
    });
    expect(byRow.report.compounds).toBe(30);
    expect(exported().at(-1)?.companyId).toBe('no-ids 31');
  });
});

describe('an assay', () => {
  it('keeps the direction that its mapping gives it', async () => {
    const path = file(
      'panel.csv',
      table(['ID', 'SMILES', 'Assay', 'pIC50'], (i) => [`C-${i}`, smiles(i), 'K', 5 + i / 10]),
    );
    const { mapping } = await inspectFile(path, {}, unattended);
    const assays = mapping.assays.map((one) => ({
      ...one,
      assayType: 'CATALOG-PANEL' as const,
      direction: 'low' as const,
    }));
    const { outcome, mapping: stored } = await bring(path, { mapping: { ...mapping, assays } });
    expect([outcome, stored.assays]).toEqual([
      'imported',
      [{ code: 'K', assayType: 'CATALOG-PANEL', scale: 'p', direction: 'low' }],
    ]);
    const { db } = workspace().catalog;
    expect(db.prepare('select code, assay_type, direction from assay').all()).toEqual([
      { code: 'K', assay_type: 'CATALOG-PANEL', direction: 'low' },
    ]);
  });
});

describe('assays that first stand below the rows looked at', () => {
  it('are taken, named with their first row, and listed', { timeout: 60_000 }, async () => {
    const many = table(
      ['ID', 'SMILES', 'Assay', 'pIC50'],
      (i) => [
        `C-${i % 1000}`,
        smiles(i % 50),
        i < 125_000 ? `A${i % 40}` : `late-${i % 2}`,
        (4 + ((i * 7) % 500) / 100).toFixed(2),
      ],
      125_010,
    );
    const { report, decisions, outcome } = await bring(file('long.csv', many));
    expect(outcome).toBe('imported');
    expect(decisions).toMatchObject([{ kind: 'unlisted', state: 'suggested', data: { rows: expect.any(Number) } }]);
    expect(report.groups.find(({ reason }) => reason === 'unlisted-assay')).toMatchObject({
      severity: 'warned',
      rows: 2,
      repairs: [{ kind: 'list-assays' }],
    });
    expect(report.unlistedAssays.map(({ code, assayType, scale }) => [code, assayType, scale]).sort()).toEqual([
      ['late-0', 'OTHER', 'p'],
      ['late-1', 'OTHER', 'p'],
    ]);
  });
});

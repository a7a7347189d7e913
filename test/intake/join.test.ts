import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { structureKey } from '../../src-main/catalog/measurements.ts';
import type { Mapping } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { structureTable } from '../../src-main/intake/structure-table.ts';
import { apply } from '../../src-renderer/pages/import/apply.ts';
import { molBlock, smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported, workspace } = bench();

const lines = (rows: readonly (readonly (string | number)[])[]) => rows.map((row) => `${row.join(';')}\n`).join('');
const results = (id: (i: number) => string = (i) => `C-${i}`, rows = 30) =>
  lines([['ID', 'Assay', 'IC50 (nM)'], ...Array.from({ length: rows }, (_, i) => [id(i), `A${i % 3}`, i + 1])]);
const structures = (id: (i: number) => string = (i) => `C-${i}`, rows = 30) =>
  lines([['Compound', 'SMILES'], ...Array.from({ length: rows }, (_, i) => [id(i), smiles(i)])]);

const inspectBoth = (one: string, other: string, mapping?: Mapping) =>
  inspectFile(
    file('results.csv', one),
    {
      catalog: workspace().catalog,
      companion: { path: file('structures.csv', other), name: 'structures.csv' },
      ...(mapping && { mapping }),
    },
    unattended,
  );

describe('results and structures in two files', () => {
  it('are joined by the key that both sides share, with its share as the reason', async () => {
    const { mapping, join, decisions, required } = await inspectBoth(results(), structures());
    expect(mapping.join).toMatchObject({ kind: 'file', on: { results: 'ID', structures: 'Compound' } });
    expect(join).toMatchObject({
      confidence: 'high',
      reason: { key: 'ids-on-both-sides', data: { found: 30, ids: 30 } },
      counts: { keys: 30, found: 30, structures: 30, withoutResults: 0 },
    });
    expect(decisions).toEqual([]);
    expect(required.find(({ target }) => target === 'structure')).toMatchObject({
      state: 'met',
      from: ['structures.csv'],
    });
  });

  it('give each row its structure, and name keys that only one side has', async () => {
    const one = file(
      'results.csv',
      results((i) => (i === 4 ? 'X-9' : `C-${i}`)),
    );
    const { outcome, report } = await bring(one, {
      companion: file(
        'structures.csv',
        structures((i) => `C-${i}`, 33),
      ),
    });
    expect([outcome, report.rows]).toEqual(['imported', { in: 30, ready: 29, warned: 0, rejected: 1, ignored: 0 }]);
    expect(report.groups).toMatchObject([{ reason: 'key-without-structure', rows: 1, found: 'X-9' }]);
    expect(report.join).toMatchObject({
      keys: 30,
      found: 29,
      structures: 33,
      withoutResults: 4,
      examples: { withoutStructure: ['X-9'] },
    });
    expect([...(report.join?.examples.withoutResults ?? [])].sort()).toEqual(['C-30', 'C-31', 'C-32', 'C-4']);
    expect(exported().map(({ companyId, smiles: given }) => [companyId, given])).toEqual(
      Array.from({ length: 30 }, (_, i) => [`C-${i}`, smiles(i)]).filter(([id]) => id !== 'C-4'),
    );
  });

  it('never guess case or leading zeros, but say how many more would match', async () => {
    const { mapping, join, decisions } = await inspectBoth(
      results((i) => (i < 20 ? `C-${i}` : i < 25 ? `c-${i}` : `C-00${i}`)),
      structures(),
    );
    expect(join?.counts).toMatchObject({ keys: 30, found: 20 });
    expect(join?.counts?.near).toMatchObject([
      { rule: 'case', keys: 5, examples: expect.arrayContaining([{ results: 'c-20', structures: 'C-20' }]) },
      { rule: 'leading-zeros', keys: 5 },
    ]);
    expect(decisions).toMatchObject([{ kind: 'join', state: 'suggested', data: { found: 20, ids: 30 } }]);
    expect(mapping.join).not.toBeNull();
  });

  it('with few common ids wait for a person, and say when the files are the other way round', async () => {
    const few = await inspectBoth(
      results((i) => `Q-${i}`),
      structures((i) => (i < 5 ? `Q-${i}` : `Z-${i}`)),
    );
    expect([few.mapping.join, few.join?.reason.key]).toEqual([null, 'few-ids-on-both-sides']);
    expect(few.decisions).toMatchObject([{ kind: 'join', state: 'open', choices: ['file'] }]);
    const swapped = await inspectBoth(structures(), results());
    expect(swapped.join?.reason).toEqual({ key: 'other-way-round', data: { name: 'structures.csv' } });
  });

  it('are read each in its own way, found out or said by hand', async () => {
    const odd = structures().replaceAll(';', '|').replace(/^/, '# from the registry\n');
    const { join } = await inspectBoth(results(), odd);
    expect(join?.read).toMatchObject({ name: 'structures.csv', reading: { delimiter: '|', headerLine: 2 } });
    const byHand = await inspectFile(
      file('results.csv', results()),
      { companion: { path: file('structures.csv', odd), name: 'structures.csv', reading: { delimiter: ';' } } },
      unattended,
    );
    expect(byHand.join).toMatchObject({ join: null, reason: { key: 'no-structures' } });
    expect(byHand.join?.read?.readingReasons.find(({ part }) => part === 'delimiter')?.reason.key).toBe('by-hand');
    expect(byHand.join?.read?.reading.delimiter).toBe(';');
  });

  it('reject a key with two structures by name, unless a person takes one of them', async () => {
    const twice = structures() + lines([['C-7', 'CCCCCCCN']]);
    const path = file('results.csv', results());
    const companion = file('structures.csv', twice);
    const refused = await bring(path, { companion });
    expect(refused.report.groups).toMatchObject([
      {
        reason: 'two-structures',
        rows: 1,
        found: 'C-7',
        repairs: [
          { kind: 'take-structure', conflicts: 'first' },
          { kind: 'take-structure', conflicts: 'last' },
        ],
      },
    ]);
    expect(refused.report.join?.examples.conflicting).toEqual([{ key: 'C-7', structures: [smiles(7), 'CCCCCCCN'] }]);
    const { join } = refused.mapping;
    const taken = { ...refused.mapping, join: join?.kind === 'file' ? { ...join, conflicts: 'last' as const } : null };
    const { report } = await bring(path, { companion, mapping: taken, again: true });
    expect(report.rows.rejected).toBe(0);
    expect(
      exported().filter(({ companyId, smiles: given }) => companyId === 'C-7' && given === 'CCCCCCCN'),
    ).toHaveLength(1);
  });

  it('take structures from the catalogue where they are there already', async () => {
    await bring(
      file(
        'before.csv',
        `ID,SMILES,Assay,pIC50\n${Array.from({ length: 30 }, (_, i) => `C-${i},${smiles(i)},B,5.${10 + i}\n`).join('')}`,
      ),
    );
    const path = file('results.csv', results());
    const { outcome, decisions, report, mapping } = await bring(path);
    expect(mapping.join).toEqual({ kind: 'catalogue', on: { results: 'ID' } });
    expect(decisions).toMatchObject([
      { kind: 'join', state: 'suggested', data: { name: 'catalogue', found: 30, ids: 30 } },
    ]);
    expect([outcome, report.rows.ready, report.join?.found]).toEqual(['imported', 30, 30]);
    expect(new Set(exported().map(({ companyId, smiles: given }) => `${companyId} ${given}`)).size).toBe(30);
  });

  it('on sheets of one workbook are joined as well, and take the types of their assays from a third', async () => {
    const book = new ExcelJS.Workbook();
    const ids = Array.from({ length: 20 }, (_, i) => i);
    book
      .addWorksheet('Results')
      .addRows([['ID', 'Assay', 'IC50 (nM)'], ...ids.map((i) => [`C-${i}`, `A${i % 2}`, i + 1])]);
    book.addWorksheet('Structures').addRows([['ID', 'SMILES'], ...ids.map((i) => [`C-${i}`, smiles(i)])]);
    book.addWorksheet('Assays').addRows([
      ['Code', 'Type'],
      ['A0', 'PANEL'],
      ['A1', 'OTHER'],
    ]);
    const path = file('book.xlsx', new Uint8Array(await book.xlsx.writeBuffer()));
    const { outcome, report, mapping, decisions } = await bring(path);
    expect(mapping.join).toMatchObject({ kind: 'sheet', reading: { sheet: 'Structures' }, on: { results: 'ID' } });
    expect([outcome, decisions.filter(({ kind }) => kind !== 'sheet'), report.rows.ready]).toEqual([
      'imported',
      [],
      20,
    ]);
    expect(mapping.assays.map(({ code, assayType }) => [code, assayType]).sort()).toEqual([
      ['A0', 'NON-CATALOG-PANEL'],
      ['A1', 'OTHER'],
    ]);
  });

  it('without a second file or a catalogue that knows them ask for the structure', async () => {
    const { outcome, decisions } = await bring(file('results.csv', results()));
    expect(outcome).toBe('needs-decision');
    expect(decisions).toMatchObject([{ id: 'target:structure', state: 'open' }]);
  });
});

describe('structures of a second file', () => {
  it.each(['n/a', '-', '#N/A', 'not available', 'Unknown', 'OC\ufffdC', ' '])(
    'that say "%s" are none, as in a row of results',
    async (word) => {
      const other = structures().replace(`C-7;${smiles(7)}`, `C-7;${word}`);
      const companion = file('structures.csv', other);
      const { report } = await bring(file('results.csv', results()), { companion });
      expect(report.groups).toMatchObject([{ reason: 'key-without-structure', rows: 1, found: 'C-7' }]);
      expect(report.join).toMatchObject({ keys: 30, found: 29, structures: 29 });
    },
  );

  it('and mol blocks without an atom are none either', async () => {
    const record = (i: number) => {
      const block = molBlock(`M${i}`);
      const empty = ['M7', '', '', '  0  0  0  0  0  0  0  0  0  0999 V2000', 'M  END'].join('\n');
      return `${i === 7 ? empty : block.replace('1.5000', `1.${1000 + i}`)}\n> <Compound>\nC-${i}\n\n$$$$\n`;
    };
    const companion = file('structures.sdf', Array.from({ length: 30 }, (_, i) => record(i)).join(''));
    const { report } = await bring(file('results.csv', results()), { companion });
    expect(report.groups).toMatchObject([{ reason: 'key-without-structure', rows: 1, found: 'C-7' }]);
  });

  it('are two where the same structure stands under another company id', async () => {
    const samples = ['Sample;Compound ID;SMILES'];
    for (let i = 0; i < 30; i += 1) samples.push(`C-${i};CPD-${i};${smiles(i)}`);
    samples.push(`C-3;CPD-99;${smiles(3)}`);
    const companion = file('samples.csv', `${samples.join('\n')}\n`);
    const path = file('results.csv', results());
    const { mapping } = await inspectFile(path, { companion: { path: companion, name: 'samples.csv' } }, unattended);
    const { join } = mapping;
    if (join?.kind !== 'file') throw new Error('no file is joined');
    const targets = new Map([
      ['Compound ID', 'compound-id'],
      ['SMILES', 'structure'],
    ] as const) as ReadonlyMap<string, 'compound-id' | 'structure'>;
    const { report } = await bring(path, {
      companion,
      mapping: {
        ...mapping,
        columns: mapping.columns.map((one) => (one.target === 'compound-id' ? { ...one, target: 'unused' } : one)),
        join: {
          ...join,
          columns: join.columns.map((one) => ({ ...one, target: targets.get(one.column) ?? 'unused' })),
        },
      },
    });
    expect(report.groups).toMatchObject([{ reason: 'two-structures', rows: 1, found: 'C-3' }]);
    expect(report.join?.examples.conflicting).toEqual([
      { key: 'C-3', structures: [`${smiles(3)} (CPD-3)`, `${smiles(3)} (CPD-99)`] },
    ]);
  });
});

describe('structures of the catalogue under one id', () => {
  const known = (structure: string) =>
    lines([
      ['ID', 'SMILES', 'Assay', 'IC50 (nM)'],
      ['K-1', structure, 'Z', 5],
      ...Array.from({ length: 30 }, (_, i) => [`C-${i}`, smiles(i), 'Z', `${i + 1}.5`]),
    ]);
  const wanted = () =>
    file(
      'results.csv',
      lines([
        ['ID', 'Assay', 'IC50 (nM)'],
        ['K-1', 'Q', 5],
        ...Array.from({ length: 29 }, (_, i) => [`C-${i}`, 'Q', `${i + 1}.5`]),
      ]),
    );
  const standardised = (text: string, smilesOf: string) =>
    workspace()
      .catalog.db.prepare(
        `insert into standard_structure (structure_key, parameter_hash, state, smiles) values (?, 'p', 'ok', ?)`,
      )
      .run(structureKey('smiles', text), smilesOf);

  it('are one where they standardise to the same', async () => {
    await bring(file('a.csv', known('OCC')));
    await bring(file('b.csv', known('CCO')));
    standardised('OCC', 'CCO');
    standardised('CCO', 'CCO');
    const { report } = await bring(wanted());
    expect([report.rows.rejected, report.join?.conflicting]).toEqual([0, 0]);
    expect(exported().find(({ companyId, assay }) => companyId === 'K-1' && assay === 'Q')?.smiles).toBe('OCC');
  });

  it('are two otherwise, until a person takes the first or the last of them', async () => {
    await bring(file('a.csv', known('OCC')));
    await bring(file('b.csv', known('CCN')));
    standardised('OCC', 'CCO');
    standardised('CCN', 'CCN');
    const refused = await bring(wanted());
    expect(refused.report.groups).toMatchObject([{ reason: 'two-structures', rows: 1, found: 'K-1' }]);
    const { mapping } = refused;
    const [, last] = refused.report.groups[0]!.repairs;
    if (last?.kind !== 'take-structure') throw new Error('no repair');
    const { join } = apply(mapping, { kind: 'conflicts', take: last.conflicts });
    await bring(wanted(), { again: true, mapping: { ...mapping, join } });
    expect(exported().find(({ companyId, assay }) => companyId === 'K-1' && assay === 'Q')?.smiles).toBe('CCN');
  });
});

describe('a table of structures', () => {
  it('gives back every text under its key, short or long, whatever characters they are of', () => {
    const text = fc.oneof(fc.string(), fc.string({ minLength: 400, maxLength: 2000, unit: 'grapheme' }));
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), text), { selector: ([key]) => key }),
        (pairs) => {
          const table = structureTable();
          const stored = (structure: string) => ({
            structure,
            structureKind: 'smiles' as const,
            companyId: undefined,
            weight: undefined,
          });
          for (const [key, structure] of pairs) expect(table.add(key, stored(structure), false)).toBe('new');
          for (const [key, structure] of pairs) {
            expect(table.find(key)).toEqual({ stored: stored(structure), conflicting: false });
            expect(table.add(key, stored(structure), false)).toBe('same');
            expect(table.add(key, stored(`${structure}!`), false)).toBe('other');
            expect(table.find(key)).toEqual({ stored: stored(structure), conflicting: true });
          }
          expect([table.size(), table.asked(), table.conflicting()]).toEqual([
            pairs.length,
            pairs.length,
            pairs.length,
          ]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('takes no more than 150 bytes for each of 50,000 structures of usual length', () => {
    const table = structureTable();
    const structure = 'CC(C)Cc1ccc(cc1)C(C)C(=O)NCCc1c[nH]c2ccccc12';
    for (let i = 0; i < 50_000; i += 1) {
      table.add(
        `COMPANY-${i}`,
        { structure: `${structure}${'C'.repeat(i % 7)}`, structureKind: 'smiles', companyId: undefined, weight: 348.5 },
        false,
      );
    }
    expect(table.bytes() / table.size()).toBeLessThan(150);
  });
});

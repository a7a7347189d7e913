import { describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { type InspectOptions, inspectFile } from '../../src-main/intake/inspect.ts';
import { smilesShape } from '../../src-main/intake/smiles-shape.ts';
import { smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file } = bench();
const inspect = (text: string | Uint8Array, options: InspectOptions = {}, name = 'file.csv') =>
  inspectFile(file(name, text), options, unattended);

/** Thirty rows of a long table under these headers. */
const long = (headers: readonly string[], cells: (i: number) => readonly (string | number)[], rows = 30): string =>
  [headers, ...Array.from({ length: rows }, (_, i) => cells(i))].map((row) => `${row.join(';')}\n`).join('');

describe('the proposed mapping', () => {
  it.each([
    ['English', ['CMPD_NO', 'Structure', 'Protocol ID', 'Qualifier', 'Result', 'UOM']],
    ['German', ['Substanz', 'Strukturformel (SMILES)', 'Prüfung', 'Vorzeichen', 'Messwert', 'Einheit']],
    ['French', ['Prep. no.', 'Structure', 'Méthode', 'Signe', 'Résultat', 'Unité']],
    ['Japanese', ['化合物ID', '構造 (SMILES)', 'アッセイ', '不等号', '測定値', '単位']],
  ])(
    'finds every target under %s headers, with high confidence and a reason in figures',
    async (_language, headers) => {
      const relations = ['=', '>', '<'];
      const text = long(headers, (i) => [`C-${i}`, smiles(i), `A${i % 3}`, relations[i % 3]!, i + 0.5, 'nM']);
      const { proposals, decisions, required } = await inspect(text);
      expect(proposals.map(({ target, confidence, reason }) => [target, confidence, reason.key])).toEqual([
        ['compound-id', 'high', 'ids'],
        ['structure', 'high', 'smiles'],
        ['assay', 'high', 'assay-codes'],
        ['relation', 'high', 'relations'],
        ['value', 'high', 'numbers-with-unit'],
        ['unit', 'high', 'units'],
      ]);
      expect(proposals[1]?.reason.data).toEqual({ readable: 30, filled: 30 });
      expect(proposals[3]?.reason.data).toMatchObject({ censored: 20 });
      expect(decisions).toEqual([]);
      expect(required.every(({ state }) => state === 'met')).toBe(true);
    },
  );

  it('leaves people, dates, comments, projects, row numbers and empty columns unused, each with its reason', async () => {
    const people = ['M. Huber', 'S. Aydın', 'Mara Lindner'];
    const headers = [
      '',
      'Compound',
      'SMILES',
      'Assay',
      'IC50 (nM)',
      'Operator',
      'Prüfdatum',
      'Remarks',
      'Projekt',
      'Empty',
    ];
    const text = long(headers, (i) => [
      ...[
        i,
        `C-${i}`,
        smiles(i),
        `A${i % 2}`,
        i + 1,
        people[i % 3]!,
        `1${i % 9}.03.2024`,
        'looks good',
        `KIN-0${i % 2}`,
        '',
      ],
    ]);
    const { proposals } = await inspect(text);
    expect(
      proposals.filter(({ target }) => target === 'unused').map(({ column, reason }) => [column, reason.key]),
    ).toEqual([
      ['Column 1', 'row-numbers'],
      ['Operator', 'people'],
      ['Prüfdatum', 'dates'],
      ['Remarks', 'comments'],
      ['Projekt', 'no-target'],
      ['Empty', 'empty'],
    ]);
  });

  it('never takes an identity by a low confidence, but asks', async () => {
    const text = long(['a', 'SMILES', 'Assay', 'pIC50'], (i) => [`batch ${i % 4}`, smiles(i), `A${i % 2}`, 5 + i / 10]);
    const { proposals, decisions } = await inspect(text);
    expect(proposals[0]?.target).toBe('unused');
    expect(decisions.map(({ id, state }) => [id, state])).toEqual([['no-compound-id', 'open']]);
    expect(decisions[0]?.choices).toEqual(['a', 'structure', 'row-number']);
  });

  it('takes short structures for structures where the header says so, and offers every free column where none reads as one', async () => {
    const short = ['C', 'CC', 'CCO', 'CN', 'O', 'CCC', 'CCN', 'CO', 'N', 'CCCO'];
    const headers = ['ID', 'SMILES', 'Assay', 'pIC50'];
    const named = await inspect(long(headers, (i) => [`C-${i}`, short[i]!, 'A1', (5 + i / 10).toFixed(1)], 10));
    expect(named.proposals[1]).toMatchObject({ target: 'structure', confidence: 'middle' });
    const none = await inspect(
      long(['ID', 'Formel', 'Assay', 'pIC50'], (i) => [`C-${i}`, `?${i}!`, 'A1', (5 + i / 10).toFixed(1)], 10),
    );
    expect(none.decisions).toContainEqual(expect.objectContaining({ id: 'target:structure', choices: ['Formel'] }));
  });

  it('does not lose the relations for one odd cell, and asks about a relation column that does not read as one', async () => {
    const text = (relation: (i: number) => string) =>
      long(['ID', 'SMILES', 'Assay', 'Relation', 'pIC50'], (i) => [
        `C-${i}`,
        smiles(i),
        `A${i % 2}`,
        relation(i),
        5 + i / 10,
      ]);
    const { proposals } = await inspect(text((i) => (i === 7 ? '?!' : '>')));
    expect(proposals[3]).toMatchObject({ target: 'relation', confidence: 'high' });
    const { decisions } = await inspect(text((i) => `grade ${i % 3}`));
    expect(decisions).toMatchObject([{ id: 'target:relation', state: 'open', choices: ['Relation'] }]);
  });

  it('takes several value columns that take turns, and only the best of columns that repeat a value', async () => {
    const turns = long(['ID', 'SMILES', 'Assay', 'IC50 (nM)', 'ADME result'], (i) =>
      i % 2 === 0 ? [`C-${i}`, smiles(i), 'K1', i + 1, ''] : [`C-${i}`, smiles(i), 'LD', '', i / 10 - 1],
    );
    const first = await inspect(turns);
    expect(first.mapping.columns.slice(3)).toMatchObject([
      { target: 'value', unit: 'nM' },
      { target: 'value', unit: 'log10' },
    ]);
    expect(first.assays).toMatchObject([
      { code: 'K1', assayType: 'OTHER', scale: 'p' },
      { code: 'LD', assayType: 'ADME', scale: 'log10', reason: { key: 'adme-column' } },
    ]);
    const repeats = long(['ID', 'SMILES', 'Assay', 'IC50', 'Units', 'pIC50'], (i) => [
      ...[`C-${i}`, smiles(i), 'K1', 10 ** (i % 4), 'nM', 9 - (i % 4)],
    ]);
    const second = await inspect(repeats);
    expect(second.proposals.at(-1)).toMatchObject({ target: 'unused', reason: { key: 'second-choice' } });
  });

  it('reads a matrix as wide: each column of numbers an assay, its unit guessed from its range and said so', async () => {
    const text = long(['Compound', 'SMILES', 'g1', 'g2', 'g3', 'g4'], (i) => [
      ...[
        `C-${i}`,
        smiles(i),
        (5 + i / 10).toFixed(2),
        (6 + i / 20).toFixed(2),
        (5.5 + i / 30).toFixed(2),
        (i / 10 - 1).toFixed(2),
      ],
    ]);
    const { mapping, decisions, readingReasons } = await inspect(text);
    expect(mapping.layout).toBe('wide');
    expect(mapping.columns.slice(2).map(({ target, assay, unit }) => [target, assay, unit])).toEqual([
      ['assay-value', 'g1', 'p'],
      ['assay-value', 'g2', 'p'],
      ['assay-value', 'g3', 'p'],
      ['assay-value', 'g4', 'log10'],
    ]);
    expect(decisions.map(({ id, state, data }) => [id, state, data.columns])).toEqual([
      ['column-unit:p', 'suggested', 3],
      ['column-unit:log10', 'suggested', 1],
    ]);
    expect(readingReasons.find(({ part }) => part === 'layout')?.reason).toEqual({
      key: 'column-an-assay',
      data: { columns: 4 },
    });
  });

  it('asks for a unit that neither word nor range settles, and for a spelling that nobody knows', async () => {
    const open = await inspect(
      long(['ID', 'SMILES', 'Assay', 'Value'], (i) => [`C-${i}`, smiles(i), 'A', i * 100 + 1]),
    );
    expect(open.decisions).toMatchObject([{ kind: 'column-unit', state: 'open' }]);
    const spelled = await inspect(
      long(['ID', 'SMILES', 'Assay', 'Value', 'Unit'], (i) => [
        `C-${i}`,
        smiles(i),
        `A${i % 3}`,
        i + 1,
        ['nM', 'log', 'zorkmid'][i % 3]!,
      ]),
    );
    expect(
      spelled.unitSpellings.map(({ spelling, rows, unit, confidence }) => [spelling, rows, unit, confidence]),
    ).toEqual([
      ['nM', 10, 'nM', 'high'],
      ['log', 10, null, 'low'], // values up to 29 are no logarithms
      ['zorkmid', 10, null, 'low'],
    ]);
    expect(spelled.decisions.map(({ id, state }) => [id, state])).toEqual([
      ['unit-spelling:log', 'open'],
      ['unit-spelling:zorkmid', 'open'],
    ]);
  });

  it('takes a mass per volume of a potency by the molecular weight, and of a solubility as its logarithm', async () => {
    const rows = (type: string) =>
      long(['ID', 'SMILES', 'Assay', 'Type', 'Value', 'Unit'], (i) => [`C-${i}`, smiles(i), 'A', type, i + 1, 'ug/mL']);
    const potency = await inspect(rows('IC50'));
    expect(potency.decisions).toMatchObject([{ id: 'unit-spelling:ug/mL', state: 'suggested', suggestion: 'ug/mL' }]);
    expect(potency.unitSpellings).toMatchObject([{ reason: { key: 'mass-by-weight', data: { from: 'structure' } } }]);
    expect(potency.assays).toMatchObject([{ assayType: 'OTHER', scale: 'p' }]);
    const solubility = await inspect(rows('ADME'));
    expect(solubility.decisions).toMatchObject([
      { id: 'unit-spelling:ug/mL', state: 'suggested', suggestion: 'ug/mL' },
    ]);
    expect(solubility.assays).toMatchObject([
      { assayType: 'ADME', scale: 'log10', scales: ['log10', 'linear'], reason: { key: 'type-column' } },
    ]);
  });

  it('shows conversions on values of the file, one out of range where there is one', async () => {
    const text = long(['ID', 'SMILES', 'Assay', 'IC50 (nM)'], (i) => [
      `C-${i}`,
      smiles(i),
      'A',
      i === 20 ? '0.01' : `>${i + 1}`,
    ]);
    const { conversions } = await inspect(text);
    expect(conversions).toMatchObject([{ unit: 'nM', scale: 'p', values: 30, above: 1, below: 0 }]);
    expect(conversions[0]?.examples).toMatchObject([
      { given: '>1', relation: '<', stored: 9, range: 'in' },
      { given: '>2', relation: '<', range: 'in' },
      { given: '0.01', relation: '=', stored: 11, range: 'above' },
    ]);
  });

  it('answers about a mapping that was changed by hand, and remembers what stands as found', async () => {
    const text = long(['ID', 'SMILES', 'Assay', 'Value'], (i) => [`C-${i}`, smiles(i), 'A', i * 100 + 1]);
    const { mapping } = await inspect(text);
    const changed = {
      ...mapping,
      columns: mapping.columns.map((one) => (one.target === 'value' ? { ...one, unit: 'nM' as const } : one)),
    };
    const answer = await inspect(text, { mapping: changed });
    expect(answer.decisions).toEqual([]);
    expect(answer.proposals.map(({ reason }) => reason.key)).toEqual(['ids', 'smiles', 'assay-codes', 'by-hand']);
    expect(answer.readingReasons.some(({ reason }) => reason.key === 'by-hand')).toBe(false);
  });
});

describe('the header', () => {
  it.each([
    ['stands in the first line', 'ID,SMILES,Assay,pIC50\nX1,CCO,A,5.5\nX2,CCN,A,6.5\n', 1],
    ['stands below titles', 'Report\n\nID,SMILES,Assay,pIC50\nX1,CCO,A,5.5\nX2,CCN,A,6.5\n', 3],
    ['is missing', 'X1,CC(=O)O,A1,5.5\nX2,CC(=O)N,A1,6.5\n', null],
  ])('%s', async (_name, text, line) => {
    const { reading, columns } = await inspect(text);
    expect(reading.headerLine).toBe(line);
    if (line === null)
      expect(columns.map(({ name }) => name)).toEqual(['Column 1', 'Column 2', 'Column 3', 'Column 4']);
  });

  it('keeps two columns of one name apart', async () => {
    const { columns } = await inspect('ID,Value,Value\nX1,1.5,2.5\nX2,2.5,3.5\n');
    expect(columns.map(({ name }) => name)).toEqual(['ID', 'Value', 'Value (2)']);
  });
});

describe('a text', () => {
  it.each([
    ['CC(=O)Oc1ccccc1C(=O)O', 'clear'],
    ['[Na+].[O-]C(=O)C', 'clear'],
    ['C1CC1 |$;;$|', 'clear'],
    ['CCO', 'possible'],
    ['IC', 'possible'],
    ['C1CC', 'no'],
    ['C(C', 'no'],
    ['CHEMBL25', 'no'],
    ['IBX1102879', 'no'],
    ['0.5', 'no'],
    ['aspirin', 'no'],
    ['', 'no'],
  ])('%j is SMILES: %s', (text, shape) => {
    expect(smilesShape(text)).toBe(shape);
  });
});

describe('the decimal mark', () => {
  it('is that of the values: a column that nobody uses does not turn it', async () => {
    const headers = ['Compound ID', 'SMILES', 'Assay', 'IC50 (nM)', 'Plate quality', 'Hill slope'];
    const text = (value: (i: number) => string) =>
      long(headers, (i) => [`C-${i}`, smiles(i), 'A1', value(i), `${300 + i},${i % 10}5`, `0,${i % 10}7`]);
    const sure = await inspect(text((i) => `${i + 1}.5${i % 10}`));
    expect(sure.reading).toMatchObject({ decimalMark: '.', thousands: '' });
    expect(sure.conversions[0]?.values).toBe(30);
    expect(sure.decisions.filter(({ kind }) => kind === 'decimal-mark')).toEqual([]);
    const open = await inspect(text((i) => `${i + 1}.${100 + i}`));
    expect(open.decisions).toContainEqual(
      expect.objectContaining({ id: 'decimal-mark', state: 'open', data: { example: '1.100' } }),
    );
    const told = await inspect(
      text((i) => `${i + 1}.${100 + i}`),
      { reading: { decimalMark: '.' } },
    );
    expect(told.decisions.filter(({ kind }) => kind === 'decimal-mark')).toEqual([]);
    expect(told.conversions[0]?.examples[0]).toMatchObject({ given: '1.100', stored: 9 - Math.log10(1.1) });
  });

  it('is asked about where dots may group thousands, and where two marks stand side by side', async () => {
    const headers = ['Compound ID', 'SMILES', 'Assay', 'IC50 (nM)'];
    const german = long(headers, (i) => [`C-${i}`, smiles(i), 'A1', i % 3 === 0 ? `${i + 1}.500` : i + 20]);
    const asked = await inspect(german);
    expect(asked.decisions.map(({ id, state }) => [id, state])).toEqual([['decimal-mark', 'open']]);
    const mapping = {
      ...asked.mapping,
      reading: { ...asked.reading, decimalMark: ',' as const, thousands: '.' as const },
    };
    const told = await inspect(german, { mapping });
    expect(told.decisions).toEqual([]);
    expect(told.conversions[0]?.examples[0]).toMatchObject({ given: '1.500', stored: 9 - Math.log10(1500) });
    const two = long(['Compound', 'SMILES', 'ABL1 (nM)', 'SRC (nM)'], (i) => [
      ...[`C-${i}`, smiles(i), `${i + 1}.25`, `${i + 1},25`],
    ]);
    expect((await inspect(two)).decisions.map(({ id, state }) => [id, state])).toEqual([['decimal-mark', 'open']]);
  });
});

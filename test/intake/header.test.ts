import { describe, expect, it } from 'vitest';
import { smiles } from './molecules.ts';
import { readFile } from './read-file.ts';
import { bench } from './workspace-for-tests.ts';

const rows = 'X-1,CCO,A1,5.5\nX-2,CCN,A1,7\nX-3,c1ccccc1,A2,12\n';

describe('the header of a table', () => {
  const { file, bring } = bench();
  const read = (text: string) => readFile(file('t.csv', text));

  it.each([
    ['in the first line', `ID,SMILES,Assay,IC50\n${rows}`, 1],
    ['below titles and blank lines', `Report of May\n\nMade by,Mara\n\nID,SMILES,Assay,IC50\n${rows}`, 5],
    [
      'below comments, also such as hold delimiters',
      `# exported, by, some, program\n# 2024-05-01\nID,SMILES,Assay,IC50\n${rows}`,
      3,
    ],
    ['behind the mark of a comment', `#ID,SMILES,Assay,IC50\n${rows}`, 1],
    ['below the hint for Excel', `sep=,\nID,SMILES,Assay,IC50\n${rows}`, 2],
    ['nowhere', rows, null],
  ])('is found %s', async (_name, text, line) => {
    const { reading, cells, problems } = await read(text);
    expect(reading.headerLine).toBe(line);
    expect([cells.length, problems]).toEqual([3, []]);
    expect(cells[0]?.[1]).toBe('CCO');
  });

  it('has the units of the row below it', async () => {
    const { reading, reasons, columns, cells } = await read(
      'ID,SMILES,IC50,Clint,Note\n,,(nM),[uL/min/mg],\nX-1,CCO,5,7,a\nX-2,CCN,6,8,b\n',
    );
    expect([reading.headerLine, reading.unitLine]).toEqual([1, 2]);
    expect(columns).toEqual(['ID', 'SMILES', 'IC50 (nM)', 'Clint (uL/min/mg)', 'Note']);
    expect(cells).toHaveLength(2);
    expect(reasons.find(({ part }) => part === 'unitLine')?.reason).toEqual({
      key: 'units-below',
      data: { line: 2, units: 2 },
    });
    const plain = await read('ID,SMILES,Value,Unit\nX-1,CCO,5,nM\nX-2,CCN,6,nM\n');
    expect(plain.reading.unitLine).toBe(null);
  });

  it('gives every column a name of its own, and none to what is empty at its end', async () => {
    const { columns, problems } = await read('ID,SMILES,,Value,Value,,\nX-1,CCO,x,5,6,,\nX-2,CCN,y,7,8,,\n');
    expect(columns).toEqual(['ID', 'SMILES', 'Column 3', 'Value', 'Value (2)']);
    expect(problems).toEqual([]);
    const noted = await read('ID,SMILES,Value,\nX-1,CCO,5,first\nX-2,CCN,7,second\n');
    expect([noted.columns, noted.problems]).toEqual([['ID', 'SMILES', 'Value', 'Column 4'], []]);
  });

  it('is known again where it is repeated, also with names that come twice; totals and remarks at the end are named', async () => {
    const head = 'Compound ID,SMILES,Assay,IC50 (nM),Note,Note\n';
    const row = (i: number) => `X-${i},${smiles(i)},A1,${i + 5},a${i},b\n`;
    const many = (from: number) => Array.from({ length: 15 }, (_, i) => row(from + i)).join('');
    const { report } = await bring(
      file('r.csv', `${head}${many(0)}${head}${many(15)}\nTotal,,,480,,\nPrinted on 1 May\n`),
    );
    expect(report.rows).toMatchObject({ in: 34, ready: 30, rejected: 2, ignored: 2 });
    expect(report.groups.map(({ reason, rows: count }) => [reason, count]).sort()).toEqual([
      ['blank-row', 1],
      ['no-structure', 1],
      ['ragged-row', 1],
      ['repeated-header', 1],
    ]);
  });

  it('does not let one odd row set the width of a table without header', async () => {
    const { columns, problems } = await read(`${rows}X-9,CCO,A1,5,6,7,8,9\nX-4,CCC,A1,9\n`);
    expect([columns.length, problems]).toEqual([4, [[4, 'ragged-row']]]);
  });
});

import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { writeSetting } from '../../src-main/catalog/settings.ts';
import type { ImportOutcome, Mapping } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { rejectedCsv, rejectedCsvOfPreview } from '../../src-main/intake/rejected-csv.ts';
import { molBlock, smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported, workspace } = bench();
const catalog = () => workspace().catalog;
const rejectedOf = ({ batchId }: ImportOutcome) => [...rejectedCsv(catalog(), batchId!)].join('');
const columnsOfRejected = ['Rejected line', 'Rejected reason'].map((column) => ({
  column,
  target: 'unused' as const,
  unit: null,
  assay: null,
}));
const withRejected = (mapping: Mapping): Mapping => ({
  ...mapping,
  columns: [...mapping.columns, ...columnsOfRejected],
});

async function ofPreview(path: string): Promise<string> {
  const { mapping } = await inspectFile(path, { catalog: catalog() }, unattended);
  let text = '';
  for await (const piece of rejectedCsvOfPreview(path, mapping, unattended, { catalog: catalog() })) text += piece;
  return text;
}

describe('a row of several values that came in in part', () => {
  const header = 'Compound ID,SMILES,A IC50 (nM),B IC50 (nM),C IC50 (nM)';
  const rows = Array.from({ length: 30 }, (_, i) => `C-${i},${smiles(i)},${i + 1}.5,${i + 2}.5,${i + 3}.5`);
  rows[7] = `C-7,${smiles(7)},8.5,oops,8.5`;
  rows[9] = `C-9,${smiles(9)},n.b.x,oops,`;
  const path = () => file('wide.csv', `${[header, ...rows].join('\n')}\n`);

  it('comes back with the values alone that did not', async () => {
    const before = await ofPreview(path());
    const outcome = await bring(path());
    const csv = rejectedOf(outcome);
    expect(before).toBe(csv);
    expect(csv.split('\r\n').slice(1, 3)).toEqual([
      `C-7,${smiles(7)},,oops,,9,not-a-number`,
      `C-9,${smiles(9)},n.b.x,oops,,11,not-a-number`,
    ]);
    const mended = file('mended.csv', csv.replace('n.b.x', '4.5').replaceAll('oops', '77.5'));
    const { report } = await bring(mended, { mapping: withRejected(outcome.mapping) });
    expect(report.measurements).toBe(3);
    const of7 = exported().filter(({ companyId }) => companyId === 'C-7');
    expect(of7.map(({ assay, givenValue }) => [assay[0], givenValue])).toEqual([
      ['A', '8.5'],
      ['C', '8.5'],
      ['B', '77.5'],
    ]);
  });
});

describe('structures in rejected rows', () => {
  const record = (i: number, value: string) =>
    `${molBlock(`M${i}`).replace('1.5000', `1.${1000 + i}`)}\n> <ID>\nC-${i}\n\n> <pIC50>\n${value}\n\n$$$$\n`;
  const long = `${'CCO'.repeat(800)}c1ccccc1`;

  it('of an SDF stand there whole, and their file is read as the table that it is', async () => {
    const records = Array.from({ length: 20 }, (_, i) => record(i, i === 3 ? 'oops' : String(5 + i / 10 + 0.01)));
    const outcome = await bring(file('a.sdf', records.join('')));
    const mended = file('a-mended.csv', rejectedOf(outcome).replace('oops', '6.1'));
    const { reading, mapping } = await inspectFile(mended, { catalog: catalog() }, unattended);
    expect(reading.format).toBe('csv');
    const { report } = await bring(mended, {
      mapping: { ...withRejected({ ...outcome.mapping, reading }), missing: mapping.missing },
    });
    expect(report.rows).toMatchObject({ in: 1, ready: 1 });
    const blocks = catalog().db.prepare('select structure from compound order by id').pluck().all() as string[];
    expect(blocks.at(-1)).toBe(molBlock('M3').replace('1.5000', '1.1003'));
  });

  it('of any length stand there whole, and are shortened only where they are shown', async () => {
    const rows = Array.from(
      { length: 20 },
      (_, i) => `L-${i},${i === 2 ? long : smiles(i)},LA,${i === 2 ? 'oops' : `${i}.5`},nM`,
    );
    const outcome = await bring(file('long.csv', `Compound ID,SMILES,Assay,Value,Unit\n${rows.join('\n')}\n`));
    expect(outcome.report.groups[0]?.examples[0]?.cells[1]).toHaveLength(2000);
    const mended = file('mended.csv', rejectedOf(outcome).replace('oops', '5'));
    await bring(mended, { mapping: withRejected(outcome.mapping) });
    expect(exported().at(-1)?.smiles).toBe(long);
  });
});

describe('a row that was no row of its table', () => {
  const head = 'Compound ID,SMILES,Assay,Relation,Value,Unit\n';
  const rows = Array.from({ length: 20 }, (_, i) => `C-${i},${smiles(i)},A1,=,${i + 1}.5,nM`);
  rows[4] = `C-4,"${smiles(4)},A1,=,7.5,nM`; // a quotation mark that is not closed
  rows[7] = `C-7,${smiles(7)},x,A1,=,7.5,nM`; // a cell too many
  rows[9] = `C-9,${smiles(9)},A1,7.5,nM`; // without its relation
  const path = () => file('odd.csv', `${head}${rows.join('\n')}\n`);

  it('is rejected again as long as nobody has mended it', async () => {
    const outcome = await bring(path());
    expect(outcome.report.rows).toMatchObject({ in: 20, ready: 17, rejected: 3 });
    const csv = rejectedOf(outcome);
    const mapping = withRejected(outcome.mapping);
    const again = await bring(file('again.csv', csv), { mapping });
    expect([again.outcome, again.report.rows]).toEqual([
      'refused',
      { in: 3, ready: 0, warned: 0, rejected: 3, ignored: 0 },
    ]);
    const filled = csv.replaceAll(/(ragged-row|broken-quote)/g, '$1,,,');
    expect((await bring(file('filled.csv', filled), { mapping })).report.rows).toMatchObject({ ready: 0, rejected: 3 });
  });

  it('is rejected again from a workbook that a spreadsheet has made of it', async () => {
    const outcome = await bring(path());
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet('odd');
    for (const line of rejectedOf(outcome).trimEnd().split('\r\n')) {
      const [, quoted, rest = line] = /^"((?:[^"]|"")*)",(.*)$/.exec(line) ?? [];
      const cells = rest.split(',');
      sheet.addRow(quoted === undefined ? cells : [quoted.replaceAll('""', '"'), ...cells]);
    }
    const saved = file('odd.xlsx', new Uint8Array(await book.xlsx.writeBuffer()));
    const mapping = withRejected({
      ...outcome.mapping,
      reading: {
        ...outcome.mapping.reading,
        format: 'xlsx',
        encoding: null,
        delimiter: null,
        quote: null,
        sheet: 'odd',
      },
    });
    expect((await bring(saved, { mapping })).report.rows).toMatchObject({ in: 3, ready: 0 });
  });

  it('comes in once its cells are in their places, also when it took two turns', async () => {
    const outcome = await bring(path());
    const mapping = withRejected(outcome.mapping);
    const half = rejectedOf(outcome).replace(`C-7,${smiles(7)},x,A1`, `=C-7,${smiles(7)},A1`);
    const first = await bring(file('half.csv', half), { mapping });
    expect(first.report.rows).toMatchObject({ ready: 1, rejected: 2 });
    const rest = rejectedOf(first);
    expect(rest.split('\r\n')[0]).toBe(rejectedOf(outcome).split('\r\n')[0]);
    const whole = rest.replace(`C-9,${smiles(9)},A1,7.5,nM`, `C-9,${smiles(9)},A1,>,7.5,nM`);
    const second = await bring(file('rest.csv', whole), { mapping });
    expect(second.report.rows).toMatchObject({ in: 2, ready: 1, rejected: 1 });
    expect(exported().at(-1)).toMatchObject({ companyId: 'C-9', relation: '<', givenRelation: '>' });
  });
});

describe('a file of rejected rows', () => {
  it('lets the rest of the engine write while somebody reads it slowly', async () => {
    const rows = Array.from({ length: 600 }, (_, i) => `C-${i},${smiles(i)},A1,${i % 5 < 2 ? 'x' : `${i}.5`},nM\n`);
    const { batchId } = await bring(file('bad.csv', `Compound ID,SMILES,Assay,Value,Unit\n${rows.join('')}`));
    let lines = 0;
    for (const _ of rejectedCsv(catalog(), batchId!)) {
      lines += 1;
      writeSetting(catalog(), 'test.line', lines);
    }
    expect(lines).toBe(241);
  });
});

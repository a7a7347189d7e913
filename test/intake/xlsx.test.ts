import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { numberText } from '../../src-main/intake/xlsx/sheet.ts';
import { formatOf, richText, unescaped } from '../../src-main/intake/xlsx/workbook.ts';
import { parseXml } from '../../src-main/intake/xlsx/xml.ts';
import { smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

type Cells = readonly ExcelJS.CellValue[];

async function workbook(sheets: Readonly<Record<string, readonly Cells[]>>, change?: (book: ExcelJS.Workbook) => void) {
  const book = new ExcelJS.Workbook();
  for (const [name, rows] of Object.entries(sheets)) book.addWorksheet(name).addRows(rows.map((row) => [...row]));
  change?.(book);
  return new Uint8Array(await book.xlsx.writeBuffer());
}

const header = ['Compound ID', 'SMILES', 'Assay', 'IC50 (nM)'];
const row = (i: number, value: ExcelJS.CellValue): Cells => [`X-${i}`, smiles(i), 'A1', value];

describe('a workbook', () => {
  const { file, bring, exported } = bench();
  const inspect = (path: string) => inspectFile(path, {}, unattended);

  it('is read from the sheet whose header names most targets, below its titles', async () => {
    const path = file(
      'report.xlsx',
      await workbook({
        Cover: [['Report'], ['made by hand']],
        Assays: [
          ['Assay', 'Description'],
          ['A1', 'a kinase'],
        ],
        Results: [['Results of May'], [], header, ...Array.from({ length: 20 }, (_, i) => row(i, 12.5))],
      }),
    );
    const { reading, sheets, titleRows, rawRows } = await inspect(path);
    expect([reading.sheet, reading.headerLine]).toEqual(['Results', 3]);
    expect(sheets.map(({ name }) => name)).toEqual(['Cover', 'Assays', 'Results']);
    expect(titleRows).toEqual([{ line: 1, cells: ['Results of May'] }]);
    expect(rawRows[0]).toEqual({ line: 4, cells: ['X-0', smiles(0), 'A1', '12.5'] });
  });

  it('says what its cells say: text stays text, numbers have 15 digits, leading zeros of a format stay', async () => {
    const bytes = await workbook(
      { S: [header, ['0012', smiles(1), 'A1', 0.1 + 0.2], [12, smiles(2), 'A1', '>10000']] },
      (book) => {
        book.worksheets[0]!.getCell('A3').numFmt = '0000';
      },
    );
    const { rawRows } = await inspect(file('a.xlsx', bytes));
    expect(rawRows.map(({ cells }) => [cells[0], cells[3]])).toEqual([
      ['0012', '0.3'],
      ['0012', '>10000'],
    ]);
  });

  it('rejects by name what is no plain value: an error, a date, a formula without result', async () => {
    const rows = [
      ...Array.from({ length: 8 }, (_, i) => row(i, 10 + i)),
      row(8, { formula: 'D2*2', result: 20 }),
      row(9, { error: '#DIV/0!' }),
      row(10, new Date(Date.UTC(2024, 2, 14))),
      row(11, { formula: 'D2*3' } as ExcelJS.CellValue),
    ];
    const { outcome, report } = await bring(file('b.xlsx', await workbook({ S: [header, ...rows] })));
    expect(outcome).toBe('imported');
    expect(report.rows).toMatchObject({ in: 12, ready: 9, rejected: 3 });
    expect(report.groups.map(({ reason, found, examples }) => [reason, found, examples[0]?.line])).toEqual([
      ['spreadsheet-error', '#DIV/0!', 11],
      ['spreadsheet-date', '2024-03-14', 12],
      ['formula-without-result', '=D2*3', 13],
    ]);
    expect(exported().map(({ givenValue }) => givenValue)).toContain('20');
  });

  it('takes a rich text by its runs, and leaves out the furigana above it', async () => {
    const texts: string[] = [];
    const xml =
      '<sst xmlns:x="u"><si><r><t>化合</t></r><r><t>物</t></r><rPh sb="0" eb="2"><t>カゴウブツ</t></rPh></si><x:si><x:t>a_x000D_b</x:t></x:si></sst>';
    for await (const _ of parseXml(
      's',
      [new TextEncoder().encode(xml)] as never,
      richText((text) => texts.push(text), 'si'),
    ));
    expect(texts).toEqual(['化合物', 'a\rb']);
  });

  it('is refused when it is cut off, brings its own entities, or is an old or encrypted one', async () => {
    const bytes = await workbook({ S: [header, row(1, 2)] });
    const old = Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1);
    for (const [name, content, reason] of [
      ['cut.xlsx', bytes.subarray(0, bytes.length - 200), 'damaged-archive'],
      ['old.xls', old, 'old-excel-or-encrypted'],
    ] as const) {
      await expect(inspect(file(name, content))).rejects.toMatchObject({ code: 'FILE_UNREADABLE', data: { reason } });
    }
    const endless = (async function* () {
      yield new TextEncoder().encode('<sst><si><t>');
      for (;;) yield new Uint8Array(1 << 22).fill(97);
    })();
    await expect(
      (async () => {
        for await (const _ of parseXml('s', endless, {}));
      })(),
    ).rejects.toMatchObject({ data: { reason: 'too-large' } });
    const bomb = '<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;">]><sst/>';
    const parsing = parseXml('s', [new TextEncoder().encode(bomb)] as never, {});
    await expect(parsing.next()).rejects.toMatchObject({ data: { reason: 'damaged-archive' } });
  });
});

describe('a number format', () => {
  it.each([
    [14, undefined, 'date'],
    [0, undefined, undefined],
    [9, undefined, 'percent'],
    [164, 'yyyy\\-mm\\-dd', 'date'],
    [165, '0.00%', 'percent'],
    [166, '[Red]0.00', undefined],
    [167, '"days" 0.0', undefined],
    [168, '000000', 'pattern'],
    [169, 'General', undefined],
  ])('%i %j is %j', (id, code, kind) => {
    expect(formatOf(id, code)?.kind).toBe(kind);
  });

  it('shows percent and dates as a person sees them', () => {
    expect(numberText('0.455', { kind: 'percent' }, false).text).toBe('45.5%');
    expect(numberText('45365', { kind: 'date' }, false)).toEqual({ text: '2024-03-14', mark: 'date' });
    expect(numberText('43903', { kind: 'date' }, true).text).toBe('2024-03-14');
    expect(numberText('0.67600000000000005', undefined, false).text).toBe('0.676');
    expect(unescaped('a_x0041_')).toBe('aA');
  });
});

import ExcelJS from 'exceljs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { packedTexts } from '../../src-main/intake/xlsx/shared-strings.ts';
import { numberText } from '../../src-main/intake/xlsx/sheet.ts';
import { formatOf, richText, unescaped } from '../../src-main/intake/xlsx/workbook.ts';
import { parseXml } from '../../src-main/intake/xlsx/xml.ts';
import { smiles } from './molecules.ts';
import { readFile } from './read-file.ts';
import { bench } from './workspace-for-tests.ts';
import { workbookOf, zipOf } from './zip-bytes.ts';

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

  it('reads its numbers as they are, whatever mark people use in the texts beside them', async () => {
    const values = (i: number) => (i % 3 === 0 ? `${i},5` : i % 3 === 1 ? i + 0.234 : i + 0.5);
    const rows = Array.from({ length: 30 }, (_, i) => row(i, values(i)));
    const { outcome, report, mapping, decisions } = await bring(
      file('g.xlsx', await workbook({ S: [header, ...rows] })),
    );
    expect([outcome, decisions, mapping.reading.decimalMark]).toEqual(['imported', [], ',']);
    expect(report.rows).toMatchObject({ in: 30, ready: 30 });
    const stored = new Map(exported().map(({ companyId, value }) => [companyId, 10 ** (9 - value)]));
    expect([3, 4, 5].map((i) => stored.get(`X-${i}`)?.toFixed(3))).toEqual(['3.500', '4.234', '5.500']);
  });

  it('takes a raised digit for an exponent or a footnote, never for a digit more', async () => {
    const raised = (before: string, digit: string): ExcelJS.CellRichTextValue => ({
      richText: [{ text: before }, { font: { vertAlign: 'superscript' }, text: digit }],
    });
    const lowered = {
      richText: [{ text: 'IC' }, { font: { vertAlign: 'subscript' as const }, text: '50' }, { text: ' (nM)' }],
    };
    const rows = Array.from({ length: 30 }, (_, i) =>
      row(i, i === 4 ? raised('5.2', '1') : i === 5 ? raised('>10', '3') : i + 1.5),
    );
    const sheet = [[...header.slice(0, 3), lowered], ...rows];
    const { report, mapping, decisions } = await bring(file('r.xlsx', await workbook({ S: sheet })));
    expect(decisions).toEqual([]);
    expect(mapping.columns[3]?.column).toBe('IC50 (nM)');
    expect(report.rows).toMatchObject({ ready: 29, rejected: 1 });
    expect(report.groups[0]).toMatchObject({ reason: 'not-a-number', found: '5.2¹' });
    expect(exported().find(({ companyId }) => companyId === 'X-5')).toMatchObject({ relation: '<', value: 6 });
  });

  it('finds merged cells behind rows that a program wrote with a prefix', async () => {
    const cell = (reference: string, text: string) =>
      `<x:c r="${reference}" t="inlineStr"><x:is><x:t>${text}</x:t></x:is></x:c>`;
    const rows = Array.from({ length: 20_000 }, (_, i) => {
      const line = i + 2;
      return `<x:row r="${line}">${i % 2 === 0 ? cell(`A${line}`, `C-${i}`) : ''}${cell(`B${line}`, `v${i}`)}</x:row>`;
    });
    const merges = '<x:mergeCell ref="A2:A3"/><x:mergeCell ref="A4:A5"/>';
    const head = `<x:row r="1">${cell('A1', 'ID')}${cell('B1', 'V')}</x:row>`;
    const sheet = `<x:worksheet><x:sheetData>${head}${rows.join('')}</x:sheetData><x:mergeCells>${merges}</x:mergeCells></x:worksheet>`;
    const { cells } = await readFile(file('prefixed.xlsx', zipOf(workbookOf(sheet))));
    expect(cells.slice(0, 4).map(([id]) => id)).toEqual(['C-0', 'C-0', 'C-2', 'C-2']);
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

describe('the cells of a sheet', () => {
  const { file } = bench();
  const styles = (codes: readonly string[]) =>
    `<styleSheet><numFmts>${codes.map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${code.replaceAll('"', '&quot;').replaceAll('>', '&gt;')}"/>`).join('')}</numFmts><cellXfs><xf numFmtId="0"/>${codes.map((_, i) => `<xf numFmtId="${200 + i}"/>`).join('')}</cellXfs></styleSheet>`;
  const read = (rows: string, parts: Parameters<typeof workbookOf>[1] = {}, behind = '') =>
    readFile(
      file('c.xlsx', zipOf(workbookOf(`<worksheet><sheetData>${rows}</sheetData>${behind}</worksheet>`, parts))),
      { headerLine: 1, unitLine: null },
    );
  const header = '<row r="1"><c t="str"><v>A</v></c><c t="str"><v>B</v></c><c t="str"><v>C</v></c></row>';

  it('say what they say in every way a workbook may write it', async () => {
    const strings =
      '<sst><si><t>plain</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t xml:space="preserve">ch </t></r></si><si><t>a &lt;b&gt; &#x5316;<![CDATA[&]]></t></si></sst>';
    const { cells, rows } = await read(
      `${header}<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c></row>
       <row r="4"><c r="A4" t="b"><v>1</v></c><c r="C4" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c></row>
       <!-- a comment --><row r="7"><c t="str"><f>A1&amp;""</f><v></v></c><c><f>1+1</f><v>2</v></c><c t="e"><v>#N/A</v></c></row>`,
      { strings },
    );
    expect(cells).toEqual([
      ['plain', 'rich ', 'a <b> 化&'],
      ['TRUE', '', 'inline'],
      ['', '2', '#N/A'],
    ]);
    expect(rows.map(({ line }) => line)).toEqual([2, 4, 7]);
    expect([...(rows[2]?.marks ?? [])]).toEqual([[2, 'error']]);
  });

  it('keep what their number format makes of a number: names, relations and units, percent and days since 1904', async () => {
    const codes = ['"CPD-"000000', '000-000', '">"0', '0.0" nM"', '"mean "0.0', '0%', 'yyyy-mm-dd', '\\A000'];
    const numbers = ['123', '45', '10000', '5.25', '5.25', '0.455', '43903', '7'];
    const { cells } = await read(
      header +
        numbers
          .map((number, i) => `<row r="${i + 2}"><c r="A${i + 2}" s="${i + 1}"><v>${number}</v></c></row>`)
          .join(''),
      { styles: styles(codes), properties: '<workbookPr date1904="1"/>' },
    );
    expect(cells.map(([text]) => text)).toEqual([
      'CPD-000123',
      '45',
      '>10000',
      '5.25 nM',
      '5.25',
      '45.5%',
      '2024-03-14',
      'A007',
    ]);
  });

  it('that are merged downwards say the same in each of their rows', async () => {
    const { cells } = await read(
      `${header}<row r="2"><c r="A2" t="str"><v>X-1</v></c><c r="B2"><v>5</v></c></row><row r="3"><c r="A3"/><c r="B3"><v>6</v></c></row><row r="4"><c r="B4"><v>7</v></c></row>`,
      {},
      '<mergeCells count="2"><mergeCell ref="A2:A3"/><mergeCell ref="B1:C1"/></mergeCells>',
    );
    expect(cells.map(([id, value]) => [id, value])).toEqual([
      ['X-1', '5'],
      ['X-1', '6'],
      ['', '7'],
    ]);
  });

  it('of hidden sheets are left alone as long as another sheet holds a table', async () => {
    const entries = workbookOf('<worksheet><sheetData/></worksheet>');
    const table = `<worksheet><sheetData><row r="1"><c t="str"><v>Compound ID</v></c><c t="str"><v>IC50 (nM)</v></c></row><row r="2"><c t="str"><v>X-1</v></c><c><v>5</v></c></row></sheetData></worksheet>`;
    const book = entries.map((entry) =>
      entry.name === 'xl/workbook.xml'
        ? {
            ...entry,
            content:
              '<workbook xmlns:r="r"><sheets><sheet name="Lists" state="hidden" r:id="rId1"/><sheet name="Data" r:id="rId2"/></sheets></workbook>',
          }
        : entry.name.endsWith('.rels')
          ? {
              ...entry,
              content:
                '<Relationships><Relationship Id="rId1" Target="a.xml"/><Relationship Id="rId2" Target="/xl/b.xml"/></Relationships>',
            }
          : entry,
    );
    const found = await readFile(
      file('h.xlsx', zipOf([...book, { name: 'xl/a.xml', content: table }, { name: 'xl/b.xml', content: table }])),
    );
    expect([found.reading.sheet, found.otherSheets]).toEqual(['Data', []]);
    expect(found.sheets.map(({ name }) => name)).toEqual(['Lists', 'Data']);
  });
});

describe('shared texts', () => {
  it('come out of their bytes as they went in', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 })), (texts) => {
        const packed = packedTexts();
        for (const text of texts) packed.add(text);
        expect(texts.map((_, i) => packed.at(i))).toEqual(texts);
        expect([packed.at(texts.length), packed.at(-1), packed.at(Number.NaN)]).toEqual([
          undefined,
          undefined,
          undefined,
        ]);
      }),
    );
    const packed = packedTexts();
    const long = ['a'.repeat(1 << 20), 'ä'.repeat(1 << 20), 'b'];
    for (const text of long) packed.add(text);
    expect(long.map((_, i) => packed.at(i))).toEqual(long);
  });
});

describe('XML in pieces', () => {
  it('gives the same tags and texts wherever it is cut', async () => {
    const xml = `\ufeff<?xml version="1.0"?><a:x n='1 > 0' m="&quot;"><y/>t&amp;t<!-- <z> --><w  k = "v" >é化</w></a:x >`;
    const told = async (size: number) => {
      const bytes = Buffer.from(xml);
      const said: string[] = [];
      const pieces = (async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      })();
      let text = '';
      const say = (what: string) => {
        said.push(text + what);
        text = '';
      };
      const parsing = parseXml('s', pieces, {
        open: (name, attribute) => say(`<${name} ${attribute('n')} ${attribute('m')} ${attribute('k')}`),
        text: (part) => {
          text += part;
        },
        close: (name) => say(`>${name}`),
      });
      for await (const _ of parsing);
      return said;
    };
    const whole = await told(1000);
    expect(whole).toEqual([
      '<x 1 > 0 " undefined',
      '<y undefined undefined undefined',
      '>y',
      't&t<w undefined undefined v',
      'é化>w',
      '>x',
    ]);
    for (let size = 1; size < 30; size += 1) expect(await told(size)).toEqual(whole);
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

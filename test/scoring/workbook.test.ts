import ExcelJS from 'exceljs';
import { describe, expect, it } from 'vitest';
import { workbook } from '../../src-main/scoring/workbook.ts';

type Sheets = Parameters<typeof workbook>[0];

async function read(sheets: Sheets, rowsPerSheet?: number) {
  const bytes = Buffer.concat([...workbook(sheets, rowsPerSheet)]);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
  return book.worksheets.map((sheet) => ({
    name: sheet.name,
    rows: sheet
      .getSheetValues()
      .slice(1)
      .map((row) => (row as unknown[]).slice(1)),
  }));
}

describe('a workbook', () => {
  it('gives back texts and numbers as they were, whatever stands in them', async () => {
    const cells = ['=1+1', '00123', '<&">', '1e5', 'two\nlines', ' space ', 6.25, -0.000012, '化合物'];
    const [sheet] = await read([{ name: 'A & B', head: cells.map((_, at) => `c${at}`), pieces: [[cells]] }]);
    expect(sheet!.name).toBe('A & B');
    expect(sheet!.rows[1]).toEqual(cells);
  });

  it('has no place for control characters and halves of characters, and says that something stood there', async () => {
    const [sheet] = await read([{ name: 'S', head: ['a'], pieces: [[['x\u0000y\ud800']]] }]);
    expect(sheet!.rows[1]).toEqual(['x\ufffdy\ufffd']);
  });

  it('names columns beyond Z, and goes on in a further sheet where one is full', async () => {
    const head = Array.from({ length: 30 }, (_, at) => `c${at}`);
    const row = (number: number) => head.map(() => number);
    const sheets = await read([{ name: 'S', head, pieces: [[1, 2, 3].map(row), [4].map(row)] }], 3);
    expect(sheets.map(({ name }) => name)).toEqual(['S', 'S 2']);
    expect(sheets.map(({ rows }) => rows.map(([first]) => first))).toEqual([
      ['c0', 1, 2],
      ['c0', 3, 4],
    ]);
    expect(sheets[0]!.rows[1]).toHaveLength(30);
  });
});

import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { Reading } from '../../src-main/contract/intake.ts';
import { cellsAtOnce, columnLimit, lineLimit, type Row } from '../../src-main/intake/raw-row.ts';
import { openTable } from '../../src-main/intake/table.ts';
import { refusal } from './read-file.ts';
import { bench } from './workspace-for-tests.ts';
import { workbookOf, zipOf } from './zip-bytes.ts';

const { file } = bench();

const reading = (format: Reading['format'], more: Partial<Reading> = {}): Reading => ({
  format,
  encoding: format === 'csv' || format === 'sdf' ? 'utf-8' : null,
  delimiter: format === 'csv' ? ',' : null,
  quote: format === 'csv' ? '"' : null,
  sheet: format === 'xlsx' ? 'Data' : null,
  headerLine: format === 'csv' || format === 'xlsx' ? 1 : null,
  decimalMark: '.',
  thousands: '',
  ...more,
});

/** What a reader has to hold for each block: cells, and characters, those of one and the same text counted once. */
async function blocksOf(path: string, how: Reading, look: (row: Row) => void = () => {}) {
  const blocks: { readonly rows: number; readonly cells: number; readonly characters: number }[] = [];
  for await (const block of (await openTable(path, how)).rows) {
    const arrays = new Set(block.map(({ cells }) => cells));
    const texts = [...arrays].flatMap((cells) => (cells.length > 50 ? [] : [...cells]));
    blocks.push({
      rows: block.length,
      cells: [...arrays].reduce((sum, cells) => sum + cells.length, 0),
      characters: [...new Set(texts)].reduce((sum, text) => sum + text.length, 0),
    });
    block.forEach(look);
  }
  return blocks;
}

const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

describe('a small file that stands for much', () => {
  it('holds blank lines of a wide table once, and wide rows a few at a time', async () => {
    const width = 2000;
    const header = Array.from({ length: width }, (_, i) => `c${i}`).join(',');
    const blanks = await blocksOf(file('blank.csv', `${header}\n${'\n'.repeat(50_000)}`), reading('csv'));
    expect(sum(blanks.map(({ rows }) => rows))).toBe(50_000);
    expect(Math.max(...blanks.map(({ cells }) => cells))).toBe(width);
    const row = (line: number) => `<row r="${line}"><c r="A${line}"><v>${line}</v></c></row>`;
    const names = Array.from({ length: width }, (_, i) => `<c t="inlineStr"><is><t>c${i}</t></is></c>`).join('');
    const rows = Array.from({ length: 3000 }, (_, i) => row(i + 2)).join('');
    const sheet = `<worksheet><sheetData><row r="1">${names}</row>${rows}</sheetData></worksheet>`;
    const sparse = await blocksOf(file('sparse.xlsx', zipOf(workbookOf(sheet))), reading('xlsx'));
    expect(sum(sparse.map(({ rows: count }) => count))).toBe(3000);
    expect(Math.max(...sparse.map(({ cells }) => cells))).toBeLessThanOrEqual(cellsAtOnce);
  });

  it('reads records of an SDF with thousands of fields a few at a time', async () => {
    const block = 'a\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 C   0  0\nM  END\n';
    const fields = Array.from({ length: 10_000 }, (_, i) => `> <f${i}>\n1\n\n`).join('');
    const text = `${block}${fields}$$$$\n${`${block}$$$$\n`.repeat(2000)}`;
    const blocks = await blocksOf(file('wide.sdf', text), reading('sdf'));
    expect(sum(blocks.map(({ rows }) => rows))).toBe(2001);
    expect(Math.max(...blocks.map(({ cells }) => cells))).toBeLessThanOrEqual(cellsAtOnce + 10_002);
  });

  it('names the row of a workbook whose cells say a long text over and over, and keeps one copy of a text for many rows', async () => {
    const long = 'a'.repeat(1 << 20);
    const strings = `<sst><si><t>${long}</t></si>${'<si><t>b</t></si>'.repeat(4095)}<si><t>${long}b</t></si></sst>`;
    const cell = (i: number) => `<c t="s"><v>${i % 2 === 0 ? 0 : 4096}</v></c>`;
    const row = (line: number, cells: number) =>
      `<row r="${line}">${Array.from({ length: cells }, (_, i) => cell(i)).join('')}</row>`;
    const rows = Array.from({ length: 40 }, (_, i) => row(i + 3, 3)).join('');
    const sheet = `<worksheet><sheetData>${row(1, 0)}${row(2, 400)}${rows}</sheetData></worksheet>`;
    const found: (string | undefined)[] = [];
    const path = file('texts.xlsx', zipOf(workbookOf(sheet, { strings })));
    const blocks = await blocksOf(path, reading('xlsx', { headerLine: null }), ({ problem }) =>
      found.push(problem?.reason),
    );
    expect(found).toEqual(['line-too-long', ...Array(40).fill(undefined)]);
    expect(Math.max(...blocks.map(({ characters }) => characters))).toBeLessThan(lineLimit);
  });

  it('ends a block of Parquet rows by its characters', async () => {
    const long = new Uint8Array(1 << 20).fill(97);
    const data = Array.from({ length: 60 }, () => long);
    const bytes = parquetWriteBuffer({
      columnData: [{ name: 'x', data, type: 'BYTE_ARRAY', encoding: 'RLE_DICTIONARY' }],
    });
    const blocks = await blocksOf(file('long.parquet', new Uint8Array(bytes)), reading('parquet'));
    expect(sum(blocks.map(({ rows }) => rows))).toBe(60);
    expect(Math.max(...blocks.map(({ rows }) => rows))).toBeLessThan(10);
    expect(Math.max(...blocks.map(({ characters }) => characters))).toBe(1 << 20);
  });

  it('is refused by name where it has more columns than any table', async () => {
    const names = Array.from({ length: columnLimit + 1 }, (_, i) => `c${i}`).join(',');
    expect(await refusal(file('wide.csv', `${names}\n${',1'.repeat(columnLimit)}\n`))).toBe('too-many-columns');
  });
});

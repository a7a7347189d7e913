import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { SchemaElement } from 'hyparquet';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { decimalText, floatText } from '../../src-main/intake/parquet.ts';
import { smiles } from './molecules.ts';
import { readFile, refusal } from './read-file.ts';
import { bench } from './workspace-for-tests.ts';

type Options = Omit<Parameters<typeof parquetWriteBuffer>[0], 'columnData'>;
const parquet = (columnData: ColumnSource[], options: Options = {}) =>
  new Uint8Array(parquetWriteBuffer({ columnData, ...options }));

const optional = (name: string, rest: Partial<SchemaElement>): SchemaElement => ({
  name,
  repetition_type: 'OPTIONAL',
  ...rest,
});

describe('a Parquet file', () => {
  const { file, bring, exported } = bench();

  it('reads its numbers as they are, also beside texts with a comma for the decimal mark', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => i);
    const bytes = parquet([
      { name: 'Compound ID', data: rows.map((i) => `C-${i}`) },
      { name: 'SMILES', data: rows.map(smiles) },
      { name: 'Assay', data: rows.map((i) => `A${i % 2}`) },
      { name: 'IC50 (nM)', data: rows.map((i) => (i % 2 === 0 ? i + 1.234 : null)), type: 'DOUBLE', nullable: true },
      { name: 'EC50 (nM)', data: rows.map((i) => (i % 2 === 0 ? '' : `${i},5`)) },
    ]);
    const { outcome, report, mapping } = await bring(file('g.parquet', bytes));
    expect([outcome, mapping.reading.decimalMark]).toEqual(['imported', ',']);
    expect(report.rows).toMatchObject({ in: 30, ready: 30 });
    const stored = new Map(exported().map(({ companyId, value }) => [companyId, (10 ** (9 - value)).toFixed(3)]));
    expect([stored.get('C-2'), stored.get('C-3')]).toEqual(['3.234', '3.500']);
  });

  it('gives exact texts: no noise of floating point, whole identifiers, decimals digit by digit, times in ISO form', async () => {
    const bytes = parquet(
      [
        { name: 'id', data: [9_007_199_254_740_993n, 12n, null] },
        { name: 'single', data: [0.1, 1e-9, null] },
        { name: 'double', data: [0.1, 123456.789, Number.NaN] },
        { name: 'code', data: ['00012', '', null] },
        { name: 'flag', data: [true, false, null] },
        { name: 'amount', data: [12.5, -0.07, null] },
        { name: 'day', data: [new Date('2024-03-14T00:00:00Z'), new Date('2024-03-14T01:02:03.004Z'), null] },
        { name: 'list', data: [['a', 'b'], [], null] },
      ],
      {
        schema: [
          { name: 'root', num_children: 8 },
          optional('id', { type: 'INT64' }),
          optional('single', { type: 'FLOAT' }),
          optional('double', { type: 'DOUBLE' }),
          optional('code', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }),
          optional('flag', { type: 'BOOLEAN' }),
          optional('amount', { type: 'INT64', converted_type: 'DECIMAL', scale: 2, precision: 10 }),
          optional('day', { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }),
          optional('list', { converted_type: 'LIST', num_children: 1 }),
          { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
          optional('element', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }),
        ],
      },
    );
    const { reading, columns, cells } = await readFile(file('a.parquet', bytes));
    expect([reading.format, reading.encoding, reading.headerLine]).toEqual(['parquet', null, null]);
    expect(columns).toEqual(['id', 'single', 'double', 'code', 'flag', 'amount', 'day', 'list']);
    expect(cells).toEqual([
      ['9007199254740993', '0.1', '0.1', '00012', 'TRUE', '12.50', '2024-03-14', '["a","b"]'],
      ['12', '1e-9', '123456.789', '', 'FALSE', '-0.07', '2024-03-14 01:02:03.004', '[]'],
      ['', '', 'NaN', '', '', '', '', ''],
    ]);
  });

  it('gives every row once, over row groups and windows, also from a zip or a gzip', async () => {
    const rows = 150_000;
    const bytes = parquet(
      [
        { name: 'id', data: Array.from({ length: rows }, (_, i) => `C-${i}`) },
        { name: 'n', data: Int32Array.from({ length: rows }, (_, i) => i) },
      ],
      { rowGroupSize: [100_000, 50_000], pageSize: 20_000 },
    );
    for (const path of [file('b.parquet', bytes), file('b.parquet.gz', gzipSync(bytes, { level: 1 }))]) {
      const { rows: read } = await readFile(path);
      expect(read).toHaveLength(rows);
      expect(
        read.every(({ line, cells }, i) => line === i + 1 && cells[0] === `C-${i}` && cells[1] === String(i)),
      ).toBe(true);
    }
  });

  it('imports like any table', async () => {
    const bytes = parquet([
      { name: 'compound_id', data: Array.from({ length: 20 }, (_, i) => `C-${i}`) },
      { name: 'smiles', data: Array.from({ length: 20 }, (_, i) => `${'C'.repeat(i + 1)}c1ccccc1O`) },
      { name: 'assay', data: Array.from({ length: 20 }, () => 'A1') },
      { name: 'ic50_nM', data: Float64Array.from({ length: 20 }, (_, i) => i + 1.5) },
    ]);
    const { outcome, report } = await bring(file('c.parquet', bytes));
    expect([outcome, report.rows.in, report.measurements]).toEqual(['imported', 20, 20]);
  });

  it('is refused by name when it is cut, damaged anywhere, or not Parquet at all', async () => {
    const whole = parquet([
      { name: 'id', data: Array.from({ length: 2000 }, (_, i) => `C-${i * 7919}`) },
      { name: 'n', data: Int32Array.from({ length: 2000 }, (_, i) => i * i) },
    ]);
    for (const cut of [5, 100, whole.length >> 1, whole.length - 1]) {
      expect(await refusal(file('cut.parquet', whole.subarray(0, cut)))).toBe('damaged-parquet');
    }
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Uint8Array.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ flip;
        // Parquet's pages carry no sums, so a changed letter reads as that letter; what cannot be is never an accident.
        expect([
          'read',
          'damaged-parquet',
          'damaged-column',
          'inflates-too-far',
          'unsupported-compression',
          'FORMAT_UNKNOWN',
          'too-large',
        ]).toContain(await refusal(file('damaged.parquet', damaged)));
      }),
      { numRuns: 150 },
    );
  });
});

describe('numbers of Parquet', () => {
  it('of 32 bits have the shortest text that is the same number', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = floatText(value);
        expect(Math.fround(Number(text))).toBe(value === 0 ? Number(text) : value);
        expect(text.length).toBeLessThanOrEqual(String(Number(value.toPrecision(9))).length);
      }),
    );
    expect([0.1, 6.7, 1e-9, 16_777_216].map((value) => floatText(Math.fround(value)))).toEqual([
      '0.1',
      '6.7',
      '1e-9',
      '16777216',
    ]);
  });

  it('that are decimals keep all their digits', () => {
    expect(decimalText(-7n, 2)).toBe('-0.07');
    expect(decimalText(123_456_789_012_345_678_901_234_567_890n, 10)).toBe('12345678901234567890.1234567890');
    expect([decimalText(5n, 0), decimalText(5n, -2)]).toEqual(['5', '500']);
  });
});

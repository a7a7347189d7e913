import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import type { Row } from '../../src-main/intake/raw-row.ts';
import { molBlockColumn, readSdf, titleColumn } from '../../src-main/intake/sdf.ts';
import { molBlock } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

async function read(text: string, size = text.length): Promise<{ rows: Row[]; columns: string[] }> {
  const columns = [titleColumn, molBlockColumn];
  const rows: Row[] = [];
  const pieces = (async function* () {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  })();
  for await (const block of readSdf(pieces, columns)) rows.push(...block);
  return { rows, columns };
}

const record = (title: string, fields: Readonly<Record<string, string>>): string =>
  `${[molBlock(title), ...Object.entries(fields).map(([name, value]) => `>  <${name}>\n${value}\n`)].join('\n')}\n$$$$\n`;

describe('an SDF', () => {
  it('gives title, mol block as it stands, and a column for every data field, however it is cut', async () => {
    const text = record('A', { ID: 'A-1', pIC50: '6.1' }) + record('B', { pIC50: '>7', Note: 'two\nlines' });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 50 }), async (size) => {
        const { rows, columns } = await read(text, size);
        expect(columns).toEqual([titleColumn, molBlockColumn, 'ID', 'pIC50', 'Note']);
        expect(rows[0]).toEqual({ line: 1, cells: ['A', molBlock('A'), 'A-1', '6.1'] });
        expect(rows[1]).toEqual({ line: 16, cells: ['B', molBlock('B'), '', '>7', 'two\nlines'] });
      }),
      { numRuns: 20 },
    );
  });

  it('passes V3000 through, and a last record without its end mark', async () => {
    const v3000 =
      'X\n\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  V30 END CTAB\nM  END\n> <ID>\n1';
    const { rows } = await read(v3000);
    expect(rows).toHaveLength(1);
    expect(rows[0]?.cells).toEqual(['X', v3000.split('\n> <')[0], '1']);
  });

  it('keeps Windows line ends out of the cells, and a field that comes twice in a column of its own', async () => {
    const text = record('A', { ID: '1' })
      .replace('$$$$', () => '> <ID>\n2\n\n$$$$')
      .replaceAll('\n', '\r\n');
    const { rows, columns } = await read(text);
    expect(columns.slice(2)).toEqual(['ID', 'ID (2)']);
    expect(rows[0]?.cells.slice(2)).toEqual(['1', '2']);
  });

  it('keeps every line of a field, with blank ones, brackets in its name and a ">" in its value', async () => {
    const text = `${molBlock('A')}\n>  <IC50 <nM>> (17)\n>10\n\n> <Note>\none\n\nthree\n\n\n> <>\nx\n\n$$$$\n`;
    const { rows, columns } = await read(text);
    expect(columns.slice(2)).toEqual(['IC50 <nM>', 'Note', '(field)']);
    expect(rows[0]?.cells.slice(2)).toEqual(['>10', 'one\n\nthree', 'x']);
  });

  it('reads files with CR alone, and with a blank line too many between records', async () => {
    const text = `${record('A', { ID: '1' })}\n${record('B', { ID: '2' })}`;
    for (const ends of ['\n', '\r', '\r\n']) {
      for (const size of [1, 7, 1000]) {
        const { rows } = await read(text.replaceAll('\n', ends), size);
        expect(rows.map(({ cells }) => [cells[0], cells[2]])).toEqual([
          ['A', '1'],
          ['B', '2'],
        ]);
      }
    }
  });

  it('names a record that announces what it does not hold, or holds more than one molecule', async () => {
    const v3000 = (atoms: number) =>
      `X\n\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  V30 COUNTS ${atoms} 0 0 0 0\nM  V30 BEGIN ATOM\nM  V30 1 C 0 0 0 0\nM  V30 END ATOM\nM  V30 END CTAB\nM  END\n$$$$\n`;
    const tooMany = record('B', {}).replace('  2  1  0', '998997  0');
    const two = `${molBlock('C')}\n${molBlock('D')}\n$$$$\n`;
    const { rows } = await read(
      v3000(1) + v3000(99_999_999) + tooMany + two + record('E', { ID: '\0' }) + record('F', {}),
    );
    expect(rows.map(({ problem }) => problem?.found)).toEqual([
      undefined,
      '99999999 atoms and 0 bonds announced in 6 lines',
      '998 atoms and 997 bonds announced in 3 lines',
      'two mol blocks in one record',
      'control characters',
      undefined,
    ]);
  });

  it('names a damaged record and goes on with the next one', async () => {
    const cut = 'B\n  x\n\n  2  1  0  0\n> <ID>\n7\n\n$$$$\n';
    const { rows } = await read(record('A', { ID: '1' }) + cut + record('C', { ID: '3' }));
    expect(rows.map(({ line, problem }) => [line, problem?.reason])).toEqual([
      [1, undefined],
      [13, 'damaged-record'],
      [21, undefined],
    ]);
  });

  describe('of assays in data fields', () => {
    const { bring, file, exported } = bench();

    it('is one row a record and one measurement a field; a record without structure is named', async () => {
      const empty = molBlock('E')
        .replace('  2  1  0', '  0  0  0')
        .replace(/\n {4}.*\n {4}.*\n {2}1 .*/, '');
      const records = Array.from({ length: 12 }, (_, i) =>
        record(`T${i}`, {
          REG_ID: `R-${i}`,
          K1: (5 + i / 10).toFixed(2),
          ...(i % 2 === 0 ? { K2: `>${6 + i / 10}` } : {}),
        }),
      );
      const nothing = `${empty}\n> <REG_ID>\nR-99\n\n> <K1>\n7.00\n\n$$$$\n`;
      const { outcome, report } = await bring(file('wide.sdf', records.join('') + nothing));
      expect(outcome).toBe('imported');
      expect(report.rows).toEqual({ in: 13, ready: 12, warned: 0, rejected: 1, ignored: 0 });
      expect([report.measurements, report.censored, report.assays]).toEqual([18, 6, 2]);
      expect(report.groups.map(({ reason }) => reason)).toEqual(['no-structure']);
      expect(exported()[1]).toMatchObject({ companyId: 'R-0', smiles: '', assay: 'K2', relation: '>', value: 6 });
    });
  });
});

describe('the title of a record', () => {
  const { file } = bench();

  it('is no unit, even where every molecule is called "M"', async () => {
    const text = Array.from({ length: 20 }, (_, i) =>
      record('M', { 'Compound ID': `C-${i}`, pIC50: (5 + i / 10).toFixed(2) }),
    ).join('');
    const { mapping } = await inspectFile(file('m.sdf', text), {}, unattended);
    expect(mapping.layout).toBe('wide');
    expect(mapping.columns.map(({ target }) => target)).toEqual(['unused', 'structure', 'compound-id', 'assay-value']);
  });
});

import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { csvLine, withFormulaGuard, withoutFormulaGuard } from '../../src-main/intake/csv-text.ts';
import { readDelimited, splitRecords } from '../../src-main/intake/delimited.ts';
import { textOf } from '../../src-main/intake/file.ts';
import type { Row } from '../../src-main/intake/raw-row.ts';
import { findReading } from '../../src-main/intake/reading.ts';
import { openTable } from '../../src-main/intake/table.ts';
import { molBlock, smiles } from './molecules.ts';
import { readFile, refusal } from './read-file.ts';
import { bench } from './workspace-for-tests.ts';
import { workbookOf, zipOf } from './zip-bytes.ts';

const { file, folder, bring, exported } = bench();
const head = 'Compound ID,SMILES,Assay,Relation,Value,Unit\n';
const good = (i: number) => `C-${i},${smiles(i)},A1,=,${i + 1},nM\n`;
const goodRows = (from: number, count: number) => Array.from({ length: count }, (_, i) => good(from + i)).join('');

describe('a text with broken rows', () => {
  /** Bad lines amid good ones: every line is a row, and every good one comes in. */
  async function amid(bad: readonly string[], name = 'broken.csv') {
    const text = `${head}${goodRows(0, 20)}${bad.map((line) => `${line}\n`).join('')}${goodRows(20, 20)}`;
    const { outcome, report } = await bring(file(name, text));
    const { rows } = report;
    expect(outcome).toBe('imported');
    expect(rows.ready + rows.warned + rows.rejected + rows.ignored).toBe(rows.in);
    expect(rows.in).toBe(text.split('\n').length - 2);
    const ids = exported().map(({ companyId }) => companyId);
    for (let i = 0; i < 40; i += 1) expect(ids).toContain(`C-${i}`);
    return { rows, reasons: report.groups.map(({ reason, rows: count }) => [reason, count]) };
  }

  it('loses no good row to a quotation mark that is not closed at the start, in the middle, at the end, or within a cell', async () => {
    const { rows, reasons } = await amid([
      '"C-50,CCO,A1,=,5,nM',
      'C-51,"CCO,A1,=,5,nM',
      'C-52,CCO,A1,=,5,"nM',
      'C-53,CC"O,A1,=,5,nM',
      'C-54,CCO,A1,=,5,nM"',
      'C-55,""CCO,A1,=,5,nM',
    ]);
    expect([rows.rejected, reasons[0]]).toEqual([6, ['broken-quote', 6]]);
  });

  it('names rows with NULs, and what is no number, by their causes', async () => {
    const { reasons } = await amid([
      'C-50\0,CCO,A1,=,5,nM',
      'C-51,CCO,A1,=,Infinity,nM',
      'C-52,CCO,A1,=,=1+1,nM',
      'C-53,CCO,A1,=,#VALUE!,nM',
      'C-54,CCO,A1,=',
      'C-55,CCO,A1,=,5,nM,more,cells',
    ]);
    expect(reasons).toEqual(
      expect.arrayContaining([
        ['control-characters', 1],
        ['not-a-number', 3],
        ['ragged-row', 2],
      ]),
    );
  });

  it('keeps formulas as the texts they are, and lets no spreadsheet run them from a file of its own', async () => {
    const cells = ['=1+1', "=cmd|' /C calc'!A0", '+49 30', '-x(1)', '@SUM(A1)', "'=1", '\t=2', '\r=3'];
    const text = head + goodRows(0, 20) + cells.map((id) => `"${id}",CCO,A1,=,5,nM\n`).join('');
    await bring(file('formulas.csv', text));
    const ids = exported().map(({ companyId }) => companyId);
    for (const id of cells) expect(ids).toContain(id.trim());
    for (const line of cells.map((cell) => csvLine([cell, 1]))) {
      expect(parse(line)[0][0]).not.toMatch(/^[=+\-@\t\r]/);
    }
    expect(csvLine(['=', '-5.2', '+3e4', -7])).toBe('=,-5.2,+3e4,-7\r\n');
  });

  it('gives back what a formula was guarded from, whatever it is', () => {
    const cell = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom("'", '=', '+', '-', '@', '1', 'a', '(', '\t', ' '), { maxLength: 6 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(cell, (text) => {
        expect(withoutFormulaGuard(withFormulaGuard(text))).toBe(text);
      }),
    );
  });

  it('takes cells of a million characters, and names a line of many more', async () => {
    const long = 'C'.repeat(1_000_000);
    const { rows } = await readFile(
      file(
        'long.csv',
        `${head}${goodRows(0, 5)}C-50,${long},A1,=,5,nM\nC-51,${'C'.repeat(6_000_000)},A1,=,5,nM\n${good(6)}`,
      ),
    );
    expect(rows.map(({ problem }) => problem?.reason)).toEqual([
      ...Array(6).fill(undefined),
      'line-too-long',
      undefined,
    ]);
    expect(rows[5]?.cells[1]).toBe(long);
  });

  it('reads mixed line ends, CR alone, byte-order marks within, and the end of file of DOS', async () => {
    const lines = [head.trim(), ...Array.from({ length: 9 }, (_, i) => good(i).trim())];
    const ends = ['\n', '\r\n', '\r'];
    const mixed = lines.map((line, i) => line + ends[i % 3]).join('');
    const texts = [
      mixed,
      lines.join('\r'),
      `${lines.join('\r\n')}\r\n\u001a`,
      lines.map((line) => `\ufeff${line}\n`).join(''),
    ];
    for (const text of texts) {
      const { cells, problems, columns } = await readFile(file('ends.csv', text));
      expect([problems, cells.length, columns[0]]).toEqual([[], 9, 'Compound ID']);
      expect(cells[8]?.[0]).toBe('C-8');
    }
  });

  it('is read as a strict parser reads it, whatever stands in its cells', () => {
    const cell = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc
        .array(fc.constantFrom(',', '"', '\n', '\r', '\r\n', ' ', 'a', '化', "'", ';', '\u0001', '=1'), {
          maxLength: 6,
        })
        .map((parts) => parts.join('')),
    );
    const record = fc.array(cell, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), (records) => {
        const text = records
          .map((cells) => `${cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')}\r\n`)
          .join('');
        if (text.includes('\0')) return;
        const rows = splitRecords(text, { delimiter: ',', quote: '"', columns: 3 });
        const oracle = parse(text, { relax_column_count: true, skip_empty_lines: false }) as string[][];
        const read = rows.filter(({ problem }) => problem === undefined).map(({ cells }) => cells);
        // Where one quoted cell holds what looks like whole rows, a mark was more likely left open: those are named instead.
        if (rows.every(({ problem }) => problem === undefined)) expect(read).toEqual(oracle);
        else expect(records.some((cells) => cells.some((one) => /[\r\n]/.test(one)))).toBe(true);
      }),
    );
  });

  it('accounts for every line of any rubbish', async () => {
    const piece = fc.constantFrom('"', ',', '\n', '\r\n', 'a', '1', '""', '",', ',"', ' ', '\0', 'é');
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        async (parts, cut) => {
          const text = parts.join('');
          const whole = splitRecords(text, { delimiter: ',', quote: '"' });
          const lines = text.split(/\r\n|\n|\r/).length - (/[\r\n]$/.test(text) ? 1 : 0);
          const last = whole.at(-1) as Row;
          const spanned = whole.map(({ line }, i) => (whole[i + 1]?.line ?? lines + 1) - line);
          expect(whole[0]?.line).toBe(1);
          expect(last.line).toBeLessThanOrEqual(lines);
          expect(spanned.every((count) => count > 0)).toBe(true);
          const path = file('rubbish.csv', Buffer.from(text));
          let decoded = '';
          for await (const part of textOf(path, 'utf-8')) decoded += part;
          expect(decoded).toBe(text);
          const pieces = (async function* () {
            for (let at = 0; at < text.length; at += cut) yield text.slice(at, at + cut);
          })();
          const found: Row[] = [];
          for await (const block of readDelimited(pieces, { delimiter: ',', quote: '"' })) found.push(...block);
          expect(found).toEqual(whole);
        },
      ),
    );
  });
});

describe('a file that is something else', () => {
  it.each([
    ['a PDF under .csv', '%PDF-1.7\n%âãÏÓ\n1 0 obj', 'document'],
    ['HTML saved as .xls', '<html><body><table><tr><td>id</td></tr></table></body></html>', 'web-page'],
    ['XML of Excel 2003', '<?xml version="1.0"?><Workbook/>', 'web-page'],
    ['a page saved as a web archive', 'MIME-Version: 1.0\nX-Document-Type: Workbook\n', 'web-page'],
    ['an old .xls', Buffer.from('d0cf11e0a1b11ae1000000', 'hex'), 'old-excel-or-encrypted'],
    ['BIFF without a container', Buffer.from('0908100000060500', 'hex'), 'old-excel-or-encrypted'],
    ['7z', Buffer.from('377abcaf271c0004', 'hex'), 'other-archive'],
    ['Zstandard', Buffer.from('28b52ffd2405', 'hex'), 'other-archive'],
    ['rubbish', Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * 7919) % 256)), 'FORMAT_UNKNOWN'],
    ['nothing', '', 'empty'],
  ])('%s is refused with a way out', async (_name, content, reason) => {
    expect(await refusal(file('export.csv', content))).toBe(reason);
  });

  it('is no reason to refuse a text that only begins alike', async () => {
    expect((await readFile(file('p.csv', 'PARENT_ID,Value\nX-1,5\nX-2,6\n'))).cells).toHaveLength(2);
    expect((await readFile(file('r.csv', 'Rar gene,Value\nX-1,5\nX-2,6\n'))).cells).toHaveLength(2);
  });

  it.each([
    ['only a header', head],
    ['only blank lines', '\n\n\n'],
    ['a single word', 'hello'],
    ['only a quotation mark', '"'],
    ['only delimiters', ',,,,\n,,,\n'],
  ])('or holds %s is read, and holds no row that counts', async (_name, text) => {
    const { outcome, report } = await bring(file('little.csv', text));
    expect(outcome).not.toBe('imported');
    expect(report.measurements).toBe(0);
    expect(exported()).toEqual([]);
  });
});

describe('a path that is no file to be read', () => {
  it('is named for what it is', async () => {
    const at = (name: string) => join(folder(), name);
    symlinkSync(at('b'), at('a'));
    symlinkSync(at('a'), at('b'));
    expect(await refusal(at('a'))).toBe('link-loop');
    expect(await refusal(folder())).toBe('not-a-file');
    expect(await refusal(at('nowhere'))).toBe('missing');
    expect(await refusal('/dev/null')).toBe('no-regular-file');
    const secret = file('secret.csv', head);
    chmodSync(secret, 0);
    // An administrator reads everything.
    expect(await refusal(secret)).toBe(process.getuid?.() === 0 ? 'read' : 'no-permission');
  });
});

describe('a file that changes while it is read', () => {
  const long = head + goodRows(0, 30_000);

  it.each([
    ['shrinks', (text: string) => text.slice(0, 1000)],
    ['grows', (text: string) => text + good(1)],
    ['changes in place', (text: string) => text.replaceAll('A1', 'B2')],
  ])('is refused when it %s', async (_name, change) => {
    const path = file('moving.csv', long);
    const { reading } = await findReading(path, {}, unattended);
    const read = async () => {
      let blocks = 0;
      for await (const _ of (await openTable(path, reading)).rows) {
        blocks += 1;
        if (blocks === 1) writeFileSync(path, change(long));
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'FILE_UNREADABLE', data: { reason: 'changed' } });
  });
});

describe('a workbook made to do harm', () => {
  const sheet = (rows: string, behind = '') => `<worksheet><sheetData>${rows}</sheetData>${behind}</worksheet>`;
  const cell = (reference: string, text: string) => `<c r="${reference}" t="inlineStr"><is><t>${text}</t></is></c>`;
  const book = (xml: string, parts = {}) => zipOf(workbookOf(xml, parts));
  const usual = `<row r="1">${cell('A1', 'id')}${cell('B1', 'Value')}</row><row r="2">${cell('A2', 'X-1')}<c r="B2"><v>5</v></c></row>`;

  it('is refused by name: entities of its own, broken XML, cells and rows that cannot be, parts that are missing', async () => {
    const laughs = `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>${sheet(usual.replace('X-1', '&b;'))}`;
    const external = `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${sheet(usual.replace('X-1', '&a;'))}`;
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [book(laughs), 'damaged-archive'],
      [book(external), 'damaged-archive'],
      [book(sheet(usual.replace('X-1', '&nope;'))), 'damaged-archive'],
      [book(sheet(usual).replace('</worksheet>', '')), 'damaged-archive'],
      [book(sheet(usual).replace('</row>', '</c>')), 'damaged-archive'],
      [book('not XML at all < >'), 'damaged-archive'],
      [book(sheet(usual.replace('r="2"', 'r="1"'))), 'damaged-archive'],
      [book(sheet(usual.replace('r="A2"', 'r="11"'))), 'damaged-archive'],
      [book(sheet(usual.replace('r="2"', 'r="2000000"'))), 'too-large'],
      [book(sheet(usual.replace('r="B2"', 'r="ZZZ2"'))), 'too-large'],
      [book(sheet(`<row r="1"><c r="A1" t="s"><v>7</v></c></row>`)), 'damaged-archive'],
      [book(sheet('<a>'.repeat(5000))), 'damaged-archive'],
      [zipOf(workbookOf(sheet(usual)).filter(({ name }) => !name.includes('worksheets'))), 'not-a-workbook'],
      [zipOf(workbookOf(sheet(usual)).filter(({ name }) => !name.endsWith('.rels'))), 'not-a-workbook'],
      [book(sheet(`<row r="1"><c r="A1" t="str"><v>${'x'.repeat(20 << 20)}</v></c></row>`)), 'too-large'],
    ];
    for (const [index, [bytes, reason]] of cases.entries()) {
      expect([index, await refusal(file(`${index}.xlsx`, bytes))]).toEqual([index, reason]);
    }
  });

  it('costs no more than what is in it: a cell in the last row, the last column, and a merge of everything', async () => {
    const far = `${usual}<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`;
    const merges = `<mergeCells>${'<mergeCell ref="A1:XFD1048576"/>'.repeat(100)}</mergeCells>`;
    const { rows } = await readFile(file('far.xlsx', book(sheet(far, merges))));
    expect(rows.map(({ line, problem }) => [line, problem?.reason])).toEqual([
      [2, undefined],
      [1_048_576, 'ragged-row'],
    ]);
  });
});

describe('an SDF with broken records', () => {
  it('brings in the whole ones, and counts every one', async () => {
    const record = (id: number, block = molBlock(`T${id}`)) =>
      `${block}\n> <REG_ID>\nR-${id}\n\n> <K1>\n${5 + id / 10}\n\n$$$$\n`;
    const records = [
      ...Array.from({ length: 12 }, (_, i) => record(i)),
      record(20, molBlock('x').replace('M  END', '')),
      record(21, ''),
      record(22, molBlock('x').replace('  2  1', '999999')),
      record(23, molBlock('x').slice(0, 30)),
      record(12),
    ];
    const text = `${records.join('')}${record(30).slice(0, 80)}`;
    const { outcome, report } = await bring(file('broken.sdf', text));
    expect(outcome).toBe('imported');
    expect(report.rows).toMatchObject({ in: 18, ready: 13, rejected: 5 });
    expect(report.rows.in).toBe(text.split('$$$$').length);
    expect(report.groups[0]).toMatchObject({ reason: 'damaged-record', rows: 5 });
  });
});

describe('a text in damaged or mixed encoding', () => {
  it('stays UTF-8 when a few bytes are broken, and names the rows they stand in', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => Buffer.from(`化合物-${i},${smiles(i)},キナーゼ,=,${i + 1},nM\n`));
    rows[7] = Buffer.concat([Buffer.from([0x43, 0xe5, 0x8c]), rows[7]!]);
    const { outcome, report } = await bring(file('utf8.csv', Buffer.concat([Buffer.from(head), ...rows])));
    expect(outcome).toBe('imported');
    expect(report.rows).toMatchObject({ in: 30, ready: 29, rejected: 1 });
    expect(report.groups[0]?.reason).toBe('undecodable');
    const packed = await bring(file('utf8.csv.gz', gzipSync(Buffer.concat([Buffer.from(head), ...rows]))));
    expect(packed.report.rows.in).toBe(30);
  });
});

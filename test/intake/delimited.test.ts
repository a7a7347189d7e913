import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDelimited, splitRecords } from '../../src-main/intake/delimited.ts';
import { sniffDelimiter } from '../../src-main/intake/delimiter.ts';
import type { Row } from '../../src-main/intake/raw-row.ts';

const semicolons = { delimiter: ';', quote: '"' } as const;
const cellsOf = (rows: readonly Row[]) => rows.filter(({ problem }) => problem === undefined).map(({ cells }) => cells);
const problemsOf = (rows: readonly Row[]) =>
  rows.flatMap(({ line, problem }) => (problem === undefined ? [] : [[line, problem.reason]]));

const plainCell = fc.string({ maxLength: 8 }).map((text) => text.replace(/["\r\n;]/g, ''));
const quotedCell = fc
  .array(fc.constantFrom('a', 'Ü', '化', ' ', '""', ';', '0,5'), { maxLength: 6 })
  .map((parts) => `"${parts.join('')}"`);
const cellOfLines = fc.constantFrom('"a\nb"', '"a\r\n\r\nb"', '"x\n"');
const table = fc.integer({ min: 2, max: 5 }).chain((width) =>
  fc.array(fc.array(fc.oneof(plainCell, quotedCell, cellOfLines), { minLength: width, maxLength: width }), {
    minLength: 1,
    maxLength: 12,
  }),
);

describe('delimited text', () => {
  it('gives the cells that a strict parser gives, however the text is cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 9 }),
        async (rows, end, size) => {
          const text = rows.map((cells) => cells.join(';') + end).join('');
          const expected = parse(text, { delimiter: ';', relax_column_count: true, skip_empty_lines: false });
          const found: Row[] = [];
          const pieces = (async function* () {
            for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
          })();
          for await (const block of readDelimited(pieces, semicolons)) found.push(...block);
          expect(problemsOf(found)).toEqual([]);
          expect(cellsOf(found)).toEqual(expected);
        },
      ),
    );
  });

  it('names the line in which each row begins, also after cells of several lines', () => {
    const rows = splitRecords('a;b\r\n1;"x\r\ny"\r\n2;z\r\n', semicolons);
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 4]);
  });

  it('loses only the line with the broken quotation mark, wherever it stands and however many there are', () => {
    const good = fc.constantFrom('1;CCO;5,5', '2;c1ccccc1;7', '"3";"C;C";8');
    const broken = fc.constantFrom('9;"CCO;5', '9;CC"O;5', '9;"CC"O;5', 'x;y";z', '9;CCO;"5');
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            good.map((line) => ({ line, ok: true })),
            broken.map((line) => ({ line, ok: false })),
          ),
          { minLength: 1, maxLength: 25 },
        ),
        (lines) => {
          const rows = splitRecords(lines.map(({ line }) => `${line}\n`).join(''), { ...semicolons, columns: 3 });
          expect(rows).toHaveLength(lines.length);
          for (const [at, { line, ok }] of lines.entries()) {
            expect([rows[at]?.line, rows[at]?.problem?.reason]).toEqual([at + 1, ok ? undefined : 'broken-quote']);
            if (ok) expect(rows[at]?.cells).toHaveLength(3);
            else expect(rows[at]?.problem?.found).toBe(line);
          }
        },
      ),
    );
  });

  it('does not let a mark that is never closed swallow the rest of the file', () => {
    const rows = splitRecords(`a;b\n1;"x\n${'2;y\n'.repeat(3)}`, semicolons);
    expect(problemsOf(rows)).toEqual([[2, 'broken-quote']]);
    expect(rows).toHaveLength(5);
  });

  it('refuses a line of megabytes and goes on behind it', async () => {
    const pieces = (async function* () {
      yield 'a;b\n';
      for (let i = 0; i < 9; i += 1) yield 'x'.repeat(1 << 19);
      yield '\n1;2\n';
    })();
    const rows: Row[] = [];
    for await (const block of readDelimited(pieces, semicolons)) rows.push(...block);
    expect(problemsOf(rows)).toEqual([[2, 'line-too-long']]);
    expect(rows.at(-1)).toEqual({ line: 3, cells: ['1', '2'] });
  });

  it('reads quotation marks as ordinary characters when told so', () => {
    expect(splitRecords('a;5"\n', { delimiter: ';', quote: null })[0]?.cells).toEqual(['a', '5"']);
  });

  it('takes a CR alone for a line end, and a CR LF for one', () => {
    expect(cellsOf(splitRecords('a;b\r1;2\r\n3;4', semicolons))).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });
});

describe('the delimiter', () => {
  it.each([
    ['a,b,c\n1,2,3\n', ','],
    ['a;b\n0,5;1,5\n7,25;3\n', ';'],
    ['a\tb\tc\n1,2\t3\t4\n', '\t'],
    ['Compound|SMILES|g1\nX|CC(=O)O|7.1\n', '|'],
    ['a^b\n1^2\n', '^'],
    ['Report, made by hand\n\nid;name;value\n1;a,b;2\n3;c;4\n', ';'],
    ['CCO ethanol\nCCC propane\n', ' '],
  ])('of %j is %j', (text, delimiter) => {
    expect(sniffDelimiter(text, true).delimiter).toBe(delimiter);
  });

  it('is said to be none where the rows have one cell', () => {
    expect(sniffDelimiter('a\nb\n', true).reason.key).toBe('one-column');
  });
});

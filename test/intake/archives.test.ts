import { randomBytes } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { smiles } from './molecules.ts';
import { readFile, refusal } from './read-file.ts';
import { bench } from './workspace-for-tests.ts';
import { type Entry, workbookOf, zipOf } from './zip-bytes.ts';

const results = 'Compound ID,SMILES,Assay,Value,Unit\nX-1,CCO,A1,5,nM\nX-2,CCN,A1,7,nM\n';
const structures = 'Compound ID,SMILES\nX-1,CCO\n';

describe('a zip', () => {
  const { file, bring, exported } = bench();
  const zip = (name: string, entries: readonly Entry[]) => file(name, zipOf(entries));

  it('of one file is read at once, whatever its format and however it is called', async () => {
    const { reading, members, otherMembers, cells, survey } = await readFile(
      zip('export.csv', [
        { name: 'out/', content: '' },
        { name: 'out/results.txt', content: results },
        { name: '__MACOSX/out/._results.txt', content: 'x' },
      ]),
    );
    expect([reading.format, reading.member, otherMembers]).toEqual(['csv', 'out/results.txt', []]);
    expect(members).toEqual([{ name: 'out/results.txt', bytes: results.length }]);
    expect(cells).toHaveLength(2);
    expect(survey.compressed).toBe(true);
  });

  it('of several is read from the one that names most targets; the others can be chosen', async () => {
    const path = zip('two.zip', [
      { name: 'readme.txt', content: 'Exported in May, please keep' },
      { name: 'structures.csv', content: structures.repeat(30) },
      { name: 'results.csv', content: results, method: 0 },
      { name: 'logo.png', content: randomBytes(2000) },
    ]);
    const found = await readFile(path);
    expect(found.reading.member).toBe('results.csv');
    expect(found.members.map(({ name }) => name).sort()).toEqual(['readme.txt', 'results.csv', 'structures.csv']);
    expect(found.reasons.find(({ part }) => part === 'member')?.reason.key).toBe('member-with-most-targets');
    const chosen = await readFile(path, { member: 'structures.csv' });
    expect([chosen.columns, chosen.survey.sha256 === found.survey.sha256]).toEqual([['Compound ID', 'SMILES'], true]);
    expect(await refusal(path, { member: 'other.csv' })).toBe('no-such-member');
  });

  it('of results and structures is joined to itself, and each file of it is its own import', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `X-${i}`);
    const values = ids.map((id, i) => `${id},A1,${i + 5},nM\n`).join('');
    const shapes = ids.map((id, i) => `${id},${smiles(i)}\n`).join('');
    const path = zip('export.zip', [
      { name: 'results.csv', content: `Compound ID,Assay,IC50,Unit\n${values}` },
      { name: 'structures.csv', content: `Compound ID,SMILES\n${shapes}` },
      { name: 'whole.csv', content: `Compound ID,SMILES\n${shapes}` },
    ]);
    const { outcome, report } = await bring(path);
    expect([outcome, report.measurements, exported()[3]?.smiles]).toEqual(['imported', 12, smiles(3)]);
    expect(await bring(path)).toMatchObject({ outcome: 'refused', file: { sheet: 'results.csv' } });
  });

  it('may hold a workbook or a text that is compressed itself', async () => {
    const sheet =
      '<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>IC50 (nM)</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>X-1</t></is></c><c r="B2"><v>5</v></c></row></sheetData></worksheet>';
    const book = await readFile(zip('a.zip', [{ name: 'b.xlsx', content: zipOf(workbookOf(sheet)) }]));
    expect([book.reading.format, book.reading.sheet, book.cells]).toEqual(['xlsx', 'Data', [['X-1', '5']]]);
    expect((await readFile(file('b.xlsx.gz', gzipSync(zipOf(workbookOf(sheet)))))).cells).toEqual([['X-1', '5']]);
    const text = await readFile(zip('c.zip', [{ name: 'r.csv.gz', content: gzipSync(results) }]));
    expect(text.cells).toHaveLength(2);
  });

  it('with names that lead out of it is only read, and writes nothing anywhere', async () => {
    const path = zip('t.zip', [{ name: '../../../etc/cron.d/evil.csv', content: results }]);
    expect((await readFile(path)).cells).toHaveLength(2);
    const absolute = zip('abs.zip', [{ name: 'C:\\Windows\\x.csv', content: results }]);
    expect((await readFile(absolute)).reading.member).toBe('C:/Windows/x.csv');
  });

  it('is refused with the reason when its content cannot be had', async () => {
    const one = (entry: Partial<Entry>) => zipOf([{ name: 'a.csv', content: results, ...entry }]);
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [one({ flags: 0x801 }), 'encrypted'],
      [one({ method: 99 }), 'encrypted'],
      [one({ method: 12 }), 'unsupported-compression'],
      [one({ method: 9 }), 'unsupported-compression'],
      [one({ sum: 7 }), 'damaged-archive'],
      [one({ size: 10 }), 'damaged-archive'],
      [one({}).subarray(0, -30), 'damaged-archive'],
      [zipOf([{ name: 'inner.zip', content: one({}) }]), 'archive-in-archive'],
      [gzipSync(one({})), 'archive-in-archive'],
      [gzipSync(gzipSync(results)), 'archive-in-archive'],
      [zipOf([]), 'nothing-readable-inside'],
      [
        zipOf([
          { name: 'a.png', content: randomBytes(999) },
          { name: 'b.png', content: randomBytes(999) },
        ]),
        'nothing-readable-inside',
      ],
      [
        zipOf([
          { name: 'a.csv', content: results },
          { name: 'a.csv', content: structures },
        ]),
        'damaged-archive',
      ],
      [
        zipOf([
          { name: '[Content_Types].xml', content: '<Types/>' },
          { name: 'word/document.xml', content: '<w/>' },
        ]),
        'not-a-workbook',
      ],
      [
        zipOf([
          { name: '[Content_Types].xml', content: '<Types/>' },
          { name: 'xl/workbook.bin', content: 'x' },
        ]),
        'binary-workbook',
      ],
      [
        zipOf([
          { name: 'mimetype', content: 'application/vnd.oasis' },
          { name: 'content.xml', content: '<o/>' },
        ]),
        'open-document',
      ],
      [brotliCompressSync(randomBytes(3000)), 'FORMAT_UNKNOWN'],
    ];
    for (const [index, [bytes, reason]] of cases.entries()) {
      expect([index, await refusal(file(`${index}.zip`, bytes))]).toEqual([index, reason]);
    }
  });

  it('that inflates without end is refused before it fills the memory or the day', async () => {
    const zeros = Buffer.alloc(80 << 20, '1,2\n');
    expect(await refusal(zip('flat.zip', [{ name: 'a.csv', content: zeros }]))).toBe('inflates-too-far');
    expect(await refusal(file('flat.csv.gz', gzipSync(zeros)))).toBe('inflates-too-far');
    // Claims to be small, and is not.
    expect(await refusal(zip('liar.zip', [{ name: 'a.csv', content: zeros, size: 1000 }]))).toBe('damaged-archive');
    const nested = zipOf([
      { name: 'b.zip', content: zipOf([{ name: 'c.zip', content: zipOf([{ name: 'a.csv', content: zeros }]) }]) },
    ]);
    expect(await refusal(file('nested.zip', nested))).toBe('archive-in-archive');
  });
});

describe('gzip', () => {
  const { file } = bench();

  it('may come in several pieces, and is refused when it is cut or damaged', async () => {
    const pieces = Buffer.concat([gzipSync(results), gzipSync('X-3,CCC,A1,9,nM\n')]);
    expect((await readFile(file('p.gz', pieces))).cells).toHaveLength(3);
    const whole = gzipSync(randomBytes(4000).toString('hex'));
    expect(await refusal(file('cut.gz', whole.subarray(0, 2000)))).toBe('truncated');
    const damaged = Buffer.from(whole);
    damaged[1500] = (damaged[1500] ?? 0) ^ 0xff;
    expect(await refusal(file('damaged.gz', damaged))).toBe('unreadable');
  });
});

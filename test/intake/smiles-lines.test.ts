import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readSmilesLines, splitLine } from '../../src-main/intake/smiles-lines.ts';
import { smiles } from './molecules.ts';
import { readFile } from './read-file.ts';
import { bench } from './workspace-for-tests.ts';

const names = ['aspirin', 'a name of several words', 'X-3', '', 'Nº 5'];
const list = (end = '\n', between = ' ') => names.map((name, i) => `${smiles(i)}${between}${name}${end}`).join('');

describe('a list of SMILES', () => {
  const { file, bring } = bench();

  it('gives structure and name, whatever white space and line ends it has, packed or not', async () => {
    for (const [index, text] of [list(), list('\r\n'), list('\r'), list('\n', '   ')].entries()) {
      for (const path of [file(`${index}.smi`, text), file(`${index}.smi.gz`, gzipSync(text))]) {
        const { reading, columns, cells } = await readFile(path);
        expect([reading.format, reading.headerLine, columns]).toEqual(['smi', null, ['SMILES', '(title)']]);
        expect(cells).toEqual(names.map((name, i) => [smiles(i), name]));
      }
    }
  });

  it('may name its columns, or have no names at all', async () => {
    const named = await readFile(file('h.smiles', `smiles compound\n${list()}`));
    expect([named.reading.headerLine, named.columns, named.cells.length]).toEqual([1, ['smiles', 'compound'], 5]);
    const bare = await readFile(file('b.smi', names.map((_, i) => `${smiles(i)}\n`).join('')));
    expect([bare.reading.format, bare.cells.map(([structure]) => structure)]).toEqual([
      'smi',
      names.map((_, i) => smiles(i)),
    ]);
  });

  it('is a table with a column each where tabs stand between more than two cells', async () => {
    const { reading, columns } = await readFile(
      file('t.smi', 'SMILES\tID\tpIC50\nCCOc1ccccc1\tX\t5.5\nCCNc1ccccc1\tY\t6\n'),
    );
    expect([reading.format, reading.delimiter, columns.length]).toEqual(['csv', '\t', 3]);
  });

  it('leaves out the extensions of CXSMILES, and names what is no text', async () => {
    expect(splitLine('C[C@H](O)F |&1:1,r| my name')).toEqual(['C[C@H](O)F', 'my name']);
    const pieces = (async function* () {
      yield 'CCO eth';
      yield 'anol\r';
      yield '\nCC\0O x\n';
      yield `${'C'.repeat(1 << 23)} y\nCCN z`;
    })();
    const rows = [];
    for await (const block of readSmilesLines(pieces)) rows.push(...block);
    expect(rows.map(({ line, cells, problem }) => [line, problem?.reason ?? cells[1]])).toEqual([
      [1, 'ethanol'],
      [2, 'control-characters'],
      [3, 'line-too-long'],
      [4, 'z'],
    ]);
  });

  it('holds no measurement, and says so instead of bringing in nothing', async () => {
    const { outcome, report } = await bring(file('only.smi', list()));
    expect(outcome).not.toBe('imported');
    expect(report.measurements).toBe(0);
  });
});

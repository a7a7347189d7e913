import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { readRecords, recordsOfLines } from '../../src-main/scoring/records.ts';

const smiles = (text: string) => ({ kind: 'smiles' as const, text });

describe('pasted lines', () => {
  it('are SMILES with an id after them, or with none', () => {
    const lines = ['CCO ethanol', 'c1ccccc1\tCX-0002 from batch 2', '', '  CCN  ', 'bad( b'];
    expect(recordsOfLines(lines)).toEqual([
      { companyId: 'ethanol', structure: smiles('CCO') },
      { companyId: 'CX-0002 from batch 2', structure: smiles('c1ccccc1') },
      { companyId: '3', structure: smiles('CCN') },
      { companyId: 'b', structure: smiles('bad(') },
    ]);
  });

  it('may have their ids before them', () => {
    expect(recordsOfLines(['CX-3\tCC(=O)O', 'CX-4\tbad(', 'CX-5\tCCN'])).toEqual([
      { companyId: 'CX-3', structure: smiles('CC(=O)O') },
      { companyId: 'CX-4', structure: smiles('bad(') },
      { companyId: 'CX-5', structure: smiles('CCN') },
    ]);
  });

  it('may begin with a line that names the columns', () => {
    expect(recordsOfLines(['SMILES ID', 'CCO a'])).toEqual([{ companyId: 'a', structure: smiles('CCO') }]);
    expect(recordsOfLines(['ID\tSMILES', 'CX-1\tCCO'])).toEqual([{ companyId: 'CX-1', structure: smiles('CCO') }]);
    expect(recordsOfLines([])).toEqual([]);
  });
});

describe('files', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-records-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const read = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content);
    return readRecords({ kind: 'file', path: join(folder, name), name }, unattended);
  };

  it('of SMILES lines are read as pasted ones, also compressed', async () => {
    const expected = [
      { companyId: 'a', structure: smiles('CCO') },
      { companyId: 'b', structure: smiles('CCN') },
    ];
    expect(await read('one.smi', 'CCO a\r\nCCN b\r\n')).toEqual(expected);
    expect(await read('two.smi.gz', gzipSync('CCO a\nCCN b'))).toEqual(expected);
  });

  it('with columns give the structure and the id by what the columns hold', async () => {
    const table = 'Compound,Remark,SMILES\nCX-1,"fine, really",CC(=O)Oc1ccccc1C(=O)O\nCX-2,,CC(C)Cc1ccc(C)cc1\n';
    expect(await read('table.csv', table)).toEqual([
      { companyId: 'CX-1', structure: smiles('CC(=O)Oc1ccccc1C(=O)O') },
      { companyId: 'CX-2', structure: smiles('CC(C)Cc1ccc(C)cc1') },
    ]);
    await expect(read('none.csv', 'a,b\n1,2\n3,4\n')).rejects.toThrow(/MAPPING_INCOMPLETE/);
  });

  it('of records keep a damaged one in its place', async () => {
    const block = (name: string) => `${name}\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000
    0.0000    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0
M  END`;
    const records = await read('three.sdf', `${block('m1')}\n$$$$\nm2\nbroken\n$$$$\n${block('m3')}\n$$$$\n`);
    expect(records).toHaveLength(3);
    expect(records.map(({ structure }) => structure.kind)).toEqual(['molblock', 'molblock', 'molblock']);
    expect(records[0]!.structure.text).toBe(block('m1'));
    expect(records[1]!.structure.text).not.toContain('M  END');
    expect(records[2]!.structure.text).toBe(block('m3'));
  });
});

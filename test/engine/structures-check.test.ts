import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Chemistry } from '../../src-main/chemistry/pool.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { checkStructures } from '../../src-main/engine/structures-check.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';

/** Takes everything as it is, and cannot read what begins with a question mark. */
const chemistry: Pick<Chemistry, 'standardise'> = {
  standardise: async (given) =>
    given.map(({ text }) =>
      text.startsWith('?')
        ? { ok: false, failure: 'unreadable', detail: 'a question mark' }
        : {
            ok: true,
            smiles: text,
            changes: text.includes('.') ? [{ step: 'fragment', smiles: text, removed: [], groups: [] }] : [],
            notices: [],
            scaffold: '',
            fold: 0,
            bits: new Uint32Array(),
            heavyAtoms: 1,
          },
    ) as Awaited<ReturnType<Chemistry['standardise']>>,
};

describe('the check of a file’s structures', () => {
  let folder: string;
  const write = (name: string, lines: readonly string[]) => {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  };
  const twelve = Array.from({ length: 12 }, (_, index) => index + 1);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chorale-structures-check-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('counts each structure once, with what each step changes and what cannot be read', async () => {
    const path = write('one.csv', [
      'compound_id,smiles,assay,value,unit',
      ...twelve.flatMap((at) =>
        ['A1', 'A2'].map((assay) => `C${at},c1ccccc1${'C'.repeat(at)}O${at > 9 ? '.Cl' : ''},${assay},${at * at}.5,nM`),
      ),
      'C13,?c1ccccc1,A1,5.5,nM',
    ]);
    const { mapping } = await inspectFile(path, {}, unattended);
    const check = await checkStructures(path, mapping, chemistry, unattended);
    expect(check).toMatchObject({ structures: 13, whole: true, unchanged: 9, changed: 3, failed: 1 });
    expect(check.steps).toEqual([{ step: 'fragment', structures: 3 }]);
    expect(check.examples.map(({ companyId, line }) => [companyId, line])).toEqual([
      ['C10', 20],
      ['C11', 22],
      ['C12', 24],
    ]);
    expect(check.failures).toMatchObject([{ failure: 'unreadable', structures: 1, examples: [{ companyId: 'C13' }] }]);
  });

  it('looks at the structures of the second file where a mapping joins one', async () => {
    const results = write('results.csv', [
      'compound_id,assay,value,unit',
      ...twelve.map((at) => `C${at},A1,${at * at}.5,nM`),
    ]);
    const companion = write('structures.csv', [
      'compound_id,smiles',
      ...twelve.slice(2).map((at) => `C${at},c1ccccc1${'C'.repeat(at)}O`),
    ]);
    const options = { companion: { path: companion, name: 'structures.csv', reading: {} } };
    const { mapping } = await inspectFile(results, options, unattended);
    const check = await checkStructures(results, mapping, chemistry, unattended, { companion });
    expect(check).toMatchObject({ structures: 10, unchanged: 10, failed: 0 });
  });

  it('says when there are more structures than it looks at', async () => {
    const path = write('more.csv', [
      'compound_id,smiles,assay,value,unit',
      ...twelve.map((at) => `C${at},c1ccccc1${'C'.repeat(at)}O,A1,${at * at}.5,nM`),
    ]);
    const { mapping } = await inspectFile(path, {}, unattended);
    const check = await checkStructures(path, mapping, chemistry, unattended, { limit: 5 });
    expect(check).toMatchObject({ structures: 5, whole: false });
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const program = fileURLToPath(new URL('../../src-main/engine/chorale.js', import.meta.url));
const { file, folder } = bench();

async function chorale(...args: readonly string[]) {
  const child = spawn(process.execPath, [program, ...args, '--workspace', join(folder(), 'own')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      CHORALE_PASSPHRASE: 'correct horse battery',
      XDG_CONFIG_HOME: join(folder(), 'configuration'),
    },
  });
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    once(child, 'exit'),
  ]);
  return { code: code as number, stdout: stdout.join(''), stderr: stderr.join('') };
}

const rows = (unit: string) =>
  ['ID,SMILES,Wert,Einheit']
    .concat(Array.from({ length: 20 }, (_, i) => `C-${i},${smiles(i)},${i === 3 ? 'n.b.' : i + 1},${unit}`))
    .join('\n');

/** Each command is a process of its own, with a passphrase to derive a key from. */
const patience = 240_000;

describe('chorale import and export', () => {
  it('tell success, rejected rows and refusal apart, and give back what was brought in', {
    timeout: patience,
  }, async () => {
    const path = file('HERG.csv', rows('uM'));
    const open = await chorale('import', path, '--json');
    expect(open.code).toBe(3);
    expect(JSON.parse(open.stdout)).toMatchObject({
      outcome: 'needs-decision',
      decisions: [{ id: 'target:assay', state: 'open', suggestion: 'HERG' }],
      rows: { in: 0, ready: 0, warned: 0, rejected: 0, ignored: 0 },
    });

    const done = await chorale('import', path, '--assay', 'HERG', '--json');
    expect(done.code).toBe(2);
    expect(JSON.parse(done.stdout)).toMatchObject({
      outcome: 'imported',
      files: [{ name: 'HERG.csv', format: 'csv', encoding: 'utf-8', delimiter: ',', sheet: null }],
      mapping: [
        { column: 'ID', target: 'compound-id', confidence: 'high' },
        { column: 'SMILES', target: 'structure', reason: { key: 'smiles', data: { readable: 20, filled: 20 } } },
        { column: 'Wert', target: 'value', unit: null },
        { column: 'Einheit', target: 'unit' },
      ],
      rows: { in: 20, ready: 19, warned: 0, rejected: 1, ignored: 0 },
      measurements: 19,
      rejected: [
        { line: 5, column: 'Wert', found: 'n.b.', expected: 'a number, such as 12.88', reason: 'not-a-number' },
      ],
    });

    const out = join(folder(), 'measurements.csv');
    expect((await chorale('export', 'measurements', '--out', out)).code).toBe(0);
    const exported = parse(readFileSync(out), { columns: true }) as Record<string, string>[];
    expect(exported).toHaveLength(19);
    expect(exported[0]).toEqual({
      compound_id: 'C-0',
      smiles: smiles(0),
      standard_smiles: expect.stringMatching(/\S/),
      assay_id: 'HERG',
      relation: '=',
      value: '6',
      unit: 'p',
      source_file: 'HERG.csv',
      source_line: '2',
      given_relation: '',
      given_value: '1',
      given_unit: 'uM',
    });
  });

  it('name the columns that are not used', { timeout: patience }, async () => {
    const text = Array.from({ length: 20 }, (_, i) => `W-${i},${'C'.repeat(i + 1)}O,${i * 5}.5,Lab ${i % 3}\n`).join(
      '',
    );
    const path = file('wide.csv', `Cmpd,Smiles,% Inhibition at 10 uM,Origin\n${text}`);
    const { stdout } = await chorale('import', path, '--no-standardise', '--assay', 'CYP');
    expect(stdout).toContain('% Inhibition at 10 uM -> value in %');
    expect(stdout).toContain('not used, stays in the file: Origin');
  });

  it('take the parts of a mapping from a file, and say which of them do not fit', { timeout: patience }, async () => {
    const path = file('odd.csv', rows('zorkmid'));
    const changes = (content: unknown) => file('changes.json', JSON.stringify(content));
    const units = [{ spelling: 'zorkmid', unit: 'nM' }];
    const mapped = changes({ units, missing: ['n.b.'], constants: { assay: 'K' } });
    const done = await chorale('import', path, '--mapping', mapped);
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining('19 measurements, 19 compounds, 1 assay')]);
    const again = await chorale('import', path, '--mapping', mapped);
    expect([again.code, again.stdout]).toEqual([3, expect.stringContaining('brought in already as batch 1')]);
    writeFileSync(mapped, JSON.stringify({ columns: [{ column: 'Nope', target: 'value' }] }));
    const refused = await chorale('import', path, '--mapping', mapped);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('there is no column "Nope"')]);
  });

  it('join a second file by its key, on named columns where they are asked for', { timeout: patience }, async () => {
    const results = file(
      'results.csv',
      ['Sample;Assay;IC50 (nM)', ...Array.from({ length: 20 }, (_, i) => `S-${i};A;${i + 1}`)].join('\n'),
    );
    const structures = file(
      'structures.csv',
      ['Lot;ID;SMILES', ...Array.from({ length: 20 }, (_, i) => `S-${i};C-${i % 10};${smiles(i % 10)}`)].join('\n'),
    );
    const alone = await chorale('import', results, '--json');
    expect([alone.code, JSON.parse(alone.stdout).decisions[0].id]).toEqual([3, 'target:structure']);
    const done = await chorale(
      'import',
      results,
      '--structures',
      structures,
      '--on',
      'Sample=Lot',
      '--json',
      '--no-standardise',
    );
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(JSON.parse(done.stdout)).toMatchObject({
      outcome: 'imported',
      rows: { in: 20, ready: 20 },
      joins: [{ keys: 20, found: 20, structures: 20, withoutResults: 0 }],
    });
  });
});

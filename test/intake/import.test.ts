import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listAssays } from '../../src-main/catalog/assays.ts';
import { listBatches, readBatch, withdrawBatch } from '../../src-main/catalog/batches.ts';
import { structureKey } from '../../src-main/catalog/measurements.ts';
import { pageOfFindings } from '../../src-main/catalog/rejected-rows.ts';
import type { Mapping } from '../../src-main/contract/intake.ts';
import { type Control, unattended } from '../../src-main/contract/progress.ts';
import { importFile, previewImport } from '../../src-main/intake/import.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { rejectedCsv } from '../../src-main/intake/rejected-csv.ts';
import { longCsv, smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported, workspace } = bench();
const catalog = () => workspace().catalog;
const head = 'Compound ID,SMILES,Assay,Relation,Value,Unit\n';
const good = (i: number) => `C-${i},${smiles(i)},A1,=,${i + 1},nM\n`;
const goodRows = Array.from({ length: 20 }, (_, i) => good(i)).join('');

/** What the other rooms can see. */
const visible = () => [exported().length, listAssays(catalog()).length, listBatches(catalog()).length];

describe('an import', () => {
  it('counts every row once, whatever is wrong with it, and names line, column, what was found and what was expected', async () => {
    const lines = [
      'C-21,CCO,A1,=', // short
      'C-22,CCO,A1,=,5,nM,extra', // long
      'C-23,"CCO,A1,=,5,nM', // broken quote
      ',CCO,A1,=,5,nM',
      'C-25,,A1,=,5,nM',
      'C-26,CCO,,=,5,nM',
      'C-27,CCO,A1,=,n.b.,nM',
      'C-28,CCO,A1,=,0,nM',
      'C-29,CCO,A1,?!,5,nM',
      'C-30,CCO,A1,<,>5,nM',
      'C-31,CCO,A1,=,5 uM,nM',
      'C-32,CCO,A1,=,5e30,nM',
      'C-33,CCO,A1,=,6,pIC50', // fits, p as well
      'C-34,CCO,A1,=,0.005,nM', // above the usual range
      'C-35,CCO,A1,~,5,nM',
      'C-36,CCO,A1,=,,nM',
      '',
      head.trim(),
      good(3).trim(), // said before
    ];
    const { outcome, report } = await bring(
      file('mixed.csv', head + goodRows + lines.map((line) => `${line}\n`).join('')),
    );
    expect(outcome).toBe('imported');
    expect(report.rows).toEqual({ in: 39, ready: 21, warned: 2, rejected: 12, ignored: 4 });
    expect(report.measurements).toBe(23);
    const seen = report.groups.flatMap(({ examples }) =>
      examples.map(({ line, reason, column, found, expected }) => [line, reason, column, found, expected.key]),
    );
    expect(seen.sort(([a], [b]) => Number(a) - Number(b))).toEqual([
      [22, 'ragged-row', '', '4', 'cells'],
      [23, 'ragged-row', '', '7', 'cells'],
      [24, 'broken-quote', '', 'C-23,"CCO,A1,=,5,nM', 'closed-quote'],
      [25, 'no-compound-id', 'Compound ID', '', 'compound-id'],
      [26, 'no-structure', 'SMILES', '', 'structure'],
      [27, 'no-assay', 'Assay', '', 'assay-code'],
      [28, 'not-a-number', 'Value', 'n.b.', 'number'],
      [29, 'not-positive', 'Value', '0', 'positive-number'],
      [30, 'unknown-relation', 'Relation', '?!', 'known-relation'],
      [31, 'relations-disagree', 'Relation', '<', 'same-relation'],
      [32, 'units-disagree', 'Value', 'uM', 'same-unit'],
      [33, 'impossible-value', 'Value', '5e30', 'plausible-p'],
      [35, 'p-above-range', 'Value', '0.005', 'usual-p'],
      [36, 'approximate', 'Value', '5', 'exact-value'],
      [37, 'no-value', 'Value', '', 'number'],
      [38, 'blank-row', '', '', 'content'],
      [39, 'repeated-header', 'Compound ID', 'Compound ID', 'content'],
      [40, 'duplicate-row', '', '', 'new-row'],
    ]);
  });

  it('adds up for any mixture of rows, and previews exactly what it then does', async () => {
    const some = fc.constantFrom(
      good(1),
      good(2),
      'C-1,CCO,A1,=,x,nM\n',
      'C-1\n',
      '\n',
      'C-9,CCO,A1,>,5,nM\n',
      '"\n',
      'C-8,CCO,A1,,7,\n',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(some, { maxLength: 30 }), async (rows) => {
        const path = file('any.csv', head + goodRows + rows.join(''));
        const { mapping, decisions } = await inspectFile(path, {}, unattended);
        expect(decisions.filter(({ state }) => state === 'open')).toEqual([]);
        const preview = await previewImport(path, mapping, unattended);
        const { report, batchId } = await bring(path, { again: true });
        expect(report).toEqual(preview);
        const { in: all, ready, warned, rejected, ignored } = report.rows;
        expect(ready + warned + rejected + ignored).toBe(all);
        expect(all).toBe(20 + rows.length);
        expect(readBatch(catalog(), batchId!)).toMatchObject({ rows: report.rows, measurements: report.measurements });
      }),
      { numRuns: 8 },
    );
  });

  it('keeps identifiers and cells as they were given, beside the stored value with its relation flipped', async () => {
    const text = `ID;Struktur (SMILES);Prüfung;Messwert;Einheit\n${Array.from({ length: 9 }, (_, i) => `000${i};${smiles(i)};1E5;> 1,5e3;µM\n`).join('')}`;
    await bring(file('a.csv', text));
    expect(exported()[3]).toMatchObject({
      companyId: '0003',
      smiles: smiles(3),
      assay: '1E5',
      relation: '<',
      value: 6 - Math.log10(1500),
      scale: 'p',
      givenRelation: '>',
      givenValue: '> 1,5e3',
      givenUnit: 'µM',
      line: 5,
    });
  });

  it('gives equal structures one key and mol blocks another', () => {
    expect(structureKey('smiles', 'CCO')).toBe(structureKey('smiles', 'CCO'));
    expect(structureKey('smiles', 'CCO')).not.toBe(structureKey('molblock', 'CCO'));
  });

  it('stops where a person has to decide, and goes on with the decision', async () => {
    const text = head.replace('Unit', 'Einheit') + goodRows.replaceAll('nM', 'zorkmid');
    const path = file('open.csv', text);
    const stopped = await bring(path);
    expect([stopped.outcome, stopped.batchId]).toEqual(['needs-decision', null]);
    expect(stopped.decisions).toMatchObject([{ id: 'unit-spelling:zorkmid', state: 'open', data: { rows: 20 } }]);
    expect(stopped.report.groups[0]).toMatchObject({
      reason: 'unknown-unit',
      rows: 20,
      repairs: [{ kind: 'read-unit-as', spelling: 'zorkmid', rows: 20 }],
    });
    expect(visible()).toEqual([0, 0, 0]);
    const decided: Mapping = { ...stopped.mapping, units: [{ spelling: 'zorkmid', unit: 'uM' }] };
    expect(await bring(path, { mapping: decided })).toMatchObject({
      outcome: 'imported',
      report: { measurements: 20 },
    });
    expect(exported()[0]?.value).toBe(6);
  });

  it('leaves out a spelling once the mapping says that it means nothing', async () => {
    const path = file('nb.csv', `${head}${goodRows}C-50,CCO,A1,=,n.b.,nM\n`);
    const { mapping, report } = await bring(path);
    expect(report.groups[0]?.repairs).toEqual([{ kind: 'leave-out', spelling: 'n.b.', rows: 1 }]);
    const repaired = { ...mapping, missing: [...mapping.missing, 'n.b.'] };
    expect((await previewImport(path, repaired, unattended)).rows).toMatchObject({ rejected: 0, ignored: 1 });
  });

  it('asks what 1,234 means where nothing tells, and stores what it was told', async () => {
    const text = (head + goodRows).replaceAll(/=,(\d+),/g, '=,"$1,234",');
    const path = file('ambiguous.csv', text);
    const { outcome, decisions, mapping } = await bring(path);
    expect([outcome, decisions.map(({ id }) => id)]).toEqual(['needs-decision', ['decimal-mark']]);
    const stored = async (reading: Pick<Mapping['reading'], 'decimalMark' | 'thousands'>) => {
      await bring(path, { mapping: { ...mapping, reading: { ...mapping.reading, ...reading } }, again: true });
      return exported().at(-1)?.value;
    };
    expect(await stored({ decimalMark: '.', thousands: ',' })).toBeCloseTo(9 - Math.log10(20_234), 9);
    expect(await stored({ decimalMark: ',', thousands: '.' })).toBeCloseTo(9 - Math.log10(20.234), 9);
  });

  it('takes ids for the same that differ in characters without width alone', async () => {
    const twice = Array.from({ length: 10 }, (_, i) => `C-${i}\u200b,${smiles(i)},A2,=,${i + 1},nM\n`).join('');
    await bring(file('invisible.csv', head + goodRows + twice));
    expect(new Set(exported().map(({ companyId }) => companyId)).size).toBe(20);
  });

  it('refuses a mapping that was made for other columns', async () => {
    const { mapping } = await bring(file('a.csv', head + goodRows));
    const path = file('b.csv', head.replace('Value', 'Result') + goodRows);
    await expect(bring(path, { mapping })).rejects.toMatchObject({
      code: 'MAPPING_INCOMPLETE',
      data: { missing: ['Value'] },
    });
  });

  it('knows a file again by its bytes, whatever it is called, unless it is told to take it again', async () => {
    const first = await bring(file('a.csv', head + goodRows));
    const second = await bring(file('b.csv', head + goodRows));
    expect(second).toMatchObject({ outcome: 'refused', refusal: { key: 'seen-before', batchId: first.batchId } });
    expect(visible()).toEqual([20, 1, 1]);
    expect((await bring(file('b.csv', head + goodRows), { again: true })).outcome).toBe('imported');
    expect(visible()).toEqual([40, 1, 2]);
  });

  it('can be withdrawn whole, and then brought in once more', async () => {
    const path = file('a.csv', head + goodRows);
    const { batchId } = await bring(path);
    expect(withdrawBatch(catalog(), batchId!).state).toBe('withdrawn');
    expect(visible()).toEqual([0, 0, 1]);
    expect((await bring(path)).outcome).toBe('imported');
    expect(visible()).toEqual([20, 1, 2]);
  });

  it('refuses a file without a single measurement, and leaves nothing of it', async () => {
    const path = file('a.csv', head + goodRows.replaceAll(/,(\d+),nM/g, ',-$1,nM'));
    expect(await bring(path)).toMatchObject({ outcome: 'refused', refusal: { key: 'nothing-to-store' } });
    expect(catalog().db.prepare('select count(*) from source').pluck().get()).toBe(0);
  });

  it('rejects a unit that does not fit its assay, also against what the catalogue holds of it', async () => {
    await bring(file('a.csv', head + goodRows));
    const other = Array.from(
      { length: 9 },
      (_, i) => `D-${i},${smiles(i)},A1,=,${i / 10},log10(ug/mL)\nD-${i},${smiles(i)},A2,=,5,nM\n`,
    );
    const { report, proposals } = await bring(file('b.csv', head + other.join('')));
    expect(proposals).toHaveLength(6);
    expect(report.groups).toMatchObject([{ reason: 'unit-does-not-fit-assay', rows: 9 }]);
    expect(report.measurements).toBe(9);
  });

  it('gives back its rejected rows as a file that imports when they are mended', async () => {
    const { batchId } = await bring(file('a.csv', `${head}${goodRows}C-50,"C,C",A1,=,n.b.,nM\nC-51,CCO,A1\n`));
    expect(pageOfFindings(catalog(), { batchId: batchId!, offset: 0, limit: 1 })).toMatchObject({
      total: 2,
      rows: [{ line: 22, cells: ['C-50', 'C,C', 'A1', '=', 'n.b.', 'nM'] }],
    });
    const csv = [...rejectedCsv(catalog(), batchId!)].join('');
    expect(csv).toBe(
      'Compound ID,SMILES,Assay,Relation,Value,Unit,Rejected line,Rejected reason\r\n' +
        'C-50,"C,C",A1,=,n.b.,nM,22,not-a-number\r\nC-51,CCO,A1,23,ragged-row\r\n',
    );
    const mended = csv.replace('"C,C"', 'CC(C)O').replace('n.b.', '12').replace('A1,23', 'A1,=,13,nM,23');
    expect(await bring(file('mended.csv', mended))).toMatchObject({ outcome: 'imported', report: { measurements: 2 } });
  });
});

describe('an import that ends too early', () => {
  const rows = 16_000;

  it('leaves nothing behind when it is cancelled half-way', async () => {
    const stop = new AbortController();
    const control: Control = {
      signal: stop.signal,
      report: ({ step, done }) => {
        if (step === 'import.rows' && done > 8000) stop.abort();
      },
    };
    const path = file('long.csv', longCsv(rows));
    await expect(importFile(workspace(), { path, person: 'Mara Lindner' }, control)).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(visible()).toEqual([0, 0, 0]);
    for (const table of ['source', 'batch', 'compound', 'assay', 'measurement', 'rejected_row']) {
      expect([table, catalog().db.prepare(`select count(*) from ${table}`).pluck().get()]).toEqual([table, 0]);
    }
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listAssays } from '../../src-main/catalog/assays.ts';
import { listBatches } from '../../src-main/catalog/batches.ts';
import { rejectedRows } from '../../src-main/catalog/rejected-rows.ts';
import type { ImportOutcome } from '../../src-main/contract/intake.ts';
import { type Control, putOff, unattended } from '../../src-main/contract/progress.ts';
import { importFile } from '../../src-main/intake/import.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { longCsv, smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported, workspace, folder } = bench();
/** Processes of their own, on a machine that may be busy. */
const patience = 240_000;
const count = (what: string) => Number(workspace().catalog.db.prepare(`select count(*) from ${what}`).pluck().get());
const visible = () => [
  exported().length,
  listAssays(workspace().catalog).length,
  listBatches(workspace().catalog).length,
];
const tables = [
  'source',
  'batch',
  'compound',
  'staged_compound',
  'assay',
  'measured_value',
  'measurement_of_assay',
].concat(['given_form', 'rejected_row', 'staging']);
const nothing = tables.map((table) => [table, 0]);
const counted = () => tables.map((table) => [table, count(table)]);

/** So many rows that a piece of them is staged before the end; some of them rejected, some doubtful. */
const rows = 30_000;
const text = longCsv(rows)
  .replaceAll(/,(\d*7),nM/g, ',n.b.,nM')
  .replaceAll(/,(\d*31),nM/g, ',0.00$1,nM');

async function killed(path: string, step: string, done: number): Promise<void> {
  const program = fileURLToPath(new URL('./killed-import.ts', import.meta.url));
  const child = spawn(process.execPath, [program, folder(), path, step, String(done)], { stdio: 'inherit' });
  const [, signal] = await once(child, 'exit');
  expect(signal).toBe('SIGKILL');
}

/** All that a batch leaves, but for its number and the time. */
const left = () => ({
  exported: exported(),
  rejected: [...rejectedRows(workspace().catalog, listBatches(workspace().catalog)[0]!.id)],
  batches: listBatches(workspace().catalog).map(({ createdAt: _, committedAt: __, id: ___, ...rest }) => rest),
  assays: listAssays(workspace().catalog),
  compounds: workspace().catalog.db.prepare('select * from compound order by id').all(),
  index: workspace().catalog.db.prepare('select * from measurement_of_assay').all(),
});

function stoppedAt(step: string, from: number, reason?: unknown): Control {
  const stop = new AbortController();
  return {
    signal: stop.signal,
    report: (progress) => {
      if (progress.step === step && progress.done >= from) stop.abort(reason);
    },
  };
}

describe('an import that was killed', () => {
  it(
    'goes on with what is staged, and ends as one that nothing has disturbed',
    async () => {
      const path = file('long.csv', text);
      const undisturbed = await bring(path);
      const expected = left();
      workspace().catalog.db.exec(
        'delete from measured_value; delete from compound; delete from measurement_of_assay; delete from rejected_row; delete from batch; delete from source; delete from assay; delete from given_form',
      );
      for (const [step, done] of [
        ['import.rows', 25_000],
        ['import.rows', 29_000],
        ['import.commit', 0],
      ] as const) {
        await killed(path, step, done);
        expect(visible()).toEqual([0, 0, 0]);
        expect(count('measured_value')).toBeGreaterThan(0);
      }
      const { batchId: _, ...outcome } = await bring(path);
      const { batchId: __, ...before } = undisturbed;
      expect(outcome).toEqual(before);
      expect(left()).toEqual(expected);
      expect([count('staging'), count('staged_compound')]).toEqual([0, 0]);
    },
    patience,
  );

  it(
    'begins anew with another mapping, and leaves nothing of what was staged before',
    async () => {
      const path = file('long.csv', text);
      await killed(path, 'import.rows', 25_000);
      const staged = count('measured_value');
      expect(staged).toBeGreaterThan(0);
      const other = file('other.csv', longCsv(20));
      const { report } = await bring(other);
      expect(visible()).toEqual([report.measurements, 13, 1]);
      expect([count('measured_value'), count('source'), count('staging')]).toEqual([20, 1, 0]);
    },
    patience,
  );
});

describe('an import that is stopped', () => {
  it(
    'leaves no row and no free page behind when it is cancelled, wherever it is',
    async () => {
      const path = file('long.csv', text);
      workspace().catalog.db.pragma('wal_checkpoint(TRUNCATE)');
      const empty = statSync(join(folder(), 'catalog.sqlite')).size;
      for (const [step, from] of [
        ['import.rows', 25_000],
        ['import.commit', 0],
      ] as const) {
        const cancelled = importFile(workspace(), { path, person: 'Mara Lindner' }, stoppedAt(step, from));
        await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
        expect(counted()).toEqual(nothing);
      }
      workspace().catalog.db.pragma('wal_checkpoint(TRUNCATE)');
      expect(workspace().catalog.db.pragma('freelist_count', { simple: true })).toBe(0);
      expect(statSync(join(folder(), 'catalog.sqlite')).size).toBe(empty);
    },
    patience,
  );

  it(
    'keeps what is staged when it is only put off',
    async () => {
      const path = file('long.csv', text);
      const order = { path, person: 'Mara Lindner' };
      const before = importFile(workspace(), order, stoppedAt('import.rows', 25_000, putOff));
      await expect(before).rejects.toMatchObject({ code: 'CANCELLED' });
      const staged = count('measured_value');
      expect(staged).toBeGreaterThan(0);
      expect(visible()).toEqual([0, 0, 0]);
      const seen: number[] = [];
      const watched: Control = {
        ...unattended,
        report: ({ step }) => {
          if (step === 'import.rows') seen.push(count('measured_value'));
        },
      };
      const outcome: ImportOutcome = await importFile(workspace(), order, watched);
      expect(Math.min(...seen)).toBe(staged);
      expect(outcome.report.rows.in).toBe(rows);
      expect(exported()).toHaveLength(outcome.report.measurements);
    },
    patience,
  );

  it(
    'begins anew when what is staged does not come from these rows',
    async () => {
      const path = file('long.csv', text);
      const order = { path, person: 'Mara Lindner' };
      await importFile(workspace(), order, stoppedAt('import.rows', 25_000, putOff)).catch(() => {});
      workspace().catalog.db.exec('update measured_value set value = 99');
      const { report } = await bring(path);
      expect(visible()[0]).toBe(report.measurements);
      expect(Math.max(...exported().map(({ value }) => value))).toBeLessThan(99);
    },
    patience,
  );

  const resultRows = 30_000;
  const results = `ID,Assay,Value,Unit\n${Array.from({ length: resultRows }, (_, i) => `C-${i},A1,${(i % 400) + 1}.5,nM\n`).join('')}`;
  const structures = (end: string) =>
    `ID,SMILES\n${Array.from({ length: resultRows }, (_, i) => `C-${i},${smiles(i % 900)}${end}\n`).join('')}`;

  it(
    'never mixes the structures of two second files: the mapping holds for the one that was looked at',
    async () => {
      const path = file('results.csv', results);
      const companion = file('structures.csv', structures('O'));
      const looked = { path: companion, name: 'structures.csv' };
      const { mapping } = await inspectFile(path, { companion: looked }, unattended);
      const order = { path, person: 'Mara Lindner', companion, mapping };
      await importFile(workspace(), order, stoppedAt('import.rows', 25_000, putOff)).catch(() => {});
      expect(count('measured_value')).toBeGreaterThan(0);
      file('structures.csv', structures('S'));
      await expect(bring(path, order)).rejects.toMatchObject({
        code: 'FILE_UNREADABLE',
        data: { file: 'structures.csv', reason: 'other-companion' },
      });
      const { mapping: anew } = await inspectFile(path, { companion: looked }, unattended);
      await bring(path, { ...order, mapping: anew });
      expect(exported()).toHaveLength(resultRows);
      expect(exported().filter(({ smiles: given }) => !given.endsWith('S'))).toEqual([]);
    },
    patience,
  );

  it(
    'begins anew when the structures that are staged are not those of the rows',
    async () => {
      // So long that they do not wait in memory for the commit, and just so many that a piece of them is staged.
      const longRows = 22_000;
      const own = (i: number) => `${'C'.repeat(1500)}${smiles(i)}`;
      const path = file(
        'long.csv',
        `ID,SMILES,Assay,Value,Unit\n${Array.from({ length: longRows }, (_, i) => `C-${i},${own(i)},A1,${(i % 400) + 1}.5,nM\n`).join('')}`,
      );
      const order = { path, person: 'Mara Lindner' };
      await importFile(workspace(), order, stoppedAt('import.rows', 21_000, putOff)).catch(() => {});
      expect(count('staged_compound')).toBeGreaterThan(0);
      workspace().catalog.db.exec(`update staged_compound set structure = 'C', structure_key = 'of C' where id = 3`);
      const { report } = await bring(path);
      expect(visible()[0]).toBe(report.measurements);
      expect(exported().filter(({ smiles: given }) => given === 'C')).toEqual([]);
    },
    patience,
  );
});

describe('a file that changes between the look at it and its rows', () => {
  it('is refused, and nothing of it stays', async () => {
    const path = file('long.csv', longCsv(20));
    let changed = false;
    const control: Control = {
      ...unattended,
      report: ({ step }) => {
        if (step !== 'import.rows' || changed) return;
        changed = true;
        writeFileSync(path, longCsv(20).replaceAll('nM', 'uM'));
      },
    };
    await expect(importFile(workspace(), { path, person: 'Mara Lindner' }, control)).rejects.toMatchObject({
      data: { reason: 'changed' },
    });
    expect(counted()).toEqual(nothing);
  });
});

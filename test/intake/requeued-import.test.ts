import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listBatches } from '../../src-main/catalog/batches.ts';
import { exportMeasurements } from '../../src-main/catalog/measurements.ts';
import { importOutcome } from '../../src-main/contract/intake.ts';
import { ownKinds, startTestEngine, type TestEngine } from '../engine/engine-for-tests.ts';
import { smiles } from './molecules.ts';

const rows = 60_000;
const idOf = (row: number) => `CMP-${row % 997}`;
const text = `Compound ID,SMILES,Assay,Relation,Value,Unit\n${Array.from(
  { length: rows },
  (_, row) => `${idOf(row)},${smiles(row % 997)},AS${row % 13},=,${row + 1},nM\n`,
).join('')}`;

describe('an import whose engine was killed', () => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await startTestEngine({ prepared: true, kinds: ownKinds });
  });
  afterEach(() => test.close());

  it('goes on by itself when the engine starts again, and brings every row in exactly once', {
    timeout: 240_000, // a process of its own, on a machine that may be busy
  }, async () => {
    const { host, access, jobs, workspace } = test.engine.context;
    const path = join(test.folder, '..', 'results.csv');
    writeFileSync(path, text);
    const program = fileURLToPath(new URL('./killed-engine-import.ts', import.meta.url));
    const child = spawn(process.execPath, [program, test.folder, host.configurationFolder, path, '25000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said, [, signal]] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
    expect(signal).toBe('SIGKILL');
    const id = said.join('');

    await access.unlockRemembered();
    expect(listBatches(workspace().catalog)).toEqual([]);
    const ended = await jobs().finished(id);
    expect(ended.state).toBe('done');
    const { outcome, report } = importOutcome.parse(ended.result);
    expect([outcome, report.rows]).toEqual([
      'imported',
      { in: rows, ready: rows - report.rows.warned, warned: report.rows.warned, rejected: 0, ignored: 0 },
    ]);
    expect(listBatches(workspace().catalog)).toMatchObject([{ state: 'committed', measurements: rows }]);
    const stored = [...exportMeasurements(workspace().catalog, null)];
    expect(stored.map(({ line }) => line)).toEqual(Array.from({ length: rows }, (_, row) => row + 2));
    expect(
      stored.every(({ companyId, givenValue }, row) => companyId === idOf(row) && givenValue === String(row + 1)),
    ).toBe(true);
    expect(
      jobs()
        .list(10)
        .filter(({ kind }) => kind === 'import'),
    ).toHaveLength(1);
  });
});

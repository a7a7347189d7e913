import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isChoraleError } from '../../src-main/contract/errors.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { usualRareRows } from '../../src-main/engine/pilot/consortium.ts';
import { findExports } from '../../src-main/engine/pilot/federation-data.ts';
import { runPilot } from '../../src-main/engine/pilot/pilot.ts';
import { type SampleCompany, writeSampleExports } from '../../src-main/engine/sample/data.ts';
import { defaultTaskRules } from '../../src-main/tasks/rules.ts';

let folder: string;
let companies: SampleCompany[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-pilot-'));
  companies = await writeSampleExports(join(folder, 'exports'), 'pilot');
  const partners = join(folder, 'data', 'partners');
  mkdirSync(partners, { recursive: true });
  const truth = companies.map(({ file, measurements, compounds, brokenStructures, assays }, index) => {
    const id = `S0${index + 1}`;
    const name = `${id}_${basename(file)}`;
    const expected = { distinct_pairs: measurements, compounds: compounds + brokenStructures, assays };
    renameSync(file, join(partners, name));
    return [id, { file: name, expected_import: expected }];
  });
  writeFileSync(join(folder, 'data', 'truth.json'), JSON.stringify({ partners: Object.fromEntries(truth) }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a pilot', () => {
  it('takes three exports to a federated model in processes of their own, with exact sums and imports as the truth says', async () => {
    const report = await runPilot(
      {
        folder: join(folder, 'pilot'),
        name: 'Pilot',
        exports: findExports(join(folder, 'data'), ['S01', 'S02', 'S03']),
        recipe: {
          ...{ rounds: 2, hidden: [8], localSteps: 2, dropout: 0.2, serverRate: 0.01, uploadSeconds: 600 },
          rareRows: usualRareRows,
        },
        rules: defaultTaskRules,
        aloneSteps: 40,
        seed: 1,
      },
      unattended,
    );
    // Of 8 bits each, and only of rows that all three touch.
    expect(report.sums).toMatchObject({ rounds: 2, numbers: 2 * report.vectorBytes, mismatches: 0 });
    expect(report.vectorBytes).toBeLessThan(32_000 * 8 + 8);
    expect(report.sums.perRound.map(({ partners }) => partners)).toEqual([3, 3]);
    for (const { imported, alone, federated, bytesUp, bytesDown } of report.partners) {
      expect(imported).toMatchObject({ agrees: true });
      expect(alone.test.tasks).toBeGreaterThan(0);
      expect(federated.test.tasks).toBe(alone.test.tasks);
      expect(bytesUp).toBeGreaterThan(2 * report.vectorBytes);
      expect(bytesDown).toBeGreaterThan(2 * report.vectorBytes);
    }
  }, 300_000);

  it('names the partner whose export is not there', () => {
    expect(() => findExports(join(folder, 'data'), ['S01', 'S09'])).toThrow(/NOT_FOUND.*S09/);
    expect(() => findExports(join(folder, 'nowhere'), ['S01'])).toThrowError(expect.toSatisfy(isChoraleError));
  });
});

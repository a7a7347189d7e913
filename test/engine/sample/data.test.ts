import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspaceWithKey } from '../../../src-main/catalog/workspace.ts';
import { chemistryParameters } from '../../../src-main/chemistry/parameters.ts';
import { openChemistry } from '../../../src-main/chemistry/pool.ts';
import { unattended } from '../../../src-main/contract/progress.ts';
import { type SampleCompany, writeSampleExports } from '../../../src-main/engine/sample/data.ts';
import { importFile } from '../../../src-main/intake/import.ts';
import { inventedSmiles } from '../../fixtures/invented-smiles.ts';

let folder: string;
let companies: SampleCompany[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-sample-'));
  companies = await writeSampleExports(join(folder, 'exports'), 'test');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the sample data', () => {
  it('is the same for the same seed, and another for another', async () => {
    const hashes = (made: readonly SampleCompany[]) =>
      made.map(({ file }) => createHash('sha256').update(readFileSync(file)).digest('hex'));
    expect(hashes(await writeSampleExports(join(folder, 'again'), 'test'))).toEqual(hashes(companies));
    expect(hashes(await writeSampleExports(join(folder, 'other'), 'other'))).not.toEqual(hashes(companies));
  });

  it('invents distinct structures that the toolkit reads', async () => {
    const structures = inventedSmiles(1000);
    const chemistry = await openChemistry({ parameters: chemistryParameters('key') });
    const results = await chemistry.standardise(
      structures.map((text) => ({ kind: 'smiles', text })),
      unattended,
    );
    await chemistry.close();
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
    expect(new Set(results.map((result) => result.ok && result.smiles)).size).toBeGreaterThan(985);
  });

  it.each([0, 1, 2])('of company %i imports without a question, bad rows named', async (at) => {
    const { file, rows, measurements, bad, repeated } = companies[at]!;
    const workspace = openWorkspaceWithKey(mkdtempSync(join(folder, 'workspace-')), new Uint8Array(32).fill(7));
    const outcome = await importFile(workspace, { path: file, person: 'Mara Lindner' }, unattended);
    workspace.close();
    expect(outcome).toMatchObject({ outcome: 'imported', decisions: [] });
    expect(outcome.report.rows).toMatchObject({ in: rows, ready: measurements, warned: 0 });
    expect(outcome.report.rows.rejected + outcome.report.rows.ignored).toBe(bad + repeated);
    expect(outcome.report.rows.rejected).toBeGreaterThan(0);
  });
});

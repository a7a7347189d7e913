import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { summariseStructures } from '../../src-main/catalog/structures.ts';
import { openWorkspaceWithKey } from '../../src-main/catalog/workspace.ts';
import { chemistryParameters, parameterHash } from '../../src-main/chemistry/parameters.ts';
import { openChemistry } from '../../src-main/chemistry/pool.ts';
import { standardiseCatalog } from '../../src-main/chemistry/standardise-catalog.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { importFile } from '../../src-main/intake/import.ts';

const real = fileURLToPath(new URL('../../../shared/data/federation/partners/P09_ibex_eln.csv.gz', import.meta.url));

describe.skipIf(!existsSync(real))('a real export (needs ../shared/data)', () => {
  it('has a standard structure for every compound, salts removed, in all folds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chorale-structures-'));
    const workspace = openWorkspaceWithKey(folder, new Uint8Array(32).fill(7));
    const chemistry = await openChemistry({ parameters: chemistryParameters('a secret of the consortium') });
    await importFile(workspace, { path: real, person: 'Mara Lindner' }, unattended);
    expect(await standardiseCatalog(workspace, chemistry, unattended)).toMatchObject({ structures: 2021, failed: 0 });
    const summary = summariseStructures(workspace.catalog, parameterHash(chemistry.parameters));
    expect(summary.steps.fragment).toBe(34);
    for (const { standardStructures } of summary.folds) expect(standardStructures).toBeGreaterThan(200);
    expect(summary.folds).toHaveLength(5);
    await chemistry.close();
    workspace.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

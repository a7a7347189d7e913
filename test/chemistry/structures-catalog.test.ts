import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { structureKey } from '../../src-main/catalog/measurements.ts';
import {
  countDuplicateGroups,
  countRemovedFragments,
  readDuplicateGroups,
  readRemovedFragments,
} from '../../src-main/catalog/structure-groups.ts';
import {
  countStructureRows,
  readStructureRows,
  type StructureQuery,
  summariseStructures,
} from '../../src-main/catalog/structures.ts';
import { openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import { type ChemistryParameters, chemistryParameters, parameterHash } from '../../src-main/chemistry/parameters.ts';
import type { Chemistry } from '../../src-main/chemistry/pool.ts';
import { standardise } from '../../src-main/chemistry/standardise.ts';
import { standardiseCatalog } from '../../src-main/chemistry/standardise-catalog.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { toolkit } from './rdkit.ts';

const parameters = chemistryParameters('a secret of the consortium');
const hash = parameterHash(parameters);
const page = { offset: 0, limit: 100 };
let folder: string;
let workspace: Workspace;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-structures-'));
  workspace = openWorkspaceWithKey(folder, randomBytes(32));
});
afterEach(() => {
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One committed batch of compounds, as an import leaves it. */
function addCompounds(compounds: readonly (readonly [companyId: string, smiles: string])[]): void {
  const { db } = workspace.catalog;
  const source = db
    .prepare(`insert into source (name, sha256, bytes, format, added_at) values ('made', 'made', 0, 'csv', '')`)
    .run().lastInsertRowid;
  const batch = db
    .prepare(
      `insert into batch (source_id, state, mapping, person, created_at) values (?, 'committed', '{}', 'Test', '')`,
    )
    .run(source).lastInsertRowid;
  const add = db.prepare(
    `insert into compound (batch_id, company_id, structure, structure_kind, structure_key, line)
     values (?, ?, ?, 'smiles', ?, ?)`,
  );
  compounds.forEach(([id, smiles], at) => {
    add.run(batch, id, smiles, structureKey('smiles', smiles), at + 2);
  });
}

/** In this thread: what the pool's workers do is tested with the pool. */
const standardiseAll = (under: ChemistryParameters = parameters) => {
  const chemistry: Pick<Chemistry, 'parameters' | 'standardise'> = {
    parameters: under,
    standardise: async (structures) => structures.map((structure) => standardise(structure, toolkit, under, undefined)),
  };
  return standardiseCatalog(workspace, chemistry, unattended);
};

const names = (query: Partial<StructureQuery>) =>
  readStructureRows(workspace.catalog, hash, { filter: 'all', search: '', ...query }, page).map(
    ({ companyId }) => companyId,
  );

describe('what the catalog keeps of standardisation', () => {
  it('holds each step with its SMILES, what it took away, and the notices', async () => {
    addCompounds([
      ['A-1', 'C[C@H](N)C(=O)[O-].[Na+].O.O'],
      ['A-2', 'CS(=O)C'],
      ['A-3', 'CCCCCCN.CCCCCNC'],
      ['A-4', 'CC(=O)O[Hg]c1ccccc1'],
      ['A-5', 'c1ccc('],
    ]);
    await standardiseAll();
    const rows = readStructureRows(workspace.catalog, hash, { filter: 'all', search: '' }, page);
    expect(rows[0]).toMatchObject({
      steps: ['stereo', 'fragment', 'charge'],
      changes: [
        { step: 'stereo', smiles: 'CC(N)C(=O)[O-].O.O.[Na+]', removed: [], groups: [] },
        { step: 'fragment', smiles: 'CC(N)C(=O)[O-]' },
        { step: 'charge', smiles: 'CC(N)C(=O)O' },
      ],
      notices: [],
    });
    expect(rows[0]!.changes[1]!.removed.map(({ smiles, kind }) => `${kind} ${smiles}`).sort()).toEqual([
      'counterIon [Na+]',
      'solvent O',
      'solvent O',
    ]);
    expect(rows[1]!.changes).toEqual([
      { step: 'functional-group', smiles: 'C[S+](C)[O-]', removed: [], groups: ['sulfoxide'] },
    ]);
    expect(rows[2]!.notices).toEqual(['mixture', 'equal-fragments']);
    expect(rows[3]!.notices).toEqual(['organometallic']);
    expect(rows[4]).toMatchObject({ steps: [], changes: [], notices: [], failure: 'unreadable' });

    const summary = summariseStructures(workspace.catalog, hash);
    expect(summary.steps).toEqual({
      stereo: 1,
      metal: 1,
      'functional-group': 1,
      fragment: 3,
      charge: 1,
      isotope: 0,
      tautomer: 0,
    });
    expect(summary.notices).toEqual({ mixture: 1, 'equal-fragments': 1, organometallic: 1, 'many-tautomers': 0 });
    expect(summary.unchanged).toBe(0);
    expect(names({ notice: 'mixture' })).toEqual(['A-3']);
    expect(names({ notice: 'organometallic' })).toEqual(['A-4']);
    expect(names({ removed: '[Na+]' })).toEqual(['A-1']);
    expect(countStructureRows(workspace.catalog, hash, { filter: 'all', search: '', removed: 'O' })).toBe(1);
  });

  it('lists what was taken away, most frequent first, each structure once', async () => {
    addCompounds([
      ['A-1', 'CCN.Cl'],
      ['A-2', 'CCCN.Cl.Cl.O'],
      ['A-3', 'CCCCN.OC(=O)C'],
      ['A-4', 'CCCCCN.CCOCCC'],
    ]);
    await standardiseAll();
    expect(countRemovedFragments(workspace.catalog, hash)).toBe(4);
    expect(readRemovedFragments(workspace.catalog, hash, page)).toEqual([
      { smiles: 'Cl', kind: 'counterIon', structures: 2 },
      { smiles: 'CC(=O)O', kind: 'counterIon', structures: 1 },
      { smiles: 'CCCOCC', kind: 'other', structures: 1 },
      { smiles: 'O', kind: 'solvent', structures: 1 },
    ]);
    expect(readRemovedFragments(workspace.catalog, hash, { offset: 1, limit: 1 })).toHaveLength(1);
  });

  it('groups structures and names that share one standard structure', async () => {
    addCompounds([
      ['A-1', 'C[C@H](N)C(=O)O'],
      ['A-2', 'C[C@@H](N)C(=O)O'],
      ['A-3', 'CC(N)C(=O)O.Cl'],
      ['B-1', 'CCO'],
      ['B-2', 'CCO'],
      ['C-1', 'CCCO'],
    ]);
    await standardiseAll();
    const { catalog } = workspace;
    expect(countDuplicateGroups(catalog, hash, '')).toBe(2);
    const [alanine, ethanol] = readDuplicateGroups(catalog, hash, '', page);
    expect(alanine).toMatchObject({ smiles: 'CC(N)C(=O)O', structures: 3, companyIds: 3 });
    expect(alanine!.members.map(({ companyId, steps }) => [companyId, ...steps].join(' '))).toEqual([
      'A-1 stereo',
      'A-2 stereo',
      'A-3 fragment',
    ]);
    expect(ethanol).toMatchObject({ smiles: 'CCO', structures: 1, companyIds: 2 });
    expect(readDuplicateGroups(catalog, hash, 'A-2', page).map(({ smiles }) => smiles)).toEqual(['CC(N)C(=O)O']);
    expect(countDuplicateGroups(catalog, hash, 'C-1')).toBe(0);
  });
});

describe('a run over a catalog that has been standardised before', () => {
  it('looks only at structures that are new', async () => {
    addCompounds([
      ['A-1', 'CCN.Cl'],
      ['A-2', 'CCO'],
      ['A-3', 'c1ccc('],
    ]);
    expect(await standardiseAll()).toEqual({ structures: 3, standardised: 3, reused: 0, failed: 1 });
    expect(await standardiseAll()).toEqual({ structures: 3, standardised: 0, reused: 3, failed: 1 });
    addCompounds([
      ['B-1', 'CCO'],
      ['B-2', 'CCCO'],
    ]);
    expect(await standardiseAll()).toEqual({ structures: 4, standardised: 1, reused: 3, failed: 1 });
  });

  it('tries again what this machine did not finish, three times in all, and keeps what then comes of it', async () => {
    addCompounds([
      ['A-1', 'CCN.Cl'],
      ['A-2', 'CCO'],
      ['A-3', 'c1ccc('],
    ]);
    const seen: string[] = [];
    const run = (failure: 'timed-out' | 'crashed-toolkit' | undefined) =>
      standardiseCatalog(
        workspace,
        {
          parameters,
          standardise: async (structures) =>
            structures.map((structure) => {
              seen.push(structure.text);
              return structure.text.startsWith('CC') && failure
                ? { ok: false, failure, detail: 'over 5 s' }
                : standardise(structure, toolkit, parameters, undefined);
            }),
        },
        unattended,
      );
    expect(await run('timed-out')).toEqual({ structures: 3, standardised: 3, reused: 0, failed: 3 });
    seen.length = 0;
    expect(await run('crashed-toolkit')).toEqual({ structures: 3, standardised: 2, reused: 1, failed: 3 });
    expect(seen.toSorted()).toEqual(['CCN.Cl', 'CCO']);
    expect(names({ failure: 'crashed-toolkit' })).toEqual(['A-1', 'A-2']);
    expect(await run(undefined)).toEqual({ structures: 3, standardised: 2, reused: 1, failed: 1 });
    expect(await run('timed-out')).toEqual({ structures: 3, standardised: 0, reused: 3, failed: 1 });
    expect(summariseStructures(workspace.catalog, hash)).toMatchObject({ standardised: 2, failed: 1, waiting: 0 });
  });

  it('leaves what was not finished three times', async () => {
    addCompounds([['A-1', 'CCO']]);
    let tried = 0;
    const hang: Pick<Chemistry, 'parameters' | 'standardise'> = {
      parameters,
      standardise: async (structures) =>
        structures.map(() => {
          tried++;
          return { ok: false, failure: 'timed-out', detail: 'over 5 s' };
        }),
    };
    for (let run = 0; run < 5; run++) await standardiseCatalog(workspace, hang, unattended);
    expect(tried).toBe(3);
    expect(await standardiseCatalog(workspace, hang, unattended)).toMatchObject({
      standardised: 0,
      reused: 1,
      failed: 1,
    });
  });

  it('looks at every structure under other parameters, and at none again under the first', async () => {
    addCompounds([
      ['A-1', 'CC(O)=N'],
      ['A-2', 'CCO'],
    ]);
    await standardiseAll();
    const others: ChemistryParameters[] = [
      { ...parameters, tautomer: 'as-given' },
      { ...parameters, key: 'another secret' },
      { ...parameters, foldRule: 'tuner-scaffold' },
    ];
    for (const other of others) {
      expect(await standardiseAll(other)).toMatchObject({ standardised: 2, reused: 0 });
      expect(await standardiseAll(other)).toMatchObject({ standardised: 0, reused: 2 });
    }
    expect(await standardiseAll()).toMatchObject({ standardised: 0, reused: 2 });
    const smilesUnder = (under: ChemistryParameters) =>
      readStructureRows(workspace.catalog, parameterHash(under), { filter: 'all', search: '' }, page).map(
        ({ smiles }) => smiles,
      );
    expect(smilesUnder(parameters)).toEqual(['CC(N)=O', 'CCO']);
    expect(smilesUnder(others[0]!)).toEqual(['CC(=N)O', 'CCO']);
  });
});

import { describe, expect, it } from 'vitest';
import { listAssays } from '../../src-main/catalog/assays.ts';
import { withdrawBatch } from '../../src-main/catalog/batches.ts';
import type { Mapping } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { importFile } from '../../src-main/intake/import.ts';
import { longCsv, smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported, workspace } = bench();
const assays = () => listAssays(workspace().catalog).map(({ code, assayType, scale }) => [code, assayType, scale]);
const table = (unit: string, value: (i: number) => string = (i) => `${i + 1}.5`) =>
  `Compound ID,SMILES,Assay,Value,Unit\n${Array.from({ length: 20 }, (_, i) => `C-${i},${smiles(i)},A1,${value(i)},${unit}\n`).join('')}`;
const typed = (mapping: Mapping, assayType: Mapping['assays'][number]['assayType']): Mapping => ({
  ...mapping,
  assays: mapping.assays.map((assay) => ({ ...assay, assayType, direction: 'high' as const })),
});

describe('the type of an assay', () => {
  it('is the one that was chosen, also where only a withdrawn batch knew the assay', async () => {
    const path = file('a.csv', table('nM'));
    const first = await bring(path);
    expect(assays()).toEqual([['A1', 'OTHER', 'p']]);
    withdrawBatch(workspace().catalog, first.batchId!);
    const second = await bring(path, { mapping: typed(first.mapping, 'CATALOG-PANEL') });
    expect([second.outcome, assays()]).toEqual(['imported', [['A1', 'CATALOG-PANEL', 'p']]]);
    expect(workspace().catalog.db.prepare('select direction from assay').pluck().all()).toEqual(['high']);
  });

  it('is asked for where the catalogue has another one, and then holds for all batches or stays', async () => {
    const first = await bring(file('a.csv', table('nM')));
    const path = file(
      'b.csv',
      table('nM', (i) => `${i + 2}.5`),
    );
    const mapping = typed(first.mapping, 'NON-CATALOG-PANEL');
    const asked = await bring(path, { mapping });
    expect([asked.outcome, asked.decisions]).toMatchObject([
      'needs-decision',
      [{ kind: 'assay-type', state: 'open', data: { assay: 'A1', known: 'OTHER', chosen: 'NON-CATALOG-PANEL' } }],
    ]);
    expect(assays()).toEqual([['A1', 'OTHER', 'p']]);
    expect((await bring(path, { mapping: typed(mapping, 'OTHER') })).outcome).toBe('imported');
    const confirmed = asked.decisions.map(({ id }) => id);
    await bring(path, { again: true, mapping: { ...mapping, confirmed } });
    expect(assays()).toEqual([['A1', 'NON-CATALOG-PANEL', 'p']]);
  });

  it('comes with its batch or not at all', async () => {
    const path = file('a.csv', table('nM'));
    const first = await bring(path);
    withdrawBatch(workspace().catalog, first.batchId!);
    const stop = new AbortController();
    const control = {
      signal: stop.signal,
      report: ({ step }: { step: string }) => step === 'import.commit' && stop.abort(),
    };
    const order = { path, person: 'Mara Lindner', mapping: typed(first.mapping, 'CATALOG-PANEL') };
    await expect(importFile(workspace(), order, control)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(workspace().catalog.db.prepare('select assay_type from assay').pluck().all()).toEqual(['OTHER']);
  });
});

describe('the scale of an assay', () => {
  it('is that of the catalogue, whatever a mapping says', async () => {
    const first = await bring(file('a.csv', table('%')));
    expect(assays()).toEqual([['A1', 'OTHER', 'linear']]);
    const mapping = { ...first.mapping, assays: [{ code: 'A1', assayType: 'OTHER' as const, scale: 'p' as const }] };
    const { report } = await bring(file('b.csv', table('nM')), { mapping });
    expect(report.groups).toMatchObject([{ reason: 'unit-does-not-fit-assay', rows: 20 }]);
  });

  it('is that of its first value where it first stands below the rows that were looked at', async () => {
    const late = (from: number, unit: string) =>
      Array.from({ length: 10 }, (_, i) => `L-${i},Oc1ccccc1,LATE,${from + i}.5,${unit}\n`).join('');
    const long = longCsv(110_000).replace('Assay,Relation,', 'Assay,').replaceAll(',=,', ',');
    const { report } = await importFile(
      workspace(),
      { path: file('long.csv', long + late(1, 'nM') + late(31, '%')), person: 'Mara Lindner' },
      unattended,
    );
    expect(report.groups.filter(({ severity }) => severity === 'rejected')).toMatchObject([
      { reason: 'unit-does-not-fit-assay', rows: 10 },
    ]);
    const scales = exported().flatMap(({ assay, scale }) => (assay === 'LATE' ? [scale] : []));
    expect(scales).toEqual(Array.from({ length: 10 }, () => 'p'));
  });
});

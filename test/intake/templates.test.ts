import { describe, expect, it } from 'vitest';
import { listBatches, withdrawBatch } from '../../src-main/catalog/batches.ts';
import {
  listTemplates,
  readTemplate,
  removeTemplate,
  renameTemplate,
  saveTemplate,
} from '../../src-main/catalog/templates.ts';
import type { Inspection, Mapping } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { headerFingerprint, headerOf, withTemplates } from '../../src-main/intake/templates.ts';
import { smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported, workspace } = bench();
const catalog = () => workspace().catalog;
const table = (head: string, row: (i: number) => string) =>
  [head].concat(Array.from({ length: 20 }, (_, i) => row(i))).join('\n');
const first = table(
  'ID,SMILES,Test,Wert,Einheit,Kommentar',
  (i) => `C-${i},${smiles(i)},A${i % 2},${i + 1},zorkmid,ok`,
);

const inspect = (path: string, mapping?: Mapping): Promise<Inspection> =>
  inspectFile(path, { catalog: catalog(), ...(mapping && { mapping }) }, unattended);
const look = async (path: string, mapping?: Mapping): Promise<Inspection> =>
  withTemplates(catalog(), await inspect(path, mapping), (other) => inspect(path, other));

/** A file whose unit a person has to say, and the mapping with what was said. */
async function saved(name = 'Plate reader'): Promise<Mapping> {
  const path = file('first.csv', first);
  const { mapping: proposed } = await inspect(path);
  const { mapping } = await inspect(path, { ...proposed, units: [{ spelling: 'zorkmid', unit: 'uM' }] });
  const decided: Mapping = {
    ...mapping,
    assays: mapping.assays.map((assay) => ({ ...assay, assayType: 'ADME' as const })),
    columns: mapping.columns.map((one) => (one.column === 'Kommentar' ? { ...one, target: 'relation' as const } : one)),
  };
  saveTemplate(catalog(), name, decided, headerOf(decided), 'Mara Lindner', new Date());
  return decided;
}

describe('a template', () => {
  it('is offered on the next file with the same columns, and taken only when it is handed in', async () => {
    await saved();
    const next = table(
      'ID,SMILES,Test,Wert,Einheit,Kommentar',
      (i) => `D-${i},${smiles(i)},A${i % 3},${i + 1},zorkmid,`,
    );
    const path = file('next.csv', next);
    const untouched = await look(path);
    expect(untouched.mapping.template).toBeUndefined();
    expect(untouched.mapping.units).toEqual([]);
    expect(untouched.decisions.map(({ id }) => id)).toContain('unit-spelling:zorkmid');
    const [offer] = untouched.templates!;
    expect(offer).toMatchObject({
      template: { name: 'Plate reader', version: 1 },
      fit: 'exact',
      share: 1,
      diff: { added: [], missing: [], renamed: [], reading: [], unitSpellings: [], assays: ['A2'] },
    });
    const taken = await look(path, offer!.mapping);
    expect(taken.mapping.template).toEqual(offer!.template);
    expect(taken.mapping.units).toContainEqual({ spelling: 'zorkmid', unit: 'uM' });
    expect(taken.assays.map(({ code, assayType }) => [code, assayType]).sort()).toEqual([
      ['A0', 'ADME'],
      ['A1', 'ADME'],
      ['A2', 'OTHER'],
    ]);
    expect(taken.proposals.find(({ column }) => column === 'Kommentar')?.reason).toEqual({
      key: 'by-template',
      data: { template: 'Plate reader', version: 1 },
    });
  });

  it('names what differs: columns more, less or written otherwise, separators, units and assays that are new', async () => {
    await saved();
    const next = table(
      'id;Smiles;TEST;Wert;Einheit;Datum',
      (i) => `D-${i};${smiles(i)};B;${i + 1};${i % 2 ? 'furlong' : 'zorkmid'};2024-01-0${1 + (i % 9)}`,
    );
    const { templates } = await look(file('next.csv', next));
    expect(templates).toMatchObject([
      {
        fit: 'near',
        share: 5 / 7,
        diff: {
          added: ['Datum'],
          missing: [{ column: 'Kommentar', target: 'relation' }],
          renamed: [
            { from: 'ID', to: 'id' },
            { from: 'SMILES', to: 'Smiles' },
            { from: 'Test', to: 'TEST' },
          ],
          reading: [{ part: 'delimiter', from: ',', to: ';' }],
          unitSpellings: ['furlong'],
          assays: ['B'],
        },
      },
    ]);
    const targets = templates![0]!.mapping.columns.map(({ column, target }) => [column, target]);
    expect(targets).toEqual([
      ['id', 'compound-id'],
      ['Smiles', 'structure'],
      ['TEST', 'assay'],
      ['Wert', 'value'],
      ['Einheit', 'unit'],
      ['Datum', 'unused'],
    ]);
  });

  it('is not offered on a file of another kind', async () => {
    await saved();
    const other = table('Molecule,Structure,hERG IC50 (nM)', (i) => `C-${i},${smiles(i)},${i + 1}`);
    expect((await look(file('other.csv', other))).templates).toEqual([]);
  });

  it('goes into the batch with its version, and counts the batches that were read with it', async () => {
    await saved();
    const path = file('next.csv', first.replaceAll('ok', ''));
    const { templates } = await look(path);
    const { batchId } = await bring(path, { mapping: templates![0]!.mapping });
    expect(exported()[0]).toMatchObject({ value: 6, scale: 'p' });
    expect(listBatches(catalog())[0]).toMatchObject({
      template: { name: 'Plate reader', version: 1 },
      person: 'Mara Lindner',
    });
    expect(listTemplates(catalog())[0]?.batches).toBe(1);
    withdrawBatch(catalog(), batchId!);
    expect(listTemplates(catalog())[0]?.batches).toBe(0);
  });

  it('gets a new version under the same name, another name when it is free, and is gone once removed', async () => {
    const mapping = await saved();
    await saved();
    const [template] = listTemplates(catalog());
    expect(template).toMatchObject({ name: 'Plate reader', version: 2, columns: 6, layout: 'long', format: 'csv' });
    expect(readTemplate(catalog(), template!.id).mapping.units).toEqual(mapping.units);
    await saved('Other');
    expect(() => renameTemplate(catalog(), template!.id, 'Other')).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
    expect(renameTemplate(catalog(), template!.id, 'Reader').name).toBe('Reader');
    removeTemplate(catalog(), template!.id);
    expect(listTemplates(catalog()).map(({ name }) => name)).toEqual(['Other']);
    expect(() => readTemplate(catalog(), template!.id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    // Its number is not given to another one, which old batches would then seem to come from.
    await saved('Third');
    expect(listTemplates(catalog()).every(({ id }) => id !== template!.id)).toBe(true);
  });

  it('knows a header by its columns, whatever their order, case, width and spaces', () => {
    expect(headerFingerprint(['ID', 'Test  name', 'ＩＣ５０'])).toBe(headerFingerprint(['ic50', 'id', ' test name']));
    expect(headerFingerprint(['ID', 'IC50'])).not.toBe(headerFingerprint(['ID', 'Ki']));
  });
});

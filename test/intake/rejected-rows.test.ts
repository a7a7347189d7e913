import { describe, expect, it } from 'vitest';
import { listAssays } from '../../src-main/catalog/assays.ts';
import { listBatches, readBatch, withdrawBatch } from '../../src-main/catalog/batches.ts';
import { pageOfFindings } from '../../src-main/catalog/rejected-rows.ts';
import { saveTemplate } from '../../src-main/catalog/templates.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { rejectedCsv, rejectedCsvOfPreview } from '../../src-main/intake/rejected-csv.ts';
import { headerOf, withTemplates } from '../../src-main/intake/templates.ts';
import { longCsv, smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported, workspace } = bench();
const catalog = () => workspace().catalog;
const head = 'Compound ID,SMILES,Assay,Relation,Value,Unit,Note\n';
const good = Array.from({ length: 20 }, (_, i) => `C-${i},${smiles(i)},A1,=,${i + 1},nM,\n`).join('');

async function ofPreview(path: string, signal?: AbortSignal): Promise<string> {
  const { mapping } = await inspectFile(path, { catalog: catalog() }, unattended);
  const control = signal === undefined ? unattended : { ...unattended, signal };
  let text = '';
  for await (const piece of rejectedCsvOfPreview(path, mapping, control, { catalog: catalog() })) text += piece;
  return text;
}

describe('rejected rows', () => {
  it('are there as a file already after the preview, the same that the batch gives', async () => {
    const text = longCsv(30_000).replaceAll(/,(\d*7),nM/g, ',n.b.,nM');
    const path = file('long.csv', text);
    const before = await ofPreview(path);
    const { batchId, report } = await bring(path);
    expect(before).toBe([...rejectedCsv(catalog(), batchId!)].join(''));
    expect(before.split('\r\n')).toHaveLength(1 + report.rows.rejected + 1);
  });

  it('come in once they are mended, with cells that a spreadsheet would run, and ids that look like them', async () => {
    const bad = [
      '-7,CCO,A1,=,n.b.,nM,=1+1',
      '+C-8,CCC,A1,=,n.b.,nM,"@SUM(A1,2)"',
      '=C-9,CCN,A1,=,n.b.,nM,"-2+3"',
      "'C-10,CCNC,A1,>,n.b.,nM,-5.5",
    ].map((line) => `${line}\n`);
    const path = file('formulas.csv', head + good + bad.join(''));
    const csv = await ofPreview(path);
    for (const cell of csv
      .split('\r\n')
      .slice(1)
      .flatMap((line) => line.split(','))) {
      expect(cell.replace(/^"/, '')).not.toMatch(/^[=+@-](?=.*[A-Za-z(])/);
    }
    const { batchId } = await bring(path);
    expect(pageOfFindings(catalog(), { batchId: batchId!, offset: 0, limit: 9 }).total).toBe(4);
    const { mapping } = readBatch(catalog(), batchId!);
    saveTemplate(catalog(), 'Mended', mapping, headerOf(mapping), 'Mara Lindner', new Date());
    const again = file('mended.csv', csv.replaceAll('n.b.', '5'));
    const { templates } = await withTemplates(catalog(), await inspectFile(again, {}, unattended));
    expect(templates).toMatchObject([{ fit: 'near', diff: { added: ['Rejected line', 'Rejected reason'] } }]);
    const mended = await bring(again, { mapping: templates![0]!.mapping });
    expect(mended).toMatchObject({ outcome: 'imported', report: { rows: { in: 4, ready: 4 } } });
    expect(exported().slice(20)).toMatchObject([
      { companyId: '-7', smiles: 'CCO', relation: '=' },
      { companyId: '+C-8', smiles: 'CCC', relation: '=' },
      { companyId: '=C-9', smiles: 'CCN', relation: '=' },
      { companyId: "'C-10", smiles: 'CCNC', relation: '<' },
    ]);
  });

  it('stop being read when nobody wants them any more, or the file cannot be read', async () => {
    const path = file('long.csv', longCsv(30_000).replaceAll(',nM', ',furlong'));
    const { mapping } = await inspectFile(path, {}, unattended);
    for await (const piece of rejectedCsvOfPreview(path, mapping, unattended, {})) {
      expect(piece).toContain('Rejected reason');
      break;
    }
    await expect(ofPreview(path, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('a batch that is withdrawn', () => {
  it('takes its measurements out of sight and nothing else, and stays on record', async () => {
    const first = await bring(file('a.csv', head + good));
    const second = await bring(file('b.csv', head + good.replaceAll('A1', 'A2').replaceAll('C-1', 'D-1')));
    const before = exported();
    const third = await bring(file('c.csv', `${head}${good.replaceAll('C-', 'E-')}E-1,CCO,A1,=,n.b.,nM,\n`));
    expect(exported()).toHaveLength(60);
    const withdrawn = withdrawBatch(catalog(), third.batchId!);
    expect(withdrawn).toMatchObject({ state: 'withdrawn', measurements: 20, person: 'Mara Lindner' });
    expect(exported()).toEqual(before);
    expect(listAssays(catalog()).map(({ code, measurements }) => [code, measurements])).toEqual([
      ['A1', 20],
      ['A2', 20],
    ]);
    expect(pageOfFindings(catalog(), { batchId: third.batchId!, offset: 0, limit: 9 }).total).toBe(1);
    expect([...rejectedCsv(catalog(), third.batchId!)]).toHaveLength(2);
    expect(listBatches(catalog()).map(({ id, state }) => [id, state])).toEqual([
      [third.batchId, 'withdrawn'],
      [second.batchId, 'committed'],
      [first.batchId, 'committed'],
    ]);
    withdrawBatch(catalog(), first.batchId!);
    expect(listAssays(catalog()).map(({ code }) => code)).toEqual(['A2']);
    expect(exported()).toEqual(before.slice(20));
    expect(readBatch(catalog(), first.batchId!).rows.in).toBe(20);
    const again = await bring(file('a.csv', head + good));
    expect(again.outcome).toBe('imported');
    expect(exported()).toHaveLength(40);
  });
});

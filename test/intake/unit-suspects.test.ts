import { describe, expect, it } from 'vitest';
import type { Mapping } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { type InspectOptions, inspectFile } from '../../src-main/intake/inspect.ts';
import { table } from './made-table.ts';
import { smiles } from './molecules.ts';
import { bench } from './workspace-for-tests.ts';

const { file, bring, exported } = bench();
const inspect = (text: string, options: InspectOptions = {}) =>
  inspectFile(file('file.csv', text), options, unattended);

describe('units that the values speak against', () => {
  const rows = (
    value: (i: number, assay: number) => number | string,
    unit: (assay: number, i: number) => string,
    assays = 6,
  ) =>
    table(
      ['ID', 'SMILES', 'Assay', 'Value', 'Unit'],
      (i) => [`C-${i}`, smiles(i), `A${i % assays}`, value(i, i % assays), unit(i % assays, i)],
      assays * 20,
    );
  /** Between 30 nM and 30 uM, as in any screen. */
  const nanomolar = (i: number) => Number((30 * 10 ** (((i * 7) % 23) * 0.13)).toPrecision(3));
  const suspects = async (text: string) =>
    (await inspect(text)).decisions
      .filter(({ kind }) => kind === 'unit-suspect')
      .map(({ state, data, suggestion, assays }) => ({
        state,
        sign: data.sign,
        suggestion,
        assays,
      }));

  it('are not raised by ordinary values in nM, uM and pIC50 side by side', async () => {
    expect(
      await suspects(
        rows(
          (i, assay) =>
            [nanomolar(i), nanomolar(i) / 1000, Number((9 - Math.log10(nanomolar(i))).toFixed(2))][assay % 3]!,
          (assay) => ['nM', 'uM', 'pIC50'][assay % 3]!,
        ),
      ),
    ).toEqual([]);
  });

  it('are raised where the header of the values says another one than the unit column, until somebody says which holds', async () => {
    const text = table(
      ['ID', 'SMILES', 'Assay', 'IC50 (nM)', 'Conc Unit'],
      (i) => [`C-${i}`, smiles(i), `A${i % 2}`, nanomolar(i), 'uM'],
      40,
    );
    const { decisions, mapping } = await inspect(text);
    expect(decisions.filter(({ kind }) => kind === 'unit-suspect')).toMatchObject([
      {
        state: 'open',
        suggestion: 'nM',
        data: { sign: 'column-disagrees', column: 'IC50 (nM)', said: 'nM', unit: 'uM' },
        assays: ['A0', 'A1'],
      },
    ]);
    const about = (changes: Partial<Mapping>) =>
      inspect(text, { mapping: { ...mapping, ...changes } }).then((found) =>
        found.decisions.filter(({ kind, state }) => kind === 'unit-suspect' && state === 'open'),
      );
    const asHeader = ['A0', 'A1'].map((assay) => ({ assay, spelling: 'uM', unit: 'nM' as const }));
    expect(await about({ units: [...mapping.units, ...asHeader] })).toEqual([]);
    expect(await about({ confirmed: decisions.map(({ id }) => id) })).toEqual([]);
  });

  it('are raised for an assay in uM that says nM, and for p-values that say nM', async () => {
    const wrong = rows(
      (i, assay) => (assay === 2 ? nanomolar(i) / 1000 : nanomolar(i)),
      () => 'nM',
    );
    expect(await suspects(wrong)).toEqual([
      { state: 'suggested', sign: 'median-off', suggestion: 'uM', assays: ['A2'] },
    ]);
    const pLike = rows(
      (i, assay) => (assay === 1 ? (5 + (i % 20) / 10).toFixed(2) : nanomolar(i)),
      () => 'nM',
    );
    expect(await suspects(pLike)).toEqual([{ state: 'suggested', sign: 'p-like', suggestion: 'p', assays: ['A1'] }]);
  });

  it('stop the import where no value can be what it says, and within an assay where two spellings lie three apart', async () => {
    const impossible = rows(
      (i, assay) => (assay === 0 ? nanomolar(i) : 6),
      (assay) => (assay === 0 ? 'pIC50' : 'nM'),
    );
    expect(await suspects(impossible)).toMatchObject([{ state: 'open', sign: 'impossible-p', assays: ['A0'] }]);
    const molarAsNano = rows(
      (i, assay) => (assay === 3 ? nanomolar(i) * 1e-9 : nanomolar(i)),
      () => 'nM',
    );
    expect(await suspects(molarAsNano)).toEqual([
      { state: 'open', sign: 'tiny-concentrations', suggestion: 'M', assays: ['A3'] },
    ]);
    const mixed = rows(
      (i) => nanomolar(i),
      (assay, i) => (assay === 4 && i % 15 === 4 ? 'uM' : 'nM'),
      5,
    );
    const [within] = await suspects(mixed);
    expect(within).toMatchObject({ state: 'open', sign: 'median-off', suggestion: 'nM', assays: ['A4'] });
    const quantities = rows(
      (i) => nanomolar(i),
      (_assay, i) => (i % 2 === 0 ? 'mL/min/kg' : 'uL/min/mg'),
      3,
    );
    expect(await suspects(quantities)).toMatchObject([
      { state: 'open', sign: 'mixed-units', assays: ['A0', 'A1', 'A2'] },
    ]);
  });

  it('are corrected for one assay alone, or left as they are, by what a person says', async () => {
    const text = rows(
      (i, assay) => (assay === 3 ? nanomolar(i) * 1e-9 : nanomolar(i)),
      () => 'nM',
    );
    const path = file('file.csv', text);
    const first = await bring(path);
    expect(first.outcome).toBe('needs-decision');
    const [decision] = first.decisions;
    const corrected = {
      ...first.mapping,
      units: [...first.mapping.units, { spelling: 'nM', unit: 'M' as const, assay: 'A3' }],
    };
    const second = await bring(path, { mapping: corrected });
    expect([second.outcome, second.report.rows.rejected]).toEqual(['imported', 0]);
    const values = exported().filter(({ assay }) => assay === 'A3');
    expect(values.every(({ value }) => value > 4 && value < 8)).toBe(true);
    const confirmed = await bring(path, { again: true, mapping: { ...first.mapping, confirmed: [decision!.id] } });
    expect(confirmed.outcome).toBe('imported');
  });
});

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { Mapping } from '../../src-main/contract/intake.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { inspectFile } from '../../src-main/intake/inspect.ts';
import { bench } from './workspace-for-tests.ts';

const sources = fileURLToPath(new URL('../../../shared/data/sources/', import.meta.url));

type Raw = Readonly<Record<string, string>>;
type Expected = { readonly id: string; readonly assay: string; readonly relation?: string; readonly value: number };

/** What a person has to say, and what every row then means, reckoned here without any of intake's code. */
type Source = {
  readonly file: string;
  /** Ids of decisions that stop the import until a person answers. */
  readonly open: readonly string[];
  readonly choices?: Partial<Mapping['constants']>;
  readonly expected: (row: Raw, line: number) => readonly Expected[];
};

const flip = { '=': '=', '>': '<', '>=': '<', '>>': '<', '<': '>', '<=': '>', '~': '=' } as const;
const p = (value: string, power: number): number => power - Math.log10(Number(value));
const filled = (row: Raw, columns: readonly string[]) => columns.filter((column) => (row[column] ?? '') !== '');

const moleculeAce = (): readonly Source[] =>
  !existsSync(sources)
    ? []
    : readdirSync(`${sources}moleculeace`)
        .filter((file) => file !== 'datasets_metadata.csv')
        .map((file) => {
          const assay = file.replace(/\.csv(\.gz)?$/, '');
          return {
            file: `moleculeace/${file}`,
            open: ['target:assay'],
            choices: { assay },
            expected: (row) =>
              filled(row, ['exp_mean [nM]']).map((column) => ({
                id: row.chembl_id!,
                assay,
                value: p(row[column]!, 9),
              })),
          };
        });

const landrum = (): readonly Source[] =>
  !existsSync(sources)
    ? []
    : readdirSync(`${sources}raw_chembl_exports/landrum_overlap`).map((file) => ({
        file: `raw_chembl_exports/landrum_overlap/${file}`,
        open: [],
        expected: (row) => [
          { id: row.compound_chembl_id!, assay: row.assay_chembl_id!, value: Number(row.pchembl_value) },
        ],
      }));

const toxAssays = ['NR-AR', 'NR-AR-LBD', 'NR-AhR', 'NR-Aromatase', 'NR-ER', 'NR-ER-LBD', 'NR-PPAR-gamma'].concat([
  'SR-ARE',
  'SR-ATAD5',
  'SR-HSE',
  'SR-MMP',
  'SR-p53',
]);
const pxr = { 'Agonist Potency (uM)': 6, 'Viability Potency (uM)': 6 } as const;

const table: readonly Source[] = [
  {
    file: 'raw_chembl_exports/ChEMBL_hERG_walters.csv.gz',
    open: [],
    expected: (row) => [
      {
        id: row.molregno!,
        assay: row.tgt_chembl_id!,
        relation: flip[row.standard_relation as '='],
        value: p(row.standard_value!, 9),
      },
    ],
  },
  {
    file: 'raw_chembl_exports/EGFR_compounds_teachopencadd.csv.gz',
    open: ['target:assay'],
    choices: { assay: 'EGFR' },
    expected: (row) => [{ id: row.molecule_chembl_id!, assay: 'EGFR', value: Number(row.pIC50) }],
  },
  ...landrum(),
  {
    file: 'pubchem/pxr_AID_1347033_datatable.csv.gz',
    open: [],
    expected: (row) =>
      row.PUBCHEM_CID === ''
        ? []
        : [
            ...filled(row, Object.keys(pxr)).map((assay) => ({
              id: row.PUBCHEM_CID!,
              assay,
              value: p(row[assay]!, pxr[assay as keyof typeof pxr]),
            })),
            ...filled(row, ['Agonist Efficacy (%)', 'Viability Efficacy (%)']).map((assay) => ({
              id: row.PUBCHEM_CID!,
              assay,
              value: Number(row[assay]),
            })),
          ],
  },
  {
    file: 'tox/tox21.csv.gz',
    open: [],
    expected: (row) =>
      filled(row, toxAssays).map((assay) => ({ id: row.mol_id!, assay, value: row[assay] === '1' ? 1 : -1 })),
  },
  {
    file: 'adme/ADME_public_set_3521.csv.gz',
    open: [],
    expected: (row) =>
      filled(
        row,
        Object.keys(row).filter((column) => column.startsWith('LOG ')),
      ).map((assay) => ({
        id: row['Internal ID']!,
        assay,
        value: Number(row[assay]),
      })),
  },
  {
    file: 'adme/BBBP.csv',
    open: ['target:assay'],
    choices: { assay: 'BBBP' },
    expected: (row) => [{ id: row.name!.trim(), assay: 'BBBP', value: row.p_np === '1' ? 1 : -1 }],
  },
  {
    file: 'adme/Lipophilicity_AZ.csv.gz',
    open: ['target:assay'],
    choices: { assay: 'logD7.4' },
    expected: (row) => [{ id: row.CMPD_CHEMBLID!, assay: 'logD7.4', value: Number(row.exp) }],
  },
  {
    // Its log10(mol/L) becomes -log10(mol/L), as every concentration does.
    file: 'adme/delaney-processed.csv',
    open: ['target:assay'],
    choices: { assay: 'ESOL' },
    expected: (row) => [
      {
        id: row['Compound ID']!.trim(),
        assay: 'ESOL',
        value: -Number(row['measured log solubility in mols per litre']),
      },
    ],
  },
  {
    file: 'adme/CYP3A4_chembl_pchembl_openadmet.csv.gz',
    open: ['no-compound-id', 'target:assay'],
    choices: { assay: 'CYP3A4', compoundId: 'structure' },
    expected: (row) => [{ id: row.CANONICAL_SMILES!, assay: 'CYP3A4', value: Number(row['pChEMBL mean']) }],
  },
  ...moleculeAce(),
];

function rowsOf(file: string): readonly Raw[] {
  const bytes = readFileSync(`${sources}${file}`);
  const text = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  return parse(text, { columns: true, bom: true, relax_column_count: true, skip_empty_lines: false }) as Raw[];
}

describe.skipIf(!existsSync(sources))('raw public exports (skipped without ../shared/data/sources)', () => {
  const { bring, exported, workspace } = bench();

  it.each(table)(
    '$file comes in with every row accounted for and every value right',
    { timeout: 60_000 },
    async (source) => {
      const path = `${sources}${source.file}`;
      const { catalog } = workspace();
      const proposed = await inspectFile(path, { catalog }, unattended);
      expect(proposed.decisions.filter(({ state }) => state === 'open').map(({ id }) => id)).toEqual(source.open);
      const { mapping } = proposed;
      const chosen = { ...mapping, constants: { ...mapping.constants, ...source.choices } };
      const { outcome, report } = await bring(path, source.open.length === 0 ? {} : { mapping: chosen });
      expect([outcome, basename(path)]).toEqual(['imported', basename(path)]);

      const raw = rowsOf(source.file);
      const { rows } = report;
      expect(rows.in).toBe(raw.length);
      expect(rows.ready + rows.warned + rows.rejected + rows.ignored).toBe(raw.length);

      const key = ({ id, assay, relation = '=', value }: Expected) =>
        `${id}\n${assay}\n${relation}\n${value.toFixed(4)}`;
      const left = new Map<string, number>();
      const unique = new Set<string>();
      let withoutLogarithm = 0;
      for (const [at, row] of raw.entries()) {
        const whole = Object.values(row).join('\u0001');
        if (unique.has(whole)) continue; // said before, counted once
        unique.add(whole);
        for (const expected of source.expected(row, at + 2)) {
          // A concentration of zero has no logarithm: its row is rejected by name.
          if (Number.isFinite(expected.value)) left.set(key(expected), (left.get(key(expected)) ?? 0) + 1);
          else withoutLogarithm += 1;
        }
      }
      const surplus: string[] = [];
      for (const { companyId, assay, relation, value } of exported()) {
        const found = key({ id: companyId, assay, relation, value });
        const times = left.get(found) ?? 0;
        if (times === 0) surplus.push(found);
        left.set(found, times - 1);
      }
      const missing = [...left].filter(([, times]) => times > 0).map(([one]) => one);
      expect(report.groups.find(({ reason }) => reason === 'not-positive')?.rows ?? 0).toBe(withoutLogarithm);
      expect([surplus.slice(0, 3), missing.slice(0, 3)]).toEqual([[], []]);
    },
  );
});

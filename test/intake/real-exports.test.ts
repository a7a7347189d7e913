import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listAssays } from '../../src-main/catalog/assays.ts';
import { federation, readTruth, trueValues } from './federation-truth.ts';
import { bench } from './workspace-for-tests.ts';

/** Log units; what rounding in the export may cost, and a floating-point hair beyond the half of the last digit. */
const tolerance = 0.005 + 1e-9;

/** None of them needs a choice that stops the import; what it goes on with and says so is listed. */
const exports: readonly (readonly [string, string, readonly string[]])[] = [
  ['P01', 'CSV in nM with linear ADME', ['unit-spelling:log', 'unit-spelling:ug/mL', 'unit-suspect']],
  ['P02', 'TSV in uM with empty qualifiers', ['unit-spelling:log', 'unit-suspect']],
  ['P03', 'German CSV with decimal commas and repeated rows', ['unit-spelling:log']],
  ['P04', 'CSV of half pIC50, half molar', ['unit-spelling:log', 'unit-suspect']],
  ['P05', 'workbook of two sheets with salts', ['unit-spelling:log', 'unit-suspect']],
  ['P06', 'wide SDF without a single unit', ['column-unit:p', 'column-unit:log10', 'unit-suspect']],
  ['P07', 'matrix between bars', ['column-unit:p', 'column-unit:log10']],
  ['P08', 'pair of French files to join', ['unit-spelling:log', 'unit-suspect']],
  ['P09', 'CSV with two value columns and relations inside the values', ['column-unit:log10']],
  ['P10', 'Japanese workbook with titles above the header', ['unit-spelling:log']],
];

describe.skipIf(!existsSync(federation))(
  'real exports of the federation (skipped without ../shared/data/federation)',
  () => {
    const { bring, exported, workspace } = bench();

    it.each(exports)(
      '%s, a %s, comes in by the proposed mapping alone: every count, value and relation as in the truth',
      { timeout: 60_000 },
      async (partner, _what, asked) => {
        const { file, assays, expected_import: expected } = readTruth().partners[partner]!;
        const [results, structures] = typeof file === 'string' ? [file] : file;
        const companion = structures === undefined ? null : `${federation}partners/${structures}`;
        const { outcome, report, decisions } = await bring(`${federation}partners/${results}`, { companion });

        expect(outcome).toBe('imported');
        expect(decisions.map(({ state }) => state).filter((state) => state === 'open')).toEqual([]);
        const questions = decisions.map(({ id, kind }) => (kind === 'unit-suspect' ? kind : id));
        expect([...new Set(questions)].sort()).toEqual([...asked].sort());
        expect([report.measurements, report.compounds, report.assays, report.rows.rejected]).toEqual([
          expected.distinct_pairs,
          expected.compounds,
          expected.assays,
          0,
        ]);
        const { rows } = report;
        expect(rows.ready + rows.warned + rows.rejected + rows.ignored).toBe(rows.in);
        if (companion !== null) {
          expect(report.join).toMatchObject({ keys: expected.compounds, found: expected.compounds, conflicting: 0 });
        }

        const truth = trueValues(partner);
        const stored = exported();
        expect(stored).toHaveLength(expected.distinct_pairs);
        const wrong = stored.filter(({ companyId, assay, relation, value }) => {
          const right = truth.get(`${companyId} ${assay}`);
          return right === undefined || relation !== right.relation || Math.abs(value - right.value) > tolerance;
        });
        expect(wrong).toEqual([]);
        expect(new Set(stored.map(({ companyId, assay }) => `${companyId} ${assay}`)).size).toBe(truth.size);
        const expectedScale = (assay: string) => (assays[assay]?.assay_id.includes('-ADME_') === true ? 'log10' : 'p');
        expect(stored.filter(({ assay, scale }) => scale !== expectedScale(assay))).toEqual([]);
        const types = listAssays(workspace().catalog).map(({ code, assayType }) => [code, assayType]);
        // P05 lists its assays on a sheet; elsewhere nothing tells a panel, or a cytochrome, which counts as ADME.
        const names = { ADME: 'ADME', PANEL: 'NON-CATALOG-PANEL', OTHER: 'OTHER' } as const;
        const said = ([code, { assay_type: type }]: [string, { readonly assay_type: string }]) =>
          partner === 'P05' ? names[type as 'OTHER'] : expectedScale(code) === 'log10' ? 'ADME' : 'OTHER';
        expect(types.sort()).toEqual(
          Object.entries(assays)
            .map((entry) => [entry[0], said(entry)])
            .sort(),
        );
      },
    );
  },
);

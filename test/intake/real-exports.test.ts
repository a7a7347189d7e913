import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { federation, readTruth, trueValues } from './federation-truth.ts';
import { bench } from './workspace-for-tests.ts';

/** Log units; what rounding in the export may cost, and a floating-point hair beyond the half of the last digit. */
const tolerance = 0.005 + 1e-9;

describe.skipIf(!existsSync(federation))(
  'real exports of the federation (skipped without ../shared/data/federation)',
  () => {
    const { bring, exported } = bench();

    it.each([
      ['P03', 'German CSV with decimal commas and repeated rows'],
      ['P06', 'wide SDF without a single unit'],
      ['P07', 'matrix between bars'],
      ['P09', 'CSV with two value columns and relations inside the values'],
      ['P10', 'Japanese workbook with titles above the header'],
    ])(
      '%s, a %s, comes in by the proposed mapping alone: every count, value and relation as in the truth',
      async (partner) => {
        const { file, assays, expected_import: expected } = readTruth().partners[partner]!;
        const { outcome, report } = await bring(`${federation}partners/${file}`);

        expect(outcome).toBe('imported');
        expect([report.measurements, report.compounds, report.assays, report.rows.rejected]).toEqual([
          expected.distinct_pairs,
          expected.compounds,
          expected.assays,
          0,
        ]);
        const { rows } = report;
        expect(rows.ready + rows.warned + rows.rejected + rows.ignored).toBe(rows.in);

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
      },
    );
  },
);

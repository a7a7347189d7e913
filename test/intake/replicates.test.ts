import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Measurement } from '../../src-main/intake/interpret.ts';
import { replicateCounter } from '../../src-main/intake/replicates.ts';

const measured = (change: Partial<Measurement>): Measurement => ({
  companyId: 'C-1',
  structure: 'CCO',
  structureKind: 'smiles',
  assay: 'K',
  assayType: 'OTHER',
  relation: '=',
  value: 6,
  scale: 'p',
  givenRelation: '',
  givenValue: '',
  givenUnit: 'nM',
  ...change,
});

const report = (measurements: readonly Partial<Measurement>[]) => {
  const counter = replicateCounter();
  for (const [at, one] of measurements.entries()) counter.add(measured(one), at + 2);
  return counter.report(0);
};

describe('replicates', () => {
  it('are counted with the rule that tasks will apply to them, and shown widest first with their lines', () => {
    const found = report([
      { value: 6 },
      { value: 7.5 },
      { companyId: 'C-2', value: 5 },
      { companyId: 'C-2', value: 5 },
      { companyId: 'C-3', value: 5 },
      { assay: 'S', assayType: 'ADME', scale: 'linear', value: 1 },
      { assay: 'S', assayType: 'ADME', scale: 'linear', value: 100 },
    ]);
    expect(found).toMatchObject({ groups: 3, measurements: 6, agreeing: 1, wide: 2, contradictory: 0 });
    expect(found.rules).toEqual([
      { assayType: 'OTHER', rule: 'maximum', groups: 2 },
      { assayType: 'ADME', rule: 'median', groups: 1 },
    ]);
    expect(found.largest.map(({ assay, spread, lines }) => [assay, spread, lines])).toEqual([
      ['S', 2, [7, 8]],
      ['K', 1.5, [2, 3]],
    ]);
  });

  it.each([
    [
      [
        { relation: '>', value: 7 },
        { relation: '<', value: 6 },
      ],
      1,
    ],
    [
      [
        { relation: '>', value: 6 },
        { relation: '<', value: 7 },
      ],
      0,
    ],
    [[{ relation: '>', value: 7 }, { value: 6.8 }], 0], // within the scatter of an assay
    [[{ relation: '>', value: 7 }, { value: 5 }], 1],
    [[{ relation: '<', value: 5 }, { value: 7 }], 1],
  ] as const)('%j contradict each other: %i', (measurements, contradictory) => {
    expect(report(measurements)).toMatchObject({ contradictory });
  });

  it('with two structures under one id are named once for each id', () => {
    const found = report([{}, { structure: 'CCN' }, { structure: 'CCN' }, { companyId: 'C-2' }]);
    expect(found.twoStructures).toEqual({ ids: 1, examples: [{ companyId: 'C-1', lines: [2, 3], structure: 'CCN' }] });
  });

  it('of two labels for one compound are wide', () => {
    const found = report([
      { scale: 'binary', value: 1 },
      { scale: 'binary', value: -1 },
    ]);
    expect(found).toMatchObject({ wide: 1, rules: [{ rule: 'most-common' }] });
  });

  it('come out as if every measurement had been kept and compared', () => {
    const one = fc.record({
      companyId: fc.constantFrom('A', 'B', 'C', 'D'),
      assay: fc.constantFrom('K', 'L'),
      value: fc.integer({ min: 3, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), (measurements) => {
        const groups = [...Map.groupBy(measurements, ({ companyId, assay }) => `${companyId} ${assay}`).values()]
          .filter(({ length }) => length > 1)
          .map((same) => same.map(({ value }) => value));
        const spreads = groups.map((values) => Math.max(...values) - Math.min(...values));
        expect(report(measurements)).toMatchObject({
          groups: groups.length,
          measurements: groups.flat().length,
          agreeing: spreads.filter((spread) => spread === 0).length,
          wide: spreads.filter((spread) => spread > 1).length,
        });
        expect(report(measurements).largest.map(({ spread }) => spread)).toEqual(
          spreads.filter((spread) => spread > 0).sort((a, b) => b - a),
        );
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benefitMetric } from '../../src-main/contract/training.ts';
import { type ComparedTask, gainsOf, riptop } from '../../src-main/training/benefit.ts';

const task = (part: Partial<ComparedTask>): ComparedTask => ({
  taskId: 1,
  assayId: 1,
  assay: 'A',
  assayType: 'OTHER',
  threshold: 6,
  direction: 'high',
  labels: 150,
  alone: 0.5,
  global: 0.6,
  ...part,
});

describe('RIPtoP', () => {
  it('is the share of what is missing to perfection that is gained', () => {
    expect(riptop(0.5, 0.6, 'aucPr')).toBeCloseTo(0.2, 12);
    expect(riptop(0.9, 0.8, 'aucRoc')).toBeCloseTo(-1, 12);
    expect(riptop(2, 1.5, 'rmse')).toBeCloseTo(0.25, 12);
  });

  it('is the plain difference where the model alone is perfect, and nothing where both are', () => {
    expect(riptop(1, 0.9, 'aucPr')).toBeCloseTo(-0.1, 12);
    expect(riptop(1, 1, 'aucPr')).toBe(0);
    expect(riptop(0, 0, 'rmse')).toBe(0);
  });

  it('holds R2 to the range from -1 to 1', () => {
    expect(riptop(-40, -1, 'r2')).toBe(0);
    expect(riptop(0, 0.5, 'r2')).toBeCloseTo(0.5, 12);
  });

  it('equals 1 minus the ratio of what is missing, wherever something is', () => {
    const below = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(below, below, (alone, global) => {
        expect(riptop(alone, global, 'aucPr')).toBeCloseTo(1 - (1 - global) / (1 - alone), 6);
      }),
    );
  });
});

describe('the gain over training alone', () => {
  it('counts who gained and who lost, by assay type and by number of labels', () => {
    const gains = gainsOf(
      [
        task({ taskId: 1, labels: 60, alone: 0.4, global: 0.6 }),
        task({ taskId: 2, labels: 60, alone: 0.5, global: 0.4 }),
        task({ taskId: 3, assayId: 2, assayType: 'ADME', labels: 99, alone: 0.7, global: 0.7 }),
        task({ taskId: 4, assayId: 3, assayType: 'ADME', labels: 1000, alone: 0.8, global: 0.9 }),
      ],
      'aucPr',
    );
    expect(
      gains.map(({ group, size, tasks, assays, gained, lost }) => [group, size, tasks, assays, gained, lost]),
    ).toEqual([
      ['all', null, 4, 3, 2, 1],
      ['ADME', null, 2, 2, 1, 0],
      ['OTHER', null, 2, 1, 1, 1],
      ['size', { least: 0, below: 100 }, 3, 2, 1, 1],
      ['size', { least: 1000, below: null }, 1, 1, 1, 0],
    ]);
    const [all] = gains;
    expect(all!.alone).toBeCloseTo(0.6, 12);
    expect(all!.global).toBeCloseTo(0.65, 12);
    expect(all!.difference).toBeCloseTo(0.05, 12);
    expect(all!.relative).toBeCloseTo(0.65 / 0.6 - 1, 12);
    expect(all!.riptop).toBeCloseTo((1 / 3 - 0.2 + 0 + 0.5) / 4, 12);
    expect(all!.riptopMedian).toBeCloseTo(1 / 6, 12);
    expect(all!.interval).toBeNull();
  });

  it('calls a smaller error a gain', () => {
    const [all] = gainsOf([task({ alone: 1, global: 0.8 }), task({ taskId: 2, alone: 1, global: 1.5 })], 'rmse');
    expect(all).toMatchObject({ gained: 1, lost: 1 });
    expect(all!.difference).toBeCloseTo(0.15, 12);
    expect(all!.riptop).toBeCloseTo(-0.15, 12);
  });

  it('draws whole assays: the same tasks give a wider interval as thresholds of few assays than as assays of their own', () => {
    const differences = [0.1, -0.08, 0.05, 0.2, -0.1, 0.02, 0.07, -0.03];
    const thresholds = differences.flatMap((difference, assay) =>
      Array.from({ length: 6 }, (_, at) =>
        task({ taskId: 10 * assay + at, assayId: assay, alone: 0.5, global: 0.5 + difference }),
      ),
    );
    const width = (tasks: readonly ComparedTask[]) => {
      const { interval } = gainsOf(tasks, 'aucPr')[0]!;
      return interval!.high - interval!.low;
    };
    const apart = thresholds.map((one) => ({ ...one, assayId: one.taskId }));
    expect(width(thresholds)).toBeGreaterThan(1.8 * width(apart));
  });

  it('does not depend on the order of the tasks, and turns its sign with the models', () => {
    const tasks = fc.array(
      fc.record({
        assayId: fc.integer({ min: 1, max: 9 }),
        alone: fc.integer({ min: 1, max: 99 }).map((value) => value / 100),
        global: fc.integer({ min: 1, max: 99 }).map((value) => value / 100),
        labels: fc.integer({ min: 25, max: 2000 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(tasks, fc.constantFrom(...benefitMetric.options), (parts, metric) => {
        const own = parts.map((part, taskId) => task({ ...part, taskId }));
        const [forward] = gainsOf(own, metric);
        const [backward] = gainsOf(own.toReversed(), metric);
        const [turned] = gainsOf(
          own.map((one) => ({ ...one, alone: one.global, global: one.alone })),
          metric,
        );
        expect(backward!.difference).toBeCloseTo(forward!.difference, 12);
        expect(turned!.difference).toBeCloseTo(-forward!.difference, 12);
        expect([turned!.gained, turned!.lost]).toEqual([forward!.lost, forward!.gained]);
        expect(forward!.gained + forward!.lost).toBeLessThanOrEqual(forward!.tasks);
        if (forward!.interval !== null) {
          expect(forward!.interval.low).toBeLessThanOrEqual(forward!.difference + 1e-9);
          expect(forward!.interval.high).toBeGreaterThanOrEqual(forward!.difference - 1e-9);
        }
      }),
      { numRuns: 20 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval, meansOf, taskMetric } from '../../src-main/training/metrics.ts';

/** Few different scores, so that ties are common. */
const scored = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 1 })), { minLength: 1, maxLength: 60 })
  .map((labels) => ({ scores: labels.map(([score]) => score / 8), classes: labels.map(([, value]) => value) }));

const bothClasses = scored.filter(({ classes }) => classes.includes(0) && classes.includes(1));

describe('AUC-ROC', () => {
  it('is the share of active and inactive pairs in the right order, ties counting half', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, classes }) => {
        let wins = 0;
        let pairs = 0;
        classes.forEach((active, i) => {
          classes.forEach((other, j) => {
            if (active !== 1 || other !== 0) return;
            pairs++;
            wins += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0;
          });
        });
        expect(taskMetric({ scores, classes }).aucRoc).toBeCloseTo(wins / pairs, 12);
      }),
    );
  });
});

describe('AUC-PR', () => {
  it('is precision at each threshold times the gain in recall there', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, classes }) => {
        const actives = classes.filter((value) => value === 1).length;
        let recall = 0;
        let sum = 0;
        for (const threshold of [...new Set(scores)].sort((a, b) => b - a)) {
          const taken = classes.filter((_, i) => scores[i]! >= threshold);
          const found = taken.filter((value) => value === 1).length;
          sum += (found / taken.length) * (found / actives - recall);
          recall = found / actives;
        }
        expect(taskMetric({ scores, classes }).aucPr).toBeCloseTo(sum, 12);
      }),
    );
  });

  it("gives what scikit-learn's average_precision_score gives for its own example", () => {
    expect(taskMetric({ scores: [0.1, 0.4, 0.35, 0.8], classes: [0, 0, 1, 1] }).aucPr).toBeCloseTo(0.8333333, 6);
  });
});

describe('a task metric', () => {
  it('does not depend on the order of the labels, nor, for the areas, on the scale of the scores', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, classes }) => {
        const backwards = { scores: scores.toReversed(), classes: classes.toReversed() };
        expect(taskMetric(backwards)).toEqual(taskMetric({ scores, classes }));
        const stretched = taskMetric({ scores: scores.map((score) => 3 * score - 7), classes });
        expect(stretched.aucRoc).toBe(taskMetric({ scores, classes }).aucRoc);
        expect(stretched.aucPr).toBe(taskMetric({ scores, classes }).aucPr);
      }),
    );
  });

  it('says nothing where one class is missing', () => {
    expect(taskMetric({ scores: [0.2, 0.9], classes: [1, 1] })).toEqual({
      actives: 2,
      inactives: 0,
      aucRoc: null,
      aucPr: null,
      calibrationError: null,
    });
  });

  it('finds no calibration error in a coin that is called a coin, and a large one in false certainty', () => {
    const classes = Array.from({ length: 100 }, (_, i) => i % 2);
    expect(taskMetric({ scores: classes.map(() => 0.5), classes }).calibrationError).toBeCloseTo(0, 12);
    expect(taskMetric({ scores: classes.map(() => 1), classes }).calibrationError).toBeCloseTo(0.5, 12);
  });
});

describe('means over tasks', () => {
  const task = (actives: number, inactives: number, aucPr: number | null) => ({
    actives,
    inactives,
    aucPr,
    aucRoc: aucPr,
    calibrationError: null,
  });

  it('leave out tasks with too few of a class, and weigh the rest by aggregation weight where asked', () => {
    const means = meansOf([task(5, 9, 0.4), task(4, 90, 0.9), task(7, 5, 0.8), task(0, 3, null)], [3, 1, 1, 1], 5);
    expect(means.tasks).toBe(2);
    expect(means.aucPr).toBeCloseTo(0.6, 12);
    expect(means.weightedAucPr).toBeCloseTo((3 * 0.4 + 0.9 + 0.8) / 5, 12);
  });

  it('say null, not zero, when no task counts', () => {
    expect(meansOf([task(1, 1, 0.4)], [0], 5)).toEqual({
      tasks: 0,
      aucPr: null,
      aucRoc: null,
      aucPrInterval: null,
      weightedAucPr: null,
      weightedAucRoc: null,
    });
  });

  it('carry an interval that holds the mean, narrows to nothing when all are equal, and is the same each time', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 5, maxLength: 40 }), (values) => {
        const interval = bootstrapInterval(values)!;
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        expect(interval.low).toBeLessThanOrEqual(mean + 1e-12);
        expect(interval.high).toBeGreaterThanOrEqual(mean - 1e-12);
        expect(bootstrapInterval(values)).toEqual(interval);
      }),
      { numRuns: 20 },
    );
    const equal = bootstrapInterval([0.3, 0.3, 0.3, 0.3, 0.3])!;
    expect(equal.high - equal.low).toBeCloseTo(0, 12);
    expect(bootstrapInterval([0.1, 0.2, 0.3, 0.4])).toBeNull();
  });
});

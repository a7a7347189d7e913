import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { taskMetric } from '../../src-main/training/metrics.ts';
import {
  bootstrapInterval,
  bootstrapIntervals,
  clusterBootstrap,
  meansOf,
  median,
} from '../../src-main/training/metrics-means.ts';
import { regressionMetric } from '../../src-main/training/metrics-regression.ts';
import reference from '../fixtures/metrics.json' with { type: 'json' };

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
        const backwards = taskMetric({ scores: scores.toReversed(), classes: classes.toReversed() });
        const forwards = taskMetric({ scores, classes });
        for (const [name, value] of Object.entries(forwards)) {
          const other = backwards[name as keyof typeof backwards];
          if (value === null) expect(other).toBeNull();
          else expect(other).toBeCloseTo(value, 12);
        }
        const stretched = taskMetric({ scores: scores.map((score) => 3 * score - 7), classes });
        for (const name of ['aucRoc', 'aucPr', 'aucPrCalibrated', 'f1Max', 'kappaMax'] as const) {
          expect(stretched[name]).toBe(taskMetric({ scores, classes })[name]);
        }
      }),
    );
  });

  it('says nothing where one class is missing', () => {
    const { actives, inactives, ...metrics } = taskMetric({ scores: [0.2, 0.9], classes: [1, 1] });
    expect({ actives, inactives }).toEqual({ actives: 2, inactives: 0 });
    expect(new Set(Object.values(metrics))).toEqual(new Set([null]));
  });

  it('finds no calibration error in a coin that is called a coin, and a large one in false certainty', () => {
    const classes = Array.from({ length: 100 }, (_, i) => i % 2);
    expect(taskMetric({ scores: classes.map(() => 0.5), classes }).calibrationError).toBeCloseTo(0, 12);
    expect(taskMetric({ scores: classes.map(() => 1), classes }).calibrationError).toBeCloseTo(0.5, 12);
  });
});

describe('against independent references', () => {
  it.each(reference.classification.map((one, number) => ({ number, ...one })))(
    'gives the metrics of classification set $number as numpy gives them',
    ({ scores, classes, metrics }) => {
      const found = taskMetric({ scores, classes });
      for (const [name, value] of Object.entries(metrics)) {
        expect([name, found[name as keyof typeof found]]).toEqual([name, expect.closeTo(value, 10)]);
      }
    },
  );

  it.each(reference.regression.map((one, number) => ({ number, ...one })))(
    'gives the metrics of regression set $number as numpy gives them',
    ({ predictions, values, censors, metrics }) => {
      const found = regressionMetric({ predictions, values, censors });
      for (const [name, value] of Object.entries(metrics)) {
        expect([name, found[name as keyof typeof found]]).toEqual([name, expect.closeTo(value, 10)]);
      }
    },
  );
});

describe('calibrated AUC-PR', () => {
  it('does not change when every inactive is there three times, which AUC-PR does', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, classes }) => {
        const once = taskMetric({ scores, classes });
        fc.pre(once.actives / classes.length <= 0.99);
        const more = scores.flatMap((score, at) =>
          classes[at] === 1 ? [{ score, active: 1 }] : Array(3).fill({ score, active: 0 }),
        );
        const thrice = taskMetric({
          scores: more.map(({ score }) => score),
          classes: more.map(({ active }) => active),
        });
        expect(thrice.aucPrCalibrated).toBeCloseTo(once.aucPrCalibrated!, 10);
        expect(thrice.aucPr).toBeLessThanOrEqual(once.aucPr! + 1e-12);
      }),
    );
  });
});

describe('the best threshold', () => {
  it('is one that gives the F1 and the kappa that are said of it', () => {
    fc.assert(
      fc.property(bothClasses, ({ scores, classes }) => {
        const { f1Max, f1MaxAt, kappaMax, kappaMaxAt } = taskMetric({ scores, classes });
        const at = (threshold: number) => {
          const taken = scores.map((score) => score >= threshold);
          const found = taken.filter((yes, i) => yes && classes[i] === 1).length;
          const all = taken.filter(Boolean).length;
          const actives = classes.filter((value) => value === 1).length;
          const agreed = taken.filter((yes, i) => yes === (classes[i] === 1)).length / taken.length;
          const chance = (all * actives + (taken.length - all) * (taken.length - actives)) / taken.length ** 2;
          return { f1: (2 * found) / (all + actives), kappa: (agreed - chance) / (1 - chance) };
        };
        expect(at(f1MaxAt!).f1).toBeCloseTo(f1Max!, 12);
        expect(Math.max(...scores.map((score) => at(score).f1))).toBeCloseTo(f1Max!, 12);
        if (kappaMaxAt === null) expect(kappaMax).toBe(0);
        else expect(at(kappaMaxAt).kappa).toBeCloseTo(kappaMax!, 12);
        for (const score of scores) expect(at(score).kappa).toBeLessThanOrEqual(kappaMax! + 1e-12);
      }),
    );
  });

  it('of scores that are all the same calls everything active for F1, and has no kappa', () => {
    const { aucRoc, aucPr, f1Max, f1MaxAt, kappa, kappaMax, kappaMaxAt } = taskMetric({
      scores: [0.7, 0.7, 0.7, 0.7],
      classes: [1, 0, 0, 0],
    });
    expect({ aucRoc, aucPr, f1Max, f1MaxAt, kappa, kappaMax, kappaMaxAt }).toEqual({
      aucRoc: 0.5,
      aucPr: 0.25,
      f1Max: 0.4,
      f1MaxAt: 0.7,
      kappa: 0,
      kappaMax: 0,
      kappaMaxAt: null,
    });
  });
});

describe('a regression metric', () => {
  const valued = fc
    .array(
      fc.record({
        prediction: fc.double({ min: -5, max: 5, noNaN: true }),
        value: fc.integer({ min: -20, max: 20 }).map((tenths) => tenths / 10),
        censor: fc.constantFrom(-1, 0, 0, 1),
      }),
      { minLength: 2, maxLength: 30 },
    )
    .map((rows) => ({
      predictions: rows.map(({ prediction }) => prediction),
      values: rows.map(({ value }) => value),
      censors: rows.map(({ censor }) => censor),
    }));

  it('asks nothing of a prediction on the right side of a censored value', () => {
    const metric = regressionMetric({ predictions: [9, 2, 5], values: [6, 4, 5], censors: [1, -1, 0] });
    expect(metric.rmse).toBe(0);
    expect(regressionMetric({ predictions: [4, 2, 5], values: [6, 4, 5], censors: [1, -1, 0] }).rmse).toBeCloseTo(
      Math.sqrt(4 / 3),
      12,
    );
  });

  it('turns with its values: negated, with the censoring turned round, it is the same', () => {
    fc.assert(
      fc.property(valued, ({ predictions, values, censors }) => {
        const metric = regressionMetric({ predictions, values, censors });
        const negated = (numbers: readonly number[]) => numbers.map((number) => -number);
        const turned = regressionMetric({
          predictions: negated(predictions),
          values: negated(values),
          censors: negated(censors),
        });
        for (const name of ['rmse', 'rmseUncensored', 'r2', 'pearson'] as const) {
          if (metric[name] === null) expect(turned[name]).toBeNull();
          else expect(turned[name]).toBeCloseTo(metric[name], 6);
        }
      }),
    );
  });

  it('correlates predictions that differ by the least that a number can', () => {
    const metric = regressionMetric({ predictions: [0, 0, 5e-324], values: [0, 0, 0.1], censors: [0, 0, 0] });
    expect(metric.pearson).toBeCloseTo(1, 12);
  });

  it('says within which error nine in ten uncensored values lie, and nothing below nine of them', () => {
    const values = Array.from({ length: 19 }, (_, at) => at + 1);
    const censors = values.map((value) => (value === 19 ? 1 : 0));
    const error = (count: number) =>
      regressionMetric({
        predictions: new Array<number>(count).fill(0),
        values: values.slice(0, count),
        censors: censors.slice(0, count),
      }).error90;
    expect(error(8)).toBeNull();
    expect(error(9)).toBe(9);
    // Place ceil(0.9 x 19) = 18 of eighteen errors: the censored value is none of them.
    expect(error(19)).toBe(18);
  });

  it('is null where there is nothing to say: one value, values or predictions that do not vary, all censored', () => {
    expect(regressionMetric({ predictions: [1], values: [2], censors: [0] })).toEqual({
      labels: 1,
      uncensored: 1,
      rmse: null,
      rmseUncensored: null,
      r2: null,
      pearson: null,
      error90: null,
    });
    expect(regressionMetric({ predictions: [1, 2], values: [0.1, 0.1], censors: [0, 0] })).toMatchObject({
      r2: null,
      pearson: null,
    });
    expect(regressionMetric({ predictions: [0.1, 0.1], values: [1, 2], censors: [0, 0] }).pearson).toBeNull();
    expect(regressionMetric({ predictions: [1, 2], values: [3, 1], censors: [1, 1] })).toEqual({
      labels: 2,
      uncensored: 0,
      rmse: Math.sqrt(2),
      rmseUncensored: null,
      r2: null,
      pearson: null,
      error90: null,
    });
  });
});

describe('a bootstrap over clusters', () => {
  it('is wider than one over tasks when the tasks of an assay agree', () => {
    const assays = [0.1, -0.1, 0.3, -0.2, 0.2, 0, -0.3, 0.15];
    const tasks = assays.flatMap((value) => Array<number>(5).fill(value));
    const alone = bootstrapInterval(tasks)!;
    const [together] = clusterBootstrap(
      assays.map((value) => [5 * value, 5]),
      [([sum, count]) => sum! / count!],
    );
    expect(together!.high - together!.low).toBeGreaterThan(1.5 * (alone.high - alone.low));
  });

  it('says nothing where most resamples have no figure', () => {
    const clusters = Array.from({ length: 8 }, () => [0, 0]);
    expect(clusterBootstrap(clusters, [([sum, count]) => sum! / count!])).toEqual([null]);
  });
});

describe('a bootstrap of several metrics', () => {
  it('gives each the interval that it has by itself, over the tasks that have it', () => {
    const full = [0.1, 0.4, 0.2, 0.9, 0.6, 0.3];
    const [first, half, few] = bootstrapIntervals(full.map((value, at) => [value, value / 2, at < 4 ? value : null]));
    expect(first).toEqual(bootstrapInterval(full));
    expect(half!.low).toBeCloseTo(first!.low / 2, 12);
    expect(few).toBeNull();
    const [partly] = bootstrapIntervals([...full, 0.5].map((value, at) => [at === 0 ? null : value]));
    expect(partly!.low).toBeGreaterThanOrEqual(0.2);
    expect(partly!.high).toBeLessThanOrEqual(0.9);
  });
});

describe('the median', () => {
  it('is the middle, of an even number the mean of the two in the middle', () => {
    expect([[], [4], [3, 1], [9, 1, 2], [4, 1, 2, 30]].map(median)).toEqual([null, 4, 2, 2, 3]);
  });
});

describe('means over tasks', () => {
  const task = (actives: number, inactives: number, aucPr: number | null) => ({
    actives,
    inactives,
    aucPr,
    aucRoc: aucPr,
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

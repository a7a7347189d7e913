import { describe, expect, it } from 'vitest';
import { type Control, unattended } from '../../src-main/contract/progress.ts';
import { compactionOf } from '../../src-main/training/compaction.ts';
import { openEvaluator } from '../../src-main/training/evaluation.ts';
import { newHead } from '../../src-main/training/head.ts';
import { headsOf, labelsOfHeads, sparseHeads, valueScale } from '../../src-main/training/labels.ts';
import { createLearner } from '../../src-main/training/learner.ts';
import { localRecipe } from '../../src-main/training/local-recipe.ts';
import { tableFrom } from './tables.ts';

const table = tableFrom(3, { rows: 1100, tasks: 3, bits: 60, valueTasks: 2 });

describe('the scale of values', () => {
  it('is of the training folds, whatever the others hold', () => {
    const { regression, folds } = table;
    const others = regression!.values.map((value, at) => (folds[regression!.rows[at]!]! < 2 ? value + 100 : value));
    expect(valueScale({ ...table, regression: { ...regression!, values: others } }, {})).toEqual(valueScale(table, {}));
  });

  it('keeps the size of values that are all the same, although their mean is rounded', () => {
    const same = table.regression!.values.map((_, at) => (table.regression!.columns[at] === 0 ? 0.1 : at));
    const { means, deviations } = valueScale({ ...table, regression: { ...table.regression!, values: same } }, {});
    expect(means[0]).not.toBe(0.1);
    expect(means[0]).toBeCloseTo(0.1);
    expect(deviations[0]).toBe(1);
    expect(deviations[1]).toBeGreaterThan(1);
  });

  it('is the one that a head learns by, where it goes on in a series of other settings', async () => {
    const learner = createLearner(1);
    const load = { table, provider: 'cpu', threads: 1 } as const;
    await learner.load(load, unattended, () => {});
    const trunk = { rows: new Float32Array(4 * compactionOf(table).trained), others: [new Float32Array(4)] };
    const meansAfter = async (heads: { values: true; rawValues?: true }) => {
      const settings = { ...localRecipe, steps: 1, heads };
      await learner.localRound({ trunk, hidden: [4], settings, seed: 1 }, unattended, () => {});
      return (await learner.heads({}, unattended, () => {})).scale.means;
    };
    expect(await meansAfter({ values: true })).toEqual(valueScale(table, {}).means);
    expect(await meansAfter({ values: true, rawValues: true })).toEqual(new Float64Array(2));
  });
});

describe('sparse heads', () => {
  it('are those with a label in fewer than one of ten cells of training compounds', () => {
    const training = Uint32Array.from(table.folds.keys()).filter((row) => table.folds[row]! >= 2);
    const wide = tableFrom(3, { rows: 200, tasks: 40 });
    const kinds = (of: typeof table) =>
      sparseHeads(
        labelsOfHeads(of, headsOf(of, {}), {}),
        training.filter((row) => row < 200),
      );
    expect(kinds(table)).toEqual([]);
    expect(kinds(wide)).toEqual(['classification']);
  });
});

describe('a look at a fold', () => {
  it('stops between two chunks of compounds when it is told to', async () => {
    const ofTest = { ...table, folds: table.folds.map(() => 0) };
    const compaction = compactionOf(ofTest);
    const heads = headsOf(ofTest, {});
    const evaluator = await openEvaluator(ofTest, compaction, [4], heads, {});
    const parameters = {
      'trunk.0.weight': new Float32Array(4 * compaction.bits.length),
      'trunk.0.bias': new Float32Array(4),
      ...newHead(4, heads, 1).tensors,
    };
    const stop = new AbortController();
    const control: Control = { ...unattended, signal: stop.signal };
    const looking = evaluator.evaluate(parameters, 'test', 5, control);
    setImmediate(() => stop.abort());
    await expect(looking).rejects.toThrow(/CANCELLED/);
    await expect(evaluator.evaluate(parameters, 'test', 5, unattended)).resolves.toMatchObject({ means: { tasks: 3 } });
    await evaluator.close();
  });
});

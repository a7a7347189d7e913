import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Control, type Progress, unattended } from '../../src-main/contract/progress.ts';
import {
  type AloneSettings,
  aloneSettings,
  type HeadSettings,
  type RunPoint,
} from '../../src-main/contract/training.ts';
import { valueScale } from '../../src-main/training/labels.ts';
import { readModelAbout, trunkHash } from '../../src-main/training/model-file.ts';
import { decodeModel } from '../../src-main/training/onnx/proto.ts';
import { type Channel, spawnTraining } from '../../src-main/training/spawn.ts';
import {
  initialTrunk,
  localRecipe,
  startPredictor,
  startTrainer,
  type Trainer,
  type TrunkTensors,
} from '../../src-main/training/trainer.ts';
import { tableFrom } from './tables.ts';

const table = tableFrom(11, { rows: 1200, tasks: 3, bits: 60, bitsPerCompound: 10 });
const settings = aloneSettings.parse({
  hidden: [16],
  dropout: 0.2,
  inputDropout: 0.1,
  trunkRate: 5e-3,
  headRate: 5e-3,
  steps: 200,
  evaluateEvery: 20,
});
const local = { ...localRecipe, steps: 10, rate: 1, batch: 32, dropout: 0.2 };

let trainer: Trainer;
beforeAll(async () => {
  trainer = await startTrainer(spawnTraining);
});
afterAll(() => trainer.close());

describe('training alone', () => {
  it('learns the hidden rule, tells the curve as it goes, and gives the step that the validation fold chose', async () => {
    await trainer.load(table);
    const points: RunPoint[] = [];
    const reports: Progress[] = [];
    const control: Control = { signal: unattended.signal, report: (progress) => reports.push(progress) };
    const result = await trainer.trainAlone(settings, control, (point) => points.push(point));

    expect(points[0]).toMatchObject({ step: 0, loss: null });
    expect(points.map(({ step }) => step)).toEqual(points.map((_, index) => index * settings.evaluateEvery));
    const best = points.reduce((a, b) => ((b.validationAucPr ?? 0) > (a.validationAucPr ?? 0) ? b : a));
    expect(result.step).toBe(best.step);
    expect(result.validation.means.aucPr).toBe(best.validationAucPr);
    expect(reports.at(-1)).toMatchObject({ step: 'train.steps', done: result.stepsTaken, total: settings.steps });

    const before = points[0]!.validationAucRoc!;
    expect(before).toBeLessThan(0.65);
    const test = await trainer.evaluate({ trunk: result.trunk, role: 'test' });
    expect(test.means.tasks).toBe(3);
    expect(test.means.aucRoc).toBeGreaterThan(0.85);
    expect(await trainer.evaluate({ trunk: result.trunk, role: 'validation' })).toEqual(result.validation);
  });

  it('gives the same model for the same seed, and another for another', async () => {
    const train = async (seed: number) => {
      await trainer.load(table);
      const { trunk } = await trainer.trainAlone({ ...settings, steps: 40, seed }, unattended);
      return [trunkHash(trunk), Buffer.from(await trainer.headState()).toString('hex')];
    };
    const first = await train(1);
    expect(await train(1)).toEqual(first);
    expect(await train(2)).not.toEqual(first);
  });

  it('comes to the same model in parts of a minibatch, up to rounding', async () => {
    await trainer.load(table);
    const short = { ...settings, steps: 20 };
    const whole = await trainer.trainAlone(short, unattended);
    const inParts = await trainer.trainAlone({ ...short, partSize: 7 }, unattended);
    expect(inParts.step).toBe(whole.step);
    whole.trunk.values.forEach((value, at) => {
      const difference = Math.abs(value - inParts.trunk.values[at]!);
      if (difference > 1e-4) expect.fail(`${difference} at ${at}`);
    });
  });

  it('stops when it is told to, and can be asked again', async () => {
    await trainer.load(table);
    const stop = new AbortController();
    const control: Control = { signal: stop.signal, report: () => stop.abort() };
    await expect(trainer.trainAlone({ ...settings, steps: 100_000 }, control)).rejects.toThrow(/CANCELLED/);
    await expect(trainer.trainAlone({ ...settings, steps: 1 }, unattended)).resolves.toMatchObject({ stepsTaken: 1 });
  });

  it('refuses a table without labels in its training folds', async () => {
    const empty = { ...table, folds: table.folds.map(() => 0) };
    await expect(trainer.load(empty)).rejects.toThrow(/NOTHING_TO_LEARN/);
  });
});

describe('rates and weights', () => {
  const course = { ...settings, steps: 60, evaluateEvery: 20, patience: 100 };
  const curveOf = async (asked: Partial<AloneSettings>) => {
    const losses: (number | null)[] = [];
    await trainer.trainAlone({ ...course, ...asked }, unattended, ({ loss }) => losses.push(loss));
    return losses;
  };

  it('are those of the course up to each decay step, and multiplied from there on', async () => {
    await trainer.load(table);
    const [whole, decayed] = [await curveOf({}), await curveOf({ decaySteps: [20, 40], decayFactor: 0.5 })];
    expect(decayed[1]).toBe(whole[1]);
    expect(decayed[2]).not.toBe(whole[2]);
    const nearlyNothing = { decaySteps: [20], decayFactor: 1e-9 };
    const stopped = await trainer.trainAlone({ ...course, ...nearlyNothing }, unattended);
    const before = await trainer.trainAlone({ ...course, steps: 20 }, unattended);
    expect([stopped.stepsTaken, before.step]).toEqual([60, 20]);
    expect(farthest(stopped.trunk.values, before.trunk.values)).toBeLessThan(1e-6);
  });

  it('shrink where they decay, and weights of bits that no compound has come to zero', async () => {
    await trainer.load(table);
    const asked = { ...course, hidden: [8] };
    const [whole, decayed] = [
      await trainer.trainAlone(asked, unattended),
      await trainer.trainAlone({ ...asked, weightDecay: 1e-3 }, unattended),
    ];
    const size = (values: Float32Array) => values.reduce((sum, value) => sum + value ** 2, 0);
    const occurring = new Set(table.bitIndices);
    const rowsOf = ({ values }: { values: Float32Array }, has: boolean) =>
      Float32Array.from(values.subarray(0, 32_000 * 8).filter((_, at) => occurring.has(Math.floor(at / 8)) === has));
    expect(size(rowsOf(decayed.trunk, true))).toBeLessThan(size(rowsOf(whole.trunk, true)));
    expect(size(rowsOf(decayed.trunk, false))).toBe(0);
    expect(size(rowsOf(whole.trunk, false))).toBeGreaterThan(0);
    await expect(trainer.evaluate({ trunk: decayed.trunk, role: 'validation' })).resolves.toEqual(decayed.validation);
  });
});

const farthest = (values: Float32Array, others: Float32Array): number =>
  values.reduce((most, value, at) => Math.max(most, Math.abs(value - others[at]!)), 0);

describe('a federated round', () => {
  const rounds = async (from: TrunkTensors, seeds: readonly number[]) => {
    let trunk = from;
    const losses: number[] = [];
    for (const seed of seeds) {
      const after = await trainer.localRound({ trunk, settings: local, seed }, unattended);
      trunk = after.trunk;
      losses.push(after.loss);
    }
    return { trunk, losses };
  };

  it('learns from round to round, and leaves rows of bits that no training compound has untouched', async () => {
    await trainer.load(table);
    const start = initialTrunk([16], 5);
    const { trunk, losses } = await rounds(start, [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
    const touched = new Set<number>();
    table.folds.forEach((fold, row) => {
      if (fold < 2) return;
      for (const bit of table.bitIndices.subarray(table.bitOffsets[row], table.bitOffsets[row + 1])) touched.add(bit);
    });
    for (let bit = 0; bit < 32_000; bit++) {
      const changed = trunk.values
        .subarray(bit * 16, bit * 16 + 16)
        .some((value, at) => value !== start.values[bit * 16 + at]);
      if (changed !== touched.has(bit)) expect.fail(`bit ${bit}`);
    }
  });

  it('goes on from a saved head in a new process as if nothing had happened', async () => {
    await trainer.load(table);
    const start = initialTrunk([16], 5);
    const half = await rounds(start, [1, 2]);
    const head = await trainer.headState();
    const whole = await rounds(half.trunk, [3, 4]);

    const another = await startTrainer(spawnTraining);
    await another.load(table);
    await another.restoreHead(head);
    let trunk = half.trunk;
    for (const seed of [3, 4]) ({ trunk } = await another.localRound({ trunk, settings: local, seed }, unattended));
    expect(trunkHash(trunk)).toBe(trunkHash(whole.trunk));
    expect(await another.headState()).toEqual(await trainer.headState());
    await another.close();
  });

  it('leaves the head as it was when it is cancelled', async () => {
    await trainer.load(table);
    const { trunk } = await rounds(initialTrunk([16], 5), [1]);
    const head = await trainer.headState();
    const stop = new AbortController();
    const control: Control = { signal: stop.signal, report: () => stop.abort() };
    const long = { trunk, settings: { ...local, steps: 100_000 }, seed: 9 };
    await expect(trainer.localRound(long, control)).rejects.toThrow(/CANCELLED/);
    expect(await trainer.headState()).toEqual(head);
  });
});

describe('the exported model', () => {
  it('is an ordinary .onnx file that says what it is and predicts what training saw', async () => {
    await trainer.load(table);
    const { trunk } = await trainer.trainAlone({ ...settings, steps: 40 }, unattended);
    const about = {
      kind: 'alone' as const,
      series: null,
      step: 40,
      parameterHash: 'ab12',
      tasks: table.tasks.map(({ taskId, threshold }) => ({
        taskId,
        assay: `A${taskId}`,
        threshold,
        direction: 'high' as const,
      })),
    };
    const bytes = await trainer.exportModel(trunk, about);
    expect(readModelAbout(bytes, 'm')).toEqual({ ...about, trunkHash: trunkHash(trunk) });
    expect(() => readModelAbout(bytes.subarray(0, 1000), 'm')).toThrow(/MODEL_UNREADABLE/);
    const { graph, opset_import } = decodeModel(bytes);
    expect(graph.input.map(({ name }) => name)).toEqual(['bits']);
    expect(graph.output.map(({ name }) => name)).toEqual(['probabilities']);
    expect(opset_import).toEqual([{ domain: '', version: 21 }]);

    const width = 12;
    const rows = [...table.folds.keys()].filter((row) => table.folds[row] === 0);
    const bits = new Int32Array(rows.length * width).fill(-1);
    rows.forEach((row, place) => {
      bits.set(table.bitIndices.subarray(table.bitOffsets[row], table.bitOffsets[row + 1]), place * width);
    });
    const predictor = await startPredictor(spawnTraining);
    const model = await predictor.openModel(bytes);
    const { probabilities } = await predictor.predict(model, bits, rows.length);
    await predictor.close();
    expect(probabilities.length).toBe(rows.length * 3);

    const { loss } = await trainer.evaluate({ trunk, role: 'test' });
    let sum = 0;
    let labels = 0;
    table.labelRows.forEach((row, at) => {
      const place = rows.indexOf(row);
      if (place < 0) return;
      const probability = probabilities[place * 3 + table.labelTasks[at]!]!;
      sum -= Math.log(table.labelValues[at] === 1 ? probability : 1 - probability);
      labels++;
    });
    expect(sum / labels).toBeCloseTo(loss!, 5);
  });
});

describe('values beside classes', () => {
  const heads: HeadSettings = { values: true, catalogue: true, valueHidden: [8] };
  const hybrid = tableFrom(12, {
    rows: 1200,
    tasks: 3,
    bits: 60,
    bitsPerCompound: 10,
    valueTasks: 2,
    catalogueTasks: 2,
  });

  it('are learnt alone, judged in the scale of their assay, and given by the exported model', async () => {
    await trainer.load(hybrid);
    const rates = { decaySteps: [120], decayFactor: 0.5, headRate: 2e-2, patience: 50 };
    const asked = { ...settings, ...rates, heads };
    const points: RunPoint[] = [];
    const { trunk, validation } = await trainer.trainAlone(asked, unattended, (point) => points.push(point));
    expect(validation.means.aucRoc).toBeGreaterThan(0.8);
    const { regression, regressionLoss } = await trainer.evaluate({ trunk, role: 'test' });
    expect(regression).toHaveLength(2);
    for (const { r2, pearson } of regression!) {
      expect(r2).toBeGreaterThan(0.4);
      expect(pearson).toBeGreaterThan(0.7);
    }

    const about = { kind: 'alone', series: null, step: 1, parameterHash: 'ab', tasks: [] } as const;
    const values = [1, 2].map((regressionTaskId) => ({ regressionTaskId, assay: `A${regressionTaskId}` }));
    const bytes = await trainer.exportModel(trunk, { ...about, values });
    expect(readModelAbout(bytes, 'm').values).toEqual(values);
    expect(decodeModel(bytes).graph.output.map(({ name }) => name)).toEqual(['probabilities', 'values']);
    const predictor = await startPredictor(spawnTraining);
    const model = await predictor.openModel(bytes);
    const rows = [...hybrid.folds.keys()].filter((row) => hybrid.folds[row] === 0);
    const bits = new Int32Array(rows.length * 10).fill(-1);
    rows.forEach((row, place) => {
      bits.set(hybrid.bitIndices.subarray(hybrid.bitOffsets[row], hybrid.bitOffsets[row + 1]), place * 10);
    });
    const { values: predicted, probabilities } = await predictor.predict(model, bits, rows.length);
    expect(probabilities.length).toBe(rows.length * 3);
    await predictor.close();
    const { rows: valued, columns, values: truth, censors } = hybrid.regression!;
    const deviation = valueScale(hybrid, heads).deviations;
    const errors = [...valued.keys()]
      .filter((at) => rows.includes(valued[at]!))
      .map((at) => {
        const short = truth[at]! - predicted[rows.indexOf(valued[at]!) * 2 + columns[at]!]!;
        const counted = censors[at] === 0 ? short : Math.max(0, censors[at]! * short);
        return (counted / deviation[columns[at]!]!) ** 2;
      });
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeCloseTo(regressionLoss!, 4);
  });

  it('are learnt without any class, and the validation fold chooses by their error', async () => {
    const none = new Uint32Array();
    const only = { ...hybrid, tasks: [], labelRows: none, labelTasks: none, labelValues: new Int8Array() };
    await trainer.load(only);
    const result = await trainer.trainAlone({ ...settings, headRate: 2e-2, heads: { values: true } }, unattended);
    expect(result.step).toBeGreaterThan(0);
    expect(result.validation.means.aucPr).toBeNull();
    expect(result.validation.regressionLoss).toBeLessThan(0.6);
  });

  it('are learnt in federated rounds, with a head that goes on in a new process', async () => {
    await trainer.load(hybrid);
    const asked = { ...local, heads };
    let trunk = initialTrunk([16], 5);
    const errors: number[] = [];
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      ({ trunk } = await trainer.localRound({ trunk, settings: asked, seed }, unattended));
      errors.push((await trainer.evaluate({ trunk, role: 'validation' })).regressionLoss!);
    }
    expect(errors.at(-1)).toBeLessThan(errors[0]!);
    const another = await startTrainer(spawnTraining);
    await another.load(hybrid);
    await another.restoreHead(await trainer.headState());
    expect(await another.evaluate({ trunk, role: 'test' })).toEqual(await trainer.evaluate({ trunk, role: 'test' }));
    await another.close();
  });
});

describe('the training process', () => {
  it('fails what was asked of it when it dies, and all that is asked later', async () => {
    let channel: Channel | undefined;
    const dying = await startTrainer(async () => {
      channel = await spawnTraining();
      return channel;
    });
    await dying.load(table);
    const work = dying.trainAlone({ ...settings, steps: 100_000 }, unattended);
    channel!.kill();
    await expect(work).rejects.toThrow(/TRAINING_FAILED.*process-ended/);
    await expect(dying.headState()).rejects.toThrow(/TRAINING_FAILED/);
    await dying.close();
  });

  it('stops when whoever listens to the curve fails, and gives the reason', async () => {
    await trainer.load(table);
    const failing = trainer.trainAlone({ ...settings, steps: 100_000 }, unattended, () => {
      throw new Error('disk full');
    });
    await expect(failing).rejects.toThrow('disk full');
    await expect(trainer.trainAlone({ ...settings, steps: 1 }, unattended)).resolves.toMatchObject({ stepsTaken: 1 });
  });

  it('says what is missing when it is asked too early', async () => {
    const early = await startTrainer(spawnTraining);
    await expect(early.headState()).rejects.toThrow(/no-head/);
    await expect(early.trainAlone(settings, unattended)).rejects.toThrow(/no-table/);
    await early.close();
  });
});

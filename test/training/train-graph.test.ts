import { describe, expect, it } from 'vitest';
import type { HeadSettings } from '../../src-main/contract/training.ts';
import { openCpuStepper } from '../../src-main/training/cpu/stepper.ts';
import { newHead } from '../../src-main/training/head.ts';
import { initialTrunk, tensorOf } from '../../src-main/training/network.ts';
import { openStepper } from '../../src-main/training/stepper.ts';
import { apart, compare, kept, lesson, type Open } from './compare-steps.ts';
import { lossAndGradients, networkOf, parametersOf } from './reference.ts';

/** A minibatch in parts of so many compounds. */
const inParts =
  (partSize: number): Open =>
  (shape, optimiser, compaction, start) =>
    openCpuStepper({ ...shape, partSize }, optimiser, compaction, start);

/** Heads whose last layer fills a product's lanes are worked out at their labels only. */
const sampling =
  (partSize: number): Open =>
  (shape, optimiser, compaction, start) =>
    openCpuStepper(
      { ...shape, partSize, sampled: ['classification', 'regression', 'catalogue'] },
      optimiser,
      compaction,
      start,
    );

describe('the train graph', () => {
  it.each([
    ['Adam on trunk and head, one layer', 'adam', [8], openStepper],
    ['Adam on trunk and head, three layers', 'adam', [8, 6, 5], openStepper],
    ['SGD on the trunk and Adam on the head, one layer', 'sgd', [8], openStepper],
    ['SGD on the trunk and Adam on the head, two layers', 'sgd', [8, 6], openStepper],
    ['in place, Adam, one layer', 'adam', [8], openCpuStepper],
    ['in place, Adam, three layers, widths that fill no register', 'adam', [39, 6, 5], openCpuStepper],
    ['in place, SGD, one layer of several registers', 'sgd', [36], openCpuStepper],
    ['in place, SGD, two layers', 'sgd', [7, 6], openCpuStepper],
    ['in place, Adam, in parts of a minibatch', 'adam', [8, 6], inParts(7)],
    ['in place, SGD, one compound at a time', 'sgd', [8, 6], inParts(1)],
  ] as const)('agrees with float64 over all 32,000 bits after many steps: %s', async (_, optimiser, hidden, open) => {
    const { tensors, reference, losses, expected, begin } = await compare(hidden, optimiser, [1, 7, 24, 8], open);
    tensors.forEach((values, index) => {
      expect(apart(values, reference[index]!)).toBeLessThan(1e-4);
    });
    expect(apart(losses, expected)).toBeLessThan(1e-4);
    // What is compared has moved: agreement of weights that stand still would say nothing.
    expect(apart(tensors[0]!, tensorOf(begin, begin.shapes[0]!))).toBeGreaterThan(0.05);
    expect(losses).toHaveLength(40);
  });

  it('gives the same numbers however the steps are cut into runs', async () => {
    for (const open of [openStepper, openCpuStepper]) {
      const whole = await compare([8, 6], 'adam', [32, 8], open);
      const cut = await compare([8, 6], 'adam', [1, 1, 5, 5, 20, 2, 6], open);
      expect(cut.tensors).toEqual(whole.tensors);
      expect(cut.losses).toEqual(whole.losses);
    }
  });
});

const everyHead: HeadSettings = {
  values: true,
  catalogue: true,
  classHidden: [16],
  valueHidden: [6, 32],
  regressionWeight: 0.3,
};

describe('weights that decay', () => {
  it.each([
    ['Loop, Adam', 'adam', openStepper],
    ['in place, Adam', 'adam', openCpuStepper],
    ['in place, Adam, heads at their labels only', 'adam', sampling(20)],
    ['in place, SGD on the trunk, whose weights stay whole', 'sgd', inParts(10)],
  ] as const)('agree with float64, those without a set bit in a step among them: %s', async (_, optimiser, open) => {
    const sizes = { batch: 24, table: { rows: 150, tasks: 4, valueTasks: 3, catalogueTasks: 3 } };
    const [decayed, whole] = [
      await compare([8, 16], optimiser, [1, 31, 4], open, everyHead, { ...sizes, weightDecay: 0.05 }),
      await compare([8, 16], optimiser, [1, 31, 4], open, everyHead, sizes),
    ];
    decayed.tensors.forEach((values, index) => {
      expect(apart(values, decayed.reference[index]!)).toBeLessThan(1e-4);
    });
    const size = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value ** 2, 0);
    const ofHead = decayed.tensors.length - 2;
    for (const tensor of optimiser === 'adam' ? [0, ofHead] : [ofHead]) {
      expect(size(decayed.tensors[tensor]!)).toBeLessThan(size(whole.tensors[tensor]!));
    }
  });
});

describe('heads', () => {
  it.each([
    ['values beside classes', { values: true }],
    [
      'values as they are, censored ones as if they were exact',
      { values: true, rawValues: true, censorsIgnored: true },
    ],
    ['a catalogue head', { catalogue: true }],
    ['all heads, with layers of their own', everyHead],
  ] as const)('agree with float64 after many steps: %s', async (_, settings) => {
    for (const [optimiser, open] of [
      ['adam', openStepper],
      ['sgd', openStepper],
      ['adam', openCpuStepper],
      ['sgd', inParts(10)],
      ['adam', sampling(20)],
      ['sgd', sampling(7)],
    ] as const) {
      const { tensors, reference, losses, expected } = await compare([8, 16], optimiser, [1, 11], open, settings);
      expect(tensors).toHaveLength(reference.length);
      tensors.forEach((values, index) => {
        expect(apart(values, reference[index]!)).toBeLessThan(1e-4);
      });
      expect(apart(losses, expected)).toBeLessThan(1e-4);
    }
  });
});

describe('the float64 reference', () => {
  it('has the gradient that finite differences find', () => {
    const hidden = [5, 4];
    const { heads, next } = lesson(hidden, everyHead, 9);
    const trunk = initialTrunk(hidden, 4);
    const head = newHead(4, heads, 4);
    const network = networkOf({ hidden, heads }, (name) => {
      const ofTrunk = trunk.shapes.find((shape) => shape.name === name);
      return ofTrunk === undefined ? head.tensors[name]! : tensorOf(trunk, ofTrunk);
    });
    const drawn = next();
    const { gradients } = lossAndGradients(network, drawn, kept);
    const nudge = 1e-6;
    parametersOf(network).forEach((values, index) => {
      const places = [...gradients[index]!.keys()].filter((at) => gradients[index]![at] !== 0).slice(0, 12);
      expect(places.length).toBeGreaterThan(0);
      for (const at of places) {
        const value = values[at]!;
        values[at] = value + nudge;
        const above = lossAndGradients(network, drawn, kept).loss;
        values[at] = value - nudge;
        const below = lossAndGradients(network, drawn, kept).loss;
        values[at] = value;
        expect((above - below) / (2 * nudge)).toBeCloseTo(gradients[index]![at]!, 7);
      }
    });
  });
});

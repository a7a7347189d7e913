import { describe, expect, it } from 'vitest';
import { compactionOf, compactTrunk, withCompact } from '../../src-main/training/compaction.ts';
import { openDescentStepper } from '../../src-main/training/descent/stepper.ts';
import { newHead } from '../../src-main/training/head.ts';
import { namedTrunk, trunkOf } from '../../src-main/training/lesson.ts';
import {
  createDeck,
  draw,
  keptShare,
  labelOffsetsOf,
  type Minibatch,
  minibatch,
} from '../../src-main/training/minibatch.ts';
import { initialTrunk, tensorOf } from '../../src-main/training/network.ts';
import { randomFrom } from '../../src-main/training/random.ts';
import { rowsOfRole } from '../../src-main/training/roles.ts';
import { openStepper, type Stepper } from '../../src-main/training/stepper.ts';
import type { TrunkOptimiser } from '../../src-main/training/train-graph.ts';
import { createAdam, descend, lossAndGradients, networkOf, parametersOf } from './reference.ts';
import { tableFrom } from './tables.ts';

const dropout = { units: 0.3, bits: 0.2 };
const kept = { bits: keptShare(dropout.bits), units: keptShare(dropout.units) };
const batch = 24;

function lesson(hidden: readonly number[], seed = 5) {
  const table = tableFrom(seed, { rows: 150, tasks: 4 });
  const random = randomFrom(seed, 2);
  const deck = createDeck(rowsOfRole(table, 'train'), random);
  const offsets = labelOffsetsOf(table);
  const next = (): Minibatch => minibatch(table, offsets, draw(deck, batch), hidden, dropout, random);
  return { table, compaction: compactionOf(table), next };
}

/** @returns the largest difference, in units of the largest value that the reference tensor has */
function apart(values: ArrayLike<number>, reference: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < reference.length; i++) {
    difference = Math.max(difference, Math.abs(values[i]! - reference[i]!));
    largest = Math.max(largest, Math.abs(reference[i]!));
  }
  return difference / largest;
}

type Open = (...given: Parameters<typeof openStepper>) => Promise<Stepper>;

/** Steps of a federated round as the CPU takes them, with so many rows as a dense product. */
const descending =
  (frequent?: number): Open =>
  (shape, _, compaction, start) =>
    openDescentStepper(shape, compaction, start, frequent);

async function compare(
  hidden: readonly number[],
  optimiser: TrunkOptimiser,
  runs: readonly number[],
  open: Open = openStepper,
) {
  const { table, compaction, next } = lesson(hidden);
  const trunk = initialTrunk(hidden, 3);
  const head = newHead(hidden.at(-1)!, table.tasks.length, 3);
  const rates = { trunk: optimiser === 'adam' ? 1e-2 : 0.5, head: 5e-3 };

  const network = networkOf(
    hidden,
    trunk.shapes.map((shape) => tensorOf(trunk, shape)),
    { weight: head.tensors['head.weight']!, bias: head.tensors['head.bias']! },
  );
  const adam = createAdam();
  const shape = { rows: compaction.trained, hidden, tasks: table.tasks.length, batch };
  const stepper = await open(shape, optimiser, compaction, {
    ...namedTrunk(compactTrunk(trunk, compaction, compaction.trained)),
    ...head.tensors,
  });
  const losses: number[] = [];
  const expected: number[] = [];
  let taken = 0;
  for (const steps of runs) {
    const batches = Array.from({ length: steps }, next);
    losses.push(...(await stepper.run(batches, { ...rates, keptBits: kept.bits, keptUnits: kept.units }, taken)));
    for (const drawn of batches) {
      taken++;
      const { loss, gradients } = lossAndGradients(network, drawn, kept);
      expected.push(loss);
      parametersOf(network).forEach((values, index) => {
        const ofHead = index >= 2 * hidden.length;
        if (ofHead || optimiser === 'adam') adam(values, gradients[index]!, ofHead ? rates.head : rates.trunk, taken);
        else descend(values, gradients[index]!, rates.trunk);
      });
    }
  }
  const state = await stepper.state();
  const end = withCompact(trunk, compaction, trunkOf(state, hidden.length));
  await stepper.close();
  const tensors = [...end.shapes.map((shape) => tensorOf(end, shape)), state['head.weight']!, state['head.bias']!];
  return { tensors, reference: parametersOf(network), losses, expected, begin: trunk };
}

describe('the train graph', () => {
  it.each([
    ['Adam on trunk and head, one layer', 'adam', [8], openStepper],
    ['Adam on trunk and head, three layers', 'adam', [8, 6, 5], openStepper],
    ['SGD on the trunk and Adam on the head, one layer', 'sgd', [8], openStepper],
    ['SGD on the trunk and Adam on the head, two layers', 'sgd', [8, 6], openStepper],
    ['rows moved in place, one layer', 'sgd', [8], descending(60)],
    ['rows moved in place, two layers, one dense row', 'sgd', [8, 6], descending(1)],
    ['rows moved in place, two layers, all rows dense', 'sgd', [8, 6], descending()],
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
    const whole = await compare([8, 6], 'adam', [32, 8]);
    const cut = await compare([8, 6], 'adam', [1, 1, 5, 5, 20, 2, 6]);
    expect(cut.tensors).toEqual(whole.tensors);
    expect(cut.losses).toEqual(whole.losses);
  });
});

describe('the float64 reference', () => {
  it('has the gradient that finite differences find', () => {
    const hidden = [5, 4];
    const { table, next } = lesson(hidden, 9);
    const trunk = initialTrunk(hidden, 4);
    const head = newHead(4, table.tasks.length, 4);
    const network = networkOf(
      hidden,
      trunk.shapes.map((shape) => tensorOf(trunk, shape)),
      { weight: head.tensors['head.weight']!, bias: head.tensors['head.bias']! },
    );
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

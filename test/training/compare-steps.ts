/** The same steps by a stepper and by the float64 reference, from one start and over one row of minibatches. */
import type { HeadSettings } from '../../src-main/contract/training.ts';
import { compactionOf, compactTrunk, withCompact } from '../../src-main/training/compaction.ts';
import { newHead } from '../../src-main/training/head.ts';
import { headsOf, labelsOfHeads } from '../../src-main/training/labels.ts';
import { namedTrunk, trunkOf } from '../../src-main/training/lesson.ts';
import { createDeck, draw, keptShare, type Minibatch, minibatch } from '../../src-main/training/minibatch.ts';
import { initialTrunk, tensorOf } from '../../src-main/training/network.ts';
import { headTensors } from '../../src-main/training/network-shape.ts';
import type { OpenStepper } from '../../src-main/training/providers/open-stepper.ts';
import { randomFrom } from '../../src-main/training/random.ts';
import { rowsOfRole } from '../../src-main/training/roles.ts';
import { openStepper } from '../../src-main/training/stepper.ts';
import type { TrunkOptimiser } from '../../src-main/training/train-graph.ts';
import { createAdam, descend, lossAndGradients, networkOf, parametersOf } from './reference.ts';
import { type TableSize, tableFrom } from './tables.ts';

const dropout = { units: 0.3, bits: 0.2 };
export const kept = { bits: keptShare(dropout.bits), units: keptShare(dropout.units) };
export type Sizes = { readonly batch: number; readonly table: TableSize; readonly weightDecay?: number };

const small: Sizes = { batch: 24, table: { rows: 150, tasks: 4, valueTasks: 3, catalogueTasks: 3 } };

export function lesson(
  hidden: readonly number[],
  settings: HeadSettings = {},
  seed = 5,
  { batch, table: size } = small,
) {
  const table = tableFrom(seed, size);
  const random = randomFrom(seed, 2);
  const deck = createDeck(rowsOfRole(table, 'train'), random);
  const heads = headsOf(table, settings);
  const labels = labelsOfHeads(table, heads, settings);
  const next = (): Minibatch => minibatch(table, labels, draw(deck, batch), { hidden, heads }, dropout, random);
  return { compaction: compactionOf(table), heads, next };
}

/** @returns the largest difference, in units of the largest value that the reference tensor has */
export function apart(values: ArrayLike<number>, reference: ArrayLike<number>): number {
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < reference.length; i++) {
    difference = Math.max(difference, Math.abs(values[i]! - reference[i]!));
    largest = Math.max(largest, Math.abs(reference[i]!));
  }
  return difference / largest;
}

export type Open = OpenStepper;

/** Takes the same steps by a stepper and by the float64 reference. */
export async function compare(
  hidden: readonly number[],
  optimiser: TrunkOptimiser,
  runs: readonly number[],
  open: Open = openStepper,
  settings: HeadSettings = {},
  sizes: Sizes = small,
) {
  const { compaction, heads, next } = lesson(hidden, settings, 5, sizes);
  const trunk = initialTrunk(hidden, 3);
  const head = newHead(hidden.at(-1)!, heads, 3);
  const { weightDecay } = sizes;
  const rates = {
    trunk: optimiser === 'adam' ? 1e-2 : 0.5,
    head: 5e-3,
    ...(weightDecay !== undefined && { weightDecay }),
  };

  const network = networkOf({ hidden, heads }, (name) => {
    const ofTrunk = trunk.shapes.find((shape) => shape.name === name);
    return ofTrunk === undefined ? head.tensors[name]! : tensorOf(trunk, ofTrunk);
  });
  const adam = createAdam();
  const decays = weightDecay !== undefined;
  const shape = { rows: compaction.trained, hidden, heads, batch: sizes.batch, ...(decays && { decays }) };
  const isHeld = new Set(compaction.bits.subarray(0, compaction.trained));
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
        if (decays && (ofHead || optimiser === 'adam')) {
          values.forEach((value, at) => {
            if (index === 0 && !isHeld.has(Math.floor(at / hidden[0]!))) return;
            gradients[index]![at]! += weightDecay * value;
          });
        }
        if (ofHead || optimiser === 'adam') adam(values, gradients[index]!, ofHead ? rates.head : rates.trunk, taken);
        else descend(values, gradients[index]!, rates.trunk);
      });
    }
  }
  const state = await stepper.state();
  const end = withCompact(trunk, compaction, trunkOf(state, hidden.length));
  await stepper.close();
  const ofHeads = heads.flatMap((own) => headTensors(own, hidden.at(-1)!)).map(({ name }) => state[name]!);
  const tensors = [...end.shapes.map((shape) => tensorOf(end, shape)), ...ofHeads];
  return { tensors, reference: parametersOf(network), losses, expected, begin: trunk };
}

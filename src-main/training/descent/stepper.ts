/** Takes the steps of a federated round on the CPU; the rare rows of the first weight are moved in place. */
import type { Compaction } from '../compaction.ts';
import type { Minibatch } from '../minibatch.ts';
import { firstWeight, listName, maskedLayers, sizeOfTensor } from '../network-shape.ts';
import { modelBytes } from '../onnx/graph.ts';
import { adamScalars, settling } from '../optimiser.ts';
import { bools, type Feeds, floats, integers, openSession, scalar } from '../session.ts';
import type { State, Stepper } from '../stepper.ts';
import { stateTensors, type TrainShape } from '../train-graph.ts';
import { descentGraph, smallTensors } from './step-graph.ts';

/** The most frequent bits of real compounds: two thirds of all that are set. */
const mostFrequent = 512;

/**
 * Plain SGD on the trunk, Adam on the head. Tensors that `start` does not name begin as zeros.
 * @param frequent rows of the first weight that go as a dense product
 */
export async function openDescentStepper(
  shape: TrainShape,
  compaction: Compaction,
  start: State,
  frequent = Math.min(mostFrequent, shape.rows),
): Promise<Stepper> {
  const { batch, rows, hidden } = shape;
  const width = hidden[0]!;
  const session = await openSession(modelBytes(descentGraph(shape, frequent)), 1);
  const state: State = Object.fromEntries(
    stateTensors(shape, 'sgd').map((tensor) => [
      tensor.name,
      start[tensor.name]?.slice() ?? new Float32Array(sizeOfTensor(tensor)),
    ]),
  );
  const small = smallTensors(shape);
  const dense = new Float32Array(batch * frequent);

  return {
    shape,
    state: async () => ({ ...state }),
    replace(tensors) {
      for (const name of Object.keys(state)) if (tensors[name] !== undefined) state[name]!.set(tensors[name]);
    },
    async run(batches, rates, taken) {
      const losses = new Float32Array(batches.length);
      const weight = state[firstWeight]!;
      const frequentRows = weight.subarray(0, frequent * width);
      const rareRows = weight.subarray(frequent * width);
      const same = {
        frequent_rows: floats(frequentRows, [frequent, width]),
        ...(rows > frequent && { rare_rows: floats(rareRows, [rows - frequent, width]) }),
        trunk_rate: scalar(rates.trunk),
        input_scale: scalar(1 / rates.keptBits),
        unit_scale: scalar(1 / rates.keptUnits),
      };
      for (const [step, drawn] of batches.entries()) {
        const bits = splitBits(drawn, compaction, frequent, dense);
        const head = adamScalars(rates.head, taken + step + 1);
        const results = await session.run({
          ...same,
          frequent_bits: floats(dense, [batch, frequent]),
          ...(rows > frequent && { rare_bits: integers(bits.rare), rare_compounds: integers(bits.compounds) }),
          ...batchFeeds(drawn, shape),
          ...Object.fromEntries(small.map(({ name, shape: sizes }) => [name, floats(state[name]!, sizes)])),
          head_rate: scalar(head.scale),
          denominator: scalar(head.denominator),
          first_lift: scalar(head.firstLift),
          second_lift: scalar(head.secondLift),
        });
        const result = (name: string) => results[name]!.data as Float32Array;
        for (const { name } of small) state[name] = result(`next.${name}`);
        frequentRows.set(result('next.frequent_rows'));
        subtractRows(rareRows, bits, result('into_bits'), rates.trunk, width);
        settle(state, taken + step + 1);
        losses[step] = result('loss')[0]!;
      }
      return losses;
    },
    close: session.release,
  };
}

type SplitBits = {
  /** Row among the rare ones of each set bit that is not frequent, and its compound. */
  readonly rare: Uint32Array;
  readonly compounds: Uint32Array;
};

/** @param dense [batch, frequent], written over: 1 where a frequent bit is set */
function splitBits(
  { bits, bitCompounds }: Minibatch,
  { rowOfBit }: Compaction,
  frequent: number,
  dense: Float32Array,
): SplitBits {
  dense.fill(0);
  const rare = new Uint32Array(bits.length);
  const compounds = new Uint32Array(bits.length);
  let count = 0;
  for (let at = 0; at < bits.length; at++) {
    const row = rowOfBit[bits[at]!]!;
    if (row < frequent) {
      dense[bitCompounds[at]! * frequent + row] = 1;
    } else {
      rare[count] = row - frequent;
      compounds[count++] = bitCompounds[at]!;
    }
  }
  return { rare: rare.subarray(0, count), compounds: compounds.subarray(0, count) };
}

function batchFeeds(drawn: Minibatch, shape: TrainShape): Feeds {
  const masks = maskedLayers(shape).map(
    ({ name, width }) => [name, bools(drawn.masks[name]!, [shape.batch, width])] as const,
  );
  const labels = shape.heads.flatMap(({ kind }) => {
    const { cells, ...values } = drawn.labels[kind]!;
    return [
      [listName(kind, 'cells'), integers(cells)] as const,
      ...Object.entries(values).map(([name, list]) => [listName(kind, name), floats(list)] as const),
    ];
  });
  return Object.fromEntries([...masks, ...labels]);
}

/** Each set bit's row moves against what its compound says. */
function subtractRows(
  rows: Float32Array,
  { rare, compounds }: SplitBits,
  into: Float32Array,
  rate: number,
  width: number,
) {
  const down = into.map((value) => rate * value);
  for (let at = 0; at < rare.length; at++) {
    const to = rare[at]! * width;
    const from = compounds[at]! * width;
    for (let unit = 0; unit < width; unit++) rows[to + unit]! -= down[from + unit]!;
  }
}

/** Moments decay once in a while; see optimiser.ts. */
function settle(state: State, taken: number): void {
  const { first, second } = settling(taken);
  if (first === 1) return;
  for (const [name, values] of Object.entries(state)) {
    const factor = name.endsWith('.first') ? first : name.endsWith('.second') ? second : undefined;
    if (factor !== undefined) for (let at = 0; at < values.length; at++) values[at]! *= factor;
  }
}

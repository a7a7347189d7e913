/** Minibatches as the inputs of the train graph: lists one step after the other, with offsets. */
import type { Compaction } from './compaction.ts';
import type { Minibatch } from './minibatch.ts';
import { bools, type Feeds, floats, integers } from './session.ts';
import type { TrainShape, TrunkOptimiser } from './train-graph.ts';

/** @returns the inputs that depend on what was drawn; rates and state come from elsewhere */
export function stepFeeds(
  batches: readonly Minibatch[],
  { rowOfBit, trained }: Compaction,
  { hidden, batch }: TrainShape,
  optimiser: TrunkOptimiser,
): Feeds {
  const rows = Int32Array.from(joined(Uint16Array, batches, 'bits'), (bit) => rowOfBit[bit]!);
  const bitOffsets = offsetsOf(batches.map(({ bits }) => bits.length));
  const weights = joined(Float32Array, batches, 'labelWeights');
  const masks = hidden.map((width, layer) => {
    const mask = new Uint8Array(batches.length * batch * width);
    batches.forEach(({ masks }, step) => {
      mask.set(masks[layer]!, step * batch * width);
    });
    return [`mask_${layer}`, bools(mask, [batches.length, batch, width])] as const;
  });
  return {
    bits: integers(rows),
    bit_compounds: integers(joined(Uint32Array, batches, 'bitCompounds')),
    bit_offsets: integers(bitOffsets),
    label_cells: integers(joined(Uint32Array, batches, 'labelCells')),
    label_targets: floats(Float32Array.from(joined(Uint8Array, batches, 'labelTargets'))),
    label_weights: floats(weights.map((weight) => weight / batch)),
    label_offsets: integers(offsetsOf(batches.map(({ labelCells }) => labelCells.length))),
    ...Object.fromEntries(masks),
    ...(optimiser === 'adam' ? distinctBits(rows, bitOffsets, trained) : {}),
  };
}

/** The different bits of each step, and where each set bit stands among them. */
function distinctBits(rows: Int32Array, bitOffsets: Uint32Array, trained: number): Feeds {
  const distinct = new Uint32Array(rows.length);
  const places = new Uint32Array(rows.length);
  const distinctOffsets = new Uint32Array(bitOffsets.length);
  const placeOf = new Int32Array(trained);
  let count = 0;
  for (let step = 0; step + 1 < bitOffsets.length; step++) {
    placeOf.fill(-1);
    const start = count;
    for (let at = bitOffsets[step]!; at < bitOffsets[step + 1]!; at++) {
      const row = rows[at]!;
      if (placeOf[row] === -1) {
        placeOf[row] = count - start;
        distinct[count++] = row;
      }
      places[at] = placeOf[row]!;
    }
    distinctOffsets[step + 1] = count;
  }
  return {
    distinct: integers(distinct.subarray(0, count)),
    bit_places: integers(places),
    distinct_offsets: integers(distinctOffsets),
  };
}

type List = Uint8Array | Uint16Array | Uint32Array | Float32Array;

function joined<Key extends keyof Minibatch, Joined extends List & Minibatch[Key]>(
  kind: new (length: number) => Joined,
  batches: readonly Minibatch[],
  key: Key,
): Joined {
  const lists = batches.map((batch) => batch[key] as List);
  const all = new kind(lists.reduce((length, list) => length + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

function offsetsOf(lengths: readonly number[]): Uint32Array {
  const offsets = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, index) => {
    offsets[index + 1] = offsets[index]! + length;
  });
  return offsets;
}

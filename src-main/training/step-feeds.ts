/** Minibatches as inputs of graphs: for the Loop as lists one step after the other, with offsets. */
import type { Compaction } from './compaction.ts';
import type { BatchLabels, Minibatch } from './minibatch.ts';
import { type HeadKind, listName, maskedLayers } from './network-shape.ts';
import { bools, type Feeds, floats, integers } from './session.ts';
import { labelOffsets, type TrainShape, type TrunkOptimiser } from './train-graph.ts';

/** @returns the inputs that depend on what was drawn; rates and state come from elsewhere */
export function stepFeeds(
  batches: readonly Minibatch[],
  { rowOfBit }: Compaction,
  shape: TrainShape,
  optimiser: TrunkOptimiser,
): Feeds {
  const rows = Int32Array.from(
    joined(
      Uint16Array,
      batches.map(({ bits }) => bits),
    ),
    (bit) => rowOfBit[bit]!,
  );
  const bitOffsets = offsetsOf(batches.map(({ bits }) => bits.length));
  const masks = maskedLayers(shape).map(({ name, width }) => {
    const mask = joined(
      Uint8Array,
      batches.map(({ masks }) => masks[name]!),
    );
    return [name, bools(mask, [batches.length, shape.batch, width])] as const;
  });
  return {
    bits: integers(rows),
    bit_compounds: integers(
      joined(
        Uint32Array,
        batches.map(({ bitCompounds }) => bitCompounds),
      ),
    ),
    bit_offsets: integers(bitOffsets),
    ...Object.fromEntries(masks),
    ...Object.assign({}, ...shape.heads.map(({ kind }) => labelsOfSteps(kind, batches))),
    ...(optimiser === 'adam' ? distinctBits(rows, bitOffsets, shape.rows) : {}),
  };
}

/** Masks of the compounds of one minibatch from `from` to before `to`. */
export const maskFeeds = (
  { masks }: Minibatch,
  shape: Pick<TrainShape, 'hidden' | 'heads'>,
  from: number,
  to: number,
): Feeds =>
  Object.fromEntries(
    maskedLayers(shape).map(({ name, width }) => [
      name,
      bools(masks[name]!.subarray(from * width, to * width), [to - from, width]),
    ]),
  );

/** The labels of a head, as `labelInputs` of step-parts.ts names them. */
export const labelFeeds = (kind: HeadKind, { cells, ...values }: BatchLabels): Feeds => ({
  [listName(kind, 'cells')]: integers(cells),
  ...Object.fromEntries(Object.entries(values).map(([name, list]) => [listName(kind, name), floats(list)])),
});

function labelsOfSteps(kind: HeadKind, batches: readonly Minibatch[]): Feeds {
  const labels = batches.map((batch) => batch.labels[kind]!);
  const { cells: _, ...others } = labels[0]!;
  const values = (Object.keys(others) as (keyof typeof others)[]).map((name) => {
    const list = joined(
      Float32Array,
      labels.map((of) => of[name]!),
    );
    return [name, list] as const;
  });
  const cells = joined(
    Uint32Array,
    labels.map((of) => of.cells),
  );
  return {
    ...labelFeeds(kind, { cells, ...(Object.fromEntries(values) as Omit<BatchLabels, 'cells'>) }),
    [labelOffsets(kind)]: integers(offsetsOf(labels.map((of) => of.cells.length))),
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

function joined<Joined extends List>(kind: new (length: number) => Joined, lists: readonly Joined[]): Joined {
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

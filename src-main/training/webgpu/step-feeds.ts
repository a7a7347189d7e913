/** One minibatch as the inputs of the WebGPU step: the first layer's bits in dense and in padded lists. */
import type { Compaction } from '../compaction.ts';
import type { Minibatch } from '../minibatch.ts';
import { type HeadKind, listName, maskedLayers } from '../network-shape.ts';
import { type Feeds, floats, integers32 } from '../session.ts';
import type { Rates } from '../stepper.ts';
import type { TrainShape } from '../train-graph.ts';
import { denseRows, labelPlaces, partsOf } from './step-graph.ts';

/** @returns the inputs that depend on what was drawn; rates, losses and state come from elsewhere */
export function webgpuStepFeeds(
  drawn: Minibatch,
  { rowOfBit }: Compaction,
  shape: TrainShape,
  { keptUnits }: Pick<Rates, 'keptUnits'>,
): Feeds {
  const { batch } = shape;
  const feeds: Record<string, Feeds[string]> = {};
  let at = 0;
  partsOf(batch).forEach(({ from, to }, part) => {
    const start = at;
    while (at < drawn.bits.length && drawn.bitCompounds[at]! < to) at++;
    const rows = Int32Array.from(drawn.bits.subarray(start, at), (bit) => rowOfBit[bit]!);
    const compounds = Int32Array.from(drawn.bitCompounds.subarray(start, at), (compound) => compound - from);
    Object.assign(feeds, partFeeds(part, rows, compounds, to - from, shape));
  });
  for (const { name, width } of maskedLayers(shape)) {
    const mask = Float32Array.from(drawn.masks[name]!, (kept) => kept / keptUnits);
    feeds[name] = floats(mask, [batch, width]);
  }
  for (const { kind, tasks } of shape.heads) Object.assign(feeds, labelFeeds(drawn, kind, batch, tasks));
  return feeds;
}

/** A batch without labels still has one entry, of weight 0. */
function labelFeeds({ labels }: Minibatch, kind: HeadKind, batch: number, tasks: number): Feeds {
  const { cells, ...values } = labels[kind]!;
  const length = Math.max(1, cells.length);
  const filled = <List extends Int32Array | Float32Array>(list: List, given: ArrayLike<number>) => {
    list.set(given);
    return list;
  };
  const places = new Int32Array(batch * tasks).fill(length);
  cells.forEach((cell, label) => {
    places[cell] = label;
  });
  return {
    [listName(kind, 'cells')]: integers32(filled(new Int32Array(length), cells)),
    ...Object.fromEntries(
      Object.entries(values).map(([name, list]) => [
        listName(kind, name),
        floats(filled(new Float32Array(length), list)),
      ]),
    ),
    [labelPlaces(kind)]: integers32(places),
  };
}

/** Of the compounds of one part: set bit `i` is in `rows[i]` of the first weight and belongs to `compounds[i]`. */
function partFeeds(
  part: number,
  rows: Int32Array,
  compounds: Int32Array,
  size: number,
  shape: TrainShape,
): Record<string, Feeds[string]> {
  const dense = denseRows(shape);
  const uses = new Int32Array(shape.rows);
  for (const row of rows) uses[row]!++;
  const { chosen, placeOf } = mostUsed(uses, dense, size);

  const ones = new Float32Array(size * dense);
  const rareOf = Array.from({ length: size }, (): number[] => []);
  const compoundsOf = new Map<number, number[]>();
  rows.forEach((row, at) => {
    const compound = compounds[at]!;
    if (placeOf[row]! >= 0) {
      ones[compound * dense + placeOf[row]!] = 1;
      return;
    }
    rareOf[compound]!.push(row);
    const users = compoundsOf.get(row);
    if (users === undefined) compoundsOf.set(row, [compound]);
    else users.push(compound);
  });

  // A row finds its gradient among: dense rows, compounds (of a row that only one has), nothing, shared lists.
  const places = Int32Array.from(placeOf, (place) => (place >= 0 ? place : dense + size));
  const shared: (readonly number[])[] = [];
  for (const [row, users] of compoundsOf) {
    places[row] = users.length === 1 ? dense + users[0]! : dense + size + 1 + shared.length;
    if (users.length > 1) shared.push(users);
  }
  const rare = padded(rareOf);
  const lists = padded(shared.length === 0 ? [[]] : shared);
  return {
    [`dense_rows_${part}`]: integers32(chosen),
    [`dense_${part}`]: floats(ones, [size, dense]),
    [`rare_rows_${part}`]: integers32(rare.indices, [size, rare.most]),
    [`rare_mask_${part}`]: floats(rare.mask, [size, 1, rare.most]),
    [`shared_compounds_${part}`]: integers32(lists.indices, [lists.count, lists.most]),
    [`shared_mask_${part}`]: floats(lists.mask, [lists.count, 1, lists.most]),
    [`places_${part}`]: integers32(places),
  };
}

/** @returns the `count` rows that are used most, and for each row its place among them or -1; spare places hold row 0 */
function mostUsed(uses: Int32Array, count: number, most: number) {
  const rowsWith = new Int32Array(most + 1);
  for (const used of uses) rowsWith[used]!++;
  let least = most;
  for (let above = rowsWith[least]!; least > 1 && above + rowsWith[least - 1]! <= count; least--) {
    above += rowsWith[least - 1]!;
  }
  const chosen = new Int32Array(count);
  const placeOf = new Int32Array(uses.length).fill(-1);
  let next = 0;
  const take = (wanted: (used: number) => boolean) =>
    uses.forEach((used, row) => {
      if (used === 0 || next === count || placeOf[row] !== -1 || !wanted(used)) return;
      placeOf[row] = next;
      chosen[next++] = row;
    });
  take((used) => used >= least);
  take((used) => used === least - 1);
  return { chosen, placeOf };
}

/** Lists of one length, a multiple of 4, so that few different shapes occur; padding points to 0 under a mask of 0. */
function padded(lists: readonly (readonly number[])[]) {
  const most = 4 * Math.max(1, Math.ceil(lists.reduce((longest, { length }) => Math.max(longest, length), 0) / 4));
  const indices = new Int32Array(lists.length * most);
  const mask = new Float32Array(lists.length * most);
  lists.forEach((list, index) => {
    indices.set(list, index * most);
    mask.fill(1, index * most, index * most + list.length);
  });
  return { count: lists.length, most, indices, mask };
}

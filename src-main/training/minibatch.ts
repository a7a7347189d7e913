/** Draws minibatches from a training table: which compounds, which bits and units are dropped, which labels count. */
import type { TrainingTable } from '../tasks/training-table.ts';
import type { HeadLabels } from './labels.ts';
import { type HeadKind, type LabelLists, maskedLayers, type NetworkShape } from './network-shape.ts';
import { decide, type Random, shuffle } from './random.ts';

/** One step's worth of compounds, by values that any implementation of the step can use. */
export type Minibatch = {
  /** Rows of the table. */
  readonly compounds: Uint32Array;
  /** Fingerprint bits that were not dropped, and beside each the compound of the batch that has it. */
  readonly bits: Uint16Array;
  readonly bitCompounds: Uint32Array;
  /** By the names of `maskedLayers` [batch, width]: 1 where the unit is kept. */
  readonly masks: Readonly<Record<string, Uint8Array>>;
  readonly labels: Readonly<Partial<Record<HeadKind, BatchLabels>>>;
};

/** Weights are over the batch size. */
export type BatchLabels = LabelLists<Float32Array, Uint32Array>;

export type Dropout = {
  /** Share of hidden units dropped. */
  readonly units: number;
  /** Share of set bits dropped. */
  readonly bits: number;
};

/** Dropout is drawn in 1/65536; what is kept is scaled by exactly that share. */
export const keptShare = (dropped: number): number => keepBelow(dropped) / 65_536;

const keepBelow = (dropped: number) => Math.round((1 - dropped) * 65_536);

/** An endless row of compounds: every one once, in a new order, then again. */
export type Deck = { readonly rows: Uint32Array; readonly random: Random; next: number };

export function createDeck(rows: Uint32Array, random: Random): Deck {
  return { rows: rows.slice(), random, next: rows.length };
}

export function draw(deck: Deck, count: number): Uint32Array {
  const drawn = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    if (deck.next >= deck.rows.length) {
      shuffle(deck.rows, deck.random);
      deck.next = 0;
    }
    drawn[i] = deck.rows[deck.next++]!;
  }
  return drawn;
}

/** @param shape of which masks and labels are drawn */
export function minibatch(
  table: TrainingTable,
  labels: readonly HeadLabels[],
  compounds: Uint32Array,
  shape: Pick<NetworkShape, 'hidden' | 'heads'>,
  dropout: Dropout,
  random: Random,
): Minibatch {
  const masks = maskedLayers(shape).map(
    ({ name, width }) => [name, drawMask(compounds.length * width, dropout.units, random)] as const,
  );
  return {
    compounds,
    ...drawBits(table, compounds, dropout.bits, random),
    masks: Object.fromEntries(masks),
    labels: Object.fromEntries(labels.map((head) => [head.kind, labelsOf(head, compounds)])),
  };
}

function drawBits({ bitOffsets, bitIndices }: TrainingTable, compounds: Uint32Array, dropped: number, random: Random) {
  let most = 0;
  for (const row of compounds) most += bitOffsets[row + 1]! - bitOffsets[row]!;
  const bits = new Uint16Array(most);
  const bitCompounds = new Uint32Array(most);
  const limit = keepBelow(dropped);
  let kept = 0;
  compounds.forEach((row, compound) => {
    for (let at = bitOffsets[row]!; at < bitOffsets[row + 1]!; at++) {
      if (dropped > 0 && random() >>> 16 >= limit) continue;
      bits[kept] = bitIndices[at]!;
      bitCompounds[kept++] = compound;
    }
  });
  return { bits: bits.subarray(0, kept), bitCompounds: bitCompounds.subarray(0, kept) };
}

function drawMask(units: number, dropped: number, random: Random): Uint8Array {
  const mask = new Uint8Array(units);
  if (dropped === 0) return mask.fill(1);
  decide(mask, keepBelow(dropped), random);
  return mask;
}

function labelsOf(head: HeadLabels, compounds: Uint32Array): BatchLabels {
  const { tasks, offsets, columns, targets, weights, lowest, highest } = head;
  let count = 0;
  for (const row of compounds) count += offsets[row + 1]! - offsets[row]!;
  const places = new Uint32Array(count);
  const cells = new Uint32Array(count);
  let label = 0;
  compounds.forEach((row, compound) => {
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      places[label] = at;
      cells[label++] = compound * tasks + columns[at]!;
    }
  });
  const drawn = (list: Float32Array) => Float32Array.from(places, (at) => list[at]!);
  return {
    cells,
    targets: drawn(targets),
    weights: drawn(weights).map((weight) => weight / compounds.length),
    ...(lowest !== undefined && highest !== undefined && { lowest: drawn(lowest), highest: drawn(highest) }),
  };
}

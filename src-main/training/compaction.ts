/**
 * Only bits that occur in this partner's compounds matter while it trains: all other rows of the trunk's first layer
 * meet no compound, so they never get a gradient. Training holds just the rows that occur; the trunk is put together
 * again outside. This is exact: where a partner alone lets weights decay, all rows of its table are trained, and those
 * of other bits have come to zero (trainer.ts).
 */
import type { TrainingTable } from '../tasks/training-table.ts';
import { fingerprintBits, type TensorShape, type TrunkTensors, tensorOf } from './network.ts';
import { rowsOfRole } from './roles.ts';

export type Compaction = {
  /** Bit of each compact row: bits of training compounds first, the most frequent first, then those met elsewhere. */
  readonly bits: Uint16Array;
  /** How many of them occur in training compounds: the rows that training can change. */
  readonly trained: number;
  /** Compact row of each bit; -1 for a bit that no compound of the table has. */
  readonly rowOfBit: Int32Array;
  /** Set bits of the compound that has the most. */
  readonly mostBits: number;
};

export function compactionOf(table: TrainingTable): Compaction {
  const counts = (role: Parameters<typeof rowsOfRole>[1]) => {
    const count = new Uint32Array(fingerprintBits);
    for (const row of rowsOfRole(table, role)) {
      for (let at = table.bitOffsets[row]!; at < table.bitOffsets[row + 1]!; at++) count[table.bitIndices[at]!]!++;
    }
    return count;
  };
  const train = counts('train');
  const others = (['validation', 'test', 'held-out'] as const).map(counts);
  const occurring = (count: (bit: number) => number) =>
    Array.from({ length: fingerprintBits }, (_, bit) => bit)
      .filter((bit) => count(bit) > 0)
      .sort((one, other) => count(other) - count(one) || one - other);
  const trained = occurring((bit) => train[bit]!);
  const elsewhere = occurring((bit) => (train[bit] === 0 ? others.reduce((sum, count) => sum + count[bit]!, 0) : 0));
  const bits = Uint16Array.from([...trained, ...elsewhere]);
  const rowOfBit = new Int32Array(fingerprintBits).fill(-1);
  bits.forEach((bit, row) => {
    rowOfBit[bit] = row;
  });
  let mostBits = 0;
  for (let row = 0; row < table.rows; row++) {
    mostBits = Math.max(mostBits, table.bitOffsets[row + 1]! - table.bitOffsets[row]!);
  }
  return { bits, trained: trained.length, rowOfBit, mostBits };
}

/** A trunk with only the first `rows` compact rows of its first weight; the other tensors are whole. */
export type CompactTrunk = {
  /** [rows, width of the first layer] */
  readonly rows: Float32Array;
  /** The other tensors in the order of the trunk's shapes. */
  readonly others: readonly Float32Array[];
};

export const copyOf = ({ rows, others }: CompactTrunk): CompactTrunk => ({
  rows: rows.slice(),
  others: others.map((tensor) => tensor.slice()),
});

export function compactTrunk(trunk: TrunkTensors, { bits }: Compaction, rows: number): CompactTrunk {
  const [first, ...rest] = trunk.shapes as [TensorShape, ...TensorShape[]];
  const width = first.shape[1]!;
  const weight = tensorOf(trunk, first);
  const gathered = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    gathered.set(weight.subarray(bits[row]! * width, (bits[row]! + 1) * width), row * width);
  }
  return { rows: gathered, others: rest.map((shape) => tensorOf(trunk, shape).slice()) };
}

/** The trunk with the compact rows and the other tensors put in their places; rows not among them stay as in `trunk`. */
export function withCompact(trunk: TrunkTensors, { bits }: Compaction, compact: CompactTrunk): TrunkTensors {
  const [first, ...rest] = trunk.shapes as [TensorShape, ...TensorShape[]];
  const width = first.shape[1]!;
  const result = { shapes: trunk.shapes, values: trunk.values.slice() };
  const weight = tensorOf(result, first);
  for (let row = 0; row * width < compact.rows.length; row++) {
    weight.set(compact.rows.subarray(row * width, (row + 1) * width), bits[row]! * width);
  }
  rest.forEach((shape, index) => {
    tensorOf(result, shape).set(compact.others[index]!);
  });
  return result;
}

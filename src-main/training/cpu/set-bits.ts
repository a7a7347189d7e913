/** Which rows each compound of a minibatch has, and which compounds each row has: the lists that kernels.ts goes along. */
import type { Compaction } from '../compaction.ts';
import type { Minibatch } from '../minibatch.ts';

/** Lists one after the other; entries are offsets in bytes, ends are places of entries. */
export type BitLists = {
  readonly ofCompounds: { readonly entries: Uint32Array; readonly ends: Uint32Array };
  /** Of rows with a set bit only, ascending, or of all rows. */
  readonly ofRows: { readonly entries: Uint32Array; readonly ends: Uint32Array; readonly rows: Uint32Array };
};

/** @param rowBytes from one row, or one compound's slopes, to the next */
export function bitLists(
  { compounds, bits, bitCompounds }: Minibatch,
  { rowOfBit }: Compaction,
  rows: number,
  rowBytes: number,
  allRows: boolean,
): BitLists {
  const entries = new Uint32Array(bits.length);
  const ends = new Uint32Array(compounds.length);
  const starts = new Uint32Array(rows + 1);
  for (let at = 0; at < bits.length; at++) {
    const row = rowOfBit[bits[at]!]!;
    entries[at] = row;
    starts[row + 1]!++;
    ends[bitCompounds[at]!]!++;
  }
  for (let compound = 1; compound < ends.length; compound++) ends[compound]! += ends[compound - 1]!;
  const touched = new Uint32Array(rows);
  const touchedEnds = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const isTouched = starts[row + 1]! > 0;
    starts[row + 1]! += starts[row]!;
    if (!isTouched && !allRows) continue;
    touched[count] = row * rowBytes;
    touchedEnds[count++] = starts[row + 1]!;
  }
  const compoundEntries = new Uint32Array(bits.length);
  for (let at = 0; at < bits.length; at++) {
    compoundEntries[starts[entries[at]!]!++] = bitCompounds[at]! * rowBytes;
    entries[at]! *= rowBytes;
  }
  return {
    ofCompounds: { entries, ends },
    ofRows: { entries: compoundEntries, ends: touchedEnds.subarray(0, count), rows: touched.subarray(0, count) },
  };
}

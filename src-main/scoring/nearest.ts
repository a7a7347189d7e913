/** Similarity to what this partner trained on: the applicability domain of its models. */

/** Tanimoto similarity of a fingerprint, its bits ascending or not, to the nearest of the compounds; 0 without any. */
export type Nearest = (bits: Uint16Array) => number;

/** Looks up, bit by bit, which compounds share it: the work goes with what is shared, not with how many there are. */
export function nearestAmong(compounds: readonly Uint16Array[], bitCount: number): Nearest {
  const starts = new Uint32Array(bitCount + 1);
  for (const bits of compounds) for (const bit of bits) starts[bit + 1]!++;
  for (let bit = 0; bit < bitCount; bit++) starts[bit + 1]! += starts[bit]!;
  const holders = new Uint32Array(starts[bitCount]!);
  const filled = starts.slice(0, bitCount);
  compounds.forEach((bits, compound) => {
    for (const bit of bits) holders[filled[bit]!++] = compound;
  });
  const shared = new Uint16Array(compounds.length);

  return (bits) => {
    shared.fill(0);
    for (const bit of bits) {
      for (let at = starts[bit]!; at < starts[bit + 1]!; at++) shared[holders[at]!]!++;
    }
    let nearest = 0;
    for (let compound = 0; compound < compounds.length; compound++) {
      const both = shared[compound]!;
      if (both === 0) continue;
      nearest = Math.max(nearest, both / (bits.length + compounds[compound]!.length - both));
    }
    return nearest;
  };
}

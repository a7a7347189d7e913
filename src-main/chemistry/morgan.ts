/** Morgan (ECFP-like) fingerprints, bit for bit RDKit's (Rogers and Hahn 2010, doi 10.1021/ci100050t). */
import { type MoleculeGraph, ringMembership } from './graph.ts';

/**
 * @param graph without isotopes; stereochemistry is not looked at
 * @param radius in bonds, 3 for ECFP6
 * @param foldSize number of bits that the 32-bit codes are folded to, by modulo
 * @returns set bits, ascending, each once
 */
export function morganBits(graph: MoleculeGraph, radius: number, foldSize: number): Uint16Array {
  const { atomCount, bondCount, neighbourOffsets, neighbourAtoms, neighbourBonds } = graph;
  let codes: Uint32Array = atomCodes(graph);
  let next: Uint32Array = new Uint32Array(atomCount);
  const bits = new Set<number>();
  for (const code of codes) bits.add(code % foldSize);

  const words = (bondCount + 31) >> 5;
  let reach: Uint32Array = new Uint32Array(atomCount * words);
  let nextReach: Uint32Array = new Uint32Array(atomCount * words);
  const alive = Uint8Array.from({ length: atomCount }, (_, a) =>
    neighbourOffsets[a + 1]! > neighbourOffsets[a]! ? 1 : 0,
  );
  const seen = createEnvironments();
  const bondTypes = Uint8Array.from(graph.bondOrders, (order, bond) => (graph.aromaticBonds[bond] ? aromatic : order));
  const around = new Float64Array(atomCount);

  for (let layer = 0; layer < radius; layer++) {
    const grown: number[] = [];
    for (let atom = 0; atom < atomCount; atom++) {
      if (!alive[atom]) continue;
      const own = atom * words;
      let count = 0;
      for (let at = neighbourOffsets[atom]!; at < neighbourOffsets[atom + 1]!; at++) {
        const bond = neighbourBonds[at]!;
        const theirs = neighbourAtoms[at]! * words;
        count = insert(around, count, bondTypes[bond]! * 0x100000000 + codes[neighbourAtoms[at]!]!);
        for (let word = 0; word < words; word++) nextReach[own + word]! |= reach[theirs + word]!;
        nextReach[own + (bond >> 5)]! |= 1 << (bond & 31);
      }
      let code = mix(layer, codes[atom]!);
      for (let at = 0; at < count; at++) {
        code = mix(code, mix(mix(0, Math.floor(around[at]! / 0x100000000)), around[at]! >>> 0));
      }
      next[atom] = code;
      grown.push(atom);
    }
    grown.sort((a, b) => next[a]! - next[b]! || a - b);
    for (const atom of grown) {
      if (seen(nextReach.slice(atom * words, (atom + 1) * words))) alive[atom] = 0;
      else bits.add(next[atom]! % foldSize);
    }
    [codes, next] = [next, codes];
    [reach, nextReach] = [nextReach, reach];
    next.fill(0);
    nextReach.fill(0);
  }
  return Uint16Array.from(bits).sort();
}

/** Puts a number into its place among `count` ascending ones. @returns how many there are now */
function insert(ascending: Float64Array, count: number, value: number): number {
  let at = count;
  for (; at > 0 && ascending[at - 1]! > value; at--) ascending[at] = ascending[at - 1]!;
  ascending[at] = value;
  return count + 1;
}

/** Tells whether a set of bonds was shown to it before. */
function createEnvironments(): (bonds: Uint32Array) => boolean {
  const found = new Map<number, Uint32Array[]>();
  return (bonds) => {
    const hash = bonds.reduce(mix, 0);
    const alike = found.get(hash);
    if (alike?.some((others) => others.every((word, at) => word === bonds[at]))) return true;
    if (alike === undefined) found.set(hash, [bonds]);
    else alike.push(bonds);
    return false;
  };
}

const aromatic = 12;

/** The hash combination of boost, on 32 bits. */
const mix = (seed: number, value: number): number => (seed ^ (value + 0x9e3779b9 + (seed << 6) + (seed >>> 2))) >>> 0;

/** Element, degree and hydrogens with and without those drawn as atoms, charge; ring membership. Isotopes are 0 here. */
function atomCodes(graph: MoleculeGraph): Uint32Array {
  const inRing = ringMembership(graph).atoms;
  return Uint32Array.from({ length: graph.atomCount }, (_, atom) => {
    const from = graph.neighbourOffsets[atom]!;
    const to = graph.neighbourOffsets[atom + 1]!;
    let drawnHydrogens = 0;
    for (let at = from; at < to; at++) if (graph.elements[graph.neighbourAtoms[at]!] === 1) drawnHydrogens++;
    let code = mix(0, graph.elements[atom]!);
    code = mix(code, to - from + graph.hydrogens[atom]!);
    code = mix(code, graph.hydrogens[atom]! + drawnHydrogens);
    code = mix(code, graph.charges[atom]! >>> 0);
    code = mix(code, 0);
    return inRing[atom] ? mix(code, 1) : code;
  });
}

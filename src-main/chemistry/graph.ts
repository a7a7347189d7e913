/** The molecule as a graph on typed arrays: what every rule of this room reads and makes. */

/** Atoms and bonds by index from 0. Bonds are Kekulé; aromaticity and rings stand beside them. Never changed once made. */
export type MoleculeGraph = {
  readonly atomCount: number;
  readonly bondCount: number;
  /** Atomic numbers; 0 is a dummy atom. */
  readonly elements: Uint8Array;
  readonly charges: Int8Array;
  /** Hydrogens on the atom that are no atoms of the graph themselves. */
  readonly hydrogens: Uint8Array;
  readonly isotopes: Uint16Array;
  readonly radicals: Uint8Array;
  /** Two atoms for each bond. */
  readonly bondAtoms: Uint16Array;
  /** 1, 2, 3; other numbers are RDKit's for rarer bonds, such as 17 for a dative one. */
  readonly bondOrders: Uint8Array;
  readonly aromaticBonds: Uint8Array;
  /** Smallest set of smallest rings, symmetrised as RDKit does: the atoms of each ring in order. */
  readonly rings: readonly (readonly number[])[];
  /** Some atom or bond carries stereochemistry. */
  readonly stereo: boolean;
  /** Neighbours of atom `a` stand at `neighbourOffsets[a]` to `neighbourOffsets[a + 1]`. */
  readonly neighbourOffsets: Uint32Array;
  readonly neighbourAtoms: Uint16Array;
  readonly neighbourBonds: Uint16Array;
};

/** One atom's fields and bonds change together: what a rule may hand to `withAtoms`. */
export type AtomFields = Partial<Pick<MoleculeGraph, 'charges' | 'hydrogens' | 'isotopes' | 'radicals' | 'bondOrders'>>;

type RdkitAtom = {
  readonly z?: number;
  readonly impHs?: number;
  readonly chg?: number;
  readonly nRad?: number;
  readonly isotope?: number;
  readonly stereo?: string;
};
type RdkitBond = { readonly bo?: number; readonly atoms: readonly [number, number]; readonly stereo?: string };
type RdkitExtension = {
  readonly name: string;
  readonly aromaticBonds?: readonly number[];
  readonly atomRings?: readonly (readonly number[])[];
};
type RdkitJson = {
  readonly defaults: { readonly atom: RdkitAtom; readonly bond: Partial<RdkitBond> };
  readonly molecules: readonly {
    readonly atoms: readonly RdkitAtom[];
    readonly bonds?: readonly RdkitBond[];
    readonly extensions?: readonly RdkitExtension[];
  }[];
};

/** @param text rdkitjson (version 12) of one molecule, as `get_json` writes it */
export function readGraph(text: string): MoleculeGraph {
  const { defaults, molecules } = JSON.parse(text) as RdkitJson;
  const { atoms, bonds = [], extensions = [] } = molecules[0]!;
  const representation = extensions.find(({ name }) => name === 'rdkitRepresentation');
  const atomCount = atoms.length;
  const bondCount = bonds.length;
  const elements = new Uint8Array(atomCount);
  const charges = new Int8Array(atomCount);
  const hydrogens = new Uint8Array(atomCount);
  const isotopes = new Uint16Array(atomCount);
  const radicals = new Uint8Array(atomCount);
  let stereo = false;
  atoms.forEach((atom, index) => {
    elements[index] = atom.z ?? defaults.atom.z ?? 6;
    charges[index] = atom.chg ?? defaults.atom.chg ?? 0;
    hydrogens[index] = atom.impHs ?? defaults.atom.impHs ?? 0;
    isotopes[index] = atom.isotope ?? defaults.atom.isotope ?? 0;
    radicals[index] = atom.nRad ?? defaults.atom.nRad ?? 0;
    stereo ||= atom.stereo !== undefined && atom.stereo !== 'unspecified';
  });
  const bondAtoms = new Uint16Array(2 * bondCount);
  const bondOrders = new Uint8Array(bondCount);
  bonds.forEach((bond, index) => {
    bondAtoms[2 * index] = bond.atoms[0];
    bondAtoms[2 * index + 1] = bond.atoms[1];
    bondOrders[index] = bond.bo ?? defaults.bond.bo ?? 1;
    stereo ||= bond.stereo !== undefined && bond.stereo !== 'unspecified';
  });
  const aromaticBonds = new Uint8Array(bondCount);
  for (const bond of representation?.aromaticBonds ?? []) aromaticBonds[bond] = 1;
  return {
    atomCount,
    bondCount,
    elements,
    charges,
    hydrogens,
    isotopes,
    radicals,
    bondAtoms,
    bondOrders,
    aromaticBonds,
    rings: representation?.atomRings ?? [],
    stereo,
    ...neighbours(atomCount, bondAtoms),
  };
}

/** rdkitjson that RDKit parses back into the molecule without stereochemistry, finding aromaticity and rings anew. */
export function writeGraph(graph: MoleculeGraph): string {
  const atoms: string[] = [];
  for (let atom = 0; atom < graph.atomCount; atom++) {
    let fields = `"z":${graph.elements[atom]},"impHs":${graph.hydrogens[atom]}`;
    if (graph.charges[atom] !== 0) fields += `,"chg":${graph.charges[atom]}`;
    if (graph.isotopes[atom] !== 0) fields += `,"isotope":${graph.isotopes[atom]}`;
    if (graph.radicals[atom] !== 0) fields += `,"nRad":${graph.radicals[atom]}`;
    atoms.push(`{${fields}}`);
  }
  const bonds: string[] = [];
  for (let bond = 0; bond < graph.bondCount; bond++) {
    const order = graph.bondOrders[bond] === 1 ? '' : `"bo":${graph.bondOrders[bond]},`;
    bonds.push(`{${order}"atoms":[${graph.bondAtoms[2 * bond]},${graph.bondAtoms[2 * bond + 1]}]}`);
  }
  return `${jsonHead}"molecules":[{"atoms":[${atoms}],"bonds":[${bonds}]}]}`;
}

const jsonHead =
  '{"rdkitjson":{"version":12},"defaults":{"atom":{"z":6,"impHs":0,"chg":0,"nRad":0,"isotope":0,"stereo":"unspecified"},' +
  '"bond":{"bo":1,"stereo":"unspecified"}},';

export const withAtoms = (graph: MoleculeGraph, fields: AtomFields): MoleculeGraph => ({ ...graph, ...fields });

/**
 * The part of the graph that `keep` marks with 1. Each single, double or triple bond that is cut leaves as many
 * hydrogens at the atom that stays. Rings that stay whole are kept; stereochemistry is dropped.
 */
export function partOf(graph: MoleculeGraph, keep: Uint8Array): MoleculeGraph {
  const place = new Int32Array(graph.atomCount).fill(-1);
  const kept: number[] = [];
  for (let atom = 0; atom < graph.atomCount; atom++) if (keep[atom]) place[atom] = kept.push(atom) - 1;
  const hydrogens = Uint8Array.from(kept, (atom) => graph.hydrogens[atom]!);
  const bonds: number[] = [];
  for (let bond = 0; bond < graph.bondCount; bond++) {
    const from = place[graph.bondAtoms[2 * bond]!]!;
    const to = place[graph.bondAtoms[2 * bond + 1]!]!;
    const order = graph.bondOrders[bond]!;
    if (from >= 0 && to >= 0) bonds.push(bond);
    else if (from >= 0 && order <= 3) hydrogens[from]! += order;
    else if (to >= 0 && order <= 3) hydrogens[to]! += order;
  }
  const bondAtoms = new Uint16Array(2 * bonds.length);
  bonds.forEach((bond, index) => {
    bondAtoms[2 * index] = place[graph.bondAtoms[2 * bond]!]!;
    bondAtoms[2 * index + 1] = place[graph.bondAtoms[2 * bond + 1]!]!;
  });
  return {
    atomCount: kept.length,
    bondCount: bonds.length,
    elements: Uint8Array.from(kept, (atom) => graph.elements[atom]!),
    charges: Int8Array.from(kept, (atom) => graph.charges[atom]!),
    hydrogens,
    isotopes: Uint16Array.from(kept, (atom) => graph.isotopes[atom]!),
    radicals: Uint8Array.from(kept, (atom) => graph.radicals[atom]!),
    bondAtoms,
    bondOrders: Uint8Array.from(bonds, (bond) => graph.bondOrders[bond]!),
    aromaticBonds: Uint8Array.from(bonds, (bond) => graph.aromaticBonds[bond]!),
    rings: graph.rings
      .filter((ring) => ring.every((atom) => keep[atom]))
      .map((ring) => ring.map((atom) => place[atom]!)),
    stereo: false,
    ...neighbours(kept.length, bondAtoms),
  };
}

/** The graph without the bonds that `cut` marks with 1; charges and hydrogens stay. Rings that stay whole are kept. */
export function withoutBonds(graph: MoleculeGraph, cut: Uint8Array): MoleculeGraph {
  const bonds: number[] = [];
  for (let bond = 0; bond < graph.bondCount; bond++) if (!cut[bond]) bonds.push(bond);
  const bondAtoms = new Uint16Array(2 * bonds.length);
  bonds.forEach((bond, index) => {
    bondAtoms[2 * index] = graph.bondAtoms[2 * bond]!;
    bondAtoms[2 * index + 1] = graph.bondAtoms[2 * bond + 1]!;
  });
  return {
    ...graph,
    bondCount: bonds.length,
    bondAtoms,
    bondOrders: Uint8Array.from(bonds, (bond) => graph.bondOrders[bond]!),
    aromaticBonds: Uint8Array.from(bonds, (bond) => graph.aromaticBonds[bond]!),
    rings: graph.rings.filter((ring) =>
      ring.every((atom, at) => !cut[bondBetween(graph, atom, ring[(at + 1) % ring.length]!)]),
    ),
    ...neighbours(graph.atomCount, bondAtoms),
  };
}

/** Marks for each atom the fragment it belongs to, numbered from 0 in order of their first atoms. */
export function fragments(graph: MoleculeGraph): { readonly count: number; readonly fragmentOf: Uint16Array } {
  const fragmentOf = new Uint16Array(graph.atomCount).fill(unseen);
  let count = 0;
  for (let start = 0; start < graph.atomCount; start++) {
    if (fragmentOf[start] !== unseen) continue;
    fragmentOf[start] = count;
    const open = [start];
    for (let atom = open.pop(); atom !== undefined; atom = open.pop()) {
      for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
        const neighbour = graph.neighbourAtoms[at]!;
        if (fragmentOf[neighbour] !== unseen) continue;
        fragmentOf[neighbour] = count;
        open.push(neighbour);
      }
    }
    count++;
  }
  return { count, fragmentOf };
}

const unseen = 0xffff;

export function heavyAtomCount(graph: MoleculeGraph): number {
  let heavy = 0;
  for (const element of graph.elements) if (element !== 1) heavy++;
  return heavy;
}

/** Marks with 1 what is part of a ring. */
export function ringMembership(graph: MoleculeGraph): { readonly atoms: Uint8Array; readonly bonds: Uint8Array } {
  const atoms = new Uint8Array(graph.atomCount);
  const bonds = new Uint8Array(graph.bondCount);
  for (const ring of graph.rings) {
    for (let at = 0; at < ring.length; at++) {
      atoms[ring[at]!] = 1;
      bonds[bondBetween(graph, ring[at]!, ring[(at + 1) % ring.length]!)] = 1;
    }
  }
  return { atoms, bonds };
}

/** Whether some neighbour, seen with the bond to it, passes the test. */
export function neighbourSome(
  graph: MoleculeGraph,
  atom: number,
  test: (neighbour: number, bond: number) => boolean,
): boolean {
  for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
    if (test(graph.neighbourAtoms[at]!, graph.neighbourBonds[at]!)) return true;
  }
  return false;
}

/** Neighbours, hydrogens left out that are no atoms of the graph. */
export const degree = (graph: MoleculeGraph, atom: number): number =>
  graph.neighbourOffsets[atom + 1]! - graph.neighbourOffsets[atom]!;

/** Marks with 1 the atoms of aromatic bonds. */
export function aromaticAtoms(graph: MoleculeGraph): Uint8Array {
  const aromatic = new Uint8Array(graph.atomCount);
  for (let end = 0; end < graph.bondAtoms.length; end++) {
    if (graph.aromaticBonds[end >> 1]) aromatic[graph.bondAtoms[end]!] = 1;
  }
  return aromatic;
}

export function bondBetween(graph: MoleculeGraph, from: number, to: number): number {
  for (let at = graph.neighbourOffsets[from]!; at < graph.neighbourOffsets[from + 1]!; at++) {
    if (graph.neighbourAtoms[at] === to) return graph.neighbourBonds[at]!;
  }
  throw new RangeError(`no bond between atoms ${from} and ${to}`);
}

function neighbours(
  atomCount: number,
  bondAtoms: Uint16Array,
): Pick<MoleculeGraph, 'neighbourOffsets' | 'neighbourAtoms' | 'neighbourBonds'> {
  const neighbourOffsets = new Uint32Array(atomCount + 1);
  for (const atom of bondAtoms) neighbourOffsets[atom + 1]!++;
  for (let atom = 0; atom < atomCount; atom++) neighbourOffsets[atom + 1]! += neighbourOffsets[atom]!;
  const next = neighbourOffsets.slice(0, atomCount);
  const neighbourAtoms = new Uint16Array(bondAtoms.length);
  const neighbourBonds = new Uint16Array(bondAtoms.length);
  for (let end = 0; end < bondAtoms.length; end++) {
    const at = next[bondAtoms[end]!]!++;
    neighbourAtoms[at] = bondAtoms[end ^ 1]!;
    neighbourBonds[at] = end >> 1;
  }
  return { neighbourOffsets, neighbourAtoms, neighbourBonds };
}

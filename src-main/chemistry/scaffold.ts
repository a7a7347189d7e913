/** Scaffolds: the Murcko scaffold, and for larger ones the part of it that stands for the series (scaffold network). */
import { elements, valences } from './elements.ts';
import { aromaticAtoms, bondBetween, type MoleculeGraph, partOf, ringMembership, withAtoms } from './graph.ts';
import { scaffoldNetwork } from './scaffold-network.ts';
import type { Parsed, Toolkit } from './toolkit.ts';

/** Canonical SMILES of the scaffold that the fold is drawn from; empty when the compound has no ring. */
export function scaffoldOf({ graph, smiles }: Parsed, { smilesOf }: Pick<Toolkit, 'smilesOf'>): string {
  const written = scaffoldCandidates(graph).map((part) => (part === graph ? smiles : smilesOf(part)));
  return written.sort().at(0) ?? '';
}

/**
 * The scaffold that a compound's fold is drawn from, as candidates: the one whose canonical SMILES comes first is it.
 * Up to three rings it is the Murcko scaffold (Bemis and Murcko 1996, doi 10.1021/jm9602928; atoms double-bonded to it
 * are kept, as in RDKit). For more rings the nodes of the scaffold network are compared (Kruger et al. 2020,
 * doi 10.1021/acs.jcim.0c00296): rings closest to three, macrocycle, few rotatable bonds, bridged, spiro, odd ring
 * sizes, heterocycles, few aromatic rings. This is MELLODDY-TUNER's choice, RDKit's hydrogens included.
 *
 * @returns one or more equal graphs; none when the compound has no ring; the graph itself when it is its own scaffold
 */
export function scaffoldCandidates(graph: MoleculeGraph): readonly MoleculeGraph[] {
  if (graph.rings.length === 0) return [];
  const scaffold = murckoScaffold(graph);
  if (graph.rings.length <= preferredRings) return [scaffold];
  const nodes = scaffoldNetwork(scaffold, mostNodes);
  const fewestMissed = Math.min(...nodes.map(({ rings }) => Math.abs(rings - preferredRings)));
  const { atoms: ringAtoms } = ringMembership(scaffold);
  const aromatic = aromaticAtoms(scaffold);
  const described = nodes
    .filter(({ rings }) => Math.abs(rings - preferredRings) === fewestMissed)
    .map(({ without }) => cutOut(scaffold, murcko(scaffold, ringAtoms, without).kept, aromatic))
    .map((part) => ({ part, order: preference(part) }));
  const best = described.reduce((a, b) => (precedes(b.order, a.order) < 0 ? b : a)).order;
  return described.filter(({ order }) => precedes(order, best) === 0).map(({ part }) => part);
}

const preferredRings = 3;

/**
 * A molecule that falls into more parts than this is represented by its whole scaffold, so that a dendrimer cannot hold
 * up the run. The limit is on the number of parts, hence the same however the molecule is written.
 */
const mostNodes = 4096;

function murckoScaffold(graph: MoleculeGraph): MoleculeGraph {
  const { core, kept } = murcko(graph, ringMembership(graph).atoms, new Uint8Array(graph.atomCount));
  return cutOut(graph, kept, core);
}

/**
 * Ring atoms and what lies between them are the core; what is double-bonded to it is kept too. Bit masks over the atoms
 * of `graph`; those of `without` count as taken away.
 */
function murcko(
  graph: MoleculeGraph,
  ringAtoms: Uint8Array,
  without: Uint8Array,
): { readonly core: Uint8Array; readonly kept: Uint8Array } {
  const { neighbourOffsets, neighbourAtoms, neighbourBonds } = graph;
  const core = without.map((gone) => 1 - gone);
  const degrees = new Uint8Array(graph.atomCount);
  const leaves: number[] = [];
  for (let atom = 0; atom < graph.atomCount; atom++) {
    if (without[atom]) continue;
    for (let at = neighbourOffsets[atom]!; at < neighbourOffsets[atom + 1]!; at++) {
      if (!without[neighbourAtoms[at]!]) degrees[atom]!++;
    }
    if (degrees[atom]! <= 1 && !ringAtoms[atom]) leaves.push(atom);
  }
  for (let leaf = leaves.pop(); leaf !== undefined; leaf = leaves.pop()) {
    core[leaf] = 0;
    for (let at = neighbourOffsets[leaf]!; at < neighbourOffsets[leaf + 1]!; at++) {
      const neighbour = neighbourAtoms[at]!;
      if (core[neighbour] && --degrees[neighbour]! === 1 && !ringAtoms[neighbour]) leaves.push(neighbour);
    }
  }
  const kept = core.slice();
  for (let atom = 0; atom < graph.atomCount; atom++) {
    if (without[atom] || core[atom]) continue;
    for (let at = neighbourOffsets[atom]!; at < neighbourOffsets[atom + 1]!; at++) {
      if (core[neighbourAtoms[at]!] && graph.bondOrders[neighbourBonds[at]!] === 2) kept[atom] = 1;
    }
  }
  return { core, kept };
}

/**
 * The part that `keep` marks, with hydrogens as RDKit leaves them: an atom that lost neighbours takes as many as its
 * lowest fitting valence asks for; but what SMILES writes in brackets keeps those written there, where `refilled` does
 * not mark it.
 */
function cutOut(graph: MoleculeGraph, keep: Uint8Array, refilled: Uint8Array): MoleculeGraph {
  if (keep.every((kept) => kept)) return graph;
  const part = partOf(graph, keep);
  const hydrogens = part.hydrogens.slice();
  for (let atom = 0, place = 0; atom < graph.atomCount; atom++) {
    if (!keep[atom]) continue;
    if (hydrogens[place] !== graph.hydrogens[atom]) {
      hydrogens[place] =
        refilled[atom] || (organic.has(graph.elements[atom]!) && graph.charges[atom] === 0)
          ? fittingHydrogens(part, place, graph.hydrogens[atom]!)
          : graph.hydrogens[atom]!;
    }
    place++;
  }
  return withAtoms(part, { hydrogens });
}

/** What SMILES writes without brackets. */
const organic = elements('B C N O P S F Cl Br I');

/** Electron-poor elements: a negative charge is a bond more, not a bond less. */
const early = elements('H Li Be B Na Mg Al K Ca Ga In Tl');

/** @param written what the atom has where the element has no usual valence */
function fittingHydrogens(part: MoleculeGraph, atom: number, written: number): number {
  const element = part.elements[atom]!;
  const charge = part.charges[atom]!;
  const gained = early.has(element) ? -charge : element === 6 ? -Math.abs(charge) : charge;
  let bonds = part.radicals[atom]!;
  for (let at = part.neighbourOffsets[atom]!; at < part.neighbourOffsets[atom + 1]!; at++) {
    bonds += part.bondOrders[part.neighbourBonds[at]!]!;
  }
  const fitting = valences(element)?.find((valence) => valence + gained >= bonds);
  return fitting === undefined ? written : fitting + gained - bonds;
}

/** Smaller stands for the series before larger, place by place, among parts of as many rings. */
function preference(part: MoleculeGraph): readonly number[] {
  const { rings } = part;
  const isOneOf = (elements: readonly number[]) => (atom: number) => elements.includes(part.elements[atom]!);
  const bondsOf = rings.map((ring) => ring.map((atom, at) => bondBetween(part, atom, ring[(at + 1) % ring.length]!)));
  return [
    rings.some((ring) => ring.length > 9) ? 0 : 1,
    rotatableBonds(part),
    -bridgeheads(part, bondsOf),
    -spiroAtoms(rings),
    rings.some((ring) => ring.length !== 5 && ring.length !== 6) ? 0 : 1,
    -rings.filter((ring) => !ring.every(isOneOf([6]))).length,
    bondsOf.filter((bonds) => bonds.every((bond) => part.aromaticBonds[bond])).length,
  ];
}

function precedes(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return 0;
}

/** Single bonds outside rings between atoms that have another neighbour and no triple bond (RDKit, not strict). */
function rotatableBonds(part: MoleculeGraph): number {
  const inRing = ringMembership(part).bonds;
  const turns = (atom: number) => {
    const from = part.neighbourOffsets[atom]!;
    const to = part.neighbourOffsets[atom + 1]!;
    if (to - from === 1) return false;
    for (let at = from; at < to; at++) if (part.bondOrders[part.neighbourBonds[at]!] === 3) return false;
    return true;
  };
  let count = 0;
  for (let bond = 0; bond < part.bondCount; bond++) {
    if (part.bondOrders[bond] !== 1 || inRing[bond] || part.aromaticBonds[bond]) continue;
    if (turns(part.bondAtoms[2 * bond]!) && turns(part.bondAtoms[2 * bond + 1]!)) count++;
  }
  return count;
}

/** Ends of the paths of two or more bonds that two rings share. */
function bridgeheads(part: MoleculeGraph, bondsOf: readonly (readonly number[])[]): number {
  const found = new Set<number>();
  forEachPair(bondsOf, (a, b) => {
    const shared = a.filter((bond) => b.includes(bond));
    if (shared.length < 2) return;
    const ends = shared.flatMap((bond) => [part.bondAtoms[2 * bond]!, part.bondAtoms[2 * bond + 1]!]);
    for (const atom of ends) if (ends.filter((end) => end === atom).length === 1) found.add(atom);
  });
  return found.size;
}

/** Atoms that are all that two rings share. */
function spiroAtoms(rings: readonly (readonly number[])[]): number {
  const found = new Set<number>();
  forEachPair(rings, (a, b) => {
    const shared = a.filter((atom) => b.includes(atom));
    if (shared.length === 1) found.add(shared[0]!);
  });
  return found.size;
}

function forEachPair<Item>(items: readonly Item[], visit: (a: Item, b: Item) => void): void {
  for (let first = 0; first < items.length; first++) {
    for (let second = first + 1; second < items.length; second++) visit(items[first]!, items[second]!);
  }
}

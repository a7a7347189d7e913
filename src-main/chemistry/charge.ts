/** Uncharging: acids protonated, bases deprotonated, permanent charges kept and balanced. */
import { type MoleculeGraph, withAtoms } from './graph.ts';
import { symmetryRanks } from './symmetry.ts';

/**
 * A positive atom gives up its protons and a negative one takes protons until they are neutral. A charge beside an
 * opposite one belongs to its group (nitro, N-oxide, azide) and stays, unless the group as a whole is an anion
 * (nitrate, perchlorate). A positive atom without hydrogen keeps its charge, and as many negative charges stay to
 * balance it: the strongest acids keep theirs.
 *
 * @returns the graph itself when nothing changes
 */
export function uncharge(graph: MoleculeGraph): MoleculeGraph {
  if (graph.charges.every((charge) => charge === 0)) return graph;
  const charges = graph.charges.slice();
  const hydrogens = graph.hydrogens.slice();
  const negatives = protonAcceptors(graph);
  let permanent = 0;
  for (let atom = 0; atom < graph.atomCount; atom++) {
    const charge = graph.charges[atom]!;
    if (charge <= 0 || neighbourSome(graph, atom, (neighbour) => graph.charges[neighbour]! < 0)) continue;
    const given = Math.min(charge, graph.hydrogens[atom]!);
    charges[atom] = charge - given;
    hydrogens[atom]! -= given;
    if (given === 0) permanent += charge;
  }
  let current = graph;
  for (let surplus = negatives.length - permanent; surplus > 0; surplus--) {
    const chosen = permanent > 0 && negatives.length > 1 ? weakestAcid(current, negatives) : 0;
    const atom = negatives.splice(chosen, 1)[0]!;
    hydrogens[atom]! -= charges[atom]!;
    charges[atom] = 0;
    // The next choice looks at what is left, so that of two equal groups either may be the first.
    if (permanent > 0) current = withAtoms(graph, { charges: charges.slice(), hydrogens: hydrogens.slice() });
  }
  const changed = charges.some((charge, atom) => charge !== graph.charges[atom]);
  return changed ? withAtoms(graph, { charges, hydrogens }) : graph;
}

/** Negative atoms that may be protonated; of those around one positive atom only as many as it does not balance. */
function protonAcceptors(graph: MoleculeGraph): number[] {
  const left = new Int32Array(graph.atomCount); // how many more negative neighbours each positive atom balances
  for (let atom = 0; atom < graph.atomCount; atom++) left[atom] = Math.max(0, graph.charges[atom]!);
  const acceptors: number[] = [];
  for (let atom = 0; atom < graph.atomCount; atom++) {
    if (graph.charges[atom]! >= 0 || !takesProton(graph, atom)) continue;
    const balanced = neighbourSome(graph, atom, (neighbour) => graph.charges[neighbour]! > 0 && left[neighbour]!-- > 0);
    if (!balanced) acceptors.push(atom);
  }
  return acceptors;
}

/** By the kind of acid, then by symmetry rank: the choice does not depend on the order of the atoms. */
function weakestAcid(graph: MoleculeGraph, negatives: readonly number[]): number {
  const ranks = symmetryRanks(graph);
  const strength = (atom: number) => 65536 * acidStrength(graph, atom) - ranks[atom]!;
  let weakest = 0;
  for (let at = 1; at < negatives.length; at++) {
    if (strength(negatives[at]!) < strength(negatives[weakest]!)) weakest = at;
  }
  return weakest;
}

/** Four-bonded boron and aluminium and their like are full: their charge is no missing proton. */
function takesProton(graph: MoleculeGraph, atom: number): boolean {
  const limit = mostBonds[graph.elements[atom]!];
  if (limit === undefined) return true;
  let bonds = graph.hydrogens[atom]!;
  for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
    bonds += graph.bondOrders[graph.neighbourBonds[at]!]!;
  }
  return bonds - graph.charges[atom]! <= limit;
}

const mostBonds: Readonly<Record<number, number>> = { 5: 3, 13: 3, 14: 4, 15: 5, 31: 3, 33: 5, 49: 3, 51: 5 };

/** 2: acids of sulfur, phosphorus and halogens; 1: carboxylic acids, nitric acid, tetrazoles, thio-analogues; 0: no acid. */
function acidStrength(graph: MoleculeGraph, atom: number): 0 | 1 | 2 {
  const element = graph.elements[atom]!;
  if (element === nitrogen) return graph.rings.some((ring) => ring.includes(atom) && isTetrazole(graph, ring)) ? 1 : 0;
  if (element !== oxygen && element !== sulfur) return 0;
  const acidOf = (elements: readonly number[]) =>
    neighbourSome(
      graph,
      atom,
      (centre) =>
        elements.includes(graph.elements[centre]!) &&
        (graph.charges[centre]! > 0 ||
          neighbourSome(graph, centre, (other, bond) => isDoubleToChalcogen(graph, other, bond))),
    );
  if (acidOf([phosphorus, sulfur, chlorine, bromine, iodine])) return 2;
  return acidOf([carbon, nitrogen]) ? 1 : 0;
}

const [carbon, nitrogen, oxygen, phosphorus, sulfur, chlorine, bromine, iodine] = [
  6, 7, 8, 15, 16, 17, 35, 53,
] as const;

const isDoubleToChalcogen = (graph: MoleculeGraph, atom: number, bond: number): boolean =>
  graph.bondOrders[bond] === 2 && (graph.elements[atom] === oxygen || graph.elements[atom] === sulfur);

const isTetrazole = (graph: MoleculeGraph, ring: readonly number[]): boolean =>
  ring.length === 5 && ring.filter((atom) => graph.elements[atom] === nitrogen).length === 4;

function neighbourSome(
  graph: MoleculeGraph,
  atom: number,
  holds: (neighbour: number, bond: number) => boolean,
): boolean {
  for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
    if (holds(graph.neighbourAtoms[at]!, graph.neighbourBonds[at]!)) return true;
  }
  return false;
}

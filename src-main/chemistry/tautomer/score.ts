/** The score by which one tautomer is preferred: aromatic rings first, then the groups that chemists draw (as RDKit's). */
import type { MoleculeGraph } from '../graph.ts';
import { aromaticBond, chargeZero, type Layout } from './forms.ts';
import type { RingSystem } from './ring-systems.ts';

/** @param types of the system's bonds; a ring counts when all its bonds are aromatic, and more when it is all carbon */
export function ringScore(graph: MoleculeGraph, system: RingSystem, types: Uint8Array): number {
  const aromatic = new Set(system.bonds.filter((_, at) => types[at] === aromaticBond));
  let score = 0;
  system.rings.forEach((ring, at) => {
    if (!system.ringBonds[at]!.every((bond) => aromatic.has(bond))) return;
    score += ring.every((atom) => graph.elements[atom] === carbon) ? 250 : 100;
  });
  return score;
}

/** What all forms of a molecule share and the score asks for. */
export type ScoredMolecule = {
  readonly graph: MoleculeGraph;
  readonly layout: Layout;
  readonly ringAtoms: Uint8Array;
  readonly ringBonds: Uint8Array;
  readonly sixRings: readonly (readonly number[])[];
  /** Phosphorus, sulfur, selenium and tellurium, and carbons at the end of a chain. */
  readonly scoredAtoms: Uint16Array;
  /** Bonds with a heteroatom. */
  readonly scoredBonds: Uint16Array;
};

export function scoredPlaces(graph: MoleculeGraph): Pick<ScoredMolecule, 'scoredAtoms' | 'scoredBonds'> {
  const scoredAtoms: number[] = [];
  const scoredBonds: number[] = [];
  for (let atom = 0; atom < graph.atomCount; atom++) {
    const degree = graph.neighbourOffsets[atom + 1]! - graph.neighbourOffsets[atom]!;
    const element = graph.elements[atom]!;
    if (losesByHydrogen.includes(element) || (element === carbon && degree === 1)) scoredAtoms.push(atom);
  }
  for (let bond = 0; bond < graph.bondCount; bond++) {
    const carbons = [0, 1].filter((end) => graph.elements[graph.bondAtoms[2 * bond + end]!] === carbon).length;
    if (carbons < 2) scoredBonds.push(bond);
  }
  return { scoredAtoms: Uint16Array.from(scoredAtoms), scoredBonds: Uint16Array.from(scoredBonds) };
}

/** What of the score does not come from aromatic rings. */
export function groupScore(molecule: ScoredMolecule, row: Uint8Array): number {
  const { graph, layout, sixRings } = molecule;
  let score = 0;
  for (const atom of molecule.scoredAtoms) {
    if (graph.elements[atom] !== carbon) score -= row[atom]!;
    else if (row[atom] === 3) score += 1;
  }
  for (const bond of molecule.scoredBonds) {
    const type = row[layout.types + bond]!;
    if (type !== 2 && type !== aromaticBond) continue;
    const from = graph.bondAtoms[2 * bond]!;
    const to = graph.bondAtoms[2 * bond + 1]!;
    if (graph.elements[from] === oxygen) score += oxygenScore[graph.elements[to]!] ?? 0;
    else if (graph.elements[to] === oxygen) score += oxygenScore[graph.elements[from]!] ?? 0;
    if (type !== 2) continue;
    if (graph.elements[from] === carbon) score += carbonScore(molecule, row, from, to, bond);
    if (graph.elements[to] === carbon) score += carbonScore(molecule, row, to, from, bond);
  }
  for (const ring of sixRings) if (isQuinone(graph, layout, row, ring)) score += 25;
  return score;
}

const [carbon, nitrogen, oxygen, phosphorus, sulfur, selenium, tellurium] = [6, 7, 8, 15, 16, 34, 52] as const;
const losesByHydrogen: readonly number[] = [phosphorus, sulfur, selenium, tellurium];

const oxygenScore: Readonly<Record<number, number>> = { [carbon]: 2, [nitrogen]: 2, [phosphorus]: 2 };

/** A double bond from a carbon to a heteroatom. */
function carbonScore(molecule: ScoredMolecule, row: Uint8Array, centre: number, partner: number, bond: number): number {
  const { graph, layout, ringBonds, ringAtoms } = molecule;
  const element = graph.elements[partner]!;
  if (element === carbon || element === hydrogen) return 0;
  const aromaticCentre = row[layout.aromaticAtoms + centre] === 1;
  let score = aromaticCentre ? 0 : 1;
  if (element === nitrogen && aromaticCentre && !ringBonds[bond]) score -= 1;
  const nitrogens: number[] = [];
  for (let at = graph.neighbourOffsets[centre]!; at < graph.neighbourOffsets[centre + 1]!; at++) {
    const neighbour = graph.neighbourAtoms[at]!;
    const other = graph.elements[neighbour]!;
    const type = row[layout.types + graph.neighbourBonds[at]!]!;
    if (other === carbon || other === hydrogen || (type !== 1 && type !== aromaticBond)) continue;
    if (!aromaticCentre) score += 2;
    if (other === nitrogen) nitrogens.push(neighbour);
  }
  if (element !== nitrogen) return score;
  score += oximeScore(graph, layout, row, partner);
  const [first, second] = nitrogens;
  if (first === undefined || second === undefined) return score;
  // Guanidines and their like: the double bond outside rings beside a nitrogen without hydrogen, or within a ring.
  if (!aromaticCentre && !ringAtoms[partner] && (row[first] === 0 || row[second] === 0)) score += 1;
  const ringBeside = (a: number, b: number) => ringAtoms[a] === 1 && row[layout.aromaticAtoms + b] === 0;
  if (ringAtoms[centre] && ringAtoms[partner] && (ringBeside(first, second) || ringBeside(second, first))) score += 2;
  return score;
}

/** Oximes, and nitronic acids, which nobody draws. */
function oximeScore(graph: MoleculeGraph, layout: Layout, row: Uint8Array, nitrogenAtom: number): number {
  const charged = row[layout.charges + nitrogenAtom]! - chargeZero;
  let hydroxyls = 0;
  let oxides = 0;
  for (let at = graph.neighbourOffsets[nitrogenAtom]!; at < graph.neighbourOffsets[nitrogenAtom + 1]!; at++) {
    const neighbour = graph.neighbourAtoms[at]!;
    if (graph.elements[neighbour] !== oxygen || row[layout.types + graph.neighbourBonds[at]!] !== 1) continue;
    if (row[neighbour] === 1) hydroxyls++;
    else if (row[layout.charges + neighbour]! - chargeZero === -1) oxides++;
  }
  return 4 * hydroxyls - (charged === 1 ? 4 * hydroxyls * oxides : 0);
}

/** Two opposite atoms carry double bonds out of the ring and the others are two double bonds. */
function isQuinone(graph: MoleculeGraph, layout: Layout, row: Uint8Array, ring: readonly number[]): boolean {
  for (let start = 0; start < 3; start++) {
    if (
      hasOuterDouble(graph, layout, row, ring, ring[start]!) &&
      hasOuterDouble(graph, layout, row, ring, ring[start + 3]!) &&
      typeBetween(graph, layout, row, ring[start + 1]!, ring[start + 2]!) === 2 &&
      typeBetween(graph, layout, row, ring[(start + 4) % 6]!, ring[(start + 5) % 6]!) === 2
    ) {
      return true;
    }
  }
  return false;
}

function hasOuterDouble(
  graph: MoleculeGraph,
  layout: Layout,
  row: Uint8Array,
  ring: readonly number[],
  atom: number,
): boolean {
  for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
    const neighbour = graph.neighbourAtoms[at]!;
    const element = graph.elements[neighbour]!;
    const type = row[layout.types + graph.neighbourBonds[at]!];
    if (type !== 2 && type !== aromaticBond) continue;
    if (ring.includes(neighbour)) continue;
    if (element === nitrogen || element === oxygen || element === sulfur) return true;
  }
  return false;
}

function typeBetween(graph: MoleculeGraph, layout: Layout, row: Uint8Array, from: number, to: number): number {
  for (let at = graph.neighbourOffsets[from]!; at < graph.neighbourOffsets[from + 1]!; at++) {
    if (graph.neighbourAtoms[at] === to) return row[layout.types + graph.neighbourBonds[at]!]!;
  }
  return 0;
}

const hydrogen = 1;

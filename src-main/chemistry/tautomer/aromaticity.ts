/** Aromaticity of a ring system in one form, as RDKit's default model finds it: Hückel's rule on rings and fused rings. */
import type { MoleculeGraph } from '../graph.ts';
import { aromaticBond, chargeZero, type Layout, type Work } from './forms.ts';
import type { RingSystem } from './ring-systems.ts';

/** Fused aromatic systems are looked for in up to so many rings at once. */
const mostFusedRings = 6;
/** More combinations of rings than this are not looked through. */
const mostCombinations = 2000;

export type Aromaticity = {
  /** By the system's atoms. */
  readonly atoms: Uint8Array;
  /** By the system's bonds: `aromaticBond` or the Kekulé order. */
  readonly types: Uint8Array;
};

/**
 * @param row a form whose Kekulé orders, hydrogens and charges stand; its aromatic fields are not read
 * @returns undefined when the system has too many rings to look at all their combinations
 */
export function perceive(
  graph: MoleculeGraph,
  layout: Layout,
  system: RingSystem,
  row: Uint8Array,
  work: Work,
): Aromaticity | undefined {
  const aromaticAtoms = new Set<number>();
  const aromaticBonds = new Set<number>();
  const electrons = new Map<number, number>();
  for (const atom of system.atoms) electrons.set(atom, donated(graph, layout, system, row, atom));
  const candidates = system.rings.flatMap((ring, at) =>
    ring.every((atom) => electrons.get(atom) !== noDonor) && !ring.every((atom) => electrons.get(atom) === dummy)
      ? [at]
      : [],
  );
  for (const fused of connected(system, candidates)) {
    if (!markAromatic(system, fused, electrons, aromaticAtoms, aromaticBonds, work)) return undefined;
  }
  return {
    atoms: Uint8Array.from(system.atoms, (atom) => (aromaticAtoms.has(atom) ? 1 : 0)),
    types: Uint8Array.from(system.bonds, (bond) =>
      aromaticBonds.has(bond) ? aromaticBond : row[layout.orders + bond]!,
    ),
  };
}

const noDonor = -1;
const dummy = -2;

/** @returns false when there are too many combinations of rings */
function markAromatic(
  system: RingSystem,
  fused: readonly number[],
  electrons: ReadonlyMap<number, number>,
  aromaticAtoms: Set<number>,
  aromaticBonds: Set<number>,
  work: Work,
): boolean {
  const done = new Set<number>();
  const bondTotal = new Set(fused.flatMap((ring) => system.ringBonds[ring]!)).size;
  let combinations: readonly (readonly number[])[] = fused.map((ring) => [ring]);
  for (let size = 1; size <= mostFusedRings && done.size < bondTotal; size++) {
    if (size > 1) combinations = oneRingMore(system, fused, combinations);
    work.steps += combinations.length;
    if (combinations.length > mostCombinations) return false;
    for (const chosen of combinations) {
      if (!followsHueckel(system, chosen, electrons)) continue;
      const count = new Map<number, number>();
      for (const ring of chosen) {
        for (const atom of system.rings[ring]!) aromaticAtoms.add(atom);
        for (const bond of system.ringBonds[ring]!) count.set(bond, (count.get(bond) ?? 0) + 1);
      }
      for (const [bond, times] of count) {
        if (times !== 1) continue;
        aromaticBonds.add(bond);
        done.add(bond);
      }
    }
  }
  return true;
}

/** The combinations of rings that hang together, grown by one ring of `fused`, each once. */
function oneRingMore(
  system: RingSystem,
  fused: readonly number[],
  combinations: readonly (readonly number[])[],
): (readonly number[])[] {
  const grown = new Map<string, readonly number[]>();
  for (const chosen of combinations) {
    for (const ring of chosen) {
      for (const other of system.fusedTo[ring]!) {
        if (chosen.includes(other) || !fused.includes(other)) continue;
        const more = [...chosen, other].sort((a, b) => a - b);
        grown.set(more.join(), more);
      }
    }
    if (grown.size > mostCombinations) break;
  }
  return [...grown.values()];
}

/** 4n + 2 electrons on the rim; atoms shared by three or more of the rings lie inside. */
function followsHueckel(
  system: RingSystem,
  chosen: readonly number[],
  electrons: ReadonlyMap<number, number>,
): boolean {
  const ringsOfAtom = new Map<number, number>();
  for (const ring of chosen) {
    for (const atom of system.rings[ring]!) ringsOfAtom.set(atom, (ringsOfAtom.get(atom) ?? 0) + 1);
  }
  let least = 0;
  let dummies = 0;
  for (const [atom, rings] of ringsOfAtom) {
    if (rings > 2) continue;
    const given = electrons.get(atom)!;
    if (given === dummy) {
      dummies++;
      least++;
    } else least += given;
  }
  if (dummies > 1) return false;
  for (let total = least; total <= least + dummies; total++)
    if (total === 2 || (total >= 6 && total % 4 === 2)) return true;
  return false;
}

function connected(system: RingSystem, candidates: readonly number[]): number[][] {
  const left = new Set(candidates);
  const parts: number[][] = [];
  for (const start of candidates) {
    if (!left.delete(start)) continue;
    const part = [start];
    for (const ring of part) for (const other of system.fusedTo[ring]!) if (left.delete(other)) part.push(other);
    parts.push(part.sort((a, b) => a - b));
  }
  return parts;
}

/** Electrons that an atom gives to a ring's pi system: 0, 1 or 2, `noDonor` when it cannot be aromatic, or `dummy`. */
function donated(graph: MoleculeGraph, layout: Layout, system: RingSystem, row: Uint8Array, atom: number): number {
  const element = graph.elements[atom]!;
  if (element === 0) return dummy;
  const valence = usualValence[element];
  const outerShell = outerElectrons[element];
  if (valence === undefined || outerShell === undefined) return noDonor;
  const charge = row[layout.charges + atom]! - chargeZero;
  const hydrogens = row[atom]!;
  let bonds = 0;
  let multiple = 0;
  let orders = hydrogens;
  let ringMultiple = false;
  let outer = -1;
  for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
    const order = row[layout.orders + graph.neighbourBonds[at]!]!;
    if (order > 3) return noDonor;
    bonds++;
    orders += order;
    if (order < 2) continue;
    multiple++;
    if (system.outerBonds.includes(graph.neighbourBonds[at]!)) outer = graph.neighbourAtoms[at]!;
    else ringMultiple = true;
  }
  const connections = bonds + hydrogens;
  if (connections > 3) return noDonor;
  const unsaturation = orders - connections;
  if (unsaturation > 1 && multiple > 1) return noDonor;
  const radicals = graph.radicals[atom]!;
  if (radicals > 0 && (element !== carbon || charge !== 0)) return noDonor;
  const allowed = usualValence[element - charge] ?? -1;
  if (allowed > 0 && orders > allowed) return noDonor;
  const lonePairs = Math.max(0, outerShell - valence - charge);
  let available = valence - connections + lonePairs - radicals;
  if (available > 1 && unsaturation > 1) available = 1;
  if (available < 0) return noDonor;
  const steals = outer >= 0 && moreElectronegative(graph.elements[outer]!, element);
  if (available === 0) {
    if (outer >= 0) return 0;
    return ringMultiple ? 1 : noDonor;
  }
  if (available === 1) {
    if (outer >= 0) return steals ? 0 : 1;
    if (multiple > 0) return 1;
    return charge === 1 ? 0 : noDonor;
  }
  return (available - (steals ? 1 : 0)) % 2 === 1 ? 1 : 2;
}

const carbon = 6;

/** Elements of the first three rows, selenium and tellurium. */
const usualValence: Readonly<Record<number, number>> = {
  4: 2,
  5: 3,
  6: 4,
  7: 3,
  8: 2,
  9: 1,
  12: 2,
  13: 3,
  14: 4,
  15: 3,
  16: 2,
  17: 1,
  33: 3,
  34: 2,
  35: 1,
  51: 3,
  52: 2,
  53: 1,
};
const outerElectrons: Readonly<Record<number, number>> = {
  4: 2,
  5: 3,
  6: 4,
  7: 5,
  8: 6,
  12: 2,
  13: 3,
  14: 4,
  15: 5,
  16: 6,
  34: 6,
  52: 6,
};

const group: Readonly<Record<number, number>> = { ...outerElectrons, 1: 1, 9: 7, 17: 7, 33: 5, 35: 7, 51: 5, 53: 7 };

const moreElectronegative = (first: number, second: number): boolean => {
  const [a, b] = [group[first] ?? 0, group[second] ?? 0];
  return a > b || (a === b && first < second);
};

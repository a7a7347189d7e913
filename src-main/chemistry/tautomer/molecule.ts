/** A molecule made ready for the search of its tautomers: what stays the same in all of them, found once. */
import { type MoleculeGraph, ringMembership } from '../graph.ts';
import { type Aromaticity, perceive } from './aromaticity.ts';
import { aromaticBond, chargeZero, layoutOf } from './forms.ts';
import { type Resonance, resonances } from './kekule.ts';
import { type RingSystem, ringSystems } from './ring-systems.ts';
import { type AtomTables, atomTables } from './rule-masks.ts';
import { groupScore, ringScore, type ScoredMolecule, scoredPlaces } from './score.ts';

export type MobileMolecule = ScoredMolecule & {
  readonly tables: readonly (AtomTables | undefined)[];
  readonly systems: readonly RingSystem[];
  /** The ring system of a bond and the bond's place in it, or -1. */
  readonly systemOfBond: Int16Array;
  readonly placeInSystem: Int16Array;
  /** The ring systems that an atom belongs to. */
  readonly systemsOfAtom: readonly (readonly number[])[];
  /** What was found for the ring systems' forms so far, by system and form. */
  readonly found: readonly Map<string, SystemForm>[];
  /** Room to spell such a form in. */
  readonly local: Buffer;
};

/** A ring system in one of its forms. */
export type SystemForm = Aromaticity & {
  readonly score: number;
  /** A ring of five or six that is not aromatic, with one saturated carbon at the most. */
  readonly nearlyAromatic: boolean;
  /** Undefined when there are too many Kekulé structures. */
  readonly resonances: readonly Resonance[] | undefined;
  /** By the system's bonds: which of `resonances` a bond belongs to and where, or -1. */
  readonly resonanceOf: Int16Array;
  readonly placeInResonance: Int16Array;
};

/** One tautomeric form. */
export type Form = {
  readonly row: Uint8Array;
  readonly systems: readonly SystemForm[];
  readonly score: number;
};

export function mobileMolecule(graph: MoleculeGraph): MobileMolecule {
  const { atoms: ringAtoms, bonds: ringBonds } = ringMembership(graph);
  const systems = ringSystems(graph);
  const systemOfBond = new Int16Array(graph.bondCount).fill(-1);
  const placeInSystem = new Int16Array(graph.bondCount).fill(-1);
  const systemsOfAtom: number[][] = Array.from({ length: graph.atomCount }, () => []);
  systems.forEach(({ atoms, bonds }, system) => {
    for (const atom of atoms) systemsOfAtom[atom]!.push(system);
    bonds.forEach((bond, place) => {
      systemOfBond[bond] = system;
      placeInSystem[bond] = place;
    });
  });
  return {
    graph,
    layout: layoutOf(graph),
    ringAtoms,
    ringBonds,
    sixRings: graph.rings.filter(({ length }) => length === 6),
    ...scoredPlaces(graph),
    tables: atomTables(graph),
    systems,
    systemOfBond,
    placeInSystem,
    systemsOfAtom,
    found: systems.map(() => new Map()),
    local: Buffer.alloc(2 * (graph.atomCount + graph.bondCount)),
  };
}

/** The form that the graph itself is. */
export function givenForm(molecule: MobileMolecule): Form {
  const { graph, layout } = molecule;
  const row = new Uint8Array(layout.length);
  row.set(graph.hydrogens);
  for (let atom = 0; atom < graph.atomCount; atom++) row[layout.charges + atom] = graph.charges[atom]! + chargeZero;
  row.set(graph.bondOrders, layout.types);
  row.set(graph.bondOrders, layout.orders);
  const all = molecule.systems.map((_, system) => system);
  return scored(molecule, row, settled(molecule, row, [], all));
}

export function scored(molecule: MobileMolecule, row: Uint8Array, systems: readonly SystemForm[]): Form {
  let score = groupScore(molecule, row);
  for (const system of systems) score += system.score;
  return { row, systems, score };
}

/**
 * Finds aromaticity anew where a shift has changed a form.
 *
 * @param row changed in place: hydrogens, charges and Kekulé orders stand, bond types outside rings too
 * @param systems of the form before the shift
 * @param touched ring systems that the shift changed
 * @returns the ring systems after the shift
 */
export function settled(
  molecule: MobileMolecule,
  row: Uint8Array,
  systems: readonly SystemForm[],
  touched: readonly number[],
): readonly SystemForm[] {
  if (touched.length === 0) return systems;
  const { layout } = molecule;
  const now = systems.slice();
  for (const at of touched) {
    const system = molecule.systems[at]!;
    const form = systemForm(molecule, at, row);
    for (let index = 0; index < system.bonds.length; index++) {
      row[layout.types + system.bonds[index]!] = form.types[index]!;
    }
    for (let index = 0; index < system.atoms.length; index++) {
      row[layout.aromaticAtoms + system.atoms[index]!] = form.atoms[index]!;
    }
    now[at] = form;
  }
  return now;
}

function systemForm(molecule: MobileMolecule, at: number, row: Uint8Array): SystemForm {
  const { graph, layout } = molecule;
  const system = molecule.systems[at]!;
  const { local } = molecule;
  let length = 0;
  for (const atom of system.atoms) {
    local[length++] = row[atom]!;
    local[length++] = row[layout.charges + atom]!;
  }
  for (const bond of system.bonds) local[length++] = row[layout.orders + bond]!;
  for (const bond of system.outerBonds) local[length++] = row[layout.orders + bond]!;
  const key = local.toString('latin1', 0, length);
  const known = molecule.found[at]!.get(key);
  if (known) return known;
  const aromaticity = perceive(graph, layout, system, row);
  const resonanceOf = new Int16Array(system.bonds.length).fill(-1);
  const placeInResonance = new Int16Array(system.bonds.length).fill(-1);
  const parts = resonances(graph, layout, system, aromaticity, row);
  parts?.forEach(({ bonds }, part) => {
    bonds.forEach((bond, place) => {
      resonanceOf[molecule.placeInSystem[bond]!] = part;
      placeInResonance[molecule.placeInSystem[bond]!] = place;
    });
  });
  const form = {
    ...aromaticity,
    score: ringScore(graph, system, aromaticity.types),
    nearlyAromatic: system.rings.some(
      (ring, at) =>
        (ring.length === 5 || ring.length === 6) &&
        system.ringBonds[at]!.some((bond) => aromaticity.types[molecule.placeInSystem[bond]!] !== aromaticBond) &&
        ring.filter((atom) => isSaturatedCarbon(graph, row, atom)).length <= 1,
    ),
    resonances: parts,
    resonanceOf,
    placeInResonance,
  };
  molecule.found[at]!.set(key, form);
  return form;
}

const isSaturatedCarbon = (graph: MoleculeGraph, row: Uint8Array, atom: number): boolean =>
  graph.elements[atom] === 6 && graph.neighbourOffsets[atom + 1]! - graph.neighbourOffsets[atom]! + row[atom]! === 4;

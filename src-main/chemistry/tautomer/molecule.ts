/** A molecule made ready for the search of its tautomers: what stays the same in all of them, found once. */
import { type MoleculeGraph, ringMembership } from '../graph.ts';
import { type Aromaticity, perceive } from './aromaticity.ts';
import { chargeZero, layoutOf } from './forms.ts';
import { type Resonance, resonances } from './kekule.ts';
import { type RingSystem, ringSystems } from './ring-systems.ts';
import { type AtomTables, atomTables } from './rule-masks.ts';
import { groupScore, ringScore, type ScoredMolecule } from './score.ts';

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
};

/** A ring system in one of its forms. */
export type SystemForm = Aromaticity & {
  readonly score: number;
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
    tables: atomTables(graph),
    systems,
    systemOfBond,
    placeInSystem,
    systemsOfAtom,
    found: systems.map(() => new Map()),
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
  return settled(
    molecule,
    row,
    [],
    molecule.systems.map((_, system) => system),
  );
}

/**
 * Finds aromaticity anew where a shift has changed a form.
 *
 * @param row changed in place: hydrogens, charges and Kekulé orders stand, bond types outside rings too
 * @param systems of the form before the shift
 * @param touched ring systems that the shift changed
 */
export function settled(
  molecule: MobileMolecule,
  row: Uint8Array,
  systems: readonly SystemForm[],
  touched: readonly number[],
): Form {
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
  let score = groupScore(molecule, row);
  for (const form of now) score += form.score;
  return { row, systems: now, score };
}

function systemForm(molecule: MobileMolecule, at: number, row: Uint8Array): SystemForm {
  const { graph, layout } = molecule;
  const system = molecule.systems[at]!;
  const local = Buffer.allocUnsafe(2 * system.atoms.length + system.bonds.length + system.outerBonds.length);
  let length = 0;
  for (const atom of system.atoms) {
    local[length++] = row[atom]!;
    local[length++] = row[layout.charges + atom]!;
  }
  for (const bond of system.bonds) local[length++] = row[layout.orders + bond]!;
  for (const bond of system.outerBonds) local[length++] = row[layout.orders + bond]!;
  const key = local.toString('latin1');
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
    resonances: parts,
    resonanceOf,
    placeInResonance,
  };
  molecule.found[at]!.set(key, form);
  return form;
}

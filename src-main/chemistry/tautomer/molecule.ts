/** A molecule made ready for the search of its tautomers: what stays the same in all of them, found once. */
import { type MoleculeGraph, ringMembership } from '../graph.ts';
import { chargeZero, layoutOf } from './forms.ts';
import { ringSystems } from './ring-systems.ts';
import { type AtomTables, atomTables } from './rule-masks.ts';
import { groupScore, type ScoredMolecule, scoredPlaces } from './score.ts';
import { type KnownSystems, type SystemForm, systemForm } from './system-form.ts';

export type MobileMolecule = ScoredMolecule &
  KnownSystems & {
    readonly tables: readonly (AtomTables | undefined)[];
    /** The ring system of a bond, or -1. */
    readonly systemOfBond: Int16Array;
    /** The ring systems that an atom belongs to. */
    readonly systemsOfAtom: readonly (readonly number[])[];
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
    work: { steps: 0 },
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

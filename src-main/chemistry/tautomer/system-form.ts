/** A ring system in one of its forms: aromaticity, Kekulé structures and score, found once and kept. */
import type { MoleculeGraph } from '../graph.ts';
import { type Aromaticity, perceive } from './aromaticity.ts';
import { aromaticBond, type Layout, type Work } from './forms.ts';
import { type Resonance, resonances } from './kekule.ts';
import type { RingSystem } from './ring-systems.ts';
import { ringScore } from './score.ts';

export type SystemForm = Aromaticity & {
  readonly score: number;
  /** A ring of five or six that is not aromatic, with one saturated carbon at the most. */
  readonly nearlyAromatic: boolean;
  /** Undefined when there are too many Kekulé structures or combinations of rings: no shift is looked for then. */
  readonly resonances: readonly Resonance[] | undefined;
  /** By the system's bonds: which of `resonances` a bond belongs to and where, or -1. */
  readonly resonanceOf: Int16Array;
  readonly placeInResonance: Int16Array;
};

/** What was found for the forms of the ring systems so far. */
export type KnownSystems = {
  readonly graph: MoleculeGraph;
  readonly layout: Layout;
  readonly systems: readonly RingSystem[];
  /** A bond's place in its ring system. */
  readonly placeInSystem: Int16Array;
  /** By system and form. */
  readonly found: readonly Map<string, SystemForm>[];
  /** Room to spell a form in. */
  readonly local: Buffer;
  readonly work: Work;
};

export function systemForm(known: KnownSystems, at: number, row: Uint8Array): SystemForm {
  const { layout, local } = known;
  const system = known.systems[at]!;
  let length = 0;
  for (const atom of system.atoms) {
    local[length++] = row[atom]!;
    local[length++] = row[layout.charges + atom]!;
  }
  for (const bond of system.bonds) local[length++] = row[layout.orders + bond]!;
  for (const bond of system.outerBonds) local[length++] = row[layout.orders + bond]!;
  const key = local.toString('latin1', 0, length);
  const before = known.found[at]!.get(key);
  if (before) return before;
  const form = foundAnew(known, system, row);
  known.found[at]!.set(key, form);
  return form;
}

function foundAnew(
  { graph, layout, placeInSystem, work }: KnownSystems,
  system: RingSystem,
  row: Uint8Array,
): SystemForm {
  const perceived = perceive(graph, layout, system, row, work);
  const aromaticity = perceived ?? notAromatic(layout, system, row);
  const parts = perceived && resonances(graph, layout, system, perceived, row, work);
  const resonanceOf = new Int16Array(system.bonds.length).fill(-1);
  const placeInResonance = new Int16Array(system.bonds.length).fill(-1);
  parts?.forEach(({ bonds }, part) => {
    bonds.forEach((bond, place) => {
      resonanceOf[placeInSystem[bond]!] = part;
      placeInResonance[placeInSystem[bond]!] = place;
    });
  });
  const isAromatic = (bond: number) => aromaticity.types[placeInSystem[bond]!] === aromaticBond;
  return {
    ...aromaticity,
    score: ringScore(graph, system, aromaticity.types),
    nearlyAromatic: system.rings.some(
      (ring, at) =>
        (ring.length === 5 || ring.length === 6) &&
        !system.ringBonds[at]!.every(isAromatic) &&
        ring.filter((atom) => isSaturatedCarbon(graph, row, atom)).length <= 1,
    ),
    resonances: parts,
    resonanceOf,
    placeInResonance,
  };
}

const notAromatic = (layout: Layout, system: RingSystem, row: Uint8Array): Aromaticity => ({
  atoms: new Uint8Array(system.atoms.length),
  types: Uint8Array.from(system.bonds, (bond) => row[layout.orders + bond]!),
});

const isSaturatedCarbon = (graph: MoleculeGraph, row: Uint8Array, atom: number): boolean =>
  graph.elements[atom] === 6 && graph.neighbourOffsets[atom + 1]! - graph.neighbourOffsets[atom]! + row[atom]! === 4;

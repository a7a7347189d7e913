/** Kekulé structures of aromatic systems: which of their bonds can be double at the same time. */
import type { MoleculeGraph } from '../graph.ts';
import type { Aromaticity } from './aromaticity.ts';
import { aromaticBond, type Layout, type Work } from './forms.ts';
import type { RingSystem } from './ring-systems.ts';

/** More Kekulé structures than this of one part are not looked at. */
const mostStructures = 256;
const mostSteps = 10_000;

/** The Kekulé structures of one part of a ring system that hangs together by aromatic bonds. */
export type Resonance = {
  /** Numbers of the bonds in the molecule. */
  readonly bonds: readonly number[];
  readonly structures: number;
  /** 32-bit words for one bit per structure. */
  readonly words: number;
  /** Structures in which a bond of `bonds` is double: `words` words each. */
  readonly doubleIn: Int32Array;
};

/** @returns undefined when there are too many structures, or when a part has none: its rings are odder than the rules know */
export function resonances(
  graph: MoleculeGraph,
  layout: Layout,
  system: RingSystem,
  { types }: Aromaticity,
  row: Uint8Array,
  work: Work,
): Resonance[] | undefined {
  const found: Resonance[] = [];
  for (const bonds of parts(graph, system, types)) {
    const part = structuresOf(graph, bonds, (bond) => row[layout.orders + bond] === 2, work);
    if (!part) return undefined;
    found.push(part);
  }
  return found;
}

function parts(graph: MoleculeGraph, system: RingSystem, types: Uint8Array): number[][] {
  const root = new Map<number, number>();
  const rootOf = (atom: number): number => {
    let at = atom;
    for (let next = root.get(at); next !== undefined && next !== at; next = root.get(at)) at = next;
    return at;
  };
  const aromatic: number[] = [];
  system.bonds.forEach((bond, at) => {
    if (types[at] !== aromaticBond) return;
    aromatic.push(bond);
    root.set(rootOf(graph.bondAtoms[2 * bond]!), rootOf(graph.bondAtoms[2 * bond + 1]!));
  });
  const bondsOf = new Map<number, number[]>();
  for (const bond of aromatic) {
    const of = rootOf(graph.bondAtoms[2 * bond]!);
    const bonds = bondsOf.get(of);
    if (bonds) bonds.push(bond);
    else bondsOf.set(of, [bond]);
  }
  return [...bondsOf.values()];
}

/** All perfect matchings of the atoms that hold a double bond within the part. */
function structuresOf(
  graph: MoleculeGraph,
  bonds: readonly number[],
  isDouble: (bond: number) => boolean,
  work: Work,
): Resonance | undefined {
  const ends = (bond: number) => [graph.bondAtoms[2 * bond]!, graph.bondAtoms[2 * bond + 1]!] as const;
  const open = new Set(bonds.filter(isDouble).flatMap(ends));
  const choices = new Map<number, number[]>([...open].map((atom) => [atom, []]));
  bonds.forEach((bond, at) => {
    const [from, to] = ends(bond);
    if (!open.has(from) || !open.has(to)) return;
    choices.get(from)!.push(at);
    choices.get(to)!.push(at);
  });
  const structures: number[][] = [];
  const chosen: number[] = [];
  let steps = 0;
  const match = (): boolean => {
    if (++steps > mostSteps || structures.length > mostStructures) return false;
    const [atom] = open;
    if (atom === undefined) {
      structures.push([...chosen]);
      return true;
    }
    for (const at of choices.get(atom)!) {
      const [from, to] = ends(bonds[at]!);
      if (!open.has(from) || !open.has(to)) continue;
      open.delete(from);
      open.delete(to);
      chosen.push(at);
      if (!match()) return false;
      chosen.pop();
      open.add(from);
      open.add(to);
    }
    return true;
  };
  const all = match();
  work.steps += steps;
  if (!all || structures.length === 0 || structures.length > mostStructures) return undefined;
  const words = (structures.length + 31) >> 5;
  const doubleIn = new Int32Array(bonds.length * words);
  structures.forEach((doubles, structure) => {
    for (const at of doubles) doubleIn[at * words + (structure >> 5)]! |= 1 << (structure & 31);
  });
  return { bonds, structures: structures.length, words, doubleIn };
}

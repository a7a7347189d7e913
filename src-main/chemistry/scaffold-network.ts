/** The scaffold network (Kruger et al. 2020, doi 10.1021/acs.jcim.0c00296), as sets of ring systems. */
import { type MoleculeGraph, ringMembership } from './graph.ts';

/** A scaffold within a larger one: the ring systems it is made of. */
export type ScaffoldNode = {
  /** Marks with 1 the ring atoms of the larger scaffold that are no part of this one. */
  readonly without: Uint8Array;
  readonly rings: number;
};

/**
 * Every scaffold that is left when single bonds at rings are cut again and again and the side of the ring is kept. Ring
 * systems are never opened, so a scaffold is told by the ring systems that it holds, and cutting a bond takes the ones
 * behind it away.
 *
 * @param scaffold a Murcko scaffold
 * @param most a scaffold that falls into more parts is left whole, however it is written
 */
export function scaffoldNetwork(scaffold: MoleculeGraph, most: number): readonly ScaffoldNode[] {
  const systems = ringSystems(scaffold);
  const cuts = cutsOf(scaffold, systems);
  const all = systems.reduce((held, _, system) => held | (1n << BigInt(system)), 0n);
  const found = new Set([all]);
  for (const held of found) {
    for (const { own, kept } of cuts) {
      const left = held & kept;
      if ((held & own) === 0n || left === held) continue;
      if (found.size === most && !found.has(left)) return [nodeOf(scaffold, systems, all)];
      found.add(left);
    }
  }
  return [...found].map((held) => nodeOf(scaffold, systems, held));
}

type RingSystem = { readonly atoms: readonly number[]; readonly rings: number };

function nodeOf(scaffold: MoleculeGraph, systems: readonly RingSystem[], held: bigint): ScaffoldNode {
  const without = new Uint8Array(scaffold.atomCount);
  let rings = 0;
  systems.forEach((system, at) => {
    if ((held >> BigInt(at)) & 1n) rings += system.rings;
    else for (const atom of system.atoms) without[atom] = 1;
  });
  return { without, rings };
}

/** Rings that share atoms are one system. */
function ringSystems({ atomCount, rings }: MoleculeGraph): readonly RingSystem[] {
  const systemOf = new Int32Array(atomCount).fill(-1);
  const systems: { atoms: number[]; rings: number }[] = [];
  for (const ring of rings) {
    const touched = new Set(ring.map((atom) => systemOf[atom]!).filter((system) => system >= 0));
    const merged = systems.length;
    const atoms = [...touched].flatMap((system) => systems[system]!.atoms);
    const count = [...touched].reduce((sum, system) => sum + systems[system]!.rings, 1);
    for (const system of touched) systems[system] = { atoms: [], rings: 0 };
    atoms.push(...ring.filter((atom) => systemOf[atom]! < 0));
    for (const atom of atoms) systemOf[atom] = merged;
    systems.push({ atoms, rings: count });
  }
  return systems.filter(({ atoms }) => atoms.length > 0);
}

/** Of each way to cut: the ring system it is cut from, and all ring systems on its side. */
type Cut = { readonly own: bigint; readonly kept: bigint };

function cutsOf(scaffold: MoleculeGraph, systems: readonly RingSystem[]): readonly Cut[] {
  const rings = ringMembership(scaffold);
  const bitOf = new Array<bigint>(scaffold.atomCount).fill(0n);
  systems.forEach(({ atoms }, at) => {
    for (const atom of atoms) bitOf[atom] = 1n << BigInt(at);
  });
  const cuts: Cut[] = [];
  for (let end = 0; end < scaffold.bondAtoms.length; end++) {
    const atom = scaffold.bondAtoms[end]!;
    const bond = end >> 1;
    if (!rings.atoms[atom] || rings.bonds[bond] || scaffold.bondOrders[bond] !== 1) continue;
    cuts.push({ own: bitOf[atom]!, kept: systemsBeside(scaffold, atom, bond, bitOf) });
  }
  return cuts;
}

/** The ring systems that hang together with `atom` once the bond, which is in no ring, is cut. */
function systemsBeside(scaffold: MoleculeGraph, atom: number, cut: number, bitOf: readonly bigint[]): bigint {
  const reached = new Uint8Array(scaffold.atomCount);
  reached[atom] = 1;
  let systems = 0n;
  const open = [atom];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    systems |= bitOf[from]!;
    for (let at = scaffold.neighbourOffsets[from]!; at < scaffold.neighbourOffsets[from + 1]!; at++) {
      const to = scaffold.neighbourAtoms[at]!;
      if (reached[to] || scaffold.neighbourBonds[at] === cut) continue;
      reached[to] = 1;
      open.push(to);
    }
  }
  return systems;
}

/** Fused ring systems: the parts of a molecule whose aromaticity is found on their own. */
import { bondBetween, type MoleculeGraph } from '../graph.ts';

/** Rings that hang together by shared bonds. All bonds and atoms by their number in the molecule. */
export type RingSystem = {
  readonly rings: readonly (readonly number[])[];
  /** The bonds of each ring. */
  readonly ringBonds: readonly (readonly number[])[];
  readonly atoms: Uint16Array;
  readonly bonds: Uint16Array;
  /** Bonds from the system's atoms that belong to no ring of it. */
  readonly outerBonds: Uint16Array;
  /** For each ring, the rings it is fused to: they share one bond and no more. */
  readonly fusedTo: readonly (readonly number[])[];
};

/** Larger rings take no part in fused aromatic systems (RDKit's limit). */
const largestFusedRing = 24;

export function ringSystems(graph: MoleculeGraph): RingSystem[] {
  const { rings } = graph;
  const ringBonds = rings.map((ring) =>
    ring.map((atom, at) => bondBetween(graph, atom, ring[(at + 1) % ring.length]!)),
  );
  const ringsOfBond = new Map<number, number[]>();
  ringBonds.forEach((bonds, ring) => {
    for (const bond of bonds) ringsOfBond.set(bond, [...(ringsOfBond.get(bond) ?? []), ring]);
  });
  const touching = rings.map((_, ring) => [
    ...new Set(ringBonds[ring]!.flatMap((bond) => ringsOfBond.get(bond)!).filter((other) => other !== ring)),
  ]);
  const seen = new Uint8Array(rings.length);
  const systems: RingSystem[] = [];
  for (let start = 0; start < rings.length; start++) {
    if (seen[start]) continue;
    seen[start] = 1;
    const members = [start];
    for (const ring of members) {
      for (const other of touching[ring]!) {
        if (seen[other]) continue;
        seen[other] = 1;
        members.push(other);
      }
    }
    systems.push(systemOf(graph, members, ringBonds, touching));
  }
  return systems;
}

function systemOf(
  graph: MoleculeGraph,
  members: readonly number[],
  ringBonds: readonly (readonly number[])[],
  touching: readonly (readonly number[])[],
): RingSystem {
  const rings = members.map((ring) => graph.rings[ring]!);
  const atoms = new Set(rings.flat());
  const bonds = new Set(members.flatMap((ring) => ringBonds[ring]!));
  const outerBonds = new Set<number>();
  for (const atom of atoms) {
    for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
      const bond = graph.neighbourBonds[at]!;
      if (!bonds.has(bond)) outerBonds.add(bond);
    }
  }
  const shareOneBond = (ring: number, other: number) =>
    ringBonds[ring]!.filter((bond) => ringBonds[other]!.includes(bond)).length === 1;
  const small = (ring: number) => graph.rings[ring]!.length <= largestFusedRing;
  return {
    rings,
    ringBonds: members.map((ring) => ringBonds[ring]!),
    atoms: Uint16Array.from(atoms),
    bonds: Uint16Array.from(bonds),
    outerBonds: Uint16Array.from(outerBonds),
    fusedTo: members.map((ring) =>
      small(ring)
        ? touching[ring]!.filter((other) => small(other) && shareOneBond(ring, other)).map((other) =>
            members.indexOf(other),
          )
        : [],
    ),
  };
}

/** Skeletons: what of a structure stays the same whatever is done to its charges, hydrogens and double bonds. */
import type { MoleculeGraph } from './graph.ts';

/** SMARTS of the elements and of which are bonded to which, hydrogens left out. Every bond is written as a ring closure. */
export function skeletonSmarts(graph: MoleculeGraph): string {
  const closures: string[] = Array.from({ length: graph.atomCount }, () => '');
  const isHydrogen = (atom: number) => graph.elements[atom] === 1;
  for (let bond = 0; bond < graph.bondCount; bond++) {
    const [from, to] = [graph.bondAtoms[2 * bond]!, graph.bondAtoms[2 * bond + 1]!];
    if (isHydrogen(from) || isHydrogen(to)) continue;
    for (const atom of [from, to]) closures[atom] += `~%(${bond + 1})`;
  }
  return closures.flatMap((own, atom) => (isHydrogen(atom) ? [] : [`[#${graph.elements[atom]}]${own}`])).join('.');
}

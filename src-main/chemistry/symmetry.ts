/** Symmetry ranks: an order of the atoms that does not depend on how the molecule was written down. */
import type { MoleculeGraph } from './graph.ts';

/**
 * Rank of each atom from 0; atoms that refinement cannot tell apart share one. Weisfeiler-Lehman refinement: atoms are
 * told apart by element, charge, hydrogens, isotope and degree, then by the bonds and ranks around them until nothing
 * more splits. Stereochemistry is not looked at.
 */
export function symmetryRanks(graph: MoleculeGraph): Uint16Array {
  const { atomCount, neighbourOffsets, neighbourAtoms, neighbourBonds } = graph;
  const bondCode = (bond: number) => (graph.aromaticBonds[bond] ? 12 : graph.bondOrders[bond]!);
  let ranks = ranked(
    Array.from({ length: atomCount }, (_, atom) => [
      graph.elements[atom]!,
      graph.charges[atom]!,
      graph.hydrogens[atom]!,
      graph.isotopes[atom]!,
      graph.radicals[atom]!,
      neighbourOffsets[atom + 1]! - neighbourOffsets[atom]!,
    ]),
  );
  for (;;) {
    const refined = ranked(
      Array.from({ length: atomCount }, (_, atom) => {
        const around: number[] = [];
        for (let at = neighbourOffsets[atom]!; at < neighbourOffsets[atom + 1]!; at++) {
          around.push(bondCode(neighbourBonds[at]!) * 65536 + ranks.ofAtom[neighbourAtoms[at]!]!);
        }
        return [ranks.ofAtom[atom]!, ...around.sort((a, b) => a - b)];
      }),
    );
    if (refined.classes === ranks.classes) return ranks.ofAtom;
    ranks = refined;
  }
}

function ranked(codes: readonly (readonly number[])[]): { readonly ofAtom: Uint16Array; readonly classes: number } {
  const order = codes.map((_, atom) => atom).sort((a, b) => compare(codes[a]!, codes[b]!));
  const ofAtom = new Uint16Array(codes.length);
  let classes = 0;
  order.forEach((atom, at) => {
    if (at > 0 && compare(codes[order[at - 1]!]!, codes[atom]!) !== 0) classes++;
    ofAtom[atom] = classes;
  });
  return { ofAtom, classes };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

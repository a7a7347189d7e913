/** The canonical tautomer: the one form that stands for all tautomers of a compound. */
import type { MoleculeGraph } from '../graph.ts';
import { tautomersOf } from './enumerate.ts';
import { aromaticBond, chargeZero } from './forms.ts';
import type { Form, MobileMolecule } from './molecule.ts';

export type CanonicalTautomer = {
  /** The given graph itself when it is canonical already. */
  readonly graph: MoleculeGraph;
  /** Forms that were looked at. */
  readonly tautomers: number;
  /** The work limit was met. */
  readonly limited: boolean;
};

/**
 * The tautomer with the highest score; of equals the one whose SMILES comes first.
 *
 * @param smilesOf canonical SMILES without stereochemistry; asked only where scores are equal
 */
export function canonicalTautomer(graph: MoleculeGraph, smilesOf: (graph: MoleculeGraph) => string): CanonicalTautomer {
  const { molecule, forms, limited } = tautomersOf(graph);
  if (forms.length === 1) return { graph, tautomers: 1, limited };
  let best = forms[0]!.score;
  for (const { score } of forms) best = Math.max(best, score);
  const [first, ...equals] = forms.filter(({ score }) => score === best);
  const drawn = (form: Form) => (form === forms[0] ? graph : graphOf(molecule, form));
  let chosen = drawn(first!);
  if (equals.length > 0) {
    let smiles = smilesOf(chosen);
    for (const form of equals) {
      const candidate = drawn(form);
      const text = smilesOf(candidate);
      if (text < smiles) [chosen, smiles] = [candidate, text];
    }
  }
  return { graph: chosen, tautomers: forms.length, limited };
}

export function graphOf({ graph, layout }: MobileMolecule, { row }: Form): MoleculeGraph {
  const { atomCount, bondCount } = graph;
  return {
    ...graph,
    hydrogens: row.slice(0, atomCount),
    charges: Int8Array.from(row.subarray(layout.charges, layout.types), (charge) => charge - chargeZero),
    bondOrders: row.slice(layout.orders, layout.orders + bondCount),
    aromaticBonds: Uint8Array.from(row.subarray(layout.types, layout.orders), (type) =>
      type === aromaticBond ? 1 : 0,
    ),
    stereo: false,
  };
}

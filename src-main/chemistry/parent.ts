/** The parent: the one fragment of a record that is the compound. */
import { fragments, type MoleculeGraph, partOf } from './graph.ts';

export type Parent = {
  /** The graph itself when it is one fragment. */
  readonly parent: MoleculeGraph;
  /** Every other fragment, in the order of their first atoms. */
  readonly removed: readonly MoleculeGraph[];
  /** Another fragment has as many atoms and is another compound. */
  readonly amongEquals: boolean;
};

/**
 * The fragment with the most atoms, hydrogens counted; of equals the heaviest; of these the one whose SMILES comes
 * first. No list of salts and no preference for carbon, as in MELLODDY-TUNER (RDKit's rule).
 *
 * @param smilesOf canonical SMILES without stereochemistry; asked only where two fragments are equal so far
 */
export function parentFragment(graph: MoleculeGraph, smilesOf: (part: MoleculeGraph) => string): Parent {
  const { count, fragmentOf } = fragments(graph);
  if (count <= 1) return { parent: graph, removed: [], amongEquals: false };
  const atoms = new Uint32Array(count);
  const weights = new Uint32Array(count);
  for (let atom = 0; atom < graph.atomCount; atom++) {
    const fragment = fragmentOf[atom]!;
    const hydrogens = graph.hydrogens[atom]!;
    atoms[fragment]! += 1 + hydrogens;
    weights[fragment]! += 100 * graph.elements[atom]! + graph.isotopes[atom]! + hydrogens;
  }
  const parts = Array.from({ length: count }, (_, fragment) =>
    partOf(
      graph,
      Uint8Array.from(fragmentOf, (of) => (of === fragment ? 1 : 0)),
    ),
  );
  const most = Math.max(...atoms);
  const largest = [...atoms.keys()].filter((fragment) => atoms[fragment] === most);
  const written = new Map(largest.length > 1 ? largest.map((fragment) => [fragment, smilesOf(parts[fragment]!)]) : []);
  const chosen = largest.reduce((best, fragment) => {
    if (weights[fragment] !== weights[best]) return weights[fragment]! > weights[best]! ? fragment : best;
    return written.get(fragment)! < written.get(best)! ? fragment : best;
  });
  return {
    parent: parts[chosen]!,
    removed: parts.filter((_, fragment) => fragment !== chosen),
    amongEquals: new Set(written.values()).size > 1,
  };
}

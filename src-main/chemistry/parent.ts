/** The parent fragment: which part of a salt or mixture is the compound. */
import { fragments, type MoleculeGraph, partOf } from './graph.ts';

/**
 * The fragment with the most atoms, hydrogens counted; of equals the heaviest; of these the one whose SMILES comes
 * first. No list of salts and no preference for carbon, as in MELLODDY-TUNER (RDKit's rule).
 *
 * @param smilesOf canonical SMILES without stereochemistry; asked only where two fragments are equal so far
 * @returns the graph itself when it is one fragment
 */
export function parentFragment(graph: MoleculeGraph, smilesOf: (part: MoleculeGraph) => string): MoleculeGraph {
  const { count, fragmentOf } = fragments(graph);
  if (count <= 1) return graph;
  const atoms = new Uint32Array(count);
  const weights = new Uint32Array(count);
  for (let atom = 0; atom < graph.atomCount; atom++) {
    const fragment = fragmentOf[atom]!;
    const hydrogens = graph.hydrogens[atom]!;
    atoms[fragment]! += 1 + hydrogens;
    weights[fragment]! += 100 * graph.elements[atom]! + graph.isotopes[atom]! + hydrogens;
  }
  const most = Math.max(...atoms);
  const largest = [...atoms.keys()].filter((fragment) => atoms[fragment] === most);
  const heaviest = Math.max(...largest.map((fragment) => weights[fragment]!));
  const [first, ...equals] = largest
    .filter((fragment) => weights[fragment] === heaviest)
    .map((fragment) =>
      partOf(
        graph,
        Uint8Array.from(fragmentOf, (of) => (of === fragment ? 1 : 0)),
      ),
    );
  if (equals.length === 0) return first!;
  return [first!, ...equals]
    .map((part) => ({ part, smiles: smilesOf(part) }))
    .reduce((a, b) => (b.smiles < a.smiles ? b : a)).part;
}

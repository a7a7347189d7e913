/** The canonical tautomer: the one form that stands for all tautomers of a compound. */
import type { MoleculeGraph } from '../graph.ts';
import { type Tautomers, tautomersFrom, tautomersOf } from './enumerate.ts';
import { formCode } from './form-code.ts';
import { aromaticBond, chargeZero } from './forms.ts';
import type { Form, MobileMolecule } from './molecule.ts';

export type CanonicalTautomer = {
  /** The given graph itself when it is canonical already. */
  readonly graph: MoleculeGraph;
  /** Forms that were looked at. */
  readonly tautomers: number;
  /** The work limit was met: not all forms were looked at. */
  readonly limited: boolean;
};

/** Up to so many forms of the same score, their SMILES are written without asking whether they are one by symmetry. */
const writtenAtOnce = 4;
/** SMILES of no more forms than this are written. */
const mostWritten = 24;

/** How often the search begins again from the best form so far where the work limit is met. */
const mostClimbs = 4;

/**
 * The tautomer with the highest score; of equals the one whose SMILES comes first. Where the work limit is met, it is
 * the best of those near the given one, then of those near that one, and so on.
 *
 * @param smilesOf canonical SMILES without stereochemistry; asked only where scores are equal
 */
export function canonicalTautomer(graph: MoleculeGraph, smilesOf: (graph: MoleculeGraph) => string): CanonicalTautomer {
  const found = tautomersOf(graph);
  const drawn = (form: Form) => (form === found.forms[0] ? graph : graphOf(found.molecule, form));
  let best = preferred(found, drawn, smilesOf);
  let tautomers = found.forms.length;
  let climbed = found.complete || best === found.forms[0];
  for (let climb = 0; climb < mostClimbs && !climbed; climb++) {
    const near = tautomersFrom(found.molecule, best);
    const better = preferred(near, drawn, smilesOf);
    tautomers += near.forms.length;
    climbed = better === best;
    best = better;
  }
  return { graph: drawn(best), tautomers, limited: !found.complete };
}

function preferred(
  { molecule, forms }: Tautomers,
  drawn: (form: Form) => MoleculeGraph,
  smilesOf: (graph: MoleculeGraph) => string,
): Form {
  let highest = forms[0]!.score;
  for (const { score } of forms) highest = Math.max(highest, score);
  const [first, ...equals] = shortList(
    molecule,
    forms.filter(({ score }) => score === highest),
  );
  if (equals.length === 0) return first!;
  let chosen = first!;
  let smiles = smilesOf(drawn(chosen));
  for (const form of equals) {
    const text = smilesOf(drawn(form));
    if (text < smiles) [chosen, smiles] = [form, text];
  }
  return chosen;
}

/** Where many forms are equal, those that differ by more than symmetry, and of these the first by their codes. */
function shortList(molecule: MobileMolecule, equals: readonly Form[]): readonly Form[] {
  if (equals.length <= writtenAtOnce) return equals;
  const byCode = new Map<number, Form>();
  for (const form of equals) {
    const code = formCode(molecule, form);
    if (!byCode.has(code)) byCode.set(code, form);
  }
  return [...byCode]
    .sort(([a], [b]) => a - b)
    .slice(0, mostWritten)
    .map(([, form]) => form);
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

/** Reionising: the strongest acid is the one that has given up its proton. */
import { acidsOf } from './acids.ts';
import { elements } from './elements.ts';
import { degree, type MoleculeGraph, withAtoms } from './graph.ts';
import { symmetryRanks } from './symmetry.ts';

/**
 * Lone atoms of alkali and alkaline earth metals and of chlorine become the ions that they are, paid for by the
 * strongest acids; then protons go from the strongest acid that has one to the weakest that has lost one, until the
 * order is right. Of equal acids the lowest symmetry rank comes first. RDKit's rules (2022.09).
 *
 * @returns the graph itself when nothing changes
 */
export function reionise(given: MoleculeGraph): MoleculeGraph {
  let graph = withLoneIons(given);
  let owed = netCharge(graph) === 0 ? 0 : netCharge(graph) - netCharge(given);
  for (; owed > 0; owed--) {
    const acid = extreme(graph, 'protonated');
    if (acid === undefined) break;
    graph = moved(graph, acid.atom, undefined);
  }
  const settled = new Set<string>();
  for (;;) {
    const weakest = extreme(graph, 'ionised');
    if (weakest === undefined) return graph;
    const strongest = extreme(graph, 'protonated');
    if (strongest === undefined || strongest.place >= weakest.place || strongest.atom === weakest.atom) return graph;
    const pair = [strongest.atom, weakest.atom].sort((a, b) => a - b).join();
    if (settled.has(pair)) return graph; // the proton would go to and fro
    settled.add(pair);
    graph = moved(graph, strongest.atom, weakest.atom);
  }
}

const loneIons: readonly { readonly of: ReturnType<typeof elements>; readonly charge: number }[] = [
  { of: elements('Li Na K'), charge: 1 },
  { of: elements('Mg Ca'), charge: 2 },
  { of: elements('Cl'), charge: -1 },
];

function withLoneIons(graph: MoleculeGraph): MoleculeGraph {
  const charges = graph.charges.slice();
  const radicals = graph.radicals.slice();
  let changed = false;
  for (let atom = 0; atom < graph.atomCount; atom++) {
    if (charges[atom] !== 0 || graph.hydrogens[atom] !== 0 || degree(graph, atom) > 0) continue;
    const ion = loneIons.find(({ of }) => of.has(graph.elements[atom]!));
    if (ion === undefined) continue;
    charges[atom] = ion.charge;
    radicals[atom] = 0;
    changed = true;
  }
  return changed ? withAtoms(graph, { charges, radicals }) : graph;
}

const netCharge = ({ charges }: MoleculeGraph): number => charges.reduce((sum, charge) => sum + charge, 0);

type Place = { readonly atom: number; readonly place: number };

/** The strongest acid with its proton, or the weakest without. */
function extreme(graph: MoleculeGraph, form: 'protonated' | 'ionised'): Place | undefined {
  if (form === 'ionised' && !graph.charges.includes(-1)) return undefined;
  const acids = acidsOf(graph);
  let found: Place[] = [];
  for (let atom = 0; atom < graph.atomCount; atom++) {
    const possible = form === 'ionised' ? graph.charges[atom] === -1 : graph.hydrogens[atom]! > 0;
    const place = possible ? (form === 'ionised' ? acids.weakest(atom, form) : acids.strongest(atom, form)) : undefined;
    if (place === undefined) continue;
    const best = found[0]?.place ?? place;
    if (form === 'ionised' ? place > best : place < best) found = [];
    if (found.length === 0 || place === best) found.push({ atom, place });
  }
  if (found.length <= 1) return found[0];
  const ranks = symmetryRanks(graph);
  return found.reduce((a, b) => (ranks[b.atom]! < ranks[a.atom]! ? b : a));
}

/** Takes a proton from one atom and gives it to the other, or to none. */
function moved(graph: MoleculeGraph, from: number, to: number | undefined): MoleculeGraph {
  const charges = graph.charges.slice();
  const hydrogens = graph.hydrogens.slice();
  charges[from]!--;
  hydrogens[from]!--;
  if (to !== undefined) {
    charges[to]!++;
    hydrogens[to]!++;
  }
  return withAtoms(graph, { charges, hydrogens });
}

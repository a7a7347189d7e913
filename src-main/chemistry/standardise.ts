/** One structure to its standard form, fingerprint and fold. */
import type { StandardisationStep, StructureFailure } from '../contract/chemistry.ts';
import { uncharge } from './charge.ts';
import { foldOf } from './fold.ts';
import { heavyAtomCount, type MoleculeGraph, withAtoms } from './graph.ts';
import { guard, type Structure } from './guards.ts';
import { morganBits } from './morgan.ts';
import type { ChemistryParameters } from './parameters.ts';
import { parentFragment } from './parent.ts';
import { scaffoldOf } from './scaffold.ts';
import { scramble } from './scramble.ts';
import type { Parsed, Toolkit } from './toolkit.ts';

export type StandardStructure =
  | {
      readonly ok: true;
      /** Canonical, without stereochemistry. */
      readonly smiles: string;
      /** Canonical SMILES of what the fold is drawn from; empty without a ring. */
      readonly scaffold: string;
      readonly fold: number;
      /** Set fingerprint bits, renumbered by the key, ascending. */
      readonly bits: Uint16Array;
      readonly steps: readonly StandardisationStep[];
      readonly heavyAtoms: number;
    }
  | { readonly ok: false; readonly failure: StructureFailure; readonly detail: string };

type Step = {
  readonly name: StandardisationStep;
  /** Returns the graph itself when there is nothing to change. */
  readonly change: (graph: MoleculeGraph, toolkit: Toolkit) => MoleculeGraph;
};

/** In this order. Stereochemistry is not here: the graph's SMILES is written without it. */
const steps: readonly Step[] = [
  { name: 'fragment', change: (graph, toolkit) => parentFragment(graph, toolkit.smilesOf) },
  { name: 'charge', change: uncharge },
  { name: 'isotope', change: withoutIsotopes },
];

/**
 * @param permutation of the fingerprint's bits, from `scramblePermutation`; absent for plain bits
 * @throws WebAssembly.RuntimeError when the structure brings the toolkit down, which cannot be used any more then
 */
export function standardise(
  structure: Structure,
  toolkit: Toolkit,
  parameters: ChemistryParameters,
  permutation: Uint16Array | undefined,
): StandardStructure {
  const refusal = guard(structure);
  if (refusal) return { ok: false, ...refusal };
  const given = toolkit.parse(structure);
  if ('complaint' in given) return { ok: false, failure: 'unreadable', detail: given.complaint };
  if (given.graph.atomCount === 0) return { ok: false, failure: 'empty', detail: '' };
  const heavyAtoms = heavyAtomCount(given.graph);
  if (heavyAtoms >= parameters.maxHeavyAtoms) {
    return { ok: false, failure: 'too-heavy', detail: `${heavyAtoms} heavy atoms` };
  }

  const { standard, applied } = applySteps(given, toolkit);
  if ('complaint' in standard) return { ok: false, failure: 'unreadable', detail: standard.complaint };
  const scaffold = scaffoldOf(standard, toolkit);
  const bits = morganBits(standard.graph, parameters.radius, parameters.foldSize);
  return {
    ok: true,
    smiles: standard.smiles,
    scaffold,
    fold: foldOf(parameters, { scaffold, smiles: standard.smiles, bits }),
    bits: permutation ? scramble(bits, permutation) : bits,
    steps: applied,
    heavyAtoms: heavyAtomCount(standard.graph),
  };
}

function applySteps(
  given: Parsed,
  toolkit: Toolkit,
): { readonly standard: Parsed | { readonly complaint: string }; readonly applied: readonly StandardisationStep[] } {
  const applied: StandardisationStep[] = [];
  let graph = given.graph;
  for (const { name, change } of steps) {
    const changed = change(graph, toolkit);
    if (changed !== graph) applied.push(name);
    graph = changed;
  }
  const rebuilt = applied.length > 0;
  if (given.graph.stereo) applied.push('stereo');
  // Parsing what was written settles aromaticity, rings and hydrogens as for any SMILES that comes in.
  const standard = rebuilt ? toolkit.parse({ kind: 'smiles', text: toolkit.smilesOf(graph) }) : given;
  return { standard, applied };
}

function withoutIsotopes(graph: MoleculeGraph): MoleculeGraph {
  if (graph.isotopes.every((isotope) => isotope === 0)) return graph;
  return withAtoms(graph, { isotopes: new Uint16Array(graph.atomCount) });
}

/** One structure to its standard form, fingerprint and fold. */
import type { AppliedStep, StructureFailure, StructureNotice } from '../contract/chemistry.ts';
import { foldOf } from './fold.ts';
import { heavyAtomCount } from './graph.ts';
import { guard, type Structure } from './guards.ts';
import { withoutMetalHydrides } from './metals.ts';
import { morganBits } from './morgan.ts';
import type { ChemistryParameters } from './parameters.ts';
import { scaffoldOf } from './scaffold.ts';
import { scramble } from './scramble.ts';
import { applySteps, type Stepped } from './steps.ts';
import { isRefusal, notAccepted, type Parsed, type Toolkit } from './toolkit.ts';

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
      readonly changes: readonly AppliedStep[];
      readonly notices: readonly StructureNotice[];
      readonly heavyAtoms: number;
    }
  | { readonly ok: false; readonly failure: StructureFailure; readonly detail: string };

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
  const { given, repair } = read(structure, toolkit);
  if ('complaint' in given) return { ok: false, failure: given.failure, detail: given.complaint };
  if (given.graph.atomCount === 0) return { ok: false, failure: 'empty', detail: '' };
  const heavyAtoms = heavyAtomCount(given.graph);
  if (heavyAtoms >= parameters.maxHeavyAtoms) {
    return { ok: false, failure: 'too-heavy', detail: `${heavyAtoms} heavy atoms` };
  }

  const stepped = stepsOf(given, toolkit, parameters);
  if (stepped === undefined) return { ok: false, failure: 'unreadable', detail: notAccepted };
  const { standard, notices, scaffold } = stepped;
  const changes = [...repair, ...stepped.changes];
  const bits = morganBits(standard.graph, parameters.radius, parameters.foldSize);
  return {
    ok: true,
    smiles: standard.smiles,
    scaffold,
    fold: foldOf(parameters, { scaffold, smiles: standard.smiles, bits }),
    bits: permutation ? scramble(bits, permutation) : bits,
    changes,
    notices,
    heavyAtoms: heavyAtomCount(standard.graph),
  };
}

type Read = { readonly given: ReturnType<Toolkit['parse']>; readonly repair: readonly AppliedStep[] };

/** What the toolkit cannot read is tried again without the hydrogens that were written on metals. */
function read(structure: Structure, toolkit: Toolkit): Read {
  const given = toolkit.parse(structure);
  const bare = 'complaint' in given && structure.kind === 'smiles' ? withoutMetalHydrides(structure.text) : undefined;
  if (bare === undefined) return { given, repair: [] };
  const mended = toolkit.parse({ kind: 'smiles', text: bare });
  if ('complaint' in mended) return { given, repair: [] };
  return { given: mended, repair: [{ step: 'metal', smiles: mended.smiles, removed: [], groups: [] }] };
}

/** Undefined when a step made something that the toolkit does not accept, or the scaffold is something like that. */
function stepsOf(
  given: Parsed,
  toolkit: Toolkit,
  parameters: ChemistryParameters,
): (Stepped & { readonly scaffold: string }) | undefined {
  try {
    const stepped = applySteps(given, toolkit, parameters);
    return { ...stepped, scaffold: scaffoldOf(stepped.standard, toolkit) };
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

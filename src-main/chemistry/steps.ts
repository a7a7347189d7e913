/** The steps of standardisation in their order, each recorded with what it did. */
import type { AppliedStep, FunctionalGroup, StandardisationStep, StructureNotice } from '../contract/chemistry.ts';
import { uncharge } from './charge.ts';
import { describeFragment, type Fragment } from './counter-ions.ts';
import { carbon, hydrogen } from './elements.ts';
import { normaliseGroups } from './functional-groups.ts';
import { type MoleculeGraph, withAtoms } from './graph.ts';
import { disconnectMetals, isOrganometallic } from './metals.ts';
import type { ChemistryParameters } from './parameters.ts';
import { parentFragment } from './parent.ts';
import { reionise } from './reionise.ts';
import { canonicalTautomer } from './tautomer/canonical.ts';
import { notAccepted, type Parsed, type Toolkit } from './toolkit.ts';

export type Stepped = {
  /** The structure after all steps. */
  readonly standard: Parsed;
  readonly changes: readonly AppliedStep[];
  readonly notices: readonly StructureNotice[];
};

/**
 * Stereochemistry and isotopes, which nothing after them looks at; metals, functional groups, protons; the parent; its
 * charges, and what uncharging has opened; the canonical tautomer.
 *
 * @throws RangeError with the message `notAccepted` when the toolkit does not accept what a step made
 */
export function applySteps(
  given: Parsed,
  toolkit: Toolkit,
  { tautomer }: Pick<ChemistryParameters, 'tautomer'>,
): Stepped {
  const journal: Journal = { changes: [], notices: [] };
  const flat = withoutStereo(given, toolkit, journal);
  if (isOrganometallic(given.graph)) journal.notices.push('organometallic');
  const clean = cleanUp(withoutLabels(flat, toolkit, journal), toolkit, journal);
  const parent = keepParent(clean, toolkit, journal);
  const neutral = changed(parent, uncharge(parent.graph), toolkit, journal, 'charge');
  const chargeParent = neutral === parent ? parent : cleanUp(settled(neutral, toolkit), toolkit, journal);
  const plain = chargeParent === flat ? flat : settled(chargeParent, toolkit);
  return { standard: tautomer === 'canonical' ? preferTautomer(plain, toolkit, journal) : plain, ...journal };
}

type Journal = { readonly changes: AppliedStep[]; readonly notices: StructureNotice[] };

function record(
  { changes }: Journal,
  step: StandardisationStep,
  smiles: string,
  removed: readonly Fragment[] = [],
  groups: readonly FunctionalGroup[] = [],
): void {
  changes.push({ step, smiles, removed: [...removed], groups: [...groups] });
}

function cleanUp(given: Parsed, toolkit: Toolkit, journal: Journal): Parsed {
  const parted = changed(given, disconnectMetals(given.graph), toolkit, journal, 'metal');
  const { structure, groups } = normaliseGroups(parted === given ? given : settled(parted, toolkit), toolkit);
  if (groups.length > 0) record(journal, 'functional-group', structure.smiles, [], [...new Set(groups)]);
  return changed(structure, reionise(structure.graph), toolkit, journal, 'charge');
}

/** The structure itself when the graph is its own; else the graph with its SMILES, recorded. */
function changed(
  before: Parsed,
  graph: MoleculeGraph,
  { smilesOf }: Toolkit,
  journal: Journal,
  step: StandardisationStep,
): Parsed {
  if (graph === before.graph) return before;
  const smiles = smilesOf(graph);
  record(journal, step, smiles);
  return { graph, smiles };
}

/** Parsing what was written settles aromaticity, rings and hydrogens as for any SMILES that comes in. */
function settled({ smiles }: Parsed, { parse }: Toolkit): Parsed {
  const parsed = parse({ kind: 'smiles', text: smiles });
  if ('complaint' in parsed) throw new RangeError(notAccepted, { cause: parsed.complaint });
  return parsed;
}

function keepParent(given: Parsed, { smilesOf }: Toolkit, journal: Journal): Parsed {
  const { parent, removed, amongEquals } = parentFragment(given.graph, smilesOf);
  if (removed.length === 0) return given;
  const fragments = removed.map((part) => ({
    ...describeFragment(part, smilesOf),
    organic: part.elements.includes(carbon),
  }));
  if (fragments.some(({ kind, organic }) => kind === 'other' && organic)) journal.notices.push('mixture');
  if (amongEquals) journal.notices.push('equal-fragments');
  const smiles = smilesOf(parent);
  record(
    journal,
    'fragment',
    smiles,
    fragments.map((one) => ({ smiles: one.smiles, kind: one.kind })),
  );
  return { graph: parent, smiles };
}

function preferTautomer(given: Parsed, toolkit: Toolkit, journal: Journal): Parsed {
  const { graph, limited } = canonicalTautomer(given.graph, toolkit.smilesOf);
  if (limited) journal.notices.push('many-tautomers');
  if (graph === given.graph) return given;
  const preferred = settled({ graph, smiles: toolkit.smilesOf(graph) }, toolkit);
  if (preferred.smiles === given.smiles) return given;
  record(journal, 'tautomer', preferred.smiles);
  const clean = cleanUp(preferred, toolkit, journal);
  return clean === preferred ? preferred : settled(clean, toolkit);
}

/** Hydrogens that were atoms for their stereochemistry's sake become part of their neighbours; labelled ones follow. */
function withoutStereo(given: Parsed, toolkit: Toolkit, journal: Journal): Parsed {
  const hasBareHydrogens = given.graph.elements.includes(hydrogen) && !hasLabels(given);
  const flat = hasBareHydrogens ? settled(given, toolkit) : given;
  if (given.graph.stereo) record(journal, 'stereo', flat.smiles);
  return flat;
}

const hasLabels = ({ graph }: Parsed): boolean => graph.isotopes.some((isotope) => isotope !== 0);

/** Hydrogens that were atoms for their label's sake become part of their neighbours. */
function withoutLabels(given: Parsed, toolkit: Toolkit, journal: Journal): Parsed {
  if (!hasLabels(given)) return given;
  const isotopes = new Uint16Array(given.graph.atomCount);
  const { smilesOf } = toolkit;
  const plain = settled({ ...given, smiles: smilesOf(withAtoms(given.graph, { isotopes })) }, toolkit);
  record(journal, 'isotope', plain.smiles);
  return plain;
}

/** The steps of standardisation in their order, each recorded with what it did. */
import type { AppliedStep, FunctionalGroup, StandardisationStep, StructureNotice } from '../contract/chemistry.ts';
import { uncharge } from './charge.ts';
import { describeFragment, type Fragment } from './counter-ions.ts';
import { carbon } from './elements.ts';
import { normaliseGroups } from './functional-groups.ts';
import { type MoleculeGraph, withAtoms } from './graph.ts';
import { disconnectMetals, isOrganometallic } from './metals.ts';
import { parentFragment } from './parent.ts';
import { reionise } from './reionise.ts';
import { notAccepted, type Parsed, type Toolkit } from './toolkit.ts';

export type Stepped = {
  /** The structure after all steps. */
  readonly standard: Parsed;
  readonly changes: readonly AppliedStep[];
  readonly notices: readonly StructureNotice[];
};

/**
 * Stereochemistry and isotopes, which nothing after them looks at; metals, functional groups, protons; the parent; its
 * charges, and what uncharging has opened.
 *
 * @throws RangeError with the message `notAccepted` when the toolkit does not accept what a step made
 */
export function applySteps(given: Parsed, toolkit: Toolkit): Stepped {
  const { graph } = given;
  const journal: Journal = { changes: [], notices: [] };
  if (graph.stereo) record(journal, 'stereo', given.smiles);
  if (isOrganometallic(graph)) journal.notices.push('organometallic');
  const plain = withoutLabels(given, toolkit, journal);
  const clean = cleanUp(plain, toolkit, journal);
  const parent = keepParent(clean, toolkit, journal);
  const neutral = changed(parent, uncharge(parent.graph), toolkit, journal, 'charge');
  if (neutral === given) return { standard: given, ...journal };
  const standard = settled(neutral, toolkit);
  const again = neutral === parent ? standard : cleanUp(standard, toolkit, journal);
  return { standard: again === standard ? standard : settled(again, toolkit), ...journal };
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

/** Hydrogens that were atoms for their label's sake become part of their neighbours. */
function withoutLabels(given: Parsed, toolkit: Toolkit, journal: Journal): Parsed {
  if (given.graph.isotopes.every((isotope) => isotope === 0)) return given;
  const isotopes = new Uint16Array(given.graph.atomCount);
  const { smilesOf } = toolkit;
  const plain = settled({ ...given, smiles: smilesOf(withAtoms(given.graph, { isotopes })) }, toolkit);
  record(journal, 'isotope', plain.smiles);
  return plain;
}

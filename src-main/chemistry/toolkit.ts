/** RDKit's WebAssembly module: parsing, canonical SMILES and drawings. The only file that touches it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type initRdkit from '@rdkit/rdkit';
import type { Log, MainModule, Mol } from '@rdkit/rdkit';
import { changedAtoms } from './changed-atoms.ts';
import { type MoleculeGraph, readGraph, writeGraph } from './graph.ts';
import type { Structure } from './guards.ts';
import { questionIn } from './query.ts';
import { rememberRecent } from './recent.ts';
import { skeletonSmarts } from './skeleton.ts';

/** What every partner must run: another version may write another SMILES. */
export const toolkitVersion = '2026.09.1';

/** Message of the error that tells a graph that is no molecule from a toolkit that is broken. */
export const notAccepted = 'RDKit refuses the graph';

export const isRefusal = (error: unknown): boolean => error instanceof RangeError && error.message === notAccepted;

export type Parsed = { readonly smiles: string; readonly graph: MoleculeGraph };

/** What is wrong with a text that is read as no structure, in the toolkit's words. */
export type Unread = { readonly complaint: string; readonly failure: 'unreadable' | 'query' };

export type Toolkit = {
  /**
   * Canonical SMILES without stereochemistry, and the graph; or the toolkit's complaint. Drawn hydrogens become part of
   * their neighbours, and numbers that map atoms of reactions are left out, which MELLODDY-TUNER keeps.
   * @throws WebAssembly.RuntimeError when the toolkit is broken from now on
   */
  readonly parse: (structure: Structure) => Parsed | Unread;
  /** Canonical SMILES of a graph, without stereochemistry. @throws RangeError with the message `notAccepted` when RDKit does not accept the graph */
  readonly smilesOf: (graph: MoleculeGraph) => string;
  /**
   * @param alignTo what both structures share lies as in the drawing of this one, which is one of the two with more or
   *   fewer fragments, bonds, hydrogens or charges; left alone when they share nothing
   * @param compareWith atoms that are otherwise in this one are marked; none when they share nothing
   * @returns SVG text, or null when the structure cannot be drawn
   */
  readonly draw: (
    structure: Structure,
    details: Readonly<Record<string, unknown>>,
    alignTo?: Structure | undefined,
    compareWith?: Structure | undefined,
  ) => string | null;
  /** A V2000 mol block with the places of a drawing; null for what is no structure. */
  readonly molBlockOf: (structure: Structure) => string | null;
};

const require = createRequire(import.meta.url);

/** Once per process: workers are handed the compiled module. */
export const compileToolkit = async (): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(require.resolve('@rdkit/rdkit/RDKit_minimal.wasm')));

/** @throws Error when the module is another version than the one that the parameters stand for */
export async function startToolkit(compiled: WebAssembly.Module): Promise<Toolkit> {
  const init = require('@rdkit/rdkit') as typeof initRdkit;
  const rdkit = await init({
    instantiateWasm: (imports: WebAssembly.Imports, ready: (instance: WebAssembly.Instance) => void) => {
      void WebAssembly.instantiate(compiled, imports).then(ready);
      return {};
    },
  });
  if (rdkit.version() !== toolkitVersion) throw new Error(`RDKit ${rdkit.version()} instead of ${toolkitVersion}`);
  rdkit.disable_logging('rdApp.warning');
  const log = rdkit.set_log_capture('rdApp.error');
  // Half of the scaffolds of a company's compounds have been written before.
  const writeSmiles = rememberRecent(rememberedGraphs, (text) => {
    const molecule = /"z":1\b/.test(text) ? rdkit.get_mol(text) : rdkit.get_mol(text, hydrogensStay);
    if (molecule === null) throw new RangeError(notAccepted);
    try {
      return molecule.get_smiles(flat);
    } finally {
      molecule.delete();
    }
  });
  const smilesOf = (graph: MoleculeGraph) => writeSmiles(writeGraph(graph));
  const read = (molecule: Mol): Parsed | Unread => {
    const smiles = molecule.get_smiles(flat);
    const json = smiles === '' ? noAtoms : molecule.get_json();
    const graph = readGraph(json);
    const question = questionIn(json, graph);
    if (question !== undefined) return { complaint: question, failure: 'query' };
    return { smiles: atomMap.test(smiles) ? smilesOf(graph) : smiles, graph };
  };
  return {
    parse: (structure) => {
      log?.clear_buffer();
      let molecule: Mol | null = null;
      try {
        molecule = open(rdkit, structure);
        return molecule === null ? { complaint: complaint(log), failure: 'unreadable' } : read(molecule);
      } catch (error) {
        // What RDKit throws and does not catch has unwound its stack: the next structure finds it whole.
        const isWhole = error instanceof WebAssembly.Exception || isRefusal(error);
        if (isWhole) return { complaint: complaint(log), failure: 'unreadable' };
        throw error;
      } finally {
        molecule?.delete();
      }
    },
    smilesOf,
    draw: (structure, details, alignTo, compareWith) => {
      const molecule = open(rdkit, structure);
      if (molecule === null) return null;
      try {
        if (molecule.get_num_atoms() === 0) return null;
        placeAtoms(rdkit, molecule, alignTo);
        const atoms = compareWith ? differing(rdkit, molecule, compareWith) : [];
        return molecule.get_svg_with_highlights(JSON.stringify(atoms.length === 0 ? details : { ...details, atoms }));
      } finally {
        molecule.delete();
      }
    },
    molBlockOf: (structure) => {
      const molecule = open(rdkit, structure);
      if (molecule === null) return null;
      try {
        placeAtoms(rdkit, molecule, undefined);
        return molecule.get_molblock();
      } finally {
        molecule.delete();
      }
    },
  };
}

const rememberedGraphs = 4096; // a kilobyte each

const flat = JSON.stringify({ doIsomericSmiles: false });

/** Looking for hydrogens to take away costs a second look at everything, so it is left out where there are none. */
const hydrogensStay = JSON.stringify({ removeHs: false });

/** For SMILES this is what RDKit does unasked, for a mol block it is not. */
const hydrogensGo = JSON.stringify({ removeHs: true });

/** A hydrogen that is written as an atom of its own, or an element that begins as it does. */
const hydrogenAtom = /\[\d*(?:H|#1(?!\d))/;

/** The number of an atom in a reaction: no part of the structure. */
const atomMap = /:\d+\]/;

function open(rdkit: MainModule, { kind, text }: Structure): Mol | null {
  if (kind === 'molblock') return rdkit.get_mol(text, hydrogensGo);
  const smiles = text.trim();
  return hydrogenAtom.test(smiles) ? rdkit.get_mol(smiles) : rdkit.get_mol(smiles, hydrogensStay);
}

/** RDKit cannot write this one. */
const noAtoms = '{"defaults":{"atom":{},"bond":{}},"molecules":[{"atoms":[]}]}';

/** A mol block has its own places, unless the drawing is aligned. */
function placeAtoms(rdkit: MainModule, molecule: Mol, alignTo: Structure | undefined): void {
  if (!molecule.has_coords()) molecule.set_new_coords();
  const template = alignTo ? open(rdkit, alignTo) : null;
  if (template === null) return;
  try {
    if (template.get_num_atoms() === 0) return;
    if (!template.has_coords()) template.set_new_coords();
    const smaller = smallerOf(molecule.get_json(), template.get_json());
    const details = { referenceSmarts: skeletonSmarts(smaller), acceptFailure: true };
    molecule.generate_aligned_coords(template, JSON.stringify(details));
  } finally {
    template.delete();
  }
}

/** Atoms that stand for each other are those of the first place where the smaller skeleton lies in both, as in an alignment. */
function differing(rdkit: MainModule, molecule: Mol, compareWith: Structure): readonly number[] {
  const other = open(rdkit, compareWith);
  if (other === null) return [];
  let query: Mol | null = null;
  try {
    if (other.get_num_atoms() === 0) return [];
    const [drawnJson, otherJson] = [molecule.get_json(), other.get_json()];
    query = rdkit.get_qmol(skeletonSmarts(smallerOf(drawnJson, otherJson)));
    if (query === null) return [];
    const places = { drawn: matched(molecule, query), other: matched(other, query) };
    const shared = places.drawn.length > 0 && places.other.length > 0;
    return shared ? changedAtoms(drawnJson, otherJson, places) : [];
  } finally {
    query?.delete();
    other.delete();
  }
}

const matched = (molecule: Mol, query: Mol): readonly number[] =>
  (JSON.parse(molecule.get_substruct_match(query)) as { readonly atoms?: readonly number[] }).atoms ?? [];

function smallerOf(one: string, other: string): MoleculeGraph {
  const [first, second] = [readGraph(one), readGraph(other)];
  return first.atomCount + first.bondCount < second.atomCount + second.bondCount ? first : second;
}

/** The last line of the log without its clock and source position. */
function complaint(log: Log | null): string {
  const lines = (log?.get_buffer() ?? '').split('\n').map((line) => line.replace(/^\[[\d:]+\]\s*/, '').trim());
  return (lines.filter((line) => line !== '' && !line.startsWith('*')).at(0) ?? 'cannot be parsed').slice(0, 200);
}

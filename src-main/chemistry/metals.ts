/** Metals: their bonds are cut, with the electrons left where a chemist would draw them. */
import { atomicNumberOf, carbon, elements, valences } from './elements.ts';
import { aromaticAtoms, degree, type MoleculeGraph, neighbourSome, withAtoms, withoutBonds } from './graph.ts';

/** Bonds of these to N, O and F are cut. */
const metals = elements(
  'Li Na K Rb Cs Fr Be Mg Ca Sr Ba Ra Sc Ti V Cr Mn Fe Co Ni Cu Zn Al Ga Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi',
);

/** Of these also the bonds to carbon and to the heavier non-metals that are not aromatic. */
const transitionMetals = elements(
  'Al Sc Ti V Cr Mn Fe Co Ni Cu Zn Y Zr Nb Mo Tc Ru Rh Pd Ag Cd Hf Ta W Re Os Ir Pt Au',
);

const hardLigands = elements('N O F');
const softLigands = elements('B C Si P As Sb S Se Te Cl Br I At');

export const isMetal = (atomicNumber: number): boolean => metals.has(atomicNumber);

/** The SMILES with no hydrogens on metals; undefined when it has none there. Some writers fill metals up to six bonds. */
export function withoutMetalHydrides(smiles: string): string | undefined {
  const bare = smiles.replace(/\[([A-Z][a-z]?)H\d*([+-]*\d*)\]/g, (atom, symbol: string, charge: string) =>
    isMetal(atomicNumberOf(symbol) ?? 0) ? `[${symbol}${charge}]` : atom,
  );
  return bare === smiles ? undefined : bare;
}

/** Some metal, by the list above, is bound to carbon. */
export const isOrganometallic = (graph: MoleculeGraph): boolean =>
  graph.elements.some(
    (element, atom) => isMetal(element) && neighbourSome(graph, atom, (other) => graph.elements[other] === carbon),
  );

/**
 * The ligand keeps the electrons of each bond as far as its valence asks for them, and the metal is left with the
 * charge that balances; a dative bond leaves both as they were, and an sp2 atom takes a hydrogen. The rules of RDKit's
 * MetalDisconnector (2022.09), except that a metal never takes hydrogens. Aromaticity is not found anew.
 *
 * @returns the graph itself when there is nothing to cut
 */
export function disconnectMetals(graph: MoleculeGraph): MoleculeGraph {
  if (!graph.elements.some(isMetal)) return graph;
  const cuts = cutsOf(graph);
  if (cuts.length === 0) return graph;
  const cut = new Uint8Array(graph.bondCount);
  for (const { bond } of cuts) cut[bond] = 1;
  const parted = withoutBonds(graph, cut);
  const charges = graph.charges.slice();
  const hydrogens = graph.hydrogens.slice();
  const radicals = graph.radicals.slice();
  const taken = new Map<number, number>(cuts.map(({ metal }) => [metal, 0])); // electrons that ligands took from each metal
  for (const ligand of [...new Set(cuts.map((one) => one.ligand))].sort((a, b) => a - b)) {
    const own = cuts.filter((one) => one.ligand === ligand);
    const order = own.reduce((sum, one) => sum + one.order, 0);
    const left = ligandAfter(graph, parted, ligand, order);
    charges[ligand] = left.charge;
    hydrogens[ligand]! += left.hydrogens;
    radicals[ligand] = left.radicals;
    const around = [...new Set(own.map(({ metal }) => metal))].sort((a, b) => taken.get(a)! - taken.get(b)! || a - b);
    for (let at = 0; at < left.taken; at++) {
      const metal = around[at % around.length]!;
      taken.set(metal, taken.get(metal)! + 1);
    }
  }
  for (const [metal, electrons] of taken) {
    const most = Math.max(...(valences(graph.elements[metal]!) ?? [8]));
    const charge = Math.min(Math.max(graph.charges[metal]!, 0) + electrons, most);
    charges[metal] = Math.max(charge, graph.charges[metal]!);
    hydrogens[metal] = 0;
    radicals[metal] = 0;
  }
  return withAtoms(parted, { charges, hydrogens, radicals });
}

type Cut = { readonly bond: number; readonly metal: number; readonly ligand: number; readonly order: number };

function cutsOf(graph: MoleculeGraph): readonly Cut[] {
  const aromatic = aromaticAtoms(graph);
  const cuts: Cut[] = [];
  for (let end = 0; end < graph.bondAtoms.length; end++) {
    const [metal, ligand, bond] = [graph.bondAtoms[end]!, graph.bondAtoms[end ^ 1]!, end >> 1];
    const [from, to] = [graph.elements[metal]!, graph.elements[ligand]!];
    const hard = metals.has(from) && hardLigands.has(to);
    const soft = transitionMetals.has(from) && softLigands.has(to) && !aromatic[ligand];
    if (hard || soft) cuts.push({ bond, metal, ligand, order: covalentOrder(graph, bond) });
  }
  return cuts;
}

/** A dative bond counts for none of its atoms. */
const covalentOrder = (graph: MoleculeGraph, bond: number): number => {
  const order = graph.bondOrders[bond]!;
  return order <= 3 ? order : 0;
};

type LigandAfter = {
  readonly charge: number;
  /** More than before. */
  readonly hydrogens: number;
  readonly radicals: number;
  /** Electrons that it took from its metals. */
  readonly taken: number;
};

function ligandAfter(graph: MoleculeGraph, parted: MoleculeGraph, ligand: number, cutOrder: number): LigandAfter {
  const element = graph.elements[ligand]!;
  const unpaired = graph.radicals[ligand]!;
  const full = valences(element) ?? [];
  const before = valenceOf(graph, ligand) + unpaired - cutOrder;
  const target = full.find((valence) => before <= valence);
  const after = target === undefined ? (full.at(-1) ?? before) : before;
  const lone = target !== undefined && unpaired % 2 === 1 && before < target ? 1 : 0; // a carbene keeps one to itself
  const needed = target === undefined ? cutOrder : target - before - lone;
  const radicals = lone === 0 ? unpaired : element < 7 ? unpaired + 1 : 0;
  const around = degree(parted, ligand) + graph.hydrogens[ligand]!;
  if (needed === 1 && after === around + 1)
    return { charge: 0, hydrogens: missing(parted, ligand), radicals, taken: 0 };
  const dative = cutOrder === 0 || (needed === 1 && element === carbon && after === around + 2);
  // An atom with more bonds than its valence has them for its charge's sake, as the oxygen of carbon monoxide.
  const charge = target === undefined ? graph.charges[ligand]! - cutOrder : -needed;
  return { charge, hydrogens: 0, radicals, taken: dative ? 0 : needed - lone };
}

/** Hydrogens that fill the atom up to its lowest valence, without charge. */
function missing(graph: MoleculeGraph, atom: number): number {
  const lowest = valences(graph.elements[atom]!)?.find((valence) => valence >= valenceOf(graph, atom));
  return lowest === undefined ? 0 : lowest - valenceOf(graph, atom);
}

function valenceOf(graph: MoleculeGraph, atom: number): number {
  let valence = graph.hydrogens[atom]!;
  for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
    valence += covalentOrder(graph, graph.neighbourBonds[at]!);
  }
  return valence;
}

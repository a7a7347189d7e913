/** Counter-ions and solvents that pharmacy uses: what a fragment is that was taken away from a compound. */
import type { RemovedKind } from '../contract/chemistry.ts';
import { uncharge } from './charge.ts';
import { carbon } from './elements.ts';
import { type MoleculeGraph, writeGraph } from './graph.ts';
import { isRefusal } from './toolkit.ts';

/** Canonical SMILES of the neutral form, without stereochemistry. Acids and bases of Stahl and Wermuth's handbook. */
const counterIons = new Set([
  'CC(=O)O', // acetate
  'O=CO', // formate
  'CCC(=O)O', // propionate
  'O=C(O)C(F)(F)F', // trifluoroacetate
  'O=C(O)C(=O)O', // oxalate
  'O=C(O)CC(=O)O', // malonate
  'O=C(O)CCC(=O)O', // succinate
  'O=C(O)CCCC(=O)O', // glutarate
  'O=C(O)CCCCC(=O)O', // adipate
  'O=C(O)C=CC(=O)O', // fumarate, maleate
  'O=C(O)CC(O)C(=O)O', // malate
  'O=C(O)C(O)C(O)C(=O)O', // tartrate
  'O=C(O)CC(O)(CC(=O)O)C(=O)O', // citrate
  'CC(O)C(=O)O', // lactate
  'O=C(O)CO', // glycolate
  'O=C(O)c1ccccc1', // benzoate
  'O=C(O)c1ccccc1O', // salicylate
  'O=C(O)C(O)c1ccccc1', // mandelate
  'O=C(O)c1cc2ccccc2c(Cc2c(O)c(C(=O)O)cc3ccccc23)c1O', // pamoate
  'O=C(O)c1ccc2ccccc2c1O', // xinafoate
  'O=C(O)C(O)C(O)C(O)C(O)CO', // gluconate
  'O=C(O)C(O)C(O)C(O)C(O)C(=O)O', // glucarate, mucate
  'CS(=O)(=O)O', // mesylate
  'CCS(=O)(=O)O', // esylate
  'O=S(=O)(O)CCO', // isethionate
  'O=S(=O)(O)CCS(=O)(=O)O', // edisylate
  'O=S(=O)(O)C(F)(F)F', // triflate
  'O=S(=O)(O)c1ccccc1', // besylate
  'Cc1ccc(S(=O)(=O)O)cc1', // tosylate
  'CC1(C)C2CCC1(CS(=O)(=O)O)C(=O)C2', // camsylate
  'O=S(=O)(O)c1ccc2ccccc2c1', // napsylate
  'O=S(=O)(O)c1cccc2c(S(=O)(=O)O)cccc12', // napadisylate
  'COS(=O)(=O)O', // metilsulfate
  'O=C(O)O', // carbonate
  'N#CS', // thiocyanate
  'O=[N+]([O-])c1cc([N+](=O)[O-])c(O)c([N+](=O)[O-])c1', // picrate
  'NCCO', // olamine
  'OCCNCCO', // diolamine
  'OCCN(CCO)CCO', // trolamine
  'NC(CO)(CO)CO', // trometamol
  'CNCC(O)C(O)C(O)C(O)CO', // meglumine
  'C[N+](C)(C)CCO', // choline
  'CCN(CC)CC', // triethylamine
  'CCNCC', // diethylamine
  'NCCN', // ethylenediamine
  'C1CCC(NC2CCCCC2)CC1', // dicyclohexylamine
  'C1CNCCN1', // piperazine
  'CC(C)(C)N', // erbumine
  'NCCCCC(N)C(=O)O', // lysine
  'N=C(N)NCCCC(N)C(=O)O', // arginine
  'NC(Cc1c[nH]cn1)C(=O)O', // histidine
  'NC(CCC(=O)O)C(=O)O', // glutamate
  'NC(CC(=O)O)C(=O)O', // aspartate
]);

const solvents = new Set([
  'O', // water
  'CO',
  'CCO',
  'CC(C)O',
  'CCCO',
  'CCCCO',
  'CC(C)=O', // acetone
  'CCC(C)=O',
  'CC#N',
  'CN(C)C=O',
  'CC(=O)N(C)C',
  'CN1CCCC1=O',
  'C[S+](C)[O-]', // dimethyl sulfoxide
  'CCOC(C)=O', // ethyl acetate
  'CCOCC',
  'COC(C)(C)C',
  'C1CCOC1', // tetrahydrofuran
  'C1COCCO1', // dioxane
  'CC1CCCO1',
  'ClCCl',
  'ClC(Cl)Cl',
  'ClCCCl',
  'c1ccccc1',
  'Cc1ccccc1', // toluene
  'c1ccncc1',
  'CCCCCC',
  'CCCCCCC',
  'C1CCCCC1',
  'CC(O)CO', // propylene glycol
  'OCCO',
]);

export type Fragment = { readonly smiles: string; readonly kind: RemovedKind };

/** The same few fragments come again and again. */
const known = new Map<string, Fragment>();
const mostKnown = 2000;

/** What a fragment is called in the list of salts. Without carbon it is a counter-ion, water apart. */
export function describeFragment(part: MoleculeGraph, smilesOf: (part: MoleculeGraph) => string): Fragment {
  const key = writeGraph(part);
  const found = known.get(key);
  if (found) return found;
  const described: Fragment = { smiles: smilesOf(part), kind: kindOf(part, smilesOf) };
  if (known.size >= mostKnown) known.clear();
  known.set(key, described);
  return described;
}

function kindOf(part: MoleculeGraph, smilesOf: (part: MoleculeGraph) => string): RemovedKind {
  const neutral = neutralSmiles(part, smilesOf);
  if (solvents.has(neutral)) return 'solvent';
  return counterIons.has(neutral) || !part.elements.includes(carbon) ? 'counterIon' : 'other';
}

/** Its own SMILES where the neutral form is no molecule, as of bifluoride. */
function neutralSmiles(part: MoleculeGraph, smilesOf: (part: MoleculeGraph) => string): string {
  try {
    return smilesOf(uncharge(part));
  } catch (error) {
    if (isRefusal(error)) return smilesOf(part);
    throw error;
  }
}

/** For the test that holds every entry against the toolkit's writing. */
export const listedFragments: readonly string[] = [...counterIons, ...solvents];

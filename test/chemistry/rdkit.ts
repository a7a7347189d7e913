/** RDKit itself, to compare with. */
import init, { type MainModule } from '@rdkit/rdkit';
import { compileToolkit, startToolkit } from '../../src-main/chemistry/toolkit.ts';

export const toolkit = await startToolkit(await compileToolkit());
export const rdkit: MainModule = await init();

export function graphOf(smiles: string) {
  const parsed = toolkit.parse({ kind: 'smiles', text: smiles });
  if ('complaint' in parsed) throw new Error(`${smiles}: ${parsed.complaint}`);
  return parsed.graph;
}

/** RDKit's own fingerprint, as bit numbers. */
export function rdkitBits(smiles: string): number[] {
  const molecule = rdkit.get_mol(smiles)!;
  const bytes = molecule.get_morgan_fp_as_uint8array(JSON.stringify({ radius: 3, nBits: 32000 })) as Uint8Array;
  molecule.delete();
  const set: number[] = [];
  bytes.forEach((byte, at) => {
    for (let bit = 0; byte >> bit > 0; bit++) if ((byte >> bit) & 1) set.push(8 * at + bit);
  });
  return set;
}

/** The same molecule written from other atoms on. */
export function rewritten(smiles: string, seed: number): string {
  const molecule = rdkit.get_mol(smiles)!;
  const text = molecule.get_smiles(JSON.stringify({ canonical: false, doRandom: true, randomSeed: seed }));
  molecule.delete();
  return text;
}

/** Mol blocks as other programs write them. */
import { rdkit } from './rdkit.ts';

export type BlockStyle = { readonly version: 2 | 3; readonly hydrogens: boolean };

/** Every way to write one structure down. */
export const blockStyles: readonly BlockStyle[] = [2, 3].flatMap((version) =>
  [false, true].map((hydrogens) => ({ version: version as 2 | 3, hydrogens })),
);

export function molBlockOf(smiles: string, { version, hydrogens }: BlockStyle): string {
  const molecule = rdkit.get_mol(smiles)!;
  if (hydrogens) molecule.add_hs_in_place();
  molecule.set_new_coords();
  const text = version === 3 ? molecule.get_v3Kmolblock() : molecule.get_molblock();
  molecule.delete();
  return text;
}

/** A block of version 2000. @param properties lines such as `M  CHG` */
export function drawnBlock(
  atoms: readonly string[],
  bonds: readonly string[],
  properties: readonly string[] = [],
): string {
  const counts = `${String(atoms.length).padStart(3)}${String(bonds.length).padStart(3)}  0  0  0  0  0  0  0  0999 V2000`;
  const lines = atoms.map(
    (symbol) => `    0.0000    0.0000    0.0000 ${symbol.padEnd(3)} 0  0  0  0  0  0  0  0  0  0  0  0`,
  );
  return ['', '', '', counts, ...lines, ...bonds, ...properties, 'M  END', ''].join('\n');
}

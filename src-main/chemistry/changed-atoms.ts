/** Which atoms of a drawing are not what they are in a structure before or after it. */

type Atom = { readonly chg?: number; readonly impHs?: number; readonly isotope?: number; readonly stereo?: string };
type Bond = { readonly atoms: readonly [number, number]; readonly stereo?: string };
type MoleculeJson = {
  readonly defaults: { readonly atom: Atom; readonly bond: Partial<Bond> };
  readonly molecules: readonly [{ readonly atoms: readonly Atom[]; readonly bonds?: readonly Bond[] }];
};

/**
 * @param drawn RDKit's JSON of the drawing's molecule, and `other` of the one that it is compared with
 * @param places atoms of both that stand for each other, in the same order
 * @returns indices of atoms that the other one lacks, or has with another charge, isotope, stereochemistry or number of hydrogens
 */
export function changedAtoms(
  drawn: string,
  other: string,
  places: { readonly drawn: readonly number[]; readonly other: readonly number[] },
): readonly number[] {
  const [here, there] = [statesOf(drawn), statesOf(other)];
  const counterpart = new Map(places.drawn.map((atom, at) => [atom, places.other[at]]));
  return here.flatMap((state, atom) => {
    const same = counterpart.get(atom);
    return same !== undefined && there[same] === state ? [] : [atom];
  });
}

function statesOf(json: string): readonly string[] {
  const { defaults, molecules } = JSON.parse(json) as MoleculeJson;
  const [{ atoms, bonds = [] }] = molecules;
  const drawnWithStereo = new Set(bonds.flatMap((bond) => (isSet(bond.stereo) ? bond.atoms : [])));
  return atoms.map((atom, index) => {
    const { chg = 0, impHs = 0, isotope = 0, stereo } = { ...defaults.atom, ...atom };
    return [chg, impHs, isotope, isSet(stereo) || drawnWithStereo.has(index)].join(' ');
  });
}

const isSet = (stereo: string | undefined): boolean => stereo !== undefined && stereo !== 'unspecified';

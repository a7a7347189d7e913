/** Elements by their symbols: atomic numbers, usual valences, and which are metals that give up their bonds. */

const symbols =
  'H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn Fr Ra Ac Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og'.split(
    ' ',
  );

/** Atomic number of a symbol; of every element, in order, from 1. */
const numbers: ReadonlyMap<string, number> = new Map(symbols.map((symbol, at) => [symbol, at + 1]));

export const atomicNumberOf = (symbol: string): number | undefined => numbers.get(symbol);

export type Elements = { readonly has: (atomicNumber: number) => boolean };

/** @param list symbols with spaces between @throws RangeError for what is no element */
export function elements(list: string): Elements {
  const marked = new Uint8Array(256);
  for (const symbol of list.split(' ')) {
    const number = numbers.get(symbol);
    if (number === undefined) throw new RangeError(`no element ${symbol}`);
    marked[number] = 1;
  }
  return { has: (atomicNumber) => marked[atomicNumber] === 1 };
}

export const [hydrogen, boron, carbon, nitrogen, oxygen, phosphorus, sulfur] = [1, 5, 6, 7, 8, 15, 16] as const;

/** Usual valences of an element without charge, ascending; undefined where any number of bonds may be. */
export const valences = (atomicNumber: number): readonly number[] | undefined => valenceTable.get(atomicNumber);

const valenceTable: ReadonlyMap<number, readonly number[]> = new Map(
  Object.entries({
    '1': 'H Li F Na Cl K Br Rb Cs Fr',
    '2': 'Be O Mg Ca Sr Ba Ra',
    '3': 'B N Ga In Tl',
    '4': 'C Ge',
    '2,4': 'Sn Pb',
    '3,6': 'Al',
    '4,6': 'Si',
    '2,4,6': 'S Se Te Po',
    '3,5,7': 'P As Sb Bi',
    '1,3,5': 'I At',
  }).flatMap(([list, members]) =>
    members.split(' ').map((symbol) => [numbers.get(symbol)!, list.split(',').map(Number)] as const),
  ),
);

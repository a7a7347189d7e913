/** Invented molecules: a core, an arm that ends in a ring, and small groups, written together as SMILES. */
import type { Random } from './random.ts';

/** Core, linker and ring: what a medicinal chemist calls a series. Its compounds share their scaffold. */
export type Series = { readonly core: string; readonly linker: string; readonly ring: string };

export type Molecule = {
  readonly smiles: string;
  readonly series: Series;
  /** On the core and on the ring; the second is empty where the ring has no place for one. */
  readonly groups: readonly [string, string];
};

// T: a small group on carbon. A: an arm on carbon. N: an arm on nitrogen. Cores close rings 1 to 3, rings 4 and 5.
const cores: readonly string[] = [
  'c1(T)ccc(A)cc1',
  'c1(T)cccc(A)c1',
  'c1(T)ccc(A)nc1',
  'c1(T)cc(A)ncn1',
  'c1(T)nc(OC)nc(A)n1',
  'c1(T)cnc(A)s1',
  'c1(T)cc(A)n[nH]1',
  'c1(T)noc(A)n1',
  'c1(T)ccc2[nH]cc(A)c2c1',
  'c1(T)ccc2[nH]nc(A)c2c1',
  'c1(T)ccc2[nH]c(A)nc2c1',
  'c1(T)ccc2nc(A)sc2c1',
  'c1(T)ccc2nc(A)oc2c1',
  'c1(T)ccc2ncc(A)cc2c1',
  'c1(T)ccc2ncnc(A)c2c1',
  'c1(T)ccc2nc(A)cn2c1',
  'c1(T)ccn2ncc(A)c2n1',
  'c1(T)c[nH]c2ncnc(A)c12',
  'c1(T)cc2c(A)ncnc2s1',
  'c1(T)nc2c(A)ncnc2[nH]1',
  'O=c1[nH]nc(A)c2cc(T)ccc12',
  'O=c1cc(A)oc2ccc(T)cc12',
  'O=c1[nH]c(A)cc2cc(T)ccc12',
  'c1(T)ccc2c(c1)CCN(N)C2',
  'c1(T)cccc2c1CN(N)C2',
  'C1(T)CCN(N)CC1',
  'C1(T)CCCN(N)C1',
  'C1(T)CCC2(CC1)CCN(N)C2',
  'c1(T)ccc(cc1)N2CCN(N)CC2',
  'c1(T)cnc(nc1)N2CCN(N)CC2',
];

const linkersOnCarbon = ['', 'N', 'O', 'CN', 'OC', 'C(=O)N', 'NC(=O)', 'NC(=O)N', 'S(=O)(=O)N', 'C#C'];
const linkersOnNitrogen = ['C', 'CC', 'C(=O)', 'C(=O)C', 'C(=O)N', 'S(=O)(=O)'];

const rings: readonly string[] = [
  'c4ccc(T)cc4',
  'c4cccc(T)c4',
  'c4ccccc4(T)',
  'c4ccnc(T)c4',
  'c4ccc(T)nc4',
  'c4cnc(T)nc4',
  'c4ccc(T)s4',
  'c4cc(T)ccc4F',
  'c4ccc5[nH]ccc5c4',
  'c4ccc5OCOc5c4',
  'c4nc5ccc(T)cc5s4',
  'C4CCC(T)CC4',
  'C4CCN(C)CC4',
  'C4CCN(C(C)=O)CC4',
  'C4CCOCC4',
  'C4CC4',
];

const groups: readonly string[] = [
  '',
  'F',
  'Cl',
  'Br',
  'C',
  'CC',
  'C(C)C',
  'O',
  'OC',
  'N',
  'N(C)C',
  'C#N',
  'C(F)(F)F',
  'OC(F)(F)F',
  'C(N)=O',
  'C(=O)O',
  'S(C)(=O)=O',
  '[C@@H](C)O',
  'N6CCOCC6',
  'N6CCN(C)CC6',
];

/** Distinct series. */
export function inventSeries(random: Random, count: number): readonly Series[] {
  const found = new Map<string, Series>();
  while (found.size < count) {
    const core = random.pick(cores);
    const linker = random.pick(core.includes('(N)') ? linkersOnNitrogen : linkersOnCarbon);
    const series = { core, linker, ring: random.pick(rings) };
    found.set(JSON.stringify(series), series);
  }
  return [...found.values()];
}

/** Distinct molecules of one series. */
export function inventMolecules(random: Random, series: Series, count: number): readonly Molecule[] {
  const found = new Map<string, Molecule>();
  for (let tries = 0; found.size < count && tries < 20 * count; tries++) {
    const chosen = [random.pick(groups), series.ring.includes('(T)') ? random.pick(groups) : ''] as const;
    const molecule = { smiles: assemble(series, chosen), series, groups: chosen };
    found.set(molecule.smiles, molecule);
  }
  return [...found.values()];
}

function assemble({ core, linker, ring }: Series, [onCore, onRing]: readonly [string, string]): string {
  const put = (text: string, place: string, group: string) => text.replace(place, group === '' ? '' : `(${group})`);
  const arm = linker + put(ring, '(T)', onRing.replaceAll('6', '7'));
  return put(put(put(core, '(T)', onCore), '(A)', arm), '(N)', arm);
}

/** As a registry writes some of them: the hydrochloride of an amine, the sodium salt of an acid. */
export function asSalt({ smiles, groups: chosen }: Molecule): string | undefined {
  if (chosen.includes('C(=O)O')) return `${smiles.replace('(C(=O)O)', '(C(=O)[O-])')}.[Na+]`;
  return chosen.some((group) => group.startsWith('N')) ? `${smiles}.Cl` : undefined;
}

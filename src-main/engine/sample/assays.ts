/** Invented targets: what a molecule's parts do to each, hidden from whoever learns it. */
import type { Molecule } from './molecules.ts';
import type { Random } from './random.ts';

export type Target = {
  /** -log10(mol/L) of a molecule, without the noise of a measurement. */
  readonly potency: (molecule: Molecule) => number;
};

/** Standard deviation of one measurement, in log units. */
export const measurementNoise = 0.25;

/**
 * Each part of a molecule adds its own share, a few pairs of linker and ring fit the target especially. Parts recur in
 * many series, so that what is learnt on some scaffolds helps on others.
 */
export function inventTarget(random: Random): Target {
  const shares = new Map<string, number>();
  const seed = random.share();
  const shareOf = (part: string, spread: number) => {
    const known = shares.get(part);
    if (known !== undefined) return known;
    const share = spread * normalOf(`${seed} ${part}`);
    shares.set(part, share);
    return share;
  };
  const base = 6.1 + 0.4 * random.normal();
  return {
    potency: ({ series: { core, linker, ring }, groups: [onCore, onRing] }) =>
      base +
      shareOf(`core ${core}`, 0.4) +
      shareOf(`linker ${linker}`, 0.55) +
      shareOf(`ring ${ring}`, 0.55) +
      shareOf(`group ${onCore}`, 0.45) +
      shareOf(`group ${onRing}`, 0.45) +
      Math.max(0, shareOf(`pair ${linker} ${ring}`, 0.9) - 0.6),
  };
}

/** LogD at pH 7.4: grease adds, charge and hydrogen bonds take away. */
export function logD({ series: { core, linker, ring }, groups }: Molecule): number {
  const text = `${core}${linker}${ring}`;
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const carbons = count(/c|C(?!l)/g);
  const polar = count(/[nNoO]/g) - count(/\(N\)/g);
  return 0.1 + 0.27 * carbons - 0.38 * polar + groups.reduce((sum, group) => sum + (greaseOf[group] ?? 0), 0);
}

const greaseOf: Readonly<Record<string, number>> = {
  F: 0.15,
  Cl: 0.65,
  Br: 0.8,
  C: 0.45,
  CC: 0.9,
  'C(C)C': 1.3,
  O: -0.5,
  N: -0.9,
  'N(C)C': 0.1,
  'C#N': -0.4,
  'C(F)(F)F': 0.9,
  'OC(F)(F)F': 1,
  'C(N)=O': -1.2,
  'C(=O)O': -2.6,
  'S(C)(=O)=O': -1.3,
  '[C@@H](C)O': -0.3,
  N6CCOCC6: -0.1,
  'N6CCN(C)CC6': -0.4,
};

/** A normal number for a text, the same wherever the text is met. */
function normalOf(text: string): number {
  let hash = 0x811c9dc5;
  const next = () => {
    for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
    return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
  };
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

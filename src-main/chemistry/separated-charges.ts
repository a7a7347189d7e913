/** Charges that conjugation carries from one atom to another: opposite ones meet, a lone one goes where protons are. */
import type { FunctionalGroup } from '../contract/chemistry.ts';
import type { Edit } from './edits.ts';
import { type Elements, elements, nitrogen, oxygen } from './elements.ts';
import { bondBetween, type MoleculeGraph, neighbourSome } from './graph.ts';

/** One atom of the chain. Elements are looked at apart for aliphatic and aromatic atoms; absent means any. */
type Link = {
  readonly aromatic: boolean;
  readonly elements?: Elements;
  readonly charge?: number;
  /** Whether the atom itself must, or must not, carry hydrogens. */
  readonly protons?: boolean;
  readonly besides?: (graph: MoleculeGraph, atom: number) => boolean;
};

type ChainBond = 'single' | 'double' | 'aromatic';

export type ChainRule = {
  readonly group: Extract<FunctionalGroup, 'separated-charges' | 'conjugated-cation'>;
  readonly links: readonly Link[];
  readonly bonds: readonly ChainBond[];
  /** Charges of the first and the last atom after it. */
  readonly charges: readonly [first: number, last: number];
};

const aliphatic: Link = { aromatic: false };
const aromatic: Link = { aromatic: true };
const neutral: Link = { aromatic: false, charge: 0 };
const arene: Link = { aromatic: true, elements: elements('C') };

const heteroatoms = elements('N P As Sb O S Se Te');
const common = elements('N O P S');

const anion = (inRing: boolean, of = common): Link => ({ aromatic: inRing, elements: of, charge: -1 });
const cation = (inRing: boolean, of = common): Link => ({ aromatic: inRing, elements: of, charge: 1 });

const donor: Link = { aromatic: false, elements: elements('N O'), charge: 0, protons: true };
const azoleDonor: Link = { aromatic: true, elements: elements('N'), charge: 0, protons: true };

/** Iminium or oxonium without protons; the nitrogen of a nitrone is none. */
const acceptor: Link = {
  aromatic: false,
  elements: elements('N O'),
  charge: 1,
  protons: false,
  besides: (graph, atom) =>
    graph.elements[atom] !== nitrogen || !neighbourSome(graph, atom, (one) => isOxide(graph, one)),
};

const isOxide = (graph: MoleculeGraph, atom: number): boolean =>
  graph.elements[atom] === oxygen && graph.charges[atom] === -1;

const recombine = { group: 'separated-charges', charges: [0, 0] } as const;
const relocate = { group: 'conjugated-cation', charges: [1, 0] } as const;

/** Across two bonds, then across four; aliphatic before aromatic. */
export const chainRules: readonly ChainRule[] = [
  {
    ...recombine,
    links: [anion(false, heteroatoms), neutral, cation(false, heteroatoms)],
    bonds: ['single', 'double'],
  },
  { ...recombine, links: [anion(true), aromatic, cation(false)], bonds: ['aromatic', 'double'] },
  { ...recombine, links: [anion(false), aromatic, cation(true)], bonds: ['single', 'aromatic'] },
  {
    ...recombine,
    links: [anion(false, heteroatoms), neutral, aliphatic, aliphatic, cation(false, heteroatoms)],
    bonds: ['single', 'double', 'single', 'double'],
  },
  {
    ...recombine,
    links: [anion(true), aromatic, aromatic, arene, cation(false)],
    bonds: ['aromatic', 'aromatic', 'aromatic', 'double'],
  },
  {
    ...recombine,
    links: [anion(false), arene, aromatic, aromatic, cation(true)],
    bonds: ['single', 'aromatic', 'aromatic', 'aromatic'],
  },
  { ...relocate, links: [donor, aliphatic, acceptor], bonds: ['single', 'double'] },
  { ...relocate, links: [azoleDonor, arene, acceptor], bonds: ['aromatic', 'double'] },
  {
    ...relocate,
    links: [donor, aliphatic, aliphatic, aliphatic, acceptor],
    bonds: ['single', 'double', 'single', 'double'],
  },
  {
    ...relocate,
    links: [azoleDonor, aromatic, aromatic, arene, acceptor],
    bonds: ['aromatic', 'aromatic', 'aromatic', 'double'],
  },
];

/** One edit for each chain of the graph that the rule describes and that single and double bonds allow. */
export function findChains(graph: MoleculeGraph, aromaticAtom: Uint8Array, rule: ChainRule): readonly Edit[] {
  const edits: Edit[] = [];
  if (!graph.charges.some((charge) => charge === rule.links.at(-1)!.charge)) return edits;
  const chain: number[] = [];
  const extend = (atom: number): void => {
    if (!fits(graph, aromaticAtom, atom, rule.links[chain.length]!)) return;
    chain.push(atom);
    if (chain.length === rule.links.length) {
      const path = alternatingPath(graph, aromaticAtom, chain);
      if (path) edits.push(flipped(graph, path, rule.charges));
    } else {
      const wanted = rule.bonds[chain.length - 1]!;
      for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
        const next = graph.neighbourAtoms[at]!;
        if (chainBond(graph, graph.neighbourBonds[at]!) === wanted && !chain.includes(next)) extend(next);
      }
    }
    chain.pop();
  };
  for (let atom = 0; atom < graph.atomCount; atom++) extend(atom);
  return edits;
}

const chainBond = (graph: MoleculeGraph, bond: number): ChainBond | undefined => {
  if (graph.aromaticBonds[bond]) return 'aromatic';
  return ([undefined, 'single', 'double'] as const)[graph.bondOrders[bond]!];
};

function fits(graph: MoleculeGraph, aromaticAtom: Uint8Array, atom: number, link: Link): boolean {
  if ((aromaticAtom[atom] === 1) !== link.aromatic) return false;
  if (link.charge !== undefined && graph.charges[atom] !== link.charge) return false;
  if (link.elements && !link.elements.has(graph.elements[atom]!)) return false;
  if (link.protons !== undefined && graph.hydrogens[atom]! > 0 !== link.protons) return false;
  return link.besides?.(graph, atom) ?? true;
}

/** Longest way around an aromatic system that is looked for. */
const longestPath = 13;

/**
 * A path of single and double bonds in turn from the first atom of the chain to its last. The chain itself, unless the
 * Kekulé form at hand has the bonds of its aromatic part the other way round: then a way through the aromatic atoms.
 */
function alternatingPath(
  graph: MoleculeGraph,
  aromaticAtom: Uint8Array,
  chain: readonly number[],
): readonly number[] | undefined {
  const end = chain.at(-1)!;
  const through = (atom: number) => atom === end || aromaticAtom[atom] === 1 || chain.includes(atom);
  for (let bonds = chain.length - 1; bonds < longestPath; bonds += 2) {
    const path = search(graph, [chain[0]!], end, bonds, through);
    if (path) return path;
  }
  return undefined;
}

function search(
  graph: MoleculeGraph,
  path: readonly number[],
  end: number,
  bonds: number,
  through: (atom: number) => boolean,
): readonly number[] | undefined {
  const atom = path.at(-1)!;
  if (path.length - 1 === bonds) return atom === end ? path : undefined;
  const order = path.length % 2 === 1 ? 1 : 2;
  for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
    const next = graph.neighbourAtoms[at]!;
    if (graph.bondOrders[graph.neighbourBonds[at]!] !== order || !through(next) || path.includes(next)) continue;
    const found = search(graph, [...path, next], end, bonds, through);
    if (found) return found;
  }
  return undefined;
}

const flipped = (graph: MoleculeGraph, path: readonly number[], [first, last]: readonly [number, number]): Edit => ({
  charges: [
    [path[0]!, first],
    [path.at(-1)!, last],
  ],
  orders: path.slice(1).map((atom, at) => [bondBetween(graph, path[at]!, atom), at % 2 === 0 ? 2 : 1]),
});

/** Functional groups that are drawn in more than one way, each brought to one form. */
import type { FunctionalGroup } from '../contract/chemistry.ts';
import { type Edit, edited } from './edits.ts';
import { carbon, elements, nitrogen, oxygen, phosphorus, sulfur } from './elements.ts';
import { aromaticAtoms, degree, type MoleculeGraph } from './graph.ts';
import { type ChainRule, chainRules, findChains } from './separated-charges.ts';
import { isRefusal, type Parsed, type Toolkit } from './toolkit.ts';

export type Normalised = { readonly structure: Parsed; readonly groups: readonly FunctionalGroup[] };

type Rule = {
  readonly group: FunctionalGroup;
  /** One edit for each place, and for each way where there are several. */
  readonly find: (graph: MoleculeGraph, aromatic: Uint8Array) => readonly Edit[];
};

/** How often the rules may start over: no real compound needs more than a few. */
const mostRounds = 200;

/**
 * Applies the first rule that finds a place as often as it finds one, then starts over, until no rule finds any. Where
 * it could be applied in several ways the product whose SMILES comes first is taken, so that the order of the atoms
 * does not matter. The rules are MolVS's in RDKit's form of 2022.09 (Atkinson, Swain), without those that the parser
 * has applied already: nitro, N-oxide, azide, diazo, perhalate.
 *
 * @returns the structure itself with no groups when there is nothing to change
 */
export function normaliseGroups(given: Parsed, toolkit: Pick<Toolkit, 'parse' | 'smilesOf'>): Normalised {
  let structure = given;
  const groups: FunctionalGroup[] = [];
  if (!mayHold(given.graph)) return { structure, groups };
  const seen = new Set([given.smiles]);
  for (let round = 0; round < mostRounds; round++) {
    const applied = firstApplied(structure, toolkit, seen);
    if (applied === undefined) break;
    seen.add(applied.product.smiles);
    structure = applied.product;
    groups.push(applied.group);
  }
  return { structure, groups };
}

/** Without charges only sulfoxides and metaphosphates have another form. */
function mayHold(graph: MoleculeGraph): boolean {
  for (let atom = 0; atom < graph.atomCount; atom++) {
    if (graph.charges[atom] !== 0) return true;
    const element = graph.elements[atom]!;
    if ((element === sulfur || pnictogens.has(element)) && element !== nitrogen && degree(graph, atom) >= 2)
      return true;
  }
  return false;
}

const pnictogens = elements('N P As Sb');
const chalcogens = elements('O S Se Te');

function firstApplied(structure: Parsed, toolkit: Pick<Toolkit, 'parse' | 'smilesOf'>, seen: ReadonlySet<string>) {
  const aromatic = aromaticAtoms(structure.graph);
  for (const { group, find } of rules) {
    const product = productOf(structure.graph, find(structure.graph, aromatic), toolkit);
    if (product !== undefined && !seen.has(product.smiles)) return { group, product };
  }
  return undefined;
}

/** The product whose SMILES comes first, parsed anew; undefined when there is none that the toolkit accepts. */
function productOf(
  graph: MoleculeGraph,
  edits: readonly Edit[],
  { parse, smilesOf }: Pick<Toolkit, 'parse' | 'smilesOf'>,
): Parsed | undefined {
  let first: string | undefined;
  for (const edit of edits) {
    try {
      const smiles = smilesOf(edited(graph, edit));
      if (first === undefined || smiles < first) first = smiles;
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  if (first === undefined) return undefined;
  const product = parse({ kind: 'smiles', text: first });
  return 'complaint' in product ? undefined : product;
}

const chainRule = (rule: ChainRule): Rule => ({
  group: rule.group,
  find: (graph, aromatic) => findChains(graph, aromatic, rule),
});

/** In this order. */
const rules: readonly Rule[] = [
  { group: 'metaphosphate', find: (graph, aromatic) => atAtoms(graph, aromatic, metaphosphate) },
  { group: 'sulfone', find: (graph, aromatic) => atAtoms(graph, aromatic, sulfone) },
  { group: 'sulfoxide', find: (graph, aromatic) => atAtoms(graph, aromatic, sulfoxide) },
  { group: 'phosphate', find: (graph, aromatic) => atAtoms(graph, aromatic, phosphate) },
  { group: 'amidinium', find: (graph, aromatic) => atAtoms(graph, aromatic, amidinium) },
  { group: 'hydrazine-diazonium', find: (graph, aromatic) => atAtoms(graph, aromatic, hydrazineDiazonium) },
  ...chainRules.filter(({ group }) => group === 'separated-charges').map(chainRule),
  ...chainRules.filter(({ group }) => group === 'conjugated-cation').map(chainRule),
  { group: 'halogen-oxide', find: (graph, aromatic) => atAtoms(graph, aromatic, halogenOxide) },
  { group: 'nitrile', find: (graph, aromatic) => atAtoms(graph, aromatic, nitrile) },
];

type Neighbour = { readonly atom: number; readonly bond: number; readonly element: number; readonly order: number };

/** A rule around one aliphatic atom. */
type AtAtom = (graph: MoleculeGraph, atom: number, around: () => readonly Neighbour[]) => readonly Edit[];

function atAtoms(graph: MoleculeGraph, aromatic: Uint8Array, rule: AtAtom): readonly Edit[] {
  const edits: Edit[] = [];
  for (let atom = 0; atom < graph.atomCount; atom++) {
    if (!aromatic[atom]) edits.push(...rule(graph, atom, () => neighboursOf(graph, aromatic, atom)));
  }
  return edits;
}

/** Aromatic neighbours are given the order 1.5 where the bond is aromatic and no element that a rule names. */
function neighboursOf(graph: MoleculeGraph, aromatic: Uint8Array, atom: number): readonly Neighbour[] {
  const around: Neighbour[] = [];
  for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
    const [other, bond] = [graph.neighbourAtoms[at]!, graph.neighbourBonds[at]!];
    const element = aromatic[other] ? -graph.elements[other]! : graph.elements[other]!;
    around.push({ atom: other, bond, element, order: graph.aromaticBonds[bond] ? 1.5 : graph.bondOrders[bond]! });
  }
  return around;
}

const connections = (graph: MoleculeGraph, atom: number): number => degree(graph, atom) + graph.hydrogens[atom]!;

const none: readonly Edit[] = [];

/** R-P(=O)=O to R-[P+](=O)[O-]; also As, Sb, and S, Se, Te instead of O. */
const metaphosphate: AtAtom = (graph, atom, around) => {
  if (!pnictogens.has(graph.elements[atom]!) || connections(graph, atom) !== 3) return none;
  const double = around().filter(({ element, order }) => order === 2 && chalcogens.has(element));
  if (double.length < 2) return none;
  return double.map((one) => ({
    charges: [
      [atom, 1],
      [one.atom, -1],
    ],
    orders: [[one.bond, 1]],
  }));
};

/** [S+2]([O-])[O-] to S(=O)=O. */
const sulfone: AtAtom = (graph, atom, around) => {
  if (graph.elements[atom] !== sulfur || graph.charges[atom] !== 2) return none;
  const oxides = around().filter((one) => one.order === 1 && isAnion(graph, one, (element) => element === oxygen));
  return pairs(oxides).map(([a, b]) => ({
    charges: [
      [atom, 0],
      [a.atom, 0],
      [b.atom, 0],
    ],
    orders: [
      [a.bond, 2],
      [b.bond, 2],
    ],
  }));
};

/** S(=O) between two atoms other than oxygen to [S+]([O-]). */
const sulfoxide: AtAtom = (graph, atom, around) => {
  if (graph.elements[atom] !== sulfur || graph.charges[atom] !== 0) return none;
  if (degree(graph, atom) !== 3 || graph.hydrogens[atom] !== 0) return none;
  const bonded = around();
  const oxide = bonded.find(({ element, order }) => element === oxygen && order === 2);
  if (oxide === undefined) return none;
  if (bonded.some((one) => one !== oxide && (one.element === oxygen || one.order > 1.5))) return none;
  return [
    {
      charges: [
        [atom, 1],
        [oxide.atom, -1],
      ],
      orders: [[oxide.bond, 1]],
    },
  ];
};

/** [P+]([O-])[O-] to P(=O)[O-]; also S, Se, Te instead of O. */
const phosphate: AtAtom = (graph, atom, around) => {
  if (graph.elements[atom] !== phosphorus || graph.charges[atom] !== 1 || degree(graph, atom) !== 4) return none;
  const anions = around().filter((one) => one.order === 1 && isAnion(graph, one, chalcogens.has));
  if (anions.length < 2) return none;
  return anions.map((one) => ({
    charges: [
      [atom, 0],
      [one.atom, 0],
    ],
    orders: [[one.bond, 2]],
  }));
};

/** N-[C+]-NH to N-C=[NH+]; also S, unless it is a sulfoxide's, and four-bonded P instead of C. */
const amidinium: AtAtom = (graph, atom, around) => {
  const expected = centreConnections.get(graph.elements[atom]!);
  if (graph.charges[atom] !== 1 || expected !== connections(graph, atom)) return none;
  const bonded = around();
  if (bonded.some((one) => isAnion(graph, one, (element) => element === oxygen && graph.elements[atom] === sulfur))) {
    return none;
  }
  const amines = bonded.filter(
    (one) => one.element === nitrogen && one.order === 1 && connections(graph, one.atom) === 3,
  );
  if (amines.length < 2) return none;
  return amines
    .filter((one) => graph.hydrogens[one.atom]! > 0)
    .map((one) => ({
      charges: [
        [atom, 0],
        [one.atom, 1],
      ],
      orders: [[one.bond, 2]],
    }));
};

const centreConnections: ReadonlyMap<number, number> = new Map([
  [carbon, 3],
  [sulfur, 3],
  [phosphorus, 4],
]);

/** C-NH-NH-C-[N+]#N to C-N=[NH+]-C-N=NH, looked at from its second nitrogen. */
const hydrazineDiazonium: AtAtom = (graph, atom, around) => {
  const isHydrazine = (one: number) =>
    graph.elements[one] === nitrogen && connections(graph, one) === 3 && graph.hydrogens[one] === 1;
  const isSaturated = ({ atom: one, element, order }: Neighbour) =>
    element === carbon && order === 1 && connections(graph, one) === 4;
  if (!isHydrazine(atom)) return none;
  const next = around().find(({ atom: one, order }) => order === 1 && isHydrazine(one));
  if (next === undefined || !neighboursOf(graph, new Uint8Array(graph.atomCount), next.atom).some(isSaturated))
    return none;
  return around()
    .filter(isSaturated)
    .flatMap((bridge) => neighboursOf(graph, new Uint8Array(graph.atomCount), bridge.atom))
    .filter(({ atom: one, element }) => element === nitrogen && graph.charges[one] === 1 && degree(graph, one) === 2)
    .flatMap((diazonium) =>
      neighboursOf(graph, new Uint8Array(graph.atomCount), diazonium.atom)
        .filter(({ element, order }) => element === nitrogen && order === 3)
        .map((end) => ({
          charges: [
            [atom, 1],
            [diazonium.atom, 0],
          ] as const,
          orders: [
            [next.bond, 2],
            [end.bond, 2],
          ] as const,
          hydrogens: [
            [next.atom, 0],
            [end.atom, 1],
          ] as const,
        })),
    );
};

const halogens = elements('F Cl Br I At');

/** [I-]=O to I[O-]. */
const halogenOxide: AtAtom = (graph, atom, around) => {
  if (!halogens.has(graph.elements[atom]!) || graph.charges[atom] !== -1) return none;
  return around()
    .filter(({ element, order }) => element === oxygen && order === 2)
    .map((one) => ({
      charges: [
        [atom, 0],
        [one.atom, -1],
      ],
      orders: [[one.bond, 1]],
    }));
};

/** [N-]=[C+]R to N#CR; also P, As, Sb instead of N. */
const nitrile: AtAtom = (graph, atom, around) => {
  if (!pnictogens.has(graph.elements[atom]!) || graph.charges[atom] !== -1) return none;
  return around()
    .filter((one) => one.element === carbon && one.order === 2 && graph.charges[one.atom] === 1)
    .filter((one) => connections(graph, one.atom) === 2)
    .map((one) => ({
      charges: [
        [atom, 0],
        [one.atom, 0],
      ],
      orders: [[one.bond, 3]],
    }));
};

const isAnion = (graph: MoleculeGraph, { atom, element }: Neighbour, of: (element: number) => boolean): boolean =>
  of(element) && graph.charges[atom] === -1;

const pairs = <Item>(items: readonly Item[]): readonly (readonly [Item, Item])[] =>
  items.flatMap((a, at) => items.slice(at + 1).map((b) => [a, b] as const));

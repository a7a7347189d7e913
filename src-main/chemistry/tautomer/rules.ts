/** The rules by which a hydrogen moves, after Sitzmann, Ihlenfeldt and Nicklaus 2010 (doi 10.1007/s10822-010-9346-4). */

/** What an atom of the path must be, in its present form. What is left out may be anything. */
export type AtomPattern = {
  /** Atomic numbers. */
  readonly elements: readonly number[];
  readonly aromatic?: boolean;
  /** Neighbours and hydrogens together. */
  readonly connections?: number;
  /** Fewest and most. */
  readonly hydrogens?: Range;
  /** Neighbours that are neither carbon nor hydrogen: fewest and most. */
  readonly heteroNeighbours?: Range;
  /** Rings of the smallest set through the atom: fewest and most. */
  readonly rings?: Range;
  /** The smallest ring through the atom has five members. */
  readonly fiveRing?: true;
  /** It is also beside two carbons of five-membered rings. */
  readonly betweenFiveRingCarbons?: true;
  readonly charge?: number;
  readonly besideNegativeOxygen?: true;
};
type Range = readonly [fewest: number, most: number];

export type ShiftRule = {
  readonly name: string;
  /** From the atom that gives the hydrogen to the one that takes it; of the patterns at a place one must fit. */
  readonly path: readonly (readonly AtomPattern[])[];
  /** Orders of the bonds along the path before and, where they do not simply alternate, after the shift. */
  readonly bonds: readonly number[];
  readonly bondsAfter?: readonly number[];
  /** What is added to the charges along the path. */
  readonly charges?: readonly number[];
};

const [carbon, nitrogen, oxygen, phosphorus, sulfur, selenium, tellurium] = [6, 7, 8, 15, 16, 34, 52] as const;
const chalcogens = [oxygen, sulfur, selenium, tellurium];
const heavyChalcogens = [sulfur, selenium, tellurium];

const some: Range = [1, 4];
const none: Range = [0, 0];

const anyCarbon: AtomPattern = { elements: [carbon] };
const chainCarbon: AtomPattern = { elements: [carbon], aromatic: false };
const aromaticCarbon: AtomPattern = { elements: [carbon], aromatic: true };
const anyNitrogen: AtomPattern = { elements: [nitrogen] };
const bareNitrogen: AtomPattern = { elements: [nitrogen], connections: 2 };
const aromaticNitrogen: AtomPattern = { elements: [nitrogen], aromatic: true };
const bareAromaticNitrogen: AtomPattern = { ...aromaticNitrogen, connections: 2 };
const chainNitrogen: AtomPattern = { elements: [nitrogen], aromatic: false };
const anyChalcogen: AtomPattern = { elements: chalcogens };
const singleChalcogen: AtomPattern = { elements: chalcogens, connections: 1 };
const hydroxyl: AtomPattern = { elements: chalcogens, connections: 2, hydrogens: some };
const saturatedCarbon: AtomPattern = { elements: [carbon], connections: 4, hydrogens: some };
const olefinCarbon: AtomPattern = { ...chainCarbon, connections: 3 };
const besideOneOrTwoHetero = { heteroNeighbours: [1, 2] } as const;
const besideOneHetero = { heteroNeighbours: [1, 1] } as const;
const besideNoHetero = { heteroNeighbours: none } as const;

const givesHydrogen: readonly AtomPattern[] = [
  { ...anyNitrogen, hydrogens: some },
  { ...anyChalcogen, hydrogens: some },
];
const takesHydrogen: readonly AtomPattern[] = [bareNitrogen, anyChalcogen];
const carbonOrBareNitrogen: readonly AtomPattern[] = [anyCarbon, bareNitrogen];
const carbonOrAromaticNitrogen: readonly AtomPattern[] = [anyCarbon, bareAromaticNitrogen];
const nitrogenOrOxygenGives: readonly AtomPattern[] = [{ elements: [nitrogen, oxygen], hydrogens: some }];

const nitro: AtomPattern = { ...chainNitrogen, charge: 1, besideNegativeOxygen: true };

const alternating = (atoms: number): readonly number[] =>
  Array.from({ length: atoms - 1 }, (_, bond) => 1 + (bond % 2));
const conjugated = (name: string, path: ShiftRule['path']): ShiftRule => ({
  name,
  path,
  bonds: alternating(path.length),
});
const repeated = <T>(times: number, value: T): readonly T[] => Array.from({ length: times }, () => value);

/** Single and double bonds alternate along the path and change places. At most 31 of them. */
export const conjugatedRules: readonly ShiftRule[] = [
  conjugated('1,3 keto/enol', [[saturatedCarbon], [{ ...chainCarbon, ...besideOneOrTwoHetero }], [singleChalcogen]]),
  conjugated('1,3 enol/keto', [
    [hydroxyl],
    [{ ...anyCarbon, ...besideOneOrTwoHetero }],
    [chainCarbon, { ...aromaticCarbon, heteroNeighbours: [0, 1], rings: [0, 1] }],
  ]),
  conjugated('1,5 keto/enol', [
    [
      { ...saturatedCarbon, ...besideNoHetero },
      { ...chainNitrogen, connections: 3, hydrogens: some },
    ],
    [chainCarbon],
    [chainCarbon],
    [{ ...chainCarbon, hydrogens: none, ...besideOneHetero }],
    [singleChalcogen],
  ]),
  conjugated('1,5 enol/keto', [
    [hydroxyl],
    [{ ...chainCarbon, hydrogens: none, ...besideOneHetero }],
    [chainCarbon],
    [chainCarbon],
    [{ ...chainCarbon, ...besideNoHetero }, chainNitrogen],
  ]),
  conjugated('imine/enamine', [
    [saturatedCarbon],
    [{ ...chainCarbon, ...besideOneHetero }],
    [{ ...chainNitrogen, connections: 2, hydrogens: [1, 1] }],
  ]),
  conjugated('enamine/imine', [
    [{ ...chainNitrogen, connections: 3, hydrogens: [2, 2] }],
    [{ ...chainCarbon, ...besideOneOrTwoHetero }],
    [olefinCarbon],
  ]),
  conjugated('substituted enamine/imine', [
    [{ ...chainNitrogen, hydrogens: some, ...besideNoHetero }],
    [chainCarbon],
    [{ ...olefinCarbon, rings: none, ...besideNoHetero }],
  ]),
  conjugated('alkyl azine/exocyclic enamine', [
    [{ ...saturatedCarbon, rings: none, ...besideNoHetero }],
    [aromaticCarbon],
    [{ ...aromaticNitrogen, ...besideNoHetero }],
  ]),
  conjugated('1,3 between heteroatoms', [givesHydrogen, carbonOrBareNitrogen, [anyNitrogen, anyChalcogen]]),
  conjugated('1,5 between heteroatoms', [
    givesHydrogen,
    [anyCarbon, anyNitrogen],
    [anyCarbon],
    [anyCarbon, anyNitrogen],
    [{ elements: [nitrogen, oxygen, sulfur], hydrogens: none }],
  ]),
  conjugated('1,5 between heteroatoms over ring nitrogen, near', [
    givesHydrogen,
    carbonOrAromaticNitrogen,
    carbonOrAromaticNitrogen,
    carbonOrBareNitrogen,
    takesHydrogen,
  ]),
  conjugated('1,5 between heteroatoms over ring nitrogen, far', [
    givesHydrogen,
    carbonOrBareNitrogen,
    carbonOrAromaticNitrogen,
    carbonOrAromaticNitrogen,
    [anyNitrogen, anyChalcogen],
  ]),
  conjugated('1,7 between heteroatoms or to carbon', [
    givesHydrogen,
    ...repeated(5, carbonOrBareNitrogen),
    [...takesHydrogen, { ...olefinCarbon, ...besideNoHetero }],
  ]),
  conjugated('1,7 between heteroatoms', [
    givesHydrogen,
    carbonOrBareNitrogen,
    [anyCarbon],
    ...repeated(3, carbonOrBareNitrogen),
    takesHydrogen,
  ]),
  conjugated('1,7 from carbon', [
    [{ ...saturatedCarbon, ...besideNoHetero }],
    [chainCarbon],
    [chainCarbon],
    ...repeated(3, carbonOrBareNitrogen),
    [{ ...chainNitrogen, connections: 2 }, anyChalcogen],
  ]),
  conjugated('hemiaminal of an imine/enol', [
    [{ ...saturatedCarbon, heteroNeighbours: [2, 3] }],
    [chainCarbon],
    [{ ...chainNitrogen, connections: 2 }],
  ]),
  conjugated('1,9 between heteroatoms', [
    nitrogenOrOxygenGives,
    ...repeated(7, carbonOrBareNitrogen),
    [{ elements: [nitrogen, oxygen] }],
  ]),
  conjugated('1,11 between heteroatoms', [
    nitrogenOrOxygenGives,
    ...repeated(9, carbonOrAromaticNitrogen),
    [bareNitrogen, { elements: [oxygen] }],
  ]),
  conjugated('five-ring enol/keto', [
    [{ elements: [nitrogen, oxygen, sulfur], aromatic: false, hydrogens: some }],
    [{ ...anyCarbon, fiveRing: true }],
    [{ ...anyCarbon, connections: 3, fiveRing: true, betweenFiveRingCarbons: true }],
  ]),
  conjugated('five-ring keto/enol', [
    [{ ...saturatedCarbon, fiveRing: true, betweenFiveRingCarbons: true }],
    [{ ...anyCarbon, fiveRing: true }],
    [{ elements: [nitrogen, oxygen, sulfur], aromatic: false }],
  ]),
  conjugated('nitro/aci-nitro', [[saturatedCarbon], [nitro], [{ elements: [oxygen] }]]),
  conjugated('aci-nitro/nitro', [[{ elements: [oxygen], hydrogens: some }], [nitro], [chainCarbon]]),
  conjugated('oxime/nitroso', [[{ elements: [oxygen], hydrogens: some }], [chainNitrogen], [chainCarbon]]),
  conjugated('nitroso/oxime', [[saturatedCarbon], [chainNitrogen], [{ elements: [oxygen] }]]),
  conjugated('quinone oxime/nitrosophenol', [
    [{ elements: [oxygen], hydrogens: some }],
    [chainNitrogen],
    ...repeated(4, [chainCarbon]),
    [{ elements: [oxygen], hydrogens: none }],
  ]),
  conjugated('nitrosophenol/quinone oxime', [
    [{ elements: [oxygen], hydrogens: some }],
    ...repeated(4, [aromaticCarbon]),
    [chainNitrogen],
    [{ elements: [oxygen], hydrogens: none }],
  ]),
];

const ringCarbonGives: readonly AtomPattern[] = [{ ...saturatedCarbon, rings: [1, 2] }];
const chainCarbonOrBareNitrogen: readonly AtomPattern[] = [chainCarbon, { ...chainNitrogen, connections: 2 }];
const azineCarbon: readonly AtomPattern[] = [{ ...chainCarbon, heteroNeighbours: [1, 2] }];
const enolCarbon: AtomPattern = { ...olefinCarbon, rings: none, heteroNeighbours: [0, 1] };
const exocyclicCarbonTakes: readonly AtomPattern[] = [{ ...olefinCarbon, rings: none, ...besideNoHetero }];

/**
 * Ours, not the paper's: ways back from forms that the other rules make of aromatic rings and would not lead back from.
 * Only for shifts that make a ring aromatic.
 */
export const rearomatisingRules: readonly ShiftRule[] = [
  conjugated('1,3 from ring carbon', [ringCarbonGives, chainCarbonOrBareNitrogen, [bareNitrogen]]),
  conjugated('1,5 from ring carbon', [
    [{ ...saturatedCarbon, rings: [1, 2], ...besideNoHetero }],
    ...repeated(3, chainCarbonOrBareNitrogen),
    [bareNitrogen],
  ]),
  conjugated('1,3 from ring carbon to exocyclic carbon', [ringCarbonGives, azineCarbon, exocyclicCarbonTakes]),
  conjugated('1,5 from ring carbon to exocyclic carbon', [
    ringCarbonGives,
    ...repeated(2, chainCarbonOrBareNitrogen),
    azineCarbon,
    exocyclicCarbonTakes,
  ]),
  conjugated('1,3 to exocyclic carbon', [givesHydrogen, [anyCarbon], [enolCarbon]]),
  conjugated('1,5 to exocyclic carbon', [givesHydrogen, ...repeated(3, carbonOrBareNitrogen), [enolCarbon]]),
];

/** The bonds along the path become others than by changing places. */
export const otherRules: readonly ShiftRule[] = [
  {
    name: 'ketene/ynol',
    path: [[{ ...chainCarbon, hydrogens: some }], [chainCarbon], [singleChalcogen]],
    bonds: [2, 2],
    bondsAfter: [3, 1],
  },
  {
    name: 'ynol/ketene',
    path: [[hydroxyl], [chainCarbon], [chainCarbon]],
    bonds: [1, 3],
    bondsAfter: [2, 2],
  },
  {
    name: 'cyanic/isocyanic acid',
    path: [[{ elements: [oxygen], hydrogens: some }], [chainCarbon], [chainNitrogen]],
    bonds: [1, 3],
    bondsAfter: [2, 2],
  },
  {
    name: 'isocyanic/cyanic acid',
    path: [[{ ...chainNitrogen, hydrogens: some }], [chainCarbon], [{ elements: [oxygen] }]],
    bonds: [2, 2],
    bondsAfter: [3, 1],
  },
  {
    name: 'sulfene/sulfinic acid',
    path: [
      [{ elements: [nitrogen, oxygen], aromatic: false, hydrogens: some }],
      [chainCarbon],
      [{ elements: heavyChalcogens, aromatic: false }],
      [{ elements: [oxygen] }],
    ],
    bonds: [1, 2, 2],
    bondsAfter: [2, 1, 1],
  },
  {
    name: 'sulfinic acid/sulfene',
    path: [
      [{ elements: [oxygen], hydrogens: some }],
      [{ elements: heavyChalcogens, aromatic: false }],
      [chainCarbon],
      [{ elements: [nitrogen, oxygen], aromatic: false }],
    ],
    bonds: [1, 1, 2],
    bondsAfter: [2, 2, 1],
  },
  {
    name: 'hydrogen cyanide/isocyanide',
    path: [[{ ...chainCarbon, hydrogens: some, charge: 0 }], [{ ...chainNitrogen, charge: 0 }]],
    bonds: [3],
    bondsAfter: [3],
    charges: [-1, 1],
  },
  {
    name: 'isocyanide/hydrogen cyanide',
    path: [[{ ...chainNitrogen, hydrogens: some, charge: 1 }], [{ ...chainCarbon, charge: -1 }]],
    bonds: [3],
    bondsAfter: [3],
    charges: [-1, 1],
  },
  {
    name: 'phosphonous acid/phosphine oxide',
    path: [[{ elements: [oxygen], hydrogens: some }], [{ elements: [phosphorus], connections: 3, hydrogens: none }]],
    bonds: [1],
    bondsAfter: [2],
  },
  {
    name: 'phosphine oxide/phosphonous acid',
    path: [[{ elements: [phosphorus], connections: 4, hydrogens: [1, 1] }], [{ elements: [oxygen] }]],
    bonds: [2],
    bondsAfter: [1],
  },
];

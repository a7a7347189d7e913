/** Which rules an atom fits, and where on their paths: looked up, not matched, in each of its forms. */
import { type MoleculeGraph, ringMembership } from '../graph.ts';
import { type AtomPattern, conjugatedRules, otherRules, rearomatisingRules, type ShiftRule } from './rules.ts';

/** One bit for each rule of a set of at most 31. */
export type RuleSet = {
  readonly rules: readonly ShiftRule[];
  /** Rules whose path ends at a place. */
  readonly endingAt: Int32Array;
  /** Rules whose bond behind a place has an order: `bondsOf[place * 4 + order]`. */
  readonly bondsOf: Int32Array;
};

/** Places on the longest path. */
export const longestPath = 11;

/** Forms of an atom that are told apart: charge -1 to 1, 0 to 4 hydrogens, aromatic or not. */
const forms = 30;

/** @returns the row of an atom's table for a form, or -1 when no rule knows such a form */
export const formOf = (charge: number, hydrogens: number, aromatic: number): number =>
  charge < -1 || charge > 1 || hydrogens > 4 ? -1 : ((charge + 1) * 5 + hydrogens) * 2 + aromatic;

/** Rules that an atom fits: `table[form * longestPath + place]`. */
export type AtomTables = Readonly<Record<SetName, Int32Array>>;
export type SetName = 'conjugated' | 'rearomatising' | 'other';

export const ruleSets: Readonly<Record<SetName, RuleSet>> = {
  conjugated: ruleSet(conjugatedRules),
  rearomatising: ruleSet(rearomatisingRules),
  other: ruleSet(otherRules),
};

/** What of an atom's surroundings stays the same in all tautomers. */
type Surroundings = {
  readonly element: number;
  readonly degree: number;
  readonly heteroNeighbours: number;
  readonly rings: number;
  readonly fiveRing: boolean;
  readonly betweenFiveRingCarbons: boolean;
  readonly besideNegativeOxygen: boolean;
};

/** @returns for each atom its tables, or undefined where no rule reaches the atom */
export function atomTables(graph: MoleculeGraph): readonly (AtomTables | undefined)[] {
  const surroundings = surroundingsOf(graph);
  return surroundings.map((atom) => (knownElements.has(atom.element) ? tablesFor(atom) : undefined));
}

function ruleSet(rules: readonly ShiftRule[]): RuleSet {
  const endingAt = new Int32Array(longestPath);
  const bondsOf = new Int32Array(longestPath * 4);
  rules.forEach(({ path, bonds }, rule) => {
    endingAt[path.length - 1]! |= 1 << rule;
    bonds.forEach((order, place) => {
      bondsOf[place * 4 + order]! |= 1 << rule;
    });
  });
  return { rules, endingAt, bondsOf };
}

const knownElements = new Set(
  [...conjugatedRules, ...otherRules].flatMap(({ path }) => path.flat().flatMap(({ elements }) => elements)),
);

/** Kept for the life of the process: few kinds of surroundings exist. */
const known = new Map<number, AtomTables>();

function tablesFor(atom: Surroundings): AtomTables {
  const flags = (atom.fiveRing ? 1 : 0) | (atom.betweenFiveRingCarbons ? 2 : 0) | (atom.besideNegativeOxygen ? 4 : 0);
  const key = (((atom.element * 16 + atom.degree) * 16 + atom.heteroNeighbours) * 4 + atom.rings) * 8 + flags;
  let tables = known.get(key);
  if (!tables) {
    tables = {
      conjugated: table(conjugatedRules, atom),
      rearomatising: table(rearomatisingRules, atom),
      other: table(otherRules, atom),
    };
    known.set(key, tables);
  }
  return tables;
}

function table(rules: readonly ShiftRule[], atom: Surroundings): Int32Array {
  const entries = new Int32Array(forms * longestPath);
  for (let charge = -1; charge <= 1; charge++) {
    for (let hydrogens = 0; hydrogens <= 4; hydrogens++) {
      for (let aromatic = 0; aromatic <= 1; aromatic++) {
        const row = formOf(charge, hydrogens, aromatic) * longestPath;
        rules.forEach(({ path }, rule) => {
          path.forEach((patterns, place) => {
            const fits = patterns.some((pattern) => fitsPattern(pattern, atom, charge, hydrogens, aromatic === 1));
            if (fits) entries[row + place]! |= 1 << rule;
          });
        });
      }
    }
  }
  return entries;
}

function fitsPattern(
  pattern: AtomPattern,
  atom: Surroundings,
  charge: number,
  hydrogens: number,
  aromatic: boolean,
): boolean {
  const within = (range: readonly [number, number] | undefined, value: number) =>
    range === undefined || (value >= range[0] && value <= range[1]);
  return (
    pattern.elements.includes(atom.element) &&
    (pattern.aromatic ?? aromatic) === aromatic &&
    (pattern.connections ?? atom.degree + hydrogens) === atom.degree + hydrogens &&
    (pattern.charge ?? charge) === charge &&
    within(pattern.hydrogens, hydrogens) &&
    within(pattern.heteroNeighbours, atom.heteroNeighbours) &&
    within(pattern.rings, atom.rings) &&
    (!pattern.fiveRing || atom.fiveRing) &&
    (!pattern.betweenFiveRingCarbons || atom.betweenFiveRingCarbons) &&
    (!pattern.besideNegativeOxygen || atom.besideNegativeOxygen)
  );
}

function surroundingsOf(graph: MoleculeGraph): Surroundings[] {
  const { atomCount, neighbourOffsets, neighbourAtoms, elements } = graph;
  const rings = new Uint8Array(atomCount);
  const smallest = new Uint16Array(atomCount).fill(0xffff);
  const { bonds: ringBonds } = ringMembership(graph);
  for (const ring of graph.rings) {
    for (const atom of ring) {
      rings[atom]!++;
      smallest[atom] = Math.min(smallest[atom]!, ring.length);
    }
  }
  return Array.from({ length: atomCount }, (_, atom) => {
    let heteroNeighbours = 0;
    let fiveRingCarbons = 0;
    let besideNegativeOxygen = false;
    for (let at = neighbourOffsets[atom]!; at < neighbourOffsets[atom + 1]!; at++) {
      const neighbour = neighbourAtoms[at]!;
      const element = elements[neighbour]!;
      if (element !== carbon && element !== hydrogen) heteroNeighbours++;
      if (element === carbon && smallest[neighbour] === 5 && ringBonds[graph.neighbourBonds[at]!]) fiveRingCarbons++;
      if (element === oxygen && graph.charges[neighbour]! < 0) besideNegativeOxygen = true;
    }
    return {
      element: elements[atom]!,
      degree: neighbourOffsets[atom + 1]! - neighbourOffsets[atom]!,
      heteroNeighbours,
      rings: Math.min(rings[atom]!, 2),
      fiveRing: smallest[atom] === 5,
      betweenFiveRingCarbons: fiveRingCarbons >= 2,
      besideNegativeOxygen,
    };
  });
}

const [hydrogen, carbon, oxygen] = [1, 6, 8] as const;

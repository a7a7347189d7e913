/** Acids by strength: which atoms of a molecule can give up a proton, and which have done so. */
import { boron, carbon, nitrogen, oxygen, phosphorus, sulfur } from './elements.ts';
import { aromaticAtoms, degree, type MoleculeGraph } from './graph.ts';

/** An acid with its proton, or without it and with the charge -1. */
export type AcidForm = 'protonated' | 'ionised';

export type Acids = {
  /** Place of the strongest acid that this atom is, in this form, in the list; undefined when it is none. 0 is the strongest. */
  readonly strongest: (atom: number, form: AcidForm) => number | undefined;
  readonly weakest: (atom: number, form: AcidForm) => number | undefined;
};

export function acidsOf(graph: MoleculeGraph): Acids {
  const molecule: Molecule = { graph, aromatic: aromaticAtoms(graph) };
  const holds = (atom: number, form: AcidForm) => (acid: Acid) => acid({ molecule, atom, form });
  return {
    strongest: (atom, form) => placed(acids.findIndex(holds(atom, form))),
    weakest: (atom, form) => placed(acids.findLastIndex(holds(atom, form))),
  };
}

const placed = (at: number): number | undefined => (at < 0 ? undefined : at);

type Molecule = { readonly graph: MoleculeGraph; readonly aromatic: Uint8Array };
type Site = { readonly molecule: Molecule; readonly atom: number; readonly form: AcidForm };
type Acid = (site: Site) => boolean;

/** Around one atom: its neighbours other than `besides`, by the bond. Single bonds count aromatic ones. */
type Surroundings = {
  readonly single: readonly number[];
  readonly double: readonly number[];
  readonly triple: readonly number[];
};

function around({ graph }: Molecule, atom: number, besides = -1): Surroundings {
  const found: Record<keyof Surroundings, number[]> = { single: [], double: [], triple: [] };
  for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
    const [other, bond] = [graph.neighbourAtoms[at]!, graph.neighbourBonds[at]!];
    if (other === besides) continue;
    if (graph.aromaticBonds[bond] || graph.bondOrders[bond] === 1) found.single.push(other);
    else if (graph.bondOrders[bond] === 2) found.double.push(other);
    else if (graph.bondOrders[bond] === 3) found.triple.push(other);
  }
  return found;
}

const connections = (graph: MoleculeGraph, atom: number): number => degree(graph, atom) + graph.hydrogens[atom]!;

const is = ({ graph, aromatic }: Molecule, atom: number, element: number): boolean =>
  graph.elements[atom] === element && !aromatic[atom];

const isArene = ({ graph, aromatic }: Molecule, atom: number): boolean =>
  graph.elements[atom] === carbon && aromatic[atom] === 1;

const isOxo = (molecule: Molecule) => (atom: number) => is(molecule, atom, oxygen);

/** The site itself: an aliphatic atom of the element that has `hydrogens` with its proton and one less without. */
const siteOf =
  (element: number, hydrogens: number): Acid =>
  ({ molecule, atom, form }) => {
    if (!is(molecule, atom, element)) return false;
    const { graph } = molecule;
    if (form === 'protonated') return graph.hydrogens[atom] === hydrogens;
    return graph.charges[atom] === -1 && (hydrogens === 1 || graph.hydrogens[atom] === hydrogens - 1);
  };

const hydroxyl = siteOf(oxygen, 1);
const thiol = siteOf(sulfur, 1);
const imide = siteOf(nitrogen, 1);
const amide = siteOf(nitrogen, 2);
const methine = siteOf(carbon, 1);

/** Any carbon that has a hydrogen and no charge, or the charge in its place. */
const carbonAcid: Acid = ({ molecule, atom, form }) => {
  const { graph } = molecule;
  if (!is(molecule, atom, carbon)) return false;
  return form === 'ionised' ? graph.charges[atom] === -1 : graph.charges[atom] === 0 && graph.hydrogens[atom]! > 0;
};

/** The site has so many neighbours with its proton, hydrogens counted, and one less without. */
const bonded =
  (count: number): Acid =>
  ({ molecule, atom, form }) =>
    connections(molecule.graph, atom) === (form === 'protonated' ? count : count - 1);

/** Some neighbour by a single bond passes; it sees its own neighbours without the site. */
const beside =
  (test: (molecule: Molecule, centre: number, others: Surroundings) => boolean): Acid =>
  ({ molecule, atom }) =>
    around(molecule, atom).single.some((centre) => test(molecule, centre, around(molecule, centre, atom)));

const all =
  (...tests: readonly Acid[]): Acid =>
  (site) =>
    tests.every((test) => test(site));

/** What a centre is bound to by one single bond more: oxygen, or anything else. */
type Substituent = 'oxygen' | 'other';

const hasSubstituent = (molecule: Molecule, others: Surroundings, substituent: Substituent, oxygens = 1): boolean => {
  const oxygenCount = others.single.filter(isOxo(molecule)).length;
  return substituent === 'oxygen' ? oxygenCount >= oxygens : oxygenCount < others.single.length;
};

const oxos = (molecule: Molecule, others: Surroundings): number => others.double.filter(isOxo(molecule)).length;

const sulfonyl = (substituent: Substituent): Acid =>
  beside(
    (molecule, centre, others) =>
      is(molecule, centre, sulfur) && oxos(molecule, others) >= 2 && hasSubstituent(molecule, others, substituent),
  );

const sulfinyl = (substituent: Substituent): Acid =>
  beside(
    (molecule, centre, others) =>
      is(molecule, centre, sulfur) &&
      degree(molecule.graph, centre) === 3 &&
      oxos(molecule, others) >= 1 &&
      hasSubstituent(molecule, others, substituent),
  );

type SecondOxygen = (molecule: Molecule, atom: number) => boolean;

const isHydroxyl: SecondOxygen = (molecule, atom) => is(molecule, atom, oxygen) && molecule.graph.hydrogens[atom] === 1;
const isOxide: SecondOxygen = (molecule, atom) => is(molecule, atom, oxygen) && molecule.graph.charges[atom] === -1;

/** Phosphoric and boric acids have another acidic oxygen at the centre, and then the substituent. */
const polybasic = (element: number, doubleBonded: number, second: SecondOxygen, substituent: Substituent): Acid =>
  beside(
    (molecule, centre, others) =>
      is(molecule, centre, element) &&
      oxos(molecule, others) >= doubleBonded &&
      others.single.some((atom) => second(molecule, atom)) &&
      hasSubstituent(molecule, others, substituent, 2),
  );

const besideCarbonyl = beside(
  (molecule, centre, others) => is(molecule, centre, carbon) && oxos(molecule, others) >= 1,
);

const besideArene = beside(isArene);
const besideAlkyl = beside((molecule, centre) => is(molecule, centre, carbon));
const besideSaturated = beside(
  (molecule, centre) => is(molecule, centre, carbon) && connections(molecule.graph, centre) === 4,
);

const peracid = beside(
  (molecule, centre, others) =>
    is(molecule, centre, oxygen) &&
    others.single.some(
      (acyl) => is(molecule, acyl, carbon) && around(molecule, acyl, centre).double.some(isOxo(molecule)),
    ),
);

const besideNitro = beside(
  (molecule, centre, others) =>
    is(molecule, centre, nitrogen) && oxos(molecule, others) >= 1 && others.single.some(isOxo(molecule)),
);

const carbonylWith = (substituent: Substituent): Acid =>
  beside(
    (molecule, centre, others) =>
      is(molecule, centre, carbon) && oxos(molecule, others) >= 1 && hasSubstituent(molecule, others, substituent),
  );

const sulfonylOf = (carbons: number): Acid =>
  beside(
    (molecule, centre, others) =>
      is(molecule, centre, sulfur) &&
      oxos(molecule, others) >= 2 &&
      others.single.filter((atom) => is(molecule, atom, carbon)).length >= carbons,
  );

const besideSulfoxide = beside(
  (molecule, centre, others) =>
    is(molecule, centre, sulfur) &&
    degree(molecule.graph, centre) === 3 &&
    oxos(molecule, others) >= 1 &&
    others.single.some((atom) => is(molecule, atom, carbon)),
);

const alkyne: Acid = ({ molecule, atom }) => around(molecule, atom).triple.some((other) => is(molecule, other, carbon));

const alkene: Acid = ({ molecule, atom }) =>
  around(molecule, atom).double.some(
    (other) => is(molecule, other, carbon) && connections(molecule.graph, other) === 3,
  );

/** Elements and aromaticity of the atoms of a ring from the site on, one way round or the other. */
const inRing =
  (size: number, test: (molecule: Molecule, ring: readonly number[]) => boolean): Acid =>
  ({ molecule, atom }) =>
    molecule.graph.rings.some((ring) => {
      if (ring.length !== size || !ring.includes(atom)) return false;
      const from = ring.indexOf(atom);
      const turned = [...ring.slice(from), ...ring.slice(0, from)];
      return test(molecule, turned) || test(molecule, [turned[0]!, ...turned.slice(1).reverse()]);
    });

const phthalimide = inRing(5, (molecule, [, acyl, arene, otherArene, otherAcyl]) => {
  const isAcyl = (atom: number) => is(molecule, atom, carbon) && around(molecule, atom).double.some(isOxo(molecule));
  const isBenzene = (ring: readonly number[]) =>
    ring.length === 6 &&
    [arene!, otherArene!].every((atom) => ring.includes(atom)) &&
    ring.every((atom) => isArene(molecule, atom));
  return isAcyl(acyl!) && isAcyl(otherAcyl!) && molecule.graph.rings.some(isBenzene);
});

const cyclopentadiene: Acid = (site) => {
  const { molecule, atom, form } = site;
  const { graph, aromatic } = molecule;
  const ofCarbon = (ring: readonly number[]) => ring.every((one) => graph.elements[one] === carbon);
  if (form === 'ionised') {
    if (graph.charges[atom] !== -1 || graph.hydrogens[atom] !== 1 || !isArene(molecule, atom)) return false;
    return inRing(5, (_, ring) => ofCarbon(ring) && ring.every((one) => aromatic[one]))(site);
  }
  if (!is(molecule, atom, carbon) || graph.hydrogens[atom] !== 2) return false;
  return inRing(5, (_, ring) => {
    const doubleTo = (one: number, other: number) => around(molecule, one).double.includes(other);
    return (
      ofCarbon(ring) &&
      ring.every((one) => !aromatic[one]) &&
      doubleTo(ring[1]!, ring[2]!) &&
      doubleTo(ring[3]!, ring[4]!)
    );
  })(site);
};

const imidazole: Acid = (site) => {
  const { molecule, atom, form } = site;
  const { graph, aromatic } = molecule;
  if (graph.elements[atom] !== nitrogen || !aromatic[atom]) return false;
  if (form === 'ionised' ? graph.charges[atom] !== -1 : graph.hydrogens[atom] !== 1) return false;
  return inRing(
    5,
    (_, ring) =>
      ring.every((one) => aromatic[one]) &&
      ring.every((one, at) => graph.elements[one] === [nitrogen, carbon, nitrogen, carbon, carbon][at]),
  )(site);
};

/**
 * From the strongest to the weakest. The order is that of the FDA's substance registration system as MolVS and RDKit
 * carry it (FDA/USP Substance Registration System manual; Swain).
 */
const acids: readonly Acid[] = [
  all(hydroxyl, sulfonyl('oxygen')), // sulfuric acid and its monoesters
  all(hydroxyl, sulfonyl('other')), // sulfonic acids
  all(hydroxyl, sulfinyl('oxygen')),
  all(hydroxyl, sulfinyl('other')),
  all(hydroxyl, polybasic(phosphorus, 1, isHydroxyl, 'oxygen')),
  all(hydroxyl, polybasic(phosphorus, 1, isHydroxyl, 'other')),
  all(hydroxyl, besideCarbonyl), // carboxylic acids
  all(thiol, besideArene),
  all(hydroxyl, polybasic(phosphorus, 1, isOxide, 'oxygen')),
  all(hydroxyl, polybasic(phosphorus, 1, isOxide, 'other')),
  all(imide, phthalimide),
  all(hydroxyl, peracid),
  all(methine, besideNitro),
  all(amide, sulfonylOf(0)), // sulfonamides
  all(hydroxyl, polybasic(boron, 0, isHydroxyl, 'oxygen')),
  all(hydroxyl, polybasic(boron, 0, isHydroxyl, 'other')),
  all(hydroxyl, besideArene), // phenols
  all(thiol, besideAlkyl),
  all(hydroxyl, polybasic(boron, 0, isOxide, 'oxygen')),
  all(hydroxyl, polybasic(boron, 0, isOxide, 'other')),
  cyclopentadiene,
  all(amide, besideCarbonyl),
  imidazole,
  all(hydroxyl, besideSaturated), // alcohols
  all(carbonAcid, carbonylWith('other')), // ketones
  all(carbonAcid, carbonylWith('oxygen')), // esters
  all(methine, alkyne),
  all(carbonAcid, sulfonylOf(1)),
  all(carbonAcid, besideSulfoxide),
  all(amide, besideSaturated), // primary amines
  all(siteOf(carbon, 2), bonded(4), besideArene),
  all(carbonAcid, bonded(3), alkene),
  all(carbonAcid, bonded(4)),
];

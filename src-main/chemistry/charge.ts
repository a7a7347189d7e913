/** Uncharging: acids protonated, bases deprotonated, permanent charges kept and balanced. */
import { carbon, elements, nitrogen, oxygen, phosphorus, sulfur } from './elements.ts';
import { aromaticAtoms, type MoleculeGraph, neighbourSome, withAtoms } from './graph.ts';
import { symmetryRanks } from './symmetry.ts';

/**
 * A negative atom takes a proton, unless it stands beside a positive one: that is one group drawn with charges (nitro,
 * N-oxide, azide). Then positive atoms give up their protons until the whole is neutral. Positive atoms without
 * hydrogen keep their charge, and as many acids stay without their proton to balance it. RDKit's rules (2022.09); which
 * of several equal acids stay goes by symmetry rank instead of RDKit's own.
 *
 * @returns the graph itself when nothing changes
 */
export function uncharge(graph: MoleculeGraph): MoleculeGraph {
  if (graph.charges.every((charge) => charge === 0)) return graph;
  return deprotonated(protonated(graph));
}

/** Elements to the left of carbon: without charge they have fewer hydrogens than with a negative one. */
const electropositive = elements(
  'Li Be B Na Mg Al K Ca Sc Ti Zn Ga Ge Rb Sr Y Zr Nb Cd In Sn Sb Cs Ba La Ce Pr Nd Pm Hf Ta Hg Tl Pb Bi Fr Ra Ac Th Pa U Np Rf Db Sg',
);

function protonated(graph: MoleculeGraph): MoleculeGraph {
  const negatives = atomsWhere(graph, (atom) => graph.charges[atom] === -1 && !isBeside(graph, atom, isPositive));
  const acids = atomsWhere(graph, (atom) => graph.charges[atom] === -1 && isAcid(graph, atom));
  if (negatives.length === 0 && acids.length === 0) return graph;
  const permanent = atomsWhere(graph, (atom) => graph.hydrogens[atom] === 0 && isCation(graph, atom)).reduce(
    (sum, atom) => sum + graph.charges[atom]!,
    0,
  );
  if (permanent === 0) return neutralised(graph, negatives.length, () => negatives);
  const anions = atomsWhere(graph, (atom) => graph.charges[atom]! < 0).length;
  const others = negatives.filter((atom) => !acids.includes(atom));
  const withoutOthers = neutralised(graph, anions - permanent, () => others);
  return neutralised(withoutOthers, acids.length - permanent, () => acids);
}

/** Protonates at most `most` of the atoms, the highest symmetry rank first, ranked anew after each. */
function neutralised(graph: MoleculeGraph, most: number, of: () => readonly number[]): MoleculeGraph {
  let current = graph;
  let left = of().filter((atom) => takesProton(graph, atom));
  const choosing = most < left.length;
  for (let done = 0; done < most && left.length > 0; done++) {
    const ranks = choosing ? symmetryRanks(current) : undefined;
    const next = ranks ? left.reduce((a, b) => (ranks[b]! > ranks[a]! ? b : a)) : left[0]!;
    left = left.filter((atom) => atom !== next);
    const charges = current.charges.slice();
    const hydrogens = current.hydrogens.slice();
    charges[next]!++;
    hydrogens[next]! += electropositive.has(graph.elements[next]!) ? -1 : 1;
    current = withAtoms(current, { charges, hydrogens });
  }
  return current;
}

/** Four-bonded boron and six-bonded phosphorus and their like are full: their charge is no missing proton. */
function takesProton(graph: MoleculeGraph, atom: number): boolean {
  const element = graph.elements[atom]!;
  if (electropositive.has(element)) return graph.hydrogens[atom]! > 0;
  const limit = mostBonds.get(element);
  if (limit === undefined) return true;
  let bonds = graph.hydrogens[atom]!;
  for (let at = graph.neighbourOffsets[atom]!; at < graph.neighbourOffsets[atom + 1]!; at++) {
    bonds += graph.bondOrders[graph.neighbourBonds[at]!]!;
  }
  return bonds < limit;
}

/** Silicon, phosphorus and arsenic. */
const mostBonds: ReadonlyMap<number, number> = new Map([
  [14, 4],
  [15, 5],
  [33, 5],
]);

function deprotonated(graph: MoleculeGraph): MoleculeGraph {
  let net = graph.charges.reduce((sum, charge) => sum + charge, 0);
  if (net <= 0) return graph;
  const bases = atomsWhere(graph, (atom) => graph.hydrogens[atom]! > 0 && isCation(graph, atom));
  let current = graph;
  while (net > 0) {
    const left = bases.filter((atom) => current.charges[atom]! > 0 && current.hydrogens[atom]! > 0);
    if (left.length === 0) break;
    const choosing = left.reduce((sum, atom) => sum + current.charges[atom]!, 0) > net;
    const ranks = choosing ? symmetryRanks(current) : undefined;
    const next = ranks ? left.reduce((a, b) => (ranks[b]! > ranks[a]! ? b : a)) : left[0]!;
    const element = graph.elements[next]!;
    const charges = current.charges.slice();
    const hydrogens = current.hydrogens.slice();
    charges[next]!--;
    // A carbocation takes a hydride, so do the elements to its left.
    hydrogens[next]! += element === carbon || electropositive.has(element) ? 1 : -1;
    current = withAtoms(current, { charges, hydrogens });
    net--;
  }
  return current;
}

function atomsWhere(graph: MoleculeGraph, test: (atom: number) => boolean): number[] {
  const found: number[] = [];
  for (let atom = 0; atom < graph.atomCount; atom++) if (graph.charges[atom] !== 0 && test(atom)) found.push(atom);
  return found;
}

/** Positive, and beside no negative atom or beside more than one: the charge is not spoken for. */
function isCation(graph: MoleculeGraph, atom: number): boolean {
  if (!isPositive(graph, atom)) return false;
  let anions = 0;
  neighbourSome(graph, atom, (other) => {
    if (graph.charges[other] === -1) anions++;
    return false;
  });
  return anions !== 1;
}

const isPositive = (graph: MoleculeGraph, atom: number): boolean =>
  graph.charges[atom]! > 0 && graph.charges[atom]! <= 4;

const isBeside = (
  graph: MoleculeGraph,
  atom: number,
  test: (graph: MoleculeGraph, other: number) => boolean,
): boolean => neighbourSome(graph, atom, (other) => test(graph, other));

const chalcogens = elements('O S');
const halogens = elements('Cl Br I');

/** Carboxylic, sulfinic, nitric, phosphonic and perhalic acids, their thio-analogues, and tetrazoles. */
function isAcid(graph: MoleculeGraph, atom: number): boolean {
  const element = graph.elements[atom]!;
  const aromatic = aromaticAtoms(graph);
  if (element === nitrogen) return aromatic[atom] === 1 && graph.rings.some((ring) => isTetrazole(graph, ring, atom));
  if (!chalcogens.has(element) || aromatic[atom]) return false;
  return neighbourSome(graph, atom, (centre, bond) => {
    if (graph.bondOrders[bond] !== 1 || aromatic[centre]) return false;
    const charge = graph.charges[centre]!;
    const of = graph.elements[centre]!;
    const oxo = neighbourSome(
      graph,
      centre,
      (other, to) => graph.bondOrders[to] === 2 && chalcogens.has(graph.elements[other]!) && !aromatic[other],
    );
    const oxide = neighbourSome(
      graph,
      centre,
      (other) => other !== atom && graph.charges[other] === -1 && chalcogens.has(graph.elements[other]!),
    );
    if (of === carbon || of === sulfur) return charge === 0 && oxo;
    if (of === nitrogen || of === phosphorus) return charge === 1 && oxo && oxide;
    return halogens.has(of) && charge >= 1 && charge <= 3 && element === oxygen && oxide;
  });
}

const isTetrazole = (graph: MoleculeGraph, ring: readonly number[], atom: number): boolean =>
  ring.length === 5 &&
  ring.includes(atom) &&
  ring.filter((one) => graph.elements[one] === nitrogen).length === 4 &&
  ring.some((one) => graph.elements[one] === carbon);

/** What a rule changes at one place of a graph. */
import { type MoleculeGraph, withAtoms } from './graph.ts';

export type Edit = {
  readonly charges: readonly (readonly [atom: number, charge: number])[];
  readonly orders: readonly (readonly [bond: number, order: number])[];
  readonly hydrogens?: readonly (readonly [atom: number, hydrogens: number])[];
};

/** Aromaticity stays as it was found before. */
export function edited(graph: MoleculeGraph, edit: Edit): MoleculeGraph {
  const charges = graph.charges.slice();
  const bondOrders = graph.bondOrders.slice();
  const hydrogens = graph.hydrogens.slice();
  for (const [atom, charge] of edit.charges) charges[atom] = charge;
  for (const [bond, order] of edit.orders) bondOrders[bond] = order;
  for (const [atom, count] of edit.hydrogens ?? []) hydrogens[atom] = count;
  return withAtoms(graph, { charges, bondOrders, hydrogens });
}

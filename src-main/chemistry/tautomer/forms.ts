/** How a tautomeric form is laid out in memory: one row of bytes beside the molecule that all forms share. */
import type { MoleculeGraph } from '../graph.ts';

/**
 * A row holds, one byte each: hydrogens by atom, charges by atom (plus `chargeZero`), bond types by bond (`aromaticBond`
 * where aromatic), then Kekulé orders by bond and aromatic atoms. What stands before `orders` tells forms apart.
 */
export type Layout = {
  readonly charges: number;
  readonly types: number;
  readonly orders: number;
  readonly aromaticAtoms: number;
  readonly length: number;
};

export const chargeZero = 64;
/** RDKit's number: no bond of a Kekulé structure has it. */
export const aromaticBond = 12;

export function layoutOf({ atomCount, bondCount }: MoleculeGraph): Layout {
  const types = 2 * atomCount;
  const orders = types + bondCount;
  return {
    charges: atomCount,
    types,
    orders,
    aromaticAtoms: orders + bondCount,
    length: orders + bondCount + atomCount,
  };
}

/** The measure of the work so far: counted, not clocked, so that it is the same on every machine. */
export type Work = { steps: number };

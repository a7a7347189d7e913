/** The tautomers of a molecule, by breadth-first search along the rules. */
import type { MoleculeGraph } from '../graph.ts';
import { type Form, givenForm, type MobileMolecule, mobileMolecule, scored } from './molecule.ts';
import { type Reached, walker } from './shifts.ts';
import type { SystemForm } from './system-form.ts';

export type Tautomers = {
  readonly molecule: MobileMolecule;
  /** The first is the one that the search began with. */
  readonly forms: readonly Form[];
  /** These are all. Else they are all within so many shifts as the work limit allows. */
  readonly complete: boolean;
};

/** Counts, not clocks: the same molecule ends in the same way on every machine. */
export type WorkLimit = { readonly forms: number; readonly steps: number };

export const workLimit: WorkLimit = { forms: 512, steps: 100_000 };

export const tautomersOf = (graph: MoleculeGraph, limit: WorkLimit = workLimit): Tautomers => {
  const molecule = mobileMolecule(graph);
  return tautomersFrom(molecule, givenForm(molecule), limit);
};

/**
 * Where the limit is met, the forms that take one shift more than the last full round are left out again: what is
 * found does not depend on the order of the atoms.
 */
export function tautomersFrom(molecule: MobileMolecule, start: Form, limit: WorkLimit = workLimit): Tautomers {
  const forms = [start];
  const known = new Set([keyOf(molecule, start.row)]);
  const { shifts } = walker(molecule);
  const mostSteps = molecule.work.steps + limit.steps;
  let whole = countable(start.systems);
  const reached: Reached = (row, systems) => {
    const key = keyOf(molecule, row);
    if (known.has(key)) return;
    known.add(key);
    forms.push(scored(molecule, row.slice(), systems));
    whole &&= countable(systems);
  };
  let full = 1;
  for (let next = 0; next < forms.length; next++) {
    if (next === full) full = forms.length;
    if (whole) shifts(forms[next]!, reached);
    if (!whole || forms.length > limit.forms || molecule.work.steps > mostSteps) {
      return { molecule, forms: forms.slice(0, full), complete: false };
    }
  }
  return { molecule, forms, complete: true };
}

const countable = (systems: readonly SystemForm[]): boolean =>
  systems.every(({ resonances }) => resonances !== undefined);

/** What tells forms apart: hydrogens, charges and bond types, whatever the Kekulé structure. */
const keyOf = ({ layout }: MobileMolecule, row: Uint8Array): string =>
  Buffer.from(row.buffer, row.byteOffset, layout.orders).toString('latin1');

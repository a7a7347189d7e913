/** All tautomers of a molecule, by breadth-first search along the rules. */
import type { MoleculeGraph } from '../graph.ts';
import { type Form, givenForm, type MobileMolecule, mobileMolecule } from './molecule.ts';
import { walker } from './shifts.ts';

export type Tautomers = {
  readonly molecule: MobileMolecule;
  /** The first is the given one. */
  readonly forms: readonly Form[];
  /** The search was given up: the forms are not all. */
  readonly limited: boolean;
};

/** Counts, not clocks: the same molecule ends in the same way on every machine. */
export type WorkLimit = { readonly forms: number; readonly steps: number };

export const workLimit: WorkLimit = { forms: 1024, steps: 200_000 };

export function tautomersOf(graph: MoleculeGraph, limit: WorkLimit = workLimit): Tautomers {
  const molecule = mobileMolecule(graph);
  const given = givenForm(molecule);
  const forms = [given];
  const known = new Set([keyOf(molecule, given)]);
  const { shifts, steps } = walker(molecule);
  let limited = given.systems.some(({ resonances }) => resonances === undefined);
  const reached = (form: Form): void => {
    const key = keyOf(molecule, form);
    if (known.has(key)) return;
    known.add(key);
    forms.push(form);
    limited ||= form.systems.some(({ resonances }) => resonances === undefined);
  };
  for (let next = 0; next < forms.length && !limited; next++) {
    shifts(forms[next]!, reached);
    limited ||= forms.length > limit.forms || steps() > limit.steps;
  }
  return { molecule, forms, limited };
}

/** What tells forms apart: hydrogens, charges and bond types, whatever the Kekulé structure. */
const keyOf = ({ layout }: MobileMolecule, { row }: Form): string =>
  Buffer.from(row.buffer, row.byteOffset, layout.orders).toString('latin1');

/** A number for a form that does not depend on the order of the atoms: equal for forms that are one by symmetry. */
import { chargeZero } from './forms.ts';
import type { Form, MobileMolecule } from './molecule.ts';

/** How far around each atom is looked, in bonds. */
const rounds = 16;

/** Weisfeiler-Lehman codes of the atoms, summed up. 32 bits, unsigned. */
export function formCode({ graph, layout }: MobileMolecule, { row }: Form): number {
  const { atomCount, neighbourOffsets, neighbourAtoms, neighbourBonds } = graph;
  let codes = new Uint32Array(atomCount);
  let next = new Uint32Array(atomCount);
  for (let atom = 0; atom < atomCount; atom++) {
    const charge = row[layout.charges + atom]! - chargeZero;
    codes[atom] = mix(mix(graph.elements[atom]!, row[atom]!), charge + 8 * graph.radicals[atom]!);
  }
  for (let round = 0; round < rounds; round++) {
    for (let atom = 0; atom < atomCount; atom++) {
      let around = 0;
      for (let at = neighbourOffsets[atom]!; at < neighbourOffsets[atom + 1]!; at++) {
        around = (around + mix(row[layout.types + neighbourBonds[at]!]!, codes[neighbourAtoms[at]!]!)) >>> 0;
      }
      next[atom] = mix(codes[atom]!, around);
    }
    [codes, next] = [next, codes];
  }
  let sum = 0;
  for (const code of codes) sum = (sum + mix(0, code)) >>> 0;
  return sum;
}

/** The finishing steps of MurmurHash3 on two numbers. */
function mix(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1) ^ second;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** All hydrogen shifts that a form allows: walks along the paths of the rules, in every Kekulé structure at once. */
import { aromaticBond, chargeZero } from './forms.ts';
import { type Form, type MobileMolecule, settled } from './molecule.ts';
import { formOf, longestPath, type RuleSet, ruleSets, type SetName } from './rule-masks.ts';
import type { SystemForm } from './system-form.ts';

export type Walker = {
  /**
   * Hands every form that is one shift away from `form` to `reached`: its row, which is used again afterwards, and its
   * ring systems. The same form may come more than once.
   */
  readonly shifts: (form: Form, reached: Reached) => void;
};
export type Reached = (row: Uint8Array, systems: readonly SystemForm[]) => void;

export function walker(molecule: MobileMolecule): Walker {
  const { graph, layout, tables, systemOfBond, placeInSystem, systemsOfAtom, work } = molecule;
  const { neighbourOffsets, neighbourAtoms, neighbourBonds } = graph;
  const path = new Uint16Array(longestPath);
  const pathBonds = new Uint16Array(longestPath);
  const onPath = new Uint8Array(graph.atomCount);
  const next = new Uint8Array(layout.length);
  let form: Form;
  let row: Uint8Array;
  let reached: Reached;
  let set: RuleSet;
  let which: SetName;
  /** For each resonance of the form, the structures that the path so far leaves possible; by system. */
  let possible: Int32Array[][];

  const fits = (atom: number, place: number): number => {
    const table = tables[atom];
    if (!table) return 0;
    const entry = formOf(row[layout.charges + atom]! - chargeZero, row[atom]!, row[layout.aromaticAtoms + atom]!);
    return entry < 0 ? 0 : table[which][entry * longestPath + place]!;
  };

  const extend = (place: number, rules: number): void => {
    const atom = path[place]!;
    for (let at = neighbourOffsets[atom]!; at < neighbourOffsets[atom + 1]!; at++) {
      const next = neighbourAtoms[at]!;
      if (onPath[next]) continue;
      let left = rules & fits(next, place + 1);
      if (left === 0) continue;
      work.steps++;
      const bond = neighbourBonds[at]!;
      const type = row[layout.types + bond]!;
      path[place + 1] = next;
      pathBonds[place] = bond;
      if (type !== aromaticBond) {
        left &= type > 3 ? 0 : set.bondsOf[place * 4 + type]!;
        if (left !== 0) proceed(place + 1, left);
        continue;
      }
      const system = systemOfBond[bond]!;
      const known = form.systems[system]!;
      const inSystem = placeInSystem[bond]!;
      const part = known.resonanceOf[inSystem]!;
      if (part < 0 || which === 'other') continue;
      const { words, doubleIn } = known.resonances![part]!;
      const structures = possible[system]![part]!;
      const from = known.placeInResonance[inSystem]! * words;
      const first = structures[0]!;
      const others = words > 1 ? structures.slice(1) : none;
      let any = 0;
      for (let word = 0; word < words; word++) {
        structures[word]! &= place % 2 === 1 ? doubleIn[from + word]! : ~doubleIn[from + word]!;
        any |= structures[word]!;
      }
      if (any !== 0) proceed(place + 1, left);
      structures[0] = first;
      structures.set(others, 1);
    }
  };

  const proceed = (place: number, rules: number): void => {
    const ending = rules & set.endingAt[place]!;
    if (ending !== 0) shift(place, ending);
    const longer = rules & ~ending;
    if (longer === 0) return;
    onPath[path[place]!] = 1;
    extend(place, longer);
    onPath[path[place]!] = 0;
  };

  const shift = (end: number, rules: number): void => {
    if (which !== 'other') {
      next.set(row);
      const touched = touchedSystems(end);
      drawStructures(touched);
      for (let place = 0; place < end; place++) {
        const bond = pathBonds[place]!;
        const order = place % 2 === 0 ? 2 : 1;
        next[layout.orders + bond] = order;
        next[layout.types + bond] = order;
      }
      const systems = move(end, touched);
      if (which === 'conjugated' || ringsOf(systems) > ringsOf(form.systems)) reached(next, systems);
      return;
    }
    set.rules.forEach((rule, number) => {
      if (!((rules >> number) & 1)) return;
      next.set(row);
      rule.bondsAfter!.forEach((order, place) => {
        next[layout.orders + pathBonds[place]!] = order;
        next[layout.types + pathBonds[place]!] = order;
      });
      rule.charges?.forEach((change, place) => {
        next[layout.charges + path[place]!]! += change;
      });
      reached(next, move(end, touchedSystems(end)));
    });
  };

  const move = (end: number, touched: readonly number[]): readonly SystemForm[] => {
    next[path[0]!]!--;
    next[path[end]!]!++;
    return settled(molecule, next, form.systems, touched);
  };

  const touchedSystems = (end: number): number[] => {
    const touched: number[] = [];
    for (let place = 0; place <= end; place++) {
      for (const system of systemsOfAtom[path[place]!]!) if (!touched.includes(system)) touched.push(system);
    }
    return touched;
  };

  /** Draws the aromatic parts that the path runs through in the first Kekulé structure that the path fits. */
  const drawStructures = (touched: readonly number[]): void => {
    for (const system of touched) {
      form.systems[system]!.resonances!.forEach(({ bonds, words, doubleIn, structures: count }, part) => {
        const structures = possible[system]![part]!;
        let chosen = 0;
        while (chosen < count && !((structures[chosen >> 5]! >> (chosen & 31)) & 1)) chosen++;
        for (let at = 0; at < bonds.length; at++) {
          next[layout.orders + bonds[at]!] = 1 + ((doubleIn[at * words + (chosen >> 5)]! >> (chosen & 31)) & 1);
        }
      });
    }
  };

  const walk = (kind: SetName): void => {
    set = ruleSets[kind];
    which = kind;
    for (let atom = 0; atom < graph.atomCount; atom++) {
      if (row[atom] === 0) continue;
      const starting = fits(atom, 0);
      if (starting === 0) continue;
      path[0] = atom;
      onPath[atom] = 1;
      extend(0, starting);
      onPath[atom] = 0;
    }
  };

  return {
    shifts: (from, receive) => {
      form = from;
      row = from.row;
      reached = receive;
      possible = form.systems.map(allStructures);
      walk('conjugated');
      if (form.systems.some(({ nearlyAromatic }) => nearlyAromatic)) walk('rearomatising');
      walk('other');
    },
  };
}

const none = new Int32Array(0);

function ringsOf(systems: readonly SystemForm[]): number {
  let score = 0;
  for (const system of systems) score += system.score;
  return score;
}

function allStructures({ resonances }: SystemForm): Int32Array[] {
  return (resonances ?? []).map(({ structures, words }) =>
    Int32Array.from({ length: words }, (_, word) => {
      const left = structures - 32 * word;
      return left >= 32 ? -1 : (1 << left) - 1;
    }),
  );
}

import { describe, expect, it } from 'vitest';
import { drawingDetails } from '../../src-main/chemistry/drawing.ts';
import { skeletonSmarts } from '../../src-main/chemistry/skeleton.ts';
import { drawnBlock } from './mol-block.ts';
import { graphOf, rdkit, toolkit } from './rdkit.ts';

const details = drawingDetails({ width: 300, height: 150, theme: 'light' });

/** Direction of each bond of the drawing between two atoms, in degrees; the drawing's place and scale do not matter. */
function directions(svg: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const bond = /class='bond-\d+ atom-(\d+) atom-(\d+)' d='M ([\d.]+),([\d.]+) L ([\d.]+),([\d.]+)/g;
  for (const [, from, to, ...ends] of svg.matchAll(bond)) {
    const [x1, y1, x2, y2] = ends.map(Number) as [number, number, number, number];
    const key = `${from}-${to}`;
    if (!found.has(key)) found.set(key, Math.round((Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI));
  }
  return found;
}

const drawn = (text: string, alignTo?: string) =>
  directions(
    toolkit.draw(
      { kind: 'smiles', text },
      details,
      alignTo === undefined ? undefined : { kind: 'smiles', text: alignTo },
    )!,
  );

describe('a drawing aligned to another', () => {
  const given = 'CN1CCCC1c1cccnc1.OC(=O)C(O)C(O)C(=O)[O-].[Na+]';
  const parent = 'CN1CCCC1c1cccnc1';

  it('has every bond that both share in the same direction, whichever of both is the larger', () => {
    const [before, after] = [drawn(given), drawn(parent, given)];
    expect(after.size).toBe(13);
    for (const [bond, direction] of after) expect(before.get(bond)! - direction, bond).toBeCloseTo(0, -1);
    const [alone, around] = [drawn(parent), drawn(given, parent)];
    for (const [bond, direction] of alone) expect(around.get(bond)! - direction, bond).toBeCloseTo(0, -1);
  });

  it('follows charges, tautomers and bonds to metals', () => {
    for (const [before, after] of [
      ['CS(=O)Cc1ccccc1', 'C[S+]([O-])Cc1ccccc1'],
      ['Oc1ccccn1', 'O=c1cccc[nH]1'],
      ['CC(=O)O[Hg]c1ccccc1', 'CC(=O)[O-].[Hg+]c1ccccc1'],
    ] as const) {
      expect(drawn(after, before).size).toBeGreaterThan(0);
    }
    expect([...drawn('O=c1cccc[nH]1', 'Oc1ccccn1').values()]).toEqual([...drawn('Oc1ccccn1').values()]);
  });

  it('is drawn by itself where the other has no atoms, and not at all where it has none', () => {
    const nothing = { kind: 'molblock', text: drawnBlock([], []) } as const;
    const ethanol = { kind: 'smiles', text: 'CCO' } as const;
    expect(toolkit.draw(ethanol, details, nothing, nothing)).toBe(toolkit.draw(ethanol, details));
    expect(toolkit.draw(nothing, details, ethanol, ethanol)).toBeNull();
    expect(drawn('CCO').size).toBe(2);
  });

  it('is drawn by itself where nothing is shared', () => {
    expect(drawn('CCO', 'c1ccccc1')).toEqual(drawn('CCO'));
    expect(drawn('CCO', 'no structure')).toEqual(drawn('CCO'));
  });
});

describe('a skeleton', () => {
  it('is found in its structure, rings and fragments and all', () => {
    for (const smiles of ['C1CC2CCC1CC2', 'c1ccc2[nH]ccc2c1.[Na+].[O-]C(=O)C#N', 'C', '[2H]OC']) {
      const query = rdkit.get_qmol(skeletonSmarts(graphOf(smiles)))!;
      const molecule = rdkit.get_mol(smiles)!;
      const { atoms } = JSON.parse(molecule.get_substruct_match(query)) as { readonly atoms: readonly number[] };
      expect(atoms).toHaveLength(graphOf(smiles).elements.filter((element) => element !== 1).length);
      molecule.delete();
      query.delete();
    }
  });
});

describe('a drawing compared with another', () => {
  /** Atoms with a ground, and the colour of the ground. */
  const marked = (text: string, compareWith: string) => {
    const svg = toolkit.draw({ kind: 'smiles', text }, details, undefined, { kind: 'smiles', text: compareWith })!;
    const grounds = svg.matchAll(/<ellipse[^>]*class='atom-(\d+)'[^>]*style='fill:(#[0-9A-Fa-f]{6})/g);
    return [...grounds].map(([, atom, colour]) => [Number(atom), colour?.toLowerCase()] as const);
  };
  const atoms = (text: string, other: string) => marked(text, other).map(([atom]) => atom);

  it('marks in both what a step changes, in the colour of the theme', () => {
    expect(marked('Oc1ccccn1', 'O=c1cccc[nH]1')).toEqual([
      [0, '#d9dcf8'],
      [6, '#d9dcf8'],
    ]);
    expect(atoms('O=c1cccc[nH]1', 'Oc1ccccn1')).toEqual([0, 6]);
    expect(atoms('CS(=O)Cc1ccccc1', 'C[S+]([O-])Cc1ccccc1')).toEqual([1, 2]);
  });

  it('marks what is taken away, and the atoms that lose their stereochemistry', () => {
    expect(atoms('Cl.NCCc1ccccc1', 'NCCc1ccccc1')).toEqual([0]);
    expect(atoms('NCCc1ccccc1', 'Cl.NCCc1ccccc1')).toEqual([]);
    expect(atoms('C[C@H](N)C(=O)O', 'CC(N)C(=O)O')).toEqual([1]);
    expect(atoms('C/C=C/c1ccccc1', 'CC=Cc1ccccc1')).toEqual([1, 2]);
  });

  it('marks nothing where nothing is shared, or nothing changes', () => {
    expect(atoms('CCO', 'c1ccccc1')).toEqual([]);
    expect(atoms('CCO', 'no structure')).toEqual([]);
    expect(atoms('CCO', 'OCC')).toEqual([]);
  });
});

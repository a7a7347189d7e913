import { describe, expect, it } from 'vitest';
import { graphOf } from '../../src-main/chemistry/tautomer/canonical.ts';
import { tautomersOf } from '../../src-main/chemistry/tautomer/enumerate.ts';
import { givenForm, mobileMolecule } from '../../src-main/chemistry/tautomer/molecule.ts';
import { conjugatedRules, otherRules, rearomatisingRules } from '../../src-main/chemistry/tautomer/rules.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import known from '../fixtures/tautomers.json' with { type: 'json' };
import { graphOf as graphOfSmiles, toolkit } from './rdkit.ts';

const formsOf = (smiles: string): string[] => {
  const { molecule, forms } = tautomersOf(graphOfSmiles(smiles));
  return [...new Set(forms.map((form) => toolkit.smilesOf(graphOf(molecule, form))))].sort();
};

describe('a tautomeric form', () => {
  // Scores of native RDKit 2022.09.
  it.each(known.scores)('scores $score as $form', ({ form, score }) => {
    expect(givenForm(mobileMolecule(graphOfSmiles(form))).score).toBe(score);
  });

  it('has the aromatic bonds that RDKit finds', () => {
    const aromatic = (graph: { readonly aromaticBonds: Uint8Array }) => graph.aromaticBonds.filter(Boolean).length;
    for (const smiles of [...known.agreed.map(({ given }) => given), ...inventedSmiles(20)]) {
      const { molecule, forms } = tautomersOf(graphOfSmiles(smiles));
      const [given, ...others] = forms;
      expect(graphOf(molecule, given!).aromaticBonds, smiles).toEqual(molecule.graph.aromaticBonds);
      for (const form of others.slice(0, 6)) {
        const drawn = graphOf(molecule, form);
        const text = toolkit.smilesOf(drawn);
        expect(aromatic(drawn), text).toBe(aromatic(graphOfSmiles(text)));
      }
    }
  });
});

describe('the tautomers of a molecule', () => {
  it.each([
    [
      'acetylacetone',
      'CC(=O)CC(C)=O',
      ['C=C(O)C=C(C)O', 'C=C(O)CC(=C)O', 'C=C(O)CC(C)=O', 'CC(=O)C=C(C)O', 'CC(=O)CC(C)=O'],
    ],
    ['2-pyridone', 'O=c1cccc[nH]1', ['O=C1CC=CC=N1', 'O=c1cccc[nH]1', 'Oc1ccccn1']],
    ['nitroethane', 'CC[N+](=O)[O-]', ['CC=[N+]([O-])O', 'CC[N+](=O)[O-]']],
    ['hydrogen cyanide', 'C#N', ['C#N', '[C-]#[NH+]']],
    ['a ketene', 'CC=C=O', ['CC#CO', 'CC=C=O']],
    ['cyanic acid', 'N#CO', ['N#CO', 'N=C=O']],
    ['a secondary phosphine oxide', 'C[PH](C)=O', ['CP(C)O', 'C[PH](C)=O']],
    ['benzene', 'c1ccccc1', ['c1ccccc1']],
    ['a sulfonamide', 'CS(N)(=O)=O', ['CS(N)(=O)=O']],
  ])('are those of %s', (_, smiles, expected) => {
    expect(formsOf(smiles)).toEqual(expected);
  });

  it('are found in every Kekulé structure: both rings of an unsymmetrical azole', () => {
    expect(formsOf('Cc1ccc2[nH]ncc2c1')).toContain('Cc1ccc2n[nH]cc2c1');
  });
});

describe('the rules', () => {
  it('have names of their own, a bond between every two places and a way for every changed bond', () => {
    const all = [...conjugatedRules, ...rearomatisingRules, ...otherRules];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    for (const { path, bonds, bondsAfter, charges } of all) {
      expect(bonds).toHaveLength(path.length - 1);
      if (bondsAfter) expect(bondsAfter).toHaveLength(bonds.length);
      if (charges) expect(charges).toHaveLength(path.length);
    }
    for (const rules of [conjugatedRules, rearomatisingRules, otherRules]) expect(rules.length).toBeLessThan(32);
  });
});

import { describe, expect, it } from 'vitest';
import { canonicalTautomer, graphOf } from '../../src-main/chemistry/tautomer/canonical.ts';
import { tautomersOf, workLimit } from '../../src-main/chemistry/tautomer/enumerate.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import known from '../fixtures/tautomers.json' with { type: 'json' };
import { graphOf as graphOfSmiles, rewritten, toolkit } from './rdkit.ts';

const canonical = (smiles: string) => canonicalTautomer(graphOfSmiles(smiles), toolkit.smilesOf);
const canonicalSmiles = (smiles: string) => toolkit.smilesOf(canonical(smiles).graph);

/** Textbook compounds and what only the limits of the search decide about. */
const demanding = {
  'a polyketone': `CC(=O)${'CC(=O)'.repeat(28)}C`,
  'a polypeptide': `N${'CC(=O)N'.repeat(23)}CC(=O)O`,
  'a polyguanide': `NC(=N)${'NC(=N)'.repeat(25)}N`,
  'a ring of ketones': `O=C1CC(=O)${'CC(=O)'.repeat(8)}C1`,
  'a long polyene': `O=C${'C=C'.repeat(45)}CN`,
  phthalocyanine: 'c1ccc2c(c1)c1nc2nc2[nH]c(nc3nc(nc4[nH]c(n1)c1ccccc41)c1ccccc31)c1ccccc21',
  'a fused quinacridone': 'O=c1c2ccccc2[nH]c2cc3c(=O)c4cc5[nH]c6cc7c(=O)c8ccccc8[nH]c7cc6c(=O)c5cc4[nH]c3cc12',
  hexahydroxytriphenylene: 'Oc1cc2c3cc(O)c(O)cc3c3cc(O)c(O)cc3c2cc1O',
  'a gallotannin':
    'O=C(OCC1OC(OC(=O)c2cc(O)c(O)c(O)c2)C(OC(=O)c2cc(O)c(O)c(O)c2)C(OC(=O)c2cc(O)c(O)c(O)c2)C1OC(=O)c1cc(O)c(O)c(O)c1)c1cc(O)c(O)c(O)c1',
  buckminsterfullerenol:
    'OC12c3c4c5c6c7c8c(c9c%10c1c1c3c3c%11c4c4c5c5c%12c6c6c8c8c9c9c%10c%10c1c1c3c3c%11c%11c4c4c5c5c%12c%12c6c8c6c8c9c%10c9c1c1c3c3c%11c4c4c5c%12c6c5c4c3c1c9c85)C27',
};

describe('the canonical tautomer', () => {
  // The fixture was made with native RDKit 2022.09 (TautomerEnumerator, 256 tautomers, 1000 transforms).
  it.each(known.agreed)('of $given is $canonical', ({ given, canonical: expected }) => {
    expect(canonicalSmiles(given)).toBe(expected);
  });

  it.each(known.different)('of $given is not $rdkit: $reason', ({ given, rdkit, canonical: expected }) => {
    expect(canonicalSmiles(given)).toBe(expected);
    expect(expected).not.toBe(rdkit);
  });

  it('is the same however the molecule is written down', () => {
    for (const smiles of [...known.agreed.map(({ given }) => given), ...inventedSmiles(20)]) {
      const expected = canonicalSmiles(smiles);
      for (const seed of [1, 2]) expect(canonicalSmiles(rewritten(smiles, seed)), smiles).toBe(expected);
    }
  });

  it('is the same from every tautomer of the molecule', () => {
    for (const { given, canonical: expected } of known.agreed) {
      const { molecule, forms } = tautomersOf(graphOfSmiles(given));
      const step = Math.ceil(forms.length / 4);
      for (let at = 1; at < forms.length; at += step) {
        const tautomer = toolkit.smilesOf(graphOf(molecule, forms[at]!));
        expect(canonicalSmiles(tautomer), `${given} as ${tautomer}`).toBe(expected);
      }
    }
  });

  it('hands back the very graph that is canonical already', () => {
    for (const smiles of ['CCO', 'c1ccccc1', 'CC(=O)Nc1ccc(O)cc1', 'O=c1cccc[nH]1']) {
      const graph = graphOfSmiles(smiles);
      expect(canonicalTautomer(graph, toolkit.smilesOf).graph).toBe(graph);
    }
  });

  it('asks for no SMILES where the score decides', () => {
    const refuse = () => {
      throw new Error('asked');
    };
    expect(canonicalTautomer(graphOfSmiles('Oc1ccccn1'), refuse)).toMatchObject({ limited: false });
  });

  it('keeps the atoms, the charges and the hydrogens of the molecule', () => {
    const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
    for (const { given } of known.agreed) {
      const graph = graphOfSmiles(given);
      const { molecule, forms } = tautomersOf(graph);
      for (const form of forms) {
        const drawn = graphOf(molecule, form);
        expect(sum(drawn.hydrogens), given).toBe(sum(graph.hydrogens));
        expect(sum(drawn.charges), given).toBe(sum(graph.charges));
        expect(drawn.elements).toBe(graph.elements);
      }
    }
  });
});

describe('the work limit', () => {
  it.each(Object.entries(demanding))(
    'holds for %s, and the answer does not depend on the order of the atoms',
    (_, smiles) => {
      const { tautomers } = canonical(smiles);
      expect(tautomers).toBeLessThanOrEqual(5 * workLimit.forms);
      expect(canonicalSmiles(rewritten(smiles, 5))).toBe(canonicalSmiles(smiles));
    },
  );

  it('is told where it was met', () => {
    expect(canonical(demanding['a polyketone'])).toMatchObject({ limited: true });
    expect(canonical('CC(=O)CC(C)=O')).toMatchObject({ limited: false, tautomers: 8 });
  });

  it('leaves out the last round where that could not be finished', () => {
    const { forms, complete } = tautomersOf(graphOfSmiles(demanding['a polypeptide']), { forms: 100, steps: 1e6 });
    expect(complete).toBe(false);
    const counts = [1, 2, 3].map(
      (seed) =>
        tautomersOf(graphOfSmiles(rewritten(demanding['a polypeptide'], seed)), { forms: 100, steps: 1e6 }).forms
          .length,
    );
    expect(counts).toEqual(counts.map(() => forms.length));
  });
});

import { describe, expect, it } from 'vitest';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { standardise } from '../../src-main/chemistry/standardise.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import known from '../fixtures/standard-structures.json' with { type: 'json' };
import { rdkit, rewritten, toolkit } from './rdkit.ts';

const parameters = chemistryParameters('a secret of the consortium');
const standardOf = (text: string, kind: 'smiles' | 'molblock' = 'smiles') =>
  standardise({ kind, text }, toolkit, parameters, undefined);
/** Before tautomers. */
const parentOf = (text: string) =>
  standardise({ kind: 'smiles', text }, toolkit, { ...parameters, tautomer: 'as-given' }, undefined);
const smilesOf = (text: string) => {
  const result = standardOf(text);
  return result.ok ? result.smiles : result.failure;
};
const stepsOf = (text: string) => {
  const result = parentOf(text);
  return result.ok ? [...new Set(result.changes.map(({ step }) => step))] : result.failure;
};

describe('standardising a structure', () => {
  // The fixture was made with native RDKit 2022.09 (charge parent, Murcko scaffold, scaffold network) and holds what
  // both agree on.
  it.each(known)('brings $given to $standard', ({ given, standard, scaffold, steps }) => {
    expect(parentOf(given)).toMatchObject({ ok: true, smiles: standard, scaffold });
    expect(stepsOf(given)).toEqual(steps);
  });

  it('gives the same compound however the molecule is written down', () => {
    const varied = [...known.map(({ given }) => given), ...inventedSmiles(60)];
    for (const smiles of varied) {
      for (const seed of [1, 2, 3]) expect(smilesOf(rewritten(smiles, seed)), smiles).toBe(smilesOf(smiles));
    }
  });

  it('changes nothing when it is done again', () => {
    for (const { given } of known) {
      const once = smilesOf(given);
      expect(standardOf(once)).toMatchObject({ smiles: once, changes: [] });
    }
  });

  it('reads a mol block as it reads the SMILES', () => {
    const molecule = rdkit.get_mol('CC(=O)Nc1ccc(O)cc1')!;
    expect(standardOf(molecule.get_molblock(), 'molblock')).toEqual(standardOf('CC(=O)Nc1ccc(O)cc1'));
    expect(standardOf(molecule.get_v3Kmolblock(), 'molblock')).toEqual(standardOf('CC(=O)Nc1ccc(O)cc1'));
    molecule.delete();
  });

  it('records what it changed, in the order of the steps', () => {
    expect(standardOf('[2H]C[C@H](F)C(=O)[O-].[Na+]')).toMatchObject({
      smiles: 'CC(F)C(=O)O',
      changes: [
        { step: 'stereo', smiles: '[H]CC(F)C(=O)[O-].[Na+]' },
        { step: 'isotope', smiles: 'CC(F)C(=O)[O-].[Na+]' },
        { step: 'fragment', smiles: 'CC(F)C(=O)[O-]', removed: [{ smiles: '[Na+]', kind: 'counterIon' }] },
        { step: 'charge', smiles: 'CC(F)C(=O)O' },
      ],
    });
  });

  it('chooses between equal fragments by their SMILES, not by their order', () => {
    expect(smilesOf('CCN.CNC')).toBe('CCN');
    expect(smilesOf('CNC.CCN')).toBe('CCN');
  });

  it('keeps full boron, phosphorus and aluminium as the ions they are', () => {
    for (const ion of ['F[B-](F)(F)F', 'F[P-](F)(F)(F)(F)F']) expect(smilesOf(`${ion}.[K+]`)).toBe(smilesOf(ion));
    expect(smilesOf('F[P-](F)(F)(F)(F)F')).toContain('P-');
  });

  it('reads metals that were filled up with hydrogens', () => {
    expect(standardOf('CCC(=O)O[AlH3](O)O')).toMatchObject({
      smiles: 'CCC(=O)O',
      changes: [
        { step: 'metal', smiles: 'CCC(=O)[O][Al]([OH])[OH]' },
        { step: 'metal' },
        { step: 'fragment' },
        { step: 'charge' },
      ],
    });
    expect(standardOf('CCO[CH5]')).toMatchObject({ failure: 'unreadable' });
  });

  it('counts the heavy atoms of the whole record against the limit', () => {
    expect(standardOf(`${'C'.repeat(99)}`)).toMatchObject({ ok: true, heavyAtoms: 99 });
    expect(standardOf(`${'C'.repeat(98)}.[Na+].[Cl-]`)).toMatchObject({
      failure: 'too-heavy',
      detail: '100 heavy atoms',
    });
  });

  it("names the toolkit's complaint about what it cannot read", () => {
    expect(standardOf('CN(C)(C)(C)C')).toMatchObject({
      failure: 'unreadable',
      detail: expect.stringContaining('valence'),
    });
    expect(standardOf('c1ccc(')).toMatchObject({ failure: 'unreadable' });
    expect(standardOf('')).toMatchObject({ failure: 'empty' });
    expect(standardOf('  \n')).toMatchObject({ failure: 'empty' });
  });
});

import { describe, expect, it } from 'vitest';
import { foldOf } from '../../src-main/chemistry/fold.ts';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { scaffoldCandidates } from '../../src-main/chemistry/scaffold.ts';
import { standardise } from '../../src-main/chemistry/standardise.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import { graphOf, rewritten, toolkit } from './rdkit.ts';

const parameters = chemistryParameters('a secret of the consortium');
const scaffoldOf = (smiles: string) => scaffoldCandidates(graphOf(smiles)).map(toolkit.smilesOf).sort()[0] ?? '';
const bits = new Uint16Array();

describe('the scaffold', () => {
  it('is rings, what links them, and what is double-bonded to either', () => {
    expect(scaffoldOf('CCOC(=O)c1ccccc1')).toBe('c1ccccc1');
    expect(scaffoldOf('CC(C)C(=O)N1CCC(=O)CC1')).toBe('O=C1CCNCC1');
    expect(scaffoldOf('Cn1cccc1C(=O)Nc1ccccc1')).toBe('O=C(Nc1ccccc1)c1ccc[nH]1');
    expect(scaffoldOf('CC(C)=C1CCCCC1')).toBe('C=C1CCCCC1');
    expect(scaffoldOf('CCCC')).toBe('');
  });

  it('of more than three rings is the part of three that stands for the series', () => {
    expect(scaffoldOf('O=C(Nc1ccc(cc1)C1CCNCC1)N1CCC(CC1)c1ccc2ccccc2c1')).toBe('c1ccc2cc(C3CCNCC3)ccc2c1');
    // Fused rings are never opened.
    expect(scaffoldOf('CC1CCC2C(C1)CCC1C2CCC2CCCC21')).toBe('C1CCC2C(C1)CCC1C3CCCC3CCC21');
  });

  it('is the same however the molecule is written down', () => {
    for (const smiles of inventedSmiles(80)) expect(scaffoldOf(rewritten(smiles, 7))).toBe(scaffoldOf(smiles));
  });

  it('of a molecule with more parts than can be looked at is the whole', () => {
    const wheel = `C1${'C(C2CC2)'.repeat(20)}1`;
    expect(scaffoldOf(wheel)).toBe(scaffoldOf(rewritten(wheel, 3)));
    expect(graphOf(scaffoldOf(wheel)).rings.length).toBe(21);
  });
});

describe('the fold', () => {
  it('is the keyed hash of the scaffold, of the structure where there is no ring', () => {
    // Computed apart from this code with Python's hmac: the first six bytes, big-endian, modulo 5.
    expect(foldOf(parameters, { scaffold: 'c1ccc2[nH]ccc2c1', smiles: 'Cc1ccc2[nH]ccc2c1', bits })).toBe(0);
    expect(foldOf(parameters, { scaffold: '', smiles: 'CCO', bits })).toBe(2);
  });

  it('is one for all compounds of a scaffold, and another under another key', () => {
    const folds = (key: string) =>
      ['Cc1ccncc1', 'Fc1ccncc1', 'CCOc1ccncc1'].map((text) => {
        const result = standardise({ kind: 'smiles', text }, toolkit, chemistryParameters(key), undefined);
        return result.ok ? result.fold : -1;
      });
    for (const key of ['one', 'another']) expect(new Set(folds(key)).size).toBe(1);
    const keys = Array.from({ length: 40 }, (_, at) => `key ${at}`);
    expect(new Set(keys.map((key) => folds(key)[0])).size).toBe(5);
  });

  it('spreads compounds without a ring over all folds', () => {
    const chains = Array.from({ length: 60 }, (_, at) => `${'C'.repeat(at + 1)}O`);
    expect(new Set(chains.map((smiles) => foldOf(parameters, { scaffold: '', smiles, bits }))).size).toBe(5);
  });
});

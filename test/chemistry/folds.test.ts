import { describe, expect, it } from 'vitest';
import { foldOf } from '../../src-main/chemistry/fold.ts';
import { morganBits } from '../../src-main/chemistry/morgan.ts';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { randomBelow } from '../../src-main/chemistry/python-random.ts';
import { scaffoldOf as scaffoldIn } from '../../src-main/chemistry/scaffold.ts';
import { standardise } from '../../src-main/chemistry/standardise.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import tunerFolds from '../fixtures/tuner-folds.json' with { type: 'json' };
import { graphOf, rewritten, toolkit } from './rdkit.ts';

const parameters = chemistryParameters('a secret of the consortium');
function scaffoldOf(text: string): string {
  const parsed = toolkit.parse({ kind: 'smiles', text });
  return 'complaint' in parsed ? parsed.complaint : scaffoldIn(parsed, toolkit);
}
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

describe("MELLODDY-TUNER's folds", () => {
  // Computed apart from this code with RDKit 2022.09.3 and Python's hmac and random, from the description of the method:
  // SMILES, scaffold, fold by scaffold, fold by the locality-sensitive hash.
  const vectors = tunerFolds as unknown as readonly (readonly [string, string, number, number])[];

  it('have its scaffold for rings of every kind, charged and hypervalent ones included', () => {
    const found = vectors.map(([smiles]) => [smiles, scaffoldOf(smiles)]);
    expect(found).toEqual(vectors.map(([smiles, scaffold]) => [smiles, scaffold]));
  });

  it('are its folds, by scaffold and by locality-sensitive hash', () => {
    const folds = (foldRule: 'tuner-scaffold' | 'tuner-lsh') =>
      vectors.map(([smiles, scaffold]) => {
        const described = { scaffold, smiles, bits: morganBits(graphOf(smiles), 3, 32000) };
        return foldOf(chemistryParameters('a secret of the consortium', { foldRule }), described);
      });
    expect(folds('tuner-scaffold')).toEqual(vectors.map(([, , fold]) => fold));
    expect(folds('tuner-lsh')).toEqual(vectors.map(([, , , fold]) => fold));
  });

  it('put all compounds without a ring into one, by scaffold', () => {
    const folds = vectors.filter(([, scaffold]) => scaffold === '').map(([, , fold]) => fold);
    expect(folds.length).toBeGreaterThan(2);
    expect(new Set(folds).size).toBe(1);
  });

  it("draw from Python's random numbers, whatever the seed", () => {
    // random.seed(seed, version=2); random.randrange(limit) of CPython 3.11
    const draw = (seed: string, limit: number) => randomBelow(Buffer.from(seed), limit);
    expect(['', '\0\0\0', 'a', 'Chorale'].map((seed) => draw(seed, 5))).toEqual([3, 3, 2, 3]);
    expect(['', '\0\0\0', 'a', 'Chorale'].map((seed) => draw(seed, 1000))).toEqual([983, 493, 278, 424]);
    expect(draw('any', 1)).toBe(0);
  });
});

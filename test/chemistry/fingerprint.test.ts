import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { morganBits } from '../../src-main/chemistry/morgan.ts';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { referenceSet } from '../../src-main/chemistry/reference-set.ts';
import { scramble, scramblePermutation } from '../../src-main/chemistry/scramble.ts';
import { standardise } from '../../src-main/chemistry/standardise.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import known from '../fixtures/standard-structures.json' with { type: 'json' };
import { graphOf, rdkitBits, toolkit } from './rdkit.ts';

const ours = (smiles: string) => [...morganBits(graphOf(smiles), 3, 32000)];
const differing = (structures: readonly string[]) =>
  structures.filter((smiles) => ours(smiles).join() !== rdkitBits(smiles).join());

describe('the Morgan fingerprint', () => {
  it('has the very bits of RDKit for drugs, ions and oddities', () => {
    const odd = ['[H][H]', '[NH3]->[Pt]', 'C*', '[CH3]', '[Na+]', 'C#C', 'c1ccccc1.c1ccccc1', 'C', '[Xe]', 'C1CC12CC2'];
    expect(differing([...known.map(({ standard }) => standard), ...odd])).toEqual([]);
  });

  it('has the very bits of RDKit for charges, radicals, metals, dummies, cages and rare bonds', () => {
    const rare = [
      'C[N+](C)(C)CC(=O)[O-]',
      '[O-][n+]1ccccc1',
      '[C-]#[O+]',
      'F[P-](F)(F)(F)(F)F',
      'FS(F)(F)(F)(F)F',
      'C[CH]C',
      '[CH2]C=C',
      'C[N]C',
      '[Cu+2]',
      '[NH3]->[Pt](Cl)(Cl)<-[NH3]',
      'C[Hg]CC',
      'C[Sn](C)(C)C',
      'Cl[Fe]Cl',
      '*c1ccccc1',
      '*C(*)=C(*)*',
      '*1CCCCC1',
      'C12C3C4C1C5C2C3C45',
      'C1C2CC3CC1CC(C2)C3',
      'c12c3c4c5c1c1c6c7c2c2c8c3c3c9c4c4c%10c5c5c1c1c6c6c%11c7c2c2c7c8c3c3c8c9c4c4c9c%10c5c5c1c1c6c6c%11c2c2c7c3c3c8c4c4c9c5c1c1c6c2c3c41',
      'C1CCCCCCCCCCCCCC1',
      'O=C=C=C=O',
      'C[Si](C)(C)O[Si](C)(C)C',
      'B1OCCO1',
      'c1cc[se]c1',
      'c1cc[te]c1',
      'OB(O)c1ccccc1',
      'C[As](C)C',
      'I(c1ccccc1)(Cl)Cl',
      'O=[Xe](=O)=O',
      '[H]O[H]',
      '[H][B-]([H])([H])[H]',
      'N#[N+][N-]c1ccccc1',
      'CC=[N+]=[N-]',
      'C1=CC2=CC3=CC=C(N3)C=C4C=CC(=N4)C=C5C=CC(=CC1=N2)N5',
    ];
    expect(differing(rare)).toEqual([]);
  });

  it('has the very bits of RDKit for the standard structures of the reference set', () => {
    const parameters = chemistryParameters('key');
    const unlike = referenceSet.flatMap((structure) => {
      const standard = standardise(structure, toolkit, parameters, undefined);
      return standard.ok && [...standard.bits].join() !== rdkitBits(standard.smiles).join() ? [standard.smiles] : [];
    });
    expect(unlike).toEqual([]);
  });

  it('has the very bits of RDKit for 400 invented compounds', () => {
    expect(differing(inventedSmiles(400))).toEqual([]);
  });

  const real = new URL('../../../shared/data/federation/compounds.csv.gz', import.meta.url);
  it.skipIf(!existsSync(real))('has the very bits of RDKit for 1,000 real compounds (needs ../shared/data)', () => {
    const lines = gunzipSync(readFileSync(real)).toString().split('\n').slice(1, -1);
    const structures = lines
      .filter((_, at) => at % Math.floor(lines.length / 1000) === 0)
      .map((line) => line.split(',')[1]!);
    expect(structures.length).toBeGreaterThanOrEqual(1000);
    expect(differing(structures)).toEqual([]);
  });
});

describe('scrambling', () => {
  it("is MELLODDY-TUNER's permutation of the key", () => {
    // Computed apart from this code with Python's hmac from the description of the method.
    const permutation = scramblePermutation('a secret of the consortium', 32000);
    expect([0, 1, 2, 3, 1000, 12345, 31998, 31999].map((bit) => permutation[bit])).toEqual([
      7120, 27029, 29267, 21390, 25662, 15971, 12402, 31851,
    ]);
    expect(new Set(permutation).size).toBe(32000);
  });

  it('renumbers each bit and sorts them again', () => {
    const permutation = scramblePermutation('key', 32000);
    const bits = morganBits(graphOf('CC(=O)Oc1ccccc1C(=O)O'), 3, 32000);
    const scrambled = scramble(bits, permutation);
    expect([...scrambled]).toEqual([...scrambled].sort((a, b) => a - b));
    expect(new Set(scrambled)).toEqual(new Set([...bits].map((bit) => permutation[bit])));
  });
});

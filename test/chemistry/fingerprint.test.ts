import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { morganBits } from '../../src-main/chemistry/morgan.ts';
import { scramble, scramblePermutation } from '../../src-main/chemistry/scramble.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import known from '../fixtures/standard-structures.json' with { type: 'json' };
import { graphOf, rdkitBits } from './rdkit.ts';

const ours = (smiles: string) => [...morganBits(graphOf(smiles), 3, 32000)];
const differing = (structures: readonly string[]) =>
  structures.filter((smiles) => ours(smiles).join() !== rdkitBits(smiles).join());

describe('the Morgan fingerprint', () => {
  it('has the very bits of RDKit for drugs, ions and oddities', () => {
    const odd = ['[H][H]', '[NH3]->[Pt]', 'C*', '[CH3]', '[Na+]', 'C#C', 'c1ccccc1.c1ccccc1', 'C', '[Xe]', 'C1CC12CC2'];
    expect(differing([...known.map(({ standard }) => standard), ...odd])).toEqual([]);
  });

  it('has the very bits of RDKit for 400 invented compounds', () => {
    expect(differing(inventedSmiles(400))).toEqual([]);
  });

  const real = new URL('../../../shared/data/federation/compounds.csv.gz', import.meta.url);
  it.skipIf(!existsSync(real))('has the very bits of RDKit for 500 real compounds (needs ../shared/data)', () => {
    const lines = gunzipSync(readFileSync(real)).toString().split('\n').slice(1, -1);
    const structures = lines
      .filter((_, at) => at % Math.floor(lines.length / 500) === 0)
      .map((line) => line.split(',')[1]!);
    expect(structures.length).toBeGreaterThanOrEqual(500);
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

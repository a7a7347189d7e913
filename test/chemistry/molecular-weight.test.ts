import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { type Chemistry, openChemistry } from '../../src-main/chemistry/pool.ts';

let chemistry: Chemistry;
beforeAll(async () => {
  chemistry = await openChemistry({ parameters: chemistryParameters('a secret of the consortium'), workers: 1 });
});
afterAll(() => chemistry.close());

const weigh = (texts: readonly string[]) => chemistry.weigh(texts.map((text) => ({ kind: 'smiles', text })));

/** Average weights of textbook molecules; native RDKit's differ in the third decimal by its older atomic weights. */
const known: readonly (readonly [string, string, number])[] = [
  ['aspirin', 'CC(=O)Oc1ccccc1C(=O)O', 180.159],
  ['caffeine', 'CN1C=NC2=C1C(=O)N(C(=O)N2C)C', 194.194],
  ['sodium acetate, both ions', '[Na+].CC(=O)[O-]', 82.034],
  ['indole, a hydrogen on the nitrogen', 'c1ccc2[nH]ccc2c1', 117.151],
  ['glucose', 'OCC1OC(O)C(O)C(O)C1O', 180.156],
  ['amitriptyline hydrochloride', 'Cl.CN(C)CCC=C1c2ccccc2CCc2ccccc21', 313.87],
  ['trideuterated methanol', '[2H]C([2H])([2H])O', 35.03],
];

describe('the molecular weight', () => {
  it.each(known)('of %s is reckoned from the graph of %s', async (_name, smiles, weight) => {
    const [found] = await weigh([smiles]);
    expect(Math.abs((found ?? 0) - weight)).toBeLessThan(0.05);
  });

  it('keeps the order of the input, with nothing for what cannot be weighed', async () => {
    const texts = ['CCO', 'c1ccc(', '*CC', 'C'.repeat(5000), 'CCN'];
    expect((await weigh(texts)).map((weight) => weight && Math.round(weight))).toEqual([
      46,
      undefined,
      undefined,
      undefined,
      45,
    ]);
  });
});

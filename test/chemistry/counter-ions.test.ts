import { describe, expect, it } from 'vitest';
import { uncharge } from '../../src-main/chemistry/charge.ts';
import { describeFragment, listedFragments } from '../../src-main/chemistry/counter-ions.ts';
import { graphOf, toolkit } from './rdkit.ts';

const described = (smiles: string) => describeFragment(graphOf(smiles), toolkit.smilesOf);

describe('the list of counter-ions and solvents', () => {
  it('is written as the toolkit writes it, neutral', () => {
    const written = (smiles: string) => toolkit.smilesOf(uncharge(graphOf(smiles)));
    expect(listedFragments.filter((smiles) => written(smiles) !== smiles)).toEqual([]);
    expect(new Set(listedFragments).size).toBe(listedFragments.length);
  });

  it('knows a fragment in each of its charges', () => {
    for (const ion of ['[O-]C(=O)C=CC([O-])=O', 'OC(=O)C=CC([O-])=O', 'OC(=O)C=CC(O)=O']) {
      expect(described(ion).kind).toBe('counterIon');
    }
    expect(described('[O-]C(=O)C=CC([O-])=O').smiles).toBe('O=C([O-])C=CC(=O)[O-]');
    expect(described('[Na+]')).toEqual({ smiles: '[Na+]', kind: 'counterIon' });
    expect(described('O')).toEqual({ smiles: 'O', kind: 'solvent' });
    expect(described('CCCCCCCCO').kind).toBe('other');
  });
});

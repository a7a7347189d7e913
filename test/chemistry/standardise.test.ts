import { describe, expect, it } from 'vitest';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { standardise } from '../../src-main/chemistry/standardise.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import known from '../fixtures/standard-structures.json' with { type: 'json' };
import { blockStyles, drawnBlock, molBlockOf } from './mol-block.ts';
import { rewritten, toolkit } from './rdkit.ts';

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

  it('reads a mol block of either version, its hydrogens drawn or not, as it reads the SMILES', () => {
    const common = ['CCO', 'CC(=O)Nc1ccc(O)cc1', 'CC(=O)[O-].[Na+]', 'C[NH+](C)C.[Cl-]', 'CS(C)=O'];
    for (const smiles of [...common, 'CN(C)C(=N)NC(=N)N', 'NC(=N)c1ccccc1', 'CC(=N)CC', 'N=C1CCCCC1', '[H][H]']) {
      const flat = standardOf(smiles);
      for (const style of blockStyles) {
        const read = standardOf(molBlockOf(smiles, style), 'molblock');
        // A drawing of C=N tells the side of its hydrogen, which SMILES without / and \\ does not.
        const { changes, ...compound } = read.ok ? read : { ...read, changes: [] };
        expect({ ...compound, changes: changes.filter(({ step }) => step !== 'stereo') }, smiles).toEqual(flat);
      }
    }
  });

  it('makes hydrogens that were drawn for their stereochemistry part of their neighbours', () => {
    for (const [drawn, flat] of [
      ['[H]/N=C(\\N)c1ccccc1', 'N=C(N)c1ccccc1'],
      ['[H]/N=C(\\C)CC', 'CCC(C)=N'],
      ['[H]/N=N/C', 'CN=N'],
      ['C/C=N/[H]', 'CC=N'],
      ['[2H]/N=C(\\C)CC', 'CCC(C)=N'],
    ] as const) {
      expect(smilesOf(drawn)).toBe(flat);
      for (const style of blockStyles)
        expect(standardOf(molBlockOf(drawn, style), 'molblock')).toMatchObject({ smiles: flat });
      const [result, plain] = [standardOf(drawn), standardOf(flat)];
      if (!result.ok || !plain.ok) throw new Error(drawn);
      expect([result.bits, result.fold]).toEqual([plain.bits, plain.fold]);
      expect(result.changes[0]).toMatchObject({ step: 'stereo' });
    }
    expect(standardOf('C/C=N/[H]')).toMatchObject({ changes: [{ step: 'stereo', smiles: 'CC=N' }] });
  });

  it('reads hydrogens that are written by their number, and leaves those that are a compound of their own', () => {
    expect(standardOf('[#1]OC')).toEqual(standardOf('CO'));
    expect(standardOf('[2#1]OC')).toMatchObject({ smiles: 'CO', changes: [{ step: 'isotope' }] });
    for (const own of ['[H][H]', '[H+]', '*[H]', '[#16]'])
      expect(standardOf(smilesOf(own)), own).toMatchObject({ ok: true, changes: [] });
  });

  it('leaves out the numbers that map atoms of reactions', () => {
    for (const [mapped, plain] of [
      ['[CH3:1][CH2:2][OH:3]', 'CCO'],
      ['[cH:1]1[cH:2][cH:3][cH:4][cH:5][c:12]1[C:7](=[O:8])[OH:9]', 'OC(=O)c1ccccc1'],
      ['[H:4][O:2]C', 'CO'],
      ['[*:1]c1ccccc1', '*c1ccccc1'],
    ] as const) {
      expect(standardOf(mapped)).toEqual(standardOf(plain));
      for (const foldRule of ['scaffold', 'tuner-scaffold'] as const) {
        const under = chemistryParameters(parameters.key, { foldRule });
        const [one, other] = [mapped, plain].map((text) =>
          standardise({ kind: 'smiles', text }, toolkit, under, undefined),
        );
        expect(one).toEqual(other);
      }
      for (const style of blockStyles)
        expect(standardOf(molBlockOf(mapped, style), 'molblock')).toEqual(standardOf(plain));
    }
  });

  it('refuses a query by name, and keeps dummy atoms', () => {
    for (const query of ['CC~CC', 'CC:CC', 'C1CC~[#0]1', 'Nc1~ccn(C)c(=O)n1', '*C |$Q_e;$|']) {
      expect(standardOf(query), query).toMatchObject({ failure: 'query' });
    }
    const bond = ['  1  2  1  0'];
    const list = drawnBlock(['L', 'C'], bond, ['M  ALS   1  2 F C   N   ']);
    const listOfCarbon = drawnBlock(['C', 'C'], bond, ['M  ALS   1  2 F C   N   ']);
    const oldList = drawnBlock(['C', 'C'], bond, ['  1 F    2   7   6']);
    const substituted = drawnBlock(['C', 'C'], bond, ['M  SUB  1   1   3']);
    for (const text of [list, listOfCarbon, oldList, substituted, drawnBlock(['C', 'C'], ['  1  2  4  0'])]) {
      expect(standardOf(text, 'molblock'), text).toMatchObject({ failure: 'query' });
    }
    for (const symbol of ['*', 'R', 'R#', 'R1']) {
      expect(standardOf(drawnBlock([symbol, 'C'], bond), 'molblock'), symbol).toMatchObject({ smiles: '*C' });
    }
    expect(standardOf(drawnBlock(['D', 'C'], bond), 'molblock')).toMatchObject({ smiles: 'C' });
    expect(standardOf('*C |$_AP1;$|')).toMatchObject({ smiles: '*C' });
  });

  it('answers for graphs that are odder than its rules', () => {
    for (const odd of ['Nc#1ccccn1', 'Cc1n#n[nH]n1'])
      expect(standardOf(odd), odd).toMatchObject({ failure: 'unreadable' });
    expect(smilesOf('O=NC1=CC=[#0]=C1O')).toBe('O=NC1=CC=*=C1O');
    expect(standardOf('C$S[N+](C)=O')).toMatchObject({ ok: true });
    expect(standardOf('CCN.F[H-]F')).toMatchObject({
      smiles: 'CCN',
      changes: [{ step: 'fragment', removed: [{ smiles: 'F[H-]F', kind: 'counterIon' }] }],
    });
    expect(standardOf('F[H-]F')).toMatchObject({ failure: 'unreadable' });
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

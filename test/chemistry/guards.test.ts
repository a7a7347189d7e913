import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guard, measureSmiles } from '../../src-main/chemistry/guards.ts';
import { chemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { standardise } from '../../src-main/chemistry/standardise.ts';
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import known from '../fixtures/standard-structures.json' with { type: 'json' };
import { graphOf, rdkit, toolkit } from './rdkit.ts';

const smiles = (text: string) => guard({ kind: 'smiles', text })?.failure;
const molBlock = (text: string) => guard({ kind: 'molblock', text })?.failure;
const block = (counts: string, lines: number) =>
  `\n\n\n${counts}\n${'    0.0000    0.0000    0.0000 C   0  0\n'.repeat(lines)}M  END`;

describe('the toolkit', () => {
  it('has no structure where there are no atoms', () => {
    const nothing = { kind: 'molblock', text: block('  0  0  0  0', 0) } as const;
    expect(standardise(nothing, toolkit, chemistryParameters('key'), undefined)).toMatchObject({ failure: 'empty' });
  });
});

describe('the guard', () => {
  it('lets real structures through', () => {
    for (const { given } of known) expect(smiles(given)).toBeUndefined();
    expect(smiles('CC(=O)O acetic acid')).toBeUndefined();
    const molecule = rdkit.get_mol('CC(=O)Oc1ccccc1C(=O)O')!;
    expect(molBlock(molecule.get_molblock())).toBeUndefined();
    expect(molBlock(molecule.get_molblock().replaceAll('\n', '\r\n'))).toBeUndefined();
    expect(molBlock(molecule.get_v3Kmolblock())).toBeUndefined();
    molecule.delete();
  });

  it('stops what is too long, too large or too deep for the toolkit', () => {
    expect(smiles('C'.repeat(2000))).toBe('too-long');
    expect(smiles('C'.repeat(251))).toBe('too-many-atoms');
    expect(smiles('*'.repeat(1000))).toBe('too-many-atoms');
    expect(smiles(`${'C('.repeat(101)}C${')'.repeat(101)}`)).toBe('too-deep');
  });

  it('stops what the toolkit would take for another format', () => {
    for (const text of ['{"rdkitjson":{"version":12}}', 'C\nC', 'CCO\u0000', 'ＣＣＯ', '\n\n\n  0  0  0\nM  END']) {
      expect(smiles(text)).toBe('unreadable');
    }
  });

  it('stops a mol block that announces more than it holds', () => {
    expect(molBlock(block('  5  0  0  0', 5))).toBeUndefined();
    expect(molBlock(block('200100  0  0', 5))).toBe('malformed-block');
    expect(molBlock(block('999  0  0  0', 5))).toBe('too-many-atoms');
    expect(molBlock(block('no counts', 5))).toBe('malformed-block');
    expect(molBlock('\n\n\n  0  0  0     0  0            999 V3000\nM  V30 COUNTS 99999999 0 0 0 0')).toBe(
      'too-many-atoms',
    );
    expect(molBlock('one line')).toBe('malformed-block');
  });

  it('stops a mol block that asks a question instead of telling a structure', () => {
    const bond = (type: string) => {
      const lines = block('  2  1  0  0', 2).split('\n');
      return [...lines.slice(0, 6), `  1  2${type.padStart(3)}  0`, 'M  END'].join('\n');
    };
    for (const type of ['1', '2', '3', '4', '9']) expect(molBlock(bond(type))).toBeUndefined();
    for (const type of ['5', '6', '7', '8']) expect(molBlock(bond(type))).toBe('query');
    for (const type of ['0', '99', '']) expect(molBlock(bond(type))).toBe('malformed-block');
    const version3 = (atom: string, type: string, rest = '') =>
      `\n\n\n  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  V30 COUNTS 2 1 0 0 0\nM  V30 BEGIN ATOM\n` +
      `M  V30 1 ${atom} 0 0 0 0\nM  V30 2 C 0 0 0 0\nM  V30 END ATOM\nM  V30 BEGIN BOND\nM  V30 1 ${type} 1 2${rest}\n` +
      'M  V30 END BOND\nM  V30 END CTAB\nM  END';
    expect(molBlock(version3('C', '1'))).toBeUndefined();
    expect(molBlock(version3('C', '1', ' CFG=1 -\nM  V30 ATTACH=ANY'))).toBeUndefined();
    expect(molBlock(version3('C', '8'))).toBe('query');
    const atom = (symbol: string) => block('  2  0  0  0', 2).replace(' C  ', ` ${symbol.padEnd(3)}`);
    for (const symbol of ['L', 'A', 'Q', 'X', 'M', 'AH', 'QH', 'XH', 'MH', 'Pol', 'LP']) {
      expect(guard({ kind: 'molblock', text: atom(symbol) }), symbol).toEqual({
        failure: 'query',
        detail: `atom ${symbol}`,
      });
      expect(molBlock(version3(symbol, '1')), symbol).toBe('query');
    }
    expect(molBlock(version3('[C,N]', '1'))).toBe('query');
    expect(molBlock(version3('NOT [C,N]', '1'))).toBe('query');
    for (const symbol of ['C', 'CL', 'Og', 'D', 'T', '*', 'R', 'R#', 'R12']) {
      expect(molBlock(atom(symbol)), symbol).toBeUndefined();
      expect(molBlock(version3(symbol, '1')), symbol).toBeUndefined();
    }
  });

  it('stops a mol block of version 3 whose version cannot be read', () => {
    const molecule = rdkit.get_mol('CC(=O)Oc1ccccc1C(=O)O')!;
    const text = molecule.get_v3Kmolblock().replace('999 V3000', '999  V3000');
    molecule.delete();
    expect(molBlock(text)).toBe('malformed-block');
    expect(molBlock(text.replace('V3000', '     '))).toBe('malformed-block');
    // RDKit would take it for a structure without atoms.
    expect(toolkit.parse({ kind: 'molblock', text })).toMatchObject({ smiles: '', graph: { atomCount: 0 } });
  });

  it('stops control characters, which no structure has', () => {
    expect(molBlock(block('  5  0  0  0', 5).replace(' C ', ' \u0000 '))).toBe('malformed-block');
    expect(molBlock(block('  5  0  0  0', 5).replaceAll('\n', '\r\n'))).toBeUndefined();
  });

  it('never counts fewer atoms than the toolkit will see', () => {
    for (const text of [...known.map(({ given }) => given), ...inventedSmiles(100)]) {
      expect(measureSmiles(text).atoms).toBeGreaterThanOrEqual(graphOf(text).atomCount);
    }
  });

  it('answers for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        smiles(text);
        molBlock(text);
      }),
    );
  });
});

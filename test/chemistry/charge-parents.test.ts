import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { applySteps, type Stepped } from '../../src-main/chemistry/steps.ts';
import type { TautomerRule } from '../../src-main/contract/chemistry.ts';
import parents from '../fixtures/charge-parents.json' with { type: 'json' };
import { inventedSmiles } from '../fixtures/invented-smiles.ts';
import { rewritten, toolkit } from './rdkit.ts';

const known = new Map<string, Stepped>();

/** Once for each SMILES: many tests ask for the same ones, and parents are often each other's. */
function stepped(smiles: string, tautomer: TautomerRule = 'as-given'): Stepped {
  const key = `${tautomer} ${smiles}`;
  const found = known.get(key) ?? steppedAnew(smiles, tautomer);
  known.set(key, found);
  return found;
}

function steppedAnew(smiles: string, tautomer: TautomerRule): Stepped {
  const given = toolkit.parse({ kind: 'smiles', text: smiles });
  if ('complaint' in given) throw new Error(`${smiles}: ${given.complaint}`);
  return applySteps(given, toolkit, { tautomer });
}

const parentOf = (smiles: string, tautomer?: TautomerRule) => stepped(smiles, tautomer).standard.smiles;
const rules: readonly TautomerRule[] = ['as-given', 'canonical'];

describe('the charge parent', () => {
  // The fixture was made with native RDKit 2022.09 (ChargeParent, then isotopes and stereochemistry off). Where ours
  // differs the entry holds RDKit's as well, and says why.
  it.each(parents)('of $given is $parent', ({ given, parent }) => {
    expect(parentOf(given)).toBe(parent);
  });

  it('is the same however the molecule is written down, with and without tautomers', () => {
    for (const tautomer of rules) {
      const differing = [...parents.map(({ given }) => given), ...inventedSmiles(60)].filter((given) =>
        (tautomer === 'canonical' ? [3] : [1, 2]).some(
          (seed) => parentOf(rewritten(given, seed), tautomer) !== parentOf(given, tautomer),
        ),
      );
      expect(differing, tautomer).toEqual([]);
    }
  });

  it('is its own parent, and nothing is recorded for it', () => {
    for (const tautomer of rules) {
      const again = [...new Set(parents.map(({ given }) => parentOf(given, tautomer)))];
      expect(
        again.filter((smiles) => parentOf(smiles, tautomer) !== smiles),
        tautomer,
      ).toEqual([]);
      expect(
        again.filter((smiles) => stepped(smiles, tautomer).changes.length > 0),
        tautomer,
      ).toEqual([]);
    }
  });

  const real = new URL('../../../shared/data/federation/compounds.csv.gz', import.meta.url);
  it.skipIf(!existsSync(real))('of 300 real compounds does not depend on their writing (needs ../shared/data)', () => {
    const lines = gunzipSync(readFileSync(real)).toString().split('\n').slice(1, -1);
    const structures = lines
      .filter((_, at) => at % Math.floor(lines.length / 300) === 0)
      .map((line) => line.split(',')[1]!);
    const differing = structures.filter(
      (given) => parentOf(rewritten(given, 5), 'canonical') !== parentOf(given, 'canonical'),
    );
    expect(differing).toEqual([]);
  });
});

describe('what a step did', () => {
  const done = (smiles: string) =>
    stepped(smiles).changes.map(({ step, smiles: after, groups }) => [step, ...groups, after].join(' '));

  it('names the functional groups that it normalised', () => {
    expect(done('CS(=O)C')).toEqual(['functional-group sulfoxide C[S+](C)[O-]']);
    expect(done('C[S+2]([O-])([O-])C')).toEqual(['functional-group sulfone CS(C)(=O)=O']);
    expect(done('CP(=O)=O')).toEqual(['functional-group metaphosphate C[P+](=O)[O-]']);
    expect(done('C[P+]([O-])(OC)OC')).toEqual([]);
    expect(done('C[P+](C)([O-])[O-]')[0]).toBe('functional-group phosphate CP(C)(=O)[O-]');
    expect(done('N[C+](C)N')[0]).toBe('functional-group amidinium CC(N)=[NH2+]');
    expect(done('[O-]c1cc[n+](C)cc1')).toEqual(['functional-group separated-charges Cn1ccc(=O)cc1']);
    expect(done('NC=[N+](C)C')[0]).toBe('functional-group conjugated-cation CN(C)C=[NH2+]');
    expect(done('C[NH][NH]C[N+]#N')[0]).toBe('functional-group hydrazine-diazonium CN=[NH+]CN=N');
    expect(done('[I-]=O')[0]).toBe('functional-group halogen-oxide [O-]I');
    expect(done('[N-]=[C+]C')).toEqual(['functional-group nitrile CC#N']);
  });

  it('shows bonds to metals cut before the salt is taken away, and protons moved before charges go', () => {
    expect(done('CC(=O)O[Zn]OC(C)=O')).toEqual([
      'metal CC(=O)[O-].CC(=O)[O-].[Zn+2]',
      'fragment CC(=O)[O-]',
      'charge CC(=O)O',
    ]);
    expect(done('[O-]c1ccc(C(=O)O)cc1')).toEqual(['charge O=C([O-])c1ccc(O)cc1', 'charge O=C(O)c1ccc(O)cc1']);
  });

  it('lists each fragment that was taken away, with what it is', () => {
    const [fragment] = stepped('O.O.CN1CCC[C@H]1c1cccnc1.OC(=O)[C@H](O)[C@@H](O)C(O)=O.CCCCCCCCO.Cl').changes.slice(-1);
    expect(fragment?.removed).toEqual(
      expect.arrayContaining([
        { smiles: 'O', kind: 'solvent' },
        { smiles: 'O', kind: 'solvent' },
        { smiles: 'Cl', kind: 'counterIon' },
        { smiles: 'O=C(O)C(O)C(O)C(=O)O', kind: 'counterIon' },
      ]),
    );
    expect(fragment?.removed).toHaveLength(5);
  });

  it('calls the attention to mixtures, equal fragments and organometallics', () => {
    const notices = (smiles: string) => stepped(smiles).notices;
    expect(notices('CN1CCCC1c1cccnc1.CCCCCCCCO')).toEqual(['mixture']);
    expect(notices('CN1CCCC1c1cccnc1.OC(=O)C(O)C(O)C(O)=O')).toEqual([]);
    expect(notices('CN1CCCC1c1cccnc1.[O-]S(=O)(=O)c1ccccc1')).toEqual([]);
    expect(notices('CCCN.CCNC')).toEqual(['mixture', 'equal-fragments']);
    expect(notices('CCCN.CCCN')).toEqual(['mixture']);
    expect(notices('CC(=O)O[Hg]c1ccccc1')).toEqual(['organometallic']);
    expect(notices('CC(=O)O[Zn]OC(C)=O')).toEqual([]);
  });
});

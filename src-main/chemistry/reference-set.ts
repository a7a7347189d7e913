/**
 * The reference set: textbook and invented molecules that every partner's chemistry must treat alike. Each group is
 * there for one rule or one way to fail; a molecule is never taken out, since its hash stands in signed plans.
 */
import type { Structure } from './guards.ts';

const groups = {
  salts: `
    CC(=O)[O-].[Na+]  C[NH3+].[Cl-]  CC(=O)Oc1ccccc1C(=O)O.[K+]  CN1CCC[C@H]1c1cccnc1.OC(=O)C(O)C(O)C(=O)O
    NCCc1ccc(O)c(O)c1.Cl.Cl  CCN.CNC  CNC.CCN  O.O.O=C([O-])CC(O)(CC(=O)O)C(=O)O.[Na+]  c1ccncc1.OS(=O)(=O)O
    [Ca+2].[O-]C(=O)c1ccccc1.[O-]C(=O)c1ccccc1  OC(=O)C(F)(F)F.NCc1ccccc1  CS(=O)(=O)O.CN1CCN(C)CC1
    [NH4+].[O-]S(=O)(=O)c1ccc(C)cc1  C1CCOC1.CC(=O)Nc1ccc(O)cc1  CO.CO  [Li+].[Cl-]  Cl  [Na+].[Cl-].O`,
  metals: `
    [Na]OC(=O)C  CC(=O)O[K]  O=C(O[Li])c1ccccc1  C[Mg]Br  [Cu]Oc1ccccc1  Cl[Pt](Cl)(N)N  [NH3]->[Pt](Cl)(Cl)<-[NH3]
    CC[Hg]CC  C[Sn](C)(C)C  CC(=O)O[Hg]c1ccccc1  [Fe+2].[CH-]1C=CC=C1.[CH-]1C=CC=C1  [Ti](OC)(OC)(OC)OC  Cl[Zn]Cl
    C[Si](C)(C)C  CB(O)O  C[As](C)(=O)O  C[Se]C  OB1OCC2=CC=CC=C12  [Al+3].[Cl-].[Cl-].[Cl-]  CCO[Al](OCC)OCC  [Gd+3]`,
  functionalGroups: `
    CN(=O)=O  C[N+](=O)[O-]  c1ccncc1[N+](=O)[O-]  O=N(=O)c1ccccc1  CN=N#N  CN=[N+]=[N-]  C=N#N  C=[N+]=[N-]
    CS(C)=O  C[S+](C)[O-]  CS(C)(=O)=O  C[S+2](C)([O-])[O-]  O=n1ccccc1  [O-][n+]1ccccc1  CP(C)(C)=O  C[P+](C)(C)[O-]
    COP(=O)(O)O  C[N+]#[C-]  CN=C=O  CC#N  C[N+]#N  c1ccccc1[N+]#N  C[NH+](C)[O-]  C[N+](C)(C)[O-]  CON=O  O=NN(C)C
    NS(=O)(=O)c1ccccc1  OS(=O)(=O)c1ccccc1  CS(=N)(=O)C  CSSC  CC(=S)N  C1=CS(=O)(=O)C=C1  FS(F)(F)(F)(F)c1ccccc1`,
  charges: `
    C[N+](C)(C)C  C[N+](C)(C)CC(=O)[O-]  [NH3+]CC(=O)[O-]  NCC(=O)[O-]  [NH3+]CC(=O)O  [O-]c1ccccc1  [O-]C(=O)CC(=O)[O-]
    OC(=O)CC[N+](C)(C)C.[Br-]  C[n+]1ccccc1  Cc1ccc[n+](C)c1.[I-]  [O-][N+](=O)[O-].C[NH3+]  [O-]Cl(=O)(=O)=O.C[NH3+]
    F[B-](F)(F)F.C[N+](C)(C)C  F[P-](F)(F)(F)(F)F.[Na+]  C[O+](C)C  C[S+](C)C  c1cc[nH+]cc1  CC[O-]  [C-]#N  [S-]C#N
    C1=C[N-]N=N1  [CH3-]  [CH3+]  [OH-]  [NH2-]  CC(=O)[N-]C(C)=O  C[N+](C)(CC(=O)[O-])CC(=O)[O-]  [O-]P(=O)([O-])OC`,
  isotopes: `
    [2H]C([2H])([2H])O  [13CH3]C(=O)O  [2H]O[2H]  [14C]1=CC=CC=C1  c1cc[15nH]c1  [18F]c1ccccc1  [3H]C  [131I]c1ccccc1
    [2H][C@](F)(Cl)Br  [H][H]  [2H][2H]  [11CH3]Oc1ccccc1  [H]OC  [32P]`,
  stereochemistry: `
    C[C@H](N)C(=O)O  C[C@@H](N)C(=O)O  F/C=C/F  F/C=C\\F  C[C@H]1CC[C@@H](O)CC1  OC[C@H]1O[C@@H](O)[C@H](O)[C@@H](O)[C@@H]1O
    C[S@](=O)c1ccccc1  C[P@](=O)(O)c1ccccc1  C/C=N/O  C[C@@]12CC[C@H]3[C@@H](CCc4cc(O)ccc34)[C@@H]1CC[C@@H]2O
    N[C@@H](CS)C(=O)N[C@@H](CO)C(=O)O  C=C=C  CC=C=CC  CN1[C@@H]2CC[C@H]1C[C@H](OC(=O)c1ccccc1)C2`,
  tautomers: `
    CC(=O)CC(C)=O  CC(O)=CC(C)=O  OC=C  CC=O  Oc1ccccn1  O=c1cccc[nH]1  Oc1ccncc1  c1c[nH]cn1  Cc1c[nH]cn1  Cc1cnc[nH]1
    Cc1cc[nH]n1  Cc1ccn[nH]1  Oc1ccccc1C=NC  O=C1C=CC=CC1=CNC  NC(=N)N  CNC(=N)N  CN=C(N)N  CC(=N)N  CC(N)=NC  CNC(C)=N
    O=c1[nH]cnc2[nH]cnc12  Nc1nc2[nH]cnc2c(=O)[nH]1  Nc1ccn(C)c(=O)n1  N=c1ccn(C)c(=O)[nH]1  O=C1NC(=O)CC(=O)N1
    Sc1ccccn1  S=c1cccc[nH]1  CC(S)=NC  CC(=S)NC  CN=O  C=NO  O=NC1=CC=CC=C1O  ON=C1C=CC=CC1=O  Oc1ccc2ccccc2n1
    Cc1nnn[nH]1  Cc1nn[nH]n1  c1nc[nH]n1  O=C1CC=CN1  Nc1ccccn1  N=c1cccc[nH]1  O=C1C=CC(=O)C=C1  Oc1cccc2ncccc12
    CC1=CC(=O)NN1  CC1=NNC(=O)C1  Cc1cc(O)n[nH]1  O=c1cc[nH]cc1  CP(O)O  CP(=O)O  OP(O)O  C#N  [C-]#[NH+]  N=C=O  OC#N`,
  drugs: `
    CC(=O)Oc1ccccc1C(=O)O  CC(=O)Nc1ccc(O)cc1  CC(C)Cc1ccc(cc1)C(C)C(=O)O  Cn1c(=O)c2c(ncn2C)n(C)c1=O
    CN1CCC[C@H]1c1cccnc1  CN1C2CCC1C(C(C2)OC(=O)c1ccccc1)C(=O)OC  CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5
    CC1=C(C)C(=O)C(C)=C(CCC(C)O)C1=O  Clc1ccc2c(c1)C(=NCC(=O)N2C)c1ccccc1  CN(C)CCCN1c2ccccc2CCc2ccccc12
    Nc1ccc(cc1)S(=O)(=O)Nc1ncccn1  COc1ccc2nccc([C@@H](O)[C@H]3C[C@@H]4CCN3C[C@@H]4C=C)c2c1  CC(C)NCC(O)COc1cccc2ccccc12
    CN1CCN(CC1)C2=Nc3ccccc3Nc3sc(C)cc23  OC(=O)c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O  CN(C)C(=N)NC(N)=N
    CC1(C)S[C@@H]2[C@H](NC(=O)Cc3ccccc3)C(=O)N2[C@H]1C(=O)O  Clc1ccccc1C(c1ccccc1)(c1ccccc1)n1ccnc1
    CCOC(=O)C1=C(COCCN)NC(C)=C(C1c1ccccc1Cl)C(=O)OC  CN(Cc1cnc2nc(N)nc(N)c2n1)c1ccc(cc1)C(=O)NC(CCC(O)=O)C(O)=O`,
  rings: `
    C1CC1  C1CCC1  C1CCCCC1  c1ccccc1  c1ccc2ccccc2c1  c1ccc2cc3ccccc3cc2c1  c1cc2ccc3cccc4ccc(c1)c2c34  C1CC2CCC1C2
    C1C2CC3CC1CC(C2)C3  C12C3C4C1C5C2C3C45  C1CC12CC2  C1CCC2(CC1)OCCO2  C1CC2(C1)CC1(CCC1)C2  O=C1CCC2(CC1)CCNCC2
    c1ccc(cc1)-c1ccccc1  c1ccc(cc1)Cc1ccccc1  c1ccc(cc1)C(c1ccccc1)c1ccccc1  c1ccc(cc1)C(c1ccccc1)(c1ccccc1)c1ccccc1
    O=C(Nc1ccc(cc1)C1CCNCC1)N1CCC(CC1)c1ccc2ccccc2c1  c1ccc(nc1)-c1ccc(cc1)-c1ccc(cc1)-c1ccccc1
    C1CCC2C(C1)CCC1C2CCC2CCCC21  c1ccc2[nH]ccc2c1  c1ccc2occc2c1  c1ccc2scnc2c1  c1cnc2ncncc2n1  C1CN2CCC1CC2
    O=C1c2ccccc2C(=O)c2ccccc12  C1=CC=CC=CC=C1  c1ccc2cccc2cc1  C1CCCCCCCCC1  C1CCCCCCCCCCCCCC1
    O=C1CCCCCCCCCCCCCCO1  C1COCCOCCOCCOCCOCCO1  c1cc2cc(c1)CCCCCCCCCC2  O=C1NCCCCCNC(=O)CCCC1
    c1cc2nc1cc1ccc([nH]1)cc1nc(cc3ccc([nH]3)c2)C=C1  C1CC2CC1C1CCCC21  S1CCSCC1  B1OCCO1  c1c[se]cc1  C1=CNC=CC1=Cc1ccccc1`,
  acyclic: `
    C  CC  C=C  C#C  CO  CCO  CCCCCCCC  CCCCCCCCCCCCCCCC(=O)O  OCC(O)CO  NC(=O)N  CC(C)(C)C  C(Cl)(Cl)Cl  FC(F)(F)C(F)(F)F
    CC=CC=CC=CC  CCN(CC)CC  CSCCC(N)C(=O)O  NCCCCC(N)C(=O)NC(CO)C(=O)O  O=C=O  O  N  S  [Xe]  [He]  C[N+](C)(C)CCO  BrCCBr
    CC(C)=CCC=C(C)C  OCCOCCOCCO  CP(C)C  C[Si](C)(C)O[Si](C)(C)C  CC(=O)OC(C)=O  N#CC#N  [CH3]  C[CH]C  *C  *CC*`,
  hydrogens: `
    [H]/N=C(\\N)c1ccccc1  [H]/N=C(\\C)CC  [H]/N=N/C  C/C=N/[H]  [2H]/N=C(\\C)CC  [#1]OC  [2#1]OC  [H+]  [H-]  *[H]
    [H]OC([H])([H])C([H])([H])[H]  [H]c1ccccc1  CCN.F[H-]F`,
  atomMaps: `
    [CH3:1][CH2:2][OH:3]  [CH3:1][C:2](=[O:3])[NH:4][c:5]1[cH:6][cH:7][cH:8][cH:9][cH:10]1  [H:4][O:2]CC  [*:1]c1ccccc1`,
  oddGraphs: `
    Nc#1ccccn1  Cc1n#n[nH]n1  O=NC1=CC=[#0]=C1O  C$S[N+](C)=O  F[H-]F`,
  queries: `
    CC~CC  CC:CC  C1CC~[#0]1  Nc1~ccn(C)c(=O)n1`,
  refused: `
    c1ccc(  CN(C)(C)(C)C  c1cccc1  C1CC  C)C  [Xx]  FClF  C(C  N(=O)(=O)(=O)C  cc  C%1  [C@@@H]  ${'C'.repeat(100)}
    ${'C'.repeat(251)}  ${`${'C('.repeat(101)}C${')'.repeat(101)}`}  ${'*'.repeat(251)}`,
} as const;

const block = (counts: string, ...lines: readonly string[]): string =>
  ['', '  Chorale', '', counts, ...lines, 'M  END', ''].join('\n');

const version2 = (atoms: readonly string[], bonds: readonly string[], ...properties: readonly string[]): string =>
  block(
    `${count(atoms)}${count(bonds)}  0  0  0  0  0  0  0  0999 V2000`,
    ...atoms.map((atom) => {
      const [symbol, map = '0'] = atom.split(':');
      const place = '    0.0000    0.0000    0.0000';
      return `${place} ${symbol!.padEnd(3)} 0  0  0  0  0  0  0  0  0${map.padStart(3)}  0  0`;
    }),
    ...bonds.map((bond) => `${bond.split(' ').map(threePlaces).join('')}  0`),
    ...properties,
  );

const version3 = (atoms: readonly string[], bonds: readonly string[]): string =>
  block(
    '  0  0  0     0  0            999 V3000',
    'M  V30 BEGIN CTAB',
    `M  V30 COUNTS ${atoms.length} ${bonds.length} 0 0 0`,
    'M  V30 BEGIN ATOM',
    ...atoms.map((atom, at) => {
      const [symbol, map = '0'] = atom.split(':');
      return `M  V30 ${at + 1} ${symbol} 0 0 0 ${map}`;
    }),
    'M  V30 END ATOM',
    'M  V30 BEGIN BOND',
    ...bonds.map((bond, at) => {
      const [from, to, order] = bond.split(' ');
      return `M  V30 ${at + 1} ${order} ${from} ${to}`;
    }),
    'M  V30 END BOND',
    'M  V30 END CTAB',
  );

const threePlaces = (text: string): string => text.padStart(3);
const count = (list: readonly string[]): string => threePlaces(String(list.length));

/** Ethanol and acetamidine, each without and with its hydrogens drawn, and with numbers on its atoms; what asks a question. */
const drawings: readonly string[] = [version2, version3].flatMap((write) => [
  write(['C', 'C', 'O'], ['1 2 1', '2 3 1']),
  write(['C', 'C', 'O', ...hydrogens(6)], ['1 2 1', '2 3 1', '1 4 1', '1 5 1', '1 6 1', '2 7 1', '2 8 1', '3 9 1']),
  write(['C:1', 'C:2', 'O:3'], ['1 2 1', '2 3 1']),
  write(['C', 'C', 'N', 'N'], ['1 2 1', '2 3 2', '2 4 1']),
  write(
    ['C', 'C', 'N', 'N', ...hydrogens(6)],
    ['1 2 1', '2 3 2', '2 4 1', '1 5 1', '1 6 1', '1 7 1', '3 8 1', '4 9 1', '4 10 1'],
  ),
  write(['R#', 'C'], ['1 2 1']),
  write(['Q', 'C'], ['1 2 1']),
  write(['C', 'C'], ['1 2 8']),
]);

function hydrogens(count: number): readonly string[] {
  return Array.from({ length: count }, () => 'H');
}

/** Sodium acetate, a zwitterion in version 3000, and a block that announces what it does not hold. */
const molBlocks: readonly string[] = [
  block(
    '  5  3  0  0  0  0  0  0  0  0999 V2000',
    '    0.0000    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0',
    '    1.5000    0.0000    0.0000 C   0  0  0  0  0  0  0  0  0  0  0  0',
    '    2.2000    1.2000    0.0000 O   0  0  0  0  0  0  0  0  0  0  0  0',
    '    2.2000   -1.2000    0.0000 O   0  5  0  0  0  0  0  0  0  0  0  0',
    '    4.0000   -1.2000    0.0000 Na  0  3  0  0  0  0  0  0  0  0  0  0',
    '  1  2  1  0  0  0  0',
    '  2  3  2  0  0  0  0',
    '  2  4  1  0  0  0  0',
    'M  CHG  2   4  -1   5   1',
  ),
  block(
    '  0  0  0     0  0            999 V3000',
    'M  V30 BEGIN CTAB',
    'M  V30 COUNTS 4 3 0 0 0',
    'M  V30 BEGIN ATOM',
    'M  V30 1 N 0 0 0 0 CHG=1',
    'M  V30 2 C 1.5 0 0 0',
    'M  V30 3 C 2.5 1 0 0',
    'M  V30 4 O 3.5 1 0 0 CHG=-1',
    'M  V30 END ATOM',
    'M  V30 BEGIN BOND',
    'M  V30 1 1 1 2',
    'M  V30 2 1 2 3',
    'M  V30 3 1 3 4',
    'M  V30 END BOND',
    'M  V30 END CTAB',
  ),
  block('200200  0  0  0  0  0  0  0  0999 V2000', '    0.0000    0.0000    0.0000 C   0  0'),
  ...drawings,
  version2(['L', 'C'], ['1 2 1'], 'M  ALS   1  2 F C   N   '),
  version2(['C', 'C'], ['1 2 1'], 'M  SUB  1   1   3'),
];

export const referenceSet: readonly Structure[] = [
  ...Object.values(groups)
    .flatMap((group) => group.trim().split(/\s+/))
    .map((text) => ({ kind: 'smiles', text }) as const),
  ...molBlocks.map((text) => ({ kind: 'molblock', text }) as const),
];

/** Made-up compounds and files of them, for tests that need some rows. */

/** SMILES with a ring, all different. */
export const smiles = (index: number): string => `${'C'.repeat(index % 40)}Oc1ccc(N)cc1${'N'.repeat(index / 40)}C`;

export const molBlock = (title: string): string =>
  [
    title,
    '  Test    2D',
    '',
    '  2  1  0  0  0  0  0  0  0  0999 V2000',
    '    0.0000    0.0000    0.0000 C   0  0',
    '    1.5000    0.0000    0.0000 O   0  0',
    '  1  2  1  0',
    'M  END',
  ].join('\n');

/** A long table of so many rows with nM values. */
export const longCsv = (rows: number): string =>
  ['Compound ID,SMILES,Assay,Relation,Value,Unit']
    .concat(
      Array.from(
        { length: rows },
        (_, i) => `CMP-${String(i % 997).padStart(5, '0')},${smiles(i % 997)},AS${i % 13},=,${(i % 500) + 1},nM`,
      ),
    )
    .map((line) => `${line}\n`)
    .join('');

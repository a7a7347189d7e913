/** Results and structures in two files, joined by a key: some keys have no structure, one structure has no results. */

export type JoinedExport = {
  readonly results: string;
  readonly structures: string;
  /** Distinct keys of the results, and those that the structures have. */
  readonly keys: number;
  readonly found: number;
  readonly withoutResults: number;
  readonly rows: number;
};

const cores = ['c1ccccc1', 'c1ccncc1', 'C1CCCCC1', 'c1ccc2ccccc2c1', 'c1ccsc1', 'C1CCNCC1'];

export function joinedExport(compounds = 40): JoinedExport {
  const results = ['molecule_ref,assay,operator,result,unit'];
  const structures = ['molecule_ref,smiles'];
  const lacking = 3;
  for (let index = 0; index < compounds; index++) {
    const key = `M-${String(index + 1).padStart(5, '0')}`;
    for (const assay of ['ASY-7', 'ASY-9']) {
      results.push([key, assay, '=', (10 ** (1 + ((index * 7) % 30) / 10)).toFixed(1), 'nM'].join(','));
    }
    const tail = 'C'.repeat(1 + Math.floor(index / cores.length));
    if (index >= lacking) structures.push([key, `${tail}O${cores[index % cores.length]}`].join(','));
  }
  structures.push('M-99999,CCO');
  return {
    results: `${results.join('\n')}\n`,
    structures: `${structures.join('\n')}\n`,
    keys: compounds,
    found: compounds - lacking,
    withoutResults: 1,
    rows: results.length - 1,
  };
}

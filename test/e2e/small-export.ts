/** A small export as a company would write it: German headers, a decimal comma, censored values, and a few bad rows. */

export type SmallExport = {
  readonly text: string;
  readonly rows: number;
  /** Rows that no import can take. */
  readonly rejected: number;
  readonly duplicates: number;
};

const structures = [
  'CC(=O)Oc1ccccc1C(=O)O',
  'CN1C=NC2=C1C(=O)N(C(=O)N2C)C',
  'CC(C)Cc1ccc(cc1)C(C)C(=O)O',
  'O=C(O)c1ccccc1O',
  'Cl.NCCc1ccc(O)c(O)c1',
  'C[C@H](N)C(=O)O',
  'c1ccc2ncccc2c1',
  'CCN(CC)CCNC(=O)c1ccc(N)cc1',
  'COc1ccc2cc(ccc2c1)C(C)C(=O)O',
  'CC1=CC(=O)NC(=O)N1',
  'Fc1ccc(cc1)C(=O)CCCN1CCC(CC1)n1c(=O)[nH]c2ccccc12',
  'O=C1CN=C(c2ccccc2)c2cc(Cl)ccc2N1',
];
const assays = ['PRF51799', 'PRF23057', 'PRF93126'];

/** @param compounds how many there are; each is measured in two or three assays */
export function smallExport(compounds = 60): SmallExport {
  const lines = ['Substanz;Strukturformel (SMILES);Prüfung;Operator;Messwert;Einheit;Bearbeiter'];
  const people = ['M. Huber', 'S. Aydın', 'J. Krämer'];
  let rejected = 0;
  for (let index = 0; index < compounds; index++) {
    const id = `CTR ${5_000_000 + index * 7919}`;
    const core = structures[index % structures.length]!;
    const structure = index < structures.length ? core : `${core}.${'C'.repeat(1 + (index % 5))}O`;
    for (const [position, assay] of assays.entries()) {
      if ((index + position) % 4 === 3) continue;
      const value = (10 ** (1 + ((index * 37 + position * 11) % 40) / 10)).toFixed(2).replace('.', ',');
      const bad = index === 17 && position === 0;
      rejected += bad ? 1 : 0;
      const relation = (index * 3 + position) % 13 === 0 ? '>' : '=';
      lines.push([id, structure, assay, relation, bad ? 'n.b.' : value, 'nM', people[index % 3]].join(';'));
    }
  }
  lines.push(lines[1]!);
  return { text: `${lines.join('\r\n')}\r\n`, rows: lines.length - 1, rejected, duplicates: 1 };
}

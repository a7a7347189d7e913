/** How each invented company writes its results down: delimiters, marks, units, relations, names. */

export type SampleRow = {
  readonly id: string;
  readonly structure: string;
  readonly assay: string;
  readonly adme: boolean;
  /** Of the concentration: ">" is weaker than could be measured. */
  readonly relation: '=' | '>';
  /** -log10(mol/L), or logD for an ADME assay. */
  readonly value: number;
  /** Stands in the file instead of the value. */
  readonly cell: string | undefined;
};

export type CompanyStyle = {
  readonly name: string;
  readonly fileName: string;
  readonly idOf: (number: number) => string;
  readonly assayCodeOf: (number: number) => string;
  /** Whether it has measured logD as well. */
  readonly adme: boolean;
  /** mol/L */
  readonly highestConcentration: number;
  readonly write: (rows: readonly SampleRow[]) => string;
};

export const companyStyles: readonly CompanyStyle[] = [
  {
    name: 'Amberlane',
    fileName: 'amberlane_results.csv',
    idOf: (number) => `AMB-${String(number).padStart(7, '0')}`,
    assayCodeOf: (number) => `A${number}`,
    adme: true,
    highestConcentration: 3e-5,
    // One unit column: old assays report uM, new ones nM.
    write: (rows) => {
      const unitOf = ({ adme, assay }: SampleRow) => (adme ? 'logD' : Number(assay.at(-1)) % 3 === 0 ? 'uM' : 'nM');
      const lines = rows.map((row) => {
        const unit = unitOf(row);
        const value = row.cell ?? (row.adme ? row.value.toFixed(2) : concentration(row.value, unit === 'uM' ? 6 : 9));
        return [row.id, row.structure, row.assay, row.relation, value, unit].map(quotedWhereNeeded).join(',');
      });
      return `${['Compound ID,SMILES,Assay Code,Operator,Result Value,Result Unit', ...lines].join('\n')}\n`;
    },
  },
  {
    name: 'Birkenfeld',
    fileName: 'birkenfeld_Messwerte.csv',
    idOf: (number) => `BKF ${number}`,
    assayCodeOf: (number) => `PRF${number}`,
    adme: true,
    highestConcentration: 1e-5,
    write: (rows) => {
      const lines = rows.map((row) => {
        const value = row.cell ?? (row.adme ? row.value.toFixed(2) : concentration(row.value, 9)).replace('.', ',');
        return [row.id, row.structure, row.assay, row.relation, value, row.adme ? 'logD' : 'nM'].join(';');
      });
      return `\uFEFF${['Substanz;Strukturformel (SMILES);Prüfung;Operator;Messwert;Einheit', ...lines].join('\r\n')}\r\n`;
    },
  },
  {
    name: 'Corriedale',
    fileName: 'corriedale_eln.csv',
    idOf: (number) => `CRD${number}`,
    assayCodeOf: (number) => `CB${number}`,
    adme: false,
    highestConcentration: 1e-5,
    // The unit stands in the header, the relation inside the value.
    write: (rows) => {
      const lines = rows.map((row) => {
        const value = row.cell ?? `${row.relation === '>' ? '> ' : ''}${concentration(row.value, 9)}`;
        return [row.id, row.structure, row.assay, value].map((cell) => `"${cell}"`).join(',');
      });
      return `${['"Reg ID","SMILES","Experiment","IC50 (nM)"', ...lines].join('\r\n')}\r\n`;
    },
  },
];

/** Four digits of a concentration of 10^-p mol/L, in units of 10^-power mol/L. */
const concentration = (p: number, power: number): string => Number((10 ** (power - p)).toPrecision(4)).toString();

const quotedWhereNeeded = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

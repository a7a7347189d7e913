/** A made-up table of results for the benches of intake: long, with four measurements of each compound by default. */
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';

const groups = ['CC(C)', 'OC(=O)', 'c1ccc(F)cc1', 'C1CCNCC1', 'N', 'S(=O)(=O)', 'c1ccncc1', 'C(F)(F)F', 'O', 'C#N'];

/** Different for every index; a line notation to be read as text here, not a compound that anybody could make. */
function structure(index: number): string {
  let text = 'C';
  for (let rest = index + 1; rest > 0; rest = Math.floor(rest / groups.length))
    text += `(${groups[rest % groups.length]})C`;
  return `${text}c1ccc(Cl)cc1`;
}

const header = ['Compound ID', 'SMILES', 'Assay', 'Relation', 'Value', 'Unit', 'Date', 'Operator'] as const;

function cells(row: number, measurementsOfCompound: number): string[] {
  const compound = Math.floor(row / measurementsOfCompound);
  const value = ((row * 7919) % 99_991) / 10 + 0.1;
  return [
    `CMP-${String(compound).padStart(8, '0')}`,
    structure(compound),
    `ASSAY-${100_000 + ((row * 31) % 1200)}`,
    row % 11 === 0 ? '>' : '=',
    value.toFixed(1),
    'nM',
    `2024-0${1 + (row % 9)}-1${row % 10}`,
    'M. Lindner',
  ];
}

/** About 115 bytes a row: id, structure, assay of 1,200, relation, value, unit, and two columns that are not used. */
export function writeImportFile(path: string, rows: number, measurementsOfCompound = 4): void {
  const file = openSync(path, 'w');
  writeSync(file, `${header.join(',')}\n`);
  let text = '';
  for (let row = 0; row < rows; row += 1) {
    text += `${cells(row, measurementsOfCompound).join(',')}\n`;
    if (text.length > 1 << 20) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
}

/** The same table in one row group, the form in which a reader is tempted to hold all of it. */
export function writeParquetFile(path: string, rows: number, measurementsOfCompound = 4): void {
  const columns = header.map((): string[] => []);
  for (let row = 0; row < rows; row += 1) {
    for (const [at, cell] of cells(row, measurementsOfCompound).entries()) columns[at]!.push(cell);
  }
  const columnData = columns.map((data, at) => ({
    name: header[at]!,
    data: at === 4 ? Float64Array.from(data, Number) : data,
  }));
  writeFileSync(path, new Uint8Array(parquetWriteBuffer({ columnData, rowGroupSize: rows })));
}

/** Structures for `chorale export`: one row per compound, as given and as standardised. */
import { iterateStructureRows } from '../../catalog/structures.ts';
import { findChemistryParameters, parameterHash } from '../../chemistry/parameters.ts';
import type { Exporter } from './export.ts';

export const exportedStructures: Exporter = ({ catalog }) => {
  const parameters = findChemistryParameters(catalog);
  return {
    columns: [
      ...['compound_id', 'state', 'smiles', 'standard_smiles', 'steps', 'scaffold', 'fold', 'heavy_atoms'],
      ...['failure', 'failure_detail', 'source_line'],
    ],
    rows: (function* () {
      for (const row of iterateStructureRows(catalog, parameters === undefined ? '' : parameterHash(parameters))) {
        yield [
          row.companyId,
          row.state,
          row.kind === 'smiles' ? row.structure : '',
          row.smiles ?? '',
          row.steps.join(' '),
          row.scaffold ?? '',
          row.fold ?? '',
          row.heavyAtoms ?? '',
          row.failure ?? '',
          row.failureDetail ?? '',
          row.line,
        ];
      }
    })(),
  };
};

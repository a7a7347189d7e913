/** Measurements for `chorale export`: one row each, as stored, with what the file said beside it. */
import { exportMeasurements } from '../../catalog/measurements.ts';
import { readSetting } from '../../catalog/settings.ts';
import { type ChemistryParameters, parameterHash } from '../../chemistry/parameters.ts';
import type { Exporter } from './export.ts';

export const exportedMeasurements: Exporter = ({ catalog }) => {
  // Reading must not make the key that chemistry makes at its first use.
  const parameters = readSetting<ChemistryParameters>(catalog, 'chemistry.parameters');
  const measurements = exportMeasurements(catalog, parameters === undefined ? null : parameterHash(parameters));
  return {
    columns: [
      ...['compound_id', 'smiles', 'standard_smiles', 'assay_id', 'relation', 'value', 'unit'],
      ...['source_file', 'source_line', 'given_relation', 'given_value', 'given_unit'],
    ],
    rows: (function* () {
      for (const one of measurements) {
        const unit = one.scale === 'p' ? 'p' : one.givenUnit;
        yield [
          ...[one.companyId, one.smiles, one.standardSmiles, one.assay, one.relation, one.value, unit],
          ...[one.file, one.line, one.givenRelation, one.givenValue, one.givenUnit],
        ];
      }
    })(),
  };
};

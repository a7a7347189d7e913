/** Words for the type of an assay, as they stand in a type column: ChEMBL's letters, readouts, and the types themselves. */
import type { AssayType } from '../contract/tasks.ts';
import { plainText } from './numbers.ts';

const words: Partial<Record<AssayType, readonly string[]>> = {
  ADME: ['adme', 'admet', 'adme-tox', 'admetox', 'pk', 'dmpk', 'a', 'p', 'physchem', 'physicochemical', 'solubility'],
  'CATALOG-PANEL': ['catalog-panel', 'catalog panel', 'catalogue panel'],
  'NON-CATALOG-PANEL': [
    'non-catalog-panel',
    'non-catalogue panel',
    'panel',
    'safety panel',
    'safety',
    'selectivity panel',
  ],
  AUX_HTS: ['aux_hts', 'hts', 'screening', 'primary screen'],
  AUX_PL: ['aux_pl'],
  OTHER: [
    ...[
      'other',
      'ic50',
      'ec50',
      'ac50',
      'gi50',
      'ki',
      'kd',
      'xc50',
      'pic50',
      'pec50',
      'pki',
      'pkd',
      'potency',
      'binding',
    ],
    ...['functional', 'biochemical', 'cellular', 'dose response', 'dose-response', 'b', 'f', 't', 'u'],
  ],
};

const bySpelling: ReadonlyMap<string, AssayType> = new Map(
  Object.entries(words).flatMap(([type, spellings]) => spellings.map((word) => [word, type as AssayType] as const)),
);

/** The type that a word in a type column means; readouts of potency mean OTHER. */
export const assayTypeOf = (spelling: string): AssayType | undefined =>
  bySpelling.get(plainText(spelling).toLowerCase());

/** The type of each assay: what the file says of it, else what its name, column or unit can only mean, else OTHER. */
import type { AssayProposal, Confidence, Scale } from '../contract/intake.ts';
import type { AssayType } from '../contract/tasks.ts';
import { assayTypeOf } from './column-fits.ts';
import { type AssayTrial, mostFrequent } from './trial.ts';
import { admeWord } from './unit-guess.ts';
import { isAdmeUnit } from './units.ts';

/** An assay that the catalogue holds already. */
export type KnownAssay = { readonly assayType: AssayType; readonly scale: Scale | null };

export function proposeAssay(code: string, trial: AssayTrial, known: KnownAssay | undefined): AssayProposal {
  const scale = known?.scale ?? mostFrequent(trial.scales) ?? 'p';
  const propose = (assayType: AssayType, confidence: Confidence, reason: AssayProposal['reason']): AssayProposal => ({
    code,
    rows: trial.rows,
    assayType,
    scale,
    confidence,
    reason,
  });
  if (known !== undefined) return propose(known.assayType, 'high', { key: 'in-the-catalogue', data: {} });
  const spelling = mostFrequent(trial.types);
  const said = spelling === undefined ? undefined : assayTypeOf(spelling);
  if (spelling !== undefined && said !== undefined) {
    return propose(said, 'high', { key: 'type-column', data: { spelling } });
  }
  const column = mostFrequent(trial.columns) ?? '';
  if (column !== code && /\badme/i.test(column))
    return propose('ADME', 'high', { key: 'adme-column', data: { column } });
  const word = admeWord(code);
  if (word !== undefined) return propose('ADME', 'middle', { key: 'adme-name', data: { word } });
  const unit = mostFrequent(trial.units);
  if (unit !== undefined && isAdmeUnit(unit)) {
    return propose('ADME', unit === 'log10' ? 'middle' : 'high', { key: 'adme-unit', data: { unit } });
  }
  return propose('OTHER', 'middle', { key: 'no-sign-of-another', data: {} });
}

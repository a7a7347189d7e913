/** The type and scale of each assay: what the file says of it, else what its name, column or unit can only mean, else OTHER. */
import type { AssayProposal, Confidence, Mapping, Scale, Unit } from '../contract/intake.ts';
import type { AssayType } from '../contract/tasks.ts';
import type { TypeFromSheet } from './assay-sheet.ts';
import { assayTypeOf } from './assay-words.ts';
import { type AssayTrial, mostFrequent } from './trial.ts';
import { admeWord } from './unit-guess.ts';
import { isAdmeUnit, scalesOf, usualScale } from './units.ts';

/** An assay that the catalogue holds already. */
export type KnownAssay = { readonly assayType: AssayType; readonly scale: Scale | null };

type Decided = Pick<Mapping, 'assayTypes' | 'constants'>;

export function proposeAssay(
  code: string,
  trial: AssayTrial,
  known: KnownAssay | undefined,
  decided: Decided,
  listed: TypeFromSheet | undefined,
): AssayProposal {
  const { assayType, confidence, reason } = typeOf(code, trial, known, decided, listed);
  const { scale, scales } = scaleFor(trial, assayType, known?.scale ?? undefined);
  return { code, rows: trial.rows, assayType, scale, scales: [...scales], direction: null, confidence, reason };
}

const wordType = ({ assayTypes }: Decided, spelling: string): AssayType | undefined =>
  assayTypes.find((one) => one.spelling === spelling)?.assayType ?? assayTypeOf(spelling);

type Typed = Pick<AssayProposal, 'assayType' | 'confidence' | 'reason'>;

function typeOf(
  code: string,
  trial: AssayTrial,
  known: KnownAssay | undefined,
  decided: Decided,
  listed: TypeFromSheet | undefined,
): Typed {
  const typed = (assayType: AssayType, confidence: Confidence, reason: AssayProposal['reason']): Typed => ({
    assayType,
    confidence,
    reason,
  });
  if (known !== undefined) return typed(known.assayType, 'high', { key: 'in-the-catalogue', data: {} });
  const spelling = mostFrequent(trial.types);
  const said = spelling === undefined ? undefined : wordType(decided, spelling);
  if (spelling !== undefined && said !== undefined)
    return typed(said, 'high', { key: 'type-column', data: { spelling } });
  const onSheet = listed === undefined ? undefined : wordType(decided, listed.spelling);
  if (listed !== undefined && onSheet !== undefined)
    return typed(onSheet, 'high', { key: 'assay-sheet', data: { ...listed } });
  const constant = decided.constants.assayType ?? null;
  if (constant !== null) return typed(constant, 'high', { key: 'by-hand', data: {} });
  const column = mostFrequent(trial.columns) ?? '';
  if (column !== code && /\badme/i.test(column)) return typed('ADME', 'high', { key: 'adme-column', data: { column } });
  const word = admeWord(code);
  if (word !== undefined) return typed('ADME', 'middle', { key: 'adme-name', data: { word } });
  const unit = mostFrequent(trial.units);
  if (unit !== undefined && isAdmeUnit(unit)) {
    return typed('ADME', unit === 'log10' ? 'middle' : 'high', { key: 'adme-unit', data: { unit } });
  }
  return typed('OTHER', 'middle', { key: 'no-sign-of-another', data: {} });
}

/**
 * The scale in which all units of an assay can be stored. Linear units of ADME are stored as their log10, unless more
 * than 2 % of the values are zero or less and would be lost.
 */
function scaleFor(
  { labels, rows, units, notPositive }: AssayTrial,
  assayType: AssayType,
  known: Scale | undefined,
): { readonly scale: Scale; readonly scales: readonly Scale[] } {
  if (labels * 2 > rows) return { scale: known ?? 'binary', scales: ['binary'] };
  const frequent = [...units].sort(([, a], [, b]) => b - a).map(([unit]) => unit);
  const [first] = frequent;
  const possible = possibleScales(frequent, assayType);
  const usual = first === undefined ? 'p' : usualScale(first, assayType);
  const lossy = usual === 'log10' && notPositive * 50 > rows;
  const wanted = possible.includes(usual) && !lossy ? usual : (possible.find((one) => one !== usual) ?? usual);
  const scale = known ?? (lossy && possible.length === 1 ? usual : wanted);
  return { scale, scales: [scale, ...possible.filter((one) => one !== scale)] };
}

/** Those that all units have; where they have none in common, those of the most frequent unit. */
function possibleScales(units: readonly Unit[], assayType: AssayType): readonly Scale[] {
  const [first, ...others] = units;
  if (first === undefined) return ['p'];
  const shared = others.reduce(
    (scales, unit) => scales.filter((scale) => scalesOf(unit).includes(scale)),
    [...scalesOf(first)],
  );
  const possible = shared.length > 0 ? shared : scalesOf(first);
  // A solubility has no use for -log10(mol/L), and a potency none for its mass.
  const fitting = possible.filter((scale) => (assayType === 'ADME') !== (scale === 'p') || possible.length === 1);
  return fitting.length > 0 ? fitting : possible;
}

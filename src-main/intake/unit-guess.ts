/** Which unit values can only have, where no word says it. A guess is a suggestion with its range, never a certainty. */
import type { Unit } from '../contract/intake.ts';
import { headerKey } from './header-words.ts';
import type { ColumnProfile } from './profile.ts';

/** -log10(mol/L) of anything measurable: from hardly active to the strongest binders known. */
const pLowest = 3;
const pHighest = 12.5;

/**
 * Values below zero, or mostly below 3.6, are no -log10(mol/L) of an assay, but a log10 can be; values between 3 and 12.5
 * with their middle above 4.2 are no log10 of anything that is measured in ADME. Everything else stays open.
 */
export function guessUnit(column: ColumnProfile): Unit | undefined {
  const { values, lowest, highest, median, negative, whole, zeroOrOne } = column.numbers;
  if (values === 0 || zeroOrOne === values) return undefined;
  if (lowest >= pLowest && highest <= pHighest && median >= 4.2) return 'p';
  if (whole === values || highest > 8 || lowest < -8) return undefined;
  return negative > 0 || median < 3.6 ? 'log10' : undefined;
}

/**
 * Of columns that are assays side by side: one with few values takes the unit that nearly all the others have, if its
 * values fit.
 */
export function guessUnitAmong(column: ColumnProfile, others: readonly ColumnProfile[]): Unit | undefined {
  const own = guessUnit(column);
  if (column.numbers.values >= 10) return own;
  const guesses = others.filter(({ numbers }) => numbers.values >= 10).map(guessUnit);
  const asP = guesses.filter((guess) => guess === 'p').length;
  const fitsP = column.numbers.lowest >= 2 && column.numbers.highest <= pHighest;
  return own !== 'p' && fitsP && asP >= 3 && asP * 5 >= guesses.length * 4 ? 'p' : own;
}

const admeWords =
  /\b(adme|clint|cl int|clearance|hlm|rlm|mlm|microsom\w*|hepatocyt\w*|solubility|sol|kinetic sol|permeability|papp|pampa|caco ?2|mdck|mdr1|efflux|er|ppb|hppb|rppb|plasma protein binding|unbound|fu|log ?d|log ?p|lipophilicity|half life|t1 2|stability|bioavailability)\b/;

/** A word of a column's or an assay's name that stands for absorption, distribution, metabolism or excretion. */
export const admeWord = (name: string): string | undefined => admeWords.exec(headerKey(name).replace(/\s+/g, ' '))?.[0];

/** The words that a file uses where a mapping has to know them: labels in value columns, relations, types of assays. */
import type { AssayTypeSpelling, Category, Mapping, RelationSpelling } from '../contract/intake.ts';
import { assayTypeOf } from './assay-words.ts';
import { holdsCategories, readCategory, spellingsOfCategories } from './categories.ts';
import { plainText } from './numbers.ts';
import type { ColumnProfile } from './profile.ts';
import { relationOf } from './relations.ts';
import type { Trial } from './trial.ts';

const mostWords = 12;

/** Value columns in which words stand for numbers: as decided, else as the words read; unknown ones wait. */
export function categoriesOf(mapping: Mapping, profiles: readonly ColumnProfile[]): Mapping['categories'] {
  const profileOf = new Map(profiles.map((column) => [column.name, column]));
  return mapping.columns
    .filter(({ target, unit }) => (target === 'value' || target === 'assay-value') && unit === null)
    .flatMap(({ column }) => {
      const decided = mapping.categories.filter((one) => one.column === column);
      const profile = profileOf.get(column);
      if (decided.length > 0 || profile === undefined) return decided;
      if (!wordsAlone(profile) && !holdsCategories(profile)) return [];
      return [...spellingsOfCategories(profile).keys()].flatMap((spelling) => {
        const { label, confidence } = readCategory(spelling);
        return confidence === 'low' ? [] : [{ column, spelling, label }];
      });
    });
}

const wordsAlone = ({ filled, numbers, unread, distinct }: ColumnProfile): boolean =>
  filled > 0 && numbers.values === 0 && unread === 0 && (distinct ?? Number.POSITIVE_INFINITY) <= mostWords;

export function categoryWords(
  mapping: Mapping,
  profiles: readonly ColumnProfile[],
  trial: Trial,
  given: Mapping | undefined,
): Category[] {
  const columns = new Set(mapping.categories.map(({ column }) => column));
  for (const { column, target, unit } of mapping.columns) {
    const profile = profiles.find(({ name }) => name === column);
    if (profile === undefined || !wordsAlone(profile)) continue;
    if ((target === 'value' || target === 'assay-value') && unit === null) columns.add(column);
  }
  return [...columns].flatMap((column) => {
    const profile = profiles.find(({ name }) => name === column);
    const counts = new Map(profile === undefined ? [] : spellingsOfCategories(profile));
    for (const [word, rows] of trial.words.get(column) ?? []) counts.set(word, Math.max(rows, counts.get(word) ?? 0));
    const decided = new Map(
      mapping.categories.filter((one) => one.column === column).map(({ spelling, label }) => [spelling, label]),
    );
    return [...counts].slice(0, 100).map(([spelling, rows]): Category => {
      const read = readCategory(spelling);
      const label = decided.get(spelling);
      const byHand = given?.categories.some((one) => one.column === column && one.spelling === spelling) === true;
      if (byHand && label !== undefined && label !== read.label) {
        return { column, spelling, rows, label, confidence: 'high', reason: { key: 'by-hand', data: {} } };
      }
      return { column, spelling, rows, ...read, label: label ?? read.label };
    });
  });
}

export function relationWords(mapping: Mapping, trial: Trial): RelationSpelling[] {
  const column = mapping.columns.find(({ target }) => target === 'relation')?.column;
  if (column === undefined) return [];
  const decided = new Map(mapping.relations.map(({ spelling, relation }) => [spelling, relation]));
  return [...trial.relations]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 100)
    .map(([spelling, rows]) => {
      const read = relationOf(plainText(spelling));
      const byHand = decided.get(spelling);
      const relation = byHand === undefined ? (read?.relation ?? null) : byHand;
      const known = byHand !== undefined || read !== undefined;
      return {
        column,
        spelling,
        rows,
        relation,
        approximate: byHand === undefined && read?.approximate === true,
        confidence: known ? 'high' : 'low',
      };
    });
}

export function assayTypeWords(mapping: Mapping, trial: Trial): AssayTypeSpelling[] {
  const column = mapping.columns.find(({ target }) => target === 'assay-type')?.column;
  if (column === undefined) return [];
  const decided = new Map(mapping.assayTypes.map(({ spelling, assayType }) => [spelling, assayType]));
  return [...trial.types]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 100)
    .map(([spelling, rows]) => {
      const assayType = decided.get(spelling) ?? assayTypeOf(spelling) ?? null;
      return { column, spelling, rows, assayType, confidence: assayType === null ? 'low' : 'high' };
    });
}

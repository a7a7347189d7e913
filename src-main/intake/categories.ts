/** Values in words: which words mean active or inactive, and which columns hold nothing else. */
import type { Category, Label } from '../contract/intake.ts';
import { plainText } from './numbers.ts';
import type { ColumnProfile } from './profile.ts';

const words: Readonly<Record<Label | 'left-out', readonly string[]>> = {
  active: [
    ...['active', 'act', 'positive', 'pos', '+', '++', '+++', 'yes', 'y', 'true', 't', 'hit', 'aktiv', 'positiv', 'ja'],
    ...['actif', 'active antagonist', 'active agonist', 'agonist', 'antagonist', 'positif', 'oui', 'vrai', 'toxic'],
    ...['活性', '活性あり', '陽性', '有', '有り', 'あり', '真', '○', '〇'],
  ],
  inactive: [
    ...[
      'inactive',
      'inact',
      'negative',
      'neg',
      '-',
      'no',
      'n',
      'false',
      'f',
      'non-hit',
      'nonhit',
      'inaktiv',
      'negativ',
    ],
    ...['nein', 'inactif', 'négatif', 'non', 'faux', 'non-toxic', 'nontoxic', 'not active'],
    ...['不活性', '活性なし', '非活性', '陰性', '無', '無し', 'なし', '偽', '×'],
  ],
  'left-out': [
    ...['inconclusive', 'ambiguous', 'indeterminate', 'unspecified', 'not tested', 'invalid', 'unclear', 'unknown'],
    ...['inconclusive agonist', 'inconclusive antagonist', 'probe', 'unentschieden', 'indéterminé', '判定不能', '不明'],
  ],
};

const bySpelling: ReadonlyMap<string, Label | 'left-out'> = new Map(
  Object.entries(words).flatMap(([meaning, spellings]) =>
    spellings.map((word) => [word, meaning as Label | 'left-out'] as const),
  ),
);

export type CategoryReading = Pick<Category, 'label' | 'confidence' | 'reason'>;

/** What a word in a value column usually means; 0 and 1 by convention alone. */
export function readCategory(spelling: string): CategoryReading {
  const text = plainText(spelling).toLowerCase();
  if (/^[01](\.0*)?$/.test(text)) {
    const label = text.startsWith('1') ? 'active' : 'inactive';
    return { label, confidence: 'middle', reason: { key: 'zero-one', data: {} } };
  }
  const meaning = bySpelling.get(text);
  if (meaning === undefined) return { label: null, confidence: 'low', reason: { key: 'unknown-word', data: {} } };
  if (meaning === 'left-out') return { label: null, confidence: 'middle', reason: { key: 'left-out', data: {} } };
  return { label: meaning, confidence: 'high', reason: { key: 'known-word', data: {} } };
}

/** Words of a column that could be categories, with their counts; "-" counts here, although it means nothing elsewhere. */
export function spellingsOfCategories({ spellings, missing }: ColumnProfile): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const note = (spelling: string, times: number) =>
    counts.set(spelling.trim(), (counts.get(spelling.trim()) ?? 0) + times);
  for (const [spelling, times] of spellings) note(spelling, times);
  const plus = [...counts.keys()].some((spelling) => /^\++$/.test(spelling));
  for (const [spelling, times] of missing) if (plus && spelling.trim() === '-') note(spelling, times);
  return counts;
}

const mostSpellings = 12;

/** Whether both labels occur, and nothing that is neither a label nor a known word for "left out". */
export function holdsCategories(column: ColumnProfile): boolean {
  if (column.filled === 0 || (column.distinct ?? Number.POSITIVE_INFINITY) > mostSpellings) return false;
  const read = [...spellingsOfCategories(column).keys()].map(readCategory);
  const labels = new Set(read.map(({ label }) => label));
  return labels.has('active') && labels.has('inactive') && read.every(({ confidence }) => confidence !== 'low');
}

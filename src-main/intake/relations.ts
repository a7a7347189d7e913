/** Relations in all their spellings, before the value or in a column of their own. */

export type Relation = '=' | '<' | '>';

export type RelationReading = {
  readonly relation: Relation;
  /** "ca.", "~": stored as "=", and marked. */
  readonly approximate: boolean;
};

/** A bound is a bound: "at least" is stored as ">", as the scale of measurements is continuous. */
const spellings: Readonly<Record<Relation | '~', readonly string[]>> = {
  '=': ['=', '==', 'eq', 'equal', 'equals', 'gleich', 'égal', 'exact', '等しい'],
  '>': [
    ...[
      '>',
      '>=',
      '=>',
      '>>',
      '≥',
      '⩾',
      '≧',
      '≫',
      '>~',
      '>≈',
      'gt',
      'ge',
      'greater than',
      'more than',
      'at least',
      'above',
    ],
    ...[
      'größer als',
      'grösser als',
      'über',
      'mindestens',
      'plus de',
      'supérieur à',
      'au moins',
      '以上',
      '超',
      '超える',
    ],
  ],
  '<': [
    ...['<', '<=', '=<', '<<', '≤', '⩽', '≦', '≪', '<~', '<≈', 'lt', 'le', 'less than', 'at most', 'below', 'up to'],
    ...['kleiner als', 'unter', 'höchstens', 'moins de', 'inférieur à', 'au plus', '以下', '未満'],
  ],
  '~': [
    '~',
    '≈',
    '≃',
    '∼',
    '±',
    'ca',
    'ca.',
    'circa',
    'approx',
    'approx.',
    'about',
    'etwa',
    'env.',
    'environ',
    '約',
    'およそ',
  ],
};

const bySpelling: ReadonlyMap<string, RelationReading> = new Map(
  Object.entries(spellings).flatMap(([relation, words]) =>
    words.map((word) => [
      word,
      relation === '~' ? { relation: '=', approximate: true } : { relation: relation as Relation, approximate: false },
    ]),
  ),
);

/** @param text half-width and trimmed @returns undefined for a spelling that nobody knows */
export const relationOf = (text: string): RelationReading | undefined => bySpelling.get(text.toLowerCase());

const longestFirst = [...bySpelling.keys()].filter((word) => word !== '±').sort((a, b) => b.length - a.length);
const wordLike = /^[\p{L}.]+( [\p{L}]+)*$/u;
const alternatives = longestFirst.map((word) => {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // A word must end before the number: "about 5", "ca.5", but not "lt5" out of a code.
  return wordLike.test(word) && !/[.以約お超未]/.test(word) ? `${escaped}(?=\\s)` : escaped;
});
const before = new RegExp(`^(${alternatives.join('|')})\\s*`, 'iu');
const after = /\s*(以上|以下|未満|超える|超)$/u;

/** @param text half-width and trimmed @returns the relation as written, or an empty text, and what is left of the cell */
export function splitRelation(text: string): { readonly written: string; readonly rest: string } {
  const first = text.charCodeAt(0);
  const startsPlain = (first >= 48 && first <= 57) || first === 45 || first === 46;
  if (!startsPlain) {
    const found = before.exec(text);
    if (found !== null) return { written: found[1] ?? '', rest: text.slice(found[0].length) };
  }
  const last = text.charCodeAt(text.length - 1);
  if (last > 127) {
    const found = after.exec(text);
    if (found !== null) return { written: found[1] ?? '', rest: text.slice(0, found.index) };
  }
  return { written: '', rest: text };
}

export const flipped = (relation: Relation): Relation => (relation === '<' ? '>' : relation === '>' ? '<' : '=');

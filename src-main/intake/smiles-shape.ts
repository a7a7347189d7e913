/**
 * Whether a text reads as SMILES, by its tokens, brackets and ring numbers. Chemistry decides what a structure is; intake
 * only has to tell a column of structures from a column of names, so it needs no valences.
 */

export type SmilesShape =
  | 'no'
  /** Could be SMILES and could be a code or an element: CCO, NaN, IC. */
  | 'possible'
  /** Has bonds, brackets, branches or rings that close. */
  | 'clear';

const token =
  /\[(?:\d{1,3})?(?:[A-Z][a-z]?|[bcnops]|se|as|te|\*)(?:@{1,2}(?:(?:TH|AL|SP|TB|OH)\d{1,2})?)?(?:H\d*)?(?:[+-]{1,3}\d*|[+-]\d+)?(?::\d{1,4})?\]|Cl|Br|[BCNOPSFI]|[bcnops]|\*|%\d{2}|%\(\d{1,5}\)|\d|[=#$:~\\/.-]|[()]/y;

export function smilesShape(cell: string): SmilesShape {
  const text = firstWord(cell);
  if (text === '' || text.length > 5000) return 'no';
  const rings = new Set<string>();
  let depth = 0;
  let structured = false;
  let atoms = 0;
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const found = token.exec(text)?.[0];
    if (found === undefined) {
      token.lastIndex = 0;
      return 'no';
    }
    const first = found[0] ?? '';
    if (first === '(') {
      if (atoms === 0) return 'no';
      depth += 1;
      structured = true;
    } else if (first === ')') {
      depth -= 1;
      if (depth < 0) return 'no';
    } else if ((first >= '0' && first <= '9') || first === '%') {
      if (atoms === 0) return 'no';
      const ring = found.replace(/[%()]/g, '');
      if (!rings.delete(ring)) rings.add(ring);
      structured = true;
    } else if ('=#$:~\\/.-'.includes(first)) {
      structured ||= first === '=' || first === '#';
    } else {
      atoms += 1;
      structured ||= first === '[';
    }
  }
  if (atoms === 0 || depth !== 0 || rings.size > 0) return 'no';
  return structured && atoms > 2 ? 'clear' : 'possible';
}

/** A name may follow the SMILES, as may the extensions of CXSMILES. */
const firstWord = (cell: string): string => {
  const text = cell.trim();
  const end = text.search(/\s/);
  if (end < 0) return text;
  return /^\s+\|.*\|/.test(text.slice(end)) ? text.slice(0, end) : '';
};

/** Two versions of a charter side by side: field by field, what is new, gone or another. */
import type { Decoded } from './canonical.ts';
import type { Charter } from './charter.ts';

export type Leaf = null | boolean | number | string;

export type CharterDifference = {
  /** As in `rounds.deadlines.upload` or `partners.citra.key`. */
  readonly place: string;
  readonly change: 'changed' | 'new' | 'gone';
  /** Null where the field is new, or is empty. */
  readonly before: Leaf;
  /** Null where the field is gone, or is empty. */
  readonly after: Leaf;
};

/** In the order of the document that is now; what is gone stands last. */
export function charterDifference(before: Charter, after: Charter): readonly CharterDifference[] {
  const old = charterLeaves(before);
  const now = charterLeaves(after);
  const changes: CharterDifference[] = [];
  for (const [place, value] of now) {
    const was = old.get(place);
    if (was === undefined) changes.push({ place, change: 'new', before: null, after: value });
    else if (was !== value) changes.push({ place, change: 'changed', before: was, after: value });
  }
  for (const [place, value] of old) {
    if (!now.has(place)) changes.push({ place, change: 'gone', before: value, after: null });
  }
  return changes;
}

/** Every value by its place. A partner's place is its id, so that one who comes or goes does not move the others. */
export function charterLeaves(document: Charter): ReadonlyMap<string, Leaf> {
  const found = new Map<string, Leaf>();
  const walk = (place: string, value: Decoded): void => {
    if (value === null || typeof value !== 'object') {
      found.set(place, value);
      return;
    }
    for (const [name, inner] of entriesOf(value)) walk(place === '' ? name : `${place}.${name}`, inner);
  };
  walk('', document as Decoded);
  return found;
}

const entriesOf = (value: Extract<Decoded, object>): readonly (readonly [string, Decoded])[] =>
  Array.isArray(value)
    ? value.map((item: Decoded, at) => [idOf(item) ?? String(at + 1), item] as const)
    : Object.entries(value);

const idOf = (item: Decoded): string | undefined =>
  item !== null && typeof item === 'object' && 'id' in item && typeof item.id === 'string' ? item.id : undefined;

/** Two versions of a charter side by side: field by field, what is new, gone or another. */
import type { Decoded } from './canonical.ts';
import type { Charter } from './charter.ts';

export type Leaf = null | boolean | number | string;

export type CharterDifference = {
  /** As in `rounds.deadlines.upload`, `partners.citra.key` or `liability.The coordinator`; of a list's order, the list. */
  readonly place: string;
  readonly change: 'changed' | 'new' | 'gone';
  /** Null where the field is new, or is empty. */
  readonly before: Leaf;
  /** Null where the field is gone, or is empty. */
  readonly after: Leaf;
};

/**
 * In the order of the document that is now; what is gone stands last. A row that comes, goes or moves is one change, and
 * none of the rows around it.
 */
export function charterDifference(before: Charter, after: Charter): readonly CharterDifference[] {
  const old = charterRows(before);
  const now = charterRows(after);
  const changes: CharterDifference[] = [];
  for (const [place, value] of now) {
    const was = old.get(place);
    if (was === undefined) changes.push({ place, change: 'new', before: null, after: value });
    else if (was !== value) changes.push({ place, change: 'changed', before: was, after: value });
  }
  for (const [place, value] of old) {
    if (!now.has(place)) changes.push({ place, change: 'gone', before: value, after: null });
  }
  return [...changes, ...orderDifference(before, after)];
}

/** Every value by its place, and each row of liability and contacts as one: what somebody answers for, how somebody is reached. */
export const charterRows = (document: Charter): ReadonlyMap<string, Leaf> =>
  leavesOf({
    ...document,
    liability: byKey(liabilityKeys(document), document.liability, (row) => row.for),
    contacts: byKey(contactKeys(document), document.contacts, ({ name, reach }) => `${name}\n${reach}`),
  });

/** Every value by its place in the file. A partner's place is its id, so that one who comes or goes does not move the others. */
export const charterLeaves = (document: Charter): ReadonlyMap<string, Leaf> => leavesOf(document);

/** Where rows that stay have changed places. */
function orderDifference(before: Charter, after: Charter): readonly CharterDifference[] {
  const lists = { partners: partnerKeys, liability: liabilityKeys, contacts: contactKeys };
  return Object.entries(lists).flatMap(([place, keysOf]): CharterDifference[] => {
    const [old, now] = [keysOf(before), keysOf(after)];
    const was = old.filter((key) => now.includes(key)).join('\n');
    const is = now.filter((key) => old.includes(key)).join('\n');
    return was === is ? [] : [{ place, change: 'changed', before: was, after: is }];
  });
}

const partnerKeys = ({ partners }: Charter): readonly string[] => partners.map(({ id }) => id);
const liabilityKeys = ({ liability }: Charter): readonly string[] => distinct(liability.map(({ who }) => who));
const contactKeys = ({ contacts }: Charter): readonly string[] =>
  distinct(contacts.map(({ partner, role }) => `${partner} ${role}`));

/** A second row under the same heading has its number behind a line's end, which no heading has. */
const distinct = (keys: readonly string[]): readonly string[] =>
  keys.map((key, at) => {
    const earlier = keys.slice(0, at).filter((other) => other === key).length;
    return earlier === 0 ? key : `${key}\n${earlier + 1}`;
  });

const byKey = <Row>(
  keys: readonly string[],
  rows: readonly Row[],
  textOf: (row: Row) => string,
): Readonly<Record<string, string>> => Object.fromEntries(rows.map((row, at) => [keys[at]!, textOf(row)]));

function leavesOf(document: object): ReadonlyMap<string, Leaf> {
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

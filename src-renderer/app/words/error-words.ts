/** Turns any error into a title and a sentence from the catalogue, with the place that its data names. */
import type { TFunction } from 'i18next';
import { type KnownError, knownError } from '../../link/errors.ts';

type ErrorWords = { readonly title: string; readonly explanation: string };

/** The catalogue holds the same two keys for each code, so one call fits all of them. */
type Say = (key: string, facts: Readonly<Record<string, unknown>>) => string;

export function errorWords(t: TFunction<['frame', 'errors']>, error: unknown): ErrorWords {
  const known: KnownError | { readonly code: 'LOST'; readonly data: object } = knownError(error) ?? {
    code: 'LOST',
    data: {},
  };
  const facts = Object.fromEntries(
    Object.entries(known.data).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(inWords).join(', ') : value,
    ]),
  );
  const say = t as Say;
  return {
    title: say(`errors:${known.code}.title`, facts),
    explanation: say(`errors:${known.code}.explanation`, facts),
  };
}

const inWords = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : String(value);

/** Turns any error into a title and a sentence from the catalogue, with the place that its data names. */
import type { TFunction } from 'i18next';
import { type KnownError, knownError } from '../../link/errors.ts';

type ErrorWords = { readonly title: string; readonly explanation: string };

/** The catalogue holds the same two keys for each code, so one call fits all of them. */
type Say = (key: string, facts: Readonly<Record<string, unknown>>) => string;

/** @param named facts that the page knows better than the engine, such as the name of an uploaded file */
export function errorWords(
  t: TFunction<['frame', 'errors']>,
  error: unknown,
  named: Readonly<Record<string, string>> = {},
): ErrorWords {
  const known: KnownError | { readonly code: 'LOST'; readonly data: object } = knownError(error) ?? {
    code: 'LOST',
    data: {},
  };
  const facts: Record<string, unknown> = Object.fromEntries(
    Object.entries(known.data).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(inWords).join(', ') : value,
    ]),
  );
  const say = t as Say;
  if (known.code === 'FILE_UNREADABLE') {
    facts.reason = say(`frame:fileReasons.${facts.reason}`, { ...facts, defaultValue: String(facts.reason) });
  }
  if (known.code === 'CHARTER_INVALID') {
    facts.reason = say(`consent:faults.${facts.reason}`, { defaultValue: String(facts.reason) });
  }
  if (known.code === 'CONSENT_NEEDED') {
    facts.missing = known.data.missing.map((who) => say(`consent:missing.${who}`, {})).join(', ');
  }
  const stands = known.code === 'NOT_ALLOWED' ? say(`frame:notNow.${facts.needs}`, { defaultValue: '' }) : '';
  if (stands !== '') return { title: say('frame:notNow.title', {}), explanation: stands };
  const all = { ...facts, ...named };
  return { title: say(`errors:${known.code}.title`, all), explanation: say(`errors:${known.code}.explanation`, all) };
}

const inWords = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'message' in value ? String(value.message) : String(value);

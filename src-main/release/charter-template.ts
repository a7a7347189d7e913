/** A first charter from the words that come with Chorale, and the next version from the one that holds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { resources } from '../catalog/open.ts';
import { type Charter, charterHash } from '../federation/charter.ts';
import { type CharterWords, charterFor } from '../federation/charter-terms.ts';
import type { Plan } from '../federation/plan.ts';
import type { Roster } from '../federation/roster.ts';

const months = z.number().int().positive().nullable();

/** As in `resources/consortium`; each contact stands there once, for every partner. */
const template = z.object({
  purpose: z.string(),
  coordinator: z.object({ operator: z.string() }),
  weights: z.object({ rule: z.string() }),
  rounds: z.object({ rule: z.string() }),
  retention: z.object({ escrowMonths: months, logMonths: months, modelMonths: months, rule: z.string() }),
  withdrawal: z.object({ how: z.string(), stops: z.string(), cannotUndo: z.string() }),
  liability: z.array(z.object({ who: z.string(), for: z.string() })),
  contacts: z.array(z.object({ role: z.string(), name: z.string(), reach: z.string() })),
  changes: z.string(),
});

/** By the key of the place, such as `operator`, or `steward.citra` for a place that each partner has. */
export type Filled = Readonly<Record<string, string>>;

/**
 * The first version, or the words of the template for a later one.
 * @param filled what people have written into the open places; what is not among it stays open, and `charterFaults` names it
 * @param issued day, as in 2026-03-01
 */
export function charterFromTemplate(
  language: Charter['language'],
  roster: Roster,
  plan: Plan,
  filled: Filled,
  issued: string,
): Charter {
  const { contacts, ...rest } = template.parse(
    JSON.parse(readFileSync(join(resources, 'consortium', `charter.${language}.json`), 'utf8')),
  );
  const known: Filled = {
    consortium: roster.name,
    minimum: String(plan.minimumSurvivors),
    threshold: String(plan.threshold),
    ...filled,
  };
  const words: CharterWords = {
    ...rest,
    version: 1,
    issued,
    language,
    contacts: roster.partners.flatMap(({ id, name }) =>
      contacts.map((contact) => ({ partner: id, ...inEach(contact, (text) => forPartner(text, id, name)) })),
    ),
  };
  return charterFor(
    inEach(words, (text) => fill(text, known)),
    roster,
    plan,
  );
}

/** The next version: the same words, on what roster and plan say now. */
export const nextCharter = (before: Charter, roster: Roster, plan: Plan, issued: string): Charter =>
  charterFor({ ...before, version: before.version + 1, previous: charterHash(before), issued }, roster, plan);

/** `{{key: what belongs here}}`, or only the key. */
const place = /\{\{([a-z][A-Za-z0-9._-]*)(:[^{}]*)?\}\}/g;

const fill = (text: string, filled: Filled): string =>
  text.replace(place, (open: string, key: string) => (Object.hasOwn(filled, key) ? filled[key]! : open));

/** A place of every partner: its key ends in the partner's id, and its prompt names it. */
const forPartner = (text: string, id: string, name: string): string =>
  text.replaceAll('{partner}', name).replace(place, (_, key: string, prompt = '') => `{{${key}.${id}${prompt}}}`);

function inEach<Value>(value: Value, change: (text: string) => string): Value {
  if (typeof value === 'string') return change(value) as Value;
  if (Array.isArray(value)) return value.map((item) => inEach(item, change)) as Value;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, inEach(inner, change)])) as Value;
}

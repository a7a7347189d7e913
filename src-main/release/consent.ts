/** Who has to consent to a charter before this company takes part, and what of it stands: rules over plain values. */
import type { ConsentRow } from '../catalog/consents.ts';
import type { Capacity, ConsentPermission, ConsentState, MissingConsent } from '../contract/consent.ts';
import type { Person } from '../contract/settings.ts';
import { encodeCanonical } from '../federation/canonical.ts';
import { type SigningKeys, sign, signatureHolds } from '../federation/identity.ts';
import type { FourEyes } from './permissions.ts';

export const capacities: readonly Capacity[] = ['steward', 'compliance'];

/** What a person says of a charter, without the signature. */
export type ConsentWords = Omit<ConsentRow, 'id' | 'signature'>;
export type Consent = Omit<ConsentRow, 'id'>;

export const signConsent = (words: ConsentWords, keys: SigningKeys): Consent => ({
  ...words,
  signature: sign('consent', consentBytes(words), keys.secretKey),
});

/** Under the key that it names; whose key that is, is another question. */
export const consentHolds = (consent: Consent): boolean =>
  signatureHolds('consent', consentBytes(consent), consent.signature, consent.key);

export type ConsentStanding = {
  readonly state: Exclude<ConsentState, 'no-charter'>;
  readonly missing: readonly MissingConsent[];
  /** What stands now, by capacity. */
  readonly given: { readonly [Name in Capacity]?: Consent };
  /** What was said last, where that was a withdrawal. */
  readonly withdrawn: Consent | null;
};

/**
 * @param charter that has to be consented to
 * @param said in its order; what is of another version, or does not hold, counts for nothing
 * @param holds whether it is under a signature of that person
 */
export function consentStanding(
  charter: { readonly hash: string; readonly version: number },
  said: readonly Consent[],
  holds: (consent: Consent) => boolean,
): ConsentStanding {
  let given: ConsentStanding['given'] = {};
  let withdrawn: Consent | null = null;
  for (const consent of said) {
    if (consent.charterHash !== charter.hash || consent.version !== charter.version || !holds(consent)) continue;
    if (consent.kind === 'withdrawn') {
      given = {};
      withdrawn = consent;
    } else {
      given = { ...given, [consent.capacity]: consent };
      withdrawn = null;
    }
  }
  const missing = missingConsents(given);
  const some = given.steward !== undefined || given.compliance !== undefined;
  const state = missing.length === 0 ? 'given' : withdrawn !== null ? 'withdrawn' : some ? 'half' : 'needed';
  return { state, missing, given, withdrawn };
}

/** Two different people; one alone counts for both only where both consents say so. */
function missingConsents(given: ConsentStanding['given']): readonly MissingConsent[] {
  const { steward, compliance } = given;
  if (steward === undefined || compliance === undefined) {
    return capacities.filter((capacity) => given[capacity] === undefined);
  }
  return steward.person === compliance.person && !(steward.alone && compliance.alone) ? ['other-person'] : [];
}

export type ConsentSituation = {
  readonly person: Person | null;
  /** Names of those who have an account here. */
  readonly people: readonly string[];
  readonly fourEyes: FourEyes;
  /** Null without a charter. */
  readonly standing: ConsentStanding | null;
};

/** In which capacities this person speaks: by role; where a workspace knows one administrator and nobody else, in both. */
export function capacitiesOf({
  person,
  people,
  fourEyes,
}: Pick<ConsentSituation, 'person' | 'people' | 'fourEyes'>): readonly Capacity[] {
  if (person === null) return [];
  if (person.role === 'steward' || person.role === 'compliance') return [person.role];
  const alone = new Set([...people, person.name]).size === 1;
  return person.role === 'administrator' && alone && fourEyes !== 'always' ? capacities : [];
}

export function mayConsent(situation: ConsentSituation): ConsentPermission {
  const { person, standing } = situation;
  const own = capacitiesOf(situation);
  if (standing === null) return no('no-charter');
  if (person === null || own.length === 0) return no('role');
  const open = own.filter((capacity) => standing.given[capacity] === undefined);
  if (open.length === 0) return no('already-given');
  const otherwise = capacities.filter((capacity) => !own.includes(capacity));
  if (otherwise.some((capacity) => standing.given[capacity]?.person === person.name)) return no('same-person');
  return { allowed: true, reason: null, capacities: [...open] };
}

/** Either of the two may, for the company; what is withdrawn needs both again. */
export function mayWithdraw(situation: ConsentSituation): ConsentPermission {
  const { standing } = situation;
  const own = capacitiesOf(situation);
  if (standing === null) return no('no-charter');
  if (own.length === 0) return no('role');
  if (capacities.every((capacity) => standing.given[capacity] === undefined)) return no('not-given');
  return { allowed: true, reason: null, capacities: [own[0]!] };
}

const no = (reason: NonNullable<ConsentPermission['reason']>): ConsentPermission => ({
  allowed: false,
  reason,
  capacities: [],
});

function consentBytes(words: ConsentWords): Uint8Array {
  const { charterHash, version, kind, capacity, alone, person, role, key, statement, reason, at } = words;
  return encodeCanonical({
    document: 'chorale consent 1',
    ...{ charterHash, version, kind, capacity, alone, person, role, key, statement, reason, at },
  });
}

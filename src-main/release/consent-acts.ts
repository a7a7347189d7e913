/** Charters taken in, signed and consented to: what is stored, and what the log says of it. */
import { addCharter, addConsent, type CharterRow, charterRow, consentsTo, newestCharter } from '../catalog/consents.ts';
import { readIdentity } from '../catalog/identity.ts';
import type { Catalog } from '../catalog/open.ts';
import { countPackages } from '../catalog/packages.ts';
import { listCertificates, listPeople } from '../catalog/people.ts';
import { readSetting } from '../catalog/settings.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Capacity, WithdrawalFacts } from '../contract/consent.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Person } from '../contract/settings.ts';
import {
  type Charter,
  charterHash,
  charterJson,
  charterText,
  readCharter,
  readCompleteCharter,
  type SignedCharter,
  withCharterSignature,
} from '../federation/charter.ts';
import { requireFollowing } from '../federation/charter-gathering.ts';
import { requireSoundCharter } from '../federation/charter-terms.ts';
import type { SigningKeys } from '../federation/identity.ts';
import { requireIdentity } from '../federation/invitation.ts';
import { type JoinedConsortium, readPartnerState } from '../federation/series.ts';
import { appendAudit } from './audit.ts';
import {
  type Consent,
  type ConsentSituation,
  type ConsentStanding,
  consentHolds,
  consentStanding,
  mayConsent,
  mayWithdraw,
  signConsent,
} from './consent.ts';
import { consentStatement, type Language, type StatementFacts, withdrawalStatement } from './consent-statement.ts';
import { certificateOf } from './people.ts';
import { type FourEyes, fourEyesSetting } from './permissions.ts';

/** Adds this partner's signature to a charter that names it. @throws CHARTER_INVALID */
export function signCharterText(
  catalog: Catalog,
  text: string,
  person: Person['name'],
  now = present(),
): SignedCharter {
  const identity = requireIdentity(catalog);
  const signed = withCharterSignature(readCharter(charterJson(text)), identity.partnerId, identity);
  const detail = { charter: charterHash(signed.charter), partners: Object.keys(signed.signatures).length };
  appendAudit(catalog, { person, act: 'charter-signed', subject: subjectOf(signed.charter), detail, at: now });
  return signed;
}

/**
 * Takes in a charter for a joined series, or its next version. The same one again changes nothing.
 * @throws CHARTER_INVALID for a missing signature, for what is not as roster and plan have it, and for a version that
 *   does not follow the one that is here
 */
export function receiveCharter(
  catalog: Catalog,
  { series, roster, plan }: Pick<JoinedConsortium, 'series' | 'roster' | 'plan'>,
  text: string,
  person: Person['name'],
  now = present(),
): CharterRow {
  const signed = readCompleteCharter(charterJson(text));
  const hash = charterHash(signed.charter);
  return inOneTransaction(catalog, () => {
    const known = charterRow(catalog, hash);
    if (known !== undefined) return known;
    requireSoundCharter(signed.charter, roster, plan);
    const before = newestCharter(catalog, series);
    requireFollowing(signed.charter, before, plan);
    const row = { hash, series, version: signed.charter.version, document: charterText(signed), receivedAt: now };
    addCharter(catalog, row);
    const detail = { charter: hash, ...(before === undefined ? {} : { before: before.hash }) };
    appendAudit(catalog, { person, act: 'charter-received', subject: subjectOf(signed.charter), detail, at: now });
    return row;
  });
}

/** Who may say what here: from the accounts, the four-eyes setting, and what was said before. */
export const consentSituation = (
  catalog: Catalog,
  person: Person | null,
  charter: CharterRow | undefined,
): ConsentSituation => ({
  person,
  people: listPeople(catalog).flatMap(({ name, disabledAt }) => (disabledAt === null ? [name] : [])),
  fourEyes: readSetting<FourEyes>(catalog, fourEyesSetting) ?? 'when-two-people',
  standing: charter === undefined ? null : standingOf(catalog, charter),
});

export const standingOf = (
  catalog: Catalog,
  { hash, version }: Pick<CharterRow, 'hash' | 'version'>,
): ConsentStanding => consentStanding({ hash, version }, consentsTo(catalog, hash), isTheirs(catalog));

/** Whether a consent is that person's: under a key that the partner has certified as theirs, in this role and at this time. */
export function isTheirs(catalog: Catalog): (consent: Consent) => boolean {
  const certificates = listCertificates(catalog);
  const partnerKey = readIdentity(catalog)?.publicKey;
  return (consent) => {
    const { key: signedBy, person, role, at } = consent;
    return (
      partnerKey !== undefined &&
      certificateOf(certificates, partnerKey, { signedBy, person, role, at }) !== undefined &&
      consentHolds(consent)
    );
  };
}

/** @returns who has to consent before anything of this series may be frozen or sent; nobody where there is no charter */
export function missingConsent(
  catalog: Catalog,
  { series, plan }: Pick<JoinedConsortium, 'series' | 'plan'>,
): ConsentStanding['missing'] {
  const charter = newestCharter(catalog, series);
  if (charter !== undefined) return standingOf(catalog, charter).missing;
  return plan.charterHash === undefined ? [] : ['steward', 'compliance'];
}

/** @throws CONSENT_NEEDED naming who is missing */
export function requireConsent(catalog: Catalog, consortium: Pick<JoinedConsortium, 'series' | 'plan'>): void {
  const missing = missingConsent(catalog, consortium);
  if (missing.length > 0)
    throw new ChoraleError('CONSENT_NEEDED', { series: consortium.series, missing: [...missing] });
}

type Spoken = {
  readonly charterHash: string;
  /** As it was shown. */
  readonly statement: string;
  readonly language: Language;
  readonly person: Person;
};

/**
 * One signed consent for each capacity in which this person speaks.
 * @throws NOT_FOUND, NOT_ALLOWED; INPUT_INVALID when the statement is not the one that holds now
 */
export function giveConsent(catalog: Catalog, spoken: Spoken, keys: SigningKeys, now = present()): void {
  inOneTransaction(catalog, () => {
    const row = heldCharter(catalog, spoken.charterHash);
    const { allowed, reason, capacities } = mayConsent(consentSituation(catalog, spoken.person, row));
    if (!allowed) throw notAllowed('consent.give', reason ?? 'role');
    requireSameStatement(spoken.statement, statementOf(catalog, row, spoken.language, capacities));
    for (const capacity of capacities) {
      say(catalog, row, spoken, { kind: 'given', capacity, alone: capacities.length > 1, reason: '' }, keys, now);
    }
  });
}

/** For the company: what stood of the two consents stands no more. @throws as `giveConsent` */
export function withdrawConsent(
  catalog: Catalog,
  spoken: Spoken & { readonly reason: string },
  keys: SigningKeys,
  now = present(),
): void {
  inOneTransaction(catalog, () => {
    const row = heldCharter(catalog, spoken.charterHash);
    const { allowed, reason, capacities } = mayWithdraw(consentSituation(catalog, spoken.person, row));
    if (!allowed) throw notAllowed('consent.withdraw', reason ?? 'role');
    requireSameStatement(spoken.statement, withdrawalOf(catalog, row, spoken.language, capacities));
    const [capacity] = capacities;
    say(
      catalog,
      row,
      spoken,
      { kind: 'withdrawn', capacity: capacity!, alone: spoken.person.role === 'administrator', reason: spoken.reason },
      keys,
      now,
    );
  });
}

export const statementOf = (
  catalog: Catalog,
  row: CharterRow,
  language: Language,
  capacities: readonly Capacity[],
): string => consentStatement(language, statementFacts(catalog, row, capacities));

export const withdrawalOf = (
  catalog: Catalog,
  row: CharterRow,
  language: Language,
  capacities: readonly Capacity[],
): string => withdrawalStatement(language, statementFacts(catalog, row, capacities), withdrawalFacts(catalog, row));

export function withdrawalFacts(
  catalog: Catalog,
  { series, document }: Pick<CharterRow, 'series' | 'document'>,
): WithdrawalFacts {
  const { rounds } = documentOf({ document }).charter.parameters;
  const roundsDone = Math.max(0, readPartnerState(catalog, series)?.base.rounds ?? 0);
  const { sent = 0, frozen = 0, approved = 0 } = countPackages(catalog, series);
  return {
    roundsDone,
    roundsLeft: Math.max(0, rounds - roundsDone),
    packagesSent: sent,
    packagesHeld: frozen + approved,
  };
}

/** As it was received: checked then, and kept under its hash. */
export const documentOf = ({ document }: Pick<CharterRow, 'document'>): SignedCharter =>
  readCharter(JSON.parse(document));

/** The version that was consented to last, before this one: what a new version is compared with. */
export function consentedBefore(catalog: Catalog, { document }: Pick<CharterRow, 'document'>): CharterRow | undefined {
  let { previous } = documentOf({ document }).charter;
  while (previous !== undefined) {
    const row = charterRow(catalog, previous);
    if (row === undefined) return undefined;
    const { given } = standingOf(catalog, row);
    if (given.steward !== undefined && given.compliance !== undefined) return row;
    previous = documentOf(row).charter.previous;
  }
  return undefined;
}

function statementFacts(catalog: Catalog, row: CharterRow, capacities: readonly Capacity[]): StatementFacts {
  return {
    charter: documentOf(row).charter,
    charterHash: row.hash,
    company: requireIdentity(catalog).name,
    capacities,
    since: consentedBefore(catalog, row)?.version ?? null,
  };
}

/** Only what holds now is spoken of: an older version binds nobody any more. */
function heldCharter(catalog: Catalog, hash: string): CharterRow {
  const row = charterRow(catalog, hash);
  if (row === undefined || newestCharter(catalog, row.series)?.hash !== hash) {
    throw new ChoraleError('NOT_FOUND', { kind: 'charter', id: hash });
  }
  return row;
}

function say(
  catalog: Catalog,
  { hash, version, document }: CharterRow,
  { statement, person }: Spoken,
  said: {
    readonly kind: 'given' | 'withdrawn';
    readonly capacity: Capacity;
    readonly alone: boolean;
    readonly reason: string;
  },
  keys: SigningKeys,
  at: string,
): void {
  const words = {
    charterHash: hash,
    version,
    ...said,
    person: person.name,
    role: person.role,
    key: keys.publicKey,
    statement,
    at,
  };
  addConsent(catalog, signConsent(words, keys));
  appendAudit(catalog, {
    person: person.name,
    act: said.kind === 'given' ? 'consent-given' : 'consent-withdrawn',
    subject: subjectOf(documentOf({ document }).charter),
    detail: { charter: hash, capacity: said.capacity, role: person.role, ...(said.alone ? { alone: true } : {}) },
    at,
  });
}

const subjectOf = ({ version }: Pick<Charter, 'version'>): string => `charter ${version}`;

const present = (): string => new Date().toISOString();

const notAllowed = (action: string, needs: string): ChoraleError => new ChoraleError('NOT_ALLOWED', { action, needs });

function requireSameStatement(shown: string, now: string): void {
  if (shown !== now) {
    throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'statement', message: 'not-as-it-stands-now' }] });
  }
}

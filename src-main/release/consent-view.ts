/** The charter and what was said of it, as the page asks for them. */
import { type CharterRow, charterRow, chartersOf, consentsTo } from '../catalog/consents.ts';
import { readIdentity } from '../catalog/identity.ts';
import type { Catalog } from '../catalog/open.ts';
import type {
  CharterPreview,
  CharterView,
  ConsentOverview,
  ConsentPermission,
  ConsentView,
} from '../contract/consent.ts';
import { ChoraleError } from '../contract/errors.ts';
import { roleMay } from '../contract/permissions.ts';
import type { Person } from '../contract/settings.ts';
import { toBase64url } from '../federation/canonical.ts';
import {
  type Charter,
  charterHash,
  charterJson,
  hasSignedCharter,
  readCharter,
  type SignedCharter,
} from '../federation/charter.ts';
import { charterDifference } from '../federation/charter-difference.ts';
import { charterFaults } from '../federation/charter-terms.ts';
import { type Fingerprint, fingerprintOf, fingerprintOfText } from '../federation/identity.ts';
import { currentConsortium, type JoinedConsortium } from '../federation/series.ts';
import { type Consent, mayConsent, mayWithdraw } from './consent.ts';
import {
  consentedBefore,
  consentSituation,
  documentOf,
  isTheirs,
  standingOf,
  statementOf,
  withdrawalFacts,
  withdrawalOf,
} from './consent-acts.ts';
import type { Language } from './consent-statement.ts';

/** @param isRunning whether the job that takes part is alive */
export function describeConsent(
  catalog: Catalog,
  person: Person | null,
  language: Language,
  isRunning: (jobId: string) => boolean,
): ConsentOverview {
  const consortium = currentConsortium(catalog);
  const identity = readIdentity(catalog);
  const charters = consortium === undefined ? [] : chartersOf(catalog, consortium.series);
  const [held] = charters;
  const situation = consentSituation(catalog, person, held);
  const may = { consent: mayConsent(situation), withdraw: mayWithdraw(situation), sign: maySign(catalog, person) };
  const required = consortium?.plan.charterHash !== undefined;
  const standing = situation.standing;
  return {
    consortium: consortium === undefined ? null : describe(consortium, isRunning),
    company: identity?.name ?? null,
    required,
    state: standing?.state ?? 'no-charter',
    missing: standing !== null ? [...standing.missing] : required ? ['steward', 'compliance'] : [],
    charter: held === undefined ? null : describeStored(catalog, held),
    said: held === undefined ? [] : describeSaid(catalog, held),
    difference: held === undefined ? null : differenceSince(held, consentedBefore(catalog, held)),
    history: charters.map((row) => ({
      version: row.version,
      hash: row.hash,
      issued: documentOf(row).charter.issued,
      receivedAt: row.receivedAt,
      state: standingOf(catalog, row).state,
      said: describeSaid(catalog, row),
    })),
    may,
    statements: {
      consent: held && may.consent.allowed ? statementOf(catalog, held, language, may.consent.capacities) : null,
      withdraw: held && may.withdraw.allowed ? withdrawalOf(catalog, held, language, may.withdraw.capacities) : null,
    },
    withdrawal:
      held === undefined
        ? { roundsDone: 0, roundsLeft: 0, packagesSent: 0, packagesHeld: 0 }
        : withdrawalFacts(catalog, held),
  };
}

/** @throws NOT_FOUND */
export function findCharter(catalog: Catalog, hash: string): CharterRow {
  const row = charterRow(catalog, hash);
  if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'charter', id: hash });
  return row;
}

export const describeStored = (catalog: Catalog, row: CharterRow): CharterView =>
  describeCharter(documentOf(row), row.receivedAt, readIdentity(catalog)?.partnerId ?? '');

/** A charter that somebody hands over, against the joined series where it is of that one. @throws CHARTER_INVALID */
export function previewCharter(catalog: Catalog, text: string): CharterPreview {
  const signed = readCharter(charterJson(text));
  const consortium = currentConsortium(catalog);
  const ours = consortium !== undefined && signed.charter.series === consortium.series ? consortium : undefined;
  const [held] = ours === undefined ? [] : chartersOf(catalog, ours.series);
  return {
    charter: describeCharter(signed, null, readIdentity(catalog)?.partnerId ?? ''),
    complete: signed.charter.partners.every(({ id }) => signed.signatures[id] !== undefined),
    faults: ours === undefined ? [] : [...charterFaults(signed.charter, ours.roster, ours.plan)],
    difference: held === undefined ? null : difference(documentOf(held).charter, signed.charter),
  };
}

/** Everything that proves it, for the file. */
export function exportCharter(catalog: Catalog, hash: string): { readonly fileName: string; readonly json: string } {
  const row = findCharter(catalog, hash);
  const signed = documentOf(row);
  const document = {
    format: 'chorale consents 1',
    charterHash: row.hash,
    ...signed,
    receivedAt: row.receivedAt,
    consents: consentsTo(catalog, row.hash).map(({ id: _, key, signature, ...words }) => ({
      ...words,
      key: toBase64url(key),
      signature: toBase64url(signature),
    })),
  };
  return {
    fileName: `charter-${row.series}-${row.version}.json`,
    json: `${JSON.stringify(document, null, 2)}\n`,
  };
}

const describe = (
  { series, name, jobId }: JoinedConsortium,
  isRunning: (jobId: string) => boolean,
): ConsentOverview['consortium'] => ({ series, name, running: jobId !== null && isRunning(jobId) });

/** The partner's key signs, as under the roster. */
function maySign(catalog: Catalog, person: Person | null): ConsentPermission {
  if (readIdentity(catalog) === undefined) return { allowed: false, reason: 'no-account', capacities: [] };
  const allowed = person !== null && roleMay(person.role, 'consent.sign');
  return { allowed, reason: allowed ? null : 'role', capacities: [] };
}

function describeSaid(catalog: Catalog, row: CharterRow): ConsentView[] {
  const { given, withdrawn } = standingOf(catalog, row);
  const standing = [given.steward, given.compliance, withdrawn];
  const theirs = isTheirs(catalog);
  return consentsTo(catalog, row.hash).map((consent) => ({
    ...spokenBy(consent),
    key: readable(fingerprintOf(consent.key)),
    signatureValid: theirs(consent),
    stands: standing.some((one) => one !== undefined && one !== null && sameSignature(one, consent)),
  }));
}

const spokenBy = ({ kind, version, capacity, alone, person, role, statement, reason, at }: Consent) => ({
  ...{ kind, version, capacity, alone, person, role, statement, reason, at },
});

const sameSignature = (one: Consent, other: Consent): boolean =>
  Buffer.from(one.signature).equals(Buffer.from(other.signature));

const differenceSince = (row: CharterRow, since: CharterRow | undefined): ConsentOverview['difference'] =>
  since === undefined ? null : difference(documentOf(since).charter, documentOf(row).charter);

/** A version always has another number, predecessor and day: what is left is what it changes. */
const difference = (before: Charter, after: Charter): NonNullable<ConsentOverview['difference']> => ({
  since: before.version,
  changes: charterDifference(before, after).filter(({ place }) => !['version', 'previous', 'issued'].includes(place)),
});

const readable = ({ hex, words }: Fingerprint) => ({ hex, words: [...words] });

function describeCharter(signed: SignedCharter, receivedAt: string | null, self: string): CharterView {
  const { charter } = signed;
  const { parameters, rounds, weights } = charter;
  const { encoding } = parameters;
  const all = Object.values(weights.of).reduce((sum, weight) => sum + weight, 0);
  return {
    hash: charterHash(charter),
    ...{ name: charter.name, version: charter.version, issued: charter.issued, language: charter.language },
    previous: charter.previous ?? null,
    series: charter.series,
    receivedAt,
    purpose: charter.purpose,
    partners: charter.partners.map((partner) => ({
      id: partner.id,
      name: partner.name,
      you: partner.id === self,
      fingerprint: readable(fingerprintOfText(partner.key)),
      weight: weights.of[partner.id] ?? 0,
      share: all === 0 ? 0 : (weights.of[partner.id] ?? 0) / all,
      signed: hasSignedCharter(signed, partner),
    })),
    coordinator: {
      operator: charter.coordinator.operator,
      fingerprint: readable(fingerprintOfText(charter.coordinator.key)),
    },
    parameters: {
      chemistryHash: parameters.chemistryHash,
      consistency: parameters.consistency,
      hidden: parameters.hidden,
      numbers: parameters.numbers,
      rounds: parameters.rounds,
      localSteps: parameters.localSteps,
      batchSize: parameters.batchSize,
      ringBits: encoding.ringBits,
      valueBits: 'valueBits' in encoding ? encoding.valueBits : null,
      build: parameters.buildHash,
    },
    weights: { rule: weights.rule, privateReference: weights.privateReference ?? null },
    limits: charter.limits,
    rounds: {
      rule: rounds.rule,
      threshold: rounds.threshold,
      minimumSurvivors: rounds.minimumSurvivors,
      deadlines: rounds.deadlines,
      rareRows: rounds.rareRows ?? null,
      voidingShare: rounds.voiding?.share ?? null,
    },
    retention: charter.retention,
    withdrawal: charter.withdrawal,
    liability: charter.liability,
    contacts: charter.contacts,
    changes: charter.changes,
  };
}

/** Accounts are added, disabled and given other roles, passphrases and keys here, each with its certificate and its entry in the log. */
import { randomBytes, randomUUID } from 'node:crypto';
import { listStandingApprovals, signingIdentity, stopStandingApproval } from '../catalog/decisions.ts';
import type { Catalog } from '../catalog/open.ts';
import { type CostOfGuess, costOfGuess } from '../catalog/passphrase-key.ts';
import {
  addCertificate,
  addKey,
  addPersonRow,
  endCertificate,
  endKey,
  keyInUse,
  listCertificates,
  listPeople,
  type PersonRow,
  readPerson,
  resealKey,
  setDisabled,
  setRole,
  signCertificateRow,
} from '../catalog/people.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import { ChoraleError } from '../contract/errors.ts';
import { accountName, ownPassphraseAtLeast } from '../contract/people.ts';
import type { Person, Role } from '../contract/settings.ts';
import { fingerprintOf, type SigningKeys } from '../federation/identity.ts';
import { appendAudit } from './audit.ts';
import { makeKey, resealedKey, type SealedKey, signCertificate, unsealKey, wipeKeys } from './people.ts';

export type NewAccount = {
  readonly name: string;
  readonly role: Role;
  readonly passphrase: string;
  /** Name of who adds it. */
  readonly by: string;
};

export type AccountOptions = {
  /** Of a guess of the passphrase; what a test may lower. */
  readonly cost?: CostOfGuess;
  readonly now?: () => string;
};

const realNow = () => new Date().toISOString();

/**
 * @param first the account must be the first one of the workspace: NOT_ALLOWED otherwise
 * @throws PASSPHRASE_TOO_SHORT, NAME_TAKEN, INPUT_INVALID for a name that no account can have
 */
export async function addAccount(catalog: Catalog, account: NewAccount, options: AddOptions = {}): Promise<PersonRow> {
  const { person, keys } = await addAndKeepKeys(catalog, account, options);
  wipeKeys(keys);
  return person;
}

type AddOptions = AccountOptions & { readonly first?: boolean };

/** The same for whoever goes on to sign something, and wipes the keys then. */
export async function addAndKeepKeys(
  catalog: Catalog,
  { name: given, role, passphrase, by }: NewAccount,
  { cost = costOfGuess, now = realNow, first = false }: AddOptions = {},
): Promise<{ readonly person: PersonRow; readonly keys: SigningKeys }> {
  const name = readName(given);
  requireLength(passphrase);
  const id = randomUUID();
  const { sealed, keys } = await makeKey(id, passphrase, cost);
  try {
    const person = inOneTransaction(catalog, () => {
      const at = now();
      if (first && !isUnclaimed(catalog)) {
        throw new ChoraleError('NOT_ALLOWED', { action: 'people.begin', needs: 'no-account' });
      }
      if (!addPersonRow(catalog, { id, name, role, addedBy: by, addedAt: at })) {
        throw new ChoraleError('NAME_TAKEN', { name });
      }
      giveKey(catalog, { id, name, role }, sealed, by, at);
      log(catalog, by, 'person-added', name, { role, key: fingerprintOf(sealed.publicKey).hex }, at);
      return findPerson(catalog, id);
    });
    return { person, keys };
  } catch (error) {
    wipeKeys(keys);
    throw error;
  }
}

/**
 * An account whose passphrase nobody has, and its key, which the caller wipes after use: for the invented people of a
 * sample or a pilot. Asked again, it gives the same person another key. An administrator can reset it like any other.
 */
export async function inventPerson(
  catalog: Catalog,
  { name, role }: { readonly name: string; readonly role: Role },
): Promise<{ readonly person: Required<Person>; readonly keys: SigningKeys }> {
  const passphrase = randomBytes(32).toString('base64url');
  const cost = costOfRandomGuess;
  const known = inventedPerson(catalog, role);
  const taken = listPeople(catalog).some((person) => person.name === name);
  const person =
    known === undefined
      ? await addAccount(catalog, { name: taken ? `${name} (2)` : name, role, passphrase, by: inventor }, { cost })
      : await resetAccount(catalog, known.id, passphrase, inventor, { cost });
  const keys = await unsealKey(person.id, findKey(catalog, person.id), passphrase);
  return { person: { id: person.id, name: person.name, role }, keys: keys! };
}

/** The one that `inventPerson` has made, as long as it is in use. */
export const inventedPerson = (catalog: Catalog, role: Role): PersonRow | undefined =>
  activePeople(catalog).find((person) => person.addedBy === inventor && person.role === role);

const inventor = 'engine';

/** 256 random bits need no stretching; these are the smallest values that argon2id takes here. */
const costOfRandomGuess: CostOfGuess = { operations: 1, memory: 8 * 1024 };

/** @throws LAST_ADMINISTRATOR, NOT_FOUND */
export function changeRole(
  catalog: Catalog,
  id: string,
  role: Role,
  by: string,
  now: () => string = realNow,
): PersonRow {
  return inOneTransaction(catalog, () => {
    const person = findActive(catalog, id);
    if (person.role === role) return person;
    requireAnotherAdministrator(catalog, person);
    const at = now();
    const { publicKey } = findKey(catalog, id);
    endCertificate(catalog, id, at);
    stopStandingOf(catalog, person, by, at);
    setRole(catalog, id, role);
    addCertificate(catalog, { personId: id, publicKey, name: person.name, role, validFrom: at });
    certifyPeople(catalog);
    log(catalog, by, 'role-changed', person.name, { before: person.role, role }, at);
    return findPerson(catalog, id);
  });
}

/** Their key is forgotten; what it has signed stays theirs. @throws LAST_ADMINISTRATOR, NOT_FOUND */
export function disableAccount(catalog: Catalog, id: string, by: string, now: () => string = realNow): PersonRow {
  return inOneTransaction(catalog, () => {
    const person = findActive(catalog, id);
    requireAnotherAdministrator(catalog, person);
    const at = now();
    endCertificate(catalog, id, at);
    endKey(catalog, id, at);
    stopStandingOf(catalog, person, by, at);
    setDisabled(catalog, id, by, at);
    certifyPeople(catalog);
    log(catalog, by, 'person-disabled', person.name, { role: person.role }, at);
    return findPerson(catalog, id);
  });
}

/**
 * For a person who has forgotten theirs: a new key under a new passphrase, since nobody can open the old one.
 * @throws PASSPHRASE_TOO_SHORT, NOT_FOUND
 */
export async function resetAccount(
  catalog: Catalog,
  id: string,
  passphrase: string,
  by: string,
  { cost = costOfGuess, now = realNow }: AccountOptions = {},
): Promise<PersonRow> {
  requireLength(passphrase);
  const { sealed, keys } = await makeKey(id, passphrase, cost);
  wipeKeys(keys);
  return inOneTransaction(catalog, () => {
    const person = findActive(catalog, id);
    const at = now();
    endCertificate(catalog, id, at);
    endKey(catalog, id, at);
    stopStandingOf(catalog, person, by, at);
    giveKey(catalog, person, sealed, by, at);
    log(catalog, by, 'person-reset', person.name, { key: fingerprintOf(sealed.publicKey).hex }, at);
    return person;
  });
}

/** The same key under another passphrase. @throws WRONG_PASSPHRASE, PASSPHRASE_TOO_SHORT */
export async function changeOwnPassphrase(
  catalog: Catalog,
  id: string,
  passphrase: string,
  next: string,
  { cost = costOfGuess, now = realNow }: AccountOptions = {},
): Promise<void> {
  requireLength(next);
  const person = findActive(catalog, id);
  const sealed = await resealedKey(id, findKey(catalog, id), passphrase, next, cost);
  if (sealed === undefined) throw new ChoraleError('WRONG_PASSPHRASE', {});
  inOneTransaction(catalog, () => {
    resealKey(catalog, sealed);
    log(catalog, person.name, 'own-passphrase-changed', person.name, {}, now());
  });
}

/** @returns undefined when the passphrase is wrong @throws NOT_FOUND for an unknown or disabled person */
export const openKeys = (catalog: Catalog, id: string, passphrase: string): Promise<SigningKeys | undefined> =>
  unsealKey(findActive(catalog, id).id, findKey(catalog, id), passphrase);

/**
 * Signs every certificate that the partner's present key has not signed: those made before there was one, those that
 * have ended since, and all of them after the partner has taken another key.
 */
export function certifyPeople(catalog: Catalog): void {
  const partner = signingIdentity(catalog);
  if (partner === undefined) return;
  for (const certificate of listCertificates(catalog)) {
    if (certificate.partnerKey !== null && Buffer.from(certificate.partnerKey).equals(partner.publicKey)) continue;
    signCertificateRow(catalog, certificate.id, partner.publicKey, signCertificate(certificate, partner));
  }
}

/** Whether nobody but the application has made accounts here: whoever comes first then becomes the administrator. */
export const isUnclaimed = (catalog: Catalog): boolean =>
  listPeople(catalog).every(({ addedBy }) => addedBy === inventor);

/** Those whose passphrase somebody knows. */
export const peopleWhoCanSignIn = (catalog: Catalog): readonly PersonRow[] =>
  activePeople(catalog).filter(({ id }) => keyInUse(catalog, id)?.madeBy !== inventor);

/** Those who have an account that is not disabled. */
export const activePeople = (catalog: Catalog): readonly PersonRow[] =>
  listPeople(catalog).filter(({ disabledAt }) => disabledAt === null);

/** @throws NOT_FOUND also for a disabled one */
export function findActive(catalog: Catalog, id: string): PersonRow {
  const person = findPerson(catalog, id);
  if (person.disabledAt !== null) throw new ChoraleError('NOT_FOUND', { kind: 'person', id: person.name });
  return person;
}

function findPerson(catalog: Catalog, id: string): PersonRow {
  const person = readPerson(catalog, id);
  if (person === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'person', id });
  return person;
}

function findKey(catalog: Catalog, id: string): SealedKey {
  const key = keyInUse(catalog, id);
  if (key === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'person', id });
  return key;
}

function giveKey(
  catalog: Catalog,
  { id, name, role }: Pick<PersonRow, 'id' | 'name' | 'role'>,
  sealed: SealedKey,
  by: string,
  at: string,
): void {
  addKey(catalog, { ...sealed, personId: id, madeBy: by, madeAt: at });
  addCertificate(catalog, { personId: id, publicKey: sealed.publicKey, name, role, validFrom: at });
  certifyPeople(catalog);
}

/** What a person has allowed in advance ends with the certificate under which they did. */
function stopStandingOf(catalog: Catalog, { id, name }: PersonRow, by: string, at: string): void {
  for (const { id: standing, personId, stoppedAt, series, used } of listStandingApprovals(catalog)) {
    if (personId !== id || stoppedAt !== null) continue;
    stopStandingApproval(catalog, standing, at, by);
    log(catalog, by, 'standing-approval-stopped', series, { standingApproval: standing, used, given: name }, at);
  }
}

function requireAnotherAdministrator(catalog: Catalog, person: PersonRow): void {
  if (person.role !== 'administrator') return;
  const others = activePeople(catalog).filter(({ id, role }) => role === 'administrator' && id !== person.id);
  if (others.length === 0) throw new ChoraleError('LAST_ADMINISTRATOR', { name: person.name });
}

function requireLength(passphrase: string): void {
  if ([...passphrase].length < ownPassphraseAtLeast) {
    throw new ChoraleError('PASSPHRASE_TOO_SHORT', { atLeast: ownPassphraseAtLeast });
  }
}

function readName(given: string): string {
  const parsed = accountName.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ChoraleError('INPUT_INVALID', {
    issues: parsed.error.issues.map(({ message }) => ({ path: 'name', message })),
  });
}

const log = (
  catalog: Catalog,
  person: string,
  act: Parameters<typeof appendAudit>[1]['act'],
  subject: string,
  detail: Readonly<Record<string, string | number>>,
  at: string,
) => appendAudit(catalog, { person, act, subject, detail: { ...detail }, at });

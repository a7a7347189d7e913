/** The accounts of this workspace, the signing keys that they have had, and the certificates of these keys. */
import type { Role } from '../contract/settings.ts';
import type { Catalog } from './open.ts';

export type PersonRow = {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly addedBy: string;
  readonly addedAt: string;
  readonly disabledBy: string | null;
  readonly disabledAt: string | null;
};

export type PersonKeyRow = {
  /** Ed25519. */
  readonly publicKey: Uint8Array;
  readonly personId: string;
  /** Nonce and sealed seed; null once the key has ended. */
  readonly sealed: Uint8Array | null;
  readonly salt: Uint8Array;
  /** Of argon2id; memory in bytes. */
  readonly operations: number;
  readonly memory: number;
  /** Name of who chose its passphrase. */
  readonly madeBy: string;
  readonly madeAt: string;
  readonly endedAt: string | null;
};

export type CertificateRow = {
  readonly id: number;
  readonly personId: string;
  readonly publicKey: Uint8Array;
  readonly name: string;
  readonly role: string;
  readonly validFrom: string;
  /** Null while it holds. */
  readonly validUntil: string | null;
  /** The partner's key that signed it; null until the partner has one. */
  readonly partnerKey: Uint8Array | null;
  readonly signature: Uint8Array | null;
};

const personColumns = `id, name, role, added_by as addedBy, added_at as addedAt, disabled_by as disabledBy,
  disabled_at as disabledAt`;

const keyColumns = `public_key as publicKey, person_id as personId, sealed, salt, operations, memory,
  made_by as madeBy, made_at as madeAt, ended_at as endedAt`;

const certificateColumns = `id, person_id as personId, public_key as publicKey, name, role, valid_from as validFrom,
  valid_until as validUntil, partner_key as partnerKey, signature`;

/** In the order in which they were added. */
export const listPeople = (catalog: Catalog): readonly PersonRow[] =>
  catalog.db.prepare(`select ${personColumns} from person order by added_at, rowid`).all() as PersonRow[];

export const readPerson = (catalog: Catalog, id: string): PersonRow | undefined =>
  catalog.db.prepare(`select ${personColumns} from person where id = ?`).get(id) as PersonRow | undefined;

/** @returns false when the name is taken, in whatever case it is written */
export const addPersonRow = (
  catalog: Catalog,
  row: Pick<PersonRow, 'id' | 'name' | 'role' | 'addedBy' | 'addedAt'>,
): boolean => {
  const taken = listPeople(catalog).some(({ name }) => name.toLocaleLowerCase() === row.name.toLocaleLowerCase());
  if (taken) return false;
  catalog.db
    .prepare('insert into person (id, name, role, added_by, added_at) values (@id, @name, @role, @addedBy, @addedAt)')
    .run(row);
  return true;
};

export function setRole(catalog: Catalog, id: string, role: Role): void {
  catalog.db.prepare('update person set role = ? where id = ?').run(role, id);
}

export function setDisabled(catalog: Catalog, id: string, by: string, at: string): void {
  catalog.db.prepare('update person set disabled_by = ?, disabled_at = ? where id = ?').run(by, at, id);
}

/** The key that a person signs with now. */
export const keyInUse = (catalog: Catalog, personId: string): PersonKeyRow | undefined =>
  catalog.db.prepare(`select ${keyColumns} from person_key where person_id = ? and ended_at is null`).get(personId) as
    | PersonKeyRow
    | undefined;

export function addKey(catalog: Catalog, row: Omit<PersonKeyRow, 'endedAt'>): void {
  catalog.db
    .prepare(
      `insert into person_key (public_key, person_id, sealed, salt, operations, memory, made_by, made_at)
       values (@publicKey, @personId, @sealed, @salt, @operations, @memory, @madeBy, @madeAt)`,
    )
    .run(row);
}

/** The same key under another passphrase. */
export function resealKey(
  catalog: Catalog,
  row: Pick<PersonKeyRow, 'publicKey' | 'sealed' | 'salt' | 'operations' | 'memory'>,
): void {
  catalog.db
    .prepare(
      `update person_key set sealed = @sealed, salt = @salt, operations = @operations, memory = @memory
       where public_key = @publicKey`,
    )
    .run(row);
}

/** Its sealed secret is forgotten: it signs nothing any more. */
export function endKey(catalog: Catalog, personId: string, at: string): void {
  catalog.db
    .prepare('update person_key set sealed = null, ended_at = ? where person_id = ? and ended_at is null')
    .run(at, personId);
}

/** Oldest first; all that there ever were. */
export const listCertificates = (catalog: Catalog): readonly CertificateRow[] =>
  catalog.db.prepare(`select ${certificateColumns} from certificate order by id`).all() as CertificateRow[];

export function addCertificate(
  catalog: Catalog,
  row: Pick<CertificateRow, 'personId' | 'publicKey' | 'name' | 'role' | 'validFrom'>,
): void {
  catalog.db
    .prepare(
      `insert into certificate (person_id, public_key, name, role, valid_from)
       values (@personId, @publicKey, @name, @role, @validFrom)`,
    )
    .run(row);
}

/** What said that it holds is forgotten with it; it needs a signature that names the end. */
export function endCertificate(catalog: Catalog, personId: string, at: string): void {
  catalog.db
    .prepare(
      `update certificate set valid_until = ?, partner_key = null, signature = null
       where person_id = ? and valid_until is null`,
    )
    .run(at, personId);
}

export function signCertificateRow(catalog: Catalog, id: number, partnerKey: Uint8Array, signature: Uint8Array): void {
  catalog.db
    .prepare('update certificate set partner_key = ?, signature = ? where id = ?')
    .run(partnerKey, signature, id);
}

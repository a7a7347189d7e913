import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAuditRows } from '../../src-main/catalog/audit.ts';
import { keyInUse, listCertificates, readPerson } from '../../src-main/catalog/people.ts';
import { openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import { sign, signatureHolds, signingKeys } from '../../src-main/federation/identity.ts';
import {
  addAccount,
  certifyPeople,
  changeOwnPassphrase,
  changeRole,
  disableAccount,
  inventPerson,
  isUnclaimed,
  openKeys,
  peopleWhoCanSignIn,
  resetAccount,
} from '../../src-main/release/accounts.ts';
import {
  type CertificateTerms,
  certificateHolds,
  certificateOf,
  makeKey,
  signCertificate,
  unsealKey,
  wipeKeys,
} from '../../src-main/release/people.ts';

const quick = { cost: { operations: 1, memory: 8192 } };
const passphrase = 'my own horse battery';
const partner = signingKeys(Buffer.alloc(32, 'partner'));

let folder: string;
let workspace: Workspace;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-people-'));
  workspace = openWorkspaceWithKey(folder, randomBytes(32));
});
afterEach(() => {
  workspace.close();
  rmSync(folder, { recursive: true, force: true });
});

const becomePartner = ({ publicKey, secretKey } = partner) =>
  workspace.catalog.db
    .prepare(
      'insert or replace into identity (id, partner_id, name, public_key, secret_key, made_at) values (1, ?, ?, ?, ?, ?)',
    )
    .run('P09', 'Citra', publicKey, secretKey, '2025-03-03T09:00:00.000Z');
const add = (name: string, role: 'administrator' | 'compliance' | 'steward' = 'administrator', by = name) =>
  addAccount(workspace.catalog, { name, role, passphrase, by }, quick);
const acts = () => findAuditRows(workspace.catalog, { limit: 20 }).rows.map(({ act, person }) => `${act} ${person}`);

describe('a sealed key', () => {
  it('opens under its own passphrase only, and for the person it was made for', async () => {
    const { sealed } = await makeKey('ada', passphrase, quick.cost);
    const keys = await unsealKey('ada', sealed, passphrase);
    expect(keys?.publicKey).toEqual(sealed.publicKey);
    expect(await unsealKey('ada', sealed, `${passphrase}!`)).toBeUndefined();
    expect(await unsealKey('jonas', sealed, passphrase)).toBeUndefined();
    const spoilt = { ...sealed, sealed: sealed.sealed!.map((byte, index) => (index === 30 ? byte ^ 1 : byte)) };
    expect(await unsealKey('ada', spoilt, passphrase)).toBeUndefined();
    wipeKeys(keys!);
    expect(keys!.secretKey.every((byte) => byte === 0)).toBe(true);
  });

  it('is nowhere in the catalog in clear', async () => {
    const { id } = await add('Ada Berg');
    const keys = await openKeys(workspace.catalog, id, passphrase);
    const { sealed } = keyInUse(workspace.catalog, id)!;
    expect(Buffer.from(sealed!).includes(Buffer.from(keys!.secretKey.subarray(0, 32)))).toBe(false);
    workspace.catalog.db.pragma('wal_checkpoint(truncate)');
    expect(readFileSync(join(folder, 'catalog.sqlite')).includes(Buffer.from(keys!.publicKey))).toBe(false);
  });
});

describe('a certificate', () => {
  const terms: CertificateTerms = {
    ...{
      personId: 'ada',
      publicKey: signingKeys(Buffer.alloc(32, 'ada')).publicKey,
      name: 'Ada Berg',
      role: 'steward',
    },
    ...{ validFrom: '2025-01-01T00:00:00.000Z', validUntil: '2025-06-01T00:00:00.000Z' },
  };
  const certificate = { ...terms, id: 1, partnerKey: partner.publicKey, signature: signCertificate(terms, partner) };

  it('holds for exactly what was signed', () => {
    expect(certificateHolds(certificate, partner.publicKey)).toBe(true);
    expect(certificateHolds(certificate, signingKeys(Buffer.alloc(32, 'other')).publicKey)).toBe(false);
    const fields = ['personId', 'name', 'role', 'validFrom', 'validUntil'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.string(), (field, value) => {
        fc.pre(value !== certificate[field]);
        expect(certificateHolds({ ...certificate, [field]: value }, partner.publicKey)).toBe(false);
      }),
    );
  });

  it('names whose a signature is within its time only', () => {
    const signed = { signedBy: terms.publicKey, person: 'Ada Berg', role: 'steward' };
    const at = (time: string) => certificateOf([certificate], partner.publicKey, { ...signed, at: time })?.id;
    expect(at('2025-03-01T00:00:00.000Z')).toBe(1);
    expect(at('2024-12-31T00:00:00.000Z')).toBeUndefined();
    expect(at('2025-06-02T00:00:00.000Z')).toBeUndefined();
    const other = { ...signed, role: 'administrator', at: '2025-03-01T00:00:00.000Z' };
    expect(certificateOf([certificate], partner.publicKey, other)).toBeUndefined();
  });
});

describe('accounts', () => {
  it('are certified as soon as the partner has a key, and anew when it takes another one', async () => {
    await add('Ada Berg');
    expect(listCertificates(workspace.catalog)[0]).toMatchObject({ signature: null, validUntil: null });
    becomePartner();
    certifyPeople(workspace.catalog);
    expect(certificateHolds(listCertificates(workspace.catalog)[0]!, partner.publicKey)).toBe(true);
    const next = signingKeys(Buffer.alloc(32, 'next'));
    becomePartner(next);
    certifyPeople(workspace.catalog);
    expect(certificateHolds(listCertificates(workspace.catalog)[0]!, next.publicKey)).toBe(true);
  });

  it('have a name of their own, in whatever case and width it is written, and none that stands for the machine', async () => {
    await add('Ada Berg');
    await expect(add('ada berg')).rejects.toThrow(/NAME_TAKEN/);
    await expect(add('Ａda Berg')).rejects.toThrow(/NAME_TAKEN/);
    for (const name of ['ada@machine', 'engine', ' ', 'a\nb']) await expect(add(name)).rejects.toThrow(/INPUT_INVALID/);
    const short = { name: 'Jonas Wirth', role: 'compliance', passphrase: 'short', by: 'Ada Berg' } as const;
    await expect(addAccount(workspace.catalog, short, quick)).rejects.toThrow(/PASSPHRASE_TOO_SHORT/);
  });

  it('begin another certificate with another role, and keep the key', async () => {
    becomePartner();
    await add('Ada Berg');
    const { id } = await add('Jonas Wirth', 'compliance', 'Ada Berg');
    const { publicKey } = keyInUse(workspace.catalog, id)!;
    changeRole(workspace.catalog, id, 'administrator', 'Ada Berg');
    const own = listCertificates(workspace.catalog).filter(({ personId }) => personId === id);
    expect(own.map(({ role, validUntil }) => [role, validUntil === null])).toEqual([
      ['compliance', false],
      ['administrator', true],
    ]);
    expect(own.every((certificate) => certificateHolds(certificate, partner.publicKey))).toBe(true);
    expect(keyInUse(workspace.catalog, id)!.publicKey).toEqual(publicKey);
  });

  it('take another passphrase for the same key, from whoever knows the present one', async () => {
    const { id } = await add('Ada Berg');
    const before = keyInUse(workspace.catalog, id)!;
    const change = (now: string) => changeOwnPassphrase(workspace.catalog, id, now, 'quite another horse', quick);
    await expect(change('wrong horse battery')).rejects.toThrow(/WRONG_PASSPHRASE/);
    await change(passphrase);
    expect(keyInUse(workspace.catalog, id)!.publicKey).toEqual(before.publicKey);
    expect(await openKeys(workspace.catalog, id, passphrase)).toBeUndefined();
    expect(await openKeys(workspace.catalog, id, 'quite another horse')).toBeDefined();
  });

  it('get another key when they are reset; what the old one signed stays theirs', async () => {
    becomePartner();
    await add('Ada Berg');
    const { id } = await add('Jonas Wirth', 'compliance', 'Ada Berg');
    const old = keyInUse(workspace.catalog, id)!.publicKey;
    const signed = { signedBy: old, person: 'Jonas Wirth', role: 'compliance', at: new Date().toISOString() };
    await resetAccount(workspace.catalog, id, 'quite another horse', 'Ada Berg', quick);
    expect(keyInUse(workspace.catalog, id)!.publicKey).not.toEqual(old);
    const certificates = listCertificates(workspace.catalog);
    expect(certificateOf(certificates, partner.publicKey, signed)?.personId).toBe(id);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect(certificateOf(certificates, partner.publicKey, { ...signed, at: later })).toBeUndefined();
    const kept = workspace.catalog.db.prepare('select count(*) from person_key where sealed is not null').pluck().get();
    expect(kept).toBe(2);
  });

  it('always leave an administrator', async () => {
    const ada = await add('Ada Berg');
    const jonas = await add('Jonas Wirth', 'compliance', 'Ada Berg');
    expect(() => disableAccount(workspace.catalog, ada.id, 'Ada Berg')).toThrow(/LAST_ADMINISTRATOR/);
    expect(() => changeRole(workspace.catalog, ada.id, 'steward', 'Ada Berg')).toThrow(/LAST_ADMINISTRATOR/);
    changeRole(workspace.catalog, jonas.id, 'administrator', 'Ada Berg');
    disableAccount(workspace.catalog, ada.id, 'Jonas Wirth');
    expect(readPerson(workspace.catalog, ada.id)?.disabledBy).toBe('Jonas Wirth');
    expect(() => openKeys(workspace.catalog, ada.id, passphrase)).toThrow(/NOT_FOUND/);
    expect(() => changeRole(workspace.catalog, ada.id, 'steward', 'Jonas Wirth')).toThrow(/NOT_FOUND/);
  });

  it('stand in the log with who did what, and nothing of a passphrase', async () => {
    const { id } = await add('Ada Berg');
    const jonas = await add('Jonas Wirth', 'compliance', 'Ada Berg');
    await changeOwnPassphrase(workspace.catalog, id, passphrase, 'quite another horse', quick);
    await resetAccount(workspace.catalog, jonas.id, 'quite another horse', 'Ada Berg', quick);
    disableAccount(workspace.catalog, jonas.id, 'Ada Berg');
    expect(acts().toReversed()).toEqual([
      'person-added Ada Berg',
      'person-added Ada Berg',
      'own-passphrase-changed Ada Berg',
      'person-reset Ada Berg',
      'person-disabled Ada Berg',
    ]);
    expect(JSON.stringify(findAuditRows(workspace.catalog, { limit: 20 }).rows)).not.toContain('horse');
  });

  it('of invented people belong to nobody: whoever comes first is the administrator still', async () => {
    const { person, keys } = await inventPerson(workspace.catalog, { name: 'Jonas Wirth', role: 'compliance' });
    const bytes = new Uint8Array([1]);
    const signature = sign('approval', bytes, keys.secretKey);
    expect(signatureHolds('approval', bytes, signature, keyInUse(workspace.catalog, person.id)!.publicKey)).toBe(true);
    expect(isUnclaimed(workspace.catalog)).toBe(true);
    expect(peopleWhoCanSignIn(workspace.catalog)).toEqual([]);
    const ada = { name: 'Ada Berg', role: 'administrator', passphrase, by: 'Ada Berg' } as const;
    await addAccount(workspace.catalog, ada, { ...quick, first: true });
    const again = { ...ada, name: 'Ono Emi' };
    await expect(addAccount(workspace.catalog, again, { ...quick, first: true })).rejects.toThrow(/NOT_ALLOWED/);
    await resetAccount(workspace.catalog, person.id, passphrase, 'Ada Berg', quick);
    expect(peopleWhoCanSignIn(workspace.catalog).map(({ name }) => name)).toEqual(['Jonas Wirth', 'Ada Berg']);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAuditRows } from '../../src-main/catalog/audit.ts';
import { readPackage } from '../../src-main/catalog/packages.ts';
import { writeSetting } from '../../src-main/catalog/settings.ts';
import type { Signer } from '../../src-main/contract/people.ts';
import { decide } from '../../src-main/release/decide.ts';
import { askOverride, confirmAskedOverride } from '../../src-main/release/override.ts';
import { fourEyesSetting } from '../../src-main/release/permissions.ts';
import { openForSending } from '../../src-main/release/send.ts';
import { exportPackage, viewPackage } from '../../src-main/release/view.ts';
import { addCompanyData, addSigner, joinedWorkspace, jonas, keysOf, mara, type Room } from './frozen.ts';

const ada: Signer = { id: 'ada', name: 'Ada Berg', role: 'administrator' };

let room: Room;
beforeEach(() => {
  room = joinedWorkspace();
  addSigner(room.workspace, ada);
});
afterEach(() => room.close());

const tooSmall = { trainedOn: { tasks: 1, smallestTask: 3, compounds: 3 } };

const ask = (hash: string, person = jonas, reason = 'An assay of a public paper') =>
  askOverride(room.workspace, { packageHash: hash, reason, person }, keysOf(person));
const confirm = (id: number, person: Signer) => confirmAskedOverride(room.workspace, { id, person }, keysOf(person));
const approve = (hash: string, person: Signer) =>
  decide(room.workspace, { packageHash: hash, verdict: 'approve', comment: '', person }, keysOf(person));
const acts = () => findAuditRows(room.workspace.catalog, { limit: 9 }).rows.map(({ act }) => act);

describe('an override of a blocking check', () => {
  it('lets a package be approved once one person has asked for it and another has confirmed it', async () => {
    const { hash } = await room.freeze(1, tooSmall);
    expect(() => approve(hash, jonas)).toThrow(/blocked-by-check/);
    const id = ask(hash);
    expect(() => approve(hash, jonas)).toThrow(/blocked-by-check/);
    expect(() => confirm(id, jonas)).toThrow(/asked-by-you/);
    confirm(id, ada);
    expect(acts().slice(0, 2)).toEqual(['override-confirmed', 'override-asked']);
    expect(approve(hash, jonas)).toBe('approved');
    expect(openForSending(room.workspace, hash).hash).toBe(hash);

    const { overrides } = viewPackage(room.workspace, hash, jonas);
    expect(overrides).toMatchObject([
      {
        checks: ['smallest-task'],
        reason: 'An assay of a public paper',
        asked: { person: 'Jonas Wirth', signatureValid: true },
        confirmed: { person: 'Ada Berg', role: 'administrator', signatureValid: true },
      },
    ]);
    expect(JSON.parse(exportPackage(room.workspace, hash, '2026').json).overrides).toEqual(overrides);
  });

  it('needs a reason, a role that answers for it, and not the person who prepared the package', async () => {
    const { hash } = await room.freeze(1, tooSmall);
    expect(() => ask(hash, jonas, '  ')).toThrow(/reason/);
    expect(() => ask(hash, mara)).toThrow(/role/);
    const id = ask(hash);
    expect(() => ask(hash, ada)).toThrow(/already-asked/);
    expect(() => confirm(id, mara)).toThrow(/role/);
    expect(() => confirm(99, ada)).toThrow(/NOT_FOUND/);
    expect(viewPackage(room.workspace, hash, jonas).may).toMatchObject({
      override: { reason: 'already-asked' },
      confirm: { reason: 'asked-by-you' },
    });
    expect(viewPackage(room.workspace, hash, ada).may.confirm).toEqual({ allowed: true, reason: null });
  });

  it('is there for nothing that is no matter of degree', async () => {
    addCompanyData(room.workspace, [['decima-1', 'CCO']]);
    const { hash, manifest } = await room.freeze(1);
    expect(manifest.checks.find(({ name }) => name === 'catalog-text')?.outcome).toBe('block');
    expect(() => ask(hash)).toThrow(/not-overridable/);
    const passing = joinedWorkspace();
    const { hash: fine } = await passing.freeze(1);
    expect(() =>
      askOverride(passing.workspace, { packageHash: fine, reason: 'x', person: jonas }, keysOf(jonas)),
    ).toThrow(/nothing-blocks/);
    passing.close();
  });

  it('counts for this package under these rules, and only as it was signed', async () => {
    const { hash } = await room.freeze(1, tooSmall);
    confirm(ask(hash), ada);
    const { hash: other } = await room.freeze(2, tooSmall);
    expect(() => approve(other, jonas)).toThrow(/blocked-by-check/);

    const { db } = room.workspace.catalog;
    db.exec("update check_override set confirmed_by = 'Mara Lindner'");
    expect(() => approve(hash, jonas)).toThrow(/blocked-by-check/);
    db.exec("update check_override set confirmed_by = 'Ada Berg'");
    approve(hash, jonas);
    db.exec("update check_override set reason = 'another'");
    expect(() => openForSending(room.workspace, hash)).toThrow(/NOT_APPROVED/);
    expect(readPackage(room.workspace.catalog, hash)?.state).toBe('void');
  });
});

describe('the rules in force', () => {
  it('are bound by an approval, so that it is void when they change before sending', async () => {
    const { hash } = await room.freeze(1);
    approve(hash, jonas);
    writeSetting(room.workspace.catalog, fourEyesSetting, 'never');
    expect(() => openForSending(room.workspace, hash)).toThrow(/PACKAGE_CHANGED/);
    expect(readPackage(room.workspace.catalog, hash)?.state).toBe('void');
    expect(acts()[0]).toBe('package-voided');
  });

  it('must be those that the package was held against, for it to be approved', async () => {
    const { hash } = await room.freeze(1);
    writeSetting(room.workspace.catalog, fourEyesSetting, 'always');
    expect(() => approve(hash, jonas)).toThrow(/policy-changed/);
    const view = viewPackage(room.workspace, hash, jonas);
    expect(view.policy.holds).toBe(false);
    expect(view.may['request-changes'].allowed).toBe(true);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addDecision, decisionsOf } from '../../src-main/catalog/decisions.ts';
import { readPackage, setPackageState } from '../../src-main/catalog/packages.ts';
import { changeRole, disableAccount } from '../../src-main/release/accounts.ts';
import { decide } from '../../src-main/release/decide.ts';
import { needsAnother } from '../../src-main/release/permissions.ts';
import { policyHash, policyNow } from '../../src-main/release/policy.ts';
import { openForSending } from '../../src-main/release/send.ts';
import { decisionStands, partnerKeys, signDecision, signingChain } from '../../src-main/release/signing.ts';
import { viewDecisions } from '../../src-main/release/view.ts';
import { addSigner, joinedWorkspace, jonas, keysOf, mara, type Room } from './frozen.ts';

let room: Room;
beforeEach(() => {
  room = joinedWorkspace();
});
afterEach(() => room.close());

const approve = (packageHash: string) =>
  decide(room.workspace, { packageHash, verdict: 'approve', comment: '', person: jonas }, keysOf(jonas));
const valid = (hash: string) => viewDecisions(room.workspace.catalog, hash).map(({ signatureValid }) => signatureValid);

/** Under the partner's key and without an account, as it was before there were accounts. */
function decideAsBefore(packageHash: string, decidedAt: string): void {
  const { catalog } = room.workspace;
  const { planHash } = readPackage(catalog, packageHash)!;
  const decision = {
    ...{ packageHash, planHash, person: 'Jonas Wirth', role: 'compliance', verdict: 'approve' as const, comment: '' },
    ...{ standingApprovalId: null, decidedAt, policyHash: policyHash(policyNow(catalog, room.plan.series)) },
  };
  const signature = signDecision(decision, partnerKeys(catalog));
  addDecision(catalog, { ...decision, signature, personId: null, signedBy: null });
  setPackageState(catalog, packageHash, 'approved');
}

describe('a decision', () => {
  it("is signed by the person's own key, and stands under the certificate of its time", async () => {
    const { hash } = await room.freeze(1);
    approve(hash);
    const [decision] = decisionsOf(room.workspace.catalog, hash);
    expect(decision).toMatchObject({ personId: 'jonas', person: 'Jonas Wirth' });
    expect(Buffer.from(decision!.signedBy!).equals(keysOf(jonas).publicKey)).toBe(true);
    expect(openForSending(room.workspace, hash).hash).toBe(hash);
  });

  it('stays valid when its person gets another role or is disabled later', async () => {
    const { hash } = await room.freeze(1);
    approve(hash);
    changeRole(room.workspace.catalog, jonas.id, 'steward', 'Ada Berg');
    expect(valid(hash)).toEqual([true]);
    disableAccount(room.workspace.catalog, jonas.id, 'Ada Berg');
    expect(valid(hash)).toEqual([true]);
  });

  it("is worth nothing under another person's key, another role or another time", async () => {
    const { hash } = await room.freeze(1);
    approve(hash);
    const { catalog } = room.workspace;
    const chain = signingChain(catalog);
    const [decision] = decisionsOf(catalog, hash);
    expect(decisionStands(decision!, chain)).toBe(true);
    const byMara = { ...decision!, signedBy: keysOf(mara).publicKey, signature: signDecision(decision!, keysOf(mara)) };
    expect(decisionStands(byMara, chain)).toBe(false);
    for (const change of [{ role: 'administrator' }, { decidedAt: '2024-12-31T00:00:00.000Z' }, { comment: 'x' }]) {
      const changed = { ...decision!, ...change };
      expect(decisionStands(changed, chain)).toBe(false);
      expect(decisionStands({ ...changed, signature: signDecision(changed, keysOf(jonas)) }, chain)).toBe(
        'comment' in change,
      );
    }
  });

  it("by the partner's key alone counts from before the first account only, and voids what it would send now", async () => {
    const { catalog } = room.workspace;
    catalog.db.exec('delete from certificate; delete from person_key; delete from person');
    const old = await room.freeze(1);
    decideAsBefore(old.hash, '2024-06-01T00:00:00.000Z');
    addSigner(room.workspace, jonas);
    expect(valid(old.hash)).toEqual([true]);
    expect(openForSending(room.workspace, old.hash).hash).toBe(old.hash);
    const forged = await room.freeze(2);
    decideAsBefore(forged.hash, '2025-06-01T00:00:00.000Z');
    expect(valid(forged.hash)).toEqual([false]);
    expect(() => openForSending(room.workspace, forged.hash)).toThrow(/PACKAGE_CHANGED/);
    expect(readPackage(catalog, forged.hash)?.state).toBe('void');
  });
});

describe('four eyes', () => {
  const situation = (preparedBy: string, preparedById: string | null, people = 2) =>
    needsAnother({ person: mara, preparedBy, preparedById, people, fourEyes: 'when-two-people' });

  it('go by the account, and by the name where one of the two has none', () => {
    expect(situation('Mara Lindner', 'mara')).toBe(true);
    expect(situation('Another spelling', 'mara')).toBe(true);
    expect(situation('Mara Lindner', 'somebody else')).toBe(false);
    expect(situation('Mara Lindner', null)).toBe(true);
    expect(situation('ada@machine', null)).toBe(false);
    expect(situation('Mara Lindner', 'mara', 1)).toBe(false);
  });
});

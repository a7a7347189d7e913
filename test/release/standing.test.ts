import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findAuditRows } from '../../src-main/catalog/audit.ts';
import { decisionsOf, listStandingApprovals } from '../../src-main/catalog/decisions.ts';
import { writeSetting } from '../../src-main/catalog/settings.ts';
import type { StandingLimits } from '../../src-main/contract/disclosure.ts';
import { planHash } from '../../src-main/federation/plan.ts';
import { changeRole } from '../../src-main/release/accounts.ts';
import { decide } from '../../src-main/release/decide.ts';
import { fourEyesSetting } from '../../src-main/release/permissions.ts';
import { openForSending } from '../../src-main/release/send.ts';
import { approveByStanding, giveStandingApproval, stopStanding } from '../../src-main/release/standing.ts';
import { viewPackage } from '../../src-main/release/view.ts';
import { joinedWorkspace, jonas, keysOf, mara, type Room } from './frozen.ts';

let room: Room;
beforeEach(() => {
  room = joinedWorkspace();
});
afterEach(() => room.close());

const give = (lastRound = 20, person = jonas) =>
  giveStandingApproval(
    room.workspace,
    { series: room.plan.series, planHash: planHash(room.plan), lastRound, person },
    keysOf(person),
  );

describe('a standing approval', () => {
  it('lets each package of its rounds go under a decision and a log entry of its own', async () => {
    const standing = give(2);
    for (const round of [1, 2]) {
      const { hash } = await room.freeze(round);
      expect(approveByStanding(room.workspace, hash)).toEqual({ covered: true, standingApproval: standing.id });
      expect(openForSending(room.workspace, hash).chunkHashes).toHaveLength(1);
      expect(viewPackage(room.workspace, hash, jonas).decisions).toMatchObject([
        { standingApproval: standing.id, person: 'Jonas Wirth', signatureValid: true },
      ]);
    }
    const { hash } = await room.freeze(3);
    expect(approveByStanding(room.workspace, hash)).toEqual({ covered: false, reason: 'round-beyond' });
    expect(() => openForSending(room.workspace, hash)).toThrow(/NOT_APPROVED/);
    const approvals = findAuditRows(room.workspace.catalog, { acts: ['package-approved'], limit: 9 });
    expect(approvals.rows.map(({ person, subject }) => [person, subject])).toEqual([
      ['engine', 'S-0002'],
      ['engine', 'S-0001'],
    ]);
    expect(viewPackage(room.workspace, hash, jonas).standingApprovals).toMatchObject([{ id: standing.id, used: 2 }]);
  });

  it('covers no package with a warned or blocked check', async () => {
    give();
    const trainedOn = { tasks: 3, compounds: 90 };
    const warned = await room.freeze(1, { trainedOn: { ...trainedOn, smallestTask: 10 } });
    const blocked = await room.freeze(2, { trainedOn: { ...trainedOn, smallestTask: 9 } });
    for (const { hash } of [warned, blocked]) {
      expect(approveByStanding(room.workspace, hash)).toEqual({ covered: false, reason: 'checks' });
      expect(decisionsOf(room.workspace.catalog, hash)).toEqual([]);
    }
  });

  it('covers no other plan, and nothing once it is stopped', async () => {
    const terms = { series: room.plan.series, planHash: 'f'.repeat(64), lastRound: 20, person: jonas };
    const other = giveStandingApproval(room.workspace, terms, keysOf(jonas));
    const first = await room.freeze(1);
    expect(approveByStanding(room.workspace, first.hash)).toEqual({ covered: false, reason: 'none' });
    const standing = give();
    expect(stopStanding(room.workspace, standing.id, mara)).toMatchObject({ stoppedBy: 'Mara Lindner' });
    expect(approveByStanding(room.workspace, first.hash)).toEqual({ covered: false, reason: 'stopped' });
    expect(stopStanding(room.workspace, other.id, jonas).stoppedAt).not.toBeNull();
    expect(() => stopStanding(room.workspace, 99, jonas)).toThrow(/NOT_FOUND/);
  });

  it('counts no longer when its terms were changed in the catalog', async () => {
    give(1);
    room.workspace.catalog.db.exec('update standing_approval set last_round = 20');
    const { hash } = await room.freeze(2);
    expect(approveByStanding(room.workspace, hash)).toEqual({ covered: false, reason: 'signature' });
  });

  it('is given by roles that approve, and not for what the giver has prepared where four eyes are asked for', async () => {
    expect(() => give(20, mara)).toThrow(/NOT_ALLOWED/);
    writeSetting(room.workspace.catalog, fourEyesSetting, 'always');
    changeRole(room.workspace.catalog, mara.id, 'compliance', 'Ada Berg');
    give(20, { ...mara, role: 'compliance' });
    const { hash } = await room.freeze(1);
    expect(approveByStanding(room.workspace, hash)).toEqual({ covered: false, reason: 'prepared-by-approver' });
  });

  it('does not take back what a person has decided', async () => {
    give();
    const { hash } = await room.freeze(1);
    decide(
      room.workspace,
      { packageHash: hash, verdict: 'refuse', comment: 'not this one', person: jonas },
      keysOf(jonas),
    );
    expect(approveByStanding(room.workspace, hash)).toEqual({ covered: false, reason: 'not-waiting' });
  });

  it('ends with its rounds, its bytes, its day and its rules, whichever is first', async () => {
    const limited = (limits: Partial<StandingLimits>) => {
      for (const { id } of listStandingApprovals(room.workspace.catalog)) stopStanding(room.workspace, id, jonas);
      giveWithin(limits);
    };
    const reason = async (round: number) => {
      const { hash } = await room.freeze(round);
      return approveByStanding(room.workspace, hash);
    };
    limited({ firstRound: 1, mostRounds: 1 });
    expect(await reason(1)).toMatchObject({ covered: true });
    expect(await reason(2)).toEqual({ covered: false, reason: 'too-many-rounds' });
    limited({ mostBytes: 100 });
    expect(await reason(3)).toEqual({ covered: false, reason: 'too-many-bytes' });
    limited({ endsAt: '2020-01-01T00:00:00.000Z' });
    expect(await reason(4)).toEqual({ covered: false, reason: 'ended' });
    limited({ membershipAuc: 0.8 });
    expect(await reason(5)).toEqual({ covered: false, reason: 'membership' });
    limited({ firstRound: 7 });
    expect(await reason(6)).toEqual({ covered: false, reason: 'round-before' });
    limited({});
    writeSetting(room.workspace.catalog, fourEyesSetting, 'never');
    expect(await reason(7)).toEqual({ covered: false, reason: 'policy' });
  });

  it('lets a named warning pass up to its ceiling, and no other', async () => {
    giveWithin({ warnings: [{ check: 'smallest-task', ceiling: 10 }] });
    const trainedOn = { tasks: 3, compounds: 90, smallestTask: 10 };
    const allowed = await room.freeze(1, { trainedOn });
    expect(approveByStanding(room.workspace, allowed.hash)).toMatchObject({ covered: true });
    const { hash } = await room.freeze(2, { trainedOn, fewestBehindARow: 1 });
    expect(approveByStanding(room.workspace, hash)).toEqual({ covered: false, reason: 'checks' });
    expect(() => giveWithin({ warnings: [{ check: 'catalog-text', ceiling: 1 }] })).toThrow(/warning:catalog-text/);
  });

  it('rests on a measured attack where it names a limit for one', async () => {
    giveWithin({ membershipAuc: 0.7 });
    const estimate = (value: number) => ({ value, low: value, high: value });
    const found = (auc: number) => ({
      ...{ round: 1, members: 900, heldOut: 100, attacked: 900, withHead: null },
      trunkAlone: {
        attack: 'loss' as const,
        auc: estimate(auc),
        tprAt1Percent: estimate(0),
        tprAt01Percent: estimate(0),
      },
    });
    const near = await room.freeze(1, { membership: found(0.71) });
    expect(approveByStanding(room.workspace, near.hash)).toEqual({ covered: false, reason: 'membership' });
    const below = await room.freeze(2, { membership: found(0.69) });
    expect(approveByStanding(room.workspace, below.hash)).toMatchObject({ covered: true });
    expect(below.manifest.notMeasured).toEqual(['membership-auc', 'rare-rows']);
  });

  it('sends no further chunk once it is stopped, in the middle of an upload too', async () => {
    const standing = give();
    const { hash } = await room.freeze(1);
    approveByStanding(room.workspace, hash);
    const { chunk } = openForSending(room.workspace, hash);
    expect(chunk(0).length).toBeGreaterThan(0);
    stopStanding(room.workspace, standing.id, mara);
    expect(() => chunk(0)).toThrow(/NOT_APPROVED/);
    expect(viewPackage(room.workspace, hash, jonas).state).toBe('void');
    const [voided] = findAuditRows(room.workspace.catalog, { acts: ['package-voided'], limit: 1 }).rows;
    expect(JSON.parse(voided!.detail)).toMatchObject({ cause: 'standing-approval-stopped', package: hash });
  });
});

const giveWithin = (limits: Partial<StandingLimits>) =>
  giveStandingApproval(
    room.workspace,
    { series: room.plan.series, planHash: planHash(room.plan), lastRound: 20, limits, person: jonas },
    keysOf(jonas),
  );

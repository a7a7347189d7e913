import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Attack, MembershipReport } from '../../src-main/contract/disclosure.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { isDue, openExposure, roundsBetweenAttacks } from '../../src-main/engine/participation/exposure.ts';
import { policyOf } from '../../src-main/release/policy.ts';
import type { Membership } from '../../src-main/training/membership.ts';
import { initialTrunk } from '../../src-main/training/trainer.ts';
import { joinedWorkspace, type Room } from '../release/frozen.ts';

const policy = policyOf({}, 'always');

const attack = (auc: number): Attack => {
  const sure = (value: number) => ({ value, low: value, high: value });
  return { attack: 'loss', auc: sure(auc), tprAt1Percent: sure(0.01), tprAt01Percent: sure(0.001) };
};

const found = (auc: number): Membership => ({
  ...{ members: 900, heldOut: 100, attacked: 900, withHead: attack(0.6), trunkAlone: attack(auc) },
  exposed: [{ row: 3, score: 0.9, heldOutAbove: 0 }],
});

const reportOf = (round: number, auc: number): MembershipReport => {
  const { exposed: _, ...told } = found(auc);
  return { ...told, round };
};

describe('an attack before release', () => {
  it('is made in the first round, then every tenth, and in each while the last one came near a limit', () => {
    expect(isDue(1, null, policy)).toBe(true);
    expect(isDue(2, reportOf(1, 0.6), policy)).toBe(false);
    expect(isDue(roundsBetweenAttacks, reportOf(1, 0.6), policy)).toBe(false);
    expect(isDue(1 + roundsBetweenAttacks, reportOf(1, 0.6), policy)).toBe(true);
    expect(isDue(2, reportOf(1, policy.membershipTrunk.amber + 0.001), policy)).toBe(true);
  });
});

describe('what was found', () => {
  let room: Room;
  beforeEach(() => {
    room = joinedWorkspace();
  });
  afterEach(() => room.close());

  const trunk = initialTrunk([4], 1, 64);

  function opened(auc = () => 0.6) {
    let asked = 0;
    const membership = async () => {
      asked++;
      return found(auc());
    };
    const about = {
      series: room.plan.series,
      parameterHash: 'c'.repeat(64),
      policy: () => policy,
      smilesOf: (row: number) => 'C'.repeat(row),
    };
    return { asked: () => asked, exposure: openExposure(room.workspace.catalog, about, { membership }) };
  }

  it('holds for the rounds that follow, and says which round it is from', async () => {
    const { asked, exposure } = opened();
    expect(exposure.report(1)).toBeNull();
    for (let round = 1; round <= roundsBetweenAttacks + 1; round++) {
      await exposure.measure({ round, attempt: 1 }, trunk, unattended);
    }
    expect(asked()).toBe(2);
    expect(exposure.report(roundsBetweenAttacks)).toEqual(reportOf(1, 0.6));
    expect(exposure.report(roundsBetweenAttacks + 1)?.round).toBe(roundsBetweenAttacks + 1);
  });

  it('is measured anew after an amendment, and forgotten with a round that is taken back', async () => {
    const { asked, exposure } = opened();
    await exposure.measure({ round: 1, attempt: 1 }, trunk, unattended);
    exposure.forget();
    await exposure.measure({ round: 2, attempt: 1 }, trunk, unattended);
    expect(asked()).toBe(2);
    exposure.backTo(1);
    expect(exposure.report(2)?.round).toBe(1);
  });

  it('names compounds on this machine only', async () => {
    const { exposure } = opened();
    await exposure.measure({ round: 1, attempt: 1 }, trunk, unattended);
    expect(Object.keys(exposure.report(1)!)).not.toContain('exposed');
    const { hash, manifest } = await room.freeze(1, { membership: exposure.report(1) });
    expect(JSON.stringify(manifest)).not.toContain('CCC');
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

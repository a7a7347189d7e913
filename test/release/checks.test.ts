import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attack, MembershipReport } from '../../src-main/contract/disclosure.ts';
import { worstOutcome } from '../../src-main/release/check.ts';
import { membershipChecks } from '../../src-main/release/checks-membership.ts';
import { applicationLimits, overridable, policyHash, policyOf } from '../../src-main/release/policy.ts';

const policy = policyOf({}, 'when-two-people');

const attackOf = (auc: number, tpr: number, width = 0.05): Attack => {
  const around = (value: number) => ({ value, low: Math.max(0, value - width), high: Math.min(1, value + width) });
  return { attack: 'loss', auc: around(auc), tprAt1Percent: around(tpr), tprAt01Percent: around(tpr) };
};

const report = (withHead: Attack | null, trunkAlone: Attack | null, heldOut = 1000): MembershipReport => ({
  ...{ round: 4, members: 5000, heldOut, attacked: 2000 },
  withHead,
  trunkAlone,
});

const outcomes = (found: MembershipReport, under = policy) =>
  Object.fromEntries(membershipChecks(found, under).map(({ name, outcome }) => [name, outcome]));

describe('the checks of membership', () => {
  it('pass what guesses, warn beyond amber, and block only where the whole interval stands beyond red', () => {
    expect(outcomes(report(attackOf(0.5, 0.001, 0), attackOf(0.5, 0.001, 0)))).toEqual({
      'membership-auc': 'pass',
      'membership-tpr': 'pass',
      'membership-trunk': 'pass',
    });
    const { amber, red } = applicationLimits.membershipTrunk;
    const trunk = (auc: number) => outcomes(report(null, attackOf(auc, 0)))['membership-trunk'];
    expect(trunk(amber)).toBe('pass');
    expect(trunk(amber + 0.01)).toBe('warn');
    expect(trunk(red + 0.04)).toBe('warn');
    expect(outcomes(report(null, attackOf(1, 0, 0.01)))['membership-trunk']).toBe('block');
  });

  it('take the surer of both attacks for the share that is found', () => {
    expect(outcomes(report(attackOf(0.6, 0), attackOf(0.6, 0.2)))['membership-tpr']).toBe('block');
    expect(outcomes(report(attackOf(0.6, 0.2), attackOf(0.6, 0)))['membership-tpr']).toBe('block');
  });

  it('hold the share found against as many times guessing where few are held out', () => {
    const [many, few] = [1000, 50].map((heldOut) => {
      const [made] = membershipChecks(report(attackOf(0.6, 0.05, 0), null, heldOut), policy).slice(1);
      return made!;
    });
    expect(many).toMatchObject({ limit: { value: 0.005 }, outcome: 'block' });
    expect(few?.limit.value).toBeCloseTo(5 / 51, 12);
    expect(few).toMatchObject({ outcome: 'pass', facts: { heldOut: 50, round: 4 } });
  });

  it('are not made where nothing could be measured', () => {
    expect(membershipChecks(report(null, null), policy)).toEqual([]);
    expect(outcomes(report(attackOf(0.6, 0), null))).toEqual({ 'membership-auc': 'pass', 'membership-tpr': 'pass' });
  });

  it("take the plan's limits before the application's own, and say so", () => {
    const strict = policyOf({ disclosure: { membershipTrunk: { amber: 0.55, red: 0.6 } } }, 'always');
    const [, trunk] = membershipChecks(report(null, attackOf(0.7, 0)), strict);
    expect(trunk).toMatchObject({ outcome: 'block', limit: { value: 0.55, source: 'plan' }, facts: { red: 0.6 } });
    expect(policyHash(strict)).not.toBe(policyHash(policy));
  });

  it('never grow milder as the attack finds more', () => {
    const order = ['pass', 'warn', 'block'];
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.integer({ min: 20, max: 5000 }), (one, other, heldOut) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const at = (value: number) => outcomes(report(attackOf(value, value), attackOf(value, value), heldOut));
        const [before, after] = [at(less), at(more)];
        for (const name of Object.keys(before)) {
          expect(order.indexOf(after[name]!)).toBeGreaterThanOrEqual(order.indexOf(before[name]!));
        }
      }),
    );
  });
});

describe('what decides about a package', () => {
  it('is its worst check, where those that two persons answer for count as warnings', () => {
    const checks = [
      { name: 'encoding', outcome: 'pass' },
      { name: 'membership-trunk', outcome: 'block' },
    ] as const;
    expect(worstOutcome(checks)).toBe('block');
    expect(worstOutcome(checks, ['membership-trunk'])).toBe('warn');
    expect(worstOutcome([...checks, { name: 'catalog-text', outcome: 'block' }], ['membership-trunk'])).toBe('block');
  });

  it('can be overridden in matters of degree only', () => {
    for (const name of [
      'vector-range',
      'encoding',
      'catalog-text',
      'masked-bytes',
      'commitment',
      'plan-and-roster',
      'read-back',
    ] as const) {
      expect(overridable).not.toContain(name);
    }
  });
});

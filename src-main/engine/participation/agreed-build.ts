/** A series begins with one build at all partners, as its plan names it. */
import { ChoraleError } from '../../contract/errors.ts';
import type { Plan } from '../../federation/plan.ts';
import { build } from '../version.ts';

/**
 * Asked before the first round only: later an update need not end a series, since every round compares the trunk that
 * each partner reached, bit for bit.
 * @throws PLAN_INVALID
 */
export function requireAgreedBuild({ buildHash }: Pick<Plan, 'buildHash'>): void {
  if (buildHash !== build) throw new ChoraleError('PLAN_INVALID', { reason: 'other-build' });
}

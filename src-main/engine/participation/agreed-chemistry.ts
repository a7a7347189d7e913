/** Before a round: does this machine's chemistry do what the partners have agreed on? */
import type { Catalog } from '../../catalog/open.ts';
import { differingStages } from '../../chemistry/consistency.ts';
import { readChemistryParameters } from '../../chemistry/parameters.ts';
import { ChoraleError } from '../../contract/errors.ts';
import type { Plan } from '../../federation/plan.ts';

/**
 * Runs the reference set, once in the life of a thread.
 * @throws PLAN_INVALID with the first stage that differs, such as `other-tautomer`; TOOLKIT_FAILED
 */
export async function requireAgreedChemistry(catalog: Catalog, { consistency }: Plan): Promise<void> {
  // Loaded here: most threads that know how to take part never do.
  const { consistencyStages } = await import('../../chemistry/consistency-report.ts');
  const stages = await consistencyStages(readChemistryParameters(catalog));
  const [stage] = differingStages(stages, consistency);
  if (stage !== undefined) throw new ChoraleError('PLAN_INVALID', { reason: `other-${stage}` });
}

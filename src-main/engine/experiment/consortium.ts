/** The consortium of an experiment: a roster of its partners with keys that follow from the seed, and the plan of its rounds. */
import { createHash } from 'node:crypto';
import { chemistryParameters, parameterHash, rulesOf } from '../../chemistry/parameters.ts';
import { toBase64url } from '../../federation/canonical.ts';
import { type SigningKeys, signingKeys } from '../../federation/identity.ts';
import type { Plan } from '../../federation/plan.ts';
import type { Roster } from '../../federation/roster.ts';
import type { TrainingTable } from '../../tasks/training-table.ts';
import { rowsOfRole } from '../../training/roles.ts';
import { planOf, type Recipe, rosterOf, type Weighting } from '../pilot/consortium.ts';
import { chemistryKey } from './partners.ts';

export type Founded = {
  readonly roster: Roster;
  readonly keys: Readonly<Record<string, SigningKeys>>;
  readonly coordinatorKeys: SigningKeys;
  readonly plan: Plan;
  /** Of all that a partner draws: the same seed gives the same experiment. */
  readonly random: (partner: string) => (count: number) => Uint8Array;
};

export type ExperimentRecipe = Recipe & { readonly weighting?: Weighting };

export type Learner = { readonly id: string; readonly table: TrainingTable };

/** @throws ROSTER_INVALID, PLAN_INVALID */
export function found(learners: readonly Learner[], { weighting, ...recipe }: ExperimentRecipe, seed: number): Founded {
  const keysOf = (name: string) => signingKeys(randomBytesFrom(`experiment ${seed}, key of ${name}`)(32));
  const keys = Object.fromEntries(learners.map(({ id }) => [id, keysOf(id)]));
  const coordinatorKeys = keysOf('the coordinator');
  const roster = rosterOf(
    'Experiment',
    learners.map(({ id, table }) => ({
      ...{ id, name: id, publicKey: toBase64url(keys[id]!.publicKey) },
      compounds: { train: rowsOfRole(table, 'train').length },
    })),
    weighting,
  );
  const parameters = chemistryParameters(chemistryKey);
  const plan = planOf(roster, recipe, {
    series: `experiment-${seed}`,
    chemistry: { rules: rulesOf(parameters), hash: parameterHash(parameters), consistency: {} },
    tasks: {},
    coordinatorKey: coordinatorKeys.publicKey,
  });
  return { roster, keys, coordinatorKeys, plan, random: (id) => randomBytesFrom(`experiment ${seed}, partner ${id}`) };
}

/** SHA-256 over a name and two counters: reproducible, not for secrets that matter. */
export function randomBytesFrom(name: string): (count: number) => Uint8Array {
  let calls = 0;
  return (count) => {
    const call = calls++;
    const blocks = Array.from({ length: Math.ceil(count / 32) }, (_, block) =>
      createHash('sha256').update(`${name}|${call}|${block}`).digest(),
    );
    return new Uint8Array(Buffer.concat(blocks).subarray(0, count));
  };
}

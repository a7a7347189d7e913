/**
 * The rounds of a federation on one machine: what happens in them is the plan's arithmetic, bit for bit, whichever way
 * the sums are made. `sumRounds` adds the encoded changes up as they are; `protocolRounds` sends them through the
 * partners' and the coordinator's state machines, masks and all.
 */
import type { Control } from '../../contract/progress.ts';
import { stopIfAsked } from '../../contract/progress.ts';
import { encodeUpdate } from '../../federation/encoding.ts';
import { encodingTerms, firstClips, type Plan, totalWeight, uploadBytes } from '../../federation/plan.ts';
import { addPacked } from '../../federation/ring.ts';

export type SumFacts = { readonly clips: readonly number[]; readonly totalWeight: number };

/** What partners do between sums. */
export type RoundsWork = {
  /** @returns the change of the whole trunk */
  readonly train: (partner: string, round: number, seed: number) => Promise<Float32Array>;
  /** Once for each sum, since all partners reach the same bits from it. @returns clips of the next round */
  readonly apply: (round: number, sum: Uint8Array, facts: SumFacts) => Promise<AppliedFacts>;
};

export type AppliedFacts = { readonly clips: readonly number[]; readonly trunkHash: string };

/** What a partner draws for a round. */
export type Drawn = {
  /** Of its minibatches and dropout. */
  readonly seed: number;
  /** 32 bytes, of the stochastic rounding. */
  readonly rounding: Uint8Array;
};

/** Where rounds by plain sums stand; all that they need to go on. */
export type SumState = {
  readonly rounds: number;
  readonly clips: readonly number[];
  /** What encoding has left over at each partner. */
  readonly residuals: ReadonlyMap<string, Float32Array>;
};

export const beginSums = (plan: Plan): SumState => ({ rounds: 0, clips: firstClips(plan), residuals: new Map() });

/** @param keep told the state after each round that `work` has applied */
export async function sumRounds(
  plan: Plan,
  start: SumState,
  drawn: (partner: string, round: number) => Drawn,
  work: RoundsWork,
  control: Control,
  keep: (state: SumState) => Promise<void>,
): Promise<void> {
  const partners = Object.keys(plan.weights);
  let { clips } = start;
  const residuals = new Map(start.residuals);
  for (let round = start.rounds + 1; round <= plan.recipe.rounds; round++) {
    const sum = new Uint8Array(uploadBytes(plan));
    for (const partner of partners) {
      stopIfAsked(control);
      const { seed, rounding } = drawn(partner, round);
      const change = await work.train(partner, round, seed);
      const terms = encodingTerms(plan, partner, round, clips);
      const { encoded, residual } = encodeUpdate(change, residuals.get(partner) ?? null, terms, rounding);
      if (residual !== null) residuals.set(partner, residual);
      addPacked(sum, encoded, plan.encoding.ringBits);
    }
    ({ clips } = await work.apply(round, sum, { clips, totalWeight: totalWeight(plan) }));
    await keep({ rounds: round, clips, residuals });
  }
}

import { describe, expect, it } from 'vitest';
import { unattended } from '../../src-main/contract/progress.ts';
import { found, type Learner, randomBytesFrom } from '../../src-main/engine/experiment/consortium.ts';
import { protocolRounds } from '../../src-main/engine/experiment/protocol-rounds.ts';
import {
  beginSums,
  type Drawn,
  type RoundsWork,
  type SumState,
  sumRounds,
} from '../../src-main/engine/experiment/rounds.ts';
import type { Recipe } from '../../src-main/engine/pilot/consortium.ts';
import { type Plan, privateWeight, vectorLength } from '../../src-main/federation/plan.ts';
import type { RingBits } from '../../src-main/federation/ring.ts';
import { applySum, beginGlobal, trunkHash } from '../../src-main/federation/server-optimiser.ts';

/** As many training compounds as the partner weighs, each with one label. */
function learner(id: string, compounds: number): Learner {
  const rows = Uint32Array.from({ length: compounds }, (_, row) => row);
  return {
    id,
    table: {
      ...{ rows: compounds, bitOffsets: new Uint32Array(compounds + 1), bitIndices: new Uint16Array() },
      folds: new Uint8Array(compounds).fill(2),
      ...{ tasks: [], labelRows: rows, labelTasks: new Uint32Array(compounds) },
      labelValues: new Int8Array(compounds).fill(1),
    },
  };
}

const learners = [learner('P01', 40), learner('P02', 9), learner('P03', 3), learner('P04', 1)];
const recipe = (ringBits: RingBits): Recipe => ({
  ...{
    rounds: 4,
    hidden: [3],
    localSteps: 2,
    dropout: 0.5,
    serverRate: 0.01,
    uploadSeconds: 600,
    bits: 2048,
    ringBits,
  },
});

/** Changes that depend on partner, seed and the trunk so far, as training's do. */
function work(plan: Plan) {
  let global = beginGlobal(new Float32Array(vectorLength(plan)).fill(0.1));
  const sums: Uint8Array[] = [];
  const hashes: string[] = [];
  const doing: RoundsWork = {
    async train(partner, round, seed) {
      const noise = randomBytesFrom(`${partner} ${round} ${seed}`)(global.values.length);
      return global.values.map((value, i) => (noise[i]! / 255 - 0.5) * value * 1e-2);
    },
    async apply(_round, sum, facts) {
      sums.push(sum.slice());
      const { state, clips, trunkHash: hash } = applySum(plan, global, sum, facts);
      global = state;
      hashes.push(hash);
      return { clips, trunkHash: hash };
    },
  };
  return {
    ...{ doing, sums, hashes, start: trunkHash(global.values) },
    global: () => global,
    goOnFrom: (state: typeof global) => {
      global = state;
    },
  };
}

describe('rounds of an experiment', () => {
  it.each([8, 12, 32] as const)(
    'come to the same sums and trunks bit for bit, through the whole protocol or added up, in a ring of %i bits',
    async (ringBits) => {
      const founded = found(learners, recipe(ringBits), 1);
      const drawn = new Map<string, Drawn>();
      const masked = work(founded.plan);
      const checked = await protocolRounds(
        { ...founded, initialTrunkHash: masked.start },
        masked.doing,
        unattended,
        (partner, round, what) => drawn.set(`${partner} ${round}`, what),
      );
      expect(checked).toHaveLength(4);
      expect(checked.every(({ differences, numbers }) => differences === 0 && numbers >= 2048 * 3 + 3)).toBe(true);

      const plain = work(founded.plan);
      const replay = (partner: string, round: number) => drawn.get(`${partner} ${round}`)!;
      await sumRounds(founded.plan, beginSums(founded.plan), replay, plain.doing, unattended, async () => {});
      expect(plain.sums).toEqual(masked.sums);
      expect(plain.hashes).toEqual(masked.hashes);
      expect(new Set(plain.hashes).size).toBe(4);
    },
  );

  it('go on from a kept state to the sums that they would have come to', async () => {
    const { plan } = found(learners, recipe(8), 1);
    const drawn = (partner: string, round: number): Drawn => ({
      seed: round,
      rounding: randomBytesFrom(`${partner} ${round}`)(32),
    });
    const whole = work(plan);
    let second: { readonly sums: SumState; readonly global: ReturnType<typeof whole.global> } | undefined;
    await sumRounds(plan, beginSums(plan), drawn, whole.doing, unattended, async (state) => {
      if (state.rounds === 2)
        second = { sums: { ...state, residuals: new Map(state.residuals) }, global: whole.global() };
    });
    const rest = work(plan);
    rest.goOnFrom(second!.global);
    await sumRounds(plan, second!.sums, drawn, rest.doing, unattended, async () => {});
    expect(rest.hashes).toEqual(whole.hashes.slice(2));
  });

  it('may leave weights to each partner: then the plan tells none, and a change counts by its own compounds', () => {
    const { plan } = found(learners, { ...recipe(8), weighting: 'equal', privateReference: 20 }, 1);
    expect(new Set(Object.values(plan.weights)).size).toBe(1);
    expect([privateWeight(plan, 40), privateWeight(plan, 5)]).toEqual([2, 0.25]);
    expect(privateWeight(found(learners, recipe(8), 1).plan, 40)).toBe(1);
  });

  it('weigh partners by their training compounds', () => {
    const { plan } = found(learners, recipe(8), 1);
    expect(plan.weights.P01! / plan.weights.P02!).toBeCloseTo(40 / 9, 1);
    expect(plan.tensors[0]!.shape).toEqual([2048, 3]);
  });
});
